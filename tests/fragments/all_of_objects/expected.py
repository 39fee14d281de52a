"""sample: model ``sample``."""

from typing import Annotated

from pydantic import Field

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

    prompt: str
    """What to draw."""

    seed: Integer

    steps: Annotated[Integer, Field(ge=1, le=50)]
    """At least 1; at most 50."""

    __schema__ = '{"allOf":[{"type":"object","properties":{"prompt":{"type":"string","description":"What to draw."},"steps":{"type":"integer","minimum":1}},"required":["prompt"]},{"type":"object","properties":{"steps":{"type":"integer","maximum":50},"seed":{"type":"integer"}},"required":["steps"]},{"required":["seed"]}]}'
