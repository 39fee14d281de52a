"""The former name of a renamed parameter: accepted with a warning, and sent under the new name."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema


@dataclass(frozen=True, slots=True)
class DeprecatedFieldName:
    """Metadata of a field: setting it warns with the parameter's new name."""

    old: str
    new: str

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Validate as the field's type does, then warn."""
        return core_schema.no_info_after_validator_function(self._warn, handler(source))

    def _warn(self, value: Any) -> Any:  # noqa: ANN401  whatever the field holds passes through
        # Above this frame: pydantic's, then the caller's.
        warnings.warn(f"parameter {self.old!r} is called {self.new!r} now", DeprecationWarning, stacklevel=3)
        return value
