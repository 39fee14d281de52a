"""From differences of schemas to changes: the rule, its severity, the proof, the fingerprint."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from schemaloom.drift.change import Change, Polarity, Proof, Severity
from schemaloom.drift.fingerprint import fingerprint
from schemaloom.drift.rules import RULES, rule_of
from schemaloom.drift.schema.judge import SchemaPair
from schemaloom.ir.schema import Object, Schema
from schemaloom.json.values import JsonObject, JsonValue

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
    documents: tuple[JsonObject, JsonObject],
    is_request: bool = False,
    polarity: Polarity,
    model: str = "",
    prefix: str = "",
    where: str = "",
    renames: Mapping[str, str],
) -> Iterator[Change]:
    """Yield the changes between two schemas; breaking ones carry a proof.

    `documents` are the schemas as the provider publishes them; with `is_request`, only objects are
    sent.  Pointers start with `prefix`, messages with `where`.
    """
    for delta in SchemaPair(
        old, new, documents, is_request=is_request, polarity=polarity, renames=renames
    ).differences():
        rule = rule_of(delta.kind, polarity)
        proof: Proof | None = None
        if RULES[rule].severity is Severity.BREAKING:
            proof = "witness" if delta.witness else "unproven"
        message = _located(delta.message, where) if where else delta.message
        yield make_change(
            rule, message, model=model, pointer=prefix + delta.pointer, old=delta.old, new=delta.new,
            proof=proof, witness=delta.witness[0] if delta.witness else None,
        )  # fmt: skip


def _located(message: str, where: str) -> str:
    """A message about the schema that is called `where`."""
    for root in ("The request", "The result"):
        if message.startswith(root):
            return where + message.removeprefix(root)
    return f"{where}: {message}"
