"""Placeholders in routes and bodies: ``{id}``, a part such as ``{id[:2]}``, ``{job_id}``, or a fact of the model."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from .errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .json_document import JsonValue

# Doubled braces are literal ones.
_PLACEHOLDER = re.compile(r"(?<!\{)\{([A-Za-z_][A-Za-z0-9_]*)(?:\[(-?[0-9]{1,3})?(:)?(-?[0-9]{1,3})?\])?\}(?!\})")


def fill_route(route: str, values: Mapping[str, str]) -> str:
    """Return `route` with every placeholder filled; a value never leaves its place in the path.

    A model id and several segments such as ``{job_id[:]}`` keep their slashes, any other value is
    one segment.  Raises `ConfigurationError` for an empty value and for ``.`` and ``..``, which servers resolve.
    """

    def spell(match: re.Match[str], value: str) -> str:
        slashes = match[1] == "id" or match[3] is not None
        if {"", ".", ".."} & set(value.split("/") if slashes else [value]):
            raise ConfigurationError(f"{value!r} cannot stand for {{{match[1]}}} in {route}")
        return quote(value, safe="/" if slashes else "")

    return _fill(route, values, spell)


def fill_text(template: str, values: Mapping[str, str]) -> str:
    """Return `template` with every placeholder filled.  Raises `ConfigurationError` if a value is missing."""
    return _fill(template, values, lambda _, value: value)


def fill_json(template: JsonValue, values: Mapping[str, str], parameters: Mapping[str, JsonValue]) -> JsonValue:
    """Return a body: ``"{input}"`` becomes `parameters`, other strings are filled.

    A key ``*`` puts the parameters beside the other keys.
    """
    if template == "{input}":
        return dict(parameters)
    if isinstance(template, str):
        return fill_text(template, values)
    if isinstance(template, list):
        return [fill_json(item, values, parameters) for item in template]
    if isinstance(template, dict):
        filled: dict[str, JsonValue] = dict(parameters) if "*" in template else {}
        filled |= {name: fill_json(item, values, parameters) for name, item in template.items() if name != "*"}
        return filled
    return template


def _fill(template: str, values: Mapping[str, str], spell: Callable[[re.Match[str], str], str]) -> str:
    def replace(match: re.Match[str]) -> str:
        name = match[1]
        if name not in values:
            raise ConfigurationError(f"there is no value for {match[0]} in {template}")
        return spell(match, _part(values[name], match))

    return _PLACEHOLDER.sub(replace, template).replace("{{", "{").replace("}}", "}")


def _part(value: str, match: re.Match[str]) -> str:
    first, colon, last = match[2], match[3], match[4]
    if not first and not colon:
        return value
    parts = value.split("/")
    if not colon:
        return parts[int(first)] if -len(parts) <= int(first) < len(parts) else ""
    return "/".join(parts[int(first) if first else None : int(last) if last else None])
