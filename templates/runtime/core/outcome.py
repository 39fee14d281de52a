"""What becomes of one exchange with the API: a `Reply`, or a `Failure`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .json_document import Absent, JsonValue


class Reply:
    """The server answered.  Header names are in lower case; a fetched file is not in `content`."""

    def __init__(self, status: int, headers: Mapping[str, str], content: bytes) -> None:
        self.status = status
        self.headers = headers
        self.content = content
        self._json: JsonValue | Absent = None  # until it is read

    def __repr__(self) -> str:
        return f"Reply({self.status}, {self.headers!r})"  # the body may repeat a secret parameter

    @property
    def json(self) -> JsonValue | Absent:
        """The body as JSON, regardless of the content type; `ABSENT` if it is not JSON."""
        from .json_document import parse  # json, which a new client need not wait for

        # Before Python 3.12 `cached_property` holds one lock for all replies, which a fork may leave locked.
        if self._json is None:
            self._json = parse(self.content)
        return self._json

    @property
    def media_type(self) -> str:
        """The media type of the body, in lower case and without parameters; empty if it is not stated."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def ok(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300

    @property
    def request_id(self) -> str | None:
        """The id to quote to the provider's support."""
        return self.headers.get("x-request-id") or self.headers.get("request-id")


class Failure(NamedTuple):
    """There was no (complete) answer."""

    reason: str
    never_sent: bool
    """Proven: the server cannot have received the whole request."""
