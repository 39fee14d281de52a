"""``python -m tests.fragments`` writes every ``expected.py`` anew; ``git diff`` shows what changed."""

from __future__ import annotations

from tests.fragments.cases import FOLDER, rendered

for name, text in rendered().items():
    (FOLDER / name / "expected.py").write_text(text, "utf-8")
