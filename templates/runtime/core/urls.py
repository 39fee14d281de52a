"""Build the URL of a call, and decide whether its origin may receive the key."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit, urlunsplit

from .errors import ConfigurationError

_DEFAULT_PORTS = {"http": 80, "https": 443}


class Origin(NamedTuple):
    """Scheme, host and port: a key is sent only where they are equal."""

    scheme: str
    host: str
    port: int


@lru_cache(maxsize=256)  # asked about the same few URLs several times for each request
def origin(url: str) -> Origin | None:
    """The origin of an http(s) URL; ``None`` for anything that two parsers might read differently.

    That includes a user name or password in the URL: ``https://api.example@evil.example``.
    """
    if not is_visible_ascii(url) or "\\" in url:  # some parsers take a backslash for a slash
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or "@" in parts.netloc:
        return None
    return Origin(parts.scheme, parts.hostname, port or _DEFAULT_PORTS[parts.scheme])


def is_visible_ascii(string: str) -> bool:
    """Whether a string has only ASCII characters that are visible, so no space either."""
    return string.isascii() and string.isprintable() and " " not in string


def move(url: str, override: str) -> str:
    """Return `url` at the origin of `override`, with its own path and query."""
    target, parts = urlsplit(override), urlsplit(url)
    return urlunsplit((target.scheme, target.netloc, parts.path, parts.query, ""))


def join(base: str, route: str) -> str:
    """`route` below `base`: ``/jobs/1`` below ``https://x/api/v1`` is ``https://x/api/v1/jobs/1``."""
    return f"{base.rstrip('/')}/{route.lstrip('/')}"


def resolve(base: str, url: str) -> str:
    """`url` as a reference in a response of the API: ``/jobs/1`` counts from the root, ``jobs/1`` from `base`."""
    try:
        return urljoin(f"{base.rstrip('/')}/", url)
    except ValueError:  # "http://[": no URL at all
        return url


def rebase(url: str, base: str, override: str) -> str:
    """Move a URL of `base`'s origin to `override`, keeping its path relative to the base path.

    ``https://x/api/openapi`` with base ``https://x/api/v1`` and override ``http://y/api/v1`` is
    ``http://y/api/openapi``.  Steps above the override's root stop there; URLs of other origins
    come back as they are.
    """
    if origin(url) is None or origin(url) != origin(base):
        return url
    target, parts = urlsplit(override), urlsplit(url)
    wanted, known = parts.path.lstrip("/").split("/"), _names(urlsplit(base).path)
    shared = 0
    while shared < min(len(wanted), len(known)) and wanted[shared] == known[shared]:
        shared += 1
    kept = _names(target.path)
    kept = kept[: max(0, len(kept) - (len(known) - shared))]
    path = "/" + "/".join([*kept, *wanted[shared:]])
    return urlunsplit((target.scheme, target.netloc, path, parts.query, ""))


def _names(path: str) -> list[str]:
    return [name for name in path.split("/") if name]


def checked_base_url(url: str, *, source: str) -> str:
    """A base URL that a key may be sent to: https, or http on the loopback interface.

    Raises `ConfigurationError` naming `source` otherwise: over plain http anyone on the way
    reads the key.
    """
    place = origin(url)
    if place is None or "?" in url or "#" in url:
        raise ConfigurationError(
            f"{source} is not a plain http(s) URL without user, query or fragment: {_redact(url)!r}"
        )
    if place.scheme == "http" and not is_loopback(place.host):
        raise ConfigurationError(f"{source} would send the API key unencrypted: use https instead of {_redact(url)!r}")
    # One spelling for one place: the ledger knows its requests by it.
    port = "" if place.port == _DEFAULT_PORTS[place.scheme] else f":{place.port}"
    host = f"[{place.host}]" if ":" in place.host else place.host
    return f"{place.scheme}://{host}{port}{urlsplit(url).path.rstrip('/')}"


def _redact(url: str) -> str:
    """The URL without what may hold a secret: user, password, query and fragment.

    A password may hold any character, if the URL is not a valid one, so all up to the last ``@`` counts as one.
    """
    return re.split(r"[?#]", re.sub(r"^([^/]*//)?.*@", r"\1...@", url, flags=re.DOTALL), maxsplit=1)[0]


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    from ipaddress import ip_address  # needed by http:// base URLs alone

    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
