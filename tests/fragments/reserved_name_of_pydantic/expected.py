"""sample: model ``sample``."""

from typing import Annotated

from pydantic import Field

from .._runtime.files.outputs import MediaOutput
from .._runtime.models.json_types import Boolean, Integer, JsonObject
from .._runtime.models.request import Request

__all__ = ["Sample"]


class Sample(Request[MediaOutput]):
    """sample

    Price: not published.
    """

    __model_id__ = "sample"
    __digest__ = ""
    __output__ = MediaOutput

    copy_: Annotated[Boolean | None, Field(validation_alias="copy", serialization_alias="copy")] = (
        None
    )
    """Sent as ``"copy"``."""

    dict_: Annotated[str | None, Field(validation_alias="dict", serialization_alias="dict")] = None
    """Sent as ``"dict"``."""

    json_: Annotated[
        JsonObject | None, Field(validation_alias="json", serialization_alias="json")
    ] = None
    """Sent as ``"json"``."""

    model_config_: Annotated[
        str | None, Field(validation_alias="model_config", serialization_alias="model_config")
    ] = None
    """Sent as ``"model_config"``."""

    model_name: str | None = None

    schema_: Annotated[str, Field(validation_alias="schema", serialization_alias="schema")]
    """Sent as ``"schema"``."""

    validate_: Annotated[
        Integer | None, Field(validation_alias="validate", serialization_alias="validate")
    ] = None
    """Sent as ``"validate"``."""

    __schema__ = '{"type":"object","properties":{"schema":{"type":"string"},"copy":{"type":"boolean"},"model_config":{"type":"string"},"model_name":{"type":"string"},"json":{"type":"object"},"dict":{"type":"string"},"validate":{"type":"integer"}},"required":["schema"]}'
