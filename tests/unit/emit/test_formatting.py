"""What formatting leaves behind: nothing, and nothing of runs that were killed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from schemaloom.files import format_python as formatting


def test_the_memory_of_a_killed_run_is_given_back_and_that_of_a_live_one_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formatting, "_MEMORY", tmp_path)
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    for process in (ended.pid, os.getpid()):
        (tmp_path / f"schemaloom-{process}-test").mkdir()

    assert {"a.py": b"x = 1\n"} == formatting.format_python({"a.py": b"x=1"})

    assert [f"schemaloom-{os.getpid()}-test"] == [path.name for path in tmp_path.iterdir()]
