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

    image: str | list[str] | None = None

    seed: Annotated[Integer, Field(ge=0)] | Annotated[str, Field(min_length=1)] | None = None

    __schema__ = '{"type":"object","properties":{"seed":{"type":["integer","string"],"minimum":0,"minLength":1},"image":{"type":["string","array"],"items":{"type":"string"}}}}'
