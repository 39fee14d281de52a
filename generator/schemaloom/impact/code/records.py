"""Objects that hold what they are constructed with: dataclasses, named tuples and typed dictionaries."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from schemaloom.impact.code.class_members import Evaluate
from schemaloom.impact.code.inferred import Arguments, Imported, Inferred, InferredClass, Instance, as_value
from schemaloom.impact.code.inferred_operations import without_contents_of
from schemaloom.impact.values import ANY_OBJECT, Member, ObjectValue, Unknown

_TYPED_DICTS: Final = frozenset({"typing.TypedDict", "typing_extensions.TypedDict"})
_OWN_CONSTRUCTORS: Final = frozenset({"__init__", "__new__", "__post_init__", "__getattribute__"})


def is_typed_dict(cls: InferredClass, evaluate: Evaluate) -> bool:
    """Whether a class is a ``TypedDict``, whose objects are dictionaries."""
    return any(isinstance(base, Imported) and base.dotted in _TYPED_DICTS for base in _bases(cls, evaluate))


def record_fields(cls: InferredClass, given: Arguments, evaluate: Evaluate) -> Mapping[str, Inferred]:
    """Return the values of the fields of a new dataclass or named tuple; none if any of them may be set later."""
    listed = _listed_fields(cls, evaluate)
    if not listed or not given.is_complete or given.keywords.is_open or len(given.positional) > len(listed):
        return {}
    if not cls.module.attribute_stores.keys().isdisjoint(listed):
        return {}
    found: dict[str, Inferred] = dict(zip(listed, given.positional, strict=False))
    for name, default in listed.items():
        member = given.keywords.members.get(name)
        if member is not None:
            found[name] = given.named.get(name, member.value) if member.certain else Unknown()
        elif name not in found:
            # A call makes the default anew for each object: ``field(default_factory=list)``.
            found[name] = Unknown() if default is None or isinstance(default, ast.Call) else evaluate(cls, default)
    return {name: without_contents_of(inferred) for name, inferred in found.items()}


def as_object(record: Instance) -> ObjectValue:
    """Return the fields of an object as a dictionary."""
    if not record.fields:
        return ANY_OBJECT
    return ObjectValue({name: Member(as_value(inferred)) for name, inferred in record.fields.items()})


def replaced(record: Instance, given: Arguments) -> Instance:
    """Return a copy of an object with other values."""
    if not record.fields or given.keywords.is_open:
        return Instance(record.cls)
    changed = {name: member.value if member.certain else Unknown() for name, member in given.keywords.members.items()}
    return replace(record, fields={**record.fields, **changed})


def _listed_fields(cls: InferredClass, evaluate: Evaluate) -> dict[str, ast.expr | None]:
    """Return the defaults of the fields of a dataclass or a named tuple without bases; none for another class."""
    bases = _bases(cls, evaluate)
    decorators = [evaluate(cls, node.func if isinstance(node, ast.Call) else node) for node in cls.node.decorator_list]
    is_dataclass = not bases and decorators == [Imported("dataclasses.dataclass")]
    if not is_dataclass and bases != [Imported("typing.NamedTuple")]:
        return {}
    found: dict[str, ast.expr | None] = {}
    for node in cls.node.body:
        match node:
            case ast.FunctionDef(name=name) if name in _OWN_CONSTRUCTORS:
                return {}
            case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=default):
                text = ast.unparse(annotation)
                if "InitVar" in text or "KW_ONLY" in text:
                    return {}
                if "ClassVar" not in text:
                    found[name] = default
            case _:
                pass
    return found


def _bases(cls: InferredClass, evaluate: Evaluate) -> list[Inferred]:
    return [evaluate(cls, base) for base in cls.node.bases]
