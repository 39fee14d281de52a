"""Changes of what all models share: the provider's description, OpenAPI document and documented contract."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from schemaloom.drift.catalogue.contract import compare_contracts
from schemaloom.drift.catalogue.openapi_document import ReadSchema
from schemaloom.drift.catalogue.openapi_routes import compare_documents
from schemaloom.drift.catalogue.provider import compare_providers
from schemaloom.drift.change import Change
from schemaloom.json.values import JsonObject
from schemaloom.settings.provider import Provider


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlPlane:
    """One side's files about the provider itself; None is unknown, not empty."""

    read_schema: ReadSchema
    openapi: JsonObject | None = None
    provider: Provider | None = None
    contract: JsonObject | None = None


def compare_planes(old: ControlPlane, new: ControlPlane) -> Iterator[Change]:
    """Changes of the control plane; they name no model.

    The pointer of a ``provider.`` rule is one into ``provider.toml``, that of a ``contract.`` rule
    into ``contract.json``, and any other into the OpenAPI document.
    """
    if old.openapi is not None and new.openapi is not None and old.openapi != new.openapi:
        yield from compare_documents(old.openapi, new.openapi, old.read_schema, new.read_schema)
    if old.provider is not None and new.provider is not None and old.provider != new.provider:
        yield from compare_providers(old.provider, new.provider)
    if old.contract is not None and new.contract is not None:
        yield from compare_contracts(old.contract, new.contract)
