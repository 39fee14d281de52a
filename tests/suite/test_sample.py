"""The program of the official suite, over a few groups of our own."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from tests.suite.__main__ import run, table


def test_every_verdict_of_the_sample_is_right() -> None:
    found = run(Path(__file__).parent / "sample")
    counts = sum((group.counts for group in found), Counter[str]())

    assert Counter(tests=19) == +counts, table(found)
