"""The command ``schemaloom drift``."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import click

from schemaloom.cli.notify import notify_all, notify_options, read_alerting
from schemaloom.cli.options import fail_on_option, format_option, output_option
from schemaloom.cli.output import append, use_color, write_report
from schemaloom.cli.terminal_safe import printable
from schemaloom.drift.change import FailOn
from schemaloom.drift.formats import github
from schemaloom.drift.formats.render import Format, render
from schemaloom.drift.formats.view import View
from schemaloom.errors import SnapshotError
from schemaloom.pipeline.drift import drift


@click.command("drift")
@click.argument("old")
@click.argument("new")
@format_option(Format.TEXT)
@fail_on_option(FailOn.BREAKING, "Exit 1 if an unacknowledged change is this bad or worse.")
@output_option
@notify_options
def command(
    *,
    old: str,
    new: str,
    form: str,
    fail_on: str,
    output: Path | None,
    notify: tuple[str, ...],
    alert_state: Path,
    period: float,
) -> None:
    """Report what changed from OLD to NEW, how bad it is for callers, and prove it.

    Each side is a provider's folder, such as specs/pixeldojo, or git:REV, which is the same folder
    at that revision; git:REV:FOLDER names another one.

    Exits 0 if nothing is as bad as --fail-on, 1 if something is, and 3 if a side, or a model of it, cannot be read.
    One broken model never stops the others: the report names it and has the changes of the rest.
    """
    now = datetime.now(UTC)
    alerting = read_alerting(notify, alert_state, period, now)
    root = Path(os.environ.get("GITHUB_WORKSPACE") or ".")
    found = drift(old, new, today=now.date(), root=root)
    view = found.view(FailOn(fail_on))
    kind = Format(form)
    color = output is None and kind is Format.TEXT and use_color()
    write_report(render(kind, view, color=color), output)
    if kind is Format.GITHUB:
        _write_github_outputs(view, os.environ)
    if output is not None:
        click.echo(f"{printable(view.report.provider)}: {view.report.counts_sentence()}; see {output}", err=True)
    if alerting is not None:
        from schemaloom.pipeline.notify import Outcome

        notify_all(alerting, [Outcome(provider=view.report.provider, report=found.report, old=found.old.files)])
    if found.unreadable:
        count = len(found.unreadable)
        raise SnapshotError(
            f"{count} model{'s' if count > 1 else ''} could not be compared: {', '.join(found.unreadable[:10])}",
            hint="the report gives the file and the reason; the other models are compared",
        )
    if any(view.fails(change) for change in view.report.changes):
        sys.exit(1)


def _write_github_outputs(view: View, environ: Mapping[str, str]) -> None:
    if path := environ.get("GITHUB_STEP_SUMMARY"):
        target = Path(path)
        append(target, github.summary(view, target.stat().st_size if target.exists() else 0))
    if path := environ.get("GITHUB_OUTPUT"):
        append(Path(path), github.outputs(view))
