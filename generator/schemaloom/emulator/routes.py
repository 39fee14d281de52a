"""The routing table, built from the provider's route templates."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias
from urllib.parse import parse_qsl

from schemaloom.emulator.body_templates import capture
from schemaloom.emulator.url_mapping import UrlMapping
from schemaloom.json.values import JsonValue
from schemaloom.settings.catalogue import SchemaSource
from schemaloom.settings.jobs import JobCall, Submit, SubmitVariant
from schemaloom.settings.placeholders import pattern_of, placeholders
from schemaloom.settings.provider import Provider
from schemaloom.settings.urls import join

RouteName: TypeAlias = Literal[
    "list",
    "detail",
    "schema",
    "openapi",
    "prices",
    "price",
    "document",
    "submit",
    "job",
    "jobs",
    "result",
    "stream",
    "cancel",
    "replay",
    "upload",
    "keys",
    "files",
    "client",
]
KEYED: frozenset[RouteName] = frozenset({"submit", "job", "jobs", "result", "stream", "cancel", "replay", "upload"})
"""Routes that need a key; the catalogue is public."""
CACHED: frozenset[RouteName] = frozenset({"list", "detail", "schema", "openapi", "prices", "price", "document"})
"""Routes whose answers carry an ETag."""


@dataclass(frozen=True, slots=True)
class Route:
    """One method on one path template."""

    name: RouteName
    method: str
    path: str
    """Path on the emulator, with placeholders; a query may follow."""
    sources: tuple[SchemaSource, ...] = ()
    """Schemas that the response holds."""
    form: Submit | SubmitVariant | None = None
    """The body of a submission."""
    body: JsonValue = None
    """Template of the body of another call, where the provider has one."""
    response: JsonValue = None
    """Template of the response to the provider's own client."""
    home: str | None = None
    """The provider's URL of the route."""

    def match(self, path: str, query: Mapping[str, str]) -> dict[str, str] | None:
        """Return the values of a request's placeholders, by placeholder; None for another path or query."""
        template, _, rest = self.path.partition("?")
        found: dict[str, str] = {}
        pairs = [(template, path), *((value, query.get(name, "")) for name, value in parse_qsl(rest))]
        for wanted, given in pairs:
            match = pattern_of(wanted).fullmatch(given)
            if match is None:
                return None
            found.update(zip(placeholders(wanted), match.groups(), strict=True))
        return found


@dataclass(frozen=True, slots=True)
class Match:
    """A request's route, and the id of the model or job that its path names."""

    route: Route
    id: str
    values: Mapping[str, str] = field(default_factory=dict[str, str])
    """Values of the placeholders, by placeholder."""


def routes_of(provider: Provider, addresses: UrlMapping) -> tuple[Route, ...]:
    """Return every route the provider declares, the most literal first.

    A schema route that ends in ``{id}`` is the model's detail route.
    """
    catalogue, job, webhook = provider.catalogue, provider.job, provider.webhook
    table: list[Route] = []

    def add(name: RouteName, method: str, template: str | None, **others: object) -> None:
        if template is not None:
            home = join(provider.api.base_url, template)
            table.append(Route(name, method, addresses.template(template), home=home, **others))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  the fields of `Route`

    add("openapi", "GET", catalogue.openapi)
    add("list", "GET", catalogue.list.path if catalogue.list else None)
    if catalogue.price is not None:
        per_model = "{" in (catalogue.price.path or "")
        add("price" if per_model else "prices", "GET", catalogue.price.path)
    add("upload", "POST", provider.upload.url if provider.upload else None)
    add("keys", "GET", webhook.signature.keys if webhook.signature else None)
    add("jobs", "GET", job.list.path if job.list else None)
    calls: dict[RouteName, tuple[JobCall | None, str]] = {
        "job": (job.url, "GET"),
        "result": (job.result, "GET"),
        "stream": (None if job.stream is None else job.stream.url, "GET"),
        "cancel": (job.cancel, "POST"),
        "replay": (webhook.replay, "POST"),
    }
    for name, (call, method) in calls.items():
        if call is not None:
            query = "&".join(f"{key}={value}" for key, value in call.query.items() if "{" in value)
            url = f"{call.url}?{query}" if query else call.url
            # Our ids have no slashes, and are the facts of the job, too.
            for own in ("job_id[:]", *job.facts):
                url = url.replace(f"{{{own}}}", "{job_id}")
            add(name, call.method or method, url, body=call.body)
    forms: list[Submit | SubmitVariant] = [provider.submit, *provider.submit.variants]
    for form in forms:
        if "{endpoint}" not in form.url:
            add("submit", form.method, form.url, form=form)
    for path in dict.fromkeys(source.path for source in catalogue.schemas):
        sources = tuple(source for source in catalogue.schemas if source.path == path)
        add("detail" if path.endswith("{id}") and "?" not in path else "schema", "GET", path, sources=sources)
    for other in provider.client.routes:
        add("client", other.method, other.path, response=other.response)
    document = addresses.document_path(catalogue.documents)
    if document is not None:
        table.append(Route("document", "GET", document))
    # Ids may hold slashes, so `/models/{id}` also matches `/models/x/schema`: the one with more fixed characters wins.
    return tuple(sorted(table, key=lambda route: sum(map(len, placeholders(route.path))) - len(route.path)))


def find_route(
    routes: tuple[Route, ...],
    method: str,
    path: str,
    query: Mapping[str, str],
    body: JsonValue,
    *,
    events: bool,
    models: Container[str],
    endpoints: Mapping[str, str],
) -> Match | frozenset[str]:
    """Return the route of a request, or the methods that its path does take (none: no such path).

    `events` is whether the request accepts server-sent events: a stream may have the path of the job's status.
    `endpoints` are the models' own submit routes, by method and path as ``POST /path``.
    """
    own = endpoints.get(f"{method} {path}")
    if own is not None:
        return Match(Route("submit", method, path), own)
    matches = [
        Match(route, _id(values), values) for route in routes if (values := route.match(path, query)) is not None
    ]
    # An id that exists settles what an id with slashes leaves open.
    settled = [match for match in matches if "{id}" not in match.values or match.id in models or _is_job(match)]
    matches = settled or matches
    fitting = [match for match in matches if match.route.method == method]
    if len(fitting) > 1:
        fitting = [match for match in fitting if (match.route.name == "stream") == events] or fitting
        # Some APIs have one path for every call, and tell them apart by their body.
        fitting = [match for match in fitting if _takes(match.route, body)] or fitting
    for match in fitting:
        captured = capture(match.route.body, body) if match.route.body is not None else None
        if captured is None or _is_job(match):
            return match
        return Match(match.route, _id(captured.values), captured.values)
    others = {key.partition(" ")[0] for key in endpoints if key.partition(" ")[2] == path}
    return frozenset({match.route.method for match in matches} | others)


def _takes(route: Route, body: JsonValue) -> bool:
    template = route.body if route.form is None else route.form.body
    return template is None or capture(template, body) is not None


def _is_job(match: Match) -> bool:
    return "{job_id}" in match.values


def _id(values: Mapping[str, str]) -> str:
    return values.get("{job_id}") or values.get("{document}") or values.get("{id}") or ""
