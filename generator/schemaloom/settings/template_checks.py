"""The check that the placeholders of ``provider.toml`` are spelled as they are filled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemaloom.settings.placeholders import placeholder_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import JsonValue

    from schemaloom.settings.catalogue import Catalogue
    from schemaloom.settings.jobs import JobProtocol, Submit, SubmitVariant
    from schemaloom.settings.own_client import OwnClient
    from schemaloom.settings.upload import Upload
    from schemaloom.settings.webhook import Webhook

_RESERVED = {"id", "endpoint", "job_id", "document", "input", "uuid"}
"""Placeholders that a fact cannot have as its name."""


def placeholder_faults(
    catalogue: Catalogue, submit: Submit, job: JobProtocol, webhook: Webhook, upload: Upload | None
) -> Iterator[str]:
    """Yield a sentence for each unknown placeholder, and for each route without one that it needs."""
    facts = set(catalogue.facts)
    if taken := sorted(facts & _RESERVED):
        yield f"catalogue.facts: {', '.join(taken)} is a placeholder of its own"
    for index, variant in enumerate(submit.variants):
        if (fact := variant.when.removeprefix("!")) not in facts:
            yield f"submit.variants.{index}.when: {fact} is no key of catalogue.facts"
    if job.url is not None and not (
        job.fields.id or job.fields.status_url or {"id", "status_url"} & job.headers.keys()
    ):
        yield "job.fields.id: jobs that are polled need an id, or a status_url that holds it"
    if job.url is not None and not (job.fields.status or job.codes or job.present):
        yield "job.fields.status: jobs that are polled need a status, or job.codes or job.present in its place"
    model = {"id", *facts}
    for text in () if upload is None else (upload.url or "", *_strings(upload.body)):
        if names := placeholder_names(text) - {"name", "type"}:
            yield f"upload: expected {{name}} or {{type}}, got {_listed(names)}"
    for place, template, known, needed in _templates(catalogue, submit, job, webhook):
        names = placeholder_names(template)
        expected = model | known
        if names - expected:
            yield f"{place}: expected {_listed(expected)}, got {_listed(names - expected)}"
        elif not names & needed and needed:
            yield f"{place}: expected {_listed(needed)} in the route, got {_listed(names) or 'no placeholder'}"


def client_faults(client: OwnClient, model: set[str]) -> Iterator[str]:
    """Yield a sentence for each unknown placeholder in the section of the provider's own client.

    `model` are the placeholders of models.
    """
    checked: list[tuple[str, JsonValue, set[str]]] = []
    for index, route in enumerate(client.routes):
        checked.append((f"client.routes.{index}.path", route.path, model))
        checked.append(
            (f"client.routes.{index}.response", route.response, model | {"file", "origin", "secret", "uuid"})
        )
    for index, exchange in enumerate(client.socket.exchanges if client.socket else ()):
        checked.append((f"client.socket.exchanges.{index}.request", exchange.request, {"file", "key"}))
        checked.append((f"client.socket.exchanges.{index}.response", exchange.response, {"file", "uuid"}))
    for place, template, known in checked:
        for text in _strings(template):
            if names := placeholder_names(text) - known:
                yield f"{place}: expected {_listed(known)}, got {_listed(names)}"


def _templates(
    catalogue: Catalogue, submit: Submit, job: JobProtocol, webhook: Webhook
) -> Iterator[tuple[str, str, set[str], set[str]]]:
    """Yield each key with placeholders: name, value, placeholders beside the model's, and those it needs one of."""
    yield from _catalogue_templates(catalogue)
    forms: dict[str, Submit | SubmitVariant] = {"submit": submit}
    forms |= {f"submit.variants.{index}": form for index, form in enumerate(submit.variants)}
    for name, form in forms.items():
        # A body that is a template may name the model in place of the route.
        yield f"{name}.url", form.url, {"endpoint"}, {"id", "endpoint"} if form.body is None else set()
        yield f"{name}.call", form.call, set(), set()
        for text in _strings(form.body):
            yield f"{name}.body", text, {"input", "uuid"}, set()
    calls = {"job.url": job.url, "job.result": job.result, "job.cancel": job.cancel, "webhook.replay": webhook.replay}
    calls["job.stream.url"] = None if job.stream is None else job.stream.url
    for name, call in calls.items():
        if call is not None:
            texts = [*call.query.values(), *_strings(call.body)]
            yield name, call.url, {"job_id"}, set() if any("{job_id}" in text for text in texts) else {"job_id"}
            for text in texts:
                yield name, text, {"job_id", "uuid"}, set()


def _catalogue_templates(catalogue: Catalogue) -> Iterator[tuple[str, str, set[str], set[str]]]:
    if catalogue.price is not None and catalogue.price.path is not None:
        yield "catalogue.price.path", catalogue.price.path, set(), set()
    for index, source in enumerate(catalogue.schemas):
        yield f"catalogue.schemas.{index}.path", source.path, set(), set()
        for key in ("pointer", "document", "output"):
            yield f"catalogue.schemas.{index}.{key}", getattr(source, key) or "", set(), set()
    for index, place in enumerate(catalogue.carried):
        for key in ("pointer", "document", "output"):
            yield f"catalogue.carried.{index}.{key}", getattr(place, key) or "", set(), set()
    if catalogue.operations is not None:
        yield "catalogue.operations.path", catalogue.operations.path, set(), {"id"}
    if catalogue.documents.model is not None:
        yield "catalogue.documents.model", catalogue.documents.model, set(), {"id"}
    if catalogue.documents.path is not None:
        yield "catalogue.documents.path", catalogue.documents.path, {"document"}, {"document"}


def _strings(template: JsonValue) -> Iterator[str]:
    """Yield every string of a template."""
    match template:
        case str():
            yield template
        case list():
            for item in template:
                yield from _strings(item)
        case dict():
            for item in template.values():
                yield from _strings(item)
        case _:
            pass


def _listed(names: set[str]) -> str:
    return " or ".join(name if name.startswith("{") else f"{{{name}}}" for name in sorted(names))
