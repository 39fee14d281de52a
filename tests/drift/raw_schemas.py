"""Random raw JSON Schemas over the vocabulary of draft 2020-12, edits of them, and payloads near them."""

from __future__ import annotations

from copy import deepcopy
from random import Random
from typing import Any

Json = dict[str, Any]

NAMES = ["prompt", "image", "url", "seed", "size", "x-y"]
TEXTS = ["", "a", "ab", "abc", "1", "a1", "b-2"]
PATTERNS = ["^a", "b", "[0-9]", "^[a-z]+$", "a|b", "^.{2}$", ".*", "^(ab)?$", "^(?!b)", "(?=a)"]
STEPS: list[Any] = [1, 2, 3, 4, 0.5, 0.25, 0.1, 0.3]
BOUNDS: list[Any] = [-1, 0, 1, 2, 3, 5, 8, 0.5, 2.5]
TYPES = ["null", "boolean", "integer", "number", "string", "array", "object"]
_BY_TYPE: dict[str, list[str]] = {
    "number": ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"],
    "string": ["minLength", "maxLength", "pattern", "contentMediaType", "contentEncoding", "format"],
    "array": ["items", "prefixItems", "contains", "minContains", "maxContains", "minItems", "maxItems", "uniqueItems",
              "unevaluatedItems"],
    "object": ["properties", "required", "additionalProperties", "patternProperties", "propertyNames",
               "minProperties", "maxProperties", "dependentRequired", "dependentSchemas", "unevaluatedProperties"],
}  # fmt: skip
_ANY = ["enum", "const", "allOf", "anyOf", "oneOf", "not", "if", "title", "description", "default", "examples",
        "deprecated", "readOnly", "writeOnly", "$comment", "$ref"]  # fmt: skip


def value(rng: Random, depth: int = 2) -> Any:
    """A small JSON value."""
    kind = rng.randrange(8 if depth else 6)
    if kind == 6:
        return [value(rng, depth - 1) for _ in range(rng.randrange(4))]
    if kind == 7:
        return {rng.choice(NAMES): value(rng, depth - 1) for _ in range(rng.randrange(3))}
    return rng.choice([None, True, False, rng.randrange(-2, 9), rng.choice([0.5, 0.3, 1.5, 2.0]), rng.choice(TEXTS)])


def keyword(rng: Random, name: str, depth: int) -> Json:
    """A keyword with a value; ``if`` comes with its ``then`` and ``else``."""
    sub = lambda: schema(rng, depth - 1)  # noqa: E731
    names = lambda: rng.sample(NAMES, rng.randrange(1, 3))  # noqa: E731
    match name:
        case "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum":
            found: Any = rng.choice(BOUNDS)
        case "multipleOf":
            found = rng.choice(STEPS)
        case "pattern":
            found = rng.choice(PATTERNS)
        case "contentMediaType":
            found = rng.choice(["image/png", "application/json"])
        case "contentEncoding":
            found = rng.choice(["base64", "base16"])
        case "format":
            found = rng.choice(["uri", "date"])
        case "items" | "contains" | "not" | "unevaluatedItems":
            found = sub()
        case "additionalProperties" | "unevaluatedProperties":
            found = rng.choice([True, False, sub()])
        case "prefixItems" | "allOf" | "anyOf" | "oneOf":
            found = [sub() for _ in range(rng.randrange(1, 4))]
        case "uniqueItems" | "deprecated" | "readOnly" | "writeOnly":
            found = rng.choice([True, False])
        case "properties" | "dependentSchemas":
            found = {member: sub() for member in names()}
        case "patternProperties":
            found = {rng.choice(PATTERNS): sub()}
        case "propertyNames":
            found = rng.choice([{"pattern": rng.choice(PATTERNS)}, {"maxLength": 4}, {"enum": names()}])
        case "required":
            found = names()
        case "dependentRequired":
            found = {rng.choice(NAMES): names()}
        case "enum":
            found = [value(rng) for _ in range(rng.randrange(1, 4))]
        case "const" | "default":
            found = value(rng)
        case "examples":
            found = [value(rng)]
        case "if":
            return {"if": sub(), **{part: sub() for part in rng.sample(["then", "else"], rng.randrange(1, 3))}}
        case "$ref":
            found = f"#/$defs/{rng.choice('AB')}"
        case "title" | "description" | "$comment":
            found = rng.choice(TEXTS)
        case _:
            found = rng.randrange(4)
    return {name: found}


def schema(rng: Random, depth: int = 2) -> Any:
    """A schema, mostly with a type and a few of the keywords of that type."""
    if depth < 0 or rng.random() < 0.04:
        return rng.choice([True, {}, {"type": rng.choice(TYPES)}, {"const": value(rng, 1)}])
    kind = rng.choice(TYPES)
    found: Json = {}
    if rng.random() < 0.8:
        found["type"] = kind if rng.random() < 0.85 else rng.sample(TYPES, 2)
    own = _BY_TYPE.get("number" if kind == "integer" else kind, [])
    for name in rng.sample(own, min(len(own), rng.randrange(3))):
        found |= keyword(rng, name, depth)
    if rng.random() < 0.3:
        found |= keyword(rng, rng.choice(_ANY), depth)
    return found


def request(rng: Random) -> Json:
    """The schema of a whole request with two definitions."""
    found: Json = {"type": "object", "properties": {name: schema(rng) for name in rng.sample(NAMES, 3)}}
    for name in rng.sample(_BY_TYPE["object"][1:], rng.randrange(2)):
        found |= keyword(rng, name, 1)
    if rng.random() < 0.25:
        found |= keyword(rng, rng.choice(_ANY[:-1]), 1)
    found.pop("const", None)
    found.pop("enum", None)
    # No reference inside a definition: recursion has tests of its own.
    definitions: Json = {}
    while len(definitions) < 2:
        part = schema(rng)
        if "$ref" not in repr(part):
            definitions["AB"[len(definitions)]] = part
    return {**found, "$defs": definitions}


def _places(node: Any, *, in_map: bool = False) -> list[Json]:
    """All schema objects below and at `node`."""
    found: list[Json] = []
    if not isinstance(node, dict):
        return found
    if not in_map:
        found.append(node)
    for name, part in node.items():
        if in_map:
            found += _places(part)
        elif name in {"properties", "patternProperties", "dependentSchemas", "$defs"}:
            found += _places(part, in_map=True)
        elif name in {"allOf", "anyOf", "oneOf", "prefixItems"}:
            for one in part:
                found += _places(one)
        elif name in {"items", "contains", "not", "if", "then", "else", "additionalProperties", "propertyNames",
                      "unevaluatedItems", "unevaluatedProperties"}:  # fmt: skip
            found += _places(part)
    return found


def edited(rng: Random, old: Json) -> Json:
    """`old` with one keyword at one place added, removed or altered."""
    new = deepcopy(old)
    node = rng.choice(_places(new))
    keys = [key for key in node if key != "$defs"]
    choice = rng.random()
    if keys and choice < 0.3:
        del node[rng.choice(keys)]
        return new
    if keys and choice < 0.6:
        name = rng.choice(keys)
        if name == "type":
            if node is not new:
                node["type"] = rng.choice([*TYPES, rng.sample(TYPES, 2)])
        elif name in {"properties", "dependentSchemas"} and rng.random() < 0.5:
            node[name].update({rng.choice(NAMES): schema(rng, 1)})
        elif name in {"then", "else"}:
            node[name] = schema(rng, 1)
        else:
            node |= keyword(rng, name, 1)
        return new
    kind = node.get("type")
    own = _BY_TYPE.get({"integer": "number"}.get(kind, kind), []) if isinstance(kind, str) else []
    name = rng.choice([*own, *own, *_ANY])
    if node is new and name in {"const", "enum", "$ref"}:
        name = "anyOf"
    if name == "$ref" and not any(node is part for part in _places({k: v for k, v in new.items() if k != "$defs"})):
        name = "allOf"
    return _without_inner_references(node | keyword(rng, name, 1), node, new)


def edited_together(rng: Random) -> tuple[Json, Json]:
    """Two requests in which two or three keywords of one type differ at one place."""
    kind = rng.choice(["integer", "number", "string", "array", "object"])
    own = [*_BY_TYPE["number" if kind == "integer" else kind], *(["not"] if rng.random() < 0.3 else [])]
    old: Json = {"type": kind}
    for name in rng.sample(own, rng.randrange(2, 5)):
        old |= keyword(rng, name, 0)
    new = dict(old)
    present = [name for name in old if name != "type"]
    for name in sorted({*rng.sample(present, min(len(present), rng.randrange(1, 3))), rng.choice(own)}):
        if name in new and rng.random() < 0.3:
            del new[name]
        else:
            new |= keyword(rng, name, 0)
    wrap = rng.choice(
        [
            lambda part: part,
            lambda part: {"type": "array", "items": part},
            lambda part: {"anyOf": [part, {"const": "other"}]},
        ]
    )
    sides = [{"type": "object", "properties": {"prompt": wrap(part)}} for part in (old, new)]
    return sides[0], sides[1]


ANNOTATIONS: Json = {
    "title": "T1", "description": "D1", "default": 41, "examples": [41], "example": 42, "deprecated": True,
    "readOnly": True, "writeOnly": True, "format": "x-own", "contentMediaType": "text/x-own",
    "contentEncoding": "x-own", "contentSchema": {"minLength": 7}, "$comment": "C1", "$anchor": "Z",
    "x-order": ["a"], "x-unit": 1, "externalDocs": {"url": "https://a.example"}, "xml": {"name": "n"},
    "discriminator": {"propertyName": "kind"}, "unheard-of": 1,
}  # fmt: skip
"""Every annotation of the vocabularies of JSON Schema and OpenAPI, and two that nothing defines."""


def annotated(rng: Random, old: Json) -> Json:
    """`old` with one annotation at one place added, altered or removed; no random schema has the same value."""
    node = rng.choice(_places(old))
    present = [name for name in node if name in ANNOTATIONS and node[name] not in (None, False, "", [])]
    if present and rng.random() < 0.4:
        name = rng.choice(present)
        if sum(repr(node[name]) == repr(part.get(name)) for part in _places(old)) == 1:
            del node[name]
            return old
    name = rng.choice(list(ANNOTATIONS))
    if node.get(name) == ANNOTATIONS[name]:
        name = "x-order"
    node[name] = ANNOTATIONS[name]
    return old


def _without_inner_references(node: Json, target: Json, root: Json) -> Json:
    target.update(node)
    for part in root["$defs"].values():
        for place in _places(part):
            place.pop("$ref", None)
    return root


def rewritten(rng: Random, schema: Json) -> Json:
    """`schema` in other words, of equal meaning: wrappers, references, spellings, order."""
    definitions: Json = schema.get("$defs", {})
    for node in _places(schema):
        if node is schema or rng.random() < 0.5:
            continue
        _respell(rng, node, definitions)
    keys = list(schema)
    rng.shuffle(keys)
    return {key: schema[key] for key in keys}


def _respell(rng: Random, node: Json, definitions: Json) -> None:
    """Rewrite one node in place."""
    plain = not any(key.startswith("unevaluated") or key == "$ref" for key in node)
    choice = rng.randrange(6)
    if choice == 0 and "const" in node and "enum" not in node:
        node["enum"] = [node.pop("const")]
    elif choice == 1 and isinstance(node.get("type"), str):
        node["type"] = [node["type"]]
    elif choice == 2 and isinstance(node.get("enum"), list):
        rng.shuffle(node["enum"])
    elif choice == 3 and isinstance(node.get("required"), list):
        rng.shuffle(node["required"])
    elif choice == 4 and plain and node and "properties" not in node:
        inner = dict(node)
        node.clear()
        node["allOf"] = [inner]
    elif choice == 5 and plain and node and "properties" not in node and "$ref" not in repr(node):
        name = f"R{len(definitions)}"
        definitions[name] = dict(node)
        node.clear()
        node["$ref"] = f"#/$defs/{name}"
