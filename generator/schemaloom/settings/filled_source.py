"""The places of a schema for one model: routes and pointers with their placeholders filled."""

from __future__ import annotations

from collections.abc import Mapping

from schemaloom.settings.catalogue import SchemaSource
from schemaloom.settings.placeholders import fill_pointer, fill_route


def filled(source: SchemaSource, model: str, facts: Mapping[str, object] | None) -> SchemaSource:
    """Return `source` for `model`; `facts` are those of its list item.

    Raises `LookupError` with a sentence if a placeholder has no value.
    """
    pointers = {"pointer": source.pointer, "document": source.document, "output": source.output}
    if not any("{" in text for text in (source.path, *pointers.values()) if text):
        return source
    values = _values(model, facts)
    return source.model_copy(
        update={
            "path": filled_route(source, model, facts),
            **{key: None if pointer is None else fill_pointer(pointer, values) for key, pointer in pointers.items()},
        }
    )


def filled_route(source: SchemaSource, model: str, facts: Mapping[str, object] | None) -> str:
    """Return the route of `source` for `model`; see `filled`."""
    return fill_route(source.path, _values(model, facts))


def _values(model: str, facts: Mapping[str, object] | None) -> dict[str, str]:
    return {name: str(value) for name, value in (facts or {}).items()} | {"id": model}
