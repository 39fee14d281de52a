"""sample: model ``sample``."""

from pydantic import Field

from .._runtime.json_types import Integer
from .._runtime.outputs import MediaOutput
from .._runtime.request import Request

__all__ = ["Sample"]


class Sample(Request[MediaOutput]):
    """sample

    Price: not published.
    """

    __model_id__ = "sample"
    __digest__ = ""
    __output__ = MediaOutput

    field_e3b0c442: str | None = Field(default=None, validation_alias="", serialization_alias="")
    """Sent as ``""``."""

    field_36a9e7f1: str | None = Field(default=None, validation_alias=" ", serialization_alias=" ")
    """Sent as ``" "``."""

    etat: str | None = Field(default=None, validation_alias="état", serialization_alias="état")
    """Sent as ``"état"``."""

    groe: Integer | None = Field(
        default=None, validation_alias="größe", serialization_alias="größe"
    )
    """Sent as ``"größe"``."""

    etat_2: str | None = Field(default=None, validation_alias="état", serialization_alias="état")
    """Sent as ``"état"``."""

    field_50db7447: Integer | None = Field(
        default=None, validation_alias="大小", serialization_alias="大小"
    )
    """Sent as ``"大小"``."""

    field_d7a5c5e0: str | None = Field(
        default=None, validation_alias="🦆", serialization_alias="🦆"
    )
    """Sent as ``"🦆"``."""
