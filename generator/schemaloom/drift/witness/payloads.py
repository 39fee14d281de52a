"""`Payloads`: random payloads of a shape; validators decide which of them count."""

from __future__ import annotations

from random import Random

from schemaloom.drift.witness.raw_values import DEEPEST, Shape
from schemaloom.json.values import JsonObject, JsonValue

_OTHERS: tuple[JsonValue, ...] = (None, True, 1, 0.5, "x")


class Payloads:
    """Random payloads of a shape; the same seed gives the same ones."""

    def __init__(self, shape: Shape, seed: int = 0) -> None:
        shape.complete()
        self._shape = shape
        self._random = Random(seed)  # noqa: S311  not for secrets: the same inputs give the same payloads

    def payload(self) -> JsonValue:
        """Put a whole payload together."""
        return self._object(self._shape, 0)

    def variant(self, value: JsonValue) -> JsonValue:
        """Change a payload at one place."""
        return self._variant(value, self._shape, 0)

    def value(self) -> JsonValue:
        """Put a value together that need not be an object."""
        return self._value(self._shape, 0)

    def _value(self, shape: Shape, depth: int) -> JsonValue:
        choices = list(shape.values.values())
        roll = self._random.random()
        if depth < DEEPEST:
            if shape.names and roll < (0.75 if choices else 0.95):
                return self._object(shape, depth)
            if (shape.rest or shape.prefix) and roll < (0.8 if not shape.names else 0.9):
                return self._array(shape, depth)
        if roll > 0.93 or not choices:
            return self._random.choice((*_OTHERS, [], {}))
        return self._random.choice(choices)

    def _object(self, shape: Shape, depth: int) -> JsonObject:
        names: list[str] = []
        part = self._random.choice((0.0, 0.3, 0.6))
        for group in shape.groups:
            if self._random.random() < part:
                names += group
        share = self._random.choice((0.0, 1 / max(len(shape.names), 5), 0.5, 1.0))
        names += [name for name in shape.names if self._random.random() < share]
        names = list(dict.fromkeys(names))
        if names and self._random.random() < 0.2:
            names.remove(self._random.choice(names))
        return {name: self._value(shape.name(name), depth + 1) for name in names}

    def _array(self, shape: Shape, depth: int) -> list[JsonValue]:
        length = self._random.choice(list(shape.lengths) or [0, 1, 2])
        items = [self._value(shape.prefix.get(index) or shape.items(), depth + 1) for index in range(length)]
        if length > 1 and self._random.random() < 0.25:
            return [items[0]] * length
        return items

    def _variant(self, value: JsonValue, shape: Shape, depth: int) -> JsonValue:
        roll = self._random.random()
        if isinstance(value, dict) and depth < DEEPEST and roll < 0.92:
            return self._changed_object(value, shape, depth)
        if isinstance(value, list) and value and depth < DEEPEST and roll < 0.7:
            index = self._random.randrange(len(value))
            inner = self._variant(value[index], shape.prefix.get(index) or shape.items(), depth + 1)
            if roll < 0.1:
                return [*value[:index], *value[index + 1 :]]
            return [*value[:index], inner, *value[index + 1 :], *([inner] if roll > 0.62 else [])]
        return self._value(shape, depth)

    def _changed_object(self, value: JsonObject, shape: Shape, depth: int) -> JsonObject:
        roll = self._random.random()
        absent = [name for name in shape.names if name not in value]
        if absent and roll < 0.35:
            name = self._random.choice(absent)
            return {**value, name: self._value(shape.names[name], depth + 1)}
        if not value:
            return self._object(shape, depth)
        name = self._random.choice(list(value))
        if roll < 0.55:
            return {key: part for key, part in value.items() if key != name}
        return {**value, name: self._variant(value[name], shape.name(name), depth + 1)}
