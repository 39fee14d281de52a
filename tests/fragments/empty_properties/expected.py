"""sample: model ``sample``."""

from .._runtime.files.outputs import MediaOutput
from .._runtime.models.request import OpenRequest

__all__ = ["Sample"]


class Sample(OpenRequest[MediaOutput]):
    """sample

    Price: not published.
    """

    __model_id__ = "sample"
    __digest__ = ""
    __output__ = MediaOutput

    __schema__ = '{"type":"object","properties":{}}'
