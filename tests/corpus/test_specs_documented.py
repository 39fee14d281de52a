"""The committed PixelDojo models say what the provider's documents say, and nothing more.

Expectations are typed by hand from the documents: they are the second opinion on the data.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from schemaloom.json.codec import canonical_bytes, digest, parse_json
from schemaloom.json.values import JsonObject
from schemaloom.snapshot.layout import Snapshot, read_snapshot, snapshot_files
from schemaloom.snapshot.lock import Entry, Lock
from schemaloom.snapshot.model import ModelDocument

FOLDER = Path(__file__).parents[2] / "specs" / "pixeldojo"

SQUARE_TO_PORTRAIT = ["square_hd", "landscape_4_3", "portrait_4_3", "landscape_16_9", "portrait_16_9"]


def open_set(*shown: str) -> JsonObject:
    """Choices of which the documents show some: these are suggested, other text is accepted."""
    return {"anyOf": [{"enum": list(shown)}, {"type": "string"}]}


TEXT: JsonObject = {"type": "string"}
URL: JsonObject = {"type": "string", "format": "uri"}
LIST: JsonObject = {"type": "array"}
LABEL_OR_NUMBER: JsonObject = {"type": ["number", "string"]}

# name, required, schema without its description
BOOGU_IMAGE_EDIT = [
    ("prompt", True, TEXT),
    ("image", True, TEXT),
    ("image_size", False, {**open_set(*SQUARE_TO_PORTRAIT), "default": "square_hd"}),
    ("negative_prompt", False, TEXT),
    ("guidance_scale", False, {"type": "number", "default": 4, "minimum": 1, "maximum": 8}),
    ("image_guidance_scale", False, {"type": "number", "default": 1, "minimum": 1, "maximum": 8}),
    ("seed", False, {"type": "integer"}),
]
P_IMAGE_EDIT = [
    ("prompt", True, TEXT),
    ("images", True, LIST),
    ("aspect_ratio", False, {"type": "string", "enum": ["1:1", "2:3", "3:2", "3:4", "4:3", "9:16", "16:9"]}),
]
GPT_IMAGE_2_EDIT = [
    ("prompt", True, TEXT),
    ("image_urls", True, LIST),
    ("mask_url", False, URL),
    ("image_size", False, {**open_set("auto"), "default": "auto"}),
    ("quality", False, {**open_set("high"), "default": "high"}),
    ("num_images", False, {"type": "integer", "default": 1}),
    ("output_format", False, {**open_set("png"), "default": "png"}),
]
BOOGU_IMAGE_EDIT_TEXTS = {
    "prompt": "Edit instruction describing how to transform the input image.",
    "image": "URL of the source image to edit.",
    "image_size": "Output size preset. 1K presets cost 1 credit; 2K presets cost more (priced per megapixel). "
    "Max native resolution is 2K.",
    "negative_prompt": "Elements to exclude from the edited image.",
    "guidance_scale": "How closely the edit follows the instruction (1–8). Default 4.",
    "image_guidance_scale": "Reference-image guidance strength (1–8). Default 1.",
    "seed": "Random seed for reproducibility. Omit for random.",
}

# Everything that llm.txt lists: id -> name, amount, unit, price by resolution.
LLM_TXT = {
    "flux-dev": ("Flux Dev", 1, "image", {}),
    "flux-krea-dev": ("Flux Krea Dev", 1, "image", {}),
    "flux-1.1-pro": ("Flux 1.1 Pro", 1, "image", {}),
    "flux-1.1-pro-ultra": ("Flux 1.1 Pro Ultra", 1.5, "image", {}),
    "flux-kontext-pro": ("Flux Kontext Pro", 1, "image", {}),
    "flux-kontext-max": ("Flux Kontext Max", 2, "image", {}),
    "flux-2-flex": ("Flux 2 Flex", 1.5, "image", {"0.5 MP": 1, "1 MP": 1.5, "2 MP": 3, "4 MP": 5}),
    "flux-2-klein-4b": ("Flux 2 Klein 4B", 0.1, "image", {}),
    "flux-2-klein-9b": ("Flux 2 Klein 9B", 0.5, "image", {}),
    "flux-2-pro": ("Flux 2 Pro", 1.5, "image", {"0.5 MP": 1, "1 MP": 1.5, "2 MP": 2, "4 MP": 2}),
    "flux-2-max": ("Flux 2 Max", 2, "image", {"0.5 MP": 1, "1 MP": 2, "2 MP": 3, "4 MP": 4}),
    "flux-2-dev": ("Flux 2 Dev", 1, "image", {}),
    "seedream-4": ("Seedream 4.5", 1, "image", {}),
    "seedream-5-lite": ("Seedream 5 Lite", 1, "image", {}),
    "ponyxl-ponyrealism-v23": ("Pony Realism", 1, "image", {}),
    "ponyxl-tponynai3-v7": ("Pony NAI", 1, "image", {}),
    "ponyxl-waianinsfwponyxl-v140": ("Wai ANI", 1, "image", {}),
    "qwen-image-plus": ("QWEN Image Plus", 1, "image", {}),
    "qwen-image-max": ("QWEN Image Max", 2, "image", {}),
    "qwen-image-2.0": ("QWEN Image 2.0", 1, "image", {}),
    "qwen-image-2.0-pro": ("QWEN Image 2.0 Pro", 2, "image", {}),
    "wan-image": ("WAN 2.2 Image", 1, "image", {}),
    "wan-2.6-image": ("WAN 2.6 Image", 1, "image", {}),
    "z-image-turbo": ("Z Image Turbo", 0.5, "image", {}),
    "p-image": ("P-Image", 1, "image", {}),
    "imagineart": ("ImagineArt 1.5 Pro", 1.5, "image", {}),
    "gemini-flash": ("Google Gemini Flash", 1, "image", {}),
    "nano-banana-pro": ("Google Nano Banana Pro", 3, "image", {"1K": 3, "2K": 3, "4K": 6}),
    "nano-banana-2": ("Google Nano Banana 2", 3, "image", {"1K": 2, "2K": 3, "4K": 4}),
    "kling-image": ("Kling Image V3", 1, "image", {}),
    "xai-image": ("xAI Image", 1, "image", {}),
    "dreamina": ("Dreamina 3.1", 1, "image", {}),
    "wan-2.6-flash": ("WAN 2.6 Flash", 1, "second", {"720p": 1, "1080p": 1.5}),
    "wan-2.2-plus": ("WAN 2.2 Plus", 10, "job", {}),
    "seedance-1.5": ("Seedance 1.5", 1.5, "second", {}),
    "xai-video": ("xAI Video", 2, "second", {}),
}

WITH_FULL_TABLE = {
    "boogu-image", "boogu-image-edit", "consistent-characters", "dreamina", "flux", "flux-2-dev", "flux-2-flex",
    "flux-2-klein-9b", "flux-2-max", "flux-kontext-pro", "gemini-flash", "gpt-image-1-5-edit", "gpt-image-2-edit",
    "gpt-image-low", "happyhorse-1.0-r2v", "happyhorse-1.0-video-edit", "ideogram-character", "kling-image",
    "kling-motion-control", "kling-motion-control-pro", "kling-reference-to-video", "kling-video-edit",
    "kling-video-v3-pro-text", "ltx-2-pro-extend", "p-image-edit", "p-video-avatar", "pixverse-v6",
    "qwen-image-2-edit", "seedream-4", "veo-3.1-standard", "wan-2.2-replace", "wan-2.2-standard", "wan-2.7-i2v",
    "wan-2.7-image-pro", "wan-reference-to-video", "xai-video", "z-image-spicy",
}  # fmt: skip
WITH_A_TABLE_CUT_SHORT = {"qwen-image-max"}
WITHOUT_A_TABLE = {
    "change-camera-angle", "creative-upscale", "ernie", "face-enhance", "flux-1.1-pro", "flux-1.1-pro-ultra",
    "flux-2-klein-4b", "flux-2-pro", "flux-dev", "flux-kontext-max", "flux-krea-dev", "gpt-image-1-5", "gpt-image-2",
    "imagineart", "nano-banana-2", "nano-banana-pro", "p-image", "ponyxl-ponyrealism-v23", "ponyxl-tponynai3-v7",
    "ponyxl-waianinsfwponyxl-v140", "qwen-image-2", "qwen-image-2.0", "qwen-image-2.0-pro", "qwen-image-plus",
    "seedance-1.5", "seedream-5-lite", "wan-2.2-plus", "wan-2.6-flash", "wan-2.6-image", "wan-image", "xai-image",
    "z-image-turbo",
}  # fmt: skip

# What the documents really hold, however odd: model, parameter, required, schema without its description.
IRREGULARITIES = [
    ("wan-2.2-replace", "video_duration", True, {"type": "integer", "default": 5, "minimum": 1, "maximum": 15}),
    ("wan-2.2-replace", "resolution", False, {"type": "string", "enum": ["480", "720"], "default": "480"}),
    ("wan-reference-to-video", "duration", True, {"type": "integer"}),
    ("wan-reference-to-video", "resolution", False, {**LABEL_OR_NUMBER, "default": "720"}),
    ("pixverse-v6", "prompt", False, {"type": "string", "default": ""}),
    ("pixverse-v6", "seed", False, {"type": "integer", "minimum": 0, "maximum": 2147483647}),
    ("kling-reference-to-video", "prompt", False, {"type": "string", "default": ""}),
    ("kling-video-v3-pro-text", "duration", False, {**LABEL_OR_NUMBER, "default": "5"}),
    ("kling-video-v3-pro-text", "cfg_scale", False, {"type": "number", "default": 0.5}),
    ("veo-3.1-standard", "generate_audio", False, {"type": "boolean", "default": True}),
    ("ideogram-character", "seed", False, {"type": "number"}),
    ("ideogram-character", "style_type", False, LABEL_OR_NUMBER),
    ("ideogram-character", "rendering_speed", False, {**open_set("Default"), "default": "Default"}),
    ("qwen-image-2-edit", "image", True, LIST),
    ("flux", "aspect_ratio", False, {**open_set("1:1"), "default": "1:1"}),
    ("flux", "customLoras", False, LIST),
    ("happyhorse-1.0-r2v", "aspectRatio", False,
     {"type": "string", "enum": ["16:9", "9:16", "1:1", "4:3", "3:4"], "default": "16:9"}),
    ("flux-2-klein-9b", "aspect_ratio", False,
     {**open_set("1:1", "16:9", "9:16", "3:2", "2:3", "4:5", "5:4", "3:4", "4:3"), "default": "1:1"}),
    ("p-video-avatar", "voice", False,
     {**open_set("Zephyr (Female)", "Puck (Male)", "Charon (Male)", "Kore (Female)", "Fenrir (Male)"),
      "default": "Zephyr (Female)"}),
]  # fmt: skip


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    return read_snapshot(FOLDER)


@pytest.fixture(scope="module")
def models(snapshot: Snapshot) -> dict[str, ModelDocument]:
    return dict(snapshot.by_id())


def properties(model: ModelDocument) -> dict[str, JsonObject]:
    assert model.input is not None, model.id
    return model.input["properties"]


def without_description(schema: JsonObject) -> JsonObject:
    return {key: value for key, value in schema.items() if key != "description"}


def table(model: ModelDocument) -> list[tuple[str, bool, JsonObject]]:
    """The parameter table as the documents print it: in order, one row per parameter."""
    required = model.input["required"]
    rows = properties(model)
    return [(name, name in required, without_description(rows[name])) for name in model.parameter_order]


@pytest.mark.parametrize(
    ("model_id", "expected"),
    [("boogu-image-edit", BOOGU_IMAGE_EDIT), ("p-image-edit", P_IMAGE_EDIT), ("gpt-image-2-edit", GPT_IMAGE_2_EDIT)],
)
def test_a_model_page_is_taken_over_parameter_by_parameter(models, model_id, expected):
    assert expected == table(models[model_id])


def test_parameter_texts_are_the_documents_own_words(models):
    shown = {name: schema["description"] for name, schema in properties(models["boogu-image-edit"]).items()}
    assert shown == BOOGU_IMAGE_EDIT_TEXTS


def test_the_documented_edit_models_keep_their_names_prices_and_texts(models):
    boogu, p_image, gpt = models["boogu-image-edit"], models["p-image-edit"], models["gpt-image-2-edit"]
    assert [(model.name, model.price.amount) for model in (boogu, p_image, gpt)] == [
        ("Boogu Image Edit", 1),
        ("P-Image Edit", 0.25),
        ("GPT Image 2 Edit", 5),
    ]
    assert boogu.capabilities == ("Image to Image", "NSFW Content")
    assert p_image.capabilities == ("Img2Img", "Editing", "Content moderation disabled")
    assert gpt.capabilities == ("Img2Img", "Editing")
    assert gpt.related == ("gpt-image-2",)
    assert boogu.description == "Boogu Image instruction-based editing. Provide a source image and an edit instruction."
    assert p_image.description == "Pruna P-Image Edit — fast image editing with up to 5 reference images."
    assert gpt.description.startswith("OpenAI GPT Image 2 image editing — supply 1-8 reference images plus an edit")


@pytest.mark.parametrize("model_id", LLM_TXT)
def test_every_model_of_llm_txt_has_its_name_and_price(models, model_id):
    model = models[model_id]
    price = model.price
    assert LLM_TXT[model_id] == (model.name, price.amount, price.unit, dict(price.by_resolution))
    assert "https://www.pixeldojo.ai/llm.txt" in model.documents
    assert model.description


def test_llm_txt_lists_32_image_and_4_video_models(models):
    modalities = [models[model_id].modality for model_id in LLM_TXT]
    assert (modalities.count("image"), modalities.count("video")) == (32, 4)


def test_features_of_llm_txt_are_kept_in_its_words(models):
    assert models["flux-2-pro"].capabilities == ("LoRA", "Editing")
    assert models["wan-2.6-flash"].capabilities == ("Audio",)
    assert models["flux-1.1-pro"].capabilities == ()
    assert models["creative-upscale"].capabilities == ("LoRA",)


def test_a_parameter_list_is_known_in_full_in_part_or_not_at_all(models):
    assert (len(WITH_FULL_TABLE), len(WITH_A_TABLE_CUT_SHORT), len(WITHOUT_A_TABLE)) == (37, 1, 32)
    assert {key for key, model in models.items() if model.input is None} == WITHOUT_A_TABLE
    assert {
        key for key, model in models.items() if model.input is not None and "additionalProperties" not in model.input
    } == WITH_FULL_TABLE
    assert {
        key for key, model in models.items() if model.input is not None and model.input.get("additionalProperties")
    } == WITH_A_TABLE_CUT_SHORT


def test_nothing_is_known_of_a_price_that_no_document_prints(models):
    unpriced = {key for key, model in models.items() if model.price is None}
    assert {"flux", "gpt-image-1-5", "gpt-image-2", "qwen-image-2"} == unpriced


@pytest.mark.parametrize(
    ("model_id", "name", "required", "expected"), IRREGULARITIES, ids=[f"{row[0]}.{row[1]}" for row in IRREGULARITIES]
)
def test_an_irregular_parameter_stays_as_it_is_documented(models, model_id, name, required, expected):
    assert (name, required, expected) in table(models[model_id])


def test_only_what_a_table_can_express_is_in_a_schema(models):
    allowed = {"type", "format", "anyOf", "enum", "default", "minimum", "maximum", "description"}
    for model in models.values():
        if model.input is None:
            continue
        assert model.input.keys() <= {"type", "properties", "required", "additionalProperties"}, model.id
        for name, schema in properties(model).items():
            assert schema.keys() <= allowed, f"{model.id}.{name}"


def test_the_order_of_parameters_names_each_one_once(models):
    assert sum(len(model.parameter_order) for model in models.values()) == 301
    for model in models.values():
        expected = sorted(properties(model)) if model.input is not None else []
        assert expected == sorted(model.parameter_order), model.id


def test_schemas_are_valid_and_defaults_obey_them(models):
    for model in models.values():
        if model.input is None:
            continue
        Draft202012Validator.check_schema(model.input)
        assert set(model.input["required"]) <= properties(model).keys(), model.id
        for name, schema in properties(model).items():
            if "default" in schema:
                faults = [fault.message for fault in Draft202012Validator(schema).iter_errors(schema["default"])]
                assert faults == [], f"{model.id}.{name}"


def test_every_model_is_documented_somewhere_and_none_was_fetched(models):
    assert {"documented"} == {model.provenance for model in models.values()}
    for model in models.values():
        assert model.documents, model.id
        assert all(url.startswith(("https://pixeldojo.ai/", "https://www.pixeldojo.ai/")) for url in model.documents)


def test_related_models_are_in_the_catalogue(models):
    assert [name for model in models.values() for name in model.related if name not in models] == []


def test_files_are_canonical_and_read_back_to_the_same_bytes(snapshot: Snapshot):
    written = snapshot_files(snapshot)
    on_disk = {path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in FOLDER.rglob("*.json")}
    assert sorted(on_disk) == sorted(written)
    for path, raw in on_disk.items():
        assert raw == canonical_bytes(parse_json(raw, where=path)), path
        assert raw == written[path], path


def test_the_lock_holds_the_digest_of_every_file_and_no_etag(snapshot: Snapshot):
    lock = Lock(
        generator=snapshot.lock["generator"],
        openapi=Entry(digest=digest(snapshot.openapi)),
        models={model.id: Entry(digest=digest(model.to_json())) for model in snapshot.models},
    )
    assert lock.to_json() == snapshot.lock
