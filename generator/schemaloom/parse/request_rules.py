"""The schema that a request is checked against when it is constructed.

Annotations of a class cannot express every rule (either/or, ``not``, ``if``, sizes beside
properties…).  A class that is wider than its schema therefore carries the rules as data: the
published schema in JSON Schema 2020-12, without annotations, with every reference local and every
pattern in the syntax of the engine that runs it, and closed as requests are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

from schemaloom.ir.closing import Closing
from schemaloom.ir.patterns import linear_pattern, unusable_reason
from schemaloom.ir.references import MAX_DEPTH, MAX_NODES, DefinitionNames, UnresolvedReference
from schemaloom.json.pointer import pointer_of, property_pointer
from schemaloom.json.values import JsonObject, JsonValue, list_or_empty, object_or_empty
from schemaloom.parse.keywords import has_choices_of_another_type
from schemaloom.parse.limits import TYPES, is_count, limits
from schemaloom.parse.repeated_rules import Known
from schemaloom.parse.source_schema import SourceSchema

WIDER: Final = "more values are accepted than the schema allows"
Report: TypeAlias = Callable[[str, str], None]
"""Takes a JSON Pointer and a sentence."""
_WRITTEN: Final = Known[JsonValue]()


@dataclass(slots=True)
class _State:
    nodes: int = 0
    lost: int = 0
    """How many rules were dropped so far."""
    unsure: bool = False
    """Whether a definition lost a rule: then a schema with references may be wider than its source."""


class RuleWriter:
    """Writes the rules of one model's request; `report` takes each rule that cannot be checked."""

    def __init__(self, source: SourceSchema, report: Report) -> None:
        self._source = source
        self._report = report
        self._references = source.references
        self._names = DefinitionNames()
        self._closing = Closing(object_or_empty(source.accepted), source.references)
        self._scope: tuple[str, ...] = ("",)
        self._read_only = source.read_only
        self._definitions: dict[str, JsonValue] = {}
        self._waiting: list[tuple[str, str, JsonValue, tuple[str, ...]]] = []
        """Definitions that are not written yet: name, pointer, schema, scope."""
        self._state = _State()

    def write(self) -> tuple[JsonObject, JsonObject]:
        """Return the rules, and the rules that close the request; see `Closing`.

        A rule that cannot be checked is dropped, so that they are never too strict.
        """
        written = self._written()
        if self._state.lost and self._definitions:
            # Excluding what a weaker definition accepts would be too strict: write again, with that in mind.
            self._state = _State(unsure=True)
            self._definitions = {}
            written = self._written()
        rules: JsonObject = written if isinstance(written, dict) else {} if written is True else {"not": {}}
        closing = self._closing.write()
        if definitions := {**self._definitions, **self._closing.definitions}:
            rules["$defs"] = dict(sorted(definitions.items()))
        return rules, closing

    def _written(self) -> JsonValue:
        self._scope = ("",)
        written = self._schema(self._source.accepted, "", 0)
        while self._waiting:
            name, place, target, self._scope = self._waiting.pop()
            self._definitions[name] = self._schema(target, place, 0)
        return written

    def _schema(self, node: JsonValue, pointer: str, depth: int) -> JsonValue:
        """Return the rules of a schema."""
        self._state.nodes += 1
        if isinstance(node, bool):
            return node
        if not isinstance(node, dict):
            self._state.lost += 1
            return True
        if depth > MAX_DEPTH or self._state.nodes > MAX_NODES:
            self._drop(pointer, f"nested too deep or too large and is not checked; {WIDER}")
            return True
        rules = self._source.rules(node) if depth and not self._read_only and not self._state.unsure else ""
        if known := _WRITTEN.get(rules, depth, self._state.nodes):
            self._state.nodes += known[1]
            return known[0]
        lost, nodes = self._state.lost, self._state.nodes
        outer = self._scope
        if "$id" in node and self._references.is_scoped:
            self._scope = tuple(dict.fromkeys((*outer, self._references.base(pointer))))
        written = self._object_schema(node, pointer, depth)
        self._scope = outer
        if self._state.lost == lost:
            _WRITTEN.put(rules, written, self._state.nodes - nodes)
        return written

    def _object_schema(self, node: JsonObject, pointer: str, depth: int) -> JsonValue:
        out: JsonObject = {}
        self._references_of(node, pointer, out)
        self._scalars(node, pointer, out)
        self._composed(node, pointer, depth, out)
        self._array(node, pointer, depth, out)
        self._object(node, pointer, depth, out)
        if node.get("nullable") is True and out:
            return {"anyOf": [out, {"type": "null"}]}
        return out or True

    def _references_of(self, node: JsonObject, pointer: str, out: JsonObject) -> None:
        joined: list[JsonValue] = []
        for keyword in ("$ref", "$dynamicRef", "$recursiveRef"):
            if keyword in node:
                try:
                    if keyword == "$ref":
                        place, target = self._references.target(node[keyword], pointer)
                    else:
                        place, target = self._references.dynamic_target(node[keyword], pointer, self._scope)
                except UnresolvedReference as failure:
                    self._drop(f"{pointer}/{keyword}", f"{failure}; anything is accepted here")
                else:
                    joined.append({"$ref": f"#/$defs/{self._definition(place, target)}"})
        if len(joined) == 1 and isinstance(joined[0], dict):
            out |= joined[0]
        elif joined:
            out["allOf"] = joined

    def _definition(self, place: str, target: JsonValue) -> str:
        scope = self._scope
        if self._references.is_scoped:  # then a definition is written once for each scope
            scope = tuple(dict.fromkeys((*scope, self._references.base(place))))
        name = self._names.name(place, scope)
        if name not in self._definitions:
            self._definitions[name] = True  # until it is written: recursion refers to it by name
            self._waiting.append((name, place, target, scope))
        return name

    def _scalars(self, node: JsonObject, pointer: str, out: JsonObject) -> None:
        out |= limits(node)
        kinds = node.get("type")
        listed = kinds if isinstance(kinds, list) else [kinds]
        if has_choices_of_another_type(node):
            self._state.lost += 1
        elif kinds is not None and listed and all(kind in TYPES for kind in listed):
            out["type"] = kinds
        elif kinds is not None:
            self._state.lost += 1
        choices = node.get("enum")
        if isinstance(choices, list):
            out["enum"] = choices
        if "const" in node:
            out["const"] = node["const"]
        if isinstance(pattern := node.get("pattern"), str):
            if (linear := linear_pattern(pattern)) is None:
                self._drop(f"{pointer}/pattern", f"{unusable_reason(pattern)} and is not checked")
            else:
                out["pattern"] = linear

    def _composed(self, node: JsonObject, pointer: str, depth: int, out: JsonObject) -> None:
        for keyword in ("allOf", "anyOf", "oneOf"):
            branches = node.get(keyword)
            if not isinstance(branches, list) or not branches:
                continue
            before = self._state.lost
            written: list[JsonValue] = [
                self._schema(branch, f"{pointer}/{keyword}/{index}", depth + 1) for index, branch in enumerate(branches)
            ]
            if keyword == "oneOf" and self._is_weaker(before, branches):
                self._drop(f"{pointer}/oneOf", f"a value that fits several alternatives is accepted; {WIDER}")
                out["allOf"] = [*list_or_empty(out.get("allOf")), {"anyOf": written}]
            elif keyword == "allOf":
                out["allOf"] = [*list_or_empty(out.get("allOf")), *written]
            else:
                out[keyword] = written
        if "not" in node:
            self._excluding("not", node, pointer, depth, out)
        if "if" in node:
            before = self._state.lost
            condition = self._schema(node["if"], f"{pointer}/if", depth + 1)
            if self._is_weaker(before, [node["if"]]):
                self._drop(f"{pointer}/if", f"if is not checked; {WIDER}")
                return
            out["if"] = condition
            for keyword in sorted({"then", "else"} & node.keys()):
                out[keyword] = self._schema(node[keyword], f"{pointer}/{keyword}", depth + 1)

    def _excluding(self, keyword: str, node: JsonObject, pointer: str, depth: int, out: JsonObject) -> None:
        """Write a keyword that rejects what its schema accepts: a weaker schema would reject too much."""
        before = self._state.lost
        written = self._schema(node[keyword], f"{pointer}/{keyword}", depth + 1)
        if self._is_weaker(before, [node[keyword]]):
            self._drop(f"{pointer}/{keyword}", f"{keyword} is not checked; {WIDER}")
        else:
            out[keyword] = written

    def _is_weaker(self, before: int, schemas: Iterable[JsonValue]) -> bool:
        """Whether the schemas written since `before` rules were lost may accept more than their sources."""
        return self._state.lost > before or (self._state.unsure and any("$ref" in repr(s) for s in schemas))

    def _array(self, node: JsonObject, pointer: str, depth: int, out: JsonObject) -> None:
        first, rest = "prefixItems", "items"
        if isinstance(node.get("items"), list):  # drafts 4 to 2019-09
            first, rest = "items", "additionalItems"
        if prefix := list_or_empty(node.get(first)):
            out["prefixItems"] = [
                self._schema(item, f"{pointer}/{first}/{index}", depth + 1) for index, item in enumerate(prefix)
            ]
        if rest in node:
            out["items"] = self._schema(node[rest], f"{pointer}/{rest}", depth + 1)
        if "contains" in node:
            before = self._state.lost
            out["contains"] = self._schema(node["contains"], f"{pointer}/contains", depth + 1)
            most = node.get("maxContains")
            if is_count(most) and self._is_weaker(before, [node["contains"]]):
                self._drop(f"{pointer}/maxContains", f"maxContains is not checked; {WIDER}")
            elif is_count(most):
                out["maxContains"] = most
            if node.get("minContains") == 0:
                out["minContains"] = 0
        if "unevaluatedItems" in node:
            self._unevaluated("unevaluatedItems", node, pointer, depth, out)

    def _object(self, node: JsonObject, pointer: str, depth: int, out: JsonObject) -> None:
        if properties := object_or_empty(node.get("properties")):
            out["properties"] = {
                name: self._schema(part, property_pointer(pointer, name), depth + 1)
                for name, part in properties.items()
            }
        required: list[JsonValue] = [
            name
            for name in list_or_empty(node.get("required"))
            if isinstance(name, str) and name not in self._read_only.get(pointer, ())
        ]
        if required:
            out["required"] = required
        if "additionalProperties" in node:
            place = f"{pointer}/additionalProperties"
            out["additionalProperties"] = self._schema(node["additionalProperties"], place, depth + 1)
        if patterns := object_or_empty(node.get("patternProperties")):
            self._patterns(patterns, pointer, depth, out)
        if "propertyNames" in node:
            place = f"{pointer}/propertyNames"
            out["propertyNames"] = self._schema(node["propertyNames"], place, depth + 1)
        self._dependencies(node, pointer, depth, out)
        if "unevaluatedProperties" in node:
            self._unevaluated("unevaluatedProperties", node, pointer, depth, out)

    def _patterns(self, patterns: JsonObject, pointer: str, depth: int, out: JsonObject) -> None:
        written: JsonObject = {}
        for pattern, part in patterns.items():
            place = f"{pointer}{pointer_of('patternProperties', pattern)}"
            rules = self._schema(part, place, depth + 1)
            linear = linear_pattern(pattern)
            if linear is None:
                self._drop(place, f"{unusable_reason(pattern)} and is not checked; {WIDER}")
                # Every other property may be one that the pattern names.
                written.setdefault("", True)
            else:
                written[linear] = rules
        out["patternProperties"] = written

    def _dependencies(self, node: JsonObject, pointer: str, depth: int, out: JsonObject) -> None:
        required: JsonObject = {}
        schemas: JsonObject = {}
        for keyword in ("dependentRequired", "dependentSchemas", "dependencies"):
            for name, part in object_or_empty(node.get(keyword)).items():
                if isinstance(part, list) and keyword != "dependentSchemas":
                    names: list[JsonValue] = [*list_or_empty(required.get(name)), *part]
                    required[name] = names
                elif keyword != "dependentRequired":
                    place = f"{pointer}{pointer_of(keyword, name)}"
                    schemas[name] = self._schema(part, place, depth + 1)
        if required:
            out["dependentRequired"] = required
        if schemas:
            out["dependentSchemas"] = schemas

    def _unevaluated(self, keyword: str, node: JsonObject, pointer: str, depth: int, out: JsonObject) -> None:
        lost = self._state.lost
        written = self._schema(node[keyword], f"{pointer}/{keyword}", depth + 1)
        if lost or self._state.unsure:  # a schema that was dropped could have evaluated more
            self._drop(f"{pointer}/{keyword}", f"{keyword} is not checked; {WIDER}")
        else:
            out[keyword] = written

    def _drop(self, pointer: str, sentence: str) -> None:
        self._state.lost += 1
        self._report(pointer, sentence)
