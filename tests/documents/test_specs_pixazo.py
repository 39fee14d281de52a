"""The committed Pixazo models hold what the provider's document holds, and nothing more.

Expectations are typed by hand from the document: they are the second opinion on the parser.
"""

from __future__ import annotations

import pytest
from tests.paths import SPECS

from schemaloom.snapshot.layout import read_snapshot

PRESETS = ["square_hd", "square", "portrait_4_3", "portrait_16_9", "landscape_4_3", "landscape_16_9"]


def size(member):
    return {
        "anyOf": [
            {"type": "string", "enum": PRESETS},
            {"type": "object", "properties": {"width": member, "height": member}},
        ],
        "default": "square_hd",
    }


def number(low, high, default):
    return {"type": "number", "minimum": low, "maximum": high, "default": default}


TEXT = {"type": "string"}
STEPS = {"type": "integer", "minimum": 20, "maximum": 50, "default": 30}
IMAGES = {"type": "integer", "minimum": 1, "maximum": 4, "default": 1}
FORMAT = {"type": "string", "enum": ["jpeg", "png"], "default": "jpeg"}
CAREFUL, SYNC = {"type": "boolean", "default": True}, {"type": "boolean", "default": False}

TEXT_TO_IMAGE = [
    ("prompt", True, TEXT),
    ("negative_prompt", False, {"type": "string", "default": ""}),
    ("image_size", False, size({})),
    ("num_inference_steps", False, STEPS),
    ("guidance_scale", False, number(1, 8, 4)),
    ("cfg_range_start", False, number(0, 1, 0)),
    ("cfg_range_end", False, number(0, 1, 1)),
    ("num_images", False, IMAGES),
    ("output_format", False, FORMAT),
    ("enable_safety_checker", False, CAREFUL),
    ("seed", False, {"type": "integer"}),
    ("sync_mode", False, SYNC),
]
IMAGE_TO_IMAGE = [
    ("prompt", True, TEXT),
    ("image_url", True, TEXT),
    ("negative_prompt", False, {"type": "string", "default": ""}),
    ("image_size", False, size({"type": "integer"})),
    ("num_images", False, IMAGES),
    ("num_inference_steps", False, STEPS),
    ("guidance_scale", False, number(1, 8, 4)),
    ("image_guidance_scale", False, number(1, 8, 1)),
    ("cfg_range_start", False, number(0, 1, 0)),
    ("cfg_range_end", False, number(0, 1, 1)),
    ("output_format", False, FORMAT),
    ("enable_safety_checker", False, CAREFUL),
    ("seed", False, {"type": "integer"}),
    ("sync_mode", False, SYNC),
]


@pytest.fixture(scope="module")
def snapshot():
    return read_snapshot(SPECS / "pixazo")


@pytest.mark.parametrize(
    ("model", "expected", "count"),
    [("boogu-image", TEXT_TO_IMAGE, 12), ("boogu-image-edit", IMAGE_TO_IMAGE, 14)],
)
def test_every_parameter_is_taken_over(snapshot, model, expected, count):
    document = snapshot.by_id()[model]
    schema = document.input
    rows = [
        (name, name in schema["required"], {k: v for k, v in schema["properties"][name].items() if k != "description"})
        for name in document.parameter_order
    ]
    assert (expected, count) == (rows, len(rows))
    assert {"type", "properties", "required"} == schema.keys()
    assert f"https://gateway.pixazo.ai/{model}/v1/{model}-request" == document.endpoint
    assert all(part["description"] for part in schema["properties"].values())


def test_nothing_is_known_of_prices(snapshot):
    assert [None, None] == [model.price for model in snapshot.models]


def test_only_the_untyped_members_are_uncertain(snapshot):
    assert [{"image_size": {"members": "unknown"}}, None] == [model.certainty for model in snapshot.models]


def test_the_contract_is_that_of_the_document(snapshot):
    contract = snapshot.contract
    assert {"QUEUED", "PROCESSING", "COMPLETED", "FAILED", "ERROR"} == contract["statuses"].keys()
    assert {"202", "400", "401", "402", "403", "429", "500"} == contract["codes"].keys()
    assert {
        "request_id", "status", "model_id", "error", "output.media_url", "output.media_type", "created_at",
        "completed_at", "polling_url",
    } == contract["response_fields"].keys()  # fmt: skip
    assert {"Ocp-Apim-Subscription-Key", "X-Webhook-URL", "Content-Type", "Cache-Control"} == contract["headers"].keys()
    assert {"boogu-image"} == contract["documents"].keys()
