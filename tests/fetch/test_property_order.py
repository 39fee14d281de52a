"""Properties keep the provider's order, from the answer to the class."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from tests.generated_package import generated

from .conftest import Api, Folder


def test_properties_keep_the_providers_order_at_any_depth(folder: Folder, api: Api) -> None:
    def listed(*names: str, **parts: Any) -> dict[str, Any]:
        return {"type": "object", "properties": {name: parts.get(name, {"type": "string"}) for name in names}}

    deep = listed("z", "b", "a")
    size = listed("width", "height", "anchor", anchor=deep)
    options = {"type": "array", "items": {"oneOf": [listed("y", "x"), {"$ref": "#/$defs/Later"}]}}
    schema = listed("prompt", "size", "options", size=size, options=options) | {"$defs": {"Later": listed("q", "p")}}
    api.add("beta", schema)

    folder.fetch()
    model = folder.snapshot().by_id()["beta"]
    assert [*api.schemas["beta"]["properties"]] == [*model.parameter_order]
    assert [*all_orders(schema | {"properties": dict(sorted(schema["properties"].items()))})] == [
        *all_orders(model.input)
    ]
    assert () == folder.fetch().changed

    with generated("acme", specs=folder.path.parent, out=folder.path.parent.parent / "generated") as (package, _):
        cls = package.catalogue["beta"].load()
        module = sys.modules[cls.__module__]
        assert ["prompt", "size", "options"] == [*cls.model_fields]
        assert ["width", "height", "anchor"] == [*module.BetaSize.model_fields]
        assert ["z", "b", "a"] == [*module.BetaSizeAnchor.model_fields]
        published = cls.model_json_schema()
        assert ["width", "height", "anchor"] == [*published["properties"]["size"]["properties"]]

    size["properties"] = {name: size["properties"][name] for name in ("height", "width", "anchor")}
    assert ("beta",) == folder.fetch().changed


def test_fields_of_a_result_keep_the_providers_order(folder: Folder, api: Api) -> None:
    text = {"type": "string"}
    usage = {"type": "object", "properties": {"total": text, "cached": text}, "required": ["total"]}
    result = {"type": "object", "properties": {"text": text, "model": text, "usage": usage}, "required": ["text"]}
    api.results["beta"] = result
    folder.fetch()
    assert () == folder.fetch().changed

    with generated("acme", specs=folder.path.parent, out=folder.path.parent.parent / "generated") as (package, _):
        module = sys.modules[package.catalogue["beta"].load().__module__]
        assert ["text", "model", "usage"] == [*module.BetaOutput.__annotations__]
        assert ["total", "cached"] == [*module.BetaOutputUsage.__annotations__]

    usage["properties"] = {"cached": text, "total": text}
    assert ("beta",) == folder.fetch().changed
    assert {"": ["text", "model", "usage"]} == folder.snapshot().by_id()["beta"].output_order


def all_orders(value: Any) -> Iterator[list[str]]:
    """The names of every object of properties, with the parameters sorted: they have an order of their own."""
    for name, part in sorted(value.items()) if isinstance(value, dict) else ():
        if name == "properties":
            yield [*part]
        yield from all_orders(part)
    for part in value if isinstance(value, list) else ():
        yield from all_orders(part)
