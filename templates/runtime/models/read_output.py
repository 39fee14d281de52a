"""Reading the output of a job by the type that its model declares, without ever raising.

A value that is not of its declared type stays as JSON, and a note reports it.  A value in place of a
list of one, or a list of one in place of its item, is read as declared, and noted too.
"""

from __future__ import annotations

import types
import typing
from typing import TYPE_CHECKING, cast

from ..files.file import File
from ..files.read_file import MAX_DEPTH, children, is_file_url, url_name
from .output_object import OutputObject, build_object, field_types, is_object_type

if TYPE_CHECKING:
    from ..core.json_document import JsonValue
    from ..files.read_file import FileReader, JsonObject

_UNIONS = (typing.Union, types.UnionType)
_SCALARS: dict[object, str] = {str: "a string", bool: "a boolean", int: "an integer", float: "a number"}
MAX_NOTES = 20
_SCORED = 16
"""Items of a list or mapping that decide which alternative of a union it is."""
_ANYTHING, _FITS, _FITS_BEST = 10, 20, 30
"""Scores of values: of one that may be anything, of one that has the type, of one that has a narrow type."""


class OutputReader:
    """Reads one output; afterwards `notes` and `files` describe the whole of it."""

    def __init__(self, files: FileReader) -> None:
        self.notes: list[str] = []
        """Where the document deviates from the declared type: a JSON Pointer, and how."""
        self.kept: set[str] = set()
        """Pointers of values that are not of their declared type."""
        self._reader = files
        self._declared: dict[str, File] = {}

    def read(self, kind: object, value: JsonValue, pointer: str) -> object:
        """`value`, which is at `pointer` of the document, as the type `kind`."""
        return self._read(kind, value, pointer, None)

    def files(self, document: JsonValue, pointer: str) -> dict[str, File]:
        """Every file below `pointer`, by JSON Pointer, in the document's order; declared or not."""
        found: dict[str, File] = {}
        self._collect_files(document, pointer, found, 0)
        return found

    def _collect_files(self, value: JsonValue, pointer: str, found: dict[str, File], depth: int) -> None:
        file = self._declared.get(pointer) or self._reader.read(value)
        if depth > MAX_DEPTH:
            return
        described = None
        if file is not None:
            found[pointer] = file
            described = url_name(value)
        for name, inner in children(value):
            if name != described:
                self._collect_files(inner, f"{pointer}/{name}", found, depth + 1)

    def _read(self, kind: object, value: JsonValue, pointer: str, beside: JsonObject | None) -> object:
        if pointer.count("/") > MAX_DEPTH:
            self._add_note(f"{pointer}: nested too deeply to be read")
            return value
        origin = typing.get_origin(kind)
        arguments = typing.get_args(kind)
        if origin in _UNIONS:
            best = max(arguments, key=lambda branch: score(branch, value))  # the first of equals
            return (
                self._read(best, value, pointer, beside)
                if score(best, value)
                else self._keep_as_json(kind, value, pointer)
            )
        if kind is File:
            return self._file(value, pointer, beside)
        if origin is list and isinstance(value, list):
            return [self._read(arguments[0], item, f"{pointer}/{index}", None) for index, item in enumerate(value)]
        if origin is dict and isinstance(value, dict):
            names = zip(value, (name for name, _ in children(value)), strict=True)
            return {name: self._read(arguments[1], value[name], f"{pointer}/{part}", value) for name, part in names}
        if is_object_type(kind) and isinstance(value, dict):
            return self._object(kind, value, pointer)
        if kind is str and isinstance(value, list) and all(map(_is_part, value)):
            return "".join(cast("list[str]", value))
        if not score(kind, value):
            return self._keep_as_json(kind, value, pointer)
        return value

    def _object(self, cls: type[OutputObject], value: dict[str, JsonValue], pointer: str) -> OutputObject:
        values: dict[str, object] = {}
        for name, kind in field_types(cls).items():
            wire_name = cls.__names__.get(name, name)
            place = f"{pointer}/{wire_name.replace('~', '~0').replace('/', '~1')}"
            if wire_name in value:
                values[name] = self._read(kind, value[wire_name], place, value)
            else:
                values[name] = None
                if not score(kind, None):
                    self._add_note(f"{place}: missing")
        return build_object(cls, value, values)

    def _file(self, value: JsonValue, pointer: str, beside: JsonObject | None) -> object:
        found = self._reader.read_declared(value, beside)
        if found is None:
            return self._keep_as_json(File, value, pointer)
        self._declared[pointer] = found
        return found

    def _keep_as_json(self, kind: object, value: JsonValue, pointer: str) -> object:
        self._add_note(f"{pointer}: expected {_describe(kind)}, got {_type_name(value)}")
        for branch in _branches(kind):
            if typing.get_origin(branch) is list and score(item := typing.get_args(branch)[0], value) >= _FITS:
                return [self._read(item, value, pointer, None)]
            if (
                isinstance(value, list)
                and len(value) == 1
                and value[0] is not None
                and score(branch, value[0]) >= _FITS
            ):
                return self._read(branch, value[0], f"{pointer}/0", None)
        self.kept.add(pointer)
        return value

    def _add_note(self, note: str) -> None:
        if len(self.notes) < MAX_NOTES:
            self.notes.append(note)


def _is_part(item: JsonValue) -> bool:
    """Whether an item of a list may be a part of one text; a list of files is none."""
    return isinstance(item, str) and not is_file_url(item)


def _branches(kind: object) -> tuple[object, ...]:
    return typing.get_args(kind) if typing.get_origin(kind) in _UNIONS else (kind,)


def score(kind: object, value: JsonValue, *, inside: bool = True) -> int:
    """Return how well `value` fits a type; 0 if it does not.  `inside`: whether to look into lists and objects.

    Below `_ANYTHING`, the value has the right JSON type and deviates inside.
    """
    origin = typing.get_origin(kind)
    arguments = typing.get_args(kind)
    if origin in _UNIONS:
        return max(score(branch, value, inside=inside) for branch in arguments)
    if kind is type(None):
        return _FITS * (value is None)
    if kind is File:
        return _FITS_BEST if is_file_url(value, is_declared=True) or url_name(value) else int(isinstance(value, str))
    if origin is typing.Literal:
        return _FITS_BEST * any(type(value) is type(argument) and value == argument for argument in arguments)
    if origin is list:
        return _score_items(arguments[0], value, inside=inside) if isinstance(value, list) else 0
    if origin is dict:
        return _score_items(arguments[1], [*value.values()], inside=inside) if isinstance(value, dict) else 0
    if is_object_type(kind):
        return (_score_object(kind, value) if inside else _FITS) if isinstance(value, dict) else 0
    if kind in _SCALARS:
        return _FITS * _is_scalar(kind, value)
    return _ANYTHING  # JsonValue


def _score_items(kind: object, items: list[JsonValue], *, inside: bool) -> int:
    """By the first items: lists may be long."""
    return _FITS if not inside or all(score(kind, item, inside=False) for item in items[:_SCORED]) else 1


def _score_object(cls: type[OutputObject], value: dict[str, JsonValue]) -> int:
    fitting = deviating = 0
    for name, kind in field_types(cls).items():
        wire_name = cls.__names__.get(name, name)
        fits = score(kind, value.get(wire_name), inside=False)  # a missing property is None
        fitting += fits > 0 and wire_name in value
        deviating += not fits
    return _FITS + min(fitting, 9) if not deviating else max(1, min(5 + fitting - deviating, _ANYTHING - 1))


def _is_scalar(kind: object, value: JsonValue) -> bool:
    if kind is str:
        return isinstance(value, str)
    if kind is bool or isinstance(value, bool):
        return kind is bool and isinstance(value, bool)
    return isinstance(value, int) or (isinstance(value, float) and (kind is float or value.is_integer()))


def _describe(kind: object) -> str:
    origin = typing.get_origin(kind)
    if origin in _UNIONS:
        return " or ".join(dict.fromkeys(_describe(branch) for branch in typing.get_args(kind)))
    if kind is type(None):
        return "null"
    if kind is File:
        return "a file"
    if origin is list:
        return "a list"
    if origin is typing.Literal:
        return "one of the documented values"
    return _SCALARS.get(kind, "an object")


def _type_name(value: JsonValue) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case str():
            return "a string"
        case int() | float():
            return "a number"
        case list():
            return "a list"
        case dict():
            return "an object"
