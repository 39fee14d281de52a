# note: sample#/properties/n/oneOf/0/not: not is not expressed; more values are admitted than the schema says
"""sample: model ``sample``."""

from typing import Literal

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

    n: str | Literal["a"] | None = None
    """Other strings are accepted too: the provider's list is not complete."""
