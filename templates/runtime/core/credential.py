"""The API key, kept out of everything that is printed, logged, raised or pickled."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import quote, urlencode

from .errors import ConfigurationError
from .urls import is_visible_ascii

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from .profile import Auth

_HIDDEN = "[key]"
# A shorter key (a test server's "x") would replace parts of ordinary words.
_SCRUBBED_FROM = 8


class Credential:
    """A key and the header or query parameter that carries it.

    The key leaves this object only through `attach` and `attach_query`.
    """

    __slots__ = ("_auth", "_key", "_spellings")

    def __init__(self, auth: Auth, key: str, *, source: str) -> None:
        """Raises `ConfigurationError` naming `source` if the key is not valid in a header."""
        key = key.strip()
        if not key or not is_visible_ascii(key):
            raise ConfigurationError(f"{source} is empty or holds characters that no API key has")
        self._auth = auth
        self._key = key
        self._spellings = _spellings(key) if len(key) >= _SCRUBBED_FROM else ()

    def attach(self, headers: MutableMapping[str, str]) -> None:
        """Set the authentication headers of one request."""
        if self._auth.header is not None:
            headers[self._auth.header] = self._auth.prefix + self._key
        for name, value in self._auth.headers.items():
            headers[name] = value.replace("{key}", self._key)

    def attach_query(self, url: str) -> str:
        """Return `url` with the key, if it is sent as a query parameter."""
        if self._auth.query is None:
            return url
        return f"{url}{'&' if '?' in url else '?'}{urlencode({self._auth.query: self._key})}"

    def scrub(self, text: str) -> str:
        """Return `text` without the key, which a server may have echoed."""
        for spelling in self._spellings:
            text = text.replace(spelling, _HIDDEN)
        return text

    def scrub_bytes(self, content: bytes) -> bytes:
        """Return the body of an answer without the key."""
        for spelling in self._spellings:
            if (echoed := spelling.encode()) in content:
                content = content.replace(echoed, _HIDDEN.encode())
        if self._spellings and b"\\u00" in content:
            content = re.sub(_escaped(self._key), _HIDDEN.encode(), content)
        return content

    def __repr__(self) -> str:
        return f"Credential({self._auth.header or self._auth.query!r}, {_HIDDEN})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("an API key is not pickled; construct the client where it is used")


def _escaped(key: str) -> bytes:
    """The pattern of the key in a JSON string, of which any character may be escaped (.NET escapes ``+``, Go ``&``)."""
    return "".join(rf"(?:\\?{re.escape(char)}|(?i:\\u{ord(char):04x}))" for char in key).encode()


def _spellings(key: str) -> tuple[str, ...]:
    """The key as answers may repeat it: bare, in JSON (some servers escape the slash), and in a URL."""
    in_json = key.replace("\\", "\\\\").replace('"', '\\"')
    in_url = (quote(key, safe=""), quote(key))
    lower = (re.sub("%..", lambda code: code[0].lower(), spelling) for spelling in in_url)
    return tuple(dict.fromkeys((key, in_json, in_json.replace("/", "\\/"), *in_url, *lower)))
