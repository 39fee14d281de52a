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
    values = {name: str(value) for name, value in (facts or {}).items()} | {"id": model}
    return source.model_copy(
        update={
            "path": fill_route(source.path, values),
            **{key: None if pointer is None else fill_pointer(pointer, values) for key, pointer in pointers.items()},
        }
    )
