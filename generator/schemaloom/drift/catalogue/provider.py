"""Changes of ``provider.toml``: how a job is submitted, polled and paid for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from pydantic import BaseModel

from schemaloom.drift.catalogue.changes import make_change
from schemaloom.drift.change import Change
from schemaloom.drift.message import name as marked
from schemaloom.drift.message import value as marked_value
from schemaloom.json.pointer import pointer_of
from schemaloom.json.values import JsonValue
from schemaloom.settings.provider import Provider


def compare_providers(old: Provider, new: Provider) -> Iterator[Change]:
    """Changes of what a client has to do.

    Names, the source of schemas and the poll interval affect no call, and are left out.
    """
    yield from _changed("provider.auth-changed", "Authentication", "/api/auth", old.api.auth, new.api.auth)
    yield from _changed(
        "provider.base-url-changed", "The base URL", "/api/base_url", old.api.base_url, new.api.base_url
    )
    yield from _rate_limit(old.api.requests_per_minute, new.api.requests_per_minute)
    yield from _changed("provider.submit-changed", "Submission of jobs", "/submit", old.submit, new.submit)
    yield from _job(old, new)
    yield from _statuses(old, new)
    yield from _webhook(old, new)
    yield from _errors(old, new)
    yield from _changed(
        "provider.currency-changed", "The currency", "/catalogue/currency", old.catalogue.currency,
        new.catalogue.currency,
    )  # fmt: skip


def _job(old: Provider, new: Provider) -> Iterator[Change]:
    before, after = old.job, new.job
    yield from _changed("provider.job-changed", "The URL of a job", "/job/url", before.url, after.url)
    yield from _changed("provider.job-changed", "The fields of a job", "/job/fields", before.fields, after.fields)
    yield from _changed("provider.job-changed", "Cancellation of a job", "/job/cancel", before.cancel, after.cancel)
    yield from _changed("provider.job-list-changed", "The list of jobs", "/job/list", before.list, after.list)
    for modality in sorted(before.output.keys() | after.output.keys()):
        places = before.output.get(modality), after.output.get(modality)
        if places[0] is not None:  # a modality that is new changes nothing for the others
            pointer = pointer_of("job", "output", modality)
            yield from _changed("provider.output-changed", f"The place of {marked(modality)} results", pointer, *places)
    yield from _changed(
        "provider.uncharged-changed", "The list of free statuses", "/job/uncharged", sorted(before.uncharged),
        sorted(after.uncharged),
    )  # fmt: skip


def _rate_limit(old: int | None, new: int | None) -> Iterator[Change]:
    if old == new:
        return
    tighter = old is None or (new is not None and new < old)
    rule = f"provider.rate-limit-{'tightened' if tighter else 'relaxed'}"
    limits = [marked_value(limit) if limit is not None else "unlimited" for limit in (old, new)]
    message = f"Requests per minute changed from {limits[0]} to {limits[1]}"
    yield make_change(rule, message, pointer="/api/requests_per_minute", old=old, new=new)


def _statuses(old: Provider, new: Provider) -> Iterator[Change]:
    before, after = old.job.statuses, new.job.statuses
    for status in sorted(before.keys() | after.keys()):
        was, is_now = before.get(status), after.get(status)
        if was != is_now:
            ending = "added" if was is None else "removed" if is_now is None else "changed"
            message = f"Job status {marked_value(status)} {_transition(was, is_now)}"
            pointer = pointer_of("job", "statuses", status)
            yield make_change(f"provider.status-{ending}", message, pointer=pointer, old=was, new=is_now)


def _webhook(old: Provider, new: Provider) -> Iterator[Change]:
    before, after = old.webhook, new.webhook
    for name, was, is_now in (
        ("field", before.field, after.field),
        ("header", before.header, after.header),
        ("replay", *(None if replay is None else replay.url for replay in (before.replay, after.replay))),
    ):
        if was != is_now:
            rule = "provider.webhook-added" if was is None else "provider.webhook-changed"
            message = f"Webhook {name} {_transition(was, is_now)}"
            yield make_change(rule, message, pointer=f"/webhook/{name}", old=was, new=is_now)


def _errors(old: Provider, new: Provider) -> Iterator[Change]:
    body = ({"code": e.code, "message": e.message} for e in (old.errors, new.errors))
    yield from _changed("provider.error-changed", "The error body", "/errors", *body)
    before, after = old.errors.table, new.errors.table
    for situation in sorted(before.keys() | after.keys()):
        was, is_now = before.get(situation), after.get(situation)
        ending = "added" if was is None else "removed" if is_now is None else "changed"
        pointer = pointer_of("errors", "table", situation)
        yield from _changed(f"provider.error-{ending}", f"The error {marked(situation)}", pointer, was, is_now)


def _changed(rule: str, what: str, pointer: str, old: object, new: object) -> Iterator[Change]:
    before, after = _json(old), _json(new)
    if before != after:
        message = f"{what} was {'added' if before is None else 'removed' if after is None else 'changed'}"
        yield make_change(rule, message, pointer=pointer, old=before, new=after)


def _transition(old: str | None, new: str | None) -> str:
    if old is None:
        return f"was added: {marked_value(new)}"
    if new is None:
        return f"was removed: {marked_value(old)}"
    return f"changed from {marked_value(old)} to {marked_value(new)}"


def _json(value: object) -> JsonValue:
    if isinstance(value, BaseModel):
        return cast("JsonValue", value.model_dump(mode="json"))
    if isinstance(value, dict):
        return {str(key): _json(part) for key, part in cast("dict[object, object]", value).items()}
    if isinstance(value, tuple | list):
        return [_json(part) for part in cast("tuple[object, ...]", value)]
    return cast("JsonValue", value)
