"""Strings that code makes of other strings, with the parts that are known."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import count
from string import Formatter
from typing import Final, TypeAlias

from schemaloom.impact.code.inferred import EnumMember, Inferred, Text, as_value
from schemaloom.impact.values import Constant, ListValue, Unknown
from schemaloom.ir.schema import String

_LONGEST: Final = 100_000
_PLACEHOLDER: Final = re.compile(r"%[sd%]")
_Parts: TypeAlias = tuple[str | None, ...]
_RETURN_STRINGS: Final = frozenset(
    {"join", "strip", "lower", "upper", "replace", "title", "decode", "removeprefix", "removesuffix", "isoformat"}
)
_COMPUTED: Final = frozenset(
    {"strip", "lstrip", "rstrip", "lower", "upper", "title", "capitalize", "removeprefix", "removesuffix"}
)
"""Methods that return a string no longer than the one they are called on."""


def text_parts(inferred: Inferred) -> _Parts:
    """Return the parts of the string that an inferred value is written as; None for a part that is not known."""
    match inferred:
        case Text(parts=parts):
            return parts
        case Constant(value=str(text)) | EnumMember(value=Constant(value=str(text)), is_value=True):
            return (text,)
        case _:
            return (None,)


def join_text(pieces: Sequence[Inferred]) -> Inferred:
    """Return the string that pieces make one behind the other, with its unknown parts."""
    parts = [part for piece in pieces for part in text_parts(piece)]
    known = [part for part in parts if part is not None]
    return Constant("".join(known)) if len(known) == len(parts) else Text(tuple(parts))


def format_template(template: str, positional: Sequence[Inferred], named: Mapping[str, Inferred]) -> Inferred:
    """Return the string that ``template.format(…)`` makes."""
    pieces: list[Inferred] = []
    numbers = count()
    try:
        for text, name, spec, conversion in Formatter().parse(template):
            pieces.append(Constant(text))
            if name is None:
                continue
            index = int(name or next(numbers)) if (name or "0").isdecimal() else None
            given = named.get(name) if index is None else positional[index] if index < len(positional) else None
            pieces.append(Text((None,)) if given is None or spec or conversion else _written(given))
    except ValueError:
        return Text((None,))
    return join_text(pieces)


def percent_template(template: str, given: Inferred) -> Inferred:
    """Return the string that ``template % given`` makes."""
    values: Sequence[Inferred] = given.items if isinstance(given, ListValue) else [given]
    pieces: list[Inferred] = []
    position = used = 0
    for match in _PLACEHOLDER.finditer(template):
        pieces.append(Constant(template[position : match.start()]))
        position = match.end()
        if match[0] == "%%":
            pieces.append(Constant("%"))
        else:
            pieces.append(_written(values[used]) if used < len(values) else Text((None,)))
            used += 1
    pieces.append(Constant(template[position:]))
    return Text((None,)) if used != len(values) or "%" in _PLACEHOLDER.sub("", template) else join_text(pieces)


def call_string_method(owner: Inferred, method: str, arguments: Sequence[Inferred]) -> Inferred:
    """Return what a method of a string returns."""
    values = [as_value(argument) for argument in arguments]
    if method == "join" and isinstance(owner, Constant) and len(values) == 1 and isinstance(values[0], ListValue):
        pieces: list[Inferred] = []
        for item in values[0].items:
            pieces += [owner, item] if pieces else [item]
        joined = join_text(pieces)
        is_short = isinstance(joined, Constant) and len(str(joined.value)) <= _LONGEST
        return joined if is_short else Unknown(String())
    given = [value.value for value in values if isinstance(value, Constant) and isinstance(value.value, str)]
    if (
        method in _COMPUTED
        and isinstance(owner, Constant)
        and isinstance(owner.value, str)
        and len(given) == len(arguments)
    ):
        try:
            return Constant(getattr(owner.value, method)(*given))
        except TypeError:
            return Unknown(String())
    if method not in _RETURN_STRINGS:
        return Unknown()
    is_text = not isinstance(owner, Unknown) or isinstance(owner.schema, String)
    return Unknown(String()) if is_text else Unknown()


def _written(inferred: Inferred) -> Inferred:
    """Return an inferred value as a template writes it."""
    if isinstance(inferred, Constant) and type(inferred.value) is int:
        return Constant(str(inferred.value))
    return Text(text_parts(inferred))
