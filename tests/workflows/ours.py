"""The workflow of this repository is the one that `schemaloom init` gives to any other."""

from __future__ import annotations

from tests.paths import ROOT

from schemaloom.pipeline.init import scheduled
from schemaloom.render.scaffold import WORKFLOW, render_rest, render_workflow

SCRIPT = ".github/scripts/propose.sh"


def rendered() -> dict[str, bytes]:
    """What the templates make of this repository, which installs itself."""
    return {
        WORKFLOW: render_workflow(scheduled(ROOT), requirement=".[alerts,gate]"),
        SCRIPT: render_rest()[SCRIPT],
    }
