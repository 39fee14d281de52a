"""A provider's documents, written from a snapshot: one Markdown file for a family of models.

The shape is that of published ones: YAML front matter, a section for each fact, and tables with
every cell on a line of its own.  Reading it gives the snapshot that it was written from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import yaml

from schemaloom.emulator.render_cells import row_of
from schemaloom.emulator.responses import RefusedError
from schemaloom.json.values import JsonObject, JsonValue
from schemaloom.settings.provider import Provider
from schemaloom.snapshot.layout import Snapshot
from schemaloom.snapshot.model import ModelDocument, Price

_SPECIAL = re.compile(r"([\\`*_\[\]<>&#]|^[-~](?=[-~]{2}))")
"""Characters with a meaning in Markdown, and the beginning of a rule or a fence."""
_HEADINGS = {"type": "Type", "required": "Required", "status": "Status", "value": "Value", "description": "Description"}
_PARAMETERS = ("Parameter", "Required", "Type", "Default", "Allowed values / range", "Description")


def render_document(provider: Provider, snapshot: Snapshot, name: str) -> str:
    """The text of the document `name`.

    Raises `RefusedError` when the snapshot knows of no such document.
    """
    contract = snapshot.contract or {}
    documents = contract.get("documents")
    matter = documents.get(name) if isinstance(documents, dict) else None
    if not isinstance(matter, dict):
        raise RefusedError("model_not_found", f"There is no document {name!r}")
    places = [matter.get("resource"), matter.get("docs_url")]
    models = [model for model in snapshot.models if any(place in model.documents for place in places)]
    return "\n\n".join(_parts(provider, contract, matter, models)) + "\n"


def escaped(text: str) -> str:
    """Return `text` escaped for Markdown."""
    return _SPECIAL.sub(r"\\\1", text)


def _parts(
    provider: Provider, contract: JsonObject, matter: JsonObject, models: Sequence[ModelDocument]
) -> Iterator[str]:
    # The stubs leave one parameter of safe_dump without a type.
    front = yaml.safe_dump(matter, allow_unicode=True, sort_keys=False, width=10_000)  # pyright: ignore[reportUnknownMemberType]
    yield f"---\n{front}---"
    yield f"# {escaped(str(matter.get('title', '')))}"
    yield escaped(str(matter.get("description", "")))
    if len(models) == 1:
        yield from _overview(models[0], provider.catalogue.currency)
    for model in models:
        yield from _operation(provider, contract, model, alone=len(models) == 1)


def _overview(model: ModelDocument, currency: str) -> Iterator[str]:
    yield "## Overview"
    yield f"**Model ID:** {escaped(model.id)}"
    if model.modality:
        yield f"**Type:** {model.modality.capitalize()} Generation"
    if model.price is not None:
        yield f"**Credit Cost:** {_price(model.price, currency)}"
    if model.description:
        yield escaped(model.description)
    if len(model.capabilities) > 1:
        yield "## Capabilities"
        yield "\n".join(f"- {escaped(capability)}" for capability in model.capabilities)


def _price(price: Price, currency: str) -> str:
    unit = f" per {price.unit}" if price.unit else ""
    table = ", ".join(f"{name}={amount:g}" for name, amount in price.by_resolution)
    return f"{price.amount:g} {currency}s{unit}" + (f" (by resolution: {table})" if table else "")


def _operation(provider: Provider, contract: JsonObject, model: ModelDocument, *, alone: bool) -> Iterator[str]:
    if len(model.capabilities) == 1 or not alone:
        yield f"### {escaped(next(iter(model.capabilities), model.name))}"
    yield "## Base URL"
    yield _fence(model.endpoint or "")
    yield "## Authentication"
    yield "All requests require an API key passed via header."
    yield from _tables("Header", _part(contract, "headers"), wanted="type")
    if provider.webhook.header is not None:
        yield "## Webhook (Optional)"
        yield _fence(f"{provider.webhook.header}: https://your-server.com/webhook/callback")
    yield "## Request Parameters"
    if model.input is not None:
        yield from _cells([_PARAMETERS, *(row_of(model, name) for name in model.parameter_order)])
    yield "## Request Headers"
    yield from _tables("Header", _part(contract, "headers"), wanted="value")
    yield "## Response Handling"
    yield from _tables("Code", _part(contract, "codes"))
    yield "## Response Fields"
    yield from _tables("Field", _part(contract, "response_fields"))
    yield "## Status Values"
    yield from _tables("Status", _part(contract, "statuses"))


def _part(contract: JsonObject, name: str) -> dict[str, dict[str, JsonValue]]:
    part = contract.get(name)
    found = part if isinstance(part, dict) else {}
    return {key: facts for key, facts in found.items() if isinstance(facts, dict)}


def _tables(first: str, entries: Mapping[str, Mapping[str, JsonValue]], *, wanted: str | None = None) -> Iterator[str]:
    """Yield one table for all entries with the same facts."""
    by_columns: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    for name, facts in entries.items():
        own = {key: value for key, value in facts.items() if not (key == "status" and str(value) == name)}
        columns = tuple(key for key in _HEADINGS if key in own)
        if columns and (wanted is None or wanted in columns):
            by_columns.setdefault(columns, []).append((name, *(str(own[key]) for key in columns)))
    for number, (columns, rows) in enumerate(by_columns.items()):
        if number:
            yield "---"
        yield from _cells([(first, *(_HEADINGS[column] for column in columns)), *rows])


def _cells(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    for row in rows:
        for cell in row:
            yield escaped(cell)


def _fence(content: str) -> str:
    return f"```\n{content}\n```"
