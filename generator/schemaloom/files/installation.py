"""The folders in which this installation of schemaloom keeps its code and its templates."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from schemaloom.errors import SchemaloomError

PACKAGE = Path(__file__).resolve().parent.parent
"""The folder of the import package ``schemaloom``."""


@cache
def templates_folder() -> Path:
    """Return the folder of templates: inside an installed package, or at the top of a checkout.

    An editable install has them only in the checkout.
    """
    for folder in (PACKAGE / "templates", PACKAGE.parent.parent / "templates"):
        if (folder / "runtime").is_dir():
            return folder
    raise SchemaloomError("the templates are missing from this installation", hint="reinstall schemaloom")
