"""Check and accept a submission."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from json import dumps

from schemaloom.emulator.body_templates import capture
from schemaloom.emulator.catalogue import CatalogueView
from schemaloom.emulator.faults.spec import Fault
from schemaloom.emulator.forms import form_document
from schemaloom.emulator.job_documents import makes_list, modality_of
from schemaloom.emulator.jobs import Callback, Job, JobStore
from schemaloom.emulator.json_write import first_present
from schemaloom.emulator.pricing import cost, file_count
from schemaloom.emulator.responses import RefusedError
from schemaloom.emulator.routes import Match
from schemaloom.emulator.validation import InputCheck
from schemaloom.emulator.webhooks import is_webhook_url
from schemaloom.errors import SnapshotError
from schemaloom.json.codec import parse_json
from schemaloom.json.pointer import pointer_tokens
from schemaloom.json.values import JsonObject, JsonValue
from schemaloom.settings.provider import Provider
from schemaloom.settings.webhook import Webhook
from schemaloom.snapshot.model import ModelDocument


def submit(
    provider: Provider,
    view: CatalogueView,
    jobs: JobStore,
    *,
    match: Match,
    query: Mapping[str, str],
    headers: Mapping[str, str],
    body: bytes,
    faults: Sequence[Fault],
) -> Job:
    """Check a submission and accept it.

    Raises `RefusedError`, in the order of usefulness to a caller: the model, the JSON, the
    parameters, the callback, the balance.  A refused submission costs nothing.
    """
    form = match.route.form or provider.submit
    document: JsonValue = None
    job_id: str | None = None
    if form.body is None:
        model = view.model(match.id) if match.id else view.find(match.values)
        check = view.check(model)
        document = _document(provider, headers, body, check.properties)
        if not isinstance(document, dict):
            raise RefusedError("invalid_json", "the body must be a JSON object")
        parameters = _parameters(provider, document, check)
    else:
        document = _document(provider, headers, body, {})
        model, parameters, job_id = _by_template(provider, view, form.body, document, match)
        check = view.check(model)
        if provider.submit.encoding == "multipart":  # the values of a form are read by the model's schema
            document = _document(provider, headers, body, check.properties)
            _, parameters, _ = _by_template(provider, view, form.body, document, match)
    violations = check.violations(parameters)
    if violations:
        raise RefusedError("invalid_input", "; ".join(violations))
    callback = _callback(provider.webhook, document, headers, query)
    modality = modality_of(provider.job, model)
    listed = makes_list(provider.job, model, modality)
    files = file_count(check, parameters) if listed else 1
    values = {fault.kind: fault.value for fault in faults}
    return jobs.submit(
        job_id=job_id,
        model=model,
        modality=modality,
        files=files,
        listed=listed,
        cost=cost(model.price, check, parameters, files),
        parameters=parameters,
        callback=callback,
        failure=(values["job-failed"] or "") if "job-failed" in values else None,
        interim_text=values.get("job-status"),
        inline=provider.submit.inline is not None and first_present(document, [provider.submit.inline]) is True,
    )


def _json(body: bytes) -> JsonValue:
    try:
        return parse_json(body, where="request body")
    except SnapshotError as error:
        raise RefusedError("invalid_json", error.message) from None


def _by_template(
    provider: Provider, view: CatalogueView, template: JsonValue, document: JsonValue, match: Match
) -> tuple[ModelDocument, JsonObject, str | None]:
    """Return the model and the parameters of a body that follows a template, and the job's id if the client made it."""
    field = pointer_tokens(provider.webhook.field or "")
    captured = capture(template, document, extra=field[0] if field else None)
    if captured is None:
        raise RefusedError("invalid_input", "the body has not the documented form")
    values = {**captured.values, **match.values}
    # A UUID of the client's is the job's id where job documents have it under the same name.
    own = any(f'"{pointer_tokens(pointer)[-1]}": "{{uuid}}"' in dumps(template) for pointer in provider.job.fields.id)
    return view.find(values), captured.parameters, captured.values.get("{uuid}") if own else None


def _document(provider: Provider, headers: Mapping[str, str], body: bytes, properties: JsonObject) -> JsonValue:
    """Return a body of the provider's encoding; `properties` are the schemas of the parameters in a form."""
    if provider.submit.encoding == "multipart":
        return form_document(headers.get("content-type", ""), body, properties)
    return _json(body)


def _parameters(provider: Provider, document: JsonObject, check: InputCheck) -> JsonObject:
    place = provider.submit.input
    parameters = first_present(document, [place])
    if not isinstance(parameters, dict):
        raise RefusedError("invalid_input", f"{'.'.join(pointer_tokens(place))}: an object is required")
    # The field for the callback is beside the parameters, outside their closed schema.
    field = pointer_tokens(provider.webhook.field or "")
    if place or len(field) != 1 or field[0] in check.properties:
        return parameters
    return {name: value for name, value in parameters.items() if name != field[0]}


def _callback(
    webhook: Webhook, document: JsonValue, headers: Mapping[str, str], query: Mapping[str, str]
) -> Callback | None:
    places: list[tuple[str, JsonValue]] = []
    if webhook.field is not None:
        places.append((".".join(pointer_tokens(webhook.field)), first_present(document, [webhook.field])))
    if webhook.header is not None:
        places.append((webhook.header, headers.get(webhook.header.lower())))
    if webhook.query is not None:
        places.append((webhook.query, query.get(webhook.query)))
    for name, value in places:
        if value is None:
            continue
        if not isinstance(value, str) or not is_webhook_url(value):
            raise RefusedError("invalid_input", f"{name}: must be an http or https URL")
        return Callback(value)
    return None
