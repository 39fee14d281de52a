"""Cells that hold values: defaults, choices and ranges."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from schemaloom.errors import SnapshotError
from schemaloom.json.codec import parse_json
from schemaloom.json.values import JsonObject, JsonValue

NOTHING = frozenset({"-", "\u2013", "\u2014"})
"""Cells that mean "no value": dashes of three lengths."""
UNCLEAR = frozenset({"none", "null", "n/a"})
"""Words that mean "no value" unless the type allows them as a value."""

Bound: TypeAlias = "int | float"

_NUMBER = r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?"
_DASH = r"\s*(?:\u2013|\u2014|\u2026|\.\.|-|\bto\b)\s*"
_BOTH = re.compile(rf"({_NUMBER}){_DASH}({_NUMBER})")
_LOW = re.compile(rf"(?:min(?:imum)?[:.]?|\u2265|>=|at least|from)\s*({_NUMBER})")
_HIGH = re.compile(rf"(?:max(?:imum)?[:.]?|\u2264|<=|at most|up to)\s*({_NUMBER})")
_LOW_AND_HIGH = re.compile(rf"{_LOW.pattern}\s*(?:,|and)\s*{_HIGH.pattern}")
_MEMBERS = re.compile(r"(?:,\s*|\s+|^)(?:or\s+)?(?:a\s+)?(?:custom\s+)?(?:object\s+)?\{([\w\s,]*)\}\s*$")
_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'|`[^`]*`")
_CUT = re.compile(r"\s*,?\s*(?:\.\.\.|\u2026|\betc\.?)\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """The allowed values that a cell or a phrase states."""

    choices: tuple[str, ...] = ()
    truncated: bool = False
    """Whether the text breaks the list of choices off."""
    minimum: Bound | None = None
    maximum: Bound | None = None
    members: tuple[str, ...] | None = None
    """Names of the members of an object that is allowed too."""

    @property
    def is_range(self) -> bool:
        """Whether there is a bound."""
        return self.minimum is not None or self.maximum is not None


def read_allowed(text: str) -> Allowed | None:
    """Read a cell of allowed values: a list, a range such as ``20-50`` with any dash, or both ends by name.

    Return None if the cell means "no value".
    """
    text = text.strip()
    if not text or text.casefold() in NOTHING:
        return None
    members: tuple[str, ...] | None = None
    found = _MEMBERS.search(text)
    if found is not None:
        members = tuple(name for name in (part.strip() for part in found[1].split(",")) if name)
        text = text[: found.start()].rstrip(" ,")
    bounds = None if members is not None else read_range(text)
    if bounds is not None:
        return Allowed(minimum=bounds[0], maximum=bounds[1])
    shown = _CUT.sub("", text)
    return Allowed(choices=tuple(split_choices(shown)), truncated=shown != text, members=members)


def read_range(text: str) -> tuple[Bound | None, Bound | None] | None:
    """Both ends of a range, None for one that is open; None for a text that is no range."""
    folded = text.strip().casefold()
    if match := _BOTH.fullmatch(folded) or _LOW_AND_HIGH.fullmatch(folded):
        return read_number(match[1]), read_number(match[2])
    if match := _LOW.fullmatch(folded):
        return read_number(match[1]), None
    if match := _HIGH.fullmatch(folded):
        return None, read_number(match[1])
    return None


def split_choices(text: str) -> list[str]:
    """Split a list at its commas; those inside quotes or brackets belong to a choice."""
    parts: list[str] = []
    part = ""
    depth = 0
    for piece in re.split(rf"({_QUOTED.pattern}|[,()\[\]])", text):
        depth += (piece in {"(", "["}) - (piece in {")", "]"})
        if piece == "," and depth <= 0:
            parts.append(part)
            part = ""
        else:
            part += piece
    found = [unquoted(re.sub(r"^(?:or|and)\s+", "", each.strip())) for each in [*parts, part]]
    return list(dict.fromkeys(choice for choice in found if choice))


def unquoted(text: str) -> str:
    """The text inside quotes, if it is in quotes."""
    text = text.strip()
    if len(text) >= 2 and text[0] == '"' == text[-1]:
        try:
            value = parse_json(text.encode(), where="")
        except SnapshotError:
            return text[1:-1]
        return value if isinstance(value, str) else text
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "'`":
        return text[1:-1]
    return text


def read_number(text: str) -> Bound | None:
    """A number in figures; None for anything else."""
    text = text.strip().replace("\u2212", "-")
    if not re.fullmatch(_NUMBER, text):
        return None
    return int(text) if re.fullmatch(r"[+-]?\d+", text) else float(text)


def read_default(text: str, branches: Sequence[JsonObject]) -> tuple[JsonValue] | None:
    """The default as a value of one of the types; None when it is of none of them."""
    kinds = [branch.get("type") for branch in branches]
    bare = text.strip().strip("`")
    if "boolean" in kinds and bare.casefold() in {"true", "false"}:
        return (bare.casefold() == "true",)
    number = read_number(bare)
    if number is not None and "number" in kinds:
        return (number,)
    if number is not None and "integer" in kinds and float(number).is_integer():
        return (int(number),)
    if bare == "null" and "null" in kinds:
        return (None,)
    if bare.startswith(("[", "{")) and ("array" in kinds or "object" in kinds):
        try:
            value = parse_json(bare.encode(), where="")
        except SnapshotError:
            return None
        fits = (isinstance(value, list) and "array" in kinds) or (isinstance(value, dict) and "object" in kinds)
        return (value,) if fits else None
    return (unquoted(text),) if "string" in kinds or None in kinds else None
