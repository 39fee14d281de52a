"""`Witnesses`: payloads that prove a finding, checked by an independent validator first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from itertools import chain, islice
from typing import cast

from schemaloom.drift.difference import Delta
from schemaloom.drift.location import Location
from schemaloom.drift.subschema.keyword_fields import FIELDS, as_written, with_keyword
from schemaloom.drift.subschema.resolved import ResolvedSchemas
from schemaloom.drift.witness.fresh_names import fresh_names
from schemaloom.drift.witness.generate import Generator, NotFound
from schemaloom.drift.witness.search import find_payloads
from schemaloom.drift.witness.single_edit import SingleEdit
from schemaloom.ir.raw_schema import RawSchema
from schemaloom.ir.schema import Array, Object, Schema
from schemaloom.ir.vocabulary import all_schemas
from schemaloom.json.values import JsonValue, json_text, json_value

_MOST_TRIED = 24
"""Payloads validated for one difference."""
_MOST_FOUND = 40
"""Payloads kept of a search."""


class Witnesses:
    """Looks for payloads that the schema of one side, `valid`, admits and that of the other refuses."""

    def __init__(
        self,
        valid: tuple[ResolvedSchemas, Schema, RawSchema],
        refusing: tuple[ResolvedSchemas, Schema, RawSchema],
        *,
        valid_is_old: bool,
        objects: bool,
    ) -> None:
        self._samples = Generator(valid[0], refusing[0])
        self._valid_is_old = valid_is_old
        self._objects = objects
        self._schema = valid[1]
        self._raws = valid[2], refusing[2]

    def find(self, delta: Delta, edit: SingleEdit | None, *, is_only: bool) -> tuple[JsonValue] | None:
        """Return a payload that shows `delta`, in a tuple because ``null`` is a payload; None if none was found.

        It is refused because of the `edit` that made the difference, where that is known.  A payload that is
        refused for this difference only is preferred, and without a null where ``nullable`` allows that: plain JSON
        Schema does not know the keyword.  One that is refused elsewhere counts if the difference is the only breaking
        one.
        """
        path = _instance_path(delta.place)
        keywords = _refusing_keywords(delta)
        # A payload may also be refused because it fits one alternative more than before.
        own = keywords if delta.place.is_in_branch and edit is None and not is_only else frozenset[str]()
        about_null = any(json_value(value) is None for value in delta.values)
        ranked: dict[int, JsonValue] = {}
        try:
            for value in filter(self._shows, islice(self._candidates(delta), _MOST_TRIED)):
                is_below = self._raws[1].is_refused_below(value, path)
                is_own = is_below and self._raws[1].is_refused_only_by(value, keywords)
                if is_own and (keywords or edit is None or edit.is_shown_by(value)):
                    if about_null or not (self._has_nullable and _holds_null(value)):
                        return (value,)
                    ranked.setdefault(0, value)
                if not is_own and (edit is None or edit.is_shown_by(value)) and self._is_refused_by_own(value, own):
                    ranked.setdefault(1 if is_below else 2, value)
        except RecursionError:  # a payload too deep for the validator proves nothing
            return None
        fallback = (ranked[min(ranked)],) if ranked else None
        return fallback or self.search((), edit, path=None if is_only else path, own=own)

    def search(
        self, keywords: Iterable[str], edit: SingleEdit | None = None, *, path: tuple[str | int, ...] | None = None,
        own: frozenset[str] = frozenset(),
    ) -> tuple[JsonValue] | None:  # fmt: skip
        """Return a payload from the raw schemas alone, refused below `path` and by one of `keywords`, where given.

        It is refused because of `edit`, if that is given, and by one of `own`, also within an alternative.
        """
        for value in chain(self._found, self._found_by(edit) if edit else ()):
            if (
                (edit is None or edit.is_shown_by(value))
                and (path is None or self._raws[1].is_refused_below(value, path))
                and self._raws[1].is_refused_by(value, keywords)
                and self._is_refused_by_own(value, own)
            ):
                return (value,)
        return None

    def _is_refused_by_own(self, value: JsonValue, own: frozenset[str]) -> bool:
        return not own or self._raws[1].is_refused_somewhere_by(value, own)

    def _found_by(self, edit: SingleEdit) -> Iterator[JsonValue]:
        """Yield payloads that one edit alone refuses, and the other schema too."""
        found = find_payloads(edit.valid, edit.alone, seeds=self._seeds(), objects=self._objects)
        return (value for value in islice(found, _MOST_FOUND) if self._shows(value))

    @cached_property
    def _has_nullable(self) -> bool:
        return any("nullable" in node for _, node in all_schemas(self._raws[0].document))

    @cached_property
    def _found(self) -> tuple[JsonValue, ...]:
        """The payloads that a search without theory finds, the smallest first."""
        found = islice(find_payloads(*self._raws, seeds=self._seeds(), objects=self._objects), _MOST_FOUND)
        return tuple(sorted(found, key=lambda value: len(json_text(value))))

    def _seeds(self) -> list[JsonValue]:
        with suppress(NotFound, RecursionError):
            return [self._samples.smallest(self._schema)]
        return []

    def _candidates(self, delta: Delta) -> Iterator[JsonValue]:
        schemas = (delta.old_schema, delta.new_schema)
        valid, refusing = schemas if self._valid_is_old else schemas[::-1]
        listed = (json_value(value) for value in delta.values)
        by_keyword = self._of_keyword(valid, refusing, delta.suffix.removeprefix("/"))
        found = self._samples.distinguishing(valid, refusing)
        for value in chain(listed, self._of_member(delta, valid, refusing), by_keyword, found):
            try:
                yield self._whole(delta.place, value)
            except NotFound:
                return

    def _of_member(self, delta: Delta, valid: Schema, refusing: Schema) -> Iterator[JsonValue]:
        """Objects with and without the member that a difference is about, which may be one that no schema lists."""
        if not isinstance(valid, Object) or not (delta.member or delta.suffix.removeprefix("/") in _CLOSING):
            return
        name = delta.member or next(fresh_names(valid, refusing))
        own = next((item.schema for item in valid.properties if item.name == name), valid.additional)
        other = (
            next((item.schema for item in refusing.properties if item.name == name), refusing.additional)
            if isinstance(refusing, Object)
            else refusing
        )
        try:
            if _requires(refusing, name) and not _requires(valid, name):
                yield self._samples.object_with(valid, {}, refusing, without=name)
                return
            values = self._samples.smallest(own), *islice(self._samples.distinguishing(own, other), 8)
            for value in values:
                yield self._samples.object_with(valid, {name: value}, refusing)
        except NotFound:
            return

    def _of_keyword(self, valid: Schema, refusing: Schema, keyword: str) -> list[JsonValue]:
        """Values that one keyword refuses, those first that nothing else does."""
        valid, refusing = as_written(valid), as_written(refusing)
        if isinstance(valid, Array) and isinstance(refusing, Array) and keyword != "uniqueItems":
            valid = replace(valid, unique=valid.unique or refusing.unique)
        alone, others = with_keyword(valid, refusing, keyword), with_keyword(refusing, valid, keyword)
        if alone is None or others is None:
            return []
        found = islice(self._samples.distinguishing(valid, alone), _MOST_TRIED)
        return sorted(found, key=lambda value: not self._samples.is_valid_for_other(others, value))

    def _whole(self, place: Location, value: JsonValue) -> JsonValue:
        """The payload that has `value` at `place` and otherwise only what must be there."""
        while place.up is not None:
            parent, rival = (place.old, place.new) if self._valid_is_old else (place.new, place.old)
            if parent is not None and place.step == "item":
                value = self._samples.array_with(parent, cast("int", place.token), value, rival)
            elif parent is not None and place.step != "branch":
                name = place.token if place.step == "member" else _fresh(place)
                value = self._samples.object_with(parent, {str(name): value}, rival)
            place = place.up
        return value

    def _shows(self, payload: JsonValue) -> bool:
        valid, refusing = self._raws
        return (
            valid.accepts(payload) is not False
            and not refusing.accepts(payload)
            and valid.confirms(payload, valid=True)
            and refusing.confirms(payload, valid=False)
        )


def _holds_null(value: JsonValue) -> bool:
    if isinstance(value, dict):
        value = [*value.values()]
    return any(map(_holds_null, value)) if isinstance(value, list) else value is None


_CLOSING = frozenset({"additionalProperties", "unevaluatedProperties"})
"""Keywords that refuse unlisted properties; a request is closed by either."""


def _refusing_keywords(delta: Delta) -> frozenset[str]:
    """Return the keywords that refuse what a difference is about; none if it is not known which they are."""
    keyword = delta.suffix.removeprefix("/")
    if delta.kind.startswith("property.removed") or keyword in _CLOSING:
        return _CLOSING
    return frozenset({"required"} if "required" in delta.kind else {keyword} & FIELDS.keys())


def _requires(schema: Schema, name: str) -> bool:
    return isinstance(schema, Object) and any(item.required and item.name == name for item in schema.properties)


def _instance_path(place: Location) -> tuple[str | int, ...]:
    """Return the steps from a payload down to the value at `place`."""
    path: list[str | int] = []
    while place.up is not None:
        if place.step == "additional":
            path.append(_fresh(place))
        elif place.step != "branch":
            path.append(place.token)
        place = place.up
    return tuple(reversed(path))


def _fresh(place: Location) -> str:
    return next(fresh_names(place.old, place.new))
