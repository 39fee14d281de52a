"""sample: model ``sample``."""

from .._runtime.files.outputs import MediaOutput
from .._runtime.models.request import Request

__all__ = ["Sample"]


class Sample(Request[MediaOutput]):
    """sample

    Price: not published.
    """

    __model_id__ = "sample"
    __digest__ = ""
    __output__ = MediaOutput
    __rules__ = {"anyOf": [{"required": ["image"]}, {"required": ["image_url"]}]}

    image: str | None = None

    image_url: str | None = None

    prompt: str | None = None

    __schema__ = '{"type":"object","properties":{"image":{"type":"string"},"image_url":{"type":"string"},"prompt":{"type":"string"}},"anyOf":[{"required":["image"]},{"required":["image_url"]}]}'
