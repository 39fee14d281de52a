"""Changes of an OpenAPI document: operations, their parameters and bodies, and their authentication."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from schemaloom.drift.catalogue.changes import make_change, schema_changes
from schemaloom.drift.catalogue.openapi_document import Document, Operation, ReadSchema
from schemaloom.drift.change import Change, Polarity, Severity
from schemaloom.json.pointer import pointer_of, pointer_tokens
from schemaloom.json.values import JsonObject, JsonValue


def compare_documents(old: JsonObject, new: JsonObject, read_old: ReadSchema, read_new: ReadSchema) -> Iterator[Change]:
    """Findings about two documents: what a route takes is judged as input, what it answers as output."""
    return _Routes(Document(old, read_old), Document(new, read_new)).findings()


class _Routes:
    """Two documents; a component that several routes share is compared once."""

    def __init__(self, old: Document, new: Document) -> None:
        self._old = old
        self._new = new
        self._compared: set[tuple[str, str, str]] = set()

    def findings(self) -> Iterator[Change]:
        """Every finding."""
        servers = self._old.servers(), self._new.servers()
        if servers[0] != servers[1]:
            yield make_change(
                "api.server-changed", "The servers are others", pointer="/servers", old=servers[0], new=servers[1]
            )
        ours, theirs = self._old.operations(), self._new.operations()
        for key in sorted(ours.keys() | theirs.keys()):
            was, is_now = ours.get(key), theirs.get(key)
            name = f"{key[1].upper()} {key[0]}"
            if was is not None and is_now is not None:
                yield from self._operation(was, is_now, name)
            elif is_now is not None:
                yield make_change("api.operation-added", f"{name} is new", pointer=is_now.pointer, new=name)
            elif was is not None:
                yield make_change("api.operation-removed", f"{name} is gone", pointer=was.pointer, old=name)

    def _operation(self, was: Operation, is_now: Operation, name: str) -> Iterator[Change]:
        if is_now.deprecated and not was.deprecated:
            yield make_change(
                "api.operation-deprecated", f"{name} is deprecated", pointer=f"{is_now.pointer}/deprecated", old=False,
                new=True,
            )  # fmt: skip
        yield from _parameters(was, is_now, name)
        yield from _security(was, is_now, name)
        yield from self._bodies(was, is_now, name)
        for status in sorted(was.responses.keys() | is_now.responses.keys()):
            yield from self._response(was, is_now, status, name)
        errors = [sorted(s for s in side.responses if not s.startswith("2")) for side in (was, is_now)]
        if errors[0] != errors[1]:
            yield make_change(
                "api.error-response-changed", f"{name}: error responses changed",
                pointer=f"{is_now.pointer}/responses", old=[*errors[0]], new=[*errors[1]],
            )  # fmt: skip

    def _bodies(self, was: Operation, is_now: Operation, name: str) -> Iterator[Change]:
        pointer = f"{is_now.pointer}/requestBody"
        if was.body_required != is_now.body_required:
            rule = "api.body-required" if is_now.body_required else "api.body-optional"
            said = "must have a body" if is_now.body_required else "need not have a body"
            yield make_change(
                rule, f"{name} {said}", pointer=f"{pointer}/required", old=was.body_required, new=is_now.body_required
            )
        yield from _media(was.bodies, is_now.bodies, "api.body", f"{name} takes", pointer)
        for media in sorted(was.bodies.keys() & is_now.bodies.keys()):
            yield from self._schemas(was.bodies[media], is_now.bodies[media], Polarity.INPUT, name)

    def _response(self, was: Operation, is_now: Operation, status: str, name: str) -> Iterator[Change]:
        before, after = was.responses.get(status), is_now.responses.get(status)
        place = is_now.pointer + pointer_of("responses", status)
        if not status.startswith("2"):
            yield from self._error_bodies(before or {}, after or {}, f"{name}: error {status}")
        elif before is None:
            yield make_change("api.response-added", f"{name} may answer {status}", pointer=place, new=status)
        elif after is None:
            yield make_change("api.response-removed", f"{name} no longer answers {status}", pointer=place, old=status)
        else:
            yield from _media(before, after, "api.response-body", f"{name} answers {status} with", place)
            for media in sorted(before.keys() & after.keys()):
                yield from self._schemas(before[media], after[media], Polarity.OUTPUT, f"{name} {status}")

    def _error_bodies(self, before: Mapping[str, str], after: Mapping[str, str], name: str) -> Iterator[Change]:
        """One finding for a whole body, because a client reads little of it."""
        for media in sorted(before.keys() & after.keys()):
            found = [
                change
                for change in self._schemas(before[media], after[media], Polarity.OUTPUT, name)
                if change.severity is not Severity.INFO
            ]
            if found:
                yield make_change(
                    "api.error-body-changed", "; ".join(change.message for change in found)[:300],
                    pointer=after[media], old=[change.old for change in found], new=[change.new for change in found],
                )  # fmt: skip

    def _schemas(self, before: str, after: str, polarity: Polarity, name: str) -> Iterator[Change]:
        visit = (before, after, str(polarity))
        if visit in self._compared:
            return
        self._compared.add(visit)
        where = pointer_tokens(after)[-1] if after.startswith("/components/schemas/") else name
        schemas = self._old.schema(before), self._new.schema(after)
        if schemas[0] is not None and schemas[1] is not None:
            yield from schema_changes(schemas[0], schemas[1], polarity=polarity, prefix=after, where=where, renames={})
        elif schemas[0] is not None or schemas[1] is not None:
            message = f"{where}: the schema cannot be resolved on one side, so it cannot be judged"
            values = schemas[0] is not None, schemas[1] is not None
            yield make_change("schema.unknown-keyword", message, pointer=after, old=values[0], new=values[1])


def _parameters(was: Operation, is_now: Operation, name: str) -> Iterator[Change]:
    for place, key in sorted(was.parameters.keys() | is_now.parameters.keys()):
        before, after = was.parameters.get((place, key)), is_now.parameters.get((place, key))
        if place == "path":
            continue  # the route itself tells
        flags = [part is not None and part.get("required") is True for part in (before, after)]
        if before is None and not flags[1]:
            rule, said = "api.parameter-added", "is new"
        elif after is None:
            rule, said = "api.parameter-removed", "is no longer named"
        elif flags[0] != flags[1]:
            rule = "api.parameter-required" if flags[1] else "api.parameter-optional"
            said = "must be sent" if flags[1] else "may be left out"
        else:
            continue
        yield make_change(
            rule, f"{name}: {place} parameter {key} {said}", pointer=is_now.pointer + pointer_of("parameters", key),
            old=None if before is None else flags[0], new=None if after is None else flags[1],
        )  # fmt: skip


def _security(was: Operation, is_now: Operation, name: str) -> Iterator[Change]:
    nothing = frozenset({frozenset[str]()})
    before, after = was.security or nothing, is_now.security or nothing
    if before == after:
        return
    # Whoever satisfied one of the old alternatives must satisfy a new one; an empty one asks for nothing.
    satisfied = all(any(now <= then for now in after) for then in before)
    values = [cast("JsonValue", sorted(sorted(part) for part in found)) for found in (before, after)]
    yield make_change(
        "api.security-relaxed" if satisfied else "api.security-changed", f"{name}: authentication changed",
        pointer=f"{is_now.pointer}/security", old=values[0], new=values[1],
    )  # fmt: skip


def _media(before: Mapping[str, str], after: Mapping[str, str], rule: str, what: str, pointer: str) -> Iterator[Change]:
    for media in sorted(before.keys() ^ after.keys()):
        gone = media in before
        yield make_change(
            f"{rule}-{'removed' if gone else 'added'}", f"{what} {media}{' no longer' if gone else ''}",
            pointer=pointer + pointer_of("content", media), old=media if gone else None, new=None if gone else media,
        )  # fmt: skip
