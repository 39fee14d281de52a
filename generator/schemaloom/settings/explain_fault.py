"""Explain a fault in ``provider.toml``: its key, and the words of that key's reference."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, get_args

from pydantic import BaseModel

from schemaloom.json.values import json_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic_core import ErrorDetails

_EXPECTED = {
    "tuple_type": "a list",
    "dict_type": "a table",
    "model_type": "a table",
    "string_type": "a string",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "int_type": "an integer",
    "int_parsing": "an integer",
    "int_from_float": "an integer",
    "float_type": "a number",
    "float_parsing": "a number",
}
"""What a value should have been, by the kind of a fault."""
_SIGNS = {
    "^(/": "a pointer such as /data/0/id",
    "^https?://[^\\s/?#@]": "a URL with http or https, without user, query and fragment",
    "^https?://": "a URL with http or https",
    "^wss?://": "a URL with ws or wss, without user, query and fragment",
    "^[a-z]([": "lower-case letters, digits and -",
    "^[a-z][a-z0-9_]*": "lower-case letters, digits and _",
    "^[A-Za-z][": "letters, digits and _",
    "^[A-Za-z0-9!": "the name of a header",
    "^[0-9]": "a number of days such as 7d",
}
"""The same for strings of a form, by the beginning of their pattern."""


def explain_fault(fault: ErrorDetails, root: type[BaseModel]) -> str:
    """Return a sentence about a fault in a file that is read as `root`."""
    place = ".".join(str(step) for step in fault["loc"] if not _is_branch(step))[:200] or "provider"
    context = fault.get("ctx", {})
    given = repr(fault["input"])[:100]
    match fault["type"]:
        case "extra_forbidden":
            known = [*_keys_beside(fault, root)]
            name = str(fault["loc"][-1])
            elsewhere = [*_keys_named(name, root)]
            near = _nearest(name, known) or (f"; did you mean {elsewhere[0]}?" if len(elsewhere) == 1 else "")
            return f"{place}: unknown key{near or f'; expected {_listed(known)}'}"
        case "missing":
            return _missing(place, fault["loc"][-1])
        case "value_error":
            # The sentence of one of our own checks; those of the whole file name their keys.
            return f"{place}: {context['error']}" if fault["loc"] else str(context["error"])
        case "literal_error":
            choices = re.findall(r"'([^']*)'", str(context["expected"]))
            near = _nearest(str(fault["input"]), choices)
            what = "unknown key" if fault["loc"][-1] == "[key]" else f"expected {context['expected']}, got {given}"
            return f"{place}: {what}{near or (f'; expected {_listed(choices)}' if what == 'unknown key' else '')}"
        case "string_pattern_mismatch":
            pattern = str(context["pattern"])
            form = next((words for start, words in _SIGNS.items() if pattern.startswith(start)), None)
            return f"{place}: {given} has not the form {pattern}{f', {form}' if form else ''}"
        case "greater_than":
            return f"{place}: expected a number above {context['gt']}, got {given}"
        case "greater_than_equal":
            return f"{place}: expected a number of at least {context['ge']}, got {given}"
        case "less_than_equal":
            return f"{place}: expected a number of at most {context['le']}, got {given}"
        case "too_short":
            return f"{place}: expected at least {context['min_length']}, got none"
        case "too_long":
            return f"{place}: expected at most {context['max_length']}, got {context['actual_length']}"
        case kind:
            if kind == "tuple_type" and isinstance(fault["input"], str):
                text = json_text(fault["input"])[:100]
                return f"{place}: expected a list, got {text}; write [{text}]"
            expected = _EXPECTED.get(kind, fault["msg"].removeprefix("Input should be "))
            return f"{place}: expected {expected}, got {given}"


def _missing(place: str, last: int | str) -> str:
    """Return the sentence about a missing key, or about a list that ends before the item `last`."""
    if isinstance(last, int):
        return f"{place.rpartition('.')[0]}: expected more values, got {last}"
    return f"{place}: missing key"


def _is_branch(step: int | str) -> bool:
    """Whether a step of a place is none of the file: a mapping's key, or the type of one alternative."""
    return str(step) == "[key]" or str(step).startswith(("constrained-", "tuple["))


def _nearest(word: str, choices: list[str]) -> str:
    """Return a question after the closest of `choices`; empty if none is close."""
    part = [choice for choice in choices if word in choice.split("_") or choice in word.split("_")]
    near = get_close_matches(word, choices, n=1) or (part if len(part) == 1 else [])
    return f"; did you mean {near[0]}?" if near else ""


def _listed(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}" if len(names) > 1 else "".join(names) or "none"


def _keys_beside(fault: ErrorDetails, section: type[BaseModel]) -> Iterator[str]:
    """Yield the keys that the table of an unknown key has."""
    for step in fault["loc"][:-1]:
        field = section.model_fields.get(str(step))
        for part in () if field is None else _parts(field.annotation):
            if isinstance(part, type) and issubclass(part, BaseModel):
                section = part
    yield from section.model_fields


def _keys_named(name: str, section: type[BaseModel], place: str = "") -> Iterator[str]:
    """Yield the place of every key below `section` that has this name."""
    for key, field in section.model_fields.items():
        if key == name:
            yield f"{place}{key}"
        for part in _parts(field.annotation):
            if isinstance(part, type) and issubclass(part, BaseModel):
                yield from _keys_named(name, part, f"{place}{key}.")


def _parts(annotation: object) -> Iterator[object]:
    yield annotation
    for part in get_args(annotation):
        yield from _parts(part)
