"""Random valid requests for the models of the committed package."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from pixeldojo_sdk import catalogue
from tests.paths import SPECS

from schemaloom.emulator.validation import InputCheck
from schemaloom.snapshot.layout import read_snapshot

MODELS = read_snapshot(SPECS / "pixeldojo").by_id()
CHECKS = {model_id: InputCheck(model.input) for model_id, model in MODELS.items()}

_TEXTS = st.sampled_from(["a fox", "1K", "2K", "4K", "720p", "1080P", "1 MP", "0.5MP", "2", "5", "5s", "auto"])
_URL = "https://example.com/a.png"
_UNPUBLISHED = {
    "num_images": st.integers(-1, 5),
    "duration": st.integers(1, 12) | _TEXTS,
    "resolution": _TEXTS,
    "size": _TEXTS,
    "prompt": st.just("a fox"),
}


@st.composite
def requests(draw: st.DrawFn, model_id: str) -> Any:
    """An instance of the model's request class, valid under the schema it came from."""
    kind = catalogue[model_id].load()
    schema = MODELS[model_id].input
    if schema is None:
        chosen = draw(st.sets(st.sampled_from(sorted(_UNPUBLISHED))))
        return kind(extra={name: draw(_UNPUBLISHED[name]) for name in sorted(chosen)})
    required = schema.get("required", [])
    payload = {
        name: draw(_value(member))
        for name, member in schema["properties"].items()
        if name in required or draw(st.booleans())
    }
    assert [] == CHECKS[model_id].violations(payload)
    return kind.model_validate(payload)


def _value(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    if "anyOf" in schema:
        return st.one_of(map(_value, schema["anyOf"]))
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    kind = schema.get("type")
    match kind[0] if isinstance(kind, list) else kind:
        case "integer":
            return st.integers(schema.get("minimum", -1), schema.get("maximum", schema.get("minimum", -1) + 20))
        case "number":
            return st.floats(schema.get("minimum", 0), schema.get("maximum", 30)).map(lambda value: round(value, 1))
        case "boolean":
            return st.booleans()
        case "array":
            return st.lists(st.just(_URL), max_size=2)
        case "string":
            return st.just(_URL) if schema.get("format") == "uri" else _TEXTS
    raise AssertionError(f"no values for {schema}")
