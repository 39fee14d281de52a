"""``acknowledged.toml``: changes that people have seen, why they may stay, and until when.

    [[acknowledged]]
    fingerprint = "3f9c0d52ab71"          # as the report prints it; 12 digits are enough
    reason = "no caller sends seed"
    expires = 2026-09-30                  # the last day on which it counts

    [[acknowledged]]                      # or: all three of rule, model and pointer
    rule = "input.default.changed"
    model = "flux-*"                      # * matches any characters, / included; ? matches one
    pointer = "/properties/*"
    reason = "the provider announced it"
    expires = 2026-09-30

An expired entry acknowledges nothing, and an unused one matches nothing; both are reported as
changes, so that the file stays current.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from fnmatch import translate
from typing import Final, cast

from schemaloom.drift.change import Change, DriftReport, Polarity, Rule, Severity, report_order
from schemaloom.drift.fingerprint import fingerprint
from schemaloom.drift.message import message_text, name
from schemaloom.errors import UsageError

ACKNOWLEDGED = "acknowledged.toml"
EXPIRED = Rule(
    id="acknowledgement.expired",
    severity=Severity.DANGEROUS,
    polarity=Polarity.CATALOGUE,
    sentence="An acknowledgement has expired: the changes it covered count again.",
)
UNUSED = Rule(
    id="acknowledgement.unused",
    severity=Severity.INFO,
    polarity=Polarity.CATALOGUE,
    sentence="An acknowledgement matches no change and can be removed from the file.",
)
ACKNOWLEDGEMENT_RULES: Final = {rule.id: rule for rule in (EXPIRED, UNUSED)}
_SELECTORS = ("rule", "model", "pointer")
_KEYS = frozenset({"fingerprint", *_SELECTORS, "reason", "expires"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """One entry: either `fingerprint`, or `rule` with two patterns."""

    pointer: str
    """JSON Pointer of the entry in the file, such as ``/acknowledged/0``."""
    reason: str
    expires: date
    """The last day on which it counts."""
    fingerprint: str = ""
    rule: str = ""
    models: re.Pattern[str] | None = None
    pointers: re.Pattern[str] | None = None
    selector: str = ""
    """The selection of the entry, marked for a message."""

    def covers(self, change: Change) -> bool:
        """Whether the entry selects this change, on any date."""
        if self.models is None or self.pointers is None:
            return change.fingerprint.startswith(self.fingerprint)
        return (
            self.rule == change.rule
            and self.models.match(change.model) is not None
            and self.pointers.match(change.pointer) is not None
        )


def has_acknowledgements(raw: bytes) -> bool:
    """Whether the file's content is more than comments."""
    return any(line.strip() and not line.lstrip().startswith(b"#") for line in raw.splitlines())


def read_acknowledgements(raw: bytes, *, where: str, rules: Container[str]) -> tuple[Acknowledgement, ...]:
    """Read the file's content; `rules` are the ids that a rule may have.

    Raises `UsageError` naming `where` and the key of the first fault.
    """
    try:
        content = cast("dict[str, object]", tomllib.loads(raw.decode("utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"not valid TOML: {error}", where=where) from None
    for key in content:
        if key != "acknowledged":
            raise UsageError(f"unknown key {key!r}", where=where, hint="entries are [[acknowledged]] tables")
    entries = content.get("acknowledged", [])
    if not isinstance(entries, list):
        raise UsageError("expected [[acknowledged]] tables", where=f"{where}: acknowledged")
    return tuple(
        _entry(entry, f"/acknowledged/{index}", f"{where}: acknowledged[{index}]", rules)
        for index, entry in enumerate(cast("list[object]", entries))
    )


def acknowledge(report: DriftReport, entries: Sequence[Acknowledgement], *, today: date) -> DriftReport:
    """Mark the changes that `entries` cover, and add a change for each expired or unused entry."""
    used: set[str] = set()
    changes: list[Change] = []
    for change in report.changes:
        covering = [entry for entry in entries if entry.covers(change)]
        used.update(entry.pointer for entry in covering)
        current = any(today <= entry.expires for entry in covering)
        changes.append(replace(change, acknowledged=True) if current else change)
    for entry in entries:
        if entry.expires < today:
            changes.append(_entry_change(EXPIRED, entry, f"Acknowledgement of {entry.selector} has expired"))
        elif entry.pointer not in used:
            changes.append(_entry_change(UNUSED, entry, f"Acknowledgement of {entry.selector} matches no change"))
    return replace(report, changes=tuple(sorted(changes, key=report_order)))


def _entry_change(rule: Rule, entry: Acknowledgement, markup: str) -> Change:
    return Change(
        rule=rule.id,
        severity=rule.severity,
        model="",
        pointer=entry.pointer,
        old={"reason": entry.reason, "expires": entry.expires.isoformat()},
        new=None,
        markup=markup,
        # Without the position: entries move when others are added.
        fingerprint=fingerprint(rule.id, "", "", message_text(entry.selector), entry.expires.isoformat()),
    )


def _entry(content: object, pointer: str, where: str, rules: Container[str]) -> Acknowledgement:
    if not isinstance(content, dict):
        raise UsageError("expected a table", where=where)
    entry = cast("dict[str, object]", content)
    for key in entry:
        if key not in _KEYS:
            raise UsageError(f"unknown key {key!r}", where=where, hint=f"known keys: {', '.join(sorted(_KEYS))}")
    reason = _string(entry, "reason", where)
    expires = entry.get("expires")
    if not isinstance(expires, date) or isinstance(expires, datetime):
        raise UsageError("expected a date without quotes, such as 2026-09-30", where=f"{where}.expires")
    if "fingerprint" in entry:
        if any(key in entry for key in _SELECTORS):
            raise UsageError("give a fingerprint, or rule, model and pointer; not both", where=f"{where}.fingerprint")
        digits = _string(entry, "fingerprint", where)
        if not re.fullmatch("[0-9a-f]{12,64}", digits):
            raise UsageError("expected a fingerprint of 12 to 64 hexadecimal digits", where=f"{where}.fingerprint")
        return Acknowledgement(
            pointer=pointer, reason=reason, expires=expires, fingerprint=digits, selector=f"change {name(digits)}"
        )
    rule, model, place = (_string(entry, key, where) for key in _SELECTORS)
    if rule not in rules:
        raise UsageError(f"unknown rule {rule!r}", where=f"{where}.rule", hint="schemaloom rules lists all rules")
    return Acknowledgement(
        pointer=pointer,
        reason=reason,
        expires=expires,
        rule=rule,
        models=re.compile(translate(model)),
        pointers=re.compile(translate(place)),
        selector=f"{name(rule)} in models {name(model)} at {name(place)}",
    )


def _string(entry: dict[str, object], key: str, where: str) -> str:
    value = entry.get(key)
    # A change of the whole model has the empty pointer, so an empty pattern is meaningful.
    if not isinstance(value, str) or not (value.strip() or key in {"pointer", "model"}):
        raise UsageError("expected a non-empty string", where=f"{where}.{key}")
    return value
