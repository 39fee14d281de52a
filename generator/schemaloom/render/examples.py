"""Example requests that are valid under a model's schema, for documents and for tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from itertools import chain, islice
from typing import cast

from schemaloom.ir.membership import is_valid
from schemaloom.ir.model import Model
from schemaloom.ir.schema import (
    Anything,
    Array,
    Boolean,
    Enum,
    Never,
    Null,
    Number,
    Object,
    Reference,
    Schema,
    String,
    Union,
)
from schemaloom.json.values import JsonObject, JsonValue, json_value

_FILES = {
    "image": "input.png", "mask": "input.png", "frame": "input.png", "video": "input.mp4", "audio": "input.mp3",
    "voice": "input.mp3", "speech": "input.mp3", "music": "input.mp3", "sound": "input.mp3", "mesh": "input.glb",
    "lora": "input.safetensors", "zip": "input.zip", "pdf": "input.pdf",
}  # fmt: skip
"""Files by a word in the name of a parameter, or in its description."""
_DEEPEST = 8
_MOST = 10_000
"""Most values in a request."""
_MOST_TRIED = 100
"""Most optional parameters that are tried one by one."""
_CHARACTERS = 100
"""Characters of a string that count as one more value."""


def example_request(model: Model) -> dict[str, JsonValue] | None:
    """Return the required parameters of `model` with plausible values; None if no valid request is known.

    If they break a rule across parameters, such as "an image or a URL", an optional one is added.
    """
    if model.request is None:
        return None
    try:
        value = _Maker(model.definitions).example(model.request, "")
    except _NoExample:
        return None
    if not isinstance(value, dict) or not is_valid(model.request, value):
        return None
    follows_rules = _rule_check(model)
    optional = islice(_optional_parameters(model, value), _MOST_TRIED)
    candidates = chain([value], ({**value, name: found} for name, found in optional))
    return next((candidate for candidate in candidates if follows_rules(candidate)), None)


def full_request(model: Model, example: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Return every parameter of `model` that has a known valid value, those of its `example_request` first.

    If rules concern several parameters, some may exclude each other; then it is the example itself.
    """
    return dict(example) if model.rules is not None else {**example, **dict(_optional_parameters(model, example))}


def _optional_parameters(model: Model, example: Mapping[str, JsonValue]) -> Iterator[tuple[str, JsonValue]]:
    """Yield the parameters that `example` lacks, each with a valid value."""
    maker = _Maker(model.definitions)
    for item in model.request.properties if model.request else ():
        if item.name not in example and not isinstance(item.schema, Never):
            try:
                found = maker.example(item.schema, item.name, 1)
            except _NoExample:
                continue
            if is_valid(item.schema, found):
                yield item.name, found


def _rule_check(model: Model) -> Callable[[Mapping[str, JsonValue]], bool]:
    """Return the check of the rules that the annotations of the class do not express."""
    if model.rules is None:
        return lambda _: True
    # Imported here: it brings sockets and e-mail addresses, and most models have no such rules.
    from jsonschema_rs import Draft202012Validator, ValidationError

    try:
        validator = Draft202012Validator(cast("JsonObject", json_value(model.rules)))
    except (ValidationError, ValueError):  # a pattern that it cannot compile
        return lambda _: False
    return lambda value: validator.is_valid(dict(value))


class _NoExample(LookupError):
    """No valid value is known without searching for one, or it would be too large."""


class _Maker:
    """Makes the values of one request, at most `_MOST` of them: nested lists may require more than memory holds."""

    def __init__(self, definitions: Mapping[str, Object]) -> None:
        self._definitions = definitions
        self._left = _MOST

    def example(self, schema: Schema, name: str, depth: int = 0) -> JsonValue:
        """Return a value of `schema`, the schema of the parameter `name`."""
        self._spend(1)
        if schema.annotations.default is not None:
            default = json_value(schema.annotations.default)
            if is_valid(schema, default):
                return default
        return self._made(schema, name, depth)

    def _made(self, schema: Schema, name: str, depth: int) -> JsonValue:
        match schema:
            case Enum():
                return json_value(schema.values[0])
            case String():
                self._spend(schema.min_length // _CHARACTERS)
                return _text(schema, name)
            case Number():
                return _number(schema)
            case Boolean():
                return False
            case Array():
                return self._items(schema, name, depth + 1)
            case Object() if depth < _DEEPEST:
                required = [item for item in schema.properties if item.required]
                return {item.name: self.example(item.schema, item.name, depth + 1) for item in required}
            case Reference() if depth < _DEEPEST and schema.name in self._definitions:
                return self.example(self._definitions[schema.name], name, depth + 1)
            case Union():
                return self._alternative(schema, name, depth + 1)
            case Anything():
                return _link(name, schema) if _is_link(name) else "text"
            case Null() | Never() | Object() | Reference():
                return None

    def _items(self, schema: Array, name: str, depth: int) -> list[JsonValue]:
        count = max(schema.min_items, 1, len(schema.prefix))
        count = count if schema.max_items is None else min(count, schema.max_items)
        if count > self._left:
            raise _NoExample
        listed = [self.example(item, name, depth) for item in schema.prefix[:count]]
        return [*listed, *(self.example(schema.items, name, depth) for _ in range(count - len(listed)))]

    def _alternative(self, schema: Union, name: str, depth: int) -> JsonValue:
        value = self.example(schema.branches[0], name, depth)
        if schema.exclusive and sum(is_valid(branch, value) for branch in schema.branches) > 1:
            raise _NoExample
        return value

    def _spend(self, values: int) -> None:
        if values > self._left:
            raise _NoExample
        self._left -= values


def _text(schema: String, name: str) -> str:
    if schema.pattern is not None:
        raise _NoExample
    text = (
        _link(name, schema)
        if schema.annotations.format == "uri" or _is_link(name)
        else "A lighthouse at dusk, long exposure"
    )
    return text.ljust(schema.min_length, ".")[: schema.max_length]


def _number(schema: Number) -> int | float:
    low = schema.minimum if schema.minimum is not None else schema.exclusive_minimum
    high = schema.maximum if schema.maximum is not None else schema.exclusive_maximum
    for value in (1, low, (low or 0) + 1, high, (high or 0) - 1, ((low or 0) + (high or 0)) / 2):
        if value is not None and is_valid(schema, int(value) if float(value).is_integer() else value):
            return int(value) if float(value).is_integer() else value
    return 0


def _link(name: str, schema: Schema) -> str:
    """Return the URL of a file of the kind that the parameter's name suggests, or else its description."""
    for text in (name.lower(), schema.annotations.description.lower()):
        if places := {text.find(word): file for word, file in _FILES.items() if word in text}:
            return f"https://example.com/{places[min(places)]}"
    return "https://example.com/input.png"


@lru_cache(maxsize=4096)  # models of a catalogue share the names of their parameters
def _is_link(name: str) -> bool:
    return any(word in name.lower() for word in ("image", "url", "video", "audio", "mask", "file"))
