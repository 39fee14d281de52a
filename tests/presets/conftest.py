"""Small catalogues in the shapes of the presets."""

from __future__ import annotations

from schemaloom.snapshot.layout import Snapshot
from schemaloom.snapshot.model import ModelDocument

FILE = {
    "type": "object",
    "required": ["url"],
    "properties": {"url": {"type": "string"}, "content_type": {"type": "string"}, "width": {"type": "integer"}},
}


def request(**properties: object) -> dict[str, object]:
    properties = {"prompt": {"type": "string"}, **properties}
    return {"type": "object", "required": ["prompt"], "properties": properties}


def snapshot(*models: ModelDocument) -> Snapshot:
    return Snapshot(models=tuple(sorted(models, key=lambda model: model.id)))


def upscaler(name: str, **facts: object) -> ModelDocument:
    """A model with parameters that are files: by format, by name, in a list and in an object."""
    url = {"type": "string", "format": "uri", "maxLength": 2083}
    style = {"type": "object", "properties": {"weight_url": {"type": "string"}}, "additionalProperties": False}
    references = {"type": "array", "items": {"type": "string", "format": "uri"}}
    size = {"type": "integer", "default": 1}
    return ModelDocument(
        id=name,
        name=name,
        modality="image",
        facts=facts or None,
        input=request(image=url, references=references, style=style, size=size),
        output={"type": "object", "properties": {"image": FILE}} if not facts else {"type": "string", "format": "uri"},
        parameter_order=("prompt", "image", "references", "style", "size"),
        provenance="fetched",
    )


FAL = snapshot(
    ModelDocument(
        id="fal-ai/flux/dev",
        name="FLUX",
        modality="image",
        input=request(num_images={"type": "integer", "minimum": 1, "maximum": 4}),
        output={
            "type": "object",
            "required": ["images", "seed"],
            "properties": {"images": {"type": "array", "items": FILE}, "seed": {"type": "integer"}},
        },
        parameter_order=("prompt", "num_images"),
        output_order={"/properties/images/items": ["url", "content_type", "width"]},
        provenance="fetched",
    ),
    ModelDocument(
        id="fal-ai/whisper",
        name="Whisper",
        modality="text",
        input=request(),
        output={"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}},
        parameter_order=("prompt",),
        provenance="fetched",
    ),
)
VERSION = "9dcd6d78e7c6560c340d916fe32e9f24aabfa331e5cce95fe31f77fb03121426"
REPLICATE = snapshot(
    ModelDocument(
        id="black-forest-labs/flux-schnell",
        name="black-forest-labs/flux-schnell",
        documents=("https://replicate.com/black-forest-labs/flux-schnell",),
        facts={"version": "c846a69991daf4c0e5d016514849d14ee5b2e6846ce6b9d6f21369e564cfe51e", "official": "true"},
        input=request(),
        output={"type": "array", "items": {"type": "string", "format": "uri"}},
        parameter_order=("prompt",),
        provenance="fetched",
    ),
    ModelDocument(
        id="somebody/hello-world",
        name="somebody/hello-world",
        documents=("https://replicate.com/somebody/hello-world",),
        facts={"version": VERSION, "official": "false"},
        input=request(count={"type": "integer", "default": 1}),
        output={"type": "string"},
        parameter_order=("prompt", "count"),
        provenance="fetched",
    ),
)
WAVESPEED = snapshot(
    ModelDocument(
        id="wavespeed-ai/flux-dev",
        name="Flux",
        modality="image",
        input=request(size={"type": "string", "default": "1024*1024"}),
        parameter_order=("prompt", "size"),
        provenance="fetched",
    ),
    ModelDocument(
        id="wavespeed-ai/wan-2.1/t2v-480p",
        name="Wan",
        modality="video",
        input=request(),
        parameter_order=("prompt",),
        provenance="fetched",
    ),
)
BFL = snapshot(
    *(
        ModelDocument(id=name, name=name.upper(), input=request(), parameter_order=("prompt",), provenance="fetched")
        for name in ("flux-dev", "flux-pro-1.1")
    )
)
RUNWARE = snapshot(
    *(
        ModelDocument(
            id=name,
            name=title,
            modality=modality,
            input={
                "type": "object",
                "required": ["taskType", "prompt"],
                "properties": {
                    "taskType": {"const": f"{modality}Inference", "type": "string"},
                    "prompt": {"type": "string"},
                    "seedImage": {"type": "string"},
                },
            },
            parameter_order=("taskType", "prompt", "seedImage"),
            provenance="fetched",
        )
        for name, title, modality in (("google:3@3", "Veo", "video"), ("runware:100@1", "flux", "image"))
    )
)
OPENAI = snapshot(
    *(
        ModelDocument(
            id=name,
            name=name,
            input=request(n={"type": "integer", "default": 1, "minimum": 1, "maximum": 10}),
            parameter_order=("prompt", "n"),
            provenance="fetched",
        )
        for name in ("dall-e-3", "gpt-image-1")
    )
)
STABILITY = snapshot(
    *(
        ModelDocument(
            id=name,
            name=name,
            input=request(image={"type": "string", "format": "binary"}, seed={"type": "integer"}),
            parameter_order=("prompt", "image", "seed"),
            provenance="fetched",
        )
        for name in ("edit/inpaint", "generate/core")
    )
)
TOGETHER = snapshot(
    *(
        ModelDocument(
            id=f"black-forest-labs/{name}",
            name=name,
            modality="image",
            input=request(steps={"type": "integer", "default": 20}),
            parameter_order=("prompt", "steps"),
            provenance="fetched",
        )
        for name in ("FLUX.1-dev", "FLUX.1.1-pro")
    )
)
NOVITA = snapshot(
    *(
        ModelDocument(id=f"{name}.safetensors", name=name, provenance="fetched")
        for name in ("dreamshaper_8_93211", "fluxFusion_v1")
    )
)
AT_ONCE = {"together": TOGETHER, "openai": OPENAI, "stability": STABILITY}
"""Presets of providers that answer with the result."""
SNAPSHOTS = {
    **AT_ONCE,
    "runware": RUNWARE,
    "bfl": BFL,
    "fal": FAL,
    "replicate": REPLICATE,
    "wavespeed": WAVESPEED,
    "novita": NOVITA,
}
