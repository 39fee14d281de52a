"""From differences of schemas to changes: the rule, its severity, the proof, the fingerprint."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from schemaloom.drift.change import Change, Polarity, Proof, Severity
from schemaloom.drift.difference import Delta
from schemaloom.drift.fingerprint import fingerprint
from schemaloom.drift.message import name
from schemaloom.drift.own_pointer import Place, find_place, is_marked, own_pointer
from schemaloom.drift.rules import RULES, UNKNOWN_KEYWORD, rule_of
from schemaloom.drift.schema.judge import SchemaPair
from schemaloom.drift.schema.raw_differences import place_label
from schemaloom.drift.schema.wording import without_keywords
from schemaloom.ir.schema import Object, Schema
from schemaloom.json.pointer import pointer_tokens, resolve_pointer
from schemaloom.json.values import JsonObject, JsonValue, json_text

Definitions = Mapping[str, Object]


_ABOUT_KEYWORDS = frozenset({UNKNOWN_KEYWORD, "keyword.tightened", "keyword.relaxed"})
_UNUSED = "schema.unused-property-changed"
_UNUSED_MARKS = {
    Polarity.INPUT: ("readOnly", "read-only, so it is never sent"),
    Polarity.OUTPUT: ("writeOnly", "write-only, so it is never returned"),
}


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
    where: str = "",
    renames: Mapping[str, str],
) -> Iterator[Change]:
    """Yield the changes between two schemas, each edit once; breaking ones carry a proof.

    `documents` are the schemas as the provider publishes them, and pointers are into one of them;
    with `is_request`, only objects are sent.  Messages start with `where`.
    """
    places = Place(documents[0], ""), Place(documents[1], "")
    try:
        pair = SchemaPair(old, new, documents, is_request=is_request, polarity=polarity, renames=renames)
        deltas = [*pair.differences()]
    except RecursionError:
        if json_text(documents[0]) != json_text(documents[1]):
            subject = where or ("The result" if polarity is Polarity.OUTPUT else "The request")
            message = f"{subject}: references lead too deep, so the change cannot be judged"
            yield make_change("schema.unknown-keyword", message, model=model)
        return
    edits: dict[tuple[str, ...], list[tuple[Delta, Change]]] = {}
    for delta in deltas:
        change = _change(delta, places, polarity, model=model, where=where)
        is_exact = pointer_tokens(change.pointer)[-1:] == pointer_tokens(delta.pointer)[-1:] or any(
            find_place(place.document, delta.pointer) == change.pointer for place in places
        )
        what = json_text([change.old, change.new, "" if is_exact else change.markup])
        edits.setdefault((change.rule, change.pointer, what), []).append((delta, change))
    for found in edits.values():  # an edit may be reached on several paths
        _, shown = min(found, key=lambda pair: (pair[1].proof != "witness", len(pointer_tokens(pair[0].pointer))))
        labels = sorted({place_label(delta.pointer) for delta, _ in found})
        yield replace(shown, places=tuple(labels)) if len(labels) > 1 else shown


def _change(delta: Delta, places: tuple[Place, Place], polarity: Polarity, *, model: str, where: str) -> Change:
    """The change of a difference; its fingerprint is that of the path of properties, not of names of definitions."""
    rule = rule_of(delta.kind, polarity)
    severity = RULES[rule].severity
    message = located(_about_present_keywords(delta, places), where)
    proof: Proof | None = None
    mark, reason = _UNUSED_MARKS[polarity]
    if severity is not Severity.INFO and is_marked(*places, delta.pointer, mark):
        rule, message = _UNUSED, f"{message}; it is {reason}"
    elif severity is Severity.BREAKING:
        proof = "witness" if delta.witness else "unproven"
    witness = delta.witness[0] if delta.witness and proof else None
    change = make_change(
        rule, message, model=model, pointer=delta.pointer, old=delta.old, new=delta.new, proof=proof, witness=witness
    )
    return replace(change, pointer=own_pointer(*places, delta.pointer, was_removed=delta.kind == "branch.removed"))


def _about_present_keywords(delta: Delta, places: tuple[Place, Place]) -> str:
    """The message of a difference without the keywords that none of the documents has there.

    Where schemas are merged, what is left of one may be spelled as a keyword that is in neither document.
    """
    if delta.kind not in _ABOUT_KEYWORDS:
        return delta.message
    keywords = sorted(delta.keywords)
    kept = [keyword for keyword in keywords if any(_has(place, delta.place.pointer, keyword) for place in places)]
    return delta.message if kept == keywords else without_keywords(delta.message, keywords, kept)


def _has(place: Place, pointer: str, keyword: str) -> bool:
    node = resolve_pointer(place.document, own_pointer(place, place, pointer))
    return isinstance(node, dict) and keyword in node


def located(message: str, where: str) -> str:
    """A message about the schema that is called `where`; empty is the request or the result itself."""
    if not where:
        return message
    for root in ("The request", "The result"):
        if message.startswith(root):
            return where + message.removeprefix(root)
    return f"{where}: {_about_items(message)}"


def _about_items(message: str) -> str:
    """A message about a value that is a list: its items have no name of their own."""
    for noun in ("Parameter ", "Result field "):
        for label, shown in ((name("[]"), "items"), (name("[]")[:-1], f"items {name('[]')[:-1]}")):
            if message.startswith(noun + label):
                return shown + message.removeprefix(noun + label)
    return message
