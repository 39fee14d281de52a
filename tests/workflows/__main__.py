"""``python -m tests.workflows`` writes the workflow of this repository from its templates."""

from __future__ import annotations

from tests.paths import ROOT
from tests.workflows.ours import rendered

for path, content in rendered().items():
    (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
    (ROOT / path).write_bytes(content)
