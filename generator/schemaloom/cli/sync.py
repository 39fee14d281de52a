"""The command ``schemaloom sync``."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from schemaloom.cli.notify import notify_all, notify_options, read_alerting, record_all
from schemaloom.cli.options import fail_on_option, fetch_options, out_option, specs_option
from schemaloom.cli.output import write_report
from schemaloom.cli.problems import show_fetch_problems, show_problems
from schemaloom.cli.progress import stderr_progress
from schemaloom.cli.summary import summary
from schemaloom.drift.change import Bump, FailOn
from schemaloom.errors import SchemaloomError, UsageError
from schemaloom.files.lock import locked
from schemaloom.pipeline.sync import check, sync, write
from schemaloom.pipeline.unchanged import Unchanged
from schemaloom.release.sync_report import SyncReport, render
from schemaloom.snapshot.layout import PROVIDER

if TYPE_CHECKING:
    from schemaloom.pipeline.notify import Outcome
    from schemaloom.pipeline.sync import SyncResult

_SHOWN = 10
"""Most models with an implausible change that an alert names."""


@click.command("sync")
@click.argument("providers", metavar="PROVIDER…", nargs=-1, required=True)
@fetch_options
@specs_option
@out_option
@click.option(
    "--bump",
    type=click.Choice([Bump.MAJOR.value, Bump.MINOR.value, Bump.PATCH.value]),
    help="Raise at least this part of the version; `major` also takes 0.x to 1.0.0.",
)
@click.option("--dry-run", is_flag=True, help="Do everything but write specs and package.")
@click.option(
    "--report",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write what happened as JSON, even if the run fails.",
)
@fail_on_option(FailOn.NEVER, "Exit 1, with everything written, if an unacknowledged change is this bad or worse.")
@notify_options
def command(
    *,
    providers: tuple[str, ...],
    base_url: str | None,
    rate: float | None,
    specs: Path,
    out: Path,
    allow_removals: bool,
    allow_additions: bool,
    bump: str | None,
    dry_run: bool,
    report: Path | None,
    fail_on: str,
    notify: tuple[str, ...],
    alert_state: Path,
    period: float,
) -> None:
    """Fetch each PROVIDER's catalogue and make the next version of its package: the main job.

    Nothing changes on disk unless every provider can be read and every package passes its checks.
    What a guard or a failed check holds back is left as it was, and the rest is released. Where
    nothing changed, nothing is written.

    Exits 0 on success, with drift or without, 1 as --fail-on demands, 3 if a provider cannot be
    read or too many models are missing or new at once, and 4 if a package or a model fails its checks.
    """
    if base_url and len(providers) > 1:
        raise UsageError("--base-url replaces the base URL of one provider", hint="sync the providers one by one")
    if report is not None and not report.parent.is_dir():
        raise UsageError("no such folder", where=str(report.parent), hint="make the report's folder first")
    now = datetime.now(UTC)
    alerting = read_alerting(notify, alert_state, period, now)
    with locked(specs / name / PROVIDER for name in providers), stderr_progress() as progress:
        one_provider = partial(
            sync,
            specs=specs,
            out=out,
            today=now.date(),
            environ=os.environ,
            base_url=base_url,
            rate=rate,
            allow_removals=allow_removals,
            allow_additions=allow_additions,
            requested=Bump(bump or Bump.NONE),
            progress=progress,
        )

        def before_write(synced: Sequence[SyncResult]) -> None:
            if alerting is not None:
                record_all(alerting, _drifts(synced))

        synced, written, failure = _run(
            dict.fromkeys(providers), one_provider, dry_run=dry_run, before_write=before_write
        )
    for one in synced:
        one.fetched.end()  # whatever came of them, the next run asks anew
    result = SyncReport(
        providers=tuple(one.report() for one in synced), dry_run=dry_run, failure=failure, written=written
    )
    if report is not None:
        write_report(render(result), report)
    if alerting is not None and not dry_run:
        notify_all(alerting, _outcomes(synced) if written else _failed(providers, failure))
    if written or failure is None:
        _show(synced, result)
    if failure is not None:
        raise failure
    severities = FailOn(fail_on).severities()
    if any(
        change.severity in severities and not change.acknowledged
        for provider in result.providers
        for change in provider.drift.changes
    ):
        sys.exit(1)


def _run(
    names: Iterable[str],
    sync_one: Callable[[str], SyncResult],
    *,
    dry_run: bool,
    before_write: Callable[[Sequence[SyncResult]], None],
) -> tuple[list[SyncResult], bool, SchemaloomError | None]:
    """Return the results, whether they were written, and the error that ends the run, if any.

    What is held back ends the run with an error too, after the rest was written.
    """
    synced: list[SyncResult] = []
    written = False
    try:
        for name in names:
            synced.append(sync_one(name))  # noqa: PERF401  those before an error are reported
        for one in synced:
            one.fetched.check_read()
        synced = check(synced)
        if not dry_run:
            before_write(synced)
            write(synced)
            written = True
    except SchemaloomError as error:
        return synced, written, error
    return synced, written, _joined([(one.name, error) for one in synced for error in _held_errors(one)])


def _held_errors(one: SyncResult) -> Iterator[SchemaloomError]:
    """Yield an error for each reason why a part of what was fetched is not released."""
    yield from one.fetched.tripped_guards()
    if not isinstance(one, Unchanged) and (error := one.held_error()):
        yield error


def _joined(errors: Sequence[tuple[str, SchemaloomError]]) -> SchemaloomError | None:
    """Return one error with the messages of all, each after the name of its provider; None for none."""
    if len(errors) < 2:
        return errors[0][1] if errors else None
    joined = SchemaloomError("; ".join(f"{name}: {error}" for name, error in errors))
    joined.exit_code = errors[0][1].exit_code
    return joined


def _outcomes(synced: Sequence[SyncResult]) -> list[Outcome]:
    """Return the subject of each provider's alerts, after everything was written."""
    return [
        replace(outcome, synced=True, held=_held(one)) for one, outcome in zip(synced, _drifts(synced), strict=True)
    ]


def _failed(providers: Iterable[str], failure: SchemaloomError | None) -> list[Outcome]:
    """Return the subject of each provider's alerts, where nothing was written: a failed proof holds back all."""
    from schemaloom.pipeline.notify import Outcome
    from schemaloom.release.gate import GateFailed

    held = f"nothing was released: {failure.message} ({failure.where})" if isinstance(failure, GateFailed) else ""
    return [Outcome(provider=name, synced=False, held=held) for name in dict.fromkeys(providers)]


def _held(one: SyncResult) -> str:
    """Return what was held back, as sentences; empty for nothing."""
    reasons = [error.message for error in _held_errors(one)]
    if models := one.fetched.implausible:
        shown = f"{', '.join(models[:_SHOWN])}{', …' if len(models) > _SHOWN else ''}"
        reasons.append(f"implausible changes are believed only if the next look finds them too: {shown}")
    return "; ".join(reasons)


def _drifts(synced: Iterable[SyncResult]) -> list[Outcome]:
    """The drift of each provider, which is recorded before it is written: it is gone afterwards."""
    from schemaloom.pipeline.notify import Outcome

    return [Outcome(provider=one.name, report=one.drift, old=one.before.files) for one in synced]


def _show(synced: Sequence[SyncResult], result: SyncReport) -> None:
    """Warnings on stderr; on stdout the summary, which is read last."""
    for one in synced:
        # A model that is missing has its own line in the summary.
        show_fetch_problems(one.fetched, skip=one.fetched.missing)
        show_problems(one.problems if isinstance(one, Unchanged) else one.generated.problems)
    if any(not isinstance(one, Unchanged) and one.generated.difference for one in synced):
        _show_missing_tools()
    for found in result.providers:
        for line in summary(found, dry_run=result.dry_run):
            click.echo(line)


def _show_missing_tools() -> None:
    from schemaloom.release.gate import missing_tools  # imported already, by what has changed

    if missing := missing_tools():
        click.echo(
            f"not all was proven: {', '.join(missing)} not installed; run: pip install 'schemaloom[gate]'", err=True
        )
