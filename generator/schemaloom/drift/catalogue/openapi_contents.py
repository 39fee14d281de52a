"""Changes of what an operation takes and answers: parameters, bodies, responses and their headers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from schemaloom.drift.catalogue.changes import make_change
from schemaloom.drift.catalogue.media_types import media_type_changes, most_specific
from schemaloom.drift.catalogue.openapi_document import Document, Part, media_type, members
from schemaloom.drift.catalogue.openapi_notes import other_members
from schemaloom.drift.catalogue.openapi_schemas import SchemaPairs, component_name
from schemaloom.drift.catalogue.sent_as_text import TEXT_FORM, is_text_form
from schemaloom.drift.catalogue.serialization import effective, serialization, value_schemas
from schemaloom.drift.catalogue.statuses import error_statuses, is_success, paired_statuses
from schemaloom.drift.change import Change, Polarity, Severity
from schemaloom.drift.message import name, value
from schemaloom.json.values import json_text, object_or_empty

_BODY = frozenset({"content", "required"})
_MEDIA = frozenset({"schema"})
_RESPONSE = frozenset({"content", "headers"})
_STYLE = ("style", "explode", "allowReserved")
_PARAMETER = frozenset({*_STYLE, "content", "deprecated", "in", "name", "required", "schema"})
_OWN_OF_HTTP = frozenset({"accept", "authorization", "content-type"})
"""Headers that OpenAPI describes elsewhere: it ignores parameters of these names."""
_LONGEST_LIST = 3


class Contents:
    """Compares the contents of the operations of two documents."""

    def __init__(self, old: Document, new: Document, pairs: SchemaPairs | None = None) -> None:
        self._old = old
        self._new = new
        self._pairs = pairs or SchemaPairs(old, new)
        self._compared: set[tuple[str, str]] = set()
        self._sent, self._received = Polarity.INPUT, Polarity.OUTPUT

    @property
    def incoming(self) -> Contents:
        """The same comparison for what the provider calls: its requests are output, the answers input."""
        contents = Contents(self._old, self._new, self._pairs)
        contents._sent, contents._received = Polarity.OUTPUT, Polarity.INPUT
        return contents

    def parameters(
        self, ours: Mapping[tuple[str, str], Part], theirs: Mapping[tuple[str, str], Part], now: Part, label: str
    ) -> Iterator[Change]:
        """Parameters that came, went or changed."""
        for place, key in sorted(ours.keys() | theirs.keys()):
            before, after = ours.get((place, key)), theirs.get((place, key))
            known = (after or before or now).content
            if not place:
                if before is None or after is None:
                    message = f"{label}: a parameter that cannot be read was {'added' if before is None else 'removed'}"
                    pointer = (after or before or now).pointer
                    sides = [None if part is None else key for part in (before, after)]
                    yield make_change("api.unjudged-changed", message, pointer=pointer, old=sides[0], new=sides[1])
                continue
            what = f"{label}: {place} parameter {name(str(known.get('name', key)))}"
            if place == "header" and key in _OWN_OF_HTTP:
                yield from _without_effect(before, after, what)
                continue
            flags = [part is not None and part.content.get("required") is True for part in (before, after)]
            if after is None:
                pointer = before.pointer if before else now.pointer
                yield make_change("api.parameter-removed", f"{what} was removed", pointer=pointer, old=flags[0])
                continue
            if before is None:
                rule = "api.parameter-required" if flags[1] else "api.parameter-added"
                message = f"{what} was added{' and is required' if flags[1] else ''}"
                yield make_change(rule, message, pointer=after.pointer, new=flags[1])
                continue
            if flags[0] != flags[1]:
                rule = "api.parameter-required" if flags[1] else "api.parameter-optional"
                change = "optional to required" if flags[1] else "required to optional"
                yield make_change(
                    rule, f"{what} changed from {change}", pointer=after.child("required"), old=flags[0], new=flags[1]
                )
            yield from self._parameter(before, after, place, what, self._sent)

    def bodies(self, was: Part, now: Part, label: str) -> Iterator[Change]:
        """The request body."""
        before = self._old.part(was.child("requestBody"), was.content.get("requestBody"))
        after = self._new.part(now.child("requestBody"), now.content.get("requestBody"))
        what = component_name(after.pointer) or f"{label}: request body"
        flags = [part.content.get("required") is True for part in (before, after)]
        if flags[0] != flags[1] and after.content:  # or else its media types are gone
            rule = "api.body-required" if flags[1] else "api.body-optional"
            message = f"{what} changed from {_optionality(*flags)}"
            if not before.content:
                message = f"{what} was added and is required"
            yield make_change(rule, message, pointer=after.child("required"), old=flags[0], new=flags[1])
        yield from self._content(before, after, "api.body", what, self._sent)
        if not self._is_known(before, after):
            yield from other_members(before, after, _BODY, what)

    def responses(self, was: Part, now: Part, label: str) -> Iterator[Change]:
        """Successful responses one by one; of errors, which statuses are documented, and their bodies."""
        ours, theirs = (self._responses(side, part) for side, part in ((self._old, was), (self._new, now)))
        pairs = paired_statuses(ours, theirs)
        errors = error_statuses(pairs)
        if errors[0] != errors[1]:
            yield make_change(
                "api.error-response-changed", f"{label}: error responses changed from {_list(errors[0])} to "
                f"{_list(errors[1])}", pointer=now.child("responses"), old=[*errors[0]], new=[*errors[1]],
            )  # fmt: skip
        for first, second in pairs:
            before, after = ours.get(first), theirs.get(second)
            what = f"{label}: response {name(second or first)}"
            if before is None or after is None:
                if not is_success(first or second):
                    continue  # reported as a change of the error responses
                rule, verb = ("api.response-added", "added") if before is None else ("api.response-removed", "removed")
                part = after or before or now
                yield make_change(rule, f"{what} was {verb}", pointer=part.pointer, old=first or None,
                                  new=second or None)  # fmt: skip
                continue
            if first != second:
                message = f"{label}: response status changed from {value(first)} to {value(second)}"
                yield make_change("api.response-range-changed", message, pointer=after.pointer, old=first, new=second)
            yield from self._response(before, after, what, is_success=is_success(first) or is_success(second))
        both = (
            Part(was.child("responses"), object_or_empty(was.content.get("responses"))),
            Part(now.child("responses"), object_or_empty(now.content.get("responses"))),
        )
        statuses = frozenset(key for side in both for key in side.content if not key.startswith("x-"))
        yield from other_members(*both, statuses, f"{label}: responses")

    def _responses(self, side: Document, operation: Part) -> dict[str, Part]:
        return {
            status.upper() if status != "default" else status: side.part(operation.child("responses", status), node)
            for status, node in members(operation.content.get("responses"))
            if not status.startswith("x-")
        }

    def _response(self, before: Part, after: Part, what: str, *, is_success: bool) -> Iterator[Change]:
        what = component_name(after.pointer) or what
        content = self._content(before, after, "api.response-body", what, self._received)
        yield from content if is_success else _error_body(content, after)
        if self._is_known(before, after):
            return
        yield from self._headers(before, after, what)
        yield from other_members(before, after, _RESPONSE, what)

    def _headers(self, was: Part, now: Part, what: str) -> Iterator[Change]:
        ours, theirs = (
            {
                key.lower(): (key, side.part(part.child("headers", key), node))
                for key, node in members(part.content.get("headers"))
            }
            for part, side in ((was, self._old), (now, self._new))
        )
        for key in sorted(ours.keys() | theirs.keys()):
            (_, before), (_, after) = ours.get(key, ("", None)), theirs.get(key, ("", None))
            header = f"{what}: header {name((theirs.get(key) or ours[key])[0])}"
            if key == "content-type":
                yield from _without_effect(before, after, header)
                continue
            if before is None or after is None:
                is_lost = before is not None and before.content.get("required") is True
                gone = "api.response-header-removed" if is_lost else "api.response-header-removed-optional"
                rule = "api.response-header-added" if before is None else gone
                pointer = (after or before or now).pointer
                message = f"{header} was {'added' if before is None else 'removed'}"
                values = [None if part is None else part.content for part in (before, after)]
                yield make_change(rule, message, pointer=pointer, old=values[0], new=values[1])
                continue
            flags = [part.content.get("required") is True for part in (before, after)]
            if flags[0] != flags[1]:
                message = f"{header} changed from {_optionality(*flags)}"
                rule = "api.response-header-required" if flags[1] else "api.response-header-optional"
                yield make_change(rule, message, pointer=after.child("required"), old=flags[0], new=flags[1])
            yield from self._parameter(before, after, "header", header, self._received)

    def _parameter(self, before: Part, after: Part, place: str, what: str, polarity: Polarity) -> Iterator[Change]:
        """Compare the serialization and the schema of a parameter or a header."""
        if self._is_known(before, after):
            return
        if after.pointer.startswith("/components/"):
            what = component_name(after.pointer)
        flags = [part.content.get("deprecated") is True for part in (before, after)]
        if flags[0] != flags[1]:
            message = f"{what} is {'now' if flags[1] else 'no longer'} deprecated"
            yield make_change(
                "api.parameter-deprecated", message, pointer=after.child("deprecated"), old=flags[0], new=flags[1]
            )
        yield from self._serialization(before, after, place, what)
        yield from self._values(before, after, polarity, what)
        yield from other_members(before, after, _PARAMETER, what)

    def _serialization(self, before: Part, after: Part, place: str, what: str) -> Iterator[Change]:
        written = [serialization(part, place) for part in (before, after)]
        if written[0] == written[1]:
            return
        kinds = self._old.kinds(before.child("schema")) & self._new.kinds(after.child("schema"))
        is_equal = effective(written[0], place, kinds) == effective(written[1], place, kinds)
        rule = "api.extension-changed" if is_equal else "api.parameter-style-changed"
        ending = ", which affects no value of it" if is_equal else ""
        changed = [key for key in ("content", *_STYLE) if written[0].get(key) != written[1].get(key)]
        sides = [value({key: side[key] for key in changed if key in side}) for side in written]
        message = f"{what}: serialization changed from {sides[0]} to {sides[1]}{ending}"
        yield make_change(rule, message, pointer=after.child(changed[0]), old=written[0], new=written[1])

    def _values(self, was: Part, now: Part, polarity: Polarity, what: str) -> Iterator[Change]:
        """The schema of a parameter, also where another kind of serialization holds it."""
        ours, theirs = value_schemas(was), value_schemas(now)
        pairs = [(ours[media], theirs[media]) for media in sorted(ours.keys() & theirs.keys())]
        if not pairs and len(ours) == len(theirs) == 1:
            pairs = [*zip(ours.values(), theirs.values(), strict=True)]
        for before, after in pairs:
            is_text = polarity is Polarity.INPUT and before is was and after is now
            yield from self._pairs.compare(
                before.child("schema"), after.child("schema"), polarity, what, is_text=is_text
            )
            if before is not was and after is not now:
                yield from other_members(before, after, _MEDIA, what)

    def _content(self, was: Part, now: Part, rule: str, what: str, polarity: Polarity) -> Iterator[Change]:
        ours, theirs = (
            {media_type(key): Part(part.child("content", key), object_or_empty(node))
             for key, node in members(part.content.get("content"))}
            for part in (was, now)
        )  # fmt: skip
        yield from media_type_changes(ours, theirs, rule, what)
        for media in sorted(ours.keys() | theirs.keys()):
            before, after = most_specific(ours, media), most_specific(theirs, media)
            if before is None or after is None:
                continue
            schemas = before.content.get("schema"), after.content.get("schema")
            is_text = polarity is Polarity.INPUT and all(is_text_form(media, schema) for schema in schemas)
            yield from self._pairs.compare(
                before.child("schema"), after.child("schema"), polarity, what, is_text=is_text
            )
            if not self._is_known(before, after):
                subject = f"{what}: {name(media)}"
                if not media.startswith(("multipart/", TEXT_FORM)):
                    yield from _without_effect(_only(before, "encoding"), _only(after, "encoding"), subject)
                    before, after = _without(before, "encoding"), _without(after, "encoding")
                yield from other_members(before, after, _MEDIA, subject)

    def _is_known(self, before: Part, after: Part) -> bool:
        """Whether this pair has been compared; notes that it is now."""
        pair = before.pointer, after.pointer
        is_known = pair in self._compared
        self._compared.add(pair)
        return is_known


def _without_effect(before: Part | None, after: Part | None, what: str) -> Iterator[Change]:
    """The change of a part that OpenAPI ignores where it is."""
    sides = [part.content if part else {} for part in (before, after)]
    part = after or before
    if part is not None and json_text(sides[0]) != json_text(sides[1]):
        message = f"{what} changed, which has no effect"
        yield make_change("api.extension-changed", message, pointer=part.pointer, old=sides[0], new=sides[1])


def _only(part: Part, key: str) -> Part:
    return Part(part.child(key), object_or_empty(part.content.get(key)))


def _without(part: Part, key: str) -> Part:
    return Part(part.pointer, {other: node for other, node in part.content.items() if other != key})


def _error_body(changes: Iterator[Change], after: Part) -> Iterator[Change]:
    """One change for the body of an error, because a client reads little of it; texts one by one."""
    found: list[Change] = []
    for change in changes:
        if change.severity is Severity.INFO:
            yield change
        else:
            found.append(change)
    if len(found) == 1:
        (only,) = found
        yield make_change(
            "api.error-body-changed", f"Error body: {only.markup}", pointer=only.pointer, old=only.old, new=only.new
        )
    elif found:
        more = f" and {len(found) - _LONGEST_LIST} more" if len(found) > _LONGEST_LIST else ""
        message = "; ".join(change.markup for change in found[:_LONGEST_LIST])
        yield make_change(
            "api.error-body-changed", f"Error body: {message}{more}", pointer=after.pointer,
            old=[change.old for change in found], new=[change.new for change in found],
        )  # fmt: skip


def _optionality(was: object, now: object) -> str:
    words = ["required" if flag else "optional" for flag in (was, now)]
    return f"{words[0]} to {words[1]}"


def _list(statuses: list[str]) -> str:
    return ", ".join(map(value, statuses)) or "none"
