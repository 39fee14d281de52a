"""``--notify``: turn the outcomes of a run into alerts, send them, and record which were delivered."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from schemaloom.alerts.heartbeat import check_health
from schemaloom.alerts.message import Line, Message, drift_message, heartbeat_message, held_message
from schemaloom.alerts.state import AlertState, Pending, StateFile, read_state, set_aside, write_state
from schemaloom.alerts.state_machine import AlertItem, Channel, Event, Transition, update_records
from schemaloom.alerts.targets import Target
from schemaloom.drift.change import Change, DriftReport, Severity
from schemaloom.drift.formats.source_lines import SourceLines
from schemaloom.drift.formats.view import View
from schemaloom.drift.grouping import group, property_pointer
from schemaloom.drift.message import name
from schemaloom.drift.plain_text import value_text
from schemaloom.errors import SchemaloomError
from schemaloom.pipeline.drift import all_rules
from schemaloom.snapshot.file_names import file_name
from schemaloom.snapshot.layout import CONTRACT, MODELS, OPENAPI, PROVIDER

KEEP_PENDING = timedelta(days=30)
"""How long a message that was not delivered is sent again."""
_MOST_PENDING = 200
_LONGEST_WITNESS = 200


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


def send_alerts(outcomes: Iterable[Outcome], alerting: Alerting) -> tuple[str, ...]:
    """Send the alerts about each provider; return a sentence for each failure.

    Raises nothing: a failed alert does not fail the command.  A message that a target does not
    accept is recorded and sent again by each later run, for `KEEP_PENDING`.  A damaged record of
    sent alerts is set aside: alerts then repeat, and none is lost.
    """
    sender = _Sender(alerting)
    try:
        before = read_state(alerting.state)
    except SchemaloomError as error:
        sender.failures.append(f"alerts may repeat, because the record of earlier ones cannot be read: {error}")
        set_aside(alerting.state)
        before = StateFile()
    sender.retry(before.pending)
    states = dict(before.providers)
    for outcome in outcomes:
        state = states.get(outcome.provider, AlertState())
        state = _held(outcome, _heartbeat(outcome, state, alerting, sender), sender)
        states[outcome.provider] = _drift(outcome, state, alerting, sender)
    after = StateFile(providers=states, pending=tuple(sender.pending[-_MOST_PENDING:]))
    if after != before:
        try:
            write_state(alerting.state, after)
        except SchemaloomError as error:
            sender.failures.append(f"the next run will send these alerts again: {error}")
    return tuple(sender.failures)


class _Sender:
    """Sends messages to every target of their channel, and keeps those that were not accepted."""

    def __init__(self, alerting: Alerting) -> None:
        self._targets = {target.key: target for target in alerting.targets}
        self._now = alerting.now
        self._down: set[str] = set()
        self.pending: list[Pending] = []
        self.failures: list[str] = []

    def retry(self, pending: Iterable[Pending]) -> None:
        """Send earlier messages again, the oldest first; one for a target of another run is kept."""
        for item in pending:
            is_kept = self._now - item.since <= KEEP_PENDING
            if is_kept and not (item.target in self._targets and self._deliver(item.target, item.message)):
                self.pending.append(item)

    def send(self, message: Message) -> None:
        """Send a new message."""
        for key, target in self._targets.items():
            if message.channel in target.channels and not self._deliver(key, message):
                self.pending.append(Pending(target=key, message=message, since=self._now))

    def _deliver(self, key: str, message: Message) -> bool:
        """Return whether the target accepted the message; after one failure it gets no more in this run."""
        if key in self._down:
            return False
        reason = self._targets[key].receiver.send(message, self._now)
        if reason:
            self._down.add(key)
            self.failures.append(
                f"alert not delivered, the next run sends it again: {self._targets[key].name}: {reason}"
            )
        return not reason


def _heartbeat(outcome: Outcome, state: AlertState, alerting: Alerting, sender: _Sender) -> AlertState:
    if outcome.synced is None and state.health is None:
        return state
    health, kind = check_health(state.health, succeeded=bool(outcome.synced), period=alerting.period, now=alerting.now)
    if kind is not None:
        sender.send(heartbeat_message(outcome.provider, kind, health.last_good, alerting.now))
    return replace(state, health=health)


def _held(outcome: Outcome, state: AlertState, sender: _Sender) -> AlertState:
    """Report what is held back once, and again when it changes."""
    if outcome.synced is None or outcome.held == state.held:
        return state
    if outcome.held:
        sender.send(held_message(outcome.provider, outcome.held))
    return replace(state, held=outcome.held)


def _drift(outcome: Outcome, state: AlertState, alerting: Alerting, sender: _Sender) -> AlertState:
    if outcome.report is None or outcome.old is None:
        return state
    records, events = update_records(
        state.subjects, _findings(outcome.report), base=_digests(outcome.old), now=alerting.now
    )
    for channel in Channel:
        wanted = [event for event in events if event.channel is channel]
        if wanted:
            sender.send(drift_message(outcome.provider, channel, _lines(wanted, outcome.report)))
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
        paths = [f"{MODELS}/{file_name(model)}"] if model else [CONTRACT, OPENAPI, PROVIDER]
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
