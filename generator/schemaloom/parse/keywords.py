"""Read one keyword: return its value, or report a problem if the value has the wrong type."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, cast

from schemaloom.ir.patterns import linear_pattern, unusable_reason
from schemaloom.ir.schema import NO_ANNOTATIONS, Annotations
from schemaloom.ir.vocabulary import KEYWORDS
from schemaloom.json.codec import NOT_FINITE
from schemaloom.json.values import JsonText, JsonValue, json_text, json_type
from schemaloom.parse.limits import TYPES, is_count

Node = dict[str, JsonValue]
Report = Callable[[str, str], None]
"""Takes a keyword and a sentence about it."""

_CONTENT = ("contentEncoding", "contentMediaType", "contentSchema")
_RULES_AND_DESCRIPTION: Final = KEYWORDS - {"oneOf", "anyOf"} | {"description"}  # those two may have labels


def has_choices_of_another_type(node: Node) -> bool:
    """Whether ``type`` excludes every choice, as where the choices of an integer are spelled as strings."""
    listed, kinds = node.get("enum"), node.get("type")
    choices = [choice for choice in listed if choice is not None] if isinstance(listed, list) else []
    if kinds is None or not choices:
        return False
    allowed = {"number": ("number", "integer")}
    expected = [
        kind for name in (kinds if isinstance(kinds, list) else [kinds]) for kind in allowed.get(str(name), (name,))
    ]
    return not any(json_type(choice) in expected for choice in choices)


@dataclass(slots=True)  # frozen, it would take twice as long to make
class KeywordReader:
    """Typed access to the keywords of one schema object; a wrong type is reported and ignored."""

    node: Node
    report: Report

    def text(self, keyword: str) -> str | None:
        """A string keyword."""
        value = self.node.get(keyword)
        if value is None or isinstance(value, str):
            return value
        self._refuse(keyword, "a string")
        return None

    def flag(self, keyword: str) -> bool:
        """A boolean keyword; absent is False."""
        value = self.node.get(keyword, False)
        if isinstance(value, bool):
            return value
        self._refuse(keyword, "a boolean")
        return False

    def count(self, keyword: str) -> int | None:
        """A non-negative integer keyword."""
        value = self.node.get(keyword)
        if value is None or (isinstance(value, int | float) and is_count(value)):
            return None if value is None else int(value)
        self._refuse(keyword, "a whole number from 0")
        return None

    def number(self, keyword: str) -> int | float | None:
        """A number keyword that fits a binary float; a boolean is not a number."""
        value = self.node.get(keyword)
        if value is None:
            return None
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max:
            return value
        self._refuse(keyword, "a number in range")
        return None

    def divisor(self) -> int | float | None:
        """``multipleOf``, if it is above zero."""
        value = self.number("multipleOf")
        if value is None or value > 0:
            return value
        self._refuse("multipleOf", "a number above 0")
        return None

    def pattern(self) -> str | None:
        """``pattern``, if a linear-time engine can run it.

        Look-around and back-references need a backtracking engine, and a hostile pattern can hang
        one; such a pattern is reported and ignored, like one that is invalid or too large.
        """
        value = self.text("pattern")
        if value is None or linear_pattern(value) is not None:
            return value
        self.report("pattern", f"{unusable_reason(value)} and is not checked")
        return None

    def schemas(self, keyword: str) -> list[JsonValue]:
        """A keyword that holds a list: of schemas, or of values."""
        value = self.node.get(keyword, [])
        if isinstance(value, list):
            return value
        self._refuse(keyword, "a list")
        return []

    def names(self, keyword: str) -> tuple[str, ...]:
        """A keyword that holds a list of strings."""
        value = self.node.get(keyword, [])
        if isinstance(value, list) and all(isinstance(name, str) for name in value):
            return tuple(dict.fromkeys(cast("list[str]", value)))
        self._refuse(keyword, "a list of strings")
        return ()

    def types(self) -> tuple[str, ...] | None:
        """``type`` as a tuple of JSON types; None if it is missing or not readable."""
        if "type" not in self.node:
            return None
        value = self.node["type"]
        found = value if isinstance(value, list) else [value]
        if found and all(kind in TYPES for kind in found):
            return tuple(dict.fromkeys(cast("list[str]", found)))
        self._refuse("type", f"one of {', '.join(TYPES)}")
        return None

    def report_malformed(self) -> None:
        """Report each keyword that no other method reads, and whose value is not of its form."""
        if _FORMS.keys().isdisjoint(self.node):  # as in most schemas
            return
        for keyword, value in self.node.items():
            if keyword in _FORMS and not _FORMS[keyword][1](value):
                self._refuse(keyword, _FORMS[keyword][0])

    def annotations(self) -> Annotations:
        """The annotations of the schema."""
        if self.node.keys() <= _RULES_AND_DESCRIPTION:  # as in most schemas
            description = self.text("description")
            return _described(description) if description else NO_ANNOTATIONS
        examples = self.node.get("examples", [self.node["example"]] if "example" in self.node else [])
        return Annotations(
            title=self.text("title") or "",
            description=self.text("description") or "",
            default=self._default(),
            examples=tuple(json_text(value) for value in examples) if isinstance(examples, list) else (),
            deprecated=self.flag("deprecated"),
            read_only=self.flag("readOnly"),
            write_only=self.flag("writeOnly"),
            format=self.text("format"),
            content=tuple((name, json_text(self.node[name])) for name in _CONTENT if name in self.node),
            labels=self._labels(),
            extensions=self._extensions(),
        )

    def _labels(self) -> tuple[tuple[JsonText, str], ...]:
        found: dict[JsonText, str] = {}
        for keyword in ("oneOf", "anyOf"):
            branches = self.node.get(keyword)
            for branch in branches if isinstance(branches, list) else ():
                if isinstance(branch, dict) and "const" in branch:
                    label = branch.get("title") or branch.get("description")
                    if isinstance(label, str) and label.strip():
                        found[json_text(branch["const"])] = label
        return tuple(found.items())

    def _default(self) -> JsonText | None:
        default = self.node.get("default")
        if isinstance(default, str) and default in NOT_FINITE and self.node.get("type") in ("number", "integer"):
            self.report("default", f"{default} is not JSON; default is ignored")
            return None
        return json_text(default) if "default" in self.node else None

    def _extensions(self) -> tuple[tuple[str, JsonText], ...]:
        return tuple(
            sorted(
                (name, json_text(value))
                for name, value in self.node.items()
                if name.startswith("x-") and isinstance(value, str | bool)
            )
        )

    def _refuse(self, keyword: str, expected: str) -> None:
        self.report(keyword, f"expected {expected}; {keyword} is ignored")


@lru_cache(maxsize=4096)  # models of one family describe their parameters in the same words
def _described(description: str) -> Annotations:
    return Annotations(description=description)


def _is_schema(value: JsonValue) -> bool:
    return isinstance(value, dict | bool)


def _are_names(value: JsonValue) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value)


def _object_of(is_form: Callable[[JsonValue], bool]) -> Callable[[JsonValue], bool]:
    return lambda value: isinstance(value, dict) and all(map(is_form, value.values()))


_Form = tuple[str, Callable[[JsonValue], bool]]
_SCHEMA: _Form = ("a schema", _is_schema)
_SCHEMAS_BY_NAME: _Form = ("an object of schemas", _object_of(_is_schema))
_SOME_SCHEMAS: _Form = ("a list of at least one schema", lambda value: value != [])
_COUNT: _Form = ("a whole number from 0", is_count)
_FORMS: Final[dict[str, _Form]] = {
    **dict.fromkeys(("not", "if", "then", "else", "contains", "propertyNames"), _SCHEMA),
    **dict.fromkeys(("unevaluatedItems", "unevaluatedProperties"), _SCHEMA),
    **dict.fromkeys(("patternProperties", "dependentSchemas", "$defs", "definitions"), _SCHEMAS_BY_NAME),
    **dict.fromkeys(("allOf", "anyOf", "oneOf"), _SOME_SCHEMAS),
    **dict.fromkeys(("minContains", "maxContains"), _COUNT),
    "dependentRequired": ("an object of lists of strings", _object_of(_are_names)),
    "dependencies": (
        "an object of schemas and lists of strings",
        _object_of(lambda value: _is_schema(value) or _are_names(value)),
    ),
    "nullable": ("a boolean", lambda value: isinstance(value, bool)),
    "examples": ("a list", lambda value: isinstance(value, list)),
}
"""The required kind of value, by keyword."""
