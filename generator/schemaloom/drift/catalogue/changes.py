"""From differences of schemas to changes: the rule, its severity, the proof, the fingerprint."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from schemaloom.drift.change import Change, Polarity, Proof, Severity
from schemaloom.drift.fingerprint import fingerprint
from schemaloom.drift.rules import RULES
from schemaloom.drift.schema.compare import compare_schemas
from schemaloom.drift.subschema.resolved import ResolvedSchemas
from schemaloom.drift.witness.find import Witnesses
from schemaloom.ir.schema import Object, Schema
from schemaloom.json.values import JsonValue

Definitions = Mapping[str, Object]


def make_change(
    rule: str,
    markup: str,
    *,
    model: str = "",
    pointer: str = "",
    old: JsonValue = None,
    new: JsonValue = None,
    proof: Proof | None = None,
    witness: JsonValue = None,
) -> Change:
    """A change by a rule of `RULES`; `markup` is its sentence as `Change.markup` holds it."""
    return Change(
        rule=rule, severity=RULES[rule].severity, model=model, pointer=pointer, old=old, new=new, markup=markup,
        fingerprint=fingerprint(rule, model, pointer, old, new), proof=proof, witness=witness,
    )  # fmt: skip


def schema_changes(
    old: tuple[Schema, Definitions],
    new: tuple[Schema, Definitions],
    *,
    polarity: Polarity,
    model: str = "",
    prefix: str = "",
    where: str = "",
    renames: Mapping[str, str],
) -> Iterator[Change]:
    """Changes between two schemas; pointers start with `prefix`, messages with `where`; breaking ones carry proof."""
    opened = polarity is Polarity.OUTPUT
    sides = ResolvedSchemas(old[1], opened=opened), ResolvedSchemas(new[1], opened=opened)
    schemas = sides[0].read(old[0]), sides[1].read(new[0])
    deltas = compare_schemas(sides[0], schemas[0], sides[1], schemas[1], polarity=polarity, renames=renames)
    pairs = (sides[0], schemas[0]), (sides[1], schemas[1])
    input_ = polarity is Polarity.INPUT
    witnesses = Witnesses(*(pairs if input_ else pairs[::-1]), valid_is_old=input_)
    for delta in deltas:
        rule = "schema.unknown-keyword" if delta.kind == "unknown-keyword" else f"{polarity}.{delta.kind}"
        found = witnesses.find(delta) if RULES[rule].severity is Severity.BREAKING else None
        proof: Proof | None = None
        if RULES[rule].severity is Severity.BREAKING:
            proof = "witness" if found else "unproven"
        message = _located(delta.message, where) if where else delta.message
        yield make_change(
            rule, message, model=model, pointer=prefix + delta.pointer, old=delta.old, new=delta.new,
            proof=proof, witness=found[0] if found else None,
        )  # fmt: skip


def _located(message: str, where: str) -> str:
    """A message about the schema that is called `where`."""
    for root in ("The request", "The result"):
        if message.startswith(root):
            return where + message.removeprefix(root)
    return f"{where}: {message}"
