"""The ASGI application: one request from its first byte to its entry in the request log."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

from schemaloom.emulator.api import Api, Call
from schemaloom.emulator.body_templates import capture
from schemaloom.emulator.faults.inject import apply_faults, drop_connection, send_truncated, send_whole
from schemaloom.emulator.faults.spec import DAMAGE, UNPROCESSED, Fault, FaultKind, FaultPlan
from schemaloom.emulator.limiter import RateLimiter
from schemaloom.emulator.options import Options
from schemaloom.emulator.recording import Recording
from schemaloom.emulator.request_log import LoggedRequest, RequestLog, redact, truncate_body
from schemaloom.emulator.responses import RefusedError, Reply, conditional, refusal_reply, status_reply
from schemaloom.emulator.routes import CACHED, KEYED, Match, Route, find_route, routes_of
from schemaloom.emulator.socket import serve_socket
from schemaloom.emulator.uploads import UPLOADS
from schemaloom.emulator.upstream import Upstream
from schemaloom.emulator.url_mapping import FILES, UrlMapping
from schemaloom.errors import SnapshotError, UsageError
from schemaloom.json.codec import MAX_BYTES, parse_json
from schemaloom.json.values import JsonValue
from schemaloom.settings.provider import Auth, Provider
from schemaloom.snapshot.layout import Snapshot

_FILE_ROUTE = Route("files", "GET", FILES)
_PUT_ROUTE = Route("files", "PUT", FILES)


class Application:
    """Everything behind the two sockets of one emulator."""

    def __init__(
        self, provider: Provider, snapshot: Snapshot, addresses: UrlMapping, options: Options, log: RequestLog
    ) -> None:
        self.api = Api(provider, snapshot, addresses, options)
        self.faults = FaultPlan(options.faults)
        self.log = log
        self._provider = provider
        self.addresses = addresses
        self._options = options
        self._routes = routes_of(provider, addresses)
        limit = provider.api.requests_per_minute if options.rate_limit is None else options.rate_limit
        folder = options.replay or options.record
        self._upstream = (
            None
            if folder is None
            else Upstream(provider, addresses, Recording(folder), replay=options.replay is not None)
        )
        self._limiter = RateLimiter(limit or 0, options.clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or the tasks of one WebSocket, with the faults in force applied."""
        if scope["type"] == "websocket":
            await serve_socket(self, self._provider, WebSocket(scope, receive, send))
            return
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        try:
            body = await _body(request)
        except ClientDisconnect:
            return
        reply, kinds = await self.exchange(request, body)
        if reply is None:
            await drop_connection(scope, receive, reset="reset" in kinds)
        elif "cut-body" in kinds:
            await send_truncated(reply, scope, receive, send)
        else:
            await send_whole(reply, scope, receive, send)

    async def exchange(self, request: Request, body: bytes) -> tuple[Reply | None, Collection[FaultKind]]:
        """Return the response, None where a fault closes the connection, and the kinds of faults that struck."""
        on_files = self._on_files(request)
        found = self._find(request, body, on_files=on_files)
        match = found if isinstance(found, Match) else None
        struck = self.faults.strike(match.route.name if match else None, self._model(match, body))
        kinds: set[FaultKind] = {fault.kind for fault in struck}
        is_file = match is not None and match.route is _FILE_ROUTE
        await asyncio.sleep(
            (0.0 if is_file else self._options.latency) + sum(f.number for f in struck if f.kind == "latency")
        )
        reply = self._unprocessed(request, struck) or apply_faults(
            await self._answer(request, body, found, struck), DAMAGE.intersection(kinds)
        )
        silent = bool(kinds & {"reset", "lost-response"})
        self._record(request, match, body, struck, None if silent else reply.status, on_files=on_files)
        return None if silent else reply, kinds

    def accepts(self, key: str) -> bool:
        """Whether a key is one that may be used."""
        return bool(key) and self._options.api_key in {None, key}

    def _find(self, request: Request, body: bytes, *, on_files: bool) -> Match | frozenset[str]:
        path = _path(request)
        if path.startswith(FILES):
            uploaded = path.startswith(FILES + UPLOADS)
            routes = {"GET": _FILE_ROUTE, **({"PUT": _PUT_ROUTE} if uploaded else {})}
            route = routes.get(request.method)
            if route or on_files or request.method != "POST":
                return Match(route, path) if route else frozenset(routes)
        if on_files:
            return frozenset()
        view = self.api.view
        return find_route(
            self._routes, request.method, path, request.query_params, _json(body),
            events="text/event-stream" in request.headers.get("accept", ""),
            models=view.models, endpoints=view.endpoints,
        )  # fmt: skip

    def _model(self, match: Match | None, body: bytes) -> str | None:
        """Return the model that a request is about; None if it names none that exists."""
        if match is None:
            return None
        if match.route.form is not None and match.route.form.body is not None:
            captured = capture(match.route.form.body, _json(body))
            with contextlib.suppress(RefusedError):
                return self.api.view.find({**(captured.values if captured else {}), **match.values}).id
            return None
        if match.route.name in {"submit", "detail", "schema"}:
            return match.id or None
        return self.api.jobs.model_of(match.id.removeprefix(FILES).partition("/")[0])

    def _unprocessed(self, request: Request, struck: list[Fault]) -> Reply | None:
        """Return the response of a fault that is injected before the request is processed."""
        fault = next((fault for fault in struck if fault.kind in UNPROCESSED), None)
        if fault is None:
            return None
        message = f"Injected fault: {fault.text}"
        if fault.kind == "rate-limit":
            return status_reply(self._provider.errors, 429, message, {"retry-after": f"{fault.number:g}"})
        if fault.kind == "redirect-foreign":
            target = f"{self.addresses.files_origin}{request.url.path}"
            return Reply(status=302, body=b"", headers={"location": target})
        # A connection that is reset has no status; this one is never sent.
        return status_reply(self._provider.errors, int(fault.value or 503), message)

    async def _answer(self, request: Request, body: bytes, found: Match | frozenset[str], struck: list[Fault]) -> Reply:
        if self._upstream is None:
            return self._reply(request, body, found, struck)
        home = found.route.home if isinstance(found, Match) else None
        return await self._upstream.answer(request, body, _given_key(self._provider.api.auth, request), home)

    def _reply(self, request: Request, body: bytes, found: Match | frozenset[str], struck: list[Fault]) -> Reply:
        errors = self._provider.errors
        try:
            if not isinstance(found, Match):
                return self._no_route(request, found)
            name = found.route.name
            self._admit(request, found.route)
            call = Call(
                match=found,
                query=dict(request.query_params),
                headers=dict(request.headers),
                body=body,
                faults=struck,
            )
            reply = self.api.answer(call)
            return conditional(reply, request.headers.get("if-none-match")) if name in CACHED else reply
        except RefusedError as refused:
            return refusal_reply(errors, refused)
        except UsageError as error:
            # Contradictory pointers of provider.toml show only when a document is written.
            return refusal_reply(errors, RefusedError("internal_error", str(error)))

    def _admit(self, request: Request, route: Route) -> None:
        """Check a request against the rate limit and the key."""
        if route.name == "files":
            return
        wait = self._limiter.wait()
        if wait is not None:
            raise RefusedError(
                "rate_limited", f"Too many requests; try again in {wait} s", headers={"retry-after": str(wait)}
            )
        if route.name in KEYED and not self.accepts(_given_key(self._provider.api.auth, request)):
            raise RefusedError("unauthorized", "The API key is missing or wrong")

    def _no_route(self, request: Request, methods: frozenset[str]) -> Reply:
        path = _path(request)
        if methods:
            allowed = ", ".join(sorted(methods))
            message = f"{path} takes {allowed}, not {request.method}"
            return status_reply(self._provider.errors, 405, message, {"allow": allowed})
        submit = self._provider.submit
        if "{endpoint}" in submit.url and request.method == submit.method:
            # Any path could belong to a model.
            raise RefusedError("model_not_found", f"No model is served at {path}")
        return status_reply(self._provider.errors, 404, f"No such route: {request.method} {path}")

    def _on_files(self, request: Request) -> bool:
        server = request.scope.get("server")
        return server is not None and server[1] == urlsplit(self.addresses.files_origin).port

    def _record(
        self,
        request: Request,
        match: Match | None,
        body: bytes,
        struck: list[Fault],
        status: int | None,
        *,
        on_files: bool,
    ) -> None:
        headers, query, sent = redact(
            dict(request.headers), request.url.query, self._provider.api.auth, self._options.api_key
        )
        self.log.add(
            LoggedRequest(
                method=request.method,
                path=_path(request),
                query=query,
                route=match.route.name if match else None,
                status=status,
                key_sent=sent,
                headers=headers,
                body=truncate_body(body),
                host="files" if on_files else "api",
                faults=tuple(fault.text for fault in struck),
            )
        )


def _given_key(auth: Auth, request: Request) -> str:
    """Return the key of a request, empty if it has none where the provider expects it."""
    if auth.query is not None:
        return request.query_params.get(auth.query, "")
    places = {auth.header: f"{auth.prefix}{{key}}"} if auth.header else {}
    for name, template in (places | auth.headers).items():
        before, placeholder, after = template.partition("{key}")
        sent = request.headers.get(name, "")
        if placeholder and sent.startswith(before) and sent.endswith(after):
            return sent[len(before) : len(sent) - len(after)]
    return ""


def _json(body: bytes) -> JsonValue:
    """Return a body as JSON, to choose between calls with one path; null if it is none."""
    try:
        return parse_json(body, where="request body")
    except SnapshotError:
        return None


def _path(request: Request) -> str:
    """The decoded path; `request.url.path` is still escaped."""
    return str(request.scope["path"])


async def _body(request: Request) -> bytes:
    """The body; of one larger than any JSON document read, only so much as shows that it is."""
    body = bytearray()
    async for chunk in request.stream():
        if len(body) <= MAX_BYTES:
            body += chunk
    return bytes(body)
