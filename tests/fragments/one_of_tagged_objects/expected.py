"""sample: model ``sample``."""

from typing import Literal

from .._runtime.files.outputs import MediaOutput
from .._runtime.models.json_types import Number
from .._runtime.models.request import NestedModel, Request

__all__ = ["Sample"]


class SampleShape(NestedModel):
    """An object for ``shape``."""

    __schema_at__ = "/properties/shape/oneOf/0"

    kind: Literal["circle"]

    radius: Number


class SampleShape_2(NestedModel):
    """An object for ``shape``."""

    __schema_at__ = "/properties/shape/oneOf/1"

    kind: Literal["square"]

    side: Number


class Sample(Request[MediaOutput]):
    """sample

    Price: not published.
    """

    __model_id__ = "sample"
    __digest__ = ""
    __output__ = MediaOutput

    shape: SampleShape | SampleShape_2

    __schema__ = '{"type":"object","properties":{"shape":{"oneOf":[{"type":"object","properties":{"kind":{"const":"circle"},"radius":{"type":"number"}},"required":["kind","radius"]},{"type":"object","properties":{"kind":{"const":"square"},"side":{"type":"number"}},"required":["kind","side"]}]}},"required":["shape"]}'
