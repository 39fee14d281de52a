"""Mapping of an error response to an exception."""

from __future__ import annotations

from http.client import responses
from typing import TYPE_CHECKING

from ..core.errors import (
    APIError,
    AuthenticationError,
    InsufficientCredits,
    InvalidRequest,
    JobExpired,
    NotFound,
    PermissionDenied,
    RateLimited,
    RedirectRefused,
    ServerError,
    UnreadableResponse,
)
from ..core.json_document import Absent, JsonValue, compact, find, sentence, text
from ..core.outcome import Reply
from ..core.retry_policy import retry_after
from ..core.urls import origin

if TYPE_CHECKING:
    from ..core.context import Context

_BY_STATUS: dict[int, type[APIError]] = {
    400: InvalidRequest,
    401: AuthenticationError,
    402: InsufficientCredits,
    403: PermissionDenied,
    404: NotFound,
    410: JobExpired,
    422: InvalidRequest,
    429: RateLimited,
}

_BY_SITUATION: dict[str, type[APIError]] = {
    "unauthorized": AuthenticationError,
    "forbidden": PermissionDenied,
    "insufficient_credits": InsufficientCredits,
    "invalid_json": InvalidRequest,
    "invalid_input": InvalidRequest,
    "model_not_found": NotFound,
    "job_not_found": NotFound,
    "expired": JobExpired,
    "rate_limited": RateLimited,
    "submission_failed": ServerError,
    "internal_error": ServerError,
}

_OTHER_PHRASES: dict[int, tuple[str, ...]] = {
    413: ("Request Entity Too Large", "Payload Too Large", "Content Too Large"),
    414: ("Request-URI Too Long", "Request-URI Too Large", "URI Too Long"),
    416: ("Requested Range Not Satisfiable", "Range Not Satisfiable"),
    422: ("Unprocessable Entity", "Unprocessable Content"),
}
"""Phrases that changed between editions of HTTP; which one `responses` has depends on Python's version."""


def api_error(context: Context, reply: Reply, *, problem: str | None = None) -> APIError:
    """Return the exception for a reply that is no success, or a success that cannot be used for this `problem`."""
    body = body_of(reply)
    document = None if isinstance(body, str) else body
    code = text(document, context.profile.errors.code)
    message = sentence(document, context.profile.errors.message) or (compact(body) if body else "no explanation given")
    kind = _kind(context, reply.status, code)
    if kind is RedirectRefused:
        message = f"redirected to {_place(reply)}, which is not followed with the API key"
    if kind is UnreadableResponse:
        problem = problem or f"expected a JSON object, got {reply.headers.get('content-type', 'no content type')}"
        message = f"{problem}: {message}"
    return kind(
        reply.status,
        code=code,
        message=message,
        request_id=reply.request_id,
        body=body,
        retry_after=retry_after(reply),
    )


def with_stated_error(context: Context, reply: Reply) -> Reply:
    """Return `reply`, with the status of an error if its HTTP status is a success and its document states an error."""
    document = reply.json if context.profile.errors.success and reply.ok else None
    if not isinstance(document, dict) or _lists_status(context, document):
        return reply
    for pointer, wanted in context.profile.errors.success.items():
        value = find(document, pointer)
        if not isinstance(value, Absent) and value is not None and (type(value), value) != (type(wanted), wanted):
            code = text(document, context.profile.errors.code)
            documented = (error.status for error in context.profile.errors.table.values() if error.code == code)
            return Reply(next(documented, 400), reply.headers, reply.content)
    return reply


def _lists_status(context: Context, document: JsonValue) -> bool:
    """Whether a document names a listed status of a job, whose failure is no error of the request."""
    status = text(document, context.profile.job.fields.status)
    return status is not None and status in context.profile.job.statuses


def body_of(reply: Reply) -> JsonValue:
    """The body for an exception: JSON, or else text."""
    if isinstance(reply.json, Absent):
        return reply.content[:2000].decode("utf-8", "replace")
    return reply.json


def is_phrase(status: int, text: str) -> bool:
    """Whether a code or message only repeats the HTTP status, as any server in between writes it, too."""
    phrases = (str(status), responses.get(status, ""), *_OTHER_PHRASES.get(status, ()))
    return text.casefold() in {phrase.casefold() for phrase in phrases}


def names_cause(context: Context, error: APIError) -> bool:
    """Whether the API itself wrote the error, as far as its body can prove that: it names a code or a message."""
    errors = context.profile.errors
    document = None if isinstance(error.body, str) else error.body
    found = [text(document, errors.code), sentence(document, errors.message)]
    return any(cause is not None and not is_phrase(error.status, cause) for cause in found)


def _kind(context: Context, status: int, code: str | None) -> type[APIError]:
    if status < 300:
        return UnreadableResponse
    if status < 400:
        return RedirectRefused
    for situation, documented in context.profile.errors.table.items():
        if (documented.status, documented.code) == (status, code) and situation in _BY_SITUATION:
            return _BY_SITUATION[situation]
    return _BY_STATUS.get(status, ServerError if status >= 500 else APIError)


def _place(reply: Reply) -> str:
    place = origin(reply.headers.get("location", ""))
    return f"{place.scheme}://{place.host}:{place.port}" if place else "another path"
