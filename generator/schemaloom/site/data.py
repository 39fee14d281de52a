"""The data of the two pages that need a script: the search, and the comparison of two dates."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence

from schemaloom.drift.change import Severity
from schemaloom.drift.message import message_parts, unquoted
from schemaloom.history.entry import Entry
from schemaloom.history.reversals import Reversals
from schemaloom.json.values import JsonValue
from schemaloom.site.models import SiteModel

_SEVERITIES = [severity.value for severity in Severity]


def search_data(models: Sequence[SiteModel], price: Callable[[SiteModel], str]) -> bytes:
    """Return what the search knows of each model; texts that many models share are listed once.

    `price` returns the price of a model as a text.
    """
    names, capabilities, prices = _Numbered(), _Numbered(), _Numbered()
    rows: list[JsonValue] = [
        [
            item.model.id,
            item.model.name,
            item.page,
            item.model.modality or "",
            item.model.cost.amount if item.model.cost else None,
            prices.number(price(item)),
            item.changed,
            int(item.removed is not None),
            [capabilities.number(text) for text in item.model.capabilities],
            [names.number(name) for name in item.since],
        ]
        for item in models
    ]
    texts: dict[str, JsonValue] = {
        name: [*found.texts()] for name, found in (("names", names), ("capabilities", capabilities), ("prices", prices))
    }
    return _script("models", {**texts, "rows": rows})


def compare_data(entries: Iterable[Entry], models: Sequence[SiteModel], reversals: Reversals) -> bytes:
    """Return every change by entry, oldest first; with the other entry if one change of two takes the other back."""
    listed = list(entries)
    position = {entry.commit: number for number, entry in enumerate(listed)}
    pages, sentences = _Numbered(), _Numbered()
    page_of = {item.model.id: item.page for item in models}
    days: list[JsonValue] = []
    for entry in listed:
        rows: list[JsonValue] = []
        for change in entry.report.changes:
            key = (entry.commit, change.fingerprint)
            other = reversals.later.get(key) or reversals.earlier.get(key)
            rows.append([
                pages.number(change.model),
                _SEVERITIES.index(change.severity.value),
                sentences.number(change.markup),
                position[other.commit] if other else -1,
            ])  # fmt: skip
        days.append([f"{entry.date:%Y-%m-%d}", entry.version, entry.commit[:12], rows])
    known: list[JsonValue] = [[id_, page_of.get(id_, "")] for id_ in pages.texts()]
    content: JsonValue = {
        "models": known,
        "sentences": [_alternating(markup) for markup in sentences.texts()],
        "severities": [*_SEVERITIES],
        "days": days,
    }
    return _script("changes", content)


def _alternating(markup: str) -> JsonValue:
    """Return a sentence as prose and code in turn, prose first."""
    parts: list[JsonValue] = [""]
    for part in message_parts(markup):
        is_prose = part.kind == "prose"
        if is_prose != (len(parts) % 2 == 1):
            parts.append("")
        parts[-1] = f"{parts[-1]}{unquoted(part)}"
    return parts


class _Numbered:
    """Texts, each with the number under which it was met first."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, text: str) -> int:
        """Return the number of a text."""
        return self._numbers.setdefault(text, len(self._numbers))

    def texts(self) -> list[str]:
        """Return the texts in the order of their numbers."""
        return [*self._numbers]


def _script(name: str, content: JsonValue) -> bytes:
    # A script instead of JSON, because a page that is opened from a disk may not fetch files.
    return f"window.schemaloom_{name} = {json.dumps(content, separators=(',', ':'))};\n".encode()
