"""sample: model ``sample``."""

from typing import Annotated, Literal

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
    __defaults__ = {"size": "square"}

    coded: Literal["a"] | Annotated[str, Field(max_length=9, pattern="^x-")] | None = None
    """Other strings are accepted: the list is not complete."""

    size: Literal["square", "wide"] | str | None = None
    """Default ``"square"``. Other strings are accepted: the list is not complete."""

    __schema__ = '{"type":"object","properties":{"size":{"anyOf":[{"enum":["square","wide"]},{"type":"string"}],"default":"square"},"coded":{"anyOf":[{"enum":["a"]},{"type":"string","pattern":"^x-","maxLength":9}]}}}'
