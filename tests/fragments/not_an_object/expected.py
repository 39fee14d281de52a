# warning: sample: the schema does not describe an object; the parameters are untyped
"""sample: model ``sample``."""

from .._runtime.files.outputs import MediaOutput
from .._runtime.models.request import OpenRequest

__all__ = ["Sample"]


class Sample(OpenRequest[MediaOutput]):
    """sample

    The provider does not publish the parameters: pass them in ``extra``, unchecked.

    Price: not published.
    """

    __model_id__ = "sample"
    __digest__ = ""
    __output__ = MediaOutput

    __schema__ = '{"type":"array","items":{"type":"string"}}'
