"""``--notify``: turn the outcomes of a run into alerts, send them, and record which were delivered."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeAlias

from schemaloom.alerts.heartbeat import check_health
from schemaloom.alerts.message import Line, Message, drift_message, heartbeat_message, held_message
from schemaloom.alerts.state import AlertState, Pending, StateFile, make_folder, read_state, set_aside, write_state
from schemaloom.alerts.state_machine import AlertItem, Channel, Event, Transition, update_records
from schemaloom.alerts.targets import Target
from schemaloom.drift.change import Change, DriftReport, Severity
from schemaloom.drift.formats.source_lines import SourceLines
from schemaloom.drift.formats.view import View
from schemaloom.drift.grouping import group, property_pointer
from schemaloom.drift.message import name
from schemaloom.drift.plain_text import value_text
from schemaloom.errors import SchemaloomError
from schemaloom.files.lock import locked
from schemaloom.pipeline.drift import all_rules
from schemaloom.snapshot.file_names import model_path
from schemaloom.snapshot.layout import CONTRACT, OPENAPI, PROVIDER

KEEP_PENDING = timedelta(days=30)
"""How long a message that was not delivered is sent again."""
_MOST_PENDING = 200
_LONGEST_WITNESS = 200
_Add: TypeAlias = Callable[[Message], None]
"""Adds a message to those to send."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerting:
    """Targets of alerts, and the file that records which were sent."""

    targets: tuple[Target, ...]
    state: Path
    period: timedelta
    """Expected interval of the job."""
    now: datetime
    """In UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Outcome of one run for one provider."""

    provider: str
    report: DriftReport | None = None
    """None if the run failed, so that the drift is unknown."""
    old: Mapping[str, bytes] | None = None
    """The files of the report's old side."""
    synced: bool | None = None
    """Whether a sync succeeded; None if the command was no sync."""
    held: str = ""
    """What a guard or a failed check held back, as a sentence; empty for nothing."""


def record_alerts(outcomes: Iterable[Outcome], alerting: Alerting) -> tuple[str, ...]:
    """Record the alerts about each provider without sending them; return a sentence for each failure.

    The next `send_alerts` sends them, of this run or another: so none is lost if this run is killed
    after it has written the change that an alert is about.
    """
    with _locked_state(alerting) as state:
        state.plan(outcomes)
        state.write()
    return tuple(state.failures)


def send_alerts(outcomes: Iterable[Outcome], alerting: Alerting) -> tuple[str, ...]:
    """Send the alerts about each provider; return a sentence for each failure.

    Raises nothing: a failed alert does not fail the command.  A message that a target does not
    accept is recorded and sent again by each later run, for `KEEP_PENDING`.  A damaged record of
    sent alerts is set aside: alerts then repeat, and none is lost.
    """
    with _locked_state(alerting) as state:
        state.plan(outcomes)
        state.write()
        state.deliver()
    return tuple(state.failures)


@contextmanager
def _locked_state(alerting: Alerting) -> Generator[_State]:
    """The state file, which other processes leave alone meanwhile: runs for two providers may share it."""
    with suppress(OSError):  # writing reports it
        make_folder(alerting.state.parent)
    with locked([alerting.state.parent]):
        yield _State(alerting)


class _State:
    """The state file, and the messages in it that are to be sent."""

    def __init__(self, alerting: Alerting) -> None:
        self._alerting = alerting
        self._targets = {target.key: target for target in alerting.targets}
        self.failures: list[str] = []
        try:
            self._before = read_state(alerting.state)
        except SchemaloomError as error:
            self.failures.append(f"alerts may repeat, because the record of earlier ones cannot be read: {error}")
            set_aside(alerting.state)
            self._before = StateFile()
        self._providers = dict(self._before.providers)
        self._pending = list(self._before.pending)

    def plan(self, outcomes: Iterable[Outcome]) -> None:
        """Add the messages about each provider."""
        for outcome in outcomes:
            state = self._providers.get(outcome.provider, AlertState())
            state = _held(outcome, _heartbeat(outcome, state, self._alerting, self.add), self.add)
            self._providers[outcome.provider] = _drift(outcome, state, self._alerting, self.add)

    def add(self, message: Message) -> None:
        """Add a message for every target of its channel."""
        since = self._alerting.now
        self._pending += [
            Pending(target=key, message=message, since=since)
            for key, target in self._targets.items()
            if message.channel in target.channels
        ]

    def deliver(self) -> None:
        """Send all messages, the oldest first; after one failure a target gets no more in this run.

        One for a target of another run is kept.  What is delivered is recorded at once, so that a kill
        repeats one message at most.
        """
        now = self._alerting.now
        down: set[str] = set()
        for item in tuple(self._pending):
            target = self._targets.get(item.target)
            delivered = False
            if target is not None and item.target not in down:
                reason = target.receiver.send(item.message, since=item.since, now=now)
                delivered = not reason
                if reason:
                    down.add(item.target)
                    self._fail(f"alert not delivered, the next run sends it again: {target.name}: {reason}")
            if delivered or now - item.since > KEEP_PENDING:
                self._pending.remove(item)
                self.write()

    def write(self) -> None:
        """Replace the file if anything has changed."""
        after = StateFile(providers=self._providers, pending=tuple(self._pending[-_MOST_PENDING:]))
        if after == self._before:
            return
        try:
            write_state(self._alerting.state, after)
            self._before = after
        except SchemaloomError as error:
            self._fail(f"the next run will send these alerts again: {error}")

    def _fail(self, sentence: str) -> None:
        if sentence not in self.failures:
            self.failures.append(sentence)


def _heartbeat(outcome: Outcome, state: AlertState, alerting: Alerting, add: _Add) -> AlertState:
    if outcome.synced is None and state.health is None:
        return state
    health, kind = check_health(state.health, succeeded=bool(outcome.synced), period=alerting.period, now=alerting.now)
    if kind is not None:
        add(heartbeat_message(outcome.provider, kind, health.last_good, alerting.now))
    return replace(state, health=health)


def _held(outcome: Outcome, state: AlertState, add: _Add) -> AlertState:
    """Report what is held back once, and again when it changes; a run that failed earlier does not know it."""
    if outcome.held == state.held or not (outcome.synced or outcome.held):
        return state
    if outcome.held:
        add(held_message(outcome.provider, outcome.held))
    return replace(state, held=outcome.held)


def _drift(outcome: Outcome, state: AlertState, alerting: Alerting, add: _Add) -> AlertState:
    if outcome.report is None or outcome.old is None:
        return state
    records, events = update_records(
        state.subjects, _findings(outcome.report), base=_digests(outcome.old), now=alerting.now
    )
    for channel in Channel:
        wanted = [event for event in events if event.channel is channel]
        if wanted:
            add(drift_message(outcome.provider, channel, _lines(wanted, outcome.report)))
    return replace(state, subjects=records)


def _findings(report: DriftReport) -> list[AlertItem]:
    return [
        AlertItem(
            subject=_subject(change),
            severity=change.severity.value,
            rule=change.rule,
            model=change.model,
            pointer=change.pointer,
            message=change.message,
            fingerprint=change.fingerprint,
            acknowledged=change.acknowledged,
        )
        for change in report.changes
    ]


def _subject(change: Change) -> str:
    """Return the model and the innermost property: stable while the same change gets worse."""
    if change.rule.startswith("acknowledgement."):
        return f"{change.rule}#{change.fingerprint}"  # its pointer is a position, which other entries move
    return f"{change.model}#{property_pointer(change.pointer)}"


def _digests(files: Mapping[str, bytes]) -> Callable[[str], str]:
    """Return a function from a model's id to the digest of its files; the empty id is the control plane."""

    def digest(model: str) -> str:
        paths = [model_path(model)] if model else [CONTRACT, OPENAPI, PROVIDER]
        return hashlib.sha256(b"\0".join(files.get(path, b"") for path in paths)).hexdigest()[:16]

    return digest


def _lines(events: Sequence[Event], report: DriftReport) -> list[Line]:
    """Return one line for each transition of equal changes, whatever the number of their models."""
    view = View(report=report, rules=all_rules(), source_lines=SourceLines("", {}), old="", new="")
    current = {change.fingerprint: change for change in report.changes}
    lines: list[Line] = []
    for transition in Transition:
        findings = [event.finding for event in events if event.transition is transition]
        for found in group(_change(finding) for finding in findings):
            proven = (current.get(change.fingerprint, change) for change in found.changes)
            example = next((change for change in proven if change.proof == "witness"), None)
            detail = f"{view.proof(example)}: {value_text(example.witness, _LONGEST_WITNESS)}" if example else ""
            lines.append(
                Line(
                    transition=transition,
                    severity=found.severity.value,
                    rule=found.rule,
                    text=found.message,
                    models=found.models,
                    detail=detail,
                )
            )
    rank = [severity.value for severity in Severity]
    return sorted(lines, key=lambda line: rank.index(line.severity))


def _change(finding: AlertItem) -> Change:
    return Change(
        rule=finding.rule,
        severity=Severity(finding.severity),
        model=finding.model,
        pointer=finding.pointer,
        old=None,
        new=None,
        markup=name(finding.message),
        fingerprint=finding.fingerprint,
    )
