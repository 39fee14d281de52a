"""sample: model ``sample``."""

from .._runtime.files.outputs import MediaOutput
from .._runtime.models.json_types import Integer
from .._runtime.models.request import Request

__all__ = ["Sample"]


class Sample(Request[MediaOutput]):
    """sample

    Price: not published.
    """

    __model_id__ = "sample"
    __digest__ = ""
    __output__ = MediaOutput
    __rules__ = {
        "oneOf": [
            {
                "properties": {"prompt": {"type": "string"}, "seed": {"type": "integer"}},
                "required": ["prompt"],
                "type": "object",
            },
            {
                "properties": {"image": {"type": "string"}, "seed": {"type": "string"}},
                "required": ["image"],
                "type": "object",
            },
        ]
    }

    image: str | None = None

    prompt: str | None = None

    seed: Integer | str | None = None

    __schema__ = '{"oneOf":[{"type":"object","properties":{"prompt":{"type":"string"},"seed":{"type":"integer"}},"required":["prompt"]},{"type":"object","properties":{"image":{"type":"string"},"seed":{"type":"string"}},"required":["image"]}]}'
