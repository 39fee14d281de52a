"""The discovery routes: the model list, schemas and the OpenAPI document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import cast

from schemaloom.emulator.json_write import first_present, put, put_first
from schemaloom.emulator.responses import RefusedError
from schemaloom.emulator.routes import Route
from schemaloom.emulator.schemas import put_embedded, put_schemas
from schemaloom.emulator.url_mapping import UrlMapping
from schemaloom.emulator.validation import InputCheck
from schemaloom.json.pointer import pointer_of
from schemaloom.json.values import JsonObject, JsonValue
from schemaloom.settings.catalogue import Operations, SchemaSource
from schemaloom.settings.filled_source import filled
from schemaloom.settings.placeholders import fill, fill_json, pattern_of
from schemaloom.settings.provider import Provider
from schemaloom.snapshot.layout import Snapshot
from schemaloom.snapshot.model import ModelDocument, Price


class CatalogueView:
    """One snapshot, as the discovery routes show it."""

    def __init__(self, provider: Provider, snapshot: Snapshot, addresses: UrlMapping) -> None:
        self.snapshot = snapshot
        self.models = snapshot.by_id()
        self.endpoints = _endpoints(provider, snapshot, addresses)
        """Models' own submit routes: ``METHOD /path`` to model id."""
        self._provider = provider
        self._addresses = addresses
        self._checks: dict[str, InputCheck] = {}

    def model(self, model_id: str) -> ModelDocument:
        """The model; raises `RefusedError` when the snapshot has none of that id."""
        try:
            return self.models[model_id]
        except KeyError:
            raise RefusedError("model_not_found", f"Model {model_id!r} not found") from None

    def find(self, values: Mapping[str, str]) -> ModelDocument:
        """Return the model whose id and facts give these placeholders, by placeholder; raises as `model` does."""
        wanted = {name: value for name, value in values.items() if name not in {"{uuid}", "{job_id}"}}
        if "{id}" in wanted:
            return self.model(wanted["{id}"])
        for model in self.models.values():
            if wanted and all(_gives(model, placeholder, value) for placeholder, value in wanted.items()):
                return model
        raise RefusedError("model_not_found", f"No model has {', '.join(wanted.values()) or 'this route'}")

    def check(self, model: ModelDocument) -> InputCheck:
        """Return the check of the model's request schema; built once."""
        if model.id not in self._checks:
            self._checks[model.id] = InputCheck(model.input)
        return self._checks[model.id]

    def item(self, model: ModelDocument) -> JsonObject:
        """Return the facts of a model as the list and its detail route show them."""
        catalogue = self._provider.catalogue
        sample = {} if catalogue.list is None else catalogue.list.sample
        values = {**model.fact_values, "id": model.id}
        item: JsonObject = {name: fill_json(part, values) for name, part in sample.items()}
        for pointer, value in ({} if catalogue.list is None else catalogue.list.where).items():
            put(item, pointer, value)
        _put_id(item, None if catalogue.list is None else catalogue.list.id, model.id)
        endpoint = None if model.endpoint is None else self._addresses.local(model.endpoint) or model.endpoint
        facts: dict[str, JsonValue] = {
            "name": model.name,
            "description": model.description or None,
            "modality": next((w for w, m in catalogue.modalities.items() if m == model.modality), model.modality),
            "capabilities": list(model.capabilities) or None,
            # A provider that states one address states it as a string.
            "documents": model.documents[0] if len(model.documents) == 1 else list(model.documents) or None,
            "endpoint": endpoint,
            "deprecated": {"true": True}.get(model.deprecated or "", model.deprecated),
            "sunset": model.sunset,
        }
        for field, pointers in catalogue.fields.items():
            fact = facts[field]
            if isinstance(fact, list) and len(fact) == 1 and isinstance(first_present(item, pointers[:1]), str):
                fact = fact[0]  # the sample has one string here
            if fact is not None:
                put_first(item, pointers, fact)
        for name, pointer in catalogue.facts.items():
            fact = (model.facts or {}).get(name)
            if fact is not None:
                put(item, pointer, {"true": True, "false": False}.get(str(fact), fact))
        if model.price is not None and catalogue.price is not None and catalogue.price.path is None:
            self._put_price(item, model.price)
        return item

    def prices(self) -> JsonValue:
        """Return the answer of the route of prices."""
        fields = self._provider.catalogue.price
        if fields is None:
            return None
        found: dict[str, JsonObject] = {}
        for model in self.models.values():
            if model.price is not None:
                found[model.id] = {}
                self._put_price(found[model.id], model.price)
                _put_id(found[model.id], fields.id, model.id)
        items: JsonValue = {**found} if fields.id is None else [*found.values()]
        return put({}, fields.items, items)

    def price(self, model: ModelDocument) -> JsonValue:
        """Return the answer of the route of one model's price.  Raises `RefusedError` if it has none."""
        fields = self._provider.catalogue.price
        if fields is None or model.price is None:
            raise RefusedError("model_not_found", f"Model {model.id!r} has no price")
        item: JsonObject = {}
        self._put_price(item, model.price)
        return put({}, fields.items, item)

    def schema_document(self, route: Route, model: ModelDocument) -> JsonObject:
        """The answer of a schema or detail route.

        A model whose schema is not published has no schema route; its detail route answers
        with the facts alone.
        """
        document = self.item(model) if route.name == "detail" else {}
        if model.input is None and route.name == "schema":
            raise RefusedError("model_not_found", f"Model {model.id!r} has no published schema")
        values = {**model.fact_values, "id": model.id}
        for source in route.sources:
            document |= {name: fill_json(part, values) for name, part in source.sample.items()}
            put_schemas(document, filled(source, model.id, model.facts), model)
        return document

    def openapi(self) -> JsonObject:
        """The control plane's document, its servers moved here."""
        document: JsonObject | None = self.snapshot.openapi
        catalogue = self._provider.catalogue
        if document is None and (catalogue.operations is not None or catalogue.carries("openapi")):
            info: JsonObject = {"title": self._provider.title, "version": "1"}
            document = {"openapi": "3.1.0", "info": info, "paths": {}}
        if document is None:
            raise RefusedError("model_not_found", "The snapshot holds no OpenAPI document")
        document = self._carrying(document)
        listing = catalogue.list
        if listing is not None and listing.path == catalogue.openapi and not first_present(document, [listing.items]):
            put(document, listing.items, self.items(self.models.values()))
        servers = document.get("servers")
        if not isinstance(servers, list):
            return document
        return {**document, "servers": [self._moved(server) for server in servers]}

    def items(self, models: Iterable[ModelDocument]) -> JsonValue:
        """Return the items of the list for `models`, or the object whose keys are the ids."""
        listing = self._provider.catalogue.list
        if listing is None or listing.id is None:
            return {model.id: self.listed(model) for model in models}
        # Items that are strings are the ids themselves.
        return [self.listed(model) if listing.id else model.id for model in models]

    def listed(self, model: ModelDocument) -> JsonObject:
        """Return an item of the list, with its embedded schemas."""
        item = self.item(model)
        for place in self._provider.catalogue.carried:
            if place.answer == "list":
                source = SchemaSource(path="", document=place.document, pointer=place.pointer, output=place.output)
                put_schemas(item, filled(source, model.id, model.facts), model)
        return item

    def _carrying(self, document: JsonObject) -> JsonObject:
        """Return the OpenAPI document with its embedded schemas; the snapshot's own is not changed."""
        places = [place for place in self._provider.catalogue.carried if place.answer == "openapi"]
        operations = self._provider.catalogue.operations
        document = deepcopy(document) if places or operations else document
        if operations is not None:
            self._put_operations(document, operations)
        for place in places:
            for model in self.models.values():
                put_embedded(document, place, model)
        return document

    def _put_operations(self, document: JsonObject, operations: Operations) -> None:
        """Make the operations that are models those of the snapshot, with their facts."""
        paths = cast("JsonObject", document.setdefault("paths", {}))
        form = pattern_of(operations.path)
        for path in tuple(paths):
            match = form.fullmatch(path)
            if match is not None and "{" not in path and match["p0"] not in self.models:
                del paths[path]
        for model in self.models.values():
            pointer = pointer_of(operations.path.replace("{id}", model.id), operations.method)
            known = first_present(paths, [pointer])
            put(paths, pointer, {**(known if isinstance(known, dict) else {}), **self.item(model)})

    def _put_price(self, item: JsonObject, price: Price) -> None:
        fields = self._provider.catalogue.price
        if fields is None:
            return
        put_first(item, fields.amount, price.amount)
        if price.unit is not None:
            put_first(item, fields.unit, price.unit)
        if price.by_resolution:
            put_first(item, fields.by_resolution, dict[str, JsonValue](price.by_resolution))

    def _moved(self, server: JsonValue) -> JsonValue:
        url = server.get("url") if isinstance(server, dict) else None
        if not isinstance(server, dict) or not isinstance(url, str) or "://" not in url:
            return server
        return {**server, "url": self._addresses.local(url) or url}


def _put_id(item: JsonObject, place: str | tuple[str, str] | None, model_id: str) -> None:
    """Put a model's id where an item has it: in one place, as owner and name, or nowhere."""
    if isinstance(place, str):
        put(item, place, model_id)
    elif place is not None:
        for pointer, part in zip(place, model_id.split("/", 1), strict=False):
            put(item, pointer, part)


def _gives(model: ModelDocument, placeholder: str, value: str) -> bool:
    try:
        return fill(placeholder, {**model.fact_values, "id": model.id}, lambda _, part: part) == value
    except LookupError:
        return False


def _endpoints(provider: Provider, snapshot: Snapshot, addresses: UrlMapping) -> dict[str, str]:
    if "{endpoint}" not in provider.submit.url:
        return {}
    found: dict[str, str] = {}
    for model in snapshot.models:
        path = addresses.path_of(provider.submit.url.replace("{endpoint}", model.endpoint)) if model.endpoint else None
        if path is not None:
            found.setdefault(f"{provider.submit.method} {path}", model.id)
    return found
