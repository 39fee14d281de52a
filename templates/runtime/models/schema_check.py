"""A JSON Schema 2020-12 validator: every violation names the rule that rejects the value.

A rule that cannot be judged (an unknown type, a reference outside the document, a pattern that
needs a backtracking engine) accepts every value, so that each violation is a fact.  ``format`` and
the other annotations never reject one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from ..core.json_document import Absent, compact, find
from .scalar_rules import matches, scalar_violations, size_violations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..core.json_document import JsonValue

    _Schema = dict[str, JsonValue]

_DEEPEST = 200
"""Schemas inside one another; deeper ones accept every value."""


class Violation(NamedTuple):
    """One rule that rejects a value."""

    pointer: str
    """JSON Pointer of the rejected value, or of the missing property."""
    rule: str
    """The keyword, such as ``anyOf`` or ``then/required``."""
    message: str


def violations(document: JsonValue, schema: JsonValue, value: JsonValue) -> list[Violation]:
    """Return the rules of `schema`, a part of `document`, that reject `value`; none if it is valid."""
    return _Validator(document).check(schema, value, "").violations


class _Outcome:
    """The violations of one schema at one value, and the parts of the value that it evaluated."""

    __slots__ = ("items", "properties", "violations")

    def __init__(self) -> None:
        self.violations: list[Violation] = []
        self.properties: set[str] = set()
        self.items: set[int] = set()

    def add(self, other: _Outcome, rule: str = "") -> None:
        """Take over the outcome of another schema for the same value."""
        prefix = f"{rule}/" if rule else ""
        self.violations += [found._replace(rule=f"{prefix}{found.rule}") for found in other.violations]
        self.properties |= other.properties
        self.items |= other.items


class _Validator:
    """Validates values against the schemas of one document.

    Each schema is applied once at each pointer: alternatives that share definitions would
    otherwise take exponential time, and a reference to itself would never end.
    """

    def __init__(self, document: JsonValue) -> None:
        self._document = document
        self._outcomes: dict[tuple[int, str], _Outcome] = {}
        self._depth = 0

    def check(self, schema: JsonValue, value: JsonValue, pointer: str) -> _Outcome:
        """Apply `schema` to the value at `pointer`."""
        if schema is False:
            outcome = _Outcome()
            outcome.violations.append(Violation(pointer, "false", "no value is allowed here"))
            return outcome
        if not isinstance(schema, dict) or self._depth > _DEEPEST:
            return _Outcome()
        key = (id(schema), pointer)
        if key not in self._outcomes:
            self._outcomes[key] = _Outcome()  # what a reference back to this schema finds: no further rule
            self._depth += 1
            self._outcomes[key] = self._apply(schema, value, pointer)
            self._depth -= 1
        return self._outcomes[key]

    def _apply(self, schema: _Schema, value: JsonValue, pointer: str) -> _Outcome:
        outcome = _Outcome()
        if value is None and schema.get("nullable") is True:  # OpenAPI 3.0
            return outcome
        for rule, message in scalar_violations(schema, value):
            outcome.violations.append(Violation(pointer, rule, message))
        self._composed(schema, value, pointer, outcome)
        if isinstance(value, list):
            self._array(schema, value, pointer, outcome)
        if isinstance(value, dict):
            self._object(schema, value, pointer, outcome)
        if outcome.violations:  # a schema that rejects the value evaluates no part of it
            outcome.properties, outcome.items = set(), set()
        return outcome

    def _composed(self, schema: _Schema, value: JsonValue, pointer: str, outcome: _Outcome) -> None:
        """``$ref``, ``allOf``, ``anyOf``, ``oneOf``, ``not``, ``if``: schemas for the same value."""
        if "$ref" in schema:
            outcome.add(self.check(self._target(schema["$ref"]), value, pointer))
        for joined in _list(schema.get("allOf")):
            outcome.add(self.check(joined, value, pointer))
        for rule in ("anyOf", "oneOf"):
            if branches := [self.check(branch, value, pointer) for branch in _list(schema.get(rule))]:
                matching = [branch for branch in branches if not branch.violations]
                for branch in matching:
                    outcome.add(branch)
                if message := _unmatched(rule, branches, len(matching)):
                    outcome.violations.append(Violation(pointer, rule, message))
        if "not" in schema and not self.check(schema["not"], value, pointer).violations:
            message = f"{compact(value)} is excluded by {compact(schema['not'])}"
            outcome.violations.append(Violation(pointer, "not", message))
        if "if" in schema:
            condition = self.check(schema["if"], value, pointer)
            if not condition.violations:
                outcome.add(condition)
            keyword = "else" if condition.violations else "then"
            outcome.add(self.check(schema.get(keyword, True), value, pointer), keyword)

    def _array(self, schema: _Schema, value: list[JsonValue], pointer: str, outcome: _Outcome) -> None:
        prefix = _list(schema.get("prefixItems"))
        rest = schema.get("items", True)
        for index, item in enumerate(value):
            if index < len(prefix) or isinstance(rest, dict | bool):
                part = prefix[index] if index < len(prefix) else rest
                outcome.violations += self.check(part, item, f"{pointer}/{index}").violations
                if index < len(prefix) or "items" in schema:
                    outcome.items.add(index)
        if "contains" in schema:
            matching = {n for n, item in enumerate(value) if self._is_valid(schema["contains"], item, f"{pointer}/{n}")}
            outcome.items |= matching
            counted: _Schema = {"minContains": 1, **schema}
            for rule, message in size_violations(
                counted, len(matching), "Contains", f"items like {compact(schema['contains'])}"
            ):
                outcome.violations.append(Violation(pointer, rule, message))
        if "unevaluatedItems" in schema:
            for index in sorted(set(range(len(value))) - outcome.items):
                found = self.check(schema["unevaluatedItems"], value[index], f"{pointer}/{index}")
                outcome.violations += _renamed(found, "unevaluatedItems")
            outcome.items |= set(range(len(value)))

    def _object(self, schema: _Schema, value: _Schema, pointer: str, outcome: _Outcome) -> None:
        outcome.violations += _missing(schema, value, pointer)
        declared, patterns = _dict(schema.get("properties")), _dict(schema.get("patternProperties"))
        for name, part in value.items():
            place = _child(pointer, name)
            schemas = [declared[name]] if name in declared else []
            schemas += [rule for pattern, rule in patterns.items() if matches(pattern, name)]
            rejected = "properties"
            if not schemas and "additionalProperties" in schema:
                schemas, rejected = [schema["additionalProperties"]], "additionalProperties"
            for rule in schemas:
                found = self.check(rule, part, place)
                outcome.violations += _renamed(found, rejected)
                outcome.properties.add(name)
            if "propertyNames" in schema:
                # A pointer that no value has: the name is a value of its own.
                named = self.check(schema["propertyNames"], name, f"{place}#")
                outcome.violations += [
                    Violation(place, f"propertyNames/{rule}", f"in the name: {message}")
                    for _, rule, message in named.violations
                ]
        for trigger, rule in _dict(schema.get("dependentSchemas")).items():
            if trigger in value:
                outcome.add(self.check(rule, value, pointer), "dependentSchemas")
        if "unevaluatedProperties" in schema:
            for name in [name for name in value if name not in outcome.properties]:
                place = _child(pointer, name)
                found = self.check(schema["unevaluatedProperties"], value[name], place)
                outcome.violations += _renamed(found, "unevaluatedProperties")
            outcome.properties |= value.keys()

    def _is_valid(self, schema: JsonValue, value: JsonValue, pointer: str) -> bool:
        return not self.check(schema, value, pointer).violations

    def _target(self, reference: JsonValue) -> JsonValue:
        """Return the target of a local ``$ref``; True, which accepts everything, if there is none."""
        if not isinstance(reference, str) or not reference.startswith("#"):
            return True
        target = find(self._document, unquote(reference[1:]))
        return True if isinstance(target, Absent) else target


def _renamed(outcome: _Outcome, rule: str) -> list[Violation]:
    """Return the violations of a property or item, with the rule that excludes it by name."""
    return [
        Violation(found.pointer, rule, f"unknown property {compact(_last(found.pointer))}")
        if found.rule == "false" and rule.endswith("Properties")
        else found
        for found in outcome.violations
    ]


def _child(pointer: str, name: str) -> str:
    return f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"


def _last(pointer: str) -> str:
    return pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")


def _unmatched(rule: str, branches: list[_Outcome], matching: int) -> str:
    """Return the message of ``anyOf`` or ``oneOf``; empty if enough branches match."""
    if rule == "oneOf" and matching > 1:
        return f"expected exactly one of {len(branches)} alternatives to match, got {matching}"
    if matching:
        return ""
    firsts = dict.fromkeys(f"{found.pointer} {found.message}".strip() for b in branches for found in b.violations[:1])
    return f"no alternative matches: {'; or '.join(list(firsts)[:5])}"


def _missing(schema: _Schema, value: _Schema, pointer: str) -> Iterator[Violation]:
    for name in _list(schema.get("required")):
        if isinstance(name, str) and name not in value:
            yield Violation(_child(pointer, name), "required", "is required")
    for trigger, names in _dict(schema.get("dependentRequired")).items():
        for name in _list(names) if trigger in value else ():
            if isinstance(name, str) and name not in value:
                message = f"is required if {compact(trigger)} is set"
                yield Violation(_child(pointer, name), "dependentRequired", message)


def _list(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []


def _dict(value: JsonValue) -> _Schema:
    return value if isinstance(value, dict) else {}
