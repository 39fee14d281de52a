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

    Example: ``"a dog"``.
    """

    t: Integer | None = None
    """Only a title"""

    __schema__ = '{"type":"object","properties":{"p":{"type":"string","title":"Prompt","description":"What to draw.","default":"a cat","examples":["a dog"],"deprecated":true,"readOnly":true,"format":"uri","$comment":"x","x-order":1,"minLength":1,"maxLength":9},"t":{"type":"integer","title":"Only a title"}}}'
