"""Pairs of raw schemas and the severity of their worst change, with payloads that plain jsonschema judges.

A request breaks by a payload that it accepted before; a result breaks by one that was impossible
before.  ``none`` is a pair of equal meaning; ``any`` is an edit that must not be silent.
"""

from __future__ import annotations

from typing import Any, NamedTuple

Json = dict[str, Any]
Payload = tuple[Any] | tuple[()]


class Verdict(NamedTuple):
    """`payload` is one that only the old schema (of a result: only the new one) accepts, or empty."""

    name: str
    old: Json
    new: Json
    worst: str
    payload: Payload = ()


S: Json = {"type": "string"}
I: Json = {"type": "integer"}  # noqa: E741
N: Json = {"type": "number"}
B: Json = {"type": "boolean"}
LIST: Json = {"type": "array", "items": S}
DEFS: Json = {
    "Size": {"type": "object", "properties": {"w": I, "h": I}, "required": ["w"]},
    "Text": {"type": "string", "maxLength": 5},
    "List": LIST,
    "Choice": {"enum": ["a", "b"]},
}


def ref(name: str, **beside: Any) -> Json:
    """A reference with keywords beside it."""
    return {"$ref": f"#/$defs/{name}", **beside}


def obj(*required: str, **properties: Any) -> Json:
    """An object."""
    return {"type": "object", "properties": properties, **({"required": [*required]} if required else {})}


def array(**keywords: Any) -> Json:
    """A list."""
    return {"type": "array", **keywords}


def holding(schema: Any) -> Json:
    """An object whose property p has a schema."""
    return {**obj(p=schema), "$defs": DEFS}


def breaks(name: str, old: Any, new: Any, value: Any) -> Verdict:
    """The parameter p loses a value."""
    return Verdict(name, holding(old), holding(new), "breaking", ({"p": value},))


def relaxes(name: str, old: Any, new: Any, worst: str = "safe") -> Verdict:
    """The parameter p loses no value."""
    return Verdict(name, holding(old), holding(new), worst)


def whole(name: str, old: Json, new: Json, *payload: Any, worst: str = "") -> Verdict:
    """A whole schema."""
    return Verdict(name, old, new, worst or ("breaking" if payload else "safe"), payload)


EITHER = obj("prompt", prompt=S, image=S, url=S, video=S)
MASK = obj(mask=S, image=S)
TAG_A, TAG_B, TAG_C = (obj("k", k={"const": tag}, **{name: S}) for tag, name in ("ax", "by", "cz"))


def any_of(keyword: str, *names: str) -> Json:
    """Either of some parameters."""
    return {**EITHER, keyword: [{"required": [name]} for name in names]}


def names(pattern: str, **keywords: Any) -> Json:
    """An object whose properties have names that match a pattern."""
    return {"type": "object", "propertyNames": {"pattern": pattern}, **keywords}


BESIDE_REFERENCES = [
    breaks("maxLength", ref("Text"), ref("Text", maxLength=3), "abcd"),
    breaks("enum", ref("Text"), ref("Text", enum=["x"]), "ab"),
    breaks("minItems", ref("List"), ref("List", minItems=1), []),
    breaks("in items", array(items=ref("Text")), array(items=ref("Text", pattern="^a")), ["b"]),
    breaks("in prefixItems", array(prefixItems=[ref("Text")]), array(prefixItems=[ref("Text", minLength=2)]), ["b"]),
    breaks("in additionalProperties", {"type": "object", "additionalProperties": ref("Text")},
           {"type": "object", "additionalProperties": ref("Text", minLength=2)}, {"q": "b"}),
    breaks("in anyOf", {"anyOf": [ref("Text"), I]}, {"anyOf": [ref("Text", minLength=2), I]}, "b"),
    breaks("not", ref("Choice"), ref("Choice", **{"not": {"const": "a"}}), "a"),
    breaks("anyOf", ref("Choice"), ref("Choice", anyOf=[{"const": "a"}]), "b"),
    breaks("minProperties", ref("Size"), ref("Size", minProperties=2), {"w": 1}),
    breaks("dependentRequired", ref("Size"), ref("Size", dependentRequired={"w": ["h"]}), {"w": 1}),
    breaks("beside null", {"anyOf": [ref("Size"), {"type": "null"}]},
           {"anyOf": [ref("Size", required=["h"]), {"type": "null"}]}, {"w": 1}),
    breaks("a part is retyped", {"allOf": [ref("Size"), obj(q=S)]}, {"allOf": [ref("Size"), obj(q=I)]},
           {"w": 1, "q": "x"}),
    relaxes("a const goes", ref("Choice", const="a"), ref("Choice")),
    whole("of the root", {**ref("Size"), "$defs": DEFS}, {**ref("Size", required=["h"]), "$defs": DEFS}, {"w": 1}),
    whole("of a definition", {**holding(ref("A")), "$defs": {"A": ref("T"), "T": S}},
          {**holding(ref("A")), "$defs": {"A": ref("T", minLength=1), "T": S}}, {"p": ""}),
    whole("of another property", obj(a=S, b={"$ref": "#/properties/a"}),
          obj(a=S, b={"$ref": "#/properties/a", "maxLength": 1}), {"b": "xx"}),
    whole("a recursive definition is retyped", {**ref("N"), "$defs": {"N": obj(next=ref("N"), v=S)}},
          {**ref("N"), "$defs": {"N": obj(next=ref("N"), v=I)}}, {"v": "x"}),
    whole("an anchor", {**obj(p={"$ref": "#t"}), "$defs": {"T": {"$anchor": "t", **S}}},
          {**obj(p={"$ref": "#t"}), "$defs": {"T": {"$anchor": "t", **I}}}, {"p": "x"}),
    whole("definitions become $defs", {**obj(p={"$ref": "#/definitions/T"}), "definitions": {"T": S}},
          {**obj(p=ref("T")), "$defs": {"T": S}}, worst="none"),
    breaks("typeless items", {"items": {"properties": {"a": S}}}, {"items": {"properties": {"a": I}}}, [{"a": "x"}]),
    breaks("typeless minimum", {"minimum": 1}, {"minimum": 2}, 1),
]  # fmt: skip
ROOT_UNIONS = [
    whole("an alternative goes", any_of("anyOf", "image", "url", "video"), any_of("anyOf", "image", "url"),
          {"prompt": "x", "video": "v"}),
    whole("an alternative comes", any_of("anyOf", "image", "url"), any_of("anyOf", "image", "url", "video")),
    whole("one becomes any", any_of("oneOf", "image", "url"), any_of("anyOf", "image", "url")),
    whole("any becomes one", any_of("anyOf", "image", "url"), any_of("oneOf", "image", "url"),
          {"prompt": "x", "image": "a", "url": "b"}),
    whole("a choice comes", EITHER, any_of("anyOf", "image", "url"), {"prompt": "x"}),
    whole("a choice goes", any_of("anyOf", "image", "url"), EITHER),
    whole("an alternative beside an open rest", {**any_of("anyOf", "image", "url"), "unevaluatedProperties": True},
          {**any_of("anyOf", "image"), "unevaluatedProperties": True}, {"prompt": "x", "url": "x"}),
    whole("an alternative is retyped", {"anyOf": [obj("image", image=S), obj("url", url=S)]},
          {"anyOf": [obj("image", image=S), obj("url", url=I)]}, {"url": "x"}),
    whole("an alternative is tightened", {"oneOf": [obj("image", image=S), obj("url", url=S)]},
          {"oneOf": [obj("image", image=S), obj("url", url={**S, "minLength": 2})]}, {"url": "x"}),
    whole("a tagged alternative comes", {"oneOf": [TAG_A, TAG_B]}, {"oneOf": [TAG_A, TAG_B, TAG_C]}),
    whole("a tagged alternative requires more", {"oneOf": [TAG_A, TAG_B]},
          {"oneOf": [{**TAG_A, "required": ["k", "x"]}, TAG_B]}, {"k": "a"}),
    whole("another order", {"oneOf": [TAG_A, TAG_B]}, {"anyOf": [TAG_B, TAG_A]}, worst="none"),
]  # fmt: skip
IF_MODE = {"if": {"properties": {"mode": {"const": "edit"}}, "required": ["mode"]}, "then": {"required": ["mask"]}}
IMPOSSIBLE = obj(a=obj("b", b={**S, "not": S}), c=S)
"""No value of the property a is valid."""


TOGETHER = {**obj(q=S, r=S, s=S), "dependentRequired": {"q": ["r"], "r": ["s"]}}


def joined(part: Json) -> Json:
    """A closed object beside one whose properties require each other."""
    chain = {**obj(c=S, d=S, e=S), "dependentRequired": {"d": ["a"], "c": ["d"], "e": ["c", "f"], "f": ["e"]}}
    return {"allOf": [{**part, "additionalProperties": False}, chain], "unevaluatedProperties": False}


def dynamic(value: Json) -> Json:
    """An object of nodes that a dynamic reference names."""
    node = {"$dynamicAnchor": "node", **obj(v=value, next={"$dynamicRef": "#node"})}
    return {**obj(p={"$dynamicRef": "#node"}), "$defs": {"Node": node}}


UNSUPPORTED = [
    whole("a neighbour is retyped", {**MASK, "dependentRequired": {"mask": ["image"]}},
          {**obj(mask=S, image=I), "dependentRequired": {"mask": ["image"]}}, {"image": "x"}),
    whole("dependentRequired comes", MASK, {**MASK, "dependentRequired": {"mask": ["image"]}}, {"mask": "x"}),
    whole("dependentRequired goes", {**MASK, "dependentRequired": {"mask": ["image"]}}, MASK),
    whole("dependentSchemas comes", MASK, {**MASK, "dependentSchemas": {"mask": {"required": ["image"]}}},
          {"mask": "x"}),
    whole("dependentRequired is respelled", {**MASK, "dependentRequired": {"mask": ["image"]}},
          {**MASK, "dependentSchemas": {"mask": {"required": ["image"]}}}, worst="none"),
    whole("dependencies are respelled", {**MASK, "dependencies": {"mask": ["image"]}},
          {**MASK, "dependentRequired": {"mask": ["image"]}}, worst="none"),
    breaks("contains comes", array(items=I), array(items=I, contains={"const": 1}), [2]),
    breaks("minContains rises", array(contains={"const": 1}), array(contains={"const": 1}, minContains=2), [1]),
    breaks("maxContains comes", array(contains={"const": 1}), array(contains={"const": 1}, maxContains=1), [1, 1]),
    relaxes("contains admits more", array(items=I, contains={"const": 1}), array(items=I, contains={"minimum": 0})),
    relaxes("contains of anything", array(items=I, contains={}), array(items=I, minItems=1), "none"),
    breaks("not comes", S, {**S, "not": {"const": "x"}}, "x"),
    breaks("not excludes more", {**S, "not": {"enum": ["x"]}}, {**S, "not": {"enum": ["x", "y"]}}, "y"),
    relaxes("not goes", {**S, "not": {"const": "x"}}, S),
    relaxes("not null", {"type": ["string", "null"], "not": {"type": "null"}}, S, "none"),
    breaks("propertyNames comes", {"type": "object", "additionalProperties": S},
           {"type": "object", "additionalProperties": S, "propertyNames": {"pattern": "^[a-z]+$"}}, {"A": "x"}),
    breaks("propertyNames are shorter", {"type": "object", "propertyNames": {"maxLength": 3}},
           {"type": "object", "propertyNames": {"maxLength": 2}}, {"abc": "x"}),
    breaks("propertyNames match less", names("^[a-z]+$", additionalProperties=S),
           names("^[a-m]+$", additionalProperties=S), {"n": "x"}),
    breaks("propertyNames beside a pattern", {"type": "object", "patternProperties": {"^x-": S}},
           {"type": "object", "patternProperties": {"^x-": S}, "propertyNames": {"maxLength": 4}}, {"x-abc": "x"}),
    breaks("propertyNames of two patterns", names("^a", allOf=[{"propertyNames": {"pattern": "b$"}}]),
           names("^a", allOf=[{"propertyNames": {"pattern": "c$"}}]), {"ab": 1}),
    whole("if comes", obj(mode=S, mask=S), {**obj(mode=S, mask=S), **IF_MODE}, {"mode": "edit"}),
    whole("if alone comes", obj(mode=S), {**obj(mode=S), "if": {"required": ["mode"]}}, worst="none"),
    whole("then asks more", {**obj(a=S), "if": {"required": ["a"]}, "then": {"properties": {"a": {"minLength": 1}}}},
          {**obj(a=S), "if": {"required": ["a"]}, "then": {"properties": {"a": {"minLength": 2}}}}, {"a": "x"}),
    whole("else comes", {**obj(a=S, b=S), "if": {"required": ["a"]}},
          {**obj(a=S, b=S), "if": {"required": ["a"]}, "else": {"required": ["b"]}}, {}),
    breaks("patternProperties comes", {"type": "object", "additionalProperties": S},
           {"type": "object", "additionalProperties": S, "patternProperties": {"^x": I}}, {"x": "s"}),
    relaxes("patternProperties admits more", {"type": "object", "patternProperties": {"^x": S}},
            {"type": "object", "patternProperties": {"^x": {"type": ["string", "null"]}}}),
    breaks("unevaluatedProperties closes", {"allOf": [obj(a=S)], "unevaluatedProperties": True},
           {"allOf": [obj(a=S)], "unevaluatedProperties": False}, {"q": 1}),
    breaks("unevaluatedItems closes", array(prefixItems=[S]), array(prefixItems=[S], unevaluatedItems=False), ["a", 1]),
    relaxes("unevaluatedItems become items", array(prefixItems=[S], items=I),
            array(prefixItems=[S], unevaluatedItems=I), "none"),
    breaks("a length beside not", {**S, "not": {"const": "x"}}, {**S, "not": {"const": "x"}, "maxLength": 1}, "yy"),
    relaxes("a longer length beside not", {**S, "not": {"const": "x"}, "maxLength": 1},
            {**S, "not": {"const": "x"}, "maxLength": 2}),
    breaks("not becomes a bound", {**I, "not": {"const": 0}}, {**I, "minimum": 1}, -1),
    whole("as many properties as can be sent", {**IMPOSSIBLE, "maxProperties": 2}, {**IMPOSSIBLE, "maxProperties": 1},
          worst="none"),
    whole("a closed part among many names that go together", TOGETHER | {"properties": {
              **TOGETHER["properties"], "p": joined(obj("a", a={"oneOf": [B, {**N, "maximum": -1}, {}]}))}},
          TOGETHER | {"properties": {**TOGETHER["properties"], "p": joined(obj("b", b={}, d=S))}}, {"p": {"a": "x"}}),
    whole("a dynamic reference leads to fewer values", dynamic(S), dynamic({**S, "pattern": "^[a-c]+$"}),
          {"p": {"v": "d"}}),
    whole("not of several names", {**obj(a=S, b=S), "not": {"required": ["a", "b"]}},
          {**obj(a=S, b=S), "not": {"required": ["a"]}}, {"a": ""}),
]  # fmt: skip
READ_ONLY = obj("b", a={**S, "readOnly": True}, b=S)
SPELLINGS = [
    relaxes("const and enum", {"const": "a"}, {"enum": ["a"]}, "none"),
    relaxes("nullable", {**S, "nullable": True}, {"anyOf": [S, {"type": "null"}]}, "none"),
    relaxes("a nullable choice", {**S, "enum": ["a", None], "nullable": True}, {"enum": ["a", None]}, "none"),
    relaxes("a nullable reference", {"allOf": [ref("Text")], "nullable": True},
            {"anyOf": [ref("Text"), {"type": "null"}]}, "none"),
    relaxes("a true bound", {**N, "minimum": 1, "exclusiveMinimum": True}, {**N, "exclusiveMinimum": 1}, "none"),
    relaxes("a false bound", {**N, "maximum": 1, "exclusiveMaximum": False}, {**N, "maximum": 1}, "none"),
    relaxes("a tuple", array(items=[S, I], additionalItems=False), array(prefixItems=[S, I], items=False), "none"),
    relaxes("types and alternatives", {"type": ["string", "integer"]}, {"anyOf": [S, I]}, "none"),
    relaxes("constants and a choice", {"oneOf": [{"const": "a"}, {"const": "b"}]}, {"enum": ["a", "b"]}, "none"),
    relaxes("parts", {"allOf": [{**S, "minLength": 1}, {**S, "maxLength": 4}]}, {**S, "minLength": 1, "maxLength": 4},
            "none"),
    relaxes("a condition that holds", {**S, "if": True, "then": {"minLength": 1}}, {**S, "minLength": 1}, "none"),
    relaxes("every other type", {"not": S}, {"type": ["null", "boolean", "number", "array", "object"]}, "none"),
    relaxes("a pattern of every name", {"type": "object", "patternProperties": {".*": S}},
            {"type": "object", "additionalProperties": S}, "none"),
    relaxes("a pattern of every name beside properties", {**obj(a={"maxLength": 3}), "patternProperties": {"": S}},
            {**obj(a={**S, "maxLength": 3}), "additionalProperties": S}, "none"),
    breaks("a pattern of every name asks for less", {"type": "object", "patternProperties": {".*": S}},
           {"type": "object", "patternProperties": {".*": {**S, "maxLength": 3}}}, {"q": "abcd"}),
    relaxes("two ways to close", {**obj(a=S), "unevaluatedProperties": False},
            {**obj(a=S), "additionalProperties": False}, "none"),
    relaxes("any value beside another alternative", {"anyOf": [{"not": S}, {"enum": ["a", "b"]}]},
            {"anyOf": [{"not": S}, {"enum": ["b", "a"]}]}, "none"),
    whole("names that an alternative adds", obj(a=S), {**obj(a=S), "anyOf": [
        {"type": "object", "dependentSchemas": {"a": {}}, "patternProperties": {"^.{2}$": True}}, {}]}, worst="safe"),
    breaks("a longer tuple", array(prefixItems=[S], items=I), array(prefixItems=[S, S], items=I), ["a", 1]),
    breaks("a closed tuple", array(prefixItems=[S]), array(prefixItems=[S], items=False), ["a", "b"]),
    breaks("other properties are closed", {"type": "object", "additionalProperties": True},
           {"type": "object", "additionalProperties": False}, {"x": 1}),
    breaks("other properties are retyped", {"type": "object", "additionalProperties": S},
           {"type": "object", "additionalProperties": I}, {"x": "a"}),
    relaxes("other properties are opened", {**obj(a=S), "additionalProperties": False},
            {**obj(a=S), "additionalProperties": True}),
    whole("a required read-only parameter", obj("b", a={**S, "readOnly": True}, b=S),
          obj("b", "a", a={**S, "readOnly": True}, b=S), worst="none"),
    whole("a read-only parameter of another part is required", {"allOf": [READ_ONLY]},
          {"allOf": [READ_ONLY, {"required": ["a"]}]}, worst="none"),
    whole("a part of a parameter is read-only", obj("b", a={"allOf": [{**S, "readOnly": True}]}, b=S),
          obj("b", "a", a={"allOf": [{**S, "readOnly": True}]}, b=S), worst="none"),
    whole("an alternative requires a read-only parameter", READ_ONLY, {**READ_ONLY, "anyOf": [{"required": ["a"]}]},
          worst="none"),
    whole("a read-only parameter behind a reference is required", {**READ_ONLY, "$defs": {"A": {"required": ["b"]}},
          "allOf": [ref("A")]}, {**READ_ONLY, "$defs": {"A": {"required": ["b", "a"]}}, "allOf": [ref("A")]},
          worst="none"),
    relaxes("a read-only parameter is retyped", {**S, "readOnly": True}, {**I, "readOnly": True}, "info"),
    relaxes("a parameter below a read-only one goes", {**obj(a=S, b=S), "readOnly": True},
            {**obj(a=S), "readOnly": True}, "info"),
    relaxes("readOnly comes", S, {**S, "readOnly": True}, "any"),
    relaxes("an extension changes", {**S, "x-a": {"b": 1}}, {**S, "x-a": {"b": 2}}, "any"),
    relaxes("a discriminator changes", {"oneOf": [TAG_A, TAG_B], "discriminator": {"propertyName": "k"}},
            {"oneOf": [TAG_A, TAG_B], "discriminator": {"propertyName": "k", "mapping": {"a": "A"}}}, "any"),
    relaxes("an annotation of an excluded schema", {**S, "not": {"const": "x", "title": "X"}},
            {**S, "not": {"const": "x", "title": "Y"}}, "any"),
]  # fmt: skip
NUMBERS = [
    relaxes("a finer step", {**N, "multipleOf": 0.5}, {**N, "multipleOf": 0.25}),
    breaks("a coarser step", {**N, "multipleOf": 0.25}, {**N, "multipleOf": 0.5}, 0.25),
    relaxes("a finer decimal step", {**N, "multipleOf": 0.3}, {**N, "multipleOf": 0.1}),
    relaxes("integers to tenths", I, {**N, "multipleOf": 0.1}),
    relaxes("values to tenths", {"enum": [0.3, 0.7]}, {**N, "multipleOf": 0.1}),
    relaxes("tenths to values", {**N, "multipleOf": 0.1, "minimum": 0, "maximum": 0.3}, {"enum": [0, 0.1, 0.2, 0.3]},
            "none"),
    relaxes("a bound between two steps", {**N, "multipleOf": 0.1, "maximum": 0.3},
            {**N, "multipleOf": 0.1, "maximum": 0.35}, "none"),
    relaxes("a half step of integers", I, {**I, "multipleOf": 0.5}, "none"),
    relaxes("a fraction as a step of integers", {**I, "multipleOf": 1.5}, {**I, "multipleOf": 3}, "none"),
    relaxes("a bound between two integers", {**I, "minimum": 0.5}, {**I, "minimum": 1}, "none"),
    relaxes("as many unique items as choices", array(items={"enum": ["a", "b"]}, uniqueItems=True),
            array(items={"enum": ["a", "b"]}, uniqueItems=True, maxItems=2), "none"),
    breaks("fewer unique items than choices", array(items={"enum": ["a", "b"]}, uniqueItems=True),
           array(items={"enum": ["a", "b"]}, uniqueItems=True, maxItems=1), ["a", "b"]),
]  # fmt: skip


def pattern(text: str, **beside: Any) -> Json:
    """A string with a pattern."""
    return {**S, "pattern": text, **beside}


def both(*patterns: str) -> Json:
    """A string that several patterns match."""
    return {**S, "allOf": [{"pattern": pattern} for pattern in patterns]}


PATTERNS = [
    relaxes("a wider class", pattern("^[a-z]+$"), pattern("^[a-zA-Z]+$")),
    breaks("a narrower class", pattern("^[a-zA-Z]+$"), pattern("^[a-z]+$"), "A"),
    relaxes("another spelling", pattern("^(?:ab)[0-9]+$"), pattern(r"^ab\d\d*$"), "none"),
    relaxes("anywhere", pattern("^https://"), pattern("https://")),
    breaks("in front", pattern("https://"), pattern("^https://"), "xhttps://"),
    relaxes("anything", S, pattern(".*"), "none"),
    relaxes("lengths that it implies", pattern(r"^\d{4}-\d{2}$"), pattern(r"^\d{4}-\d{2}$", minLength=7, maxLength=7),
            "none"),
    breaks("a length that it does not imply", pattern("^a+$"), pattern("^a+$", minLength=2), "a"),
    relaxes("values that it lists", pattern("^(a|b)$"), {"enum": ["a", "b"]}, "none"),
    relaxes("values that match", {"enum": ["ab", "cd"]}, pattern("^[a-z]{2}$")),
    relaxes("look-around goes", pattern("^(?!x)"), S),
    breaks("look-around comes", S, pattern("^(?!x)"), "x"),
    breaks("look-around asks more", pattern("^(?=.*[0-9]).{3,}$"), pattern("^(?=.*[0-9]).{4,}$"), "aa1"),
    breaks("a neighbour of look-around", pattern("^(?!x)", maxLength=5), pattern("^(?!x)", maxLength=4), "aaaaa"),
    breaks("another look-around", pattern("^(?=.*[0-9])(?=.*[a-z]).{3,}$"), pattern("^(?=.*[0-9])(?=.*[A-Z]).{3,}$"),
           "aa1"),
    relaxes("a word boundary goes", pattern(r"\bcat\b"), pattern("cat")),
    breaks("a word boundary comes", pattern("cat"), pattern(r"\bcat\b"), "cats"),
    breaks("two patterns come", S, both("^a", "b$"), "b"),
    breaks("one of two patterns changes", both("^a", "b$"), both("^a", "c$"), "ab"),
    breaks("two patterns become one", both("^a", "b$"), pattern("^a.*b$"), "a\nb"),
    breaks("values that it does not list", pattern("^(a|b)$"), {"enum": ["a"]}, "b"),
]  # fmt: skip
TREE: Json = {"anyOf": [S, array(items=ref("Tree"))]}
NODE: Json = {"anyOf": [S, obj(next=ref("Node"))]}


def recursive(schema: Json, **definitions: Json) -> Json:
    """An object whose property p has a schema, beside definitions that refer to themselves."""
    return {**obj(p=schema), "$defs": definitions}


RECURSION = [
    whole("a list is written out once", recursive(ref("Tree"), Tree=TREE), recursive(TREE, Tree=TREE), worst="none"),
    whole("an object is written out once", recursive(ref("Node"), Node=NODE), recursive(NODE, Node=NODE), worst="none"),
    whole("another name", recursive(ref("Tree"), Tree=TREE),
          recursive(ref("Wood"), Wood={"anyOf": [S, array(items=ref("Wood"))]}), worst="none"),
    whole("a list is tightened", recursive(ref("Tree"), Tree=TREE),
          recursive(ref("Tree"), Tree={"anyOf": [S, array(items=ref("Tree"), maxItems=1)]}), {"p": ["a", "b"]}),
    whole("an object is retyped", recursive(ref("Node"), Node=NODE),
          recursive(ref("Node"), Node={"anyOf": [I, obj(next=ref("Node"))]}), {"p": "a"}),
    whole("an alternative goes", recursive(ref("Node"), Node={"anyOf": [S, I, obj(next=ref("Node"))]}),
          recursive(ref("Node"), Node=NODE), {"p": 1}),
    whole("the request refers to itself", obj(p={"$ref": "#"}, q=S), obj(p={"$ref": "#"}, q={**S, "maxLength": 1}),
          {"q": "ab"}),
]  # fmt: skip
REQUESTS = {
    f"{group}: {row.name}": row
    for group, rows in (
        ("beside a reference", BESIDE_REFERENCES),
        ("alternatives of the request", ROOT_UNIONS),
        ("beyond the algebra", UNSUPPORTED),
        ("spelling", SPELLINGS),
        ("numbers", NUMBERS),
        ("recursion", RECURSION),
        ("patterns", PATTERNS),
    )
    for row in rows
}
"""Cases about requests by name."""

META = obj("a", a=S, b=S)
RESULTS = {
    row.name: row
    for row in (
        whole("fractions come with a step", obj("n", n=I), obj("n", n={**N, "multipleOf": 0.01}), {"n": 0.5},
              worst="breaking"),
        whole("an optional field goes", obj("id", id=S, seed=I), obj("id", id=S), worst="dangerous"),
        whole("a required field goes", obj("id", "seed", id=S, seed=I), obj("id", id=S), worst="breaking"),
        whole("an optional nested field goes", obj(meta=META), obj(meta=obj("a", a=S)), worst="dangerous"),
        whole("a required nested field goes", obj(meta=META), obj(meta=obj(b=S)), worst="breaking"),
        whole("an optional field of items goes", array(items=META), array(items=obj("a", a=S)), worst="dangerous"),
        whole("an optional field of a part goes", {"allOf": [obj("id", id=S), obj(b=S)]}, obj("id", id=S),
              worst="dangerous"),
        whole("a field becomes optional", obj("id", id=S), obj(id=S), {}),
        whole("a field may be null", obj(id=S), obj(id={"type": ["string", "null"]}), {"id": None}),
        whole("a field comes", obj("id", id=S), obj("id", id=S, x=S)),
        whole("a value comes", obj(s={"enum": ["a"]}), obj(s={"enum": ["a", "b"]}), worst="dangerous"),
        whole("a value goes", obj(s={"enum": ["a", "b"]}), obj(s={"enum": ["a"]}), worst="info"),
        whole("a pattern of every name", {"patternProperties": {".*": S}}, {"additionalProperties": S}, worst="none"),
        whole("additional properties become a pattern", {"type": "object", "additionalProperties": S},
              {"type": "object", "patternProperties": {".*": S}}, worst="none"),
        whole("fractions come", obj(n=I), obj(n=N), {"n": 0.5}),
        whole("fractions go", obj(n=N), obj(n=I), worst="info"),
        whole("a type goes", {"anyOf": [S, LIST]}, S, worst="info"),
        whole("a type comes", {"oneOf": [S, {"type": "null"}]}, {"oneOf": [S, {"type": "null"}, {"type": "object"}]},
              {}),
        whole("a type changes beside null", {"type": ["string", "null"]}, {"type": ["array", "null"], "items": S},
              ["a"]),
        whole("a type changes behind a reference", {**ref("R"), "$defs": {"R": {"anyOf": [S, {"type": "null"}]}}},
              {**ref("R"), "$defs": {"R": {"anyOf": [LIST, {"type": "null"}]}}}, ["a"]),
        whole("items may be null", LIST, array(items={"anyOf": [S, {"type": "null"}]}), [None]),
        whole("a field of an alternative is retyped", {"anyOf": [obj("a", a=S), obj("b", b=S)]},
              {"anyOf": [obj("a", a=S), obj("b", b=I)]}, {"b": 1}),
        whole("an encoding changes", {**S, "contentEncoding": "base64"}, {**S, "contentEncoding": "base32"},
              worst="breaking"),
        whole("a required write-only field comes", obj("id", id=S), obj("id", "x", id=S, x={**S, "writeOnly": True}),
              worst="info"),
        whole("a write-only field is retyped", obj(x={**S, "writeOnly": True}), obj(x={**I, "writeOnly": True}),
              worst="info"),
        whole("a write-only field goes", obj("x", x={**S, "writeOnly": True}), obj(), worst="info"),
    )
}  # fmt: skip
"""Cases about results by name."""
