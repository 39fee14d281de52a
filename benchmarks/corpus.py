"""A seeded catalogue of any size: as a snapshot for schemaloom, as one OpenAPI document for its peers.

What real catalogues look like is kept: 3 to 40 parameters a model (median 11), nullable in three
spellings, nested objects, alternatives of objects, lists of addresses, choices, ranges, names
that are keywords or camel case, texts with quotes and backslashes, ids with slashes, dots and
capitals.  How much a catalogue repeats itself is the argument `distinct`: the share of its
parameters whose rules no other model has.  Every keyword is valid in OpenAPI 3.1, so that each
generator can read all of it.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import replace

from schemaloom.json.values import JsonObject, JsonValue
from schemaloom.snapshot.layout import Snapshot
from schemaloom.snapshot.model import ModelDocument, Price

SEED = 7
NAMES = """
prompt negative_prompt image_url image_urls seed steps guidance_scale strength aspect_ratio resolution duration fps
num_images output_format quality style motion camera voice language lora_scale loras mask_url reference_images
first_frame last_frame audio_url enable_safety_checker sync_mode upscale acceleration scheduler sampler width height
numFrames imageSize topP class from format negative crop background
""".split()  # noqa: SIM905  a list of words reads best as words
WORDS = "auto low medium high fast square wide tall png jpeg webp 480p 720p 1080p euler ddim cinematic anime".split()  # noqa: SIM905
MODALITIES = ("image", "image", "video", "audio")


def catalogue(models: int, distinct: float, *, results: bool = False) -> Snapshot:
    """`models` models, of whose parameters the share `distinct` (0 to 1) have rules of their own.

    With `results`, each publishes the schema of its output, too.
    """
    rng = random.Random(f"{SEED} {models} {distinct}")  # noqa: S311  reproducible, and no secret
    sizes = [min(40, max(3, round(rng.lognormvariate(2.4, 0.45)))) for _ in range(models)]
    rules = _dealt(rng, sum(sizes), distinct)
    made = [_model(rng, n, size, rules) for n, size in enumerate(sizes)]
    if results:
        made = [replace(model, output=_output(rng)) for model in made]
    return Snapshot(models=tuple(sorted(made, key=_id)))


def openapi(snapshot: Snapshot) -> JsonObject:
    """The same content as one OpenAPI 3.1 document: one POST per model, answered by its output or else by a job."""
    paths: JsonObject = {}
    schemas: JsonObject = {"Job": _JOB}
    answer = _json_content("Job")
    for number, model in enumerate(snapshot.models):
        name = f"Model{number}Input"
        schemas[name] = model.input
        responses: JsonObject = {"202": {"description": "accepted", **answer}}
        if model.output is not None:
            schemas[f"Model{number}Output"] = model.output
            responses["200"] = {"description": "done", **_json_content(f"Model{number}Output")}
        paths[f"/models/{model.id}/run"] = {
            "post": {
                "operationId": f"run_model_{number}",
                "summary": model.name,
                "description": model.description,
                "requestBody": {"required": True, **_json_content(name)},
                "responses": responses,
            }
        }
    info: JsonObject = {"title": "Catalogue", "version": "1"}
    return {"openapi": "3.1.0", "info": info, "paths": paths, "components": {"schemas": schemas}}


_JOB: JsonObject = {
    "type": "object",
    "required": ["jobId", "status"],
    "properties": {
        "jobId": {"type": "string"},
        "status": {"type": "string", "enum": ["pending", "processing", "completed", "failed"]},
        "statusUrl": {"type": "string"},
        "images": {"type": "array", "items": {"type": "string"}},
    },
}


def _json_content(name: str) -> JsonObject:
    return {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}}


def _id(model: ModelDocument) -> str:
    return model.id


def _model(rng: random.Random, number: int, size: int, rules: Iterator[JsonObject]) -> ModelDocument:
    names = rng.sample(NAMES, size)
    properties: dict[str, JsonValue] = {
        name: {**next(rules), "description": f'What {name} does to a "{rng.choice(WORDS)}" result; C:\\{name} — ≥ 1.'}
        for name in names
    }
    family = rng.choice(WORDS)
    spelling = (f"{family}/v{number}", f"{family}-{number}.1", f"{family.title()}_{number}", f"{family}-edit-{number}")
    return ModelDocument(
        id=spelling[number % 4],
        name=f"{family.title()} {number}",
        description=f"Makes {family} results of what you say. It's model {number}.",
        modality=MODALITIES[number % 4],
        price=Price(amount=1 + number % 5, unit="image"),
        documents=(f"https://docs.example.com/models/{number}",),
        input={"type": "object", "properties": properties, "required": names[: 1 + size // 8]},
        parameter_order=tuple(names),
        provenance="fetched",
    )


def _output(rng: random.Random) -> JsonObject:
    """The schema of an output; kinds are about as frequent as in real catalogues."""
    uri: JsonObject = {"type": "string", "format": "uri"}
    kind = rng.randrange(100)
    if kind < 25:
        return uri
    if kind < 50:
        return {"type": "array", "items": uri}
    if kind < 60:
        return {"type": "string"}
    fact: JsonObject = {"anyOf": [{"type": "integer"}, {"type": "null"}]}
    file: JsonObject = {
        "type": "object",
        "properties": {"url": uri, "content_type": {"type": "string"}, "width": fact, "height": fact},
        "required": ["url"],
    }
    properties: JsonObject = {
        "images": {"type": "array", "items": file},
        "mask": uri,
        "text": {"type": "string"},
        "seed": {"type": "integer"},
        "language": {"type": "string", "enum": rng.sample(WORDS, 3)},
        "segments": {
            "type": "array",
            "items": {"type": "object", "properties": {"start": {"type": "number"}, "text": {"type": "string"}}},
        },
        "timings": {"type": "object", "additionalProperties": {"type": "number"}},
    }
    names = rng.sample(sorted(properties), rng.randint(2, len(properties)))
    return {"type": "object", "properties": {name: properties[name] for name in names}, "required": names[:1]}


def _dealt(rng: random.Random, count: int, distinct: float) -> Iterator[JsonObject]:
    """The rules of `count` parameters: each of the distinct ones once, the common ones again and again."""
    pool: dict[str, JsonObject] = {}
    while len(pool) < max(1, round(count * distinct)):
        rule = _rule(rng)
        pool.setdefault(json.dumps(rule, sort_keys=True), rule)
    each = list(pool.values())
    popularity = [1 / rank for rank in range(1, len(each) + 1)]
    dealt = each + rng.choices(each, popularity, k=count - len(each))
    rng.shuffle(dealt)
    return iter(dealt)


def _rule(rng: random.Random) -> JsonObject:
    """One parameter's schema without its texts; kinds are as frequent as in real catalogues."""
    kind = rng.randrange(100)
    if kind < 26:
        return {"type": "string", **rng.choice(({}, {"maxLength": rng.randint(1, 9999)}))}
    if kind < 44:
        low = rng.randint(0, 64)
        return {"type": "integer", "minimum": low, "maximum": low + rng.randint(1, 9999)}
    if kind < 60:
        return {"type": "number", "minimum": rng.randint(0, 4) / 4, "maximum": 1 + rng.randint(1, 9999) / 100}
    if kind < 68:
        return {"type": "boolean"}
    if kind < 82:
        return {"type": "string", "enum": rng.sample(WORDS, rng.randint(2, 8))}
    if kind < 88:
        return {"type": "array", "items": {"type": "string"}, "maxItems": rng.randint(1, 9999)}
    if kind < 92:
        return {"anyOf": [{"type": "integer", "maximum": rng.randint(1, 99_999)}, {"type": "null"}]}
    if kind < 94:
        return {"type": ["string", "null"], "maxLength": rng.randint(1, 99_999)}
    if kind < 97:
        side: JsonObject = {"type": "integer", "minimum": rng.randint(1, 64), "maximum": rng.randint(512, 9999)}
        return {"type": "object", "properties": {"width": side, "height": side}, "required": ["width"]}
    scale: JsonObject = {"type": "number", "minimum": 0, "maximum": rng.randint(1, 9999)}
    one: JsonObject = {"type": "object", "properties": {"path": {"type": "string"}, "scale": scale}}
    other: JsonObject = {"type": "object", "properties": {"preset": {"type": "string", "enum": rng.sample(WORDS, 3)}}}
    return {"oneOf": [{**one, "required": ["path"]}, {**other, "required": ["preset"]}]}
