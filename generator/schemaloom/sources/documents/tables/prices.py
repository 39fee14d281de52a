"""Prices in the words of documents."""

from __future__ import annotations

import re
from dataclasses import dataclass

from schemaloom.sources.documents.tables.cell_values import Bound, read_number

_UNITS = {"image": "image", "second": "second", "sec": "second", "video": "job", "job": "job", "generation": "job"}
_PAIR = re.compile(r"\s*(.+?)\s*(?:=|:)\s*(\d+(?:\.\d+)?)\s*(?:/\w+)?\s*$")


@dataclass(frozen=True, slots=True)
class PriceText:
    """A price, as a document states it."""

    amount: Bound
    unit: str | None
    """None where the text names none."""
    by_resolution: tuple[tuple[str, Bound], ...]
    rest: str
    """The text behind the price."""


def read_price(text: str, currency: str) -> PriceText | None:
    """Read ``1 credits per image``, ``1.5 credit(s) (by resolution: 1 MP=1.5, 2 MP=3)`` or ``2 credits/sec``.

    `currency` is the unit of account in the singular.  None when the text does not begin so.
    """
    found = re.match(
        rf"\s*(\d+(?:\.\d+)?)\s*{re.escape(currency)}(?:s|\(s\))?(?:\s*(?:/|per)\s*({'|'.join(_UNITS)})\b)?"
        r"(?:\s*\(([^():]*)\bby resolution:\s*([^()]*)\))?",
        text,
        re.IGNORECASE,
    )
    amount = read_number(found[1]) if found is not None else None
    if found is None or amount is None:
        return None
    table: list[tuple[str, Bound]] = []
    for part in (found[4] or "").split(","):
        pair = _PAIR.match(part)
        value = read_number(pair[2]) if pair else None
        if pair is not None and value is not None:
            table.append((pair[1], value))
    return PriceText(
        amount=amount,
        unit=_UNITS[found[2].lower()] if found[2] else None,
        by_resolution=tuple(sorted(table)),
        rest=text[found.end() :].strip(),
    )


def usual_unit(modality: str | None) -> str | None:
    """The unit of a price that names none: an image where images are made, else the whole job."""
    if modality is None:
        return None
    return "image" if modality == "image" else "job"
