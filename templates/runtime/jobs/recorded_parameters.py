"""The parameters of a request as the ledger holds them: without what may be secret."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, cast

from ..files.download import redact_url
from ..models.request import NestedModel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..core.context import Context
    from ..core.json_document import JsonValue
    from ..models.request import Request

_SECRET = re.compile(r"(?:token|secret|password|passwd|api.?key|credential|authorization)$", re.IGNORECASE)
_URL = re.compile(r"https?://\S+|data:[\w.+-]*/?[\w.+-]*[;,]\S*", re.IGNORECASE)
_REMOVED = "[removed]"


def recorded_parameters(context: Context, request: Request[object], parameters: dict[str, JsonValue]) -> str | None:
    """Return the `parameters` of a request as JSON, or None if the ledger does not hold them.

    Left out are the key, strings of parameters that the schema marks as secret or that are named
    like secrets, user and query of each URL (it may hold a signature), and the contents of data URLs.
    """
    if context.ledger is None or not context.ledger.keeps_parameters:
        return None
    secret = frozenset(_secret_names(request))

    def redacted(value: JsonValue, *, hidden: bool = False) -> JsonValue:
        if isinstance(value, dict):
            return {
                context.credential.scrub(name): redacted(
                    item, hidden=hidden or name in secret or _is_named_secret(name)
                )
                for name, item in value.items()
            }
        if isinstance(value, list):
            return [redacted(item, hidden=hidden) for item in value]
        if isinstance(value, str):
            return _REMOVED if hidden else _URL.sub(lambda found: redact_url(found[0]), context.credential.scrub(value))
        return value

    return json.dumps(redacted(parameters))


def _is_named_secret(name: str) -> bool:
    return _SECRET.search(name) is not None


def _secret_names(value: object) -> Iterator[str]:
    """Yield the API's names of the parameters in a request that are never shown."""
    if isinstance(value, NestedModel):
        for name, field in type(value).model_fields.items():
            if not field.repr:
                yield field.serialization_alias or name
            yield from _secret_names(cast("object", getattr(value, name)))
    elif isinstance(value, list | dict):
        items = cast("dict[str, object]", value).values() if isinstance(value, dict) else cast("list[object]", value)
        for item in items:
            yield from _secret_names(item)
