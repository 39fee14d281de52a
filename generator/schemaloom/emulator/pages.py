"""Pages of the model list, by every way in which a provider may lead to the next one."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from urllib.parse import urlencode

from schemaloom.emulator.catalogue import CatalogueView
from schemaloom.emulator.json_write import put
from schemaloom.emulator.responses import RefusedError, Reply, json_reply
from schemaloom.json.values import JsonValue
from schemaloom.settings.catalogue import ModelList

_CURSOR = "cursor"
"""Query parameter of a next-page URL, which a client follows without looking inside."""


def list_page(view: CatalogueView, listing: ModelList, query: Mapping[str, str], *, url: str, size: int) -> Reply:
    """Return the page that `query` asks for, of at most `size` models; the whole list if the provider does not page it.

    `url` is that of the list.  Raises `RefusedError` for a cursor or number that this API did not give.
    """
    models = list(view.models.values())
    name = listing.cursor or listing.page or listing.offset or _CURSOR
    more = False
    if listing.page or listing.offset:
        number = _number(query.get(name), first=1 if listing.page else 0)
        start = (number - 1) * size if listing.page else number
        models = models[start : start + size]
    elif listing.next is not None or listing.link:
        after = _decode(query.get(name, ""))
        models = [model for model in models if model.id > after] if after else models
        models, more = models[:size], len(models) > size
    document: JsonValue = put({}, listing.items, view.items(models))
    cursor = base64.urlsafe_b64encode(models[-1].id.encode("utf-8", "surrogatepass")).decode() if more else None
    following = f"{url}?{urlencode({**query, _CURSOR: cursor})}" if cursor else None
    if listing.next is not None:
        document = put(document, listing.next, cursor if listing.cursor else following)
    return json_reply(200, document, {"link": f'<{following}>; rel="next"'} if listing.link and following else None)


def _number(text: str | None, *, first: int) -> int:
    if text is None:
        return first
    if not (text.isascii() and text.isdecimal() and int(text) >= first):
        raise RefusedError("invalid_input", f"The page must be a whole number from {first}")
    return int(text)


def _decode(cursor: str) -> str:
    try:
        return base64.urlsafe_b64decode(cursor.encode("ascii")).decode("utf-8", "surrogatepass")
    except (UnicodeError, binascii.Error):
        raise RefusedError("invalid_input", "The cursor is not one that this API gave") from None
