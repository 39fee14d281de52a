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
    __defaults__ = {"size": "square"}

    size: Literal["square", "wide", "1:1", "it's", 'say "hi"', "back\\slash"]
    """Shape of the picture.

    Default ``"square"``.
    """

    __schema__ = '{"type":"object","properties":{"size":{"type":"string","enum":["square","wide","1:1","it\'s","say \\"hi\\"","back\\\\slash"],"default":"square","description":"Shape of the picture."}},"required":["size"]}'
