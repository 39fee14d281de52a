"""sample: model ``sample``."""

from .._runtime.outputs import MediaOutput
from .._runtime.request import OpenRequest

__all__ = ["Sample"]


class Sample(OpenRequest[MediaOutput]):
    """sample

    Price: not published.
    """

    __model_id__ = "sample"
    __digest__ = ""
    __output__ = MediaOutput
