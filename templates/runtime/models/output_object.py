"""`OutputObject`: an object in the output of a job, read leniently."""

from __future__ import annotations

import typing
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, TypeGuard

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..core.json_document import JsonValue

_NO_NAMES: Mapping[str, str] = MappingProxyType({})
_FIELD_TYPES: dict[type[object], Mapping[str, object]] = {}
"""Of the classes that were read: resolving annotations takes long."""


class OutputObject:
    """An object of a result.  Generated subclasses annotate its properties.

    Reading it never raises: a property that is missing is None, an unknown value of an enum stays
    as it is, and so does a value of another type than documented; `Result.notes` lists them.
    Properties that the class does not know are kept: see `model_extra`.
    """

    if TYPE_CHECKING:  # the annotations that are left are properties, and are resolved when an output is read
        __names__: ClassVar[Mapping[str, str]]
        """The API's names of the properties whose attributes have another."""
        _document: dict[str, JsonValue]
    else:
        __names__ = _NO_NAMES

    @property
    def model_extra(self) -> dict[str, JsonValue]:
        """The properties that the class does not know."""
        known = known_names(type(self))
        return {name: value for name, value in self._document.items() if name not in known}

    def model_dump(self) -> dict[str, JsonValue]:
        """The object as the API gave it."""
        return dict(self._document)

    if not TYPE_CHECKING:  # to type checkers a name that the class does not know is an error

        def __getattr__(self, name: str) -> JsonValue:
            """A property that the class does not know."""
            document = self.__dict__.get("_document", {})
            if name in document and not name.startswith("_"):
                return document[name]
            raise AttributeError(f"{type(self).__name__!r} has no property {name!r}")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, OutputObject) and type(self) is type(other) and self._document == other._document

    def __hash__(self) -> int:
        return hash((type(self), *self._document))

    def __repr__(self) -> str:
        values = ", ".join(f"{name}={self.__dict__.get(name)!r}" for name in field_types(type(self)))
        return f"{type(self).__name__}({values})"


def field_types(cls: type[object]) -> Mapping[str, object]:
    """The types of the attributes of a generated class, by their names."""
    if cls not in _FIELD_TYPES:
        hints = typing.get_type_hints(cls)
        _FIELD_TYPES[cls] = {name: kind for name, kind in hints.items() if not name.startswith("_")}
    return _FIELD_TYPES[cls]


def known_names(cls: type[OutputObject]) -> set[str]:
    """The API's names of the properties that a class knows."""
    return {cls.__names__.get(name, name) for name in field_types(cls)}


def has_known(value: OutputObject) -> bool:
    """Whether the object holds any property that its class knows."""
    return not known_names(type(value)).isdisjoint(value.model_dump())


def build_object(cls: type[OutputObject], document: dict[str, JsonValue], values: Mapping[str, object]) -> OutputObject:
    """An instance with these attributes; `document` is the object as the API gave it."""
    found = cls.__new__(cls)
    found.__dict__.update(values, _document=document)
    return found


def is_object_type(kind: object) -> TypeGuard[type[OutputObject]]:
    """Whether a type is that of an object of an output."""
    return isinstance(kind, type) and issubclass(kind, OutputObject)
