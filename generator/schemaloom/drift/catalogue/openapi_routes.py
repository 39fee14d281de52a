"""Changes of an OpenAPI document: every object of it, member by member.

What an operation takes is judged as input, what it answers as output; of a callback or a webhook,
which the provider calls, the other way round.  A member that no rule judges is reported as text,
extension or unjudged change, so that nothing changes in silence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace

from schemaloom.drift.catalogue.changes import make_change
from schemaloom.drift.catalogue.openapi_contents import Contents
from schemaloom.drift.catalogue.openapi_document import (
    METHODS,
    Document,
    Part,
    ReadSchema,
    members,
    route_names,
    route_shape,
)
from schemaloom.drift.catalogue.openapi_extensions import extension_changes
from schemaloom.drift.catalogue.openapi_notes import (
    other_members,
    scheme_texts,
    security_changes,
    unused_components,
)
from schemaloom.drift.catalogue.openapi_schemas import component_of
from schemaloom.drift.catalogue.servers import server_changes
from schemaloom.drift.change import Change, Severity
from schemaloom.drift.fingerprint import fingerprint
from schemaloom.drift.message import message_text, name
from schemaloom.drift.own_pointer import Place, own_pointer
from schemaloom.json.pointer import pointer_of, resolve_pointer
from schemaloom.json.values import JsonObject, JsonValue, json_text, object_or_empty

_ROOT = frozenset({"components", "jsonSchemaDialect", "paths", "security", "servers", "webhooks"})
_COMPONENTS = frozenset(
    {"callbacks", "examples", "headers", "links", "parameters", "pathItems", "requestBodies", "responses", "schemas",
     "securitySchemes"}
)  # fmt: skip
_PATH_ITEM = frozenset({*METHODS, "parameters", "servers", "$ref"})
_OPERATION = frozenset({"callbacks", "deprecated", "parameters", "requestBody", "responses", "security", "servers"})


def compare_documents(old: JsonObject, new: JsonObject, read_old: ReadSchema, read_new: ReadSchema) -> Iterator[Change]:
    """Changes between two documents; one of a shared component names the operations that use it."""
    routes = _Routes(Document(old, read_old), Document(new, read_new))
    found: dict[str, Change] = {}
    for change in routes.changes():
        placed = _placed(change, old, new)
        found.setdefault(placed.fingerprint, placed)
    reported = {change.pointer for change in found.values()}
    found |= {change.fingerprint: change for change in extension_changes(old, new, reported)}
    for change in found.values():
        component = component_of(change.pointer)
        places = sorted(label for label, used in routes.uses.items() if component in used)
        yield replace(change, places=tuple(places)) if component and places else change


def _placed(change: Change, old: JsonObject, new: JsonObject) -> Change:
    """Return a change with a pointer that one of the documents has, behind the references on its way."""
    for document in (new, old):
        with suppress(LookupError):
            resolve_pointer(document, change.pointer)
            return change
    pointer = own_pointer(Place(old, ""), Place(new, ""), change.pointer)
    digits = fingerprint(change.rule, change.model, pointer, change.old, change.new)
    return replace(change, pointer=pointer, fingerprint=digits)


class _Routes:
    """The operations of two documents; a component that several of them share is compared once."""

    def __init__(self, old: Document, new: Document) -> None:
        self._old = old
        self._new = new
        self._contents = Contents(old, new)
        self.uses: dict[str, set[str]] = {}
        """Label of each operation, as plain text, to the pointers of the components it uses."""

    def changes(self) -> Iterator[Change]:
        """Every change."""
        was, now = Part("", self._old.root), Part("", self._new.root)
        yield from other_members(was, now, _ROOT, "The document")
        yield from self._dialect()
        yield from server_changes(was, now, "The API")
        yield from self._own_security()
        yield from self._path_items("paths")
        yield from self._path_items("webhooks")
        sides = [Part("/components", object_or_empty(side.root.get("components"))) for side in (self._old, self._new)]
        yield from other_members(sides[0], sides[1], _COMPONENTS, "The components")
        yield from scheme_texts(self._old, self._new)
        yield from unused_components(self._old, self._new)

    def _dialect(self) -> Iterator[Change]:
        """The dialect of all schemas; each is compared as its own dialect reads it."""
        key = "jsonSchemaDialect"
        sides = [document.root.get(key) for document in (self._old, self._new)]
        if json_text(sides[0]) != json_text(sides[1]):
            is_known = None not in {self._old.dialect, self._new.dialect}
            rule = "api.text-changed" if is_known else "api.unjudged-changed"
            yield make_change(
                rule, f"The document: {name(key)} changed", pointer=pointer_of(key), old=sides[0], new=sides[1]
            )

    def _own_security(self) -> Iterator[Change]:
        """Compare the security requirements of the API, which operations inherit that state none themselves."""
        wanted = [side.root.get("security") for side in (self._old, self._new)]
        changes = security_changes((self._old, wanted[0]), (self._new, wanted[1]), "/security", "The API")
        ours, theirs = (self._items(side, "paths", unnamed=True) for side in (self._old, self._new))
        is_inherited = any(
            all("security" not in object_or_empty(items[route][1].content[method]) for items in (ours, theirs))
            for route in ours.keys() & theirs.keys()
            for method in METHODS
            if all(method in items[route][1].content for items in (ours, theirs))
        )
        for change in changes:
            if is_inherited:
                yield change
            else:
                message = f"{change.markup}; every operation has its own"
                yield make_change(
                    "api.security-unused-changed", message, pointer=change.pointer, old=change.old, new=change.new
                )

    def _path_items(self, section: str) -> Iterator[Change]:
        """Operations by route, path parameters unnamed, and method; or by the name of the webhook."""
        is_incoming = section == "webhooks"
        ours, theirs = (self._items(side, section, unnamed=not is_incoming) for side in (self._old, self._new))
        for route in sorted(ours.keys() | theirs.keys()):
            before, after = ours.get(route), theirs.get(route)
            path = (after or before or ("", Part("", {})))[0]
            label = f"webhook {path}" if is_incoming else path
            yield from self._path_item(before, after, label, is_incoming=is_incoming)

    @staticmethod
    def _items(side: Document, section: str, *, unnamed: bool) -> dict[str, tuple[str, Part]]:
        return {
            route_shape(path) if unnamed else path: (path, side.part(pointer_of(section, path), item))
            for path, item in members(side.root.get(section))
            if not path.startswith("x-")
        }

    def _path_item(
        self, before: tuple[str, Part] | None, after: tuple[str, Part] | None, label: str, *, is_incoming: bool
    ) -> Iterator[Change]:
        empty = ("", Part((after or before or ("", Part("", {})))[1].pointer, {}))
        (old_path, was), (new_path, now) = before or empty, after or empty
        if before and after:
            yield from other_members(was, now, _PATH_ITEM, f"Path {name(label)}")
            yield from server_changes(was, now, f"Path {name(label)}", around=self._servers())
        elif not any(method in part.content for method in METHODS for part in (was, now)):
            message = f"Path {name(label)}, which has no operation, was {'added' if after else 'removed'}"
            yield make_change("api.extension-changed", message, pointer=now.pointer, old=was.content, new=now.content)
        topic = "webhook" if is_incoming else "operation"
        for method in METHODS:
            sides = was.content.get(method), now.content.get(method)
            operation = f"{method.upper()} {label}"
            marked = name(operation)
            if isinstance(sides[0], dict) and isinstance(sides[1], dict):
                pair = Part(was.child(method), sides[0]), Part(now.child(method), sides[1])
                self.uses[operation] = self._new.components_of([sides[1], now.content.get("parameters")])
                found = self._operation((old_path, was), (new_path, now), pair, marked, is_incoming=is_incoming)
                yield from _incoming(found) if is_incoming else found
            elif sides[1] is not None:
                self._new.visit(now.child(method))
                yield make_change(
                    f"api.{topic}-added", f"{marked} was added", pointer=now.child(method), new=operation
                )  # fmt: skip
            elif sides[0] is not None:
                self._old.visit(was.child(method))
                yield make_change(
                    f"api.{topic}-removed", f"{marked} was removed", pointer=was.child(method), old=operation
                )  # fmt: skip

    def _operation(
        self, old: tuple[str, Part], new: tuple[str, Part], pair: tuple[Part, Part], label: str, *, is_incoming: bool
    ) -> Iterator[Change]:
        was, now = pair
        flags = [side.content.get("deprecated") is True for side in pair]
        if flags[0] != flags[1]:
            rule = "api.operation-deprecated" if flags[1] else "api.operation-undeprecated"
            message = f"{label} is {'now' if flags[1] else 'no longer'} deprecated"
            yield make_change(rule, message, pointer=now.child("deprecated"), old=flags[0], new=flags[1])
        parameters = self._parameters(self._old, *old, was), self._parameters(self._new, *new, now)
        contents = self._contents.incoming if is_incoming else self._contents
        yield from contents.parameters(*parameters, now, label)
        yield from contents.bodies(was, now, label)
        yield from contents.responses(was, now, label)
        yield from self._security(was, now, label)
        around = self._servers(old[1], new[1])
        yield from server_changes(was, now, label, around=around)
        yield from self._callbacks(was, now, label, is_incoming=is_incoming)
        yield from other_members(was, now, _OPERATION, label)

    @staticmethod
    def _parameters(side: Document, path: str, item: Part, operation: Part) -> Mapping[tuple[str, str], Part]:
        """Parameters by place (path, query, header, cookie) and name; path parameters by their position.

        One that cannot be read has an empty place, and the text of its reference as name.
        """
        names = route_names(path)
        found: dict[tuple[str, str], Part] = {}
        for holder in (item, operation):
            listed = holder.content.get("parameters")
            for index, node in enumerate(listed if isinstance(listed, list) else ()):
                pointer = holder.child("parameters", str(index))
                part = side.part(pointer, node)
                place, key = part.content.get("in"), part.content.get("name")
                if not (isinstance(place, str) and isinstance(key, str)):
                    found["", json_text(node)] = replace(part, pointer=pointer)
                    continue
                if place == "path" and key in names:
                    key = str(names.index(key))
                found[place, key.lower() if place == "header" else key] = part
        return found

    def _security(self, was: Part, now: Part, label: str) -> Iterator[Change]:
        """Compare an operation's own security requirements; inherited ones are compared once, for the whole API."""
        if "security" not in was.content and "security" not in now.content:
            return
        wanted = [
            part.content.get("security", side.root.get("security"))
            for part, side in ((was, self._old), (now, self._new))
        ]
        pointer = now.child("security")
        yield from security_changes((self._old, wanted[0]), (self._new, wanted[1]), pointer, label)

    def _servers(self, was: Part | None = None, now: Part | None = None) -> tuple[JsonValue, JsonValue]:
        """The servers of both sides that what is in two path items inherits."""
        sides = (was, self._old), (now, self._new)
        found = [(part.content if part else {}).get("servers") or side.root.get("servers") for part, side in sides]
        return found[0], found[1]

    def _callbacks(self, was: Part, now: Part, label: str, *, is_incoming: bool) -> Iterator[Change]:
        ours, theirs = (self._callback_items(part, side) for part, side in ((was, self._old), (now, self._new)))
        for key in sorted(ours.keys() | theirs.keys()):
            before, after = ours.get(key), theirs.get(key)
            callback = " ".join(filter(None, key))
            if before and after:
                where = f"callback {callback} of {message_text(label)}"
                yield from self._path_item(("", before), ("", after), where, is_incoming=not is_incoming)
                continue
            side, part, ending = (self._new, after, "added") if after else (self._old, before, "removed")
            pointer = part.pointer if part else now.pointer
            side.visit(pointer)
            message = f"{label}: callback {name(callback)} was {ending}"
            sides = [None if item is None else callback for item in (before, after)]
            yield make_change(f"api.callback-{ending}", message, pointer=pointer, old=sides[0], new=sides[1])

    @staticmethod
    def _callback_items(operation: Part, side: Document) -> dict[tuple[str, str], Part]:
        """Path items by the name of the callback and its expression."""
        found: dict[tuple[str, str], Part] = {}
        for key, node in members(operation.content.get("callbacks")):
            callback = side.part(operation.child("callbacks", key), node)
            if not callback.content:
                found[key, ""] = callback
            for expression, item in members(callback.content):
                if expression.startswith("x-"):
                    continue
                found[key, expression] = side.part(callback.child(expression), item)
        return found


def _incoming(changes: Iterator[Change]) -> Iterator[Change]:
    """Changes of what the provider calls: rules about calls to the provider do not fit, except those of schemas."""
    for change in changes:
        if change.rule.startswith("api.") and change.severity not in {Severity.INFO, Severity.DANGEROUS}:
            yield make_change(
                "api.callback-changed", change.markup, pointer=change.pointer, old=change.old, new=change.new
            )
        else:
            yield change
