"""Responses of the emulator: a reply, or a documented error of the provider."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Literal

from schemaloom.emulator.json_write import put_first
from schemaloom.json.values import JsonObject, JsonValue
from schemaloom.settings.jobs import ErrorReply, Errors

Situation = Literal[
    "unauthorized",
    "insufficient_credits",
    "invalid_json",
    "invalid_input",
    "model_not_found",
    "job_not_found",
    "expired",
    "cancelled",
    "rate_limited",
    "internal_error",
]

_UNDOCUMENTED: dict[Situation, int] = {
    "unauthorized": 401,
    "insufficient_credits": 402,
    "invalid_json": 400,
    "invalid_input": 400,
    "model_not_found": 404,
    "job_not_found": 404,
    "expired": 410,
    "cancelled": 409,
    "rate_limited": 429,
    "internal_error": 500,
}
"""HTTP status of a situation that the provider's table leaves out; its name is then the code."""

_LONGEST_WAIT = 60.0
"""Seconds that a request waits which asks to wait without a number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A complete response, before any fault is applied to it."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    rest: tuple[tuple[float, bytes], ...] = ()
    """Further parts of the body, each with the seconds before it is sent."""


class RefusedError(Exception):
    """A request that the provider would reject, with the situation its documents name."""

    def __init__(self, situation: Situation, message: str, *, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.situation: Situation = situation
        self.message = message
        self.headers = dict(headers or {})


def json_reply(status: int, document: JsonValue, headers: Mapping[str, str] | None = None) -> Reply:
    """A JSON answer; non-ASCII characters are escaped, so that hostile ids cannot break the encoding."""
    body = json.dumps(document, allow_nan=False).encode("ascii")
    return Reply(status=status, body=body, headers={"content-type": "application/json", **(headers or {})})


def refusal_reply(errors: Errors, refused: RefusedError) -> Reply:
    """The documented answer for a refusal."""
    known = errors.table.get(refused.situation)
    entry = known or ErrorReply(status=_UNDOCUMENTED[refused.situation], code=refused.situation)
    return json_reply(entry.status, _body(errors, entry.code, refused.message), refused.headers)


def status_reply(errors: Errors, status: int, message: str, headers: Mapping[str, str] | None = None) -> Reply:
    """An error known by its HTTP status alone; the code is the table's, else the status' name."""
    codes = [entry.code for entry in errors.table.values() if entry.status == status]
    code = codes[0] if codes else HTTPStatus(status).phrase.lower().replace(" ", "_")
    return json_reply(status, _body(errors, code, message), headers)


def requested_wait(prefer: str) -> float:
    """Return the seconds that a ``Prefer`` header (RFC 7240) asks the server to wait for a result; 0 if it does not."""
    for preference in prefer.split(","):
        name, _, seconds = preference.partition(";")[0].strip().partition("=")
        if name.strip().lower() == "wait":
            digits = seconds.strip().strip('"')
            return float(digits) if digits.isascii() and digits.isdecimal() else _LONGEST_WAIT
    return 0.0


def conditional(reply: Reply, if_none_match: str | None) -> Reply:
    """Give a good answer its strong ETag (a digest of the bytes), or turn it into a 304.

    `if_none_match` is the request's header; weak validators and ``*`` match as RFC 9110 defines.
    """
    if reply.status != 200:
        return reply
    etag = f'"{hashlib.sha256(reply.body).hexdigest()[:32]}"'
    known = {tag.strip().removeprefix("W/") for tag in (if_none_match or "").split(",")}
    if etag in known or "*" in known:
        return Reply(status=304, body=b"", headers={"etag": etag})
    return replace(reply, headers={**reply.headers, "etag": etag})


def _body(errors: Errors, code: str, message: str) -> JsonObject:
    body: JsonObject = {}
    put_first(body, errors.code, code)
    put_first(body, errors.message, message)
    return body
