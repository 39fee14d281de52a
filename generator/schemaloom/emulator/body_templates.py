"""Recognise a submitted body by the provider's template, and read what fills its placeholders."""

from __future__ import annotations

from dataclasses import dataclass, field

from schemaloom.json.values import JsonObject, JsonValue
from schemaloom.settings.placeholders import pattern_of, placeholders


@dataclass(slots=True)
class Captured:
    """The values that a body holds at the placeholders of a template."""

    parameters: JsonObject = field(default_factory=dict[str, JsonValue])
    values: dict[str, str] = field(default_factory=dict[str, str])
    """By placeholder with its braces, such as ``{id}``."""


def capture(template: JsonValue, body: JsonValue, *, extra: str | None = None) -> Captured | None:
    """Return what `body` holds at the placeholders of `template`; None if it is another body.

    Other keys than those of the template are ignored; beside a ``*`` they are parameters, but for `extra`.
    """
    found = Captured()
    return found if _matches(template, body, found, extra) else None


def _matches(template: JsonValue, value: JsonValue, found: Captured, extra: str | None) -> bool:
    match template:
        case "{input}":
            if not isinstance(value, dict):
                return False
            found.parameters.update(value)
            return True
        case str():
            return _matches_text(template, value, found)
        case list():
            return (
                isinstance(value, list)
                and len(value) == len(template)
                and all(_matches(*pair, found, extra) for pair in zip(template, value, strict=True))
            )
        case dict():
            return isinstance(value, dict) and _matches_object(template, value, found, extra)
        case _:
            return value == template


def _matches_object(template: JsonObject, value: JsonObject, found: Captured, extra: str | None) -> bool:
    own = {name: part for name, part in template.items() if name != "*"}
    beside = {name: part for name, part in value.items() if name not in own and name != extra}
    if "*" in template:
        found.parameters.update(beside)
    return all(name in value and _matches(part, value[name], found, None) for name, part in own.items())


def _matches_text(template: str, value: JsonValue, found: Captured) -> bool:
    if isinstance(value, str) and placeholders(template) == (template,) and "[" not in template:
        found.values[template] = value  # a string of its own may hold slashes
        return True
    match = pattern_of(template).fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return False
    found.values.update(zip(placeholders(template), match.groups(), strict=True))
    return True
