"""Each folder here is a provider's specs, and under ``expected`` the whole package they must become.

The runtime is left out of ``expected``: it is a copy of ``templates/runtime``, and tested as one.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from schemaloom.pipeline.generate import generate

FOLDER = Path(__file__).parent
ONLY = {"chosen_models": frozenset({"pen-2", "pencil"})}
"""Cases in which some models are asked for."""
NAMES = sorted(path.parent.name for path in FOLDER.glob("*/provider.toml"))


def rendered(name: str) -> dict[str, bytes]:
    """Every file of a case's package, by its path below the distribution's folder."""
    with tempfile.TemporaryDirectory() as out:
        files = generate(name, specs=FOLDER, out=Path(out), only=ONLY.get(name)).files
        # The one file that speaks of all templates at once: it would hide which golden files a change touches.
        return {path: content for path, content in files.items() if not path.endswith("/provenance.json")}


def is_runtime(path: str) -> bool:
    """Whether a file is one of the copies."""
    return "/_runtime/" in path
