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
    __rules__ = {
        "properties": {
            "size": {
                "items": False,
                "minItems": 2,
                "prefixItems": [{"type": "integer"}, {"type": "integer"}],
                "type": "array",
            }
        }
    }

    size: Annotated[list[Integer], Field(max_length=2, min_length=2)] | None = None
    """At least 2 items."""

    __schema__ = '{"type":"object","properties":{"size":{"type":"array","prefixItems":[{"type":"integer"},{"type":"integer"}],"items":false,"minItems":2}}}'
