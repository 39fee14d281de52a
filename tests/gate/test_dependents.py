"""Which modules are checked again: those that changed, and all that a change can reach."""

from __future__ import annotations

import pytest

from schemaloom.release.checks.affected_modules import stale_modules

FILES = {
    "src/a/__init__.py": b"from ._core import thing\n",
    "src/a/_core.py": b"import os\nthing = os\n",
    "src/a/_part/__init__.py": b"",
    "src/a/_part/base.py": b"",
    "src/a/_part/middle.py": b"from . import base\n",
    "src/a/models/one.py": b"from .._part.middle import x\n",
    "src/a/models/two.py": b"from a._part import base\n",
    "src/a/models/three.py": b"def f():\n    import a._core\n",
    "README.md": b"",
    "examples/every_model.py": b"import a\n",
}


@pytest.mark.parametrize(
    ("changed", "stale"),
    [
        ((), ""),
        (("README.md",), ""),
        (("examples/every_model.py",), ""),
        (("src/a/models/one.py",), "models/one"),
        (("src/a/_core.py",), "__init__ _core models/three"),
        (("src/a/__init__.py",), "__init__"),
        (("src/a/_part/base.py",), "_part/base _part/middle models/one models/two"),
        (("src/a/_part/__init__.py",), "_part/__init__ _part/middle models/one models/two"),
        (("src/a/models/one.py", "src/a/models/two.py"), "models/one models/two"),
    ],
)
def test_a_change_reaches_what_imports_it(changed: tuple[str, ...], stale: str) -> None:
    old = {path: content + (b"# before\n" if path in changed else b"") for path, content in FILES.items()}
    assert stale_modules(old, FILES, "a") == tuple(f"src/a/{name}.py" for name in stale.split())


def test_a_module_that_is_gone_is_missed_where_it_was_imported() -> None:
    new = {path: content for path, content in FILES.items() if path != "src/a/_part/base.py"}
    assert stale_modules(FILES, new, "a") == (
        "src/a/_part/middle.py",
        "src/a/models/one.py",
        "src/a/models/two.py",
    )


def test_everything_is_new_where_nothing_was() -> None:
    assert len(stale_modules({}, FILES, "a")) == 8
