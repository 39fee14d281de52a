"""Evaluate calls of builtins, of the standard library and of methods."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final

from schemaloom.errors import SnapshotError
from schemaloom.impact.code.builtin_functions import compute_builtin
from schemaloom.impact.code.inferred import (
    Arguments,
    Bound,
    Dumped,
    EnumMember,
    Imported,
    Inferred,
    Instance,
    RequestClass,
    RequestValue,
    ResultOf,
    Table,
    Text,
    as_value,
)
from schemaloom.impact.code.inferred_operations import looked_up, one_callee
from schemaloom.impact.code.records import as_object, replaced
from schemaloom.impact.code.strings import call_string_method, format_template, text_parts
from schemaloom.impact.package_names import ClassName, PackageNames
from schemaloom.impact.values import Constant, ListValue, ObjectValue, Unknown, Value, from_json, merge
from schemaloom.ir.schema import Array, Boolean, Number, String
from schemaloom.json.codec import parse_json

_WAITS: Final = frozenset({"result", "get", "wait", "refresh"})
_MOST_ITEMS: Final = 64
_UNKNOWN: Final[Mapping[str, Unknown]] = {
    "builtins.str": Unknown(String()),
    "builtins.input": Unknown(String()),
    "builtins.int": Unknown(Number(integer=True)),
    "builtins.len": Unknown(Number(integer=True)),
    "builtins.round": Unknown(Number()),
    "builtins.float": Unknown(Number()),
    "builtins.bool": Unknown(Boolean()),
    "builtins.sorted": Unknown(Array()),
    "random.randint": Unknown(Number(integer=True)),
    "random.random": Unknown(Number()),
}


_SAME: Final = frozenset(
    {
        "builtins.list", "builtins.tuple", "copy.copy", "copy.deepcopy", "asyncio.run", "asyncio.wait_for",
        "pydantic.TypeAdapter", "pydantic.type_adapter.TypeAdapter",
    }
)  # fmt: skip
"""Functions that return their first argument, or one that is used in the same way."""


def result_of_function(dotted: str, given: Arguments) -> Inferred:
    """Return what a function outside the project returns."""
    first = given.at(0)
    module, _, function = dotted.rpartition(".")
    is_plain = given.is_complete and given.keywords == ObjectValue({})
    computed = compute_builtin(function, list(map(as_value, given.positional))) if is_plain else None
    if module == "builtins" and computed is not None:
        return computed
    if dotted == "builtins.dict":
        return merge(ObjectValue({}) if first is None else as_value(first), given.keywords)
    if first is None:
        return _UNKNOWN.get(dotted, Unknown())
    if dotted in _SAME:
        return first
    if isinstance(first, Instance):
        return _of_record(dotted, first, given)
    if dotted in _OF_FIRST:
        return _OF_FIRST[dotted](first)
    match dotted:
        case "urllib.parse.urljoin":
            return Text((None, *text_parts(given.at(1) or Unknown())))
        case "builtins.enumerate" | "builtins.zip" | "builtins.range":
            return _items(function, given)
        case _:
            return _UNKNOWN.get(dotted, Unknown())


def decoded(text: Inferred) -> Value:
    """Return the value of a JSON text."""
    if isinstance(text, Dumped):
        return text.value
    if isinstance(text, Constant) and isinstance(text.value, str):
        with suppress(SnapshotError):
            return from_json(parse_json(text.value.encode("utf-8", "replace"), where=""))
    return Unknown()


def _encoded(text: Inferred) -> Inferred:
    return text if isinstance(text, Dumped) else Unknown()


def _type_of(value: Inferred) -> Inferred:
    return RequestClass(value.name) if isinstance(value, RequestValue) else Unknown()


def _module(name: Inferred) -> Inferred:
    return Imported(name.value) if isinstance(name, Constant) and isinstance(name.value, str) else Unknown()


_OF_FIRST: Final[Mapping[str, Callable[[Inferred], Inferred]]] = {
    "builtins.bytes": _encoded,
    "builtins.type": _type_of,
    "importlib.import_module": _module,
    "json.dumps": lambda value: Dumped(as_value(value)),
    "json.loads": decoded,
}
"""What functions return for their first argument."""


def _of_record(dotted: str, record: Instance, given: Arguments) -> Inferred:
    """Return what a function of a dataclass returns."""
    match dotted:
        case "dataclasses.asdict" | "builtins.vars":
            return as_object(record)
        case "dataclasses.replace":
            return replaced(record, given)
        case _:
            return Unknown()


def result_of_method(names: PackageNames | None, owner: Inferred, attribute: str, given: Arguments) -> Inferred:
    """Return what a method of an inferred value returns."""
    first = given.at(0)
    match owner:
        case Bound(Imported(dotted), key) if attribute == "load":  # catalogue["id"].load()
            model = key[1:-1]
            known = names is not None and dotted == f"{names.package}.catalogue" and model in names.models
            return RequestClass(ClassName(model)) if known else Unknown()
        case ResultOf(model, path) if attribute in _WAITS:
            return owner if path is not None or attribute != "get" else ResultOf(model, ())
        case ObjectValue():
            return _of_object(owner, attribute, first)
        case Instance() if attribute == "_asdict":
            return as_object(owner)
        case Instance() if attribute == "_replace":
            return replaced(owner, given)
        case Table():
            return _of_table(owner, attribute, given) or result_of_method(names, owner.value, attribute, given)
        case Dumped() if attribute == "encode":
            return owner
        case Constant(value=str(template)) if attribute == "format":
            return format_template(template, given.positional, given.named)
        case _ if attribute in {"run", "submit"} and isinstance(first, RequestValue):
            return ResultOf(first.name.model)
        case Constant() | Text() | EnumMember() | Unknown():
            return call_string_method(owner, attribute, given.positional)
        case _:
            return Unknown()


def _of_table(table: Table, method: str, given: Arguments) -> Inferred | None:
    """Return what a method of a dictionary of classes returns; None for another method."""
    if method == "get" and given.positional:
        return one_callee([looked_up(table, as_value(given.positional[0])), *given.positional[1:2]])
    if method == "values":
        return Table(Unknown(Array()), table.items)
    if method == "items":
        pairs = [
            (Table(ListValue((key, as_value(item))), ((Constant(0), key), (Constant(1), item))))
            for key, item in table.items
        ]
        return Table(Unknown(Array()), tuple((Unknown(), pair) for pair in pairs))
    return None


def _items(function: str, given: Arguments) -> Value:
    """Return the items of ``enumerate``, ``zip`` or ``range``, if they are known and few."""
    values = [as_value(argument) for argument in given.positional]
    if function == "range":
        numbers = [value.value for value in values if isinstance(value, Constant) and type(value.value) is int]
        if len(numbers) != len(values) or not 1 <= len(numbers) <= 3 or numbers[2:] == [0]:
            return Unknown(Array())
        found = range(*numbers)[: _MOST_ITEMS + 1]
        return ListValue(tuple(map(Constant, found))) if len(found) <= _MOST_ITEMS else Unknown(Array())
    lists = [value.items for value in values if isinstance(value, ListValue)]
    if len(lists) != len(values) or given.keywords.members:
        return Unknown(Array())
    if function == "enumerate":
        if len(lists) != 1:
            return Unknown(Array())
        lists = [tuple(map(Constant, range(len(items)))) for items in lists] + lists
    return ListValue(tuple(map(ListValue, zip(*lists, strict=False))))


def _of_object(owner: ObjectValue, method: str, first: Inferred | None) -> Inferred:
    """Return what a method of a dictionary returns."""
    if method == "copy":
        return owner
    if owner.is_open or not all(member.certain for member in owner.members.values()):
        return Unknown()
    if method == "get" and isinstance(first, Constant):
        found = owner.members.get(str(first.value))
        return Unknown() if found is None else found.value
    pairs: list[tuple[Value, Value]] = [(Constant(name), member.value) for name, member in owner.members.items()]
    if method == "items":
        return ListValue(tuple(map(ListValue, pairs)))
    if method in {"keys", "values"}:
        return ListValue(tuple(pair[method == "values"] for pair in pairs))
    return Unknown()
