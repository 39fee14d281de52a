"""Downloading the files of a result, which never takes the API key along."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar
from urllib.parse import unquote_to_bytes, urljoin, urlsplit

from ..core.effects import Download, Operation, Sleep, request, run_blocking
from ..core.errors import DownloadFailed, DownloadTimeout
from ..core.outcome import Failure, Reply
from .network_scope import enters_private_network
from .partial_download import PartialDownload

if TYPE_CHECKING:
    from ..core.deadline import Deadline
    from ..core.effects import Sink
    from ..core.retry_policy import RetryPolicy
    from ..http.async_transport import AsyncTransport
    from ..http.sync_transport import Transport

T = TypeVar("T")

MAX_REDIRECTS = 20
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_RANGE_REFUSED = frozenset({206, 416})


class Downloader:
    """Downloads files with the connections of one client; the `File`s of its results use it.

    A blocking call on a file of an asynchronous client, the reverse, and any call after the client
    was closed open a connection of their own: there is no key to lose.  For the same reason a
    downloader can be pickled, and results with it.
    """

    def __init__(
        self,
        user_agent: str,
        *,
        timeout: float,
        retries: RetryPolicy,
        transport: Transport | None = None,
        async_transport: AsyncTransport | None = None,
    ) -> None:
        """`timeout` is the longest silence of a host, in seconds."""
        self._user_agent = user_agent
        self._timeout = timeout
        self._retries = retries
        self._transport = transport
        self._async_transport = async_transport

    def __getstate__(self) -> dict[str, object]:
        return {**self.__dict__, "_transport": None, "_async_transport": None}

    def perform(self, operation: Operation[T]) -> T:
        """Carry out a download, blocking."""
        if self._transport is not None and not self._transport.closed:
            return self._transport.perform(operation)
        from ..http.sync_transport import Transport  # imports httpx2

        own = Transport()
        try:
            return own.perform(operation)
        finally:
            own.close()

    async def aperform(self, operation: Operation[T]) -> T:
        """Carry out a download on the running event loop."""
        if self._async_transport is not None and not self._async_transport.closed:
            return await self._async_transport.perform(operation)
        from ..http.async_transport import AsyncTransport  # imports httpx2

        own = AsyncTransport()
        try:
            return await own.perform(operation)
        finally:
            await own.close()

    def download(self, url: str, sink: Sink, deadline: Deadline) -> Operation[None]:
        """Write the file at `url` into `sink`.

        A download that breaks is resumed where the host supports ranges, and restarted elsewhere.
        Attempts are counted anew whenever more of the file has arrived than before.  Raises
        `DownloadFailed` after the last attempt, and at once for a scheme other than http, https
        and data or a redirect into a private network; raises `DownloadTimeout` at the deadline.
        """
        name = redact_url(url)
        scheme = url.partition(":")[0].lower()
        if scheme == "data":
            sink.write(_decode(url, name))
            return
        if scheme not in {"http", "https"}:
            raise DownloadFailed(name, reason="only http, https and data URLs can be downloaded")
        partial = PartialDownload(sink)
        attempt = most = 0
        while True:
            outcome = yield from self._get(url, partial, deadline)
            is_short = isinstance(outcome, Reply) and partial.accepted
            if is_short:
                if partial.problem is None:
                    return
                outcome = Failure(partial.problem, never_sent=False)
            if deadline.remaining <= 0:
                raise DownloadTimeout(name, received=partial.size, waited=deadline.elapsed)
            advanced = partial.size > most
            attempt = 1 if advanced else attempt + 1
            most = max(most, partial.size)
            if isinstance(outcome, Reply) and outcome.status in _RANGE_REFUSED and partial.headers():
                partial.restart()  # the host has another file now: download it from the start
                if attempt < self._retries.attempts:
                    continue
            if is_short and advanced:
                continue  # a host that sends a file in pieces is not failing
            pause = self._retries.pause(outcome, attempt=attempt, repeatable=True)
            failed = _failed(name, outcome)
            if pause is None:
                raise failed
            if pause >= deadline.remaining:
                raise DownloadTimeout(name, received=partial.size, waited=deadline.elapsed) from failed
            yield Sleep(pause)

    def _get(self, url: str, partial: PartialDownload, deadline: Deadline) -> Operation[Reply | Failure]:
        """One GET, with its redirects followed."""
        first = url
        for _ in range(MAX_REDIRECTS + 1):
            outcome = yield from request(Download(url, partial, self._user_agent, self._timeout, deadline))
            location = outcome.headers.get("location") if isinstance(outcome, Reply) else None
            if location is None or not isinstance(outcome, Reply) or outcome.status not in _REDIRECTS:
                return outcome
            yield from _check_redirect(url, target := _resolve(url, location))
            url = target
        raise DownloadFailed(redact_url(first), reason=f"more than {MAX_REDIRECTS} redirects")


def _resolve(url: str, location: str) -> str:
    try:
        # Header values arrive as Latin-1; hosts write UTF-8.
        return urljoin(url, location.encode("latin-1").decode("utf-8", "replace"))
    except ValueError:
        raise DownloadFailed(redact_url(url), reason="it redirects to something that is not a URL") from None


def _check_redirect(url: str, target: str) -> Operation[None]:
    """Raise `DownloadFailed` if a host on the internet redirects into the network of this machine."""
    if target.partition(":")[0].lower() not in {"http", "https"}:
        raise DownloadFailed(redact_url(url), reason=f"it redirects to {redact_url(target)}, which is not http(s)")
    source_host, target_host = _host(url), _host(target)
    if source_host == target_host:
        return
    if (yield from run_blocking(lambda: enters_private_network(source_host, target_host))):
        raise DownloadFailed(
            redact_url(url), reason=f"it redirects to {redact_url(target)}, which is inside a private network"
        )


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _failed(name: str, outcome: Reply | Failure) -> DownloadFailed:
    if isinstance(outcome, Failure):
        return DownloadFailed(name, reason=outcome.reason)
    gone = " (result files expire)" if outcome.status in {403, 404, 410} else ""
    return DownloadFailed(name, reason=f"the file host answered {outcome.status}{gone}", status=outcome.status)


def _decode(url: str, name: str) -> bytes:
    """The content of a data URL (RFC 2397).  Raises `DownloadFailed` if it is not valid."""
    head, comma, data = url.partition(",")
    if not comma:
        raise DownloadFailed(name, reason="the data URL has no content")
    content = unquote_to_bytes(data)
    if not head.lower().endswith(";base64"):
        return content
    import base64  # slow to import

    try:
        return base64.b64decode(content.translate(None, b" \t\n\r\v\f"), validate=True)
    except ValueError:
        raise DownloadFailed(name, reason="the data URL is not valid base64") from None


def redact_url(url: str) -> str:
    """The URL for messages: without user, query (it may hold a signature) and content of a data URL."""
    if url[:5].lower() == "data:":
        return url.partition(",")[0][:100] + ",…"
    try:
        parts = urlsplit(url)
    except ValueError:
        return url.partition("?")[0]
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()
