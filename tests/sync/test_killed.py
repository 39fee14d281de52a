"""Specs, package and changelog of several providers are all old or all new, whenever a run is killed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.sync.killed import killed


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="kills a group of processes")
def test_a_killed_run_leaves_all_old_or_all_new_and_the_next_one_heals(tmp_path: Path) -> None:
    runs = list(killed(tmp_path, kills=4, seed=5))

    assert any(run.ended < 0 for run in runs)
    for run in runs:
        assert set(run.seen) <= {"old", "new", "missing"}
        assert set(run.recovered) in ({"old"}, {"new"})
        assert run.healed
