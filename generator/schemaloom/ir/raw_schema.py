"""`RawSchema`: the provider's own schema and what independent validators say about it.

Nothing here reads the IR.  Two validators answer: jsonschema-rs, which is fast and also compares
whole schemas, and jsonschema, which confirms every payload before it is printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, cast

from schemaloom.ir.close_schema import close_schema, respell_schema
from schemaloom.ir.name_patterns import without_patterns_of_all_names
from schemaloom.ir.string_relaxations import without_relaxations
from schemaloom.ir.unfolding import most_in_place, unfold
from schemaloom.ir.validator import MOST_BACKTRACKS, Validator, make_validator
from schemaloom.ir.vocabulary import IN_PLACE, all_schemas, subschemas
from schemaloom.json.values import JsonObject, JsonValue

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError
    from jsonschema_rs import CanonicalSchema, FancyRegexOptions, RegexOptions

_MOST_SCHEMAS = 5_000
"""Most subschemas, each reference followed, that jsonschema-rs is asked about."""
_UNEVALUATED = frozenset({"unevaluatedProperties", "unevaluatedItems"})
_REPORTED_AS = {
    "minContains": ("contains",), "maxContains": ("contains",), "if": ("then", "else"), "additionalItems": ("items",),
    "dependencies": ("dependentRequired", "dependentSchemas"),
}  # fmt: skip
"""Keywords whose violations a validator reports under another name."""


class _FastValidator(Protocol):
    def is_valid(self, instance: object) -> bool: ...


class RawSchema:
    """A schema in JSON Schema 2020-12: of a request, closed as requests are sent, or of a result, as open as it is."""

    def __init__(self, document: JsonObject, *, opened: bool, objects: bool) -> None:
        self.document = document
        self._reading = opened, objects
        self._made: dict[bool, Validator] = {}
        self.schema = respell_schema(document) if opened else close_schema(document)
        if objects:
            self.schema = _about_objects(self.schema)

    def revised(self, document: JsonObject) -> RawSchema:
        """Return another schema of the same kind."""
        opened, objects = self._reading
        return RawSchema(document, opened=opened, objects=objects)

    def accepts(self, value: JsonValue) -> bool | None:
        """Return whether the fast validator accepts a value; None if it cannot read the schema."""
        return None if self._fast is None else self._fast.is_valid(value)

    def judges(self, value: JsonValue) -> bool | None:
        """Return whether the independent validator accepts a value; None if it cannot read the schema."""
        try:
            return self._checker(strict=False).is_valid(value)
        except Exception:  # noqa: BLE001  a faulty schema fails in many ways: reference, pattern, recursion
            return None

    def confirms(self, value: JsonValue, *, valid: bool) -> bool:
        """Return whether the independent validator agrees, in binary fractions and in decimals."""
        try:
            return self._checker(strict=valid).is_valid(value) == valid
        except Exception:  # noqa: BLE001  a schema that the validator cannot read proves nothing, however it fails
            return False

    def is_refused_below(self, value: JsonValue, path: Sequence[str | int]) -> bool:
        """Return whether each reason to refuse `value` is at `path` or below."""
        return all(tuple(error.absolute_path)[: len(path)] == tuple(path) for error in self._errors(value))

    def is_refused_only_by(self, value: JsonValue, keywords: Iterable[str]) -> bool:
        """Return whether each reason to refuse `value` is one of `keywords`; true if there are none to ask for."""
        wanted = {*keywords}
        return not wanted or all(error.validator in wanted for error in self._errors(value))

    def is_refused_somewhere_by(self, value: JsonValue, keywords: Iterable[str]) -> bool:
        """Return whether one of `keywords` refuses `value` or a part of it, also within an alternative."""
        wanted = {*keywords}
        waiting = self._errors(value)
        while waiting:
            error = waiting.pop()
            if error.validator in wanted:
                return True
            waiting += error.context or ()
        return False

    def is_refused_by(self, value: JsonValue, keywords: Iterable[str]) -> bool:
        """Return whether one of `keywords` is a reason to refuse `value`; true if there are none to ask for."""
        wanted = {name for keyword in keywords for name in (keyword, *_REPORTED_AS.get(keyword, ()))}
        return not wanted or any(wanted & {*error.absolute_schema_path} for error in self._errors(value))

    def _errors(self, value: JsonValue) -> list[ValidationError]:
        try:
            return list(self._checker(strict=True).iter_errors(value))
        except Exception:  # noqa: BLE001  as in `confirms`
            return []

    def covers(self, other: RawSchema) -> bool | None:
        """Return whether every value of `other` is proved to be one of this schema; None if that is unknown.

        False is no proof of the opposite.
        """
        answer = self._covers(other)
        if answer is True:
            return True
        narrower = without_relaxations(self.document, other.document)
        return True if narrower is not self.document and self.revised(narrower).covers(other) else answer

    def _covers(self, other: RawSchema) -> bool | None:
        """Return the answer of jsonschema-rs alone."""
        if self._canonical is None or other._canonical is None:
            return None
        try:
            answer = str(self._canonical.covers(other._canonical))
        except ValueError:  # for example, recursion to the root of either
            return None
        return {"yes": True, "no": False}.get(answer)

    @property
    def accepts_nothing(self) -> bool:
        """Whether it is proved that no value is accepted."""
        return RawSchema({"not": {}}, opened=True, objects=False).covers(self) is True

    @property
    def is_readable(self) -> bool:
        """Whether this is valid JSON Schema, so that other readings of it can be trusted."""
        return self._fast is not None

    @cached_property
    def _fast(self) -> _FastValidator | None:
        import jsonschema_rs as rs

        if most_in_place(self.schema, _UNEVALUATED) > _MOST_SCHEMAS:
            return None  # it would look for what is evaluated in each of them, again and again
        for options in _engines():
            with suppress(ValueError, RecursionError):  # no valid schema, or a pattern that needs another engine
                made = rs.Draft202012Validator(
                    self.schema, validate_formats=False, pattern_options=options, offline=True
                )  # fmt: skip
                return cast("_FastValidator", made)
        return None

    @cached_property
    def _canonical(self) -> CanonicalSchema | None:
        import jsonschema_rs as rs

        if not _is_comparable(self.schema):
            return None
        with suppress(ValueError, RecursionError):
            return rs.canonicalize(
                without_patterns_of_all_names(self.schema),
                draft=rs.Draft202012,
                validate_formats=False,
                pattern_options=_engines()[-1],
                offline=True,
            )
        return None

    def _checker(self, *, strict: bool) -> Validator:
        if strict not in self._made:
            self._made[strict] = make_validator(self.schema, strict=strict)
        return self._made[strict]


def _engines() -> tuple[RegexOptions, FancyRegexOptions]:
    """Return the engines of patterns: the linear-time one, and one for look-around that stops backtracking."""
    import jsonschema_rs as rs

    return rs.RegexOptions(), rs.FancyRegexOptions(backtrack_limit=MOST_BACKTRACKS)


def _is_comparable(schema: JsonObject) -> bool:
    """Whether jsonschema-rs can compare a schema.

    It overflows the stack where a recursion asks what a reference leaves unevaluated.
    """
    size, is_recursive = unfold(schema)
    return size <= _MOST_SCHEMAS and not (
        is_recursive and any(_asks_for_rest(part) and _refers_in_place(part) for _, part in all_schemas(schema))
    )


def _asks_for_rest(schema: JsonObject) -> bool:
    """Whether a schema may reject what is left unevaluated."""
    return any(schema.get(keyword, True) not in (True, {}) for keyword in _UNEVALUATED)


def _refers_in_place(schema: JsonValue) -> bool:
    """Whether a schema, or another that judges the same value, is a reference."""
    return isinstance(schema, dict) and (
        "$ref" in schema or any(_refers_in_place(part) for _, part in subschemas(schema, IN_PLACE))
    )


def _about_objects(schema: JsonObject) -> JsonObject:
    """Restrict the schema of a request to objects if it does not do so itself."""
    kinds = schema.get("type")
    return {**schema, "type": "object"} if kinds is None or (isinstance(kinds, list) and "object" in kinds) else schema
