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
    __defaults__ = {"p": "a cat"}

    p: Annotated[str, Field(max_length=9, min_length=1)] | None = None
    """What to draw.

    At least 1 character; at most 9 characters; default ``"a cat"``; format ``uri``; deprecated by
    the provider.
    """

    t: Integer | None = None
    """Only a title"""
