"""Uploading a file, so that a parameter can name its URL."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

from ..core.checks import check_string
from ..core.credential import Credential
from ..core.effects import Operation, Send, Sleep, request, run_blocking
from ..core.errors import DeadlineExceeded, Unsupported
from ..core.json_document import JsonValue, text
from ..core.outcome import Failure
from ..core.placeholders import fill_json
from ..core.profile import Auth
from ..core.urls import origin
from ..http.api_call import Call, as_error, encode, perform
from ..http.error_mapping import api_error
from ..http.multipart import FormPart, encode_form
from .read_source import data_uri_of, media_type_of, read_source

if TYPE_CHECKING:
    from ..core.context import Context
    from ..core.deadline import Deadline
    from ..core.profile import Upload
    from .read_source import Source

_KEPT = 3600.0
"""Seconds for which the URL of a content is used again."""
_RECHECK = 0.05
"""Seconds after which to look again for the URL of a content that is being uploaded."""


def upload(
    context: Context, source: Source, media_type: str | None, deadline: Deadline, *, name: str | None = None
) -> Operation[str]:
    """Upload `source` and return its URL; the same content is uploaded once an hour.

    `name` is that of the file, if `source` is its content.  It costs nothing, and is repeated where that
    is safe.  Raises `Unsupported` if the provider documents no uploads, `ConfigurationError` for a file
    that is empty or too large, and what `perform` raises.
    """
    route = context.profile.upload
    if route is None:
        raise Unsupported(f"{context.profile.title} documents no uploads; give the URL of a file")
    check_string("media_type", media_type, optional=True)
    found, content = yield from run_blocking(lambda: read_source(source, route.max_bytes))
    name = name or found
    kind = media_type or media_type_of(name, content)
    if route.url is None:
        return data_uri_of(kind, content)
    mark = f"{kind} {hashlib.sha256(content).hexdigest()}"
    place = f"{os.getpid()} {mark}"  # a forked process waits for no thread of its parent
    token = object()
    # Requests of one batch often share a file: the first uploads it, and the others wait for its URL.
    while context.uploading.setdefault(place, token) is not token:
        if deadline.remaining <= 0:
            raise DeadlineExceeded("no time left to wait for another upload of the same content")
        yield Sleep(min(_RECHECK, deadline.remaining))
    try:
        url, since = context.uploads.get(mark, ("", 0.0))
        if not url or context.clock.now() - since >= _KEPT:
            url = yield from _upload(
                context, route, _call(context, route, name, kind, content), kind, content, deadline
            )
            context.uploads[mark] = url, context.clock.now()
        return url
    finally:
        del context.uploading[place]


def _upload(
    context: Context, route: Upload, call: Call, kind: str, content: bytes, deadline: Deadline
) -> Operation[str]:
    reply = yield from perform(context, call, deadline)
    document: JsonValue = reply.json if isinstance(reply.json, dict) else None
    found, target = text(document, route.file), text(document, route.put)
    if found is None or (route.put and (target is None or origin(target) is None)):
        raise api_error(context, reply, problem="the answer names no URL of the file")
    if target is not None:
        yield from _put(context, target, kind, content, deadline)
    return found


def _call(context: Context, route: Upload, name: str, kind: str, content: bytes) -> Call:
    url = context.url_of(route.url or "")
    if route.raw:
        return Call("POST", url, content=content, content_type=kind, free=True)
    if route.form is None:
        return Call("POST", url, content=encode(fill_json(route.body, {"name": name, "type": kind}, {})), free=True)
    content_type, body = encode_form([FormPart(route.form, content, name, kind)])
    return Call("POST", url, content=body, content_type=content_type, free=True)


def _put(context: Context, url: str, kind: str, content: bytes, deadline: Deadline) -> Operation[None]:
    """Put the content at a URL that the provider gave, of whatever origin: the key is not sent there."""
    keyless = Credential(Auth(), "none", source="")
    attempt = 0
    while True:
        attempt += 1
        effect = Send(
            "PUT",
            url,
            {"user-agent": context.user_agent, "content-type": kind},
            content,
            keyless,
            timeout=min(context.timeout, deadline.remaining),
            connect_timeout=context.connect_timeout,
            departure=None,
        )
        outcome = yield from request(effect)
        if not isinstance(outcome, Failure) and outcome.ok:
            return
        pause = context.retries.pause(outcome, attempt=attempt, repeatable=True)
        error = as_error(context, outcome)
        if pause is None:
            raise error
        if pause >= deadline.remaining:
            raise DeadlineExceeded(f"no time left to try again: {error}") from error
        yield Sleep(pause)
