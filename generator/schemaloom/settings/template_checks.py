"""The check that the placeholders of ``provider.toml`` are spelled as they are filled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemaloom.json.values import json_text
from schemaloom.settings.placeholders import lone_brace, placeholder_names
from schemaloom.settings.urls import origin

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pydantic import JsonValue

    from schemaloom.settings.catalogue import Catalogue
    from schemaloom.settings.jobs import JobCall, JobProtocol, Submit, SubmitVariant
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
    for place, taken in (("catalogue.facts", facts & _RESERVED), ("job.facts", set(job.facts) & (facts | _RESERVED))):
        if taken:
            yield f"{place}: {', '.join(sorted(taken))} has a meaning of its own; choose another name"
    for index, variant in enumerate(submit.variants):
        if (fact := variant.when.removeprefix("!")) not in facts:
            yield f"submit.variants.{index}.when: {fact} is no key of catalogue.facts"
    yield from _job_faults(job)
    yield from _body_faults(submit)
    model = {"id", *facts}
    for text in () if upload is None else (upload.url or "", *_strings(upload.body)):
        if names := placeholder_names(text) - {"name", "type"}:
            yield f"upload: expected {{name}} or {{type}}, got {_listed(names)}"
    for place, template, known, needed in _templates(catalogue, submit, job, webhook):
        if fault := _brace_fault(template) or _name_fault(placeholder_names(template), model | known, needed):
            yield f"{place}: {fault}"


def _brace_fault(template: str) -> str | None:
    if (brace := lone_brace(template)) is not None:
        return f"{brace} in {json_text(template)} is no part of a placeholder; write {brace * 2} for the brace"
    return "a placeholder has no $: write {name}, not ${name}" if "${" in template else None


def _name_fault(names: set[str], expected: set[str], needed: set[str]) -> str | None:
    if names - expected:
        return f"expected {_listed(expected)}, got {_listed(names - expected)}"
    if needed and not names & needed:
        return f"expected {_listed(needed)} in the route, got {_listed(names) or 'no placeholder'}"
    return None


def _job_faults(job: JobProtocol) -> Iterator[str]:
    """Yield a sentence for each fact that a job needs to be polled, and that is nowhere."""
    if job.url is None:
        return
    if not (job.fields.id or job.fields.status_url or {"id", "status_url"} & job.headers.keys()):
        yield "job.fields.id: jobs that are polled need an id, or a status_url that holds it"
    if not (job.fields.status or job.codes or job.present):
        yield "job.fields.status: jobs that are polled need a status, or job.codes or job.present in its place"
    meanings = {*job.statuses.values(), *job.codes.values(), *job.present.values()}
    if meanings and "succeeded" not in meanings:  # without any, documents may list them
        yield "job.statuses: expected a status that means succeeded, or one of job.codes or job.present"


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


def _body_faults(submit: Submit) -> Iterator[str]:
    """Yield a sentence for each body that has no place for the parameters, or two."""
    if submit.body is not None and submit.input:
        yield "submit: body takes the place of input: expected one of them"
    forms: dict[str, Submit | SubmitVariant] = {"submit": submit}
    forms |= {f"submit.variants.{index}": form for index, form in enumerate(submit.variants)}
    for name, form in forms.items():
        if form.body is not None and "{input}" not in _strings(form.body):
            yield f'{name}.body: expected "{{input}}", the parameters, as a value of its own'


def origin_faults(
    declared: Iterable[str], submit: Submit, job: JobProtocol, webhook: Webhook, upload: Upload | None
) -> Iterator[str]:
    """Yield a sentence for each route that needs the key and is at an origin that may not see it."""
    routes = {"submit.url": submit.url}
    routes |= {f"submit.variants.{index}.url": form.url for index, form in enumerate(submit.variants)}
    routes |= {name: call.url for name, call in _job_calls(job, webhook)}
    if job.list is not None:
        routes["job.list.path"] = job.list.path
    if upload is not None and upload.url is not None:
        routes["upload.url"] = upload.url
    known = {origin(url) for url in declared}
    for name, route in routes.items():
        if "://" in route.partition("?")[0] and origin(route) not in known:
            yield f"{name}: the key is sent there, and {'/'.join(route.split('/')[:3])} is not in api.origins"


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
    for name, call in _job_calls(job, webhook):
        texts = [*call.query.values(), *_strings(call.body)]
        own = {"job_id", *job.facts}
        yield name, call.url, own, set() if any(own & placeholder_names(text) for text in texts) else own
        for text in texts:
            yield name, text, {*own, "uuid"}, set()


def _job_calls(job: JobProtocol, webhook: Webhook) -> Iterator[tuple[str, JobCall]]:
    """Yield each request about a job that the provider declares, with its key."""
    calls = {"job.url": job.url, "job.result": job.result, "job.cancel": job.cancel, "webhook.replay": webhook.replay}
    calls["job.stream.url"] = None if job.stream is None else job.stream.url
    for name, call in calls.items():
        if call is not None:
            yield name, call


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
