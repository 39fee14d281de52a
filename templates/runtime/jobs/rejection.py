"""Explain why the API refused a request that this package allows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..core.deadline import Deadline
from ..core.errors import APIError, ConfigurationError, ConnectionFailed, DeadlineExceeded, InvalidRequest, SchemaDrift
from ..core.json_document import ABSENT, Absent, find
from ..core.placeholders import fill_route, fill_text
from ..http.api_call import Call, perform
from ..models.schema_check import violations
from .job_calls import route_values

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from ..core.context import Context
    from ..core.effects import Operation
    from ..core.json_document import JsonValue
    from ..core.profile import SchemaSource
    from ..models.request import Request

_MOST_REFERENCES = 30
_COMPOSED = frozenset({"$ref", "allOf", "anyOf", "oneOf", "if", "dependentSchemas", "patternProperties"})
"""Keywords whose schemas may declare more properties."""
_PATIENCE = 30.0
"""Seconds that explaining a refusal may take."""


def diagnose_rejection(
    context: Context, request: Request[object], parameters: dict[str, JsonValue], error: InvalidRequest
) -> Operation[None]:
    """Add to `error` the parameter at fault, if its message names one.

    Where the provider serves schemas, the model's is fetched (once for each client) and the
    request is held against it.  Raises `SchemaDrift` when the schema of today refuses what the
    one this package was generated from allowed.
    """
    known = {field.serialization_alias or name for name, field in type(request).model_fields.items()}
    error.pointer = _pointer(error.message, known | set(parameters))
    if not request.__digest__:
        return  # not of this package: there is nothing it allowed
    document, schema = yield from _live_schema(context, request.__model_id__, route_values(request))
    changes = live_changes(document, schema, parameters, known)
    if changes:
        raise SchemaDrift(
            error,
            model=request.__model_id__,
            changes=changes,
            installed=f"{context.profile.package.distribution} {context.profile.version}",
            digest=request.__digest__,
        ) from None


def live_changes(
    document: JsonValue, schema: JsonValue, parameters: dict[str, JsonValue], known: Collection[str]
) -> dict[str, str]:
    """Return JSON Pointer → why today's schema, a part of `document`, rejects that parameter.

    Only parameters in `known`, which the package has fields for, and missing ones prove a change.
    """
    changes: dict[str, str] = {}
    for pointer, rule, message in violations(document, schema, parameters):
        _, name, *inner = pointer.split("/") if pointer else ("", "")
        if name.replace("~1", "/").replace("~0", "~") in known or (rule == "required" and not inner):
            changes.setdefault(f"/{name}", f"at /{'/'.join(inner)}: {message}" if inner else message)
    declared = _declared(document, schema)
    for name in parameters if declared is not None else ():
        if name in known and name not in (declared or ()):
            changes["/" + name.replace("~", "~0").replace("/", "~1")] = "is no longer a parameter"
    return changes


def _declared(document: JsonValue, schema: JsonValue) -> dict[str, JsonValue] | None:
    """Return the properties of a schema that is closed as requests are; None for any other."""
    for _ in range(_MOST_REFERENCES):
        reference = schema.get("$ref") if isinstance(schema, dict) else None
        if not isinstance(reference, str) or not reference.startswith("#"):
            break
        target = find(document, reference[1:])
        schema = None if isinstance(target, Absent) else target
    if not isinstance(schema, dict) or schema.get("additionalProperties") not in (None, False):
        return None
    declared = schema.get("properties")
    return declared if isinstance(declared, dict) and declared and not _COMPOSED & schema.keys() else None


def _pointer(message: str, names: Iterable[str]) -> str | None:
    """The one parameter that a message begins with or mentions; ``None`` if there are none or several."""
    escaped = {name: re.escape(name) for name in names}
    first = [name for name, text in escaped.items() if re.match(rf"['\"`/]?{text}(?![\w-])", message)]
    found = first or [name for name, text in escaped.items() if re.search(rf"(?<![\w-]){text}(?![\w-])", message)]
    return "/" + found[0].replace("~", "~0").replace("/", "~1") if len(found) == 1 else None


def _live_schema(context: Context, model: str, values: Mapping[str, str]) -> Operation[tuple[JsonValue, JsonValue]]:
    """The document that holds the model's schema, and the schema; ``None`` twice where there is none."""
    known = context.live_schemas.get(model)
    if known is not None:
        return known
    deadline = Deadline(_PATIENCE)
    found: tuple[JsonValue, JsonValue] = (None, None)
    for source in context.profile.schemas:
        try:
            url = context.url_of(fill_route(source.path, values))
            reply = yield from perform(context, Call("GET", url), deadline)
            found = _schema_in(_filled(source, values), None if isinstance(reply.json, Absent) else reply.json)
        except (APIError, ConfigurationError, ConnectionFailed, DeadlineExceeded) as error:
            context.log.debug("no live schema of %s: %s", model, error)
            continue
        if isinstance(found[1], dict):
            break
    context.live_schemas[model] = found
    return found


def _filled(source: SchemaSource, values: Mapping[str, str]) -> SchemaSource:
    """Return `source` with its pointers filled: a value is one token."""
    tokens = {name: value.replace("~", "~0").replace("/", "~1") for name, value in values.items()}
    document = None if source.document is None else fill_text(source.document, tokens)
    return source._replace(pointer=fill_text(source.pointer, tokens), document=document)


def _schema_in(source: SchemaSource, answer: JsonValue) -> tuple[JsonValue, JsonValue]:
    document = answer if source.document is None else find(answer, source.document)
    schema = ABSENT if isinstance(document, Absent) else find(document, source.pointer)
    if isinstance(document, Absent) or isinstance(schema, Absent):
        return None, None
    # A schema outside an OpenAPI document is a document of its own: its references start there.
    return (schema if source.document is None else document), schema
