"""sample: model ``sample``."""

from typing import Annotated

from pydantic import Field

from .._runtime.files.outputs import MediaOutput
from .._runtime.models.json_types import Number
from .._runtime.models.request import NestedModel, Request

__all__ = ["Sample"]


class SampleFrame(NestedModel):
    """One picture."""

    url: str
    """Format ``uri``."""

    strength: Annotated[Number, Field(ge=0, le=1)] | None = None
    """At least 0; at most 1; default ``0.5``."""


class Sample(Request[MediaOutput]):
    """sample

    Price: not published.
    """

    __model_id__ = "sample"
    __digest__ = ""
    __output__ = MediaOutput

    end: SampleFrame | None = None

    start: SampleFrame
    """First picture."""

    __schema__ = '{"type":"object","properties":{"start":{"type":"object","properties":{"url":{"type":"string","format":"uri"},"strength":{"type":"number","default":0.5,"minimum":0,"maximum":1}},"required":["url"],"description":"First picture."},"end":{"type":"object","properties":{"url":{"type":"string","format":"uri"},"strength":{"type":"number","default":0.5,"minimum":0,"maximum":1}},"required":["url"],"description":"One picture."}},"required":["start"]}'
