"""A realistic OpenAPI 3.1 document that uses every object of the specification."""

from __future__ import annotations

from typing import Any


def body(schema: Any, **more: Any) -> dict[str, Any]:
    """Content of a request or response: JSON of a schema."""
    return {"content": {"application/json": {"schema": schema, **more}}}


JOB = {"$ref": "#/components/schemas/Job"}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Pictures", "version": "1", "description": "Makes pictures", "license": {"name": "MIT"}},
    "jsonSchemaDialect": "https://spec.openapis.org/oas/3.1/dialect/base",
    "servers": [
        {"url": "https://{region}.example/v1", "description": "All", "variables": {"region": {"default": "eu"}}}
    ],
    "security": [{"bearer": []}],
    "tags": [{"name": "jobs", "description": "Jobs"}],
    "externalDocs": {"url": "https://docs.example"},
    "paths": {
        "/models/{id}/run": {
            "summary": "Run",
            "parameters": [{"$ref": "#/components/parameters/Id"}],
            "post": {
                "operationId": "run",
                "summary": "Run a model",
                "tags": ["jobs"],
                "parameters": [
                    {"in": "header", "name": "X-Trace", "schema": {"type": "string"}, "deprecated": True},
                    {
                        "in": "query", "name": "tag", "required": True, "style": "pipeDelimited", "explode": False,
                        "allowReserved": True, "example": ["a"],
                        "schema": {"type": "array", "items": {"type": "string", "maxLength": 9}},
                    },
                    {"in": "query", "name": "filter", "content": {"application/json": {"schema": {"type": "object"}}}},
                ],
                "requestBody": {
                    "description": "What to make", "required": True,
                    "content": {
                        "application/json": {
                            "schema": {"$ref": "#/components/schemas/Run"},
                            "examples": {"a": {"value": {"prompt": "x"}}},
                        },
                        "multipart/form-data": {
                            "schema": {"type": "object", "properties": {"file": {"type": "string"}}},
                            "encoding": {"file": {"contentType": "image/png"}},
                        },
                    },
                },
                "responses": {
                    "202": {
                        "description": "Accepted", **body(JOB),
                        "headers": {"Location": {"required": True, "schema": {"type": "string", "format": "uri"}}},
                        "links": {"job": {"operationId": "job"}},
                    },
                    "404": {"$ref": "#/components/responses/Missing"},
                    "default": {"description": "Anything else"},
                },
                "callbacks": {
                    "done": {"{$request.body#/webhook_url}": {"post": {
                        "requestBody": body(JOB), "responses": {"200": {"description": "Taken"}}}}},
                },
                "security": [{"oauth": ["run"]}],
                "x-price": 3,
            },
        },
        "/jobs/{job}": {
            "get": {
                "operationId": "job", "deprecated": True,
                "parameters": [{"in": "path", "name": "job", "required": True, "schema": {"type": "string"}}],
                "responses": {"200": {"description": "The job", **body(JOB)}},
                "servers": [{"url": "https://jobs.example"}],
            },
        },
    },
    "webhooks": {
        "model.added": {"post": {"requestBody": body({"$ref": "#/components/schemas/Model"}),
                                 "responses": {"204": {"description": "Taken"}}}},
    },
    "components": {
        "parameters": {
            "Id": {"in": "path", "name": "id", "required": True, "description": "Model", "schema": {"type": "string"}},
        },
        "responses": {"Missing": {"description": "No such model", **body({"$ref": "#/components/schemas/Error"})}},
        "headers": {"Unused": {"schema": {"type": "string"}}},
        "securitySchemes": {
            "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "A key"},
            "oauth": {
                "type": "oauth2",
                "flows": {"clientCredentials": {"tokenUrl": "https://a.example/t", "scopes": {"run": "Run models"}}},
            },
        },
        "schemas": {
            "Run": {
                "type": "object", "required": ["prompt"],
                "properties": {
                    "prompt": {"type": "string", "minLength": 1, "description": "Text"},
                    "size": {"enum": ["small", "large"], "default": "small"},
                    "id": {"type": "string", "readOnly": True},
                },
            },
            "Job": {
                "type": "object", "required": ["id", "status"],
                "properties": {
                    "id": {"type": "string"},
                    "status": {"type": "string", "enum": ["queued", "done"]},
                    "assets": {"type": "array", "items": {"$ref": "#/components/schemas/Asset"}},
                    "secret": {"type": "string", "writeOnly": True},
                },
            },
            "Asset": {"type": "object", "properties": {"url": {"type": ["string", "null"], "format": "uri"}}},
            "Model": {"type": "object", "properties": {"name": {"type": "string", "title": "Name"}}},
            "Error": {"type": "object", "properties": {"code": {"type": "string", "examples": ["gone"]}}},
            "Unused": {"type": "object", "properties": {"a": {"type": "integer"}}},
        },
    },
}  # fmt: skip
"""Valid under OpenAPI 3.1; a test checks that."""
