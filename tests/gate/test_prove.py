"""What passes the gate, and what each of its checks stops."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from tests.gate.catalogues import MODULE, PLAIN, odd_schemas, package

from schemaloom.drift.change import Bump
from schemaloom.release.checks.failure import Failure
from schemaloom.release.checks.run_tool import last_line, run_checker
from schemaloom.release.gate import EXAMPLES, GateFailed, missing_tools, prove

SOURCE = f"src/{MODULE}"
TOMBSTONE = b"""\
from .._runtime.core.errors import ModelRetired

raise ModelRetired("former", since="2.0.0")
"""


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return package(tmp_path_factory.mktemp("plain"), PLAIN)


@pytest.fixture(autouse=True)
def _proofs(proofs: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHEMALOOM_CACHE_DIR", proofs)


def edited(files: dict[str, bytes], name: str, old: bytes, new: bytes) -> dict[str, bytes]:
    """`files` with one replacement in a file; the text that is replaced is there."""
    path = name if name in files else f"{SOURCE}/{name}"
    assert old in files[path]
    return {**files, path: files[path].replace(old, new)}


def test_every_oddity_of_schemas_becomes_a_package_that_passes(tmp_path: Path) -> None:
    files = package(tmp_path, odd_schemas())
    assert len([path for path in files if path.startswith(EXAMPLES)]) > 50
    assert missing_tools() == ()
    assert prove(None, files, Bump.NONE, module=MODULE) == ()


def test_each_check_finds_its_own_kind_of_fault(plain: dict[str, bytes]) -> None:
    broken = {**plain, f"{SOURCE}/models/former.py": TOMBSTONE}
    broken = edited(broken, "models/unknown.py", b"__all__", b"import os\nimport sys\n\nos.gone\n__all__")
    broken = edited(broken, "models/brush.py", b"prompt: str", b"prompt: str = 1  # type: int\n    other: str")
    broken = edited(broken, "models/pen.py", b"seed: Integer", b"seeds: Integer")
    broken = edited(broken, "examples/example_pen.py", b"seed=", b"seeds=")
    broken = edited(broken, "__init__.py", b"    ServerError,\n", b"")
    broken = edited(broken, "__init__.py", b'    "ServerError",\n', b"")
    found = prove(plain, broken, Bump.MINOR, module=MODULE)
    kinds = {(failure.check, failure.place.partition(":")[0]) for failure in found}
    assert ("imports", f"{MODULE}.models.unknown") in kinds
    assert ("imports", "previous_examples/example_pen.py") in kinds
    assert ("ruff", f"{SOURCE}/models/unknown.py") in kinds
    for checker in ("mypy", "basedpyright"):
        assert {f"{SOURCE}/models/brush.py", f"{SOURCE}/models/unknown.py", "previous_examples/example_pen.py"} <= {
            place for check, place in kinds if check == checker
        }
    assert ("griffe", f"{MODULE}.models.pen.Pen.seed") in kinds
    assert ("griffe", f"{MODULE}.ServerError") in kinds
    assert ("imports", f"{MODULE}.models.former") not in kinds


def test_a_breaking_version_may_lose_a_parameter(plain: dict[str, bytes]) -> None:
    fewer = edited(plain, "models/pen.py", b"seed: Integer", b"seeds: Integer")
    fewer = edited(fewer, "examples/example_pen.py", b"seed=", b"seeds=")
    assert prove(plain, fewer, Bump.MAJOR, module=MODULE) == ()


def test_a_package_that_does_not_import_at_all_is_one_failure(plain: dict[str, bytes]) -> None:
    broken = edited(plain, "__init__.py", b"__version__ = PROFILE.version", b"__version__ = PROFILE.none")
    broken = {path: content for path, content in broken.items() if not path.startswith(EXAMPLES)}
    found = prove(broken, broken, Bump.MAJOR, module=MODULE)
    assert [failure.place for failure in found if failure.check == "imports"] == [MODULE]


def test_the_error_has_what_failed_where_and_that_nothing_was_written() -> None:
    failures = [Failure("mypy", f"src/a.py:{line}", "wrong\n  " + "x" * 500) for line in range(7)]
    error = GateFailed("generated/a-sdk", failures)
    text = str(error)
    assert error.exit_code == 4
    assert "mypy: src/a.py:0: wrong xxx" in text
    assert "and 2 more (generated/a-sdk); nothing was written; this is a bug of the generator" in text
    assert "\n" not in text
    assert len(text) < 2000


def test_what_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mypy", None)
    monkeypatch.setitem(sys.modules, "griffe", None)
    assert missing_tools() == ("mypy", "griffelib")


def test_checkers_do_not_see_the_users_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIXEL_API_KEY", "secret")
    code = "import os; print(sorted(os.environ)); raise SystemExit('no such thing')"
    done = run_checker([sys.executable, "-c", code], tmp_path, MYPYPATH="src")
    assert "PIXEL_API_KEY" in os.environ
    assert "PIXEL_API_KEY" not in done.stdout
    assert "MYPYPATH" in done.stdout
    assert (done.returncode, last_line(done)) == (1, "no such thing")
