"""Operations on inferred values alone: one of several, a deciding one, an item."""

from __future__ import annotations

from ast import expr
from collections.abc import Callable, Iterable, Sequence

from schemaloom.impact.code.inferred import (
    Bound,
    Imported,
    Inferred,
    InferredClass,
    InferredFunction,
    OneOf,
    RequestClass,
    ResultOf,
    as_value,
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


def one_of(candidates: Sequence[Inferred]) -> Inferred:
    """Return the value that all are, or one that may be any of them."""
    if all(inferred == candidates[0] for inferred in candidates):
        return candidates[0]
    callables = [inferred for inferred in candidates if inferred != Constant(None)]
    if len(callables) == 1 and isinstance(callables[0], RequestClass | Imported | InferredFunction):
        return callables[0]  # None in place of what could not be imported
    classes = [inferred for inferred in callables if isinstance(inferred, RequestClass)]
    if classes and len(classes) == len(callables):
        return OneOf(tuple(dict.fromkeys(classes)))
    return any_of([without_contents(inferred) for inferred in candidates])


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
    parts: list[Value] = []
    for item in items:
        if index is None:
            parts.append(as_value(item))
        elif isinstance(item, ListValue) and index < len(item.items):
            parts.append(item.items[index])
        else:
            return Unknown()
    return any_of(parts) if parts else Unknown()


def item_of(owner: Inferred, key: Value) -> Inferred:
    """Return the value of ``owner[key]``."""
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
