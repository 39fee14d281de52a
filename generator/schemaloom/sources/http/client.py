"""GET requests to a provider: paced, retried, bounded, and careful with the key."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from types import TracebackType
from typing import Literal, Self
from urllib.parse import urljoin

import httpx2

from schemaloom import __version__
from schemaloom.errors import SourceError
from schemaloom.json.codec import MAX_BYTES
from schemaloom.settings.urls import move, origin, rebase
from schemaloom.snapshot.lock import usable_etag
from schemaloom.sources.http.api_key import ApiKey
from schemaloom.sources.http.bounded_body import read_body
from schemaloom.sources.http.rate_limiter import RateLimiter
from schemaloom.sources.http.retry_after import retry_after
from schemaloom.sources.progress import Progress

# Without a handler of its own the retry library's log lines would reach a user's terminal.
logging.getLogger("stamina").addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchLimits:
    """Bounds of one run; times are in seconds."""

    concurrency: int = 8
    """Requests under way at once."""
    attempts: int = 4
    """Tries of one request that meets a broken connection, a timeout or a 5xx."""
    refusals: int = 20
    """Tries of one request that is answered 429: such a server works and asks to wait."""
    first_wait: float = 0.5
    longest_wait: float = 8.0
    longest_retry_after: float = 120.0
    """A server that asks for a longer pause ends the run."""
    silence: float = 30.0
    """Longest wait for a connection or for the next bytes."""
    whole: float = 120.0
    """Longest time for one answer, however steadily it drips; it is not asked for again in this run."""
    run: float = 3600.0
    """Longest time for a whole run; the next run resumes it."""
    body: int = MAX_BYTES
    """Most bytes in an answer, decompressed."""
    redirects: int = 3
    unreachable: int = 5
    """Requests in a row that may fail on the network before the run ends."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A response: content (200), not modified (304), or not found (404)."""

    status: Literal[200, 304, 404]
    url: str
    """Final URL, after redirects."""
    body: bytes = b""
    etag: str | None = None
    next_url: str | None = None
    """The URL of the next page, from its ``Link`` header."""


class SourceDownError(SourceError):
    """The provider as a whole is unreachable; more requests are pointless."""


_OF_NETWORK = ("network", "slow")
_CHECK_NETWORK = "check the network, and the URL in provider.toml or --base-url"


class _TransientError(SourceError):
    """A failure that may pass by the next attempt."""

    def __init__(self, message: str, *, where: str, after: float | None = None, kind: str = "server") -> None:
        super().__init__(message, where=where, hint=_CHECK_NETWORK if kind in _OF_NETWORK else None)
        self.after = after
        """Seconds that the server asked to wait."""
        self.kind = kind
        """``network``, ``slow`` (no whole answer), ``server`` (5xx) or ``refused`` (429)."""


class Client:
    """Sends GET requests for URLs of the provider's own base URL, to `asked_base` in its place.

    The key is sent to the requested origin and to the provider's declared ones.  If the requested
    base URL is another than the provider's, it replaces every origin that the provider's
    description names, so that no real host is contacted.  Redirects are followed within their
    origin only.
    """

    def __init__(
        self,
        *,
        base_url: str,
        asked_base: str,
        key: ApiKey | None,
        origins: Sequence[str] = (),
        limiter: RateLimiter,
        progress: Progress,
        patience: FetchLimits,
        accept: str = "application/json",
    ) -> None:
        """Open no connection yet; `key` is added to requests of trusted origins."""
        self._base, self._asked = base_url, asked_base
        self._key = key
        self._trusted = {origin(url) for url in (asked_base, *(origins if asked_base == base_url else ()))}
        self._own = {origin(url) for url in (base_url, *origins)}
        self._limiter = limiter
        self._progress = progress
        self._patience = patience
        self._slots = asyncio.Semaphore(patience.concurrency)
        self._unreachable = 0
        self._http = httpx2.AsyncClient(
            verify=_tls(),
            timeout=patience.silence,
            follow_redirects=False,
        )
        self._headers = httpx2.Headers(
            {"User-Agent": f"schemaloom/{__version__}", "Accept": accept, "Accept-Encoding": "gzip"}
        )
        self.on_wait: Callable[[], object] = lambda: None
        """Called before a request waits to be tried again, so that others can be sent meanwhile."""
        self.requests = 0
        """Requests sent; further tries and redirects count."""
        self.not_modified = 0
        """Number of 304 responses."""

    async def __aenter__(self) -> Self:
        await self._http.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.__aexit__(kind, error, trace)

    def is_api(self, url: str) -> bool:
        """Whether `url` is of the requested origin, or of a declared one of the provider."""
        try:
            return origin(url) in self._own | self._trusted
        except ValueError:
            return False

    async def get(self, url: str, *, etag: str | None = None) -> Reply:
        """Ask for `url`, conditionally when the `etag` of what is known is given.

        Raises `SourceError` when there is no usable answer, and `SourceDownError` when there would
        be none to other requests either.
        """
        address = self._address(url)
        try:
            reply = await self._try(address, etag)
        except _TransientError as error:
            reply = await self._retry(address, etag, error)
        self._unreachable = 0
        return reply

    async def _retry(self, address: str, etag: str | None, failure: _TransientError) -> Reply:
        """Try again after the `failure` of the first attempt, which the retry library is given as its first.

        It is not asked before: to prepare it takes a fifth of what a request does.
        """
        import stamina  # nor imported, which takes as long as ten requests

        self.on_wait()
        wait = self._patience
        try:
            async for attempt in stamina.retry_context(
                on=self._judge(),
                attempts=wait.refusals,
                timeout=None,
                wait_initial=wait.first_wait,
                wait_max=wait.longest_wait,
                wait_jitter=wait.first_wait,
            ):
                with attempt:
                    if attempt.num == 1:
                        raise failure
                    return await self._try(address, etag)
        except _TransientError as error:
            if error.after is not None and error.after > wait.longest_retry_after:
                asks = f"the API asks to wait {error.after:.0f} s"
                raise SourceDownError(asks, where=error.where, hint="run the command again later") from None
            self._unreachable += error.kind in _OF_NETWORK
            if self._unreachable >= wait.unreachable:
                raise SourceDownError(f"the API cannot be reached: {error.message}", where=error.where) from None
            raise
        raise AssertionError("a retry context ends with a result or an error")

    def at_home(self, url: str) -> str:
        """Spell a URL that the server which is asked gave of itself as the provider would."""
        try:
            return rebase(url, self._asked, self._base)
        except ValueError:  # a relative one
            return url

    def _address(self, url: str) -> str:
        # A URL in a response may be spelled for the requested server already.
        if url.startswith(f"{self._asked}/"):
            return url
        if url.startswith(f"{self._base}/"):  # nearly every one, and a tenth of the work
            return self._asked + url.removeprefix(self._base)
        moved = rebase(url, self._base, self._asked)
        return moved if self._asked == self._base else move(moved, self._asked)

    def _judge(self) -> Callable[[Exception], bool | float]:
        """Return the retry policy of one request: no retry, backoff, or a delay in seconds."""
        failures = 0

        def judge(error: Exception) -> bool | float:
            nonlocal failures
            if not isinstance(error, _TransientError) or error.kind == "slow":
                return False
            failures += error.kind != "refused"
            after = error.after or 0.0
            if failures >= self._patience.attempts or after > self._patience.longest_retry_after:
                return False
            if error.after is None:
                return True
            if self._limiter.pause_for(after):
                self._progress.report(f"{error.message}; waiting {after:.0f} s (Retry-After)")
            return 0.0  # the limiter delays the next attempt, and every other request

        return judge

    async def _try(self, url: str, etag: str | None) -> Reply:
        try:
            for _ in range(self._patience.redirects + 1):
                await self._limiter.acquire()
                async with self._slots, asyncio.timeout(self._patience.whole):
                    answer = await self._send(url, etag)
                if isinstance(answer, Reply):
                    return answer
                url = answer
        except TimeoutError:
            message = f"no whole answer within {self._patience.whole:.0f} s"
            raise _TransientError(message, where=url, kind="slow") from None
        except httpx2.TransportError as error:
            message = f"no answer: {str(error) or type(error).__name__}"
            raise _TransientError(message, where=url, kind="network") from None
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
            raise SourceError(f"cannot be requested: {error}", where=url) from None
        raise SourceError("too many redirects", where=url)

    async def _send(self, url: str, etag: str | None) -> Reply | str:
        """Send one request; a string is the URL of a redirect."""
        headers = httpx2.Headers(self._headers)
        if etag:
            headers["If-None-Match"] = etag
        sent = url
        if self._key is not None and origin(url) in self._trusted:
            headers.update(self._key.headers())
            sent = self._key.url(url)
        self.requests += 1
        # Not built by the client, which is slower, and would send a provider's cookies back.
        request = httpx2.Request("GET", sent, headers=headers)
        async with aclosing(await self._http.send(request, stream=True)) as response:
            if response.has_redirect_location:
                target = urljoin(url, response.headers["location"])
                if origin(target) != origin(url):
                    raise SourceError(f"redirected to another origin, which is not followed: {target[:200]}", where=url)
                return target
            body = await read_body(
                response.aiter_raw(),
                encoding=response.headers.get("content-encoding", ""),
                limit=self._patience.body,
                where=url,
            )
            return self._reply(response, url, body, conditional=bool(etag))

    def _reply(self, response: httpx2.Response, url: str, body: bytes, *, conditional: bool) -> Reply:
        status = response.status_code
        if status == 200:
            found = response.headers.get("etag")
            following = response.links.get("next", {}).get("url")
            etag = found if found and usable_etag(found) else None
            return Reply(200, url, body, etag, None if following is None else urljoin(url, following))
        if status == 304 and conditional:
            self.not_modified += 1
            return Reply(304, url)
        if status in {404, 410}:
            return Reply(404, url)
        if status == 429 or status >= 500:
            raise _TransientError(
                f"answered {status}",
                where=url,
                after=retry_after(response.headers.get("retry-after"), now=datetime.now(UTC)),
                kind="refused" if status == 429 else "server",
            )
        denied = "the API key is missing or was rejected" if status in {401, 403} else None
        raise SourceError(f"answered {status}", where=url, hint=denied)


@cache
def _tls() -> ssl.SSLContext:
    """Share one context between runs: to read the trusted certificates takes longer than a request."""
    return httpx2.create_ssl_context()
