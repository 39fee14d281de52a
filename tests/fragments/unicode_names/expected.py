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

    field_e3b0c442: Annotated[str | None, Field(validation_alias="", serialization_alias="")] = None
    """Sent as ``""``."""

    field_36a9e7f1: Annotated[str | None, Field(validation_alias=" ", serialization_alias=" ")] = (
        None
    )
    """Sent as ``" "``."""

    etat: Annotated[str | None, Field(validation_alias="état", serialization_alias="état")] = None
    """Sent as ``"état"``."""

    groe: Annotated[
        Integer | None, Field(validation_alias="größe", serialization_alias="größe")
    ] = None
    """Sent as ``"größe"``."""

    etat_2: Annotated[str | None, Field(validation_alias="état", serialization_alias="état")] = None
    """Sent as ``"état"``."""

    field_50db7447: Annotated[
        Integer | None, Field(validation_alias="大小", serialization_alias="大小")
    ] = None
    """Sent as ``"大小"``."""

    field_d7a5c5e0: Annotated[
        str | None, Field(validation_alias="🦆", serialization_alias="🦆")
    ] = None
    """Sent as ``"🦆"``."""

    __schema__ = '{"type":"object","properties":{"größe":{"type":"integer"},"大小":{"type":"integer"},"état":{"type":"string"},"état":{"type":"string"},"":{"type":"string"}," ":{"type":"string"},"🦆":{"type":"string"}}}'
