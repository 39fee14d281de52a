"""Operations on things that need no more than the things: one of several, a true one, an item, a joined string."""

from __future__ import annotations

from ast import expr
from collections.abc import Callable, Iterable

from schemaloom.impact.code.mutations import Store
from schemaloom.impact.code.things import Bound, ClassThing, Imported, ResultOf, Text, Thing, as_value
from schemaloom.impact.values import ANY_OBJECT, Constant, ListValue, Member, ObjectValue, Unknown, Value, any_of
from schemaloom.ir.schema import Array, String


def without_contents(thing: Thing) -> Value:
    """Return the value of a thing, without the contents of a list or an object, which may have changed since."""
    match thing:
        case ObjectValue():
            return ANY_OBJECT
        case ListValue():
            return Unknown(Array())
        case _:
            return as_value(thing)


def one_of(things: list[Thing]) -> Thing:
    """Return the thing that all are, or the value that may be any of theirs."""
    first = things[0]
    if all(thing == first for thing in things):
        return first
    return any_of([without_contents(thing) for thing in things])


def first_true(things: list[Thing]) -> Thing:
    """Return the thing that ``a or b`` evaluates to."""
    left: list[Thing] = []
    for thing in things:
        value = as_value(thing)
        if isinstance(value, Constant):
            if value.value:
                left.append(thing)
                break
            continue
        left.append(thing)
    return one_of(left) if left else things[-1]


def item_of(owner: Thing, key: Value) -> Thing:
    """Return the thing that ``owner[key]`` evaluates to."""
    if isinstance(owner, Imported | Bound | ClassThing):
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


def join_text(pieces: list[Thing]) -> Thing:
    """Return the string that the pieces of an f-string make, with its unknown parts."""
    parts: list[str | None] = []
    for piece in pieces:
        match piece:
            case Constant(value=str(text)):
                parts.append(text)
            case Text(parts=inner):
                parts += inner
            case _:
                parts.append(None)
    known = [part for part in parts if part is not None]
    return Constant("".join(known)) if len(known) == len(parts) else Text(tuple(parts))


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
