"""sample: model ``sample``."""

from pydantic import Field

from .._runtime.json_types import Boolean, Integer, JsonObject
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

    copy_: Boolean | None = Field(default=None, validation_alias="copy", serialization_alias="copy")
    """Sent as ``"copy"``."""

    dict_: str | None = Field(default=None, validation_alias="dict", serialization_alias="dict")
    """Sent as ``"dict"``."""

    json_: JsonObject | None = Field(
        default=None, validation_alias="json", serialization_alias="json"
    )
    """Sent as ``"json"``."""

    model_config_: str | None = Field(
        default=None, validation_alias="model_config", serialization_alias="model_config"
    )
    """Sent as ``"model_config"``."""

    model_name: str | None = None

    schema_: str = Field(validation_alias="schema", serialization_alias="schema")
    """Sent as ``"schema"``."""

    validate_: Integer | None = Field(
        default=None, validation_alias="validate", serialization_alias="validate"
    )
    """Sent as ``"validate"``."""
