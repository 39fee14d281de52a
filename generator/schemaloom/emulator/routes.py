"""The routing table, built from the provider's route templates."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from schemaloom.emulator.url_mapping import UrlMapping
from schemaloom.settings.catalogue import SchemaSource
from schemaloom.settings.provider import Provider

RouteName: TypeAlias = Literal[
    "list", "detail", "schema", "openapi", "document", "submit", "job", "jobs", "cancel", "replay", "files"
]
KEYED: frozenset[RouteName] = frozenset({"submit", "job", "jobs", "cancel", "replay"})
"""Routes that need a key; the catalogue is public."""
CACHED: frozenset[RouteName] = frozenset({"list", "detail", "schema", "openapi", "document"})
"""Routes whose answers carry an ETag."""


@dataclass(frozen=True, slots=True)
class Route:
    """One method on one path template."""

    name: RouteName
    method: str
    path: str
    """Path on the emulator, with ``{id}``, ``{job_id}`` or ``{document}``."""
    sources: tuple[SchemaSource, ...] = ()
    """Schemas that the response holds."""

    def match(self, path: str) -> str | None:
        """The id inside `path` (empty when the template has none); None when it is another path."""
        pattern = re.escape(self.path).replace(r"\{id\}", "(.+)")
        pattern = pattern.replace(r"\{job_id\}", "([^/]+)").replace(r"\{document\}", "([^/]+)")
        found = re.fullmatch(pattern, path, re.DOTALL)
        return None if found is None else "".join(found.groups())


@dataclass(frozen=True, slots=True)
class Match:
    """A request's route, and the id of the model or job that its path names."""

    route: Route
    id: str


def routes_of(provider: Provider, addresses: UrlMapping) -> tuple[Route, ...]:
    """Every route the provider declares on its own origin, the most literal first.

    A schema route that ends in ``{id}`` is the model's detail route.
    """
    catalogue, job, webhook = provider.catalogue, provider.job, provider.webhook
    declared: list[tuple[RouteName, str, str | None, tuple[SchemaSource, ...]]] = [
        ("openapi", "GET", catalogue.openapi, ()),
        ("list", "GET", catalogue.list.path if catalogue.list else None, ()),
        ("jobs", "GET", job.list.path if job.list else None, ()),
        ("job", "GET", job.url, ()),
        ("cancel", "POST", job.cancel, ()),
        ("replay", "POST", webhook.replay, ()),
    ]
    if "{endpoint}" not in provider.submit.url:
        declared.append(("submit", provider.submit.method, provider.submit.url, ()))
    for path in dict.fromkeys(source.path for source in catalogue.schemas):
        sources = tuple(source for source in catalogue.schemas if source.path == path)
        declared.append(("detail" if path.endswith("{id}") else "schema", "GET", path, sources))
    table: list[Route] = []
    document = addresses.document_path(catalogue.documents)
    if document is not None:
        table.append(Route("document", "GET", document))
    for name, method, template, sources in declared:
        own = addresses.path_of(template) if template else None
        if own is not None:
            table.append(Route(name, method, own, sources))
    # Ids may hold slashes, so `/models/{id}` also matches `/models/x/schema`: the longer template wins.
    return tuple(sorted(table, key=lambda route: -len(route.path)))


def find_route(
    routes: tuple[Route, ...], method: str, path: str, *, models: Container[str], endpoints: Mapping[str, str]
) -> Match | frozenset[str]:
    """The route of a request, or the methods that its path does take (none: no such path).

    `endpoints` are the models' own submit routes, by method and path as ``POST /path``.
    """
    own = endpoints.get(f"{method} {path}")
    if own is not None:
        return Match(Route("submit", method, path), own)
    matches = [Match(route, found) for route in routes if (found := route.match(path)) is not None]
    # An id that exists settles what an id with slashes leaves open.
    matches = [match for match in matches if "{id}" not in match.route.path or match.id in models] or matches
    for match in matches:
        if match.route.method == method:
            return match
    others = {key.partition(" ")[0] for key in endpoints if key.partition(" ")[2] == path}
    return frozenset({match.route.method for match in matches} | others)
