"""What calls of builtins, of the standard library and of methods return."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from schemaloom.impact.code.inferred import (
    Arguments,
    Bound,
    Dumped,
    EnumMember,
    Imported,
    Inferred,
    RequestClass,
    RequestValue,
    ResultOf,
    Text,
    as_value,
)
from schemaloom.impact.code.strings import call_string_method, format_template, text_parts
from schemaloom.impact.package_names import ClassName, PackageNames
from schemaloom.impact.values import Constant, ListValue, ObjectValue, Unknown, Value, merge
from schemaloom.ir.schema import Array, Boolean, Number, String

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


def result_of_function(dotted: str, given: Arguments) -> Inferred:
    """Return what a function outside the project returns."""
    first = given.at(0)
    match dotted:
        case "builtins.dict":
            return merge(ObjectValue({}) if first is None else as_value(first), given.keywords)
        case _ if first is None:
            return _UNKNOWN.get(dotted, Unknown())
        case "builtins.list" | "builtins.tuple" | "copy.copy" | "copy.deepcopy" | "asyncio.run" | "asyncio.wait_for":
            return first
        case "json.dumps":
            return Dumped(as_value(first))
        case "importlib.import_module":
            return Imported(first.value) if isinstance(first, Constant) and isinstance(first.value, str) else Unknown()
        case "urllib.parse.urljoin":
            return Text((None, *text_parts(given.at(1) or Unknown())))
        case "builtins.enumerate" | "builtins.zip" | "builtins.range":
            return _items(dotted.rpartition(".")[2], given)
        case _:
            return _UNKNOWN.get(dotted, Unknown())


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
