"""Making a schema self-contained: every ``$ref`` of the result points into the result."""

from __future__ import annotations

from collections import Counter
from typing import cast
from urllib.parse import quote, unquote

from schemaloom.json.codec import digest
from schemaloom.json.pointer import pointer_of, pointer_tokens, resolve_pointer
from schemaloom.json.values import JsonObject, JsonValue

MAX_NODES = 200_000
"""Most JSON values in a bundled schema; overlapping references could multiply a document."""
MAX_DEFINITIONS = 2_000
"""Most definitions in a bundled schema."""

# Which members of a schema hold schemas.  Anything else (default, enum, examples, extensions) is
# data: a "$ref" in it is a string, and rewriting it would change the provider's document.
ONE = frozenset(
    {
        *("additionalItems", "additionalProperties", "contains", "contentSchema", "else", "if", "items", "not"),
        *("propertyNames", "then", "unevaluatedItems", "unevaluatedProperties"),
    }
)
MANY = frozenset({"allOf", "anyOf", "items", "oneOf", "prefixItems"})
NAMED = frozenset({"dependencies", "dependentSchemas", "patternProperties", "properties"})
DEFINITIONS = frozenset({"$defs", "definitions"})


def bundle(root: JsonValue, pointer: str = "", *, keep_dangling: bool = False) -> JsonObject:
    """Copy the schema at `pointer` of `root`, with all that it refers to below its own ``$defs``.

    References ``#/...`` are resolved inside `root`, which is the schema itself or the document
    around it (OpenAPI).  A definition is named after the last token of its pointer, or after the
    whole pointer where two would share a name, so names do not depend on the order of the
    document.  Recursion stays recursion; unused definitions are left out.

    Raises `LookupError` with a sentence when there is no object at `pointer`, when a reference
    dangles, leaves the document or names an anchor, and when the result would exceed the limits.
    With `keep_dangling`, such a reference stays as it is: readers accept anything in its place.
    """
    return bundle_with_places(root, pointer, keep_dangling=keep_dangling)[0]


def bundle_with_places(
    root: JsonValue, pointer: str = "", *, keep_dangling: bool = False
) -> tuple[JsonObject, dict[str, str]]:
    """Return what `bundle` does, and where `root` holds each definition: JSON Pointers by name.

    Raises `LookupError` as `bundle` does.
    """
    schema = _target(root, pointer, what="schema")
    if isinstance(schema, bool):
        raise LookupError(f"schema {_short('#' + pointer)} is not an object")  # noqa: TRY004  a fault of the document
    copier = _Copier(root, pointer, keep_dangling=keep_dangling)
    bundled, found = copier.collect(schema)
    if found:
        copier.names = _names(found)
        bundled = copier.copy(schema)
        bundled["$defs"] = {copier.names[place]: copier.subschema(_target(root, place)) for place in sorted(found)}
    return bundled, {name: place for place, name in copier.names.items()}


class _Copier:
    """Copies a schema and collects the referenced definitions; if it has any, copies it again under their new names."""

    def __init__(self, root: JsonValue, pointer: str, *, keep_dangling: bool) -> None:
        self._root = root
        self._keep_dangling = keep_dangling
        self._home = pointer_tokens(pointer)
        self._nodes = 0
        self._pending: list[str] = []
        self.names: dict[str, str] = {}

    def collect(self, schema: JsonObject) -> tuple[JsonObject, set[str]]:
        """Copy `schema`, and return the canonical pointers of everything reachable from it, itself not counted."""
        found: set[str] = set()
        copied = self.copy(schema)
        while self._pending:
            place = self._pending.pop()
            if place in found:
                continue
            found.add(place)
            if len(found) > MAX_DEFINITIONS:
                raise LookupError(f"refers to more than {MAX_DEFINITIONS} definitions")
            self.subschema(_target(self._root, place))
        self._nodes = 0
        return copied, found

    def copy(self, schema: JsonObject) -> JsonObject:
        """Copy `schema` with its references renamed, and without definitions of its own."""
        result: JsonObject = {}
        for key, value in schema.items():
            if key in DEFINITIONS and isinstance(value, dict):
                continue
            if key in {"$ref", "$dynamicRef", "$recursiveRef"} and isinstance(value, str):
                result[key] = self._reference(value)
            elif key == "discriminator" and isinstance(value, dict):
                result[key] = self._discriminator(value)
            elif key in NAMED and isinstance(value, dict):
                result[key] = {name: self.subschema(part) for name, part in value.items()}
            elif key in MANY and isinstance(value, list):
                result[key] = [self.subschema(part) for part in value]
            elif key in ONE:
                result[key] = self.subschema(value)
            else:
                result[key] = value
                self._count(value)
        return result

    def subschema(self, value: JsonValue) -> JsonValue:
        """Copy a subschema; a value that is no object is kept."""
        if isinstance(value, dict):
            self._count(None)
            return self.copy(value)
        self._count(value)
        return value

    def _reference(self, reference: str) -> str:
        try:
            place = _local(reference)
            _target(self._root, place)
        except LookupError:
            if self._keep_dangling:
                return reference
            raise
        if pointer_tokens(place) == self._home:
            return "#"
        if place not in self.names:
            self._pending.append(place)
            return reference
        return "#" + quote(pointer_of("$defs", self.names[place]), safe="/~$!&'()*+,;=:@", errors="surrogatepass")

    def _discriminator(self, value: JsonObject) -> JsonObject:
        mapping = value.get("mapping")
        if not isinstance(mapping, dict):
            return value
        renamed = {
            key: self._reference(part) if isinstance(part, str) and part.startswith("#") else part
            for key, part in mapping.items()
        }
        return {**value, "mapping": cast("JsonValue", renamed)}

    def _count(self, value: JsonValue) -> None:
        stack = [value]
        while stack:
            part = stack.pop()
            self._nodes += 1
            if isinstance(part, list | dict):
                stack.extend(part if isinstance(part, list) else part.values())
        if self._nodes > MAX_NODES:
            raise LookupError(f"is larger than {MAX_NODES} values once its references are resolved")


def _local(reference: str) -> str:
    """Read a reference as the canonical JSON pointer into the same document."""
    if not reference.startswith("#"):
        raise LookupError(f"$ref {_short(reference)} leaves the document; nothing remote is read")
    try:
        fragment = unquote(reference[1:], errors="surrogatepass")
    except UnicodeDecodeError:
        raise LookupError(f"$ref {_short(reference)} is not UTF-8") from None
    if fragment and not fragment.startswith("/"):
        raise LookupError(f"$ref {_short(reference)} names an anchor, which is not supported")
    return pointer_of(*pointer_tokens(fragment))


def _target(root: JsonValue, pointer: str, *, what: str = "$ref target") -> JsonObject | bool:
    try:
        value = resolve_pointer(root, pointer)
    except LookupError:
        raise LookupError(f"{what} {_short('#' + pointer)} does not exist") from None
    if not isinstance(value, dict | bool):
        raise LookupError(f"{what} {_short('#' + pointer)} is not an object")  # noqa: TRY004  as above
    return value


def _names(places: set[str]) -> dict[str, str]:
    shorts = {place: _name((pointer_tokens(place) or ("root",))[-1:]) for place in places}
    taken = Counter(name.casefold() for name in shorts.values())
    names: dict[str, str] = {}
    for place, short in shorts.items():
        names[place] = short if taken[short.casefold()] == 1 else _name(pointer_tokens(place))
    taken = Counter(name.casefold() for name in names.values())
    return {
        place: name if taken[name.casefold()] == 1 else f"{name}.{digest(place)[:12]}" for place, name in names.items()
    }


def _name(tokens: tuple[str, ...]) -> str:
    return ".".join(tokens) or "root"


def _short(text: str) -> str:
    return repr(text if len(text) <= 120 else text[:119] + "…")
