"""``python -m tests.provider_files`` writes the files that follow from the code."""

from __future__ import annotations

from tests.paths import ROOT
from tests.provider_files.written import written

for path, content in written().items():
    (ROOT / path).write_text(content, "utf-8")
