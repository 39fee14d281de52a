"""`SubmitUrls`: which model a request is for, by the URL that code posts it to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from schemaloom.impact.values import ANY_OBJECT, ObjectValue, Value
from schemaloom.json.pointer import pointer_tokens
from schemaloom.settings.provider import Provider
from schemaloom.settings.urls import join, quoted_id
from schemaloom.snapshot.model import ModelDocument

_LOCAL = frozenset({"localhost", "127.0.0.1", "::1", "0.0.0.0"})  # noqa: S104  compared with, not bound


@dataclass(frozen=True, slots=True)
class SubmitUrls:
    """The submit URL of every model, and where a body has the parameters."""

    base_url: str
    routes: dict[str, str]
    """Path below the base URL to model id."""
    input: tuple[str, ...]
    webhook_field: str | None

    def model(self, parts: Iterable[str | None]) -> str | None:
        """The model that a URL submits to; None in `parts` is a part that is not known."""
        text = "".join("\0" if part is None else part for part in parts)
        _, unknown, tail = text.rpartition("\0")
        tail = tail.partition("?")[0].partition("#")[0].rstrip("/")
        if not unknown and not self._is_ours(tail):
            return None
        for route, model in self.routes.items():
            if tail == route.lstrip("/") or tail.endswith(route):
                return model
        return None

    def parameters(self, body: Value) -> ObjectValue:
        """The parameters in a body."""
        for token in self.input:
            member = body.members.get(token) if isinstance(body, ObjectValue) else None
            if member is None or not member.certain:
                return ANY_OBJECT
            body = member.value
        if not isinstance(body, ObjectValue):
            return ANY_OBJECT
        if self.input or self.webhook_field is None:
            return body
        members = {name: member for name, member in body.members.items() if name != self.webhook_field}
        return ObjectValue(members, is_open=body.is_open)

    def _is_ours(self, url: str) -> bool:
        if "://" not in url:
            return True  # relative to the base URL of a client
        if url.startswith(self.base_url):
            return True
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
    routes: dict[str, str] = {}
    for model in models:
        for identifier in (model.id, quoted_id(model.id), quote(model.id, safe="")):
            route = provider.submit.url.replace("{id}", identifier)
            if "{endpoint}" in route:
                if model.endpoint is None:
                    continue
                route = route.replace("{endpoint}", model.endpoint)
            if "{" in route:
                continue
            url = join(base, route)
            path = url.removeprefix(base) if url.startswith(base) else urlsplit(url).path
            if path.strip("/"):
                routes[path.rstrip("/")] = model.id
    field = pointer_tokens(provider.webhook.field or "")
    return SubmitUrls(
        base_url=base,
        routes=dict(sorted(routes.items(), key=lambda item: (-len(item[0]), item))),
        input=pointer_tokens(provider.submit.input),
        webhook_field=field[0] if len(field) == 1 else None,
    )
