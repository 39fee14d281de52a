"""Operations on inferred values alone: one of several, a deciding one, an item."""

from __future__ import annotations

from ast import expr
from collections.abc import Callable, Iterable, Sequence
from functools import reduce

from schemaloom.impact.code.inferred import (
    Bound,
    Imported,
    Inferred,
    InferredClass,
    InferredFunction,
    OneOf,
    Partial,
    RequestClass,
    ResultOf,
    Table,
    as_value,
    is_callee,
)
from schemaloom.impact.code.mutations import Store
from schemaloom.impact.values import (
    ANY_OBJECT,
    Constant,
    ListValue,
    Member,
    ObjectValue,
    Unknown,
    Value,
    any_of,
    either_object,
)
from schemaloom.ir.schema import Array, String


def without_contents(inferred: Inferred) -> Value:
    """Return an inferred value as a JSON value; a list or an object without its contents, which may have changed."""
    match inferred:
        case ObjectValue():
            return ANY_OBJECT
        case ListValue():
            return Unknown(Array())
        case _:
            return as_value(inferred)


def without_contents_of(inferred: Inferred) -> Inferred:
    """Return an inferred value; a list or an object without its contents."""
    return without_contents(inferred) if isinstance(inferred, ObjectValue | ListValue) else inferred


def parts_of(value: ObjectValue | ListValue) -> frozenset[str] | None:
    """Return the properties that are objects or lists themselves; None for a list that has such items."""
    if isinstance(value, ListValue):
        return None if any(isinstance(item, ListValue | ObjectValue) for item in value.items) else frozenset()
    return frozenset(key for key, one in value.members.items() if isinstance(one.value, ListValue | ObjectValue))


def one_of(candidates: Sequence[Inferred]) -> Inferred:
    """Return the value that all are, or one that may be any of them."""
    if all(inferred == candidates[0] for inferred in candidates):
        return candidates[0]
    callables = [inferred for inferred in candidates if inferred != Constant(None)]
    if len(callables) == 1 and isinstance(callables[0], RequestClass | Imported | InferredFunction):
        return callables[0]  # None in place of what could not be imported
    if callables and all(isinstance(one, RequestClass | OneOf | Partial | InferredFunction) for one in callables):
        return one_callee(callables)
    return any_of([without_contents(inferred) for inferred in candidates])


def one_callee(candidates: Iterable[Inferred]) -> Inferred:
    """Return the class or function that is one of `candidates`, those that cannot be called left out."""
    found: list[Inferred] = []
    for one in candidates:
        callees = one.callees if isinstance(one, OneOf) else (one,)
        found += [callee for callee in callees if is_callee(callee) and callee not in found]
    if not found:
        return Unknown()
    return found[0] if len(found) == 1 else OneOf(tuple(found))


def looked_up(table: Table, key: Value) -> Inferred:
    """Return the item of a table under a key, or one of its callable items if that is not known."""
    if isinstance(key, Constant) and not any(isinstance(name, Unknown) for name, _ in table.items):
        found = [item for name, item in table.items if name == key]
        if found:
            return found[-1]
    return one_callee(item for _, item in table.items)


def iterated(inferred: Inferred) -> Sequence[Inferred] | None:
    """Return what a loop over an inferred value yields; None if that is not known."""
    value = as_value(inferred)
    if isinstance(value, ObjectValue) and not value.is_open:
        return [Constant(name) for name in value.members]
    if isinstance(inferred, Table) and not isinstance(value, ObjectValue):
        return [item for _, item in inferred.items]
    return value.items if isinstance(value, ListValue) else None


def either(first: Inferred, second: Inferred) -> Inferred:
    """Return the value of a conditional expression."""
    if isinstance(first, ObjectValue) and isinstance(second, ObjectValue):
        return either_object(first, second)
    if isinstance(first, ListValue) and isinstance(second, ListValue):
        return any_of([first, second])
    return one_of([first, second])


def deciding(candidates: list[Inferred], *, is_or: bool) -> Inferred:
    """Return the value of ``a or b``, or of ``a and b``."""
    left: list[Inferred] = []
    for inferred in candidates[:-1]:
        value = as_value(inferred)
        if not isinstance(value, Constant):
            left.append(inferred)
        elif bool(value.value) is is_or:
            return one_of([*left, inferred])
    return one_of([*left, candidates[-1]])


def unpacked(items: Sequence[Inferred], index: int | None) -> Inferred:
    """Return the item that a loop is at, one of `items`; its part at `index` if it is unpacked."""
    parts: list[Inferred] = []
    for item in items:
        value = as_value(item)
        if index is None:
            parts.append(item)
        elif isinstance(item, Table) and index < len(item.items):
            parts.append(item.items[index][1])
        elif isinstance(value, ListValue) and index < len(value.items):
            parts.append(value.items[index])
        else:
            return Unknown()
    if any(map(is_callee, parts)):
        return parts[0] if len(parts) == 1 else one_callee(parts)
    if all(isinstance(part, ObjectValue) for part in parts):
        return reduce(either, parts) if parts else Unknown()
    return any_of(map(as_value, parts))


def item_of(owner: Inferred, key: Value) -> Inferred:
    """Return the value of ``owner[key]``."""
    if isinstance(owner, Table):
        return looked_up(owner, key)
    if isinstance(owner, Imported | Bound | InferredClass):
        if owner == Imported("os.environ"):
            return Unknown(String())
        return Bound(owner, f"[{key.value}]") if isinstance(key, Constant) else Unknown()
    if isinstance(owner, ResultOf):
        token = str(key.value) if isinstance(key, Constant) else "*"
        return result_step(owner.model, owner.path, token) or Unknown()
    if isinstance(owner, ObjectValue) and isinstance(key, Constant) and isinstance(key.value, str):
        member = owner.members.get(key.value)
        return member.value if member is not None and member.certain else Unknown()
    if isinstance(owner, ListValue) and isinstance(key, Constant) and type(key.value) is int:
        return owner.items[key.value] if -len(owner.items) <= key.value < len(owner.items) else Unknown()
    if isinstance(owner, ObjectValue) and not owner.is_open and owner.members:
        return any_of([member.value for member in owner.members.values()])  # a table that is looked up
    return Unknown()


def result_step(model: str, path: tuple[str, ...] | None, step: str) -> ResultOf | None:
    """Return the place in a result that is one step below `path`; None if it is outside the output."""
    if path is not None:
        return ResultOf(model, (*path, step))
    return ResultOf(model, ()) if step == "output" else None


def with_stores(value: ObjectValue, found: Iterable[Store], evaluate: Callable[[expr], Value]) -> ObjectValue:
    """Return an object after the stores into it, in their order."""
    members = dict(value.members)
    for store in found:
        before = members.get(store.key)
        if store.value is None:
            if store.certain:
                members.pop(store.key, None)
            elif before is not None:
                members[store.key] = Member(before.value, certain=False)
            continue
        after = evaluate(store.value)
        if store.certain:
            members[store.key] = Member(after)
        elif before is None:
            members[store.key] = Member(after, certain=False)
        else:
            members[store.key] = Member(any_of([before.value, after]), certain=before.certain)
    return ObjectValue(members, is_open=value.is_open)
