"""``--notify``: from what a run found to messages, and from what became of them to what is remembered."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from schemaloom.alerts.heartbeat import beat
from schemaloom.alerts.message import Line, Message, drift_message, heartbeat_message
from schemaloom.alerts.state import AlertState, read_state, write_state
from schemaloom.alerts.state_machine import AlertItem, Channel, Event, Record, Transition, advance
from schemaloom.alerts.targets import Target, deliver
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

_LONGEST_WITNESS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerting:
    """Where alerts go, and how it is known what was said already."""

    targets: tuple[Target, ...]
    state: Path
    period: timedelta
    """How often the job is meant to run."""
    now: datetime
    """In UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one run found about one provider."""

    provider: str
    report: DriftReport | None = None
    """None where the run failed, so that nothing is known of the provider."""
    old: Mapping[str, bytes] | None = None
    """The files of the report's old side."""
    synced: bool | None = None
    """Whether a sync succeeded; None where none was tried."""


def alert(outcomes: Iterable[Outcome], alerting: Alerting) -> tuple[str, ...]:
    """Send what there is to say about each provider; gives a sentence for all that went wrong.

    Nothing is raised, for an alert is no reason to fail.  What no target took is not remembered as
    said, so that the next run says it again.
    """
    said: list[str] = []
    try:
        memories = read_state(alerting.state)
    except SchemaloomError as error:
        return (f"no alert was sent, for it is not known what was said before: {error}",)
    before = dict(memories)
    for outcome in outcomes:
        memory = memories.get(outcome.provider, AlertState())
        memory = _heartbeat(outcome, memory, alerting, said)
        memories[outcome.provider] = _drift(outcome, memory, alerting, said)
    if memories != before:
        try:
            write_state(alerting.state, memories)
        except SchemaloomError as error:
            said.append(f"what was said will be said again: {error}")
    return tuple(said)


def _heartbeat(outcome: Outcome, memory: AlertState, alerting: Alerting, said: list[str]) -> AlertState:
    if outcome.synced is None and memory.pulse is None:
        return memory
    pulse, kind = beat(memory.pulse, succeeded=bool(outcome.synced), period=alerting.period, now=alerting.now)
    if kind is not None:
        message = heartbeat_message(outcome.provider, kind, pulse.last_good, alerting.now)
        if not _send(message, alerting, said):
            return memory
    return replace(memory, pulse=pulse)


def _drift(outcome: Outcome, memory: AlertState, alerting: Alerting, said: list[str]) -> AlertState:
    if outcome.report is None or outcome.old is None:
        return memory
    records, events = advance(memory.subjects, _findings(outcome.report), base=_digests(outcome.old), now=alerting.now)
    for channel in Channel:
        wanted = [event for event in events if event.channel is channel]
        if wanted:
            message = drift_message(outcome.provider, channel, _lines(wanted, outcome.report))
            if not _send(message, alerting, said):
                _take_back(records, memory.subjects, wanted)
    return replace(memory, subjects=records)


def _send(message: Message, alerting: Alerting, said: list[str]) -> bool:
    delivery = deliver(message, alerting.targets, alerting.now)
    said += [f"alert not delivered: {failure}" for failure in delivery.failures]
    return delivery.delivered


def _take_back(records: dict[str, Record], before: Mapping[str, Record], events: Iterable[Event]) -> None:
    for event in events:
        subject = event.finding.subject
        if subject in before:
            records[subject] = before[subject]
        else:
            del records[subject]


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
    """The model and the innermost property: what stays the same while one and the same trouble grows."""
    if change.rule.startswith("acknowledgement."):
        return f"{change.rule}#{change.fingerprint}"  # its pointer is a position, which others move
    return f"{change.model}#{property_pointer(change.pointer)}"


def _digests(files: Mapping[str, bytes]) -> Callable[[str], str]:
    """A digest of what these files say of a model; of the control plane for the empty id."""

    def digest(model: str) -> str:
        paths = [f"{MODELS}/{file_name(model)}"] if model else [CONTRACT, OPENAPI, PROVIDER]
        return hashlib.sha256(b"\0".join(files.get(path, b"") for path in paths)).hexdigest()[:16]

    return digest


def _lines(events: Sequence[Event], report: DriftReport) -> list[Line]:
    """One line for each thing that happened, however many models it happened to."""
    view = View(report=report, rules=all_rules(), source_lines=SourceLines("", {}), old="", new="")
    current = {change.fingerprint: change for change in report.changes}
    lines: list[Line] = []
    for transition in Transition:
        findings = [event.finding for event in events if event.transition is transition]
        for found in group(_change(finding) for finding in findings):
            proven = (current.get(change.fingerprint, change) for change in found.changes)
            shown = next((change for change in proven if change.proof == "witness"), None)
            detail = f"{view.proof(shown)}: {value_text(shown.witness, _LONGEST_WITNESS)}" if shown else ""
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
