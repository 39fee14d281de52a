"""The workflow of this repository is the one that `schemaloom init` gives to any other."""

from __future__ import annotations

from tests.paths import ROOT

from schemaloom.pipeline.init import scheduled
from schemaloom.render.scaffold import WORKFLOW, render_installing, render_rest, render_workflow

INSTALL = (
    "python -m pip install --require-hashes -r requirements-dev.txt",
    "python -m pip install --no-deps --no-build-isolation .",
)
"""Everything below this repository's tool by version and hash, and the tool from the checkout."""
SCRIPT = ".github/scripts/propose.sh"
BUILD = ".github/scripts/build.sh"


def rendered() -> dict[str, bytes]:
    """What the templates make of this repository, which installs itself."""
    return {
        WORKFLOW: render_workflow(scheduled(ROOT), install=INSTALL),
        **render_installing(install=INSTALL),
        **{path: render_rest()[path] for path in (SCRIPT, BUILD)},
    }
