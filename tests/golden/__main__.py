"""``python -m tests.golden`` writes every ``expected`` folder anew; ``git diff`` shows what changed."""

from __future__ import annotations

import shutil

from tests.golden.cases import FOLDER, NAMES, is_runtime, rendered

for name in NAMES:
    expected = FOLDER / name / "expected"
    shutil.rmtree(expected, ignore_errors=True)
    for path, content in rendered(name).items():
        if not is_runtime(path):
            (expected / path).parent.mkdir(parents=True, exist_ok=True)
            (expected / path).write_bytes(content)
