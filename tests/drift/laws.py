"""The laws of drift over random raw schemas with every keyword of draft 2020-12: ``python -m tests.drift.laws``.

Each pair is judged by jsonschema on the raw documents, closed as requests are sent:

- a pointer to no place: neither of the two documents has it;
- a change in silence: the report is empty, and a payload or jsonschema-rs distinguishes the two;
- a false witness: the payload was refused before, or is accepted now;
- another's witness: a change is called breaking, and its keyword alone does not refuse the payload;
- a false "safe": no change is breaking or unknown, and a payload that worked is refused;
- an abstention: the worst change of the report is that it cannot judge.

``--rewrites`` counts breaking changes between schemas of equal meaning.  ``--annotations`` counts the
edits of annotations, at any place of a schema, that give no change.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from copy import deepcopy
from decimal import Decimal
from random import Random
from typing import Any

import jsonschema_rs
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend
from tests.drift.comparing import changes_between
from tests.drift.raw_schemas import Json, annotated, edited, edited_together, request, rewritten, value

from schemaloom.drift.change import Change, Polarity, Severity
from schemaloom.drift.witness.payloads import Payloads
from schemaloom.drift.witness.raw_values import ShapeReader
from schemaloom.ir.close_schema import close_schema
from schemaloom.json.pointer import resolve_pointer

BROKEN = frozenset({"silence", "false witness", "another's witness", "false safe", "pointer to no place"})
"""How a report about a pair breaks a law."""
_PAYLOADS = 60
"""Payloads that are tried against a report without a breaking change."""


def _check_multiple(validator: Any, step: float, instance: Any, _: Any) -> Iterator[ValidationError]:
    """Judge ``multipleOf`` in decimals, as numbers are written; binary fractions deny that 0.3 is three times 0.1."""
    if validator.is_type(instance, "number") and Decimal(str(instance)) % Decimal(str(step)):
        yield ValidationError(f"{instance} is not a multiple of {step}")


Judge: Any = extend(Draft202012Validator, {"multipleOf": _check_multiple})  # type: ignore[no-untyped-call]  # it has no types
"""jsonschema's validator of plain documents, exact for decimals."""


def has_place(pointer: str, *documents: Json) -> bool:
    """Whether one of the documents has a value at a pointer."""
    return any(resolves(document, pointer) for document in documents)


def resolves(document: Json, pointer: str) -> bool:
    """Whether a document has a value at a pointer."""
    try:
        resolve_pointer(document, pointer)
    except LookupError:
        return False
    return True


def judge_pair(old: Json, new: Json, rng: Random) -> str:
    """Return the name of the law that the report about a pair breaks, or how it ends."""
    found = changes_between(old, new, Polarity.INPUT)
    if not all(has_place(change.pointer, old, new) for change in found):
        return "pointer to no place"
    before, after = (Judge(close_schema(schema)) for schema in (old, new))
    for change in found:
        if change.proof == "witness" and not (before.is_valid(change.witness) and not after.is_valid(change.witness)):
            return "false witness"
        if change.severity is Severity.BREAKING and not is_own(change, old, new):
            return "another's witness"
    if any(change.severity is Severity.BREAKING for change in found):
        return "proved" if any(change.proof == "witness" for change in found) else "breaking, unproven"
    unknown = any(change.rule == "schema.unknown-keyword" for change in found)
    lost, gained = _differences(old, new, before, after, rng)
    if unknown:
        return "abstained"
    if lost:
        return "false safe" if found else "silence"
    if not found and (gained or (equal := _are_equal(old, new)) is False):
        return "silence"
    return "no break" if found or equal else "empty report, equality unchecked"


def is_own(change: Change, old: Json, new: Json) -> bool:
    """Whether a breaking change is about a keyword that refuses something by itself, its witness if it has one."""
    place, _, name = change.pointer.rpartition("/")
    if name not in _BY_ITSELF or not all(resolves(schema, place) for schema in (old, new)):
        return True
    spelled = _SPELLINGS.get(name, (name,))
    alone, without = _with_keywords(old, new, place, spelled), _with_keywords(new, old, place, spelled)
    if alone == old or without == new:  # the keyword is spelled elsewhere
        return True
    if change.proof == "witness":
        sides = [Judge(close_schema(schema)) for schema in (alone, without)]
        return not sides[0].is_valid(change.witness) or bool(sides[1].is_valid(change.witness))
    return _are_equal(old, alone) is not True


def _with_keywords(schema: Json, other: Json, place: str, names: Iterable[str]) -> Json:
    """`schema` with keywords at a place as `other` has them."""
    edited_schema = deepcopy(schema)
    ours, theirs = resolve_pointer(edited_schema, place), resolve_pointer(other, place)
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for name in names:
            ours.pop(name, None)
            ours.update({name: theirs[name]} if name in theirs else {})
    return edited_schema


_SPELLINGS = {
    "enum": ("enum", "const"), "minimum": ("minimum", "exclusiveMinimum"), "maximum": ("maximum", "exclusiveMaximum"),
    "exclusiveMinimum": ("exclusiveMinimum", "minimum"), "exclusiveMaximum": ("exclusiveMaximum", "maximum"),
}  # fmt: skip
"""Keywords that limit the same."""
_BY_ITSELF = {*_SPELLINGS, "const", "multipleOf", "minLength", "maxLength", "pattern", "minItems", "maxItems",
              "uniqueItems", "minProperties", "maxProperties", "required", "not", "propertyNames", "dependentRequired",
              "additionalProperties"}  # fmt: skip
"""Keywords that refuse the same values beside any others."""


def _are_equal(old: Json, new: Json) -> bool | None:
    """Whether jsonschema-rs proves that two schemas accept the same payloads; None if it cannot decide."""
    closed = [{"type": "object", **close_schema(schema)} for schema in (old, new)]
    try:
        sides = [jsonschema_rs.canonicalize(schema, validate_formats=False) for schema in closed]
        answers = {str(sides[0].covers(sides[1])), str(sides[1].covers(sides[0]))}
    except ValueError:
        return None
    return False if "no" in answers else True if answers == {"yes"} else None


def _differences(old: Json, new: Json, before: Any, after: Any, rng: Random) -> tuple[bool, bool]:
    """Whether some payload was lost, and whether one was gained."""
    reader = ShapeReader()
    reader.read(close_schema(old))
    reader.read(close_schema(new))
    payloads = Payloads(reader.shape, seed=rng.randrange(2**30))
    lost = gained = False
    for turn in range(_PAYLOADS):
        payload: Any = payloads.payload() if turn % 4 else {name: value(rng) for name in old.get("properties", {})}
        if any(holds_read_only(schema, payload) for schema in (old, new)):
            continue  # it is never sent
        verdicts = before.is_valid(payload), after.is_valid(payload)
        lost |= verdicts == (True, False)
        gained |= verdicts == (False, True)
    return lost, gained


def holds_read_only(schema: Any, payload: Any) -> bool:
    """Whether a payload has a property that a schema declares to be read-only."""
    if isinstance(payload, list):
        return isinstance(schema, dict) and any(holds_read_only(schema.get("items"), item) for item in payload)
    declared = schema.get("properties", {}) if isinstance(schema, dict) and isinstance(payload, dict) else {}
    return any(
        (isinstance(part, dict) and part.get("readOnly") is True) or holds_read_only(part, payload[name])
        for name, part in declared.items()
        if name in payload
    )


def readable(schema: Json) -> bool:
    """Whether a schema is valid JSON Schema."""
    return Draft202012Validator(Draft202012Validator.META_SCHEMA).is_valid(schema)


def run_pairs(count: int, seed: int, report: bool = False) -> Counter[str]:
    """Judge `count` random pairs."""
    rng = Random(seed)
    verdicts: Counter[str] = Counter()
    while verdicts.total() < count:
        old = request(rng)
        new = edited(rng, deepcopy(old))
        if rng.random() < 0.2:
            new = edited(rng, new)
        if not (readable(old) and readable(new)):
            continue
        verdict = judge_pair(old, new, rng)
        verdicts[verdict] += 1
        if report and verdict in BROKEN:
            print(verdict, json.dumps([old, new]), file=sys.stderr)
    return verdicts


def run_together(count: int, seed: int, report: bool = False) -> Counter[str]:
    """Judge `count` pairs that differ in two or three keywords at one place."""
    rng = Random(seed)
    verdicts: Counter[str] = Counter()
    while verdicts.total() < count:
        old, new = edited_together(rng)
        if readable(old) and readable(new):
            verdict = judge_pair(old, new, rng)
            verdicts[verdict] += 1
            if report and verdict in BROKEN:
                print(verdict, json.dumps([old, new]), file=sys.stderr)
    return verdicts


def run_annotations(count: int, seed: int) -> list[tuple[Json, Json]]:
    """Return the pairs that differ in one annotation at one place, and whose report is empty."""
    rng = Random(seed)
    silent: list[tuple[Json, Json]] = []
    for _ in range(count):
        old = request(rng)
        new = annotated(rng, deepcopy(old))
        pair = (old, new) if rng.random() < 0.5 else (new, old)
        polarity = rng.choice((Polarity.INPUT, Polarity.OUTPUT))
        if readable(old) and not changes_between(*pair, polarity):
            silent.append(pair)
    return silent


def run_rewrites(count: int, seed: int) -> list[tuple[Json, Json, list[Change]]]:
    """Return the rewrites of equal meaning that are reported as breaking."""
    rng = Random(seed)
    wrong: list[tuple[Json, Json, list[Change]]] = []
    for _ in range(count):
        old = request(rng)
        new = rewritten(rng, deepcopy(old))
        found = changes_between(old, new, Polarity.INPUT)
        if any(change.severity is Severity.BREAKING for change in found):
            wrong.append((old, new, found))
    return wrong


def main() -> None:
    """Run the laws and print the figures; exit 1 if one is broken."""
    parser = argparse.ArgumentParser(description="Judge drift by laws over random raw schemas.")
    parser.add_argument("--pairs", type=int, default=20_000)
    parser.add_argument("--rewrites", type=int, default=1_200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--annotations", type=int, default=2_000)
    arguments = parser.parse_args()
    verdicts = run_pairs(arguments.pairs, arguments.seed, report=True)
    together = run_together(arguments.pairs // 4, arguments.seed, report=True)
    wrong = run_rewrites(arguments.rewrites, arguments.seed)
    for verdict, count in verdicts.most_common():
        print(f"{verdict}: {count} ({count / arguments.pairs:.2%})")
    for verdict, count in together.most_common():
        print(f"several keywords, {verdict}: {count} ({count / together.total():.2%})")
    print(f"false breaking among {arguments.rewrites} rewrites: {len(wrong)}")
    for old, new, changes in wrong[:5]:
        print(json.dumps([old, new]), [(change.rule, change.pointer) for change in changes], file=sys.stderr)
    silent = run_annotations(arguments.annotations, arguments.seed)
    print(f"silent among {arguments.annotations} edits of annotations: {len(silent)}")
    for old, new in silent[:5]:
        print(json.dumps([old, new]), file=sys.stderr)
    sys.exit(bool(wrong or silent or any(verdicts[law] + together[law] for law in BROKEN)))


if __name__ == "__main__":
    main()
