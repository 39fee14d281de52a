"""The law: no breaking finding, no broken call; and every witness is one."""

from __future__ import annotations

from typing import cast

from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from tests import strategies
from tests.drift.comparing import changes_between, read
from tests.drift.rewriting import pairs
from tests.parsing import self_contained

from schemaloom.drift.change import Polarity, Severity
from schemaloom.drift.rules import widens
from schemaloom.drift.subschema.resolved import ResolvedSchemas
from schemaloom.ir.close_schema import close_schema
from schemaloom.ir.schema import Object, Reference, Schema


def validator(side: ResolvedSchemas, schema: Schema) -> Draft202012Validator:
    """A validator of a schema that `side` has read."""
    definitions = {part.name: side.resolve(part) for part in side.parts(schema) if isinstance(part, Reference)}
    return Draft202012Validator(self_contained(schema, cast("dict[str, Object]", definitions)))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_without_a_breaking_finding_every_call_that_worked_still_works(data: st.DataObject) -> None:
    old, new = data.draw(pairs())
    found = [change for change in changes_between(old, new, Polarity.INPUT) if change.severity is Severity.BREAKING]
    valid, refusing = (Draft202012Validator(close_schema(schema)) for schema in (old, new))
    for change in found:
        if change.proof == "witness":
            assert (True, False) == (valid.is_valid(change.witness), refusing.is_valid(change.witness))
    if not found:
        for _ in range(3):
            call = data.draw(strategies.near(old))
            assert not isinstance(call, dict) or not valid.is_valid(call) or refusing.is_valid(call)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_without_a_widening_finding_every_new_result_reads_like_an_old_one(data: st.DataObject) -> None:
    old, new = data.draw(pairs())
    found = changes_between(old, new, Polarity.OUTPUT)
    sides = [ResolvedSchemas(read(schema, Polarity.OUTPUT)[1], opened=True) for schema in (old, new)]
    readers = [
        validator(side, side.read(read(schema, Polarity.OUTPUT)[0]))
        for side, schema in zip(sides, (old, new), strict=True)
    ]
    for change in found:
        if change.proof == "witness":
            assert (False, True) == (readers[0].is_valid(change.witness), readers[1].is_valid(change.witness))
    if not any(widens(change.rule.removeprefix("output.")) for change in found):
        for _ in range(3):
            answer = data.draw(strategies.near(new))
            assert not readers[1].is_valid(answer) or readers[0].is_valid(answer)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_the_normal_form_admits_what_the_schema_does(data: st.DataObject) -> None:
    schema = data.draw(strategies.requests)
    plain, definitions = read(schema, Polarity.INPUT)
    side = ResolvedSchemas(definitions, opened=False)
    normal = side.read(plain)
    value = data.draw(strategies.near(schema))
    expected = Draft202012Validator(self_contained(plain, definitions)).is_valid(value)
    assert expected == validator(side, normal).is_valid(value)
    assert expected == side.is_valid(normal, value)
