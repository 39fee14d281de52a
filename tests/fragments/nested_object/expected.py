"""sample: model ``sample``."""

from typing import Annotated

from pydantic import Field

from .._runtime.files.outputs import MediaOutput
from .._runtime.models.json_types import Number
from .._runtime.models.request import NestedModel, Request

__all__ = ["Sample"]


class SampleCameraPose(NestedModel):
    """An object for ``pose``."""

    __schema_at__ = "/properties/camera/properties/pose"

    yaw: Annotated[Number, Field(gt=-180, le=180)] | None = None
    """Above -180; at most 180."""


class SampleCamera(NestedModel):
    """Camera"""

    __schema_at__ = "/properties/camera"

    lens: str

    pose: SampleCameraPose | None = None


class Sample(Request[MediaOutput]):
    """sample

    Price: not published.
    """

    __model_id__ = "sample"
    __digest__ = ""
    __output__ = MediaOutput
    __defaults__ = {"camera": {"lens": "50mm"}}

    camera: SampleCamera | None = None
    """Camera

    Default ``{"lens": "50mm"}``.
    """

    __schema__ = '{"type":"object","properties":{"camera":{"type":"object","properties":{"lens":{"type":"string"},"pose":{"type":"object","properties":{"yaw":{"type":"number","maximum":180,"exclusiveMinimum":-180}}}},"required":["lens"],"title":"Camera","default":{"lens":"50mm"}}}}'
