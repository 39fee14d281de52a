"""``--notify`` and its companions: options shared by several commands."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from schemaloom.cli.options import option_group

if TYPE_CHECKING:
    from schemaloom.pipeline.notify import Alerting, Outcome

notify_options = option_group(
    click.option(
        "--notify",
        metavar="[CHANNEL=]URL",
        multiple=True,
        envvar="SCHEMALOOM_NOTIFY",
        help="Send alerts about drift to this URL: any that apprise supports, or webhook+https://… for signed JSON. "
        "CHANNEL is breaking or digest; without it, both. Repeatable; the environment variable "
        "SCHEMALOOM_NOTIFY takes several, separated by spaces, and keeps them out of process lists.",
    ),
    click.option(
        "--alert-state",
        metavar="FILE",
        type=click.Path(dir_okay=False, path_type=Path),
        default=Path(".schemaloom/alerts.json"),
        show_default=True,
        help="File that records which alerts were sent; keep it between runs.",
    ),
    click.option(
        "--period",
        metavar="HOURS",
        type=click.FloatRange(min=0, min_open=True),
        default=24.0,
        show_default=True,
        help="Expected interval of successful syncs; an alert is sent when the last one is older than two periods.",
    ),
)
"""The options of a command that sends alerts."""


def read_alerting(notify: Sequence[str], state: Path, period: float, now: datetime) -> Alerting | None:
    """Read the options; None without a target.  Raises `UsageError` for an invalid target."""
    if not notify:
        return None
    from schemaloom.alerts.targets import read_targets
    from schemaloom.pipeline.notify import Alerting

    return Alerting(targets=read_targets(notify, os.environ), state=state, period=timedelta(hours=period), now=now)


def record_all(alerting: Alerting, outcomes: Iterable[Outcome]) -> None:
    """Record the alerts that `notify_all` sends later; print why they could not be recorded."""
    from schemaloom.pipeline.notify import record_alerts

    for sentence in record_alerts(outcomes, alerting):
        click.echo(sentence, err=True)


def notify_all(alerting: Alerting, outcomes: Iterable[Outcome]) -> None:
    """Send the alerts; print delivery failures, which change no exit code."""
    from schemaloom.pipeline.notify import send_alerts

    for sentence in send_alerts(outcomes, alerting):
        click.echo(sentence, err=True)
