"""Changes of an OpenAPI document beside its operations: servers, authentication, texts and extensions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from schemaloom.drift.catalogue.changes import make_change
from schemaloom.drift.catalogue.openapi_document import Document, Part, members
from schemaloom.drift.change import Change
from schemaloom.drift.message import name
from schemaloom.json.pointer import pointer_of, pointer_tokens
from schemaloom.json.values import JsonObject, JsonValue, json_text, object_or_empty

_TEXTS = frozenset(
    {"description", "example", "examples", "externalDocs", "info", "links", "openapi", "operationId", "summary", "tags"}
)
_SCHEME_TEXTS = frozenset({"description", "bearerFormat"})
_FLOW_TEXTS = ("scopes", "refreshUrl")
"""Offers of a flow, whose change requires nothing of a caller."""
_JUDGED_COMPONENTS = frozenset(
    {"callbacks", "headers", "parameters", "pathItems", "requestBodies", "responses", "schemas", "securitySchemes"}
)


def other_members(was: Part, now: Part, judged: frozenset[str], label: str) -> Iterator[Change]:
    """Changes of the members of an object that nothing else judges: texts, extensions, unknown keys."""
    for key in sorted((was.content.keys() | now.content.keys()) - judged):
        before, after = was.content.get(key), now.content.get(key)
        if not _equal(before, after) or (key in was.content) != (key in now.content):
            what = "added" if key not in was.content else "removed" if key not in now.content else "changed"
            message = f"{label}: {name(key)} was {what}"
            yield make_change(_rule(key), message, pointer=now.child(key), old=before, new=after)


class Requirement(NamedTuple):
    """A security scheme by what it asks for, the flows that it offers, and the scopes."""

    scheme: str
    flows: frozenset[str]
    scopes: frozenset[str]

    def is_met_by(self, other: Requirement) -> bool:
        """Whether a caller that fulfils `other`, by any of its flows, fulfils this one."""
        return self.scheme == other.scheme and self.flows >= other.flows and self.scopes <= other.scopes


def security_changes(
    old: tuple[Document, JsonValue], new: tuple[Document, JsonValue], pointer: str, label: str
) -> Iterator[Change]:
    """Changes of the authentication that one list of alternatives asks for."""
    before, after = _alternatives(*old), _alternatives(*new)
    if before == after:
        return
    # A caller that fulfilled one of the old alternatives must fulfil a new one; an empty one asks for nothing.
    is_relaxed = all(
        any(all(any(asked.is_met_by(had) for had in then) for asked in now) for now in after) for then in before
    )
    rule = "api.security-relaxed" if is_relaxed else "api.security-changed"
    values = [_listed(side) for side in (before, after)]
    yield make_change(rule, f"{label}: authentication changed", pointer=pointer, old=values[0], new=values[1])


def scheme_texts(old: Document, new: Document) -> Iterator[Change]:
    """Changes of the texts of security schemes, which affect no call."""
    ours, theirs = (dict(members(_member(side.root, "components", "securitySchemes"))) for side in (old, new))
    for scheme in sorted(ours.keys() & theirs.keys()):
        before, after = ours[scheme], theirs[scheme]
        pointer = pointer_of("components", "securitySchemes", scheme)
        if (_scheme(before), _flows(before)) == (_scheme(after), _flows(after)):
            if _scheme_notes(before) == _scheme_notes(after):
                continue
            yield make_change(
                "api.text-changed", f"The description of the security scheme {name(scheme)} changed", pointer=pointer,
                old=before, new=after,
            )  # fmt: skip
        elif pointer not in old.visited | new.visited:
            yield _unused_component(pointer, before, after)
    for scheme in sorted(ours.keys() ^ theirs.keys()):
        pointer = pointer_of("components", "securitySchemes", scheme)
        if pointer not in old.visited | new.visited:
            yield _unused_component(pointer, ours.get(scheme), theirs.get(scheme))


def unused_components(old: Document, new: Document) -> Iterator[Change]:
    """Changes of the components that no compared operation uses."""
    ours, theirs = old.components(), new.components()
    for pointer in sorted(ours.keys() | theirs.keys()):
        kind = pointer_tokens(pointer)[1]
        if kind == "securitySchemes" or _equal(ours.get(pointer), theirs.get(pointer)):
            continue
        if kind in _JUDGED_COMPONENTS and pointer in old.visited | new.visited:
            continue
        yield _unused_component(pointer, ours.get(pointer), theirs.get(pointer))


def _unused_component(pointer: str, before: JsonValue, after: JsonValue) -> Change:
    what = "added" if before is None else "removed" if after is None else "changed"
    kind, component = pointer_tokens(pointer)[1:3]
    message = f"Component {name(component)} of {name(kind)}, which no operation uses, was {what}"
    return make_change("api.unused-component-changed", message, pointer=pointer, old=before, new=after)


def _rule(key: str) -> str:
    if key in _TEXTS:
        return "api.text-changed"
    return "api.extension-changed" if key.startswith("x-") else "api.unjudged-changed"


def _alternatives(document: Document, wanted: JsonValue) -> frozenset[frozenset[Requirement]]:
    schemes = dict(members(_member(document.root, "components", "securitySchemes")))
    found: set[frozenset[Requirement]] = set()
    for choice in wanted if isinstance(wanted, list) else []:
        for scheme, _ in members(choice):
            document.visited.add(pointer_of("components", "securitySchemes", scheme))
        found.add(frozenset(_requirement(schemes.get(scheme), scopes) for scheme, scopes in members(choice)))
    return frozenset(found) or frozenset({frozenset[Requirement]()})


def _requirement(scheme: JsonValue, scopes: JsonValue) -> Requirement:
    wanted = frozenset(map(str, scopes)) if isinstance(scopes, list) else frozenset[str]()
    return Requirement(_scheme(scheme), _flows(scheme), wanted)


def _scheme(scheme: JsonValue) -> str:
    """A security scheme by what it asks for, without its name, texts and flows."""
    if not isinstance(scheme, dict):
        return "unknown"
    texts = {*_SCHEME_TEXTS, "flows"}
    kept: JsonObject = {key: part for key, part in scheme.items() if key not in texts and not key.startswith("x-")}
    if isinstance(kept.get("scheme"), str):
        kept["scheme"] = str(kept["scheme"]).lower()
    if kept.get("in") == "header":
        kept["name"] = str(kept.get("name")).lower()  # HTTP compares names of headers so
    return json_text(kept)


def _flows(scheme: JsonValue) -> frozenset[str]:
    """The flows of a security scheme, each a way to meet it, without the list of all scopes."""
    return frozenset(
        json_text({flow: {key: part for key, part in members(content) if not _is_text_of_flow(key)}})
        for flow, content in members(object_or_empty(scheme).get("flows"))
        if not flow.startswith("x-")
    )


def _is_text_of_flow(key: str) -> bool:
    return key in _FLOW_TEXTS or key.startswith("x-")


def _scheme_notes(scheme: JsonValue) -> str:
    """The rest of a security scheme: texts, and what each scope means."""
    scopes = [
        (flow, [object_or_empty(content).get(key) for key in _FLOW_TEXTS])
        for flow, content in members(object_or_empty(scheme).get("flows"))
    ]
    texts: JsonObject = {key: part for key, part in members(scheme) if key in _SCHEME_TEXTS}
    return json_text([texts, dict(scopes)])


def _listed(alternatives: frozenset[frozenset[Requirement]]) -> JsonValue:
    choices = sorted(sorted(map(_key, choice)) for choice in alternatives)
    return [[f"{scheme} {flows} {scopes}" for scheme, flows, scopes in choice] for choice in choices]


def _key(part: Requirement) -> tuple[str, list[str], list[str]]:
    return part.scheme, sorted(part.flows), sorted(part.scopes)


def _member(root: JsonObject, *keys: str) -> JsonValue | None:
    node: JsonValue | None = root
    for key in keys:
        node = node.get(key) if isinstance(node, dict) else None
    return node


def _equal(before: JsonValue, after: JsonValue) -> bool:
    return json_text(before) == json_text(after)
