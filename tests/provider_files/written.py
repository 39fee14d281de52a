"""The files that follow from the settings: their reference, and the profile of generated packages."""

from __future__ import annotations

from tests.provider_files.profile import profile_module
from tests.provider_files.reference import reference


def written() -> dict[str, str]:
    """Return each file's content by its path."""
    return {"docs/provider.md": reference(), "templates/runtime/core/profile.py": profile_module()}
