"""A proof costs what changed, and finds what the proof of everything finds."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.gate.catalogues import MODULE, SMALLEST
from tests.gate.equal_proofs import CHANGES, SOURCE, Comparison, appended, changed, comparable

from schemaloom.release.checks import imports, ruff, type_checkers
from schemaloom.release.checks.run_tool import run_checker


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    return Comparison(tmp_path_factory.mktemp("proofs"), SMALLEST)


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        (
            "lost field",
            {("griffe", f"{MODULE}.models.pen.Pen.seed"), ("mypy", "previous_examples/example_pen.py")},
        ),
        (
            "type of the runtime",
            {("basedpyright", f"{SOURCE}/models/pen.py"), ("imports", f"{MODULE}.models.pen")},
        ),
    ],
)
def test_a_fault_is_found_wherever_it_is(comparison: Comparison, change: str, faults: set[tuple[str, str]]) -> None:
    """As a name that the package had, and in a module that depends on the one that changed."""
    found = comparison.proof_of_what_changed(CHANGES[change](random.Random(1), comparison.files))

    assert faults <= {(failure.check, failure.place.partition(":")[0]) for failure in found}


def test_only_the_changed_module_and_its_example_are_checked(
    comparison: Comparison, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = watched(monkeypatch)
    path = f"{SOURCE}/models/pen.py"
    assert comparison.proof_of_what_changed(appended(path, comparison.files, b"# nothing")) == ()
    present = {path for files, _ in seen for path in files}
    assert {path for path in present if "/models/" in path and "_runtime" not in path} == {
        f"{SOURCE}/models/__init__.py",
        path,
    }
    assert {path for path in present if path.startswith("examples/")} == {"examples/example_pen.py"}
    seen.clear()
    assert comparison.proof_of_what_changed(comparison.files) == ()
    assert seen == []


def test_the_runtime_is_checked_once_for_all_packages(comparison: Comparison, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = watched(monkeypatch)
    other = {
        path.replace(MODULE, "pencil_sdk"): content.replace(MODULE.encode(), b"pencil_sdk")
        for path, content in comparison.files.items()
    }

    assert comparison.proof_of_another_package(other, "pencil_sdk") == ()

    targets = {path for files, command in seen for path in files if path in command}
    assert "src/pencil_sdk/models/pen.py" in targets
    assert [path for path in targets if "_runtime" in path] == []
    broken = "src/pencil_sdk/_runtime/errors.py"
    found = comparison.proof_of_another_package(appended(broken, other, b'WRONG: int = "text"'), "pencil_sdk")
    assert {(failure.check, failure.place.partition(":")[0]) for failure in found} >= {
        ("mypy", broken),
        ("basedpyright", broken),
    }


def watched(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[str], Sequence[str]]]:
    """The files that each checker sees from now on, and its command."""
    seen: list[tuple[list[str], Sequence[str]]] = []

    def run(
        command: Sequence[str], folder: Path, *, stdin: str = "", **environ: str
    ) -> subprocess.CompletedProcess[str]:
        seen.append(([path.relative_to(folder).as_posix() for path in folder.rglob("*.py")], command))
        return run_checker(command, folder, stdin=stdin, **environ)

    for checker in (imports, ruff, type_checkers):
        monkeypatch.setattr(checker, "run_checker", run)
    return seen


def test_both_proofs_judge_a_change_alike(comparison: Comparison) -> None:
    rng = random.Random(8)
    for _ in range(3):
        _, files = changed(rng, comparison.files)
        some, whole = comparison.proofs(files)

        assert comparable(some) == comparable(whole)
