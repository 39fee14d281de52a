"""URLs: routes below a base URL, and one base URL in place of another."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from schemaloom.errors import UsageError

_DEFAULT_PORTS = {"http": 80, "https": 443}


def join(base: str, route: str) -> str:
    """Return the URL of `route` below `base`; a route that is a whole http(s) URL is returned."""
    if route.startswith(("http://", "https://")):
        return route
    return f"{base.rstrip('/')}/{route.lstrip('/')}"


def rebase(url: str, base: str, override: str) -> str:
    """Return `url` with the base URL `override` in place of `base`.

    A URL of the base's origin keeps its path relative to the base's path, so with the base
    ``https://host/api/v1`` and the override ``http://127.0.0.1:8000/api/v1`` the URL
    ``https://host/api/openapi`` becomes ``http://127.0.0.1:8000/api/openapi``.  Climbing above
    the override's root stops there.  A URL of another origin is returned as it is.
    """
    if origin(url) != origin(base):
        return url
    parts, over = urlsplit(url), urlsplit(override)
    old, new = _segments(urlsplit(base).path), _segments(over.path)
    path = parts.path.split("/")[1:]
    shared = 0
    while shared < min(len(old), len(path)) and old[shared] == path[shared]:
        shared += 1
    kept = new[: max(0, len(new) - (len(old) - shared))]
    return parts._replace(scheme=over.scheme, netloc=over.netloc, path="/" + "/".join([*kept, *path[shared:]])).geturl()


def move(url: str, override: str) -> str:
    """Return `url` at the origin of `override`, with its own path and query."""
    over = urlsplit(override)
    return urlsplit(url)._replace(scheme=over.scheme, netloc=over.netloc).geturl()


def origin(url: str) -> tuple[str, str, int]:
    """Return scheme, host and port of an http(s) URL: they decide whether a host may receive a key.

    Raises `ValueError` for any other scheme, for a URL without a host and for a bad port.
    """
    parts = urlsplit(url)
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        raise ValueError(f"not an http or https URL: {url}")
    return parts.scheme, parts.hostname, parts.port or _DEFAULT_PORTS[parts.scheme]


def checked_base(text: str) -> str:
    """Check a base URL that a user gave, and drop its final slash.

    Raises `UsageError` unless it is an http(s) URL with a host and nothing after the path.
    """
    try:
        origin(text)
        parts = urlsplit(text)
    except ValueError as error:
        raise UsageError(str(error), hint="a base URL looks like https://host/api/v1") from None
    if "@" in parts.netloc or parts.query or parts.fragment or any(char.isspace() for char in text):
        raise UsageError(f"a base URL has no user, query or fragment: {text}")
    return text.rstrip("/")


def quoted_id(model_id: str) -> str:
    """Quote a model id as part of a path: ``owner/name`` stays two segments.

    An id with an empty, ``.`` or ``..`` segment would name another route once a client or a
    server normalises the path, so its slashes and dots are escaped.
    """
    if set(model_id.split("/")) & {"", ".", ".."}:
        return quote(model_id, safe="", errors="surrogatepass").replace(".", "%2E")
    return quote(model_id, safe="/", errors="surrogatepass")


def _segments(path: str) -> list[str]:
    return path.strip("/").split("/") if path.strip("/") else []
