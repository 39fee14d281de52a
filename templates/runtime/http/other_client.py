"""HTTP clients of a caller: of `httpx2`, or of another library with the same API, such as `httpx`.

A client of another library becomes the transport of an `httpx2` client, so that the rest of the
package knows one library.  Nothing here imports the other one.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, cast

import httpx2

from ..core.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator, Mapping

    Headers = list[tuple[bytes, bytes]]


_OF_ENCODED_BODY = frozenset({b"content-encoding", b"content-length", b"transfer-encoding"})
"""Headers that do not fit a body which was read, and so decoded."""


class HttpClient(Protocol):
    """The common part of `httpx2.Client` and `httpx.Client`, as far as type checkers need it."""

    @property
    def is_closed(self) -> bool:
        """Whether it has been closed."""
        ...

    def build_request(self, method: str, url: str) -> object:
        """Return a request of its library."""
        ...

    def close(self) -> None:
        """Close its connections."""
        ...


class AsyncHttpClient(Protocol):
    """The common part of `httpx2.AsyncClient` and `httpx.AsyncClient`, as far as type checkers need it."""

    @property
    def is_closed(self) -> bool:
        """Whether it has been closed."""
        ...

    def build_request(self, method: str, url: str) -> object:
        """Return a request of its library."""
        ...

    async def aclose(self) -> None:
        """Close its connections."""
        ...


class _Request(Protocol):
    url: object


class _Headers(Protocol):
    @property
    def raw(self) -> Headers: ...


class _Response(Protocol):
    @property
    def status_code(self) -> int: ...
    @property
    def headers(self) -> _Headers: ...
    @property
    def is_stream_consumed(self) -> bool: ...
    @property
    def content(self) -> bytes: ...
    def iter_raw(self) -> Iterator[bytes]: ...
    def aiter_raw(self) -> AsyncIterator[bytes]: ...
    def close(self) -> None: ...
    async def aclose(self) -> None: ...


class KeyedURL:
    """Of a URL whose query holds the key: HTTP libraries send the whole, and log it without the query."""

    def __str__(self) -> str:
        return super().__str__().partition("?")[0]

    def __repr__(self) -> str:
        return f"URL({str(self)!r})"


def adopted(client: HttpClient) -> httpx2.Client:
    """Return a caller's client as one of `httpx2`.  Raises `ConfigurationError` if it is no HTTP client."""
    if isinstance(client, httpx2.Client):
        return client
    if not (hasattr(client, "build_request") and hasattr(client, "close")):
        raise _unknown(client, "Client")
    return _Adopted(client)


def adopted_async(client: AsyncHttpClient) -> httpx2.AsyncClient:
    """Return a caller's client as one of `httpx2`.  Raises `ConfigurationError` if it is no HTTP client."""
    if isinstance(client, httpx2.AsyncClient):
        return client
    if not (hasattr(client, "build_request") and hasattr(client, "aclose")):
        raise _unknown(client, "AsyncClient")
    return _AdoptedAsync(client)


def _unknown(client: object, name: str) -> ConfigurationError:
    return ConfigurationError(f"http_client is an httpx2.{name} or an httpx.{name}, not {type(client).__name__}")


class _Adopted(httpx2.Client):
    def __init__(self, client: HttpClient) -> None:
        super().__init__(transport=_Transport(client), headers=_default_headers(client))
        self._adopted = client

    @property
    def is_closed(self) -> bool:
        return self._adopted.is_closed


class _AdoptedAsync(httpx2.AsyncClient):
    def __init__(self, client: AsyncHttpClient) -> None:
        super().__init__(transport=_AsyncTransport(client), headers=_default_headers(client))
        self._adopted = client

    @property
    def is_closed(self) -> bool:
        return self._adopted.is_closed


def _default_headers(client: object) -> Mapping[str, str]:
    return cast("Mapping[str, str]", getattr(client, "headers", {}))


class _Transport(httpx2.BaseTransport):
    def __init__(self, client: HttpClient) -> None:
        self._client = client

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        body = iter(cast("httpx2.SyncByteStream", request.stream))
        send = cast("Callable[..., _Response]", getattr(self._client, "send"))  # noqa: B009  see `HttpClient`
        with _own_errors():
            own = _translated(self._client, request, body)
            response = send(own, stream=True, auth=None, follow_redirects=False)
        if (read := read_already(response)) is not None:
            return read
        return httpx2.Response(response.status_code, headers=response.headers.raw, stream=_Body(response))


class _AsyncTransport(httpx2.AsyncBaseTransport):
    def __init__(self, client: AsyncHttpClient) -> None:
        self._client = client

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        body = aiter(cast("httpx2.AsyncByteStream", request.stream))
        send = cast("Callable[..., Awaitable[_Response]]", getattr(self._client, "send"))  # noqa: B009  see `HttpClient`
        with _own_errors():
            own = _translated(self._client, request, body)
            response = await send(own, stream=True, auth=None, follow_redirects=False)
        if (read := read_already(response)) is not None:
            return read
        return httpx2.Response(response.status_code, headers=response.headers.raw, stream=_AsyncBody(response))


def read_already(response: _Response) -> httpx2.Response | None:
    """Return a response that was read, by a hook of the caller's client or by a mock, as one to read; or None."""
    if not response.is_stream_consumed:
        return None
    headers = [(name, value) for name, value in response.headers.raw if name.lower() not in _OF_ENCODED_BODY]
    return httpx2.Response(response.status_code, headers=headers, stream=httpx2.ByteStream(response.content))


class _Body(httpx2.SyncByteStream):
    def __init__(self, response: _Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        with _own_errors():
            yield from self._response.iter_raw()

    def close(self) -> None:
        self._response.close()


class _AsyncBody(httpx2.AsyncByteStream):
    def __init__(self, response: _Response) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _own_errors():
            async for chunk in self._response.aiter_raw():
                yield chunk

    async def aclose(self) -> None:
        await self._response.aclose()


def _translated(client: HttpClient | AsyncHttpClient, request: httpx2.Request, body: object) -> _Request:
    """Return the request as one of the client's own library; its body is sent as it is read."""
    kind = cast("Callable[..., _Request]", type(client.build_request("GET", "http://localhost")))
    url = request.url
    whole = f"{url.scheme}://{url.netloc.decode('ascii')}{url.raw_path.decode('ascii')}"
    # Without a length it would be sent in chunks, as an empty one would be.
    content = body if "content-length" in request.headers else None
    own = kind(request.method, whole, headers=request.headers.raw, content=content, extensions=request.extensions)
    if isinstance(url, KeyedURL):
        keyed = cast("Callable[[object], object]", type("KeyedURL", (KeyedURL, type(own.url)), {}))
        own.url = keyed(own.url)
    return own


@contextmanager
def _own_errors() -> Generator[None]:
    """Raise an error of the other library as the one of the same name here, and any other as it is."""
    try:
        yield
    except Exception as error:
        kind = cast("object", getattr(httpx2, type(error).__name__, None))
        if isinstance(kind, type) and issubclass(kind, httpx2.RequestError | httpx2.InvalidURL):
            raise kind(str(error)) from None
        raise
