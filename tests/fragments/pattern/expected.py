# note: sample#/properties/ahead/pattern: the pattern needs a backtracking engine and is not checked
# note: sample#/properties/broken/pattern: the pattern is no valid regular expression and is not checked
"""sample: model ``sample``."""

from typing import Annotated

from pydantic import Field

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
    __rules__ = {"properties": {"ahead": {"type": "string"}, "broken": {"type": "string"}}}

    ahead: str | None = None

    broken: str | None = None

    colour: Annotated[str, Field(pattern="^#[0-9a-f]{6}$")] | None = None

    __schema__ = '{"type":"object","properties":{"colour":{"type":"string","pattern":"^#[0-9a-f]{6}$"},"ahead":{"type":"string","pattern":"(?=a)b"},"broken":{"type":"string","pattern":"("}}}'
