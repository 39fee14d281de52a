"""``--notify`` and what belongs to it: options that several commands have."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from schemaloom.pipeline.notify import Alerting, Outcome

_CommandT = TypeVar("_CommandT", bound=Callable[..., object])
_OPTIONS = (
    click.option(
        "--notify",
        metavar="[CHANNEL=]URL",
        multiple=True,
        envvar="SCHEMALOOM_NOTIFY",
        help="Tell this place about drift, once: a URL as apprise takes it, or webhook+https://… for signed JSON. "
        "CHANNEL is breaking or digest; without it, both. May be given several times; the environment variable "
        "SCHEMALOOM_NOTIFY takes several with spaces between, and keeps them out of process lists.",
    ),
    click.option(
        "--alert-state",
        metavar="FILE",
        type=click.Path(dir_okay=False, path_type=Path),
        default=Path(".schemaloom/alerts.json"),
        show_default=True,
        help="Where it is remembered what was said; keep this file from one run to the next.",
    ),
    click.option(
        "--period",
        metavar="HOURS",
        type=click.FloatRange(min=0, min_open=True),
        default=24.0,
        show_default=True,
        help="How often sync is meant to succeed; with --notify, a last good run older than two periods is told.",
    ),
)


def notify_options(command: _CommandT) -> _CommandT:
    """Add the options to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def read_alerting(notify: Sequence[str], state: Path, period: float, now: datetime) -> Alerting | None:
    """What the options ask for, if anything.  Raises `UsageError` for a target that cannot be."""
    if not notify:
        return None
    from schemaloom.alerts.targets import read_targets
    from schemaloom.pipeline.notify import Alerting

    return Alerting(targets=read_targets(notify, os.environ), state=state, period=timedelta(hours=period), now=now)


def tell(alerting: Alerting, outcomes: Iterable[Outcome]) -> None:
    """Send what there is to say; what went wrong with that is printed, and changes no exit code."""
    from schemaloom.pipeline.notify import alert

    for sentence in alert(outcomes, alerting):
        click.echo(sentence, err=True)
