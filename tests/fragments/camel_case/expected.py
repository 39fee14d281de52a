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

    HTTPReferer: str | None = None

    imageUrl: str

    numInferenceSteps: Integer | None = None

    __schema__ = '{"type":"object","properties":{"imageUrl":{"type":"string"},"numInferenceSteps":{"type":"integer"},"HTTPReferer":{"type":"string"}},"required":["imageUrl"]}'
