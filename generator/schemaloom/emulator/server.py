"""Running an emulator: in a thread for tests, or in the foreground for a person."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
import threading
from collections.abc import Callable, Generator
from decimal import Decimal
from typing import cast

import uvicorn

from schemaloom.emulator.app import Application
from schemaloom.emulator.certificate import tls_context
from schemaloom.emulator.faults.inject import Protocol
from schemaloom.emulator.faults.spec import FaultPlan
from schemaloom.emulator.options import DEMO_KEY, Options
from schemaloom.emulator.request_log import LoggedRequest, RequestLog
from schemaloom.emulator.url_mapping import UrlMapping
from schemaloom.errors import SchemaloomError, UsageError
from schemaloom.json.codec import MAX_BYTES
from schemaloom.settings.provider import Provider
from schemaloom.snapshot.layout import Snapshot

_READY = 10.0
_TICK = 0.1
"""Seconds between two looks at whether a signal came; the server counts ten to a second."""
_FAREWELL = 1.0
"""Longest wait, in seconds, for clients to take what was already written."""


class RunningEmulator:
    """A server that answers; its state may be read and changed from any thread."""

    def __init__(self, application: Application, addresses: UrlMapping, options: Options) -> None:
        self._application = application
        self._options = options
        self.base_url = addresses.base_url
        """Replaces the provider's base URL, as ``--base-url`` or in the environment."""
        self.files_url = addresses.files_origin
        """Origin of output files, and where the fault ``redirect-foreign`` leads."""
        self.api_key = DEMO_KEY if options.api_key is None else options.api_key
        """A key that is accepted."""
        signature = application.api.provider.webhook.signature
        is_shared = signature is not None and signature.algorithm == "hmac-sha256"
        self.webhook_secret = options.webhook_secret if is_shared else None
        """The secret that signs webhooks, if receivers need one."""
        self.log: RequestLog = application.log
        """Every request so far."""
        self.faults: FaultPlan = application.faults
        """Faults in force: ``add("error=503:3@submit")``, ``clear()``."""

    @property
    def snapshot(self) -> Snapshot:
        """The catalogue being served; assigning another changes it from the next request on."""
        return self._application.api.view.snapshot

    @snapshot.setter
    def snapshot(self, snapshot: Snapshot) -> None:
        self._application.api.use(snapshot)

    @property
    def credits(self) -> Decimal:
        """The caller's balance."""
        return self._application.api.jobs.balance(self._options.clock())


@contextlib.contextmanager
def running_emulator(
    provider: Provider, snapshot: Snapshot, options: Options | None = None
) -> Generator[RunningEmulator]:
    """Run an emulator in a thread; it answers when the block begins and is gone when it ends."""
    options = options or Options()
    with _sockets(options) as sockets:
        server, emulator = _build(provider, snapshot, sockets, options, None)
        thread = threading.Thread(target=server.run, args=(sockets,), name="emulator", daemon=True)
        thread.start()
        try:
            if not server.ready.wait(_READY):
                raise SchemaloomError("the emulator did not start", where=emulator.base_url)
            yield emulator
        finally:
            server.stop()
            thread.join()


def serve(
    provider: Provider,
    snapshot: Snapshot,
    options: Options,
    *,
    announce: Callable[[RunningEmulator], None],
    listener: Callable[[LoggedRequest], None],
) -> None:
    """Run an emulator until Ctrl-C or SIGTERM.

    `announce` is called once it answers, and `listener` with every request.  Raises `UsageError`
    when the port is taken.
    """
    with _sockets(options) as sockets:
        server, emulator = _build(provider, snapshot, sockets, options, listener)
        server.announce = lambda: announce(emulator)
        # The server ends in good order and then raises the signal again.
        with contextlib.suppress(KeyboardInterrupt):
            server.run(sockets)


class _Server(uvicorn.Server):
    """A server that signals readiness and stops at once, so that each test can have its own."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()
        self.announce: Callable[[], None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """End the server, from any thread."""
        self.should_exit = True
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._stopping.set)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._loop = asyncio.get_running_loop()
        self.ready.set()
        if self.announce is not None:
            self.announce()

    async def main_loop(self) -> None:
        ticks = 0
        while not await self.on_tick(ticks):
            ticks += 1
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_TICK):
                    await self._stopping.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:  # noqa: ARG002 - their owner closes them
        for server in self.servers:
            server.close()
        for connection in tuple(self.server_state.connections):
            connection.shutdown()
        for task in tuple(self.server_state.tasks):
            task.cancel()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_FAREWELL):
                while self.server_state.connections:  # noqa: ASYNC110 - closing sets no event
                    await asyncio.sleep(0.001)


def _build(
    provider: Provider,
    snapshot: Snapshot,
    sockets: list[socket.socket],
    options: Options,
    listener: Callable[[LoggedRequest], None] | None,
) -> tuple[_Server, RunningEmulator]:
    scheme = "http" if options.certificate is None else "https"
    own, files = (f"{scheme}://{_authority(listening)}" for listening in sockets)
    addresses = UrlMapping(provider.api.base_url, own, files, provider.api.origins)
    application = Application(provider, snapshot, addresses, options, RequestLog(listener))
    config = uvicorn.Config(
        application,
        http=Protocol,
        loop="asyncio",
        ws="none" if provider.client.socket is None else "websockets-sansio",
        ws_max_size=MAX_BYTES,
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        proxy_headers=False,
        server_header=False,
    )
    if options.certificate is not None:
        config.load()
        config.ssl = tls_context(options.certificate)
    return _Server(config), RunningEmulator(application, addresses, options)


@contextlib.contextmanager
def _sockets(options: Options) -> Generator[list[socket.socket]]:
    """Listening sockets for the API and for the files, closed at the end whatever happened."""
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(_bound(options.host, port)) for port in (options.port, 0)]


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named, asyncio turns Nagle's delay (40 ms for each answer) off.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if sys.platform != "win32":
            # Elsewhere this lets a second server share a port that is in use.
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        reason = error.strerror or str(error)
        raise UsageError(
            f"cannot listen: {reason}", where=f"{host}:{port}", hint="--port 0 takes a free port"
        ) from None
    return listening


def _authority(listening: socket.socket) -> str:
    host, port = cast("tuple[str, int]", listening.getsockname()[:2])
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
