"""The API key on a request: in headers or in the query."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlencode

from schemaloom.settings.provider import Auth


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key, and the places where the provider expects it."""

    auth: Auth
    key: str = field(repr=False)

    def headers(self) -> dict[str, str]:
        """Return the headers of a request with the key."""
        own = {} if self.auth.header is None else {self.auth.header: self.auth.prefix + self.key}
        return own | {name: value.replace("{key}", self.key) for name, value in self.auth.headers.items()}

    def url(self, url: str) -> str:
        """Return `url` with the key, if it is sent as a query parameter."""
        if self.auth.query is None:
            return url
        return f"{url}{'&' if '?' in url else '?'}{urlencode({self.auth.query: self.key})}"
