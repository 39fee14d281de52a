"""Objects of generated request classes: what each of them sends, by the API's names."""

from __future__ import annotations

from schemaloom.impact.code.inferred import Arguments, Bound, Inferred, RequestClass, RequestValue, as_value
from schemaloom.impact.code.returned import decoded
from schemaloom.impact.package_names import PackageNames
from schemaloom.impact.values import ANY_OBJECT, Member, ObjectValue, Unknown, Value, merge

_VALIDATORS = frozenset({"model_validate", "parse_obj", "validate_python"})
_JSON_VALIDATORS = frozenset({"model_validate_json", "validate_json"})
CONSTRUCTORS = _VALIDATORS | _JSON_VALIDATORS | {"model_construct", "model_copy"}
"""Methods that make a request object."""


def read_construction(names: PackageNames | None, callee: Inferred, given: Arguments) -> RequestValue | None:
    """Return the request object that a call of `callee` makes, or None if it makes none."""
    match callee:
        case RequestClass():
            return _request(names, callee, _with_others(names, callee, given.keywords))
        case Bound(RequestClass() as cls, "model_construct"):
            return _request(names, cls, given.keywords)
        case Bound(RequestClass() as cls, attribute) if attribute in _VALIDATORS:
            first = given.find("obj", 0) or Unknown()
            content = first.payload if isinstance(first, RequestValue) else as_value(first)
            return _request(names, cls, as_object(content))
        case Bound(RequestClass() as cls, attribute) if attribute in _JSON_VALIDATORS:
            return _request(names, cls, as_object(decoded(given.find("json_data", 0) or Unknown())))
        case Bound(RequestValue() as value, "model_copy") if given.keywords.members.get("update"):
            changed = _request(names, RequestClass(value.name), as_object(given.keywords.members["update"].value))
            merged = merge(value.payload, changed.payload)
            return RequestValue(value.name, merged, {**value.fields, **changed.fields})
        case _:
            return None


def as_object(value: Value) -> ObjectValue:
    """A value as an object; an unknown one if it is none that is known."""
    return value if isinstance(value, ObjectValue) else ANY_OBJECT


def _with_others(names: PackageNames | None, cls: RequestClass, given: ObjectValue) -> ObjectValue:
    """Return the arguments of a class with those of ``extra``, unless the model has a parameter of that name."""
    others = given.members.get("extra")
    if others is None or (names and names.has_parameter(cls.name, "extra")):
        return given
    members = {name: member for name, member in given.members.items() if name != "extra"}
    if not isinstance(others.value, ObjectValue):
        return ObjectValue(members, is_open=True)
    return ObjectValue({**members, **others.value.members}, is_open=given.is_open or others.value.is_open)


def _request(names: PackageNames | None, cls: RequestClass, given: ObjectValue) -> RequestValue:
    if names is None:
        return RequestValue(cls.name, given)
    fields = {name: names.api_name(cls.name, name) for name in given.members}
    members = {fields[name]: member for name, member in given.members.items()}
    if not cls.is_plain:
        members = {name: Member(Unknown(), certain=False) for name in members}
    return RequestValue(cls.name, ObjectValue(members, is_open=given.is_open or not cls.is_plain), fields)
