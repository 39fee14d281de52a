# note: sample#/properties/lost/$ref: $ref points to nothing; anything is admitted
# note: sample#/properties/remote/$ref: $ref does not point into the same document; anything is admitted
# note: sample#/properties/anchor/$ref: $ref does not point into the same document; anything is admitted
# note: sample#/properties/wrong/$ref: $ref is not a text; anything is admitted
"""sample: model ``sample``."""

from pydantic import JsonValue

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
    __nullable__ = frozenset({"anchor", "lost", "remote", "wrong"})

    anchor: JsonValue = None

    lost: JsonValue = None

    remote: JsonValue = None

    wrong: JsonValue = None
