"""The changes that need an alert, given the alerts sent before: a pure function of state and time.

The unit is a subject: one parameter or fact of one model.  Its transitions between two runs:

    new         it has no record
    worse       its severity rose, or something else about it broke too
    eased       it is no longer breaking, and something milder is left
    resolved    the provider took the change back
    reopened    it was resolved, and is there again
    reminder    it is still breaking, and the last alert is a week old

A subject that is gone because the old side changed (a person accepted the new snapshot) is
forgotten without an alert.  An acknowledged subject is silent too, but keeps its record, so that
it reopens when the acknowledgement ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal, TypeAlias

from pydantic import AwareDatetime

Severity: TypeAlias = Literal["breaking", "dangerous", "safe", "info"]
RANK: Mapping[Severity, int] = {"breaking": 0, "dangerous": 1, "safe": 2, "info": 3}
REMIND_AFTER = timedelta(days=7)
KEEP_RESOLVED = timedelta(days=90)
"""How long the record of a resolved subject is kept, so that it can reopen."""


class Transition(StrEnum):
    """Transition of a subject since the last alert about it."""

    NEW = "new"
    WORSE = "worse"
    REOPENED = "reopened"
    REMINDER = "reminder"
    EASED = "eased"
    RESOLVED = "resolved"


class Channel(StrEnum):
    """The receivers of a message."""

    BREAKING = "breaking"
    DIGEST = "digest"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertItem:
    """One change, acknowledged or not."""

    subject: str
    """Its subject, such as ``flux-dev#/properties/seed``; stable while values change."""
    severity: Severity
    rule: str
    model: str
    pointer: str
    message: str
    fingerprint: str
    acknowledged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Recorded state of a subject."""

    finding: AlertItem
    """The worst of its findings when it was last seen."""
    fingerprints: tuple[str, ...]
    """Of all its findings that are as bad as that one, now or since it was opened; sorted."""
    base: str
    """Digest of the model on the old side.  While it is the same, a missing change was undone by the provider."""
    open: bool
    changed: AwareDatetime
    """When it was opened or closed."""
    alerted: AwareDatetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One transition to report."""

    transition: Transition
    finding: AlertItem
    channel: Channel


def update_records(
    records: Mapping[str, Record], findings: Iterable[AlertItem], *, base: Callable[[str], str], now: datetime
) -> tuple[dict[str, Record], tuple[Event, ...]]:
    """Return the records after a run that found `findings`, and the events to report.

    `base` returns the digest of a model on the old side.
    """
    # Times in the future come from a run whose clock was ahead; they would silence reminders until then.
    records = {
        subject: replace(record, changed=min(record.changed, now), alerted=min(record.alerted, now))
        for subject, record in records.items()
    }
    after: dict[str, Record] = {}
    events: list[Event] = []
    for subject, members in _by_subject(findings).items():
        found = _record(members, base(members[0].model), now)
        known = _applicable(records.get(subject), found)
        after[subject], transition = _transition(known, found)
        if transition is not None:
            events.append(_event(transition, found, known))
    for subject in records.keys() - after.keys():
        record = records[subject]
        if record.base != base(record.finding.model):
            continue
        if record.open:
            after[subject] = replace(record, open=False, changed=now, alerted=now)
            events.append(_event(Transition.RESOLVED, record, record))
        elif now - record.changed <= KEEP_RESOLVED:
            after[subject] = record
    return after, tuple(sorted(events, key=_order))


def _by_subject(findings: Iterable[AlertItem]) -> dict[str, list[AlertItem]]:
    gathered: dict[str, list[AlertItem]] = {}
    for finding in findings:
        gathered.setdefault(finding.subject, []).append(finding)
    return gathered


def _record(members: list[AlertItem], base: str, now: datetime) -> Record:
    """Return the subject's new record; acknowledged items count only if there is no other."""
    counted = [finding for finding in members if not finding.acknowledged]
    worst = min(counted or members, key=lambda finding: RANK[finding.severity])
    alike = {finding.fingerprint for finding in counted or members if finding.severity == worst.severity}
    return Record(
        finding=worst, fingerprints=tuple(sorted(alike)), base=base, open=bool(counted), changed=now, alerted=now
    )


def _applicable(record: Record | None, found: Record) -> Record | None:
    """Return the record, unless it is about another old side and other changes."""
    if record is None or record.base == found.base or set(found.fingerprints) <= set(record.fingerprints):
        return record
    return None


def _transition(known: Record | None, found: Record) -> tuple[Record, Transition | None]:
    """Return the subject's next record, and its transition, if any."""
    if not found.open:
        return found, None
    if known is None:
        return found, Transition.NEW
    if not known.open:
        return found, Transition.REOPENED
    was, now = known.finding.severity, found.finding.severity
    if RANK[now] < RANK[was]:
        return found, Transition.WORSE
    if was == "breaking" and now != was:
        return found, Transition.EASED
    fingerprints = tuple(sorted({*found.fingerprints, *known.fingerprints}))
    seen = replace(found, fingerprints=fingerprints, changed=known.changed)
    if now == "breaking" and fingerprints != known.fingerprints:
        return seen, Transition.WORSE
    if now == "breaking" and found.alerted - known.alerted >= REMIND_AFTER:
        return seen, Transition.REMINDER
    return replace(seen, alerted=known.alerted), None


def _event(transition: Transition, found: Record, known: Record | None) -> Event:
    severities = {found.finding.severity, known.finding.severity if known is not None and known.open else None}
    channel = Channel.BREAKING if "breaking" in severities else Channel.DIGEST
    return Event(transition=transition, finding=found.finding, channel=channel)


def _order(event: Event) -> tuple[int, int, str, str]:
    rank = RANK[event.finding.severity]
    return rank, list(Transition).index(event.transition), event.finding.rule, event.finding.subject
