"""The files that follow from the code: the profile of packages, and pages of the documentation."""

from __future__ import annotations

from tests.provider_files.profile import profile_module
from tests.provider_files.reference import reference
from tests.reference.commands import commands
from tests.reference.front_page import front_page
from tests.reference.rules import rules
from tests.reference.runtime import package


def written() -> dict[str, str]:
    """Return each file's content by its path."""
    return {
        "docs/index.md": front_page(),
        "docs/provider.md": reference(),
        "docs/reference/commands.md": commands(),
        "docs/reference/package.md": package(),
        "docs/reference/rules.md": rules(),
        "templates/runtime/core/profile.py": profile_module(),
    }
