# note: sample#/properties/pair/additionalItems/not: not is not expressed; more values are admitted than the schema says
# note: sample#/properties/pair/items/1/if: if is not expressed; more values are admitted than the schema says
# note: sample#/properties/pair: types by position are merged into one type for all items
"""sample: model ``sample``."""

from .._runtime.files.outputs import MediaOutput
from .._runtime.models.json_types import Boolean, Integer
from .._runtime.models.request import Request

__all__ = ["Sample"]


class Sample(Request[MediaOutput]):
    """sample

    Price: not published.
    """

    __model_id__ = "sample"
    __digest__ = ""
    __output__ = MediaOutput

    pair: list[str | Integer | Boolean] | None = None
