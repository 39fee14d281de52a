"""``python -m tests.common_shapes`` asks the type engine anew; ``git diff`` shows what it says differently."""

from __future__ import annotations

from tests.common_shapes.cases import rendered

from schemaloom.render.types.engine import COMMON_SHAPES

COMMON_SHAPES.write_text(rendered(), "utf-8")
