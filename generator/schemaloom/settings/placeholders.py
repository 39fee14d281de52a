"""Placeholders in routes, pointers and bodies: ``{id}``, a part of it such as ``{id[:2]}``, or a fact of the model."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import cast
from urllib.parse import quote

from schemaloom.json.pointer import pointer_of
from schemaloom.json.values import JsonValue
from schemaloom.settings.urls import quoted_id

# Doubled braces are literal ones.
_PLACEHOLDER = re.compile(r"(?<!\{)\{([A-Za-z_][A-Za-z0-9_]*)(?:\[(-?[0-9]{1,3})?(:)?(-?[0-9]{1,3})?\])?\}(?!\})")
_ANY = re.compile(r"\{[^{}]*\}")


def placeholder_names(template: str) -> set[str]:
    """Return the names in `template`; one that has not the form of a placeholder comes with its braces."""
    return {found[1] if (found := _PLACEHOLDER.fullmatch(text)) else text for text in _ANY.findall(_bare(template))}


def lone_brace(template: str) -> str | None:
    """Return the first brace of `template` that is neither doubled nor one of a pair; None if there is none."""
    found = re.search(r"[{}]", _ANY.sub("", _bare(template)))
    return found[0] if found else None


def fill_route(template: str, values: Mapping[str, str]) -> str:
    """Fill a route or URL; see `fill`.

    An id and several segments such as ``{job_id[:]}`` keep their slashes, any other value is one segment.
    """
    return fill(
        template,
        values,
        lambda match, value: quoted_id(value) if match[1] == "id" or match[3] else quote(value, safe=""),
    )


def fill_pointer(template: str, values: Mapping[str, str]) -> str:
    """Fill a JSON Pointer: every value is one token, or a part of one; see `fill`."""
    return fill(template, values, lambda _, value: pointer_of(value)[1:])


def fill_json(template: JsonValue, values: Mapping[str, str]) -> JsonValue:
    """Fill every string of a JSON template; null for a string whose placeholder has no value."""
    match template:
        case str():
            try:
                return fill(template, values, lambda _, value: value)
            except LookupError:
                return None
        case list():
            return [fill_json(item, values) for item in template]
        case dict():
            return {name: fill_json(item, values) for name, item in template.items()}
        case _:
            return template


def fill(template: str, values: Mapping[str, str], spell: Callable[[re.Match[str], str], str]) -> str:
    """Replace every placeholder in `template` by its value, which `spell` gets with its match.

    ``{id[0]}`` is the first segment of an id with slashes, ``{id[:2]}`` the first two, slash included.
    Raises `LookupError` with a sentence if there is no value, or no such segment.
    """

    def replace(match: re.Match[str]) -> str:
        name = match[1]
        if name not in values:
            raise LookupError(f"no value for {match[0]}")
        part = _segments(values[name], match)
        if not part:
            raise LookupError(f"{values[name]!r} has no part {match[0]}")
        return spell(match, part)

    return _PLACEHOLDER.sub(replace, template).replace("{{", "{").replace("}}", "}")


@lru_cache(maxsize=1024)
def pattern_of(template: str) -> re.Pattern[str]:
    """Return a pattern that matches a filled `template`; its groups are named ``p0``, ``p1`` … in order.

    A whole id may hold slashes, any other placeholder is one segment unless it has several (``{job_id[:]}``).
    """
    parts: list[str] = []
    end = 0
    for number, match in enumerate(_PLACEHOLDER.finditer(template)):
        parts.append(re.escape(template[end : match.start()]))
        slashes = match[0] == "{id}" or match[3] is not None
        parts.append(f"(?P<p{number}>{'.+' if slashes else '[^/]+'})")
        end = match.end()
    return re.compile("".join(parts) + re.escape(template[end:]), re.DOTALL)


def placeholders(template: str) -> tuple[str, ...]:
    """Return the placeholders of `template` in order, braces included."""
    return tuple(match[0] for match in _PLACEHOLDER.finditer(template))


def _bare(template: str) -> str:
    return template.replace("{{", "").replace("}}", "")


def _segments(value: str, match: re.Match[str]) -> str:
    first, last = (int(text) if (text := cast("str | None", match[group])) else None for group in (2, 4))
    if first is None and match[3] is None:
        return value
    parts = value.split("/")
    if first is not None and match[3] is None:
        return parts[first] if -len(parts) <= first < len(parts) else ""
    return "/".join(parts[first:last])
