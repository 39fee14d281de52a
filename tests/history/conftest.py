"""A small catalogue with half a year of history, and the command line run over it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.history.year import NAME, write_year

from schemaloom.cli import main

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="session")
def half_year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The root of a repository with 40 models and 180 days; never written to."""
    root = tmp_path_factory.mktemp("year") / "project"
    write_year(root, models=40, days=180, edits=4)
    assert (root / "specs" / NAME).is_dir()
    return root


@pytest.fixture(autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache of these tests' own."""
    monkeypatch.setenv("SCHEMALOOM_CACHE_DIR", str(tmp_path_factory.getbasetemp() / "history-cache"))


@pytest.fixture
def schemaloom(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command with arguments in a folder: exit code, standard output, standard error."""

    def runs(root: Path, *arguments: str) -> tuple[int, str, str]:
        monkeypatch.chdir(root)
        monkeypatch.setattr(sys, "argv", ["schemaloom", *arguments])
        with pytest.raises(SystemExit) as caught:
            main()
        printed = capsys.readouterr()
        assert isinstance(caught.value.code, int)
        return caught.value.code, printed.out, printed.err

    return runs
