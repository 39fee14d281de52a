"""`SubmitUrls`: which model a request is for, by the URL that code posts it to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from schemaloom.impact.values import ANY_OBJECT, ObjectValue, Value
from schemaloom.json.pointer import pointer_tokens
from schemaloom.json.values import JsonValue
from schemaloom.settings.placeholders import fill_route
from schemaloom.settings.provider import Provider
from schemaloom.settings.urls import join
from schemaloom.snapshot.model import ModelDocument

_LOCAL = frozenset({"localhost", "127.0.0.1", "::1", "0.0.0.0"})  # noqa: S104  compared with, not bound


@dataclass(frozen=True, slots=True)
class SubmitRoute:
    """One route that takes requests for a model, and where their bodies have the parameters."""

    model: str
    input: tuple[str, ...] = ()
    """Keys that lead to the parameters."""
    beside: frozenset[str] = frozenset()
    """Keys beside the parameters that are none."""

    def parameters(self, body: Value) -> ObjectValue:
        """Return the parameters in a body; an unknown object if they cannot be determined."""
        for key in self.input:
            member = body.members.get(key) if isinstance(body, ObjectValue) else None
            if member is None or not member.certain:
                return ANY_OBJECT
            body = member.value
        if not isinstance(body, ObjectValue):
            return ANY_OBJECT
        members = {name: member for name, member in body.members.items() if name not in self.beside}
        return ObjectValue(members, is_open=body.is_open)


@dataclass(frozen=True, slots=True)
class SubmitUrls:
    """The submit URLs of every model."""

    base_url: str
    routes: Mapping[str, SubmitRoute]
    """By path below the base URL, longest first."""

    def route(self, parts: Iterable[str | None]) -> SubmitRoute | None:
        """The route that a URL names; None in `parts` is a part that is not known."""
        text = "".join("\0" if part is None else part for part in parts)
        _, unknown, tail = text.rpartition("\0")
        tail = tail.partition("?")[0].partition("#")[0].rstrip("/")
        if not unknown and not self._is_ours(tail):
            return None
        found = (route for path, route in self.routes.items() if tail == path.lstrip("/") or tail.endswith(path))
        return next(found, None)

    def _is_ours(self, url: str) -> bool:
        if "://" not in url:
            return True  # relative to the base URL of a client
        try:
            host = urlsplit(url).hostname
        except ValueError:
            return False
        return host in _LOCAL or host == urlsplit(self.base_url).hostname


def submit_urls(provider: Provider | None, models: Iterable[ModelDocument]) -> SubmitUrls | None:
    """The submit URLs of a side; None if its provider is not described."""
    if provider is None:
        return None
    base = provider.api.base_url.rstrip("/")
    routes: dict[str, SubmitRoute] = {}
    for model in models:
        for template, body in _requests(provider):
            for url in _urls(template, model):
                full = join(base, url)
                path = full.removeprefix(base) if full.startswith(base) else urlsplit(full).path
                if path.strip("/"):
                    routes[path.rstrip("/")] = _route(provider, model.id, body)
    return SubmitUrls(base_url=base, routes=dict(sorted(routes.items(), key=lambda item: (-len(item[0]), item[0]))))


def _requests(provider: Provider) -> Iterator[tuple[str, JsonValue]]:
    yield provider.submit.url, provider.submit.body
    for variant in provider.submit.variants:
        yield variant.url, variant.body


def _urls(template: str, model: ModelDocument) -> set[str]:
    values = {**model.fact_values, "id": model.id}
    if "{endpoint}" in template:
        if model.endpoint is None:
            return set()
        template = template.replace("{endpoint}", model.endpoint)
    try:
        found = fill_route(template, values)
    except LookupError:
        return set()
    quoted = quote(model.id, safe="")
    return {found, template.replace("{id}", quoted)} if template.count("{") == template.count("{id}") else {found}


def _route(provider: Provider, model: str, body: JsonValue) -> SubmitRoute:
    field = pointer_tokens(provider.webhook.field or "")
    if body is None:
        keys = pointer_tokens(provider.submit.input)
        return SubmitRoute(model, keys, frozenset() if keys else frozenset(field[:1]))
    keys, beside = _find_input(body) or ((), frozenset[str]())
    return SubmitRoute(model, keys, beside | frozenset(field[:1]) if not keys else beside)


def _find_input(body: JsonValue) -> tuple[tuple[str, ...], frozenset[str]] | None:
    """Keys of a body template that lead to the parameters, and the template's own keys beside them."""
    if body == "{input}":
        return (), frozenset()
    for name, part in body.items() if isinstance(body, dict) else ():
        if name == "*" and part == "{input}" and isinstance(body, dict):
            return (), frozenset(body) - {"*"}
        found = _find_input(part)
        if found is not None:
            return (name, *found[0]), found[1]
    return None
