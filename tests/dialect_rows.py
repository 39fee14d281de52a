"""A value for each keyword that some dialects lack: it is refused by that keyword alone, wherever it is read."""

from __future__ import annotations

from typing import Any, NamedTuple

from jsonschema import Draft4Validator, Draft6Validator, Draft7Validator, Draft201909Validator, Draft202012Validator

Json = dict[str, Any]
VALIDATORS: dict[str, Any] = {
    **{f"http://json-schema.org/draft-0{number}/schema#": validator
       for number, validator in ((4, Draft4Validator), (6, Draft6Validator), (7, Draft7Validator))},
    "https://json-schema.org/draft/2019-09/schema": Draft201909Validator,
    "https://json-schema.org/draft/2020-12/schema": Draft202012Validator,
}  # fmt: skip
"""Plain jsonschema, by ``$schema``."""
TEXT = {"type": "string"}


class Row(NamedTuple):
    """`schema` is that of the parameter ``p``; without `keyword` it accepts `value`."""

    keyword: str
    schema: Json
    value: Any


ROWS = [
    Row("const", {"const": "a"}, "b"),
    Row("contains", {"type": "array", "contains": {"type": "integer"}}, ["x"]),
    Row("propertyNames", {"type": "object", "propertyNames": {"maxLength": 1}}, {"ab": 1}),
    Row("if", {"type": "string", "if": {"minLength": 2}, "then": {"maxLength": 0}}, "ab"),
    Row("then", {"type": "string", "if": {"minLength": 2}, "then": {"maxLength": 0}}, "ab"),
    Row("else", {"type": "string", "if": {"minLength": 2}, "else": {"minLength": 1}}, ""),
    Row("dependentRequired", {"type": "object", "dependentRequired": {"a": ["b"]}}, {"a": 1}),
    Row("dependentSchemas", {"type": "object", "dependentSchemas": {"a": {"required": ["b"]}}}, {"a": 1}),
    Row("dependencies", {"type": "object", "dependencies": {"a": ["b"]}}, {"a": 1}),
    Row("maxContains", {"type": "array", "contains": {"type": "integer"}, "maxContains": 1}, [1, 2]),
    Row("minContains", {"type": "array", "contains": {"type": "integer"}, "minContains": 2}, [1]),
    Row("unevaluatedItems", {"type": "array", "unevaluatedItems": {"type": "string"}}, [1]),
    Row("unevaluatedProperties", {"type": "object", "unevaluatedProperties": TEXT}, {"a": 1}),
    Row("prefixItems", {"type": "array", "prefixItems": [TEXT]}, [1]),
    Row("items", {"type": "array", "items": [TEXT]}, [1]),
    Row("additionalItems", {"type": "array", "items": [TEXT], "additionalItems": False}, ["a", "b"]),
    Row("patternProperties", {"type": "object", "patternProperties": {"^a": TEXT}}, {"a": 1}),
    Row("$dynamicRef", {"$dynamicRef": "#/definitions/T"}, 1),
    Row("$recursiveRef", {"$recursiveRef": "#"}, 1),
    Row("maxLength", {"$ref": "#/definitions/T", "maxLength": 1}, "ab"),
    Row("required", {"type": "object", "required": ["a"]}, {}),
]  # fmt: skip


def request(dialect: str, parameter: Json) -> Json:
    """A request in a dialect, whose parameter ``p`` has a schema."""
    return {"$schema": dialect, "type": "object", "properties": {"p": parameter}, "definitions": {"T": TEXT}}


def reads(dialect: str, row: Row) -> bool:
    """Whether plain jsonschema refuses the value of a row."""
    try:
        return not VALIDATORS[dialect](request(dialect, row.schema)).is_valid({"p": row.value})
    except AttributeError:  # a list of items in 2020-12, which has no meaning there
        return False


def follows(dialect: str, row: Row) -> bool:
    """Whether a class refuses the value of a row: ``dependencies`` also in drafts where a validator may ignore it."""
    return reads(dialect, row) or (row.keyword == "dependencies" and "/20" in dialect)
