"""Another judge of inclusion, jsonschema-rs, on the schemas that the rules see, rebuilt from the IR.

The comparison itself asks the same judge about the raw schemas; here it checks the algebra alone.
"""

from __future__ import annotations

import json
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from tests.drift.comparing import Json, read
from tests.drift.rewriting import pairs
from tests.drift.schema_rows import ROWS
from tests.drift.test_equal_meaning import EQUAL, WIDER
from tests.parsing import self_contained

from schemaloom.drift.change import Polarity
from schemaloom.drift.subschema.resolved import ResolvedSchemas
from schemaloom.drift.subschema.subschema import Subschema


def cases() -> dict[str, tuple[Json, Json]]:
    """Every pair of the tables, in both directions."""
    found: dict[str, tuple[Json, Json]] = {}
    for index, row in enumerate(ROWS):
        found[f"{index} {row.there}"] = row.old, row.new
        found[f"{index} {row.back} back"] = row.new, row.old
    for name, (old, new) in {**EQUAL, **WIDER}.items():
        if "references" not in name:
            found[name] = _holding(old), _holding(new)
            found[f"{name} back"] = _holding(new), _holding(old)
    return found


def _holding(schema: Any) -> Json:
    return {"type": "object", "properties": {"x": schema}}


def ours(old: Json, new: Json) -> bool:
    """Whether the algebra proves that nothing is lost."""
    parsed = read(old, Polarity.INPUT), read(new, Polarity.INPUT)
    sides = [ResolvedSchemas(definitions, opened=False) for _, definitions in parsed]
    schemas = [side.read(schema) for side, (schema, _) in zip(sides, parsed, strict=True)]
    return Subschema(sides[1], sides[0]).is_subschema(schemas[1], schemas[0])


def theirs(old: Json, new: Json) -> str:
    """``yes``, ``no`` or ``unknown``."""
    before, after = (
        jsonschema_rs.canonicalize(self_contained(*read(schema, Polarity.INPUT)), validate_formats=False)
        for schema in (old, new)
    )
    try:
        return str(after.covers(before))
    except ValueError:
        return "unknown"


CASES = cases()


def test_no_proof_of_either_judge_is_refuted_by_the_other() -> None:
    verdicts = {name: (ours(*pair), theirs(*pair)) for name, pair in CASES.items()}

    assert [] == [name for name, verdict in verdicts.items() if verdict == (True, "no")]


@settings(max_examples=100, deadline=None)
@given(pairs())
def test_on_random_neighbours_no_proof_is_refuted(pair: tuple[Json, Json]) -> None:
    if ours(*pair):
        assert theirs(*pair) != "no"


# The other judge compares references by their names.
@pytest.mark.parametrize("name", [name for name, pair in EQUAL.items() if '"$ref"' not in json.dumps(pair)])
def test_the_other_judge_calls_no_equal_pair_different(name: str) -> None:
    assert "no" not in {theirs(*CASES[name]), theirs(*CASES[f"{name} back"])}
