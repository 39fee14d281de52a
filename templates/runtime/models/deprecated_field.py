"""The old name of a parameter that the provider has renamed: still taken, and sent as the new one."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema


@dataclass(frozen=True, slots=True)
class DeprecatedFieldName:
    """Metadata of a field: who sets it is told the parameter's name of today."""

    old: str
    new: str

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Check values as the field's type does, and warn."""
        return core_schema.no_info_after_validator_function(self._warn, handler(source))

    def _warn(self, value: Any) -> Any:  # noqa: ANN401  whatever the field holds passes through
        # Above this: pydantic's own frame, and then whoever makes the request.
        warnings.warn(f"parameter {self.old!r} is called {self.new!r} now", DeprecationWarning, stacklevel=3)
        return value
