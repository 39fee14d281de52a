"""The parameters of a request as the ledger holds them: without what may be secret."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from ..files.download import redact_url

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..core.context import Context
    from ..core.json_document import JsonValue

_SECRET = re.compile(r"(?:token|secret|password|passwd|api.?key|credential|authorization)$", re.IGNORECASE)
_URL = re.compile(r"https?://\S+|data:[\w.+-]*/?[\w.+-]*[;,]\S*", re.IGNORECASE)
_REMOVED = "[removed]"


def recorded_parameters(context: Context, parameters: dict[str, JsonValue]) -> str | None:
    """Return parameters as JSON, or None if the ledger does not hold them.

    Left out are the key, strings of parameters that are named like secrets, user and query of
    each URL (it may hold a signature), and the contents of data URLs.
    """
    if context.ledger is None or not context.ledger.keeps_parameters:
        return None
    return json.dumps(_redacted(parameters, context.credential.scrub))


def _redacted(value: JsonValue, scrub: Callable[[str], str]) -> JsonValue:
    if isinstance(value, dict):
        return {
            scrub(name): _REMOVED if isinstance(item, str) and _SECRET.search(name) else _redacted(item, scrub)
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [_redacted(item, scrub) for item in value]
    if isinstance(value, str):
        return _URL.sub(lambda found: redact_url(found[0]), scrub(value))
    return value
