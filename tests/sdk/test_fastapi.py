"""A FastAPI service that takes generated classes as bodies: what it documents and accepts is the provider's schema."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from jsonschema import Draft202012Validator
from tests.generated_package import imported
from tests.paths import SPECS
from tests.serving import serving

SIZE: dict[str, Any] = {
    "type": ["object", "null"],
    "description": "In pixels.",
    "properties": {
        "width": {"type": "integer", "minimum": 64, "maximum": 2048, "description": "From left to right."},
        "anchor": {"type": "object", "properties": {"x": {"type": "number", "exclusiveMinimum": 0}}, "required": ["x"]},
    },
    "required": ["width"],
    "additionalProperties": False,
}
STYLE: dict[str, Any] = {
    "type": "object",
    "properties": {"name": {"enum": ["oil", "ink"]}, "next": {"$ref": "#/$defs/Style"}},
}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "prompt": {"type": "string", "minLength": 1, "description": "What to draw."},
        "size": SIZE,
        "style": {"$ref": "#/$defs/Style"},
        "kind": {
            "oneOf": [
                {"type": "string"},
                {"type": "object", "properties": {"code": {"type": "string", "pattern": "^a"}}},
            ]
        },
    },
    "required": ["prompt"],
    "$defs": {"Style": STYLE},
}
BODIES: dict[str, tuple[dict[str, Any], list[Any]]] = {
    "Paint": (SCHEMA, [
        {"prompt": "x"}, {"prompt": ""}, {"prompt": "x", "size": {"width": 64}}, {"prompt": "x", "size": {"width": 63}},
        {"prompt": "x", "size": None}, {"prompt": "x", "style": {"next": {"next": {"name": "ink"}}}}, {},
        {"prompt": "x", "style": {"next": {"next": {"name": "lead"}}}}, {"prompt": "x", "kind": {"code": "b"}},
    ]),
    "PaintSize": ({**SIZE, "type": "object"}, [
        {"width": 64}, {"width": 3000}, {}, {"width": 64, "anchor": {"x": 0.5}}, {"width": 64, "anchor": {"x": 0}},
    ]),
    "PaintSizeAnchor": (SIZE["properties"]["anchor"], [{"x": 1}, {"x": -1}, {}]),
    "PaintStyle": ({**STYLE, "$defs": {"Style": STYLE}}, [{"name": "oil"}, {"name": "x"}, {"next": {"name": 1}}]),
    "PaintKind": (SCHEMA["properties"]["kind"]["oneOf"][1], [{"code": "ab"}, {"code": "b"}, {}]),
}  # fmt: skip
"""The provider's own schema of each class, and bodies."""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("service")
    specs = folder / "specs" / "pixeldojo"
    (specs / "models").mkdir(parents=True)
    (specs / "provider.toml").write_bytes((SPECS / "pixeldojo" / "provider.toml").read_bytes())
    (specs / "models" / "paint.json").write_text(json.dumps({"id": "paint", "name": "Paint", "input": SCHEMA}), "utf-8")
    with imported("pixeldojo", specs=folder / "specs", out=folder / "generated") as package:
        module = import_module(f"{package.__name__}.models.paint")
        to_wire = import_module(f"{package.__name__}._runtime.models.request").to_wire
        app = FastAPI()
        for name in BODIES:

            def endpoint(body: Any) -> Any:
                return to_wire(body)

            endpoint.__annotations__["body"] = getattr(module, name)
            app.post(f"/{name}")(endpoint)
        with serving(app) as base_url:
            yield base_url


@pytest.mark.parametrize("name", BODIES)
def test_a_service_documents_and_accepts_what_the_provider_does(service: str, name: str) -> None:
    schema, bodies = BODIES[name]
    document = httpx2.get(f"{service}/openapi.json").json()
    body = document["paths"][f"/{name}"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert {"$ref": f"#/components/schemas/{name}"} == body
    documented = Draft202012Validator(document["components"]["schemas"][name])
    raw = Draft202012Validator(schema)

    for value in bodies:
        answer = httpx2.post(f"{service}/{name}", json=value)
        valid = raw.is_valid(value)
        assert valid == documented.is_valid(value), value
        assert (200, value) == (answer.status_code, answer.json()) if valid else 422 == answer.status_code, value


def test_texts_and_bounds_are_the_providers(service: str) -> None:
    schemas = httpx2.get(f"{service}/openapi.json").json()["components"]["schemas"]

    assert SIZE["properties"] == schemas["PaintSize"]["properties"]
    assert SCHEMA["properties"]["size"] == schemas["Paint"]["properties"]["size"]
    assert "What to draw." == schemas["Paint"]["properties"]["prompt"]["description"]
