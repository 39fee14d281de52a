"""The law: a generated class accepts exactly what its schema accepts.

The schema is closed first (objects that list properties and are silent about others), as every
request is.  What cannot be checked (a pattern that needs a backtracking engine, a reference to
another document) is accepted and reported as a problem; ``format`` is documentation in 2020-12.

And two by design: ``None`` for an optional parameter that is not nullable means "not set", and a
required parameter that has one value only is sent with it.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import ValidationError
from tests.loading import namespace_of, planned
from tests.paths import SPECS
from tests.strategies import near, requests

from schemaloom.snapshot.layout import read_snapshot

COMMITTED = [model for model in read_snapshot(SPECS / "pixeldojo").models if model.input is not None]


def closed(schema: Any) -> Any:
    """`schema` in plain 2020-12, with silent objects closed."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: value if key in {"enum", "const", "default"} else closed(value) for key, value in schema.items()}
    if "properties" in schema:
        found["properties"] = {name: closed(member) for name, member in schema["properties"].items()}
        if schema["properties"]:
            found.setdefault("additionalProperties", False)
    for name in {"anyOf", "oneOf"} & schema.keys():
        if any(part.get("type") == "object" and not part.get("properties") for part in schema[name]):
            found[name] = [left_open(part) for part in schema[name]]
    if found.pop("nullable", False):
        return {"anyOf": [found, {"type": "null"}]}
    return found


def left_open(schema: dict[str, Any]) -> Any:
    """`closed`, but for an alternative itself, which another that lists no properties leaves open."""
    found = closed(schema)
    if isinstance(found, dict) and "properties" in found and "additionalProperties" not in schema:
        found.pop("additionalProperties", None)
    return found


def accepts(cls: Any, value: Any) -> bool:
    try:
        cls.model_validate(value)
    except ValidationError:
        return False
    return True


def without_unset(value: Any, schema: Any) -> Any:
    """`value` without the nulls that mean "not set", where that is what they mean."""
    if not isinstance(value, dict) or not isinstance(schema, dict):
        return value
    members = schema.get("properties", {})
    required = schema.get("required", [])
    return {
        name: without_unset(part, members.get(name))
        for name, part in value.items()
        if part is not None
        or name not in members
        or name in required
        or Draft202012Validator(closed(members[name])).is_valid(None)
    }


def with_constants(value: dict[str, Any], cls: Any) -> dict[str, Any]:
    """`value` with the parameters that `cls` sends by itself."""
    fields = {name: cls.model_fields[name] for name in cls.__constants__}
    return {field.serialization_alias or name: field.default for name, field in fields.items()} | value


def has_null_below(value: Any) -> bool:
    if isinstance(value, dict):
        return any(part is None or has_null_below(part) for part in value.values())
    return isinstance(value, list) and any(has_null_below(part) for part in value)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_class_accepts_exactly_what_its_schema_accepts(data: st.DataObject) -> None:
    schema = data.draw(requests)
    model, plan = planned(schema)
    assume(model.request is not None)
    cls = namespace_of(plan)[plan.names.cls]
    checker = Draft202012Validator(closed(schema))
    for _ in range(8):
        value = without_unset(data.draw(near(schema)), schema)
        if not isinstance(value, dict):
            continue
        valid, taken = checker.is_valid(with_constants(value, cls)), accepts(cls, value)
        assert taken or not valid, f"narrower than the schema: {value!r}"
        if not (model.problems or plan.problems or has_null_below(value)):
            assert valid == taken, f"wider than the schema: {value!r}"


@cache
def committed_class(model_id: str) -> Any:
    """The class of a committed model, whose schema is read without a problem."""
    document = next(document for document in COMMITTED if document.id == model_id)
    model, plan = planned(document.input, document.id)
    assert () == (*model.problems, *plan.problems)
    return namespace_of(plan)[plan.names.cls]


@pytest.mark.parametrize("document", COMMITTED, ids=lambda document: document.id)
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_committed_class_accepts_exactly_what_its_schema_accepts(document: Any, data: st.DataObject) -> None:
    cls = committed_class(document.id)
    checker = Draft202012Validator(closed(document.input))
    value = data.draw(near(document.input))
    if isinstance(value, dict):
        value = without_unset(value, document.input)
        assert checker.is_valid(with_constants(value, cls)) == accepts(cls, value), value


def test_numbers_that_are_not_json_are_refused() -> None:
    _, plan = planned({"type": "object", "properties": {"x": {"type": "number"}}})
    assert not accepts(namespace_of(plan)[plan.names.cls], {"x": math.nan})
