"""A sample of the laws over random raw schemas; ``python -m tests.drift.laws`` runs them in full."""

from __future__ import annotations

from tests.drift.laws import BROKEN, run_annotations, run_pairs, run_rewrites, run_together


def test_no_change_is_silent_no_payload_wrong_no_pointer_stray_and_no_report_falsely_safe() -> None:
    verdicts = run_pairs(150, seed=7)

    assert not BROKEN & verdicts.keys()
    assert verdicts["proved"] > 10


def test_each_of_several_keywords_at_one_place_is_judged_by_itself() -> None:
    verdicts = run_together(150, seed=7)

    assert not BROKEN & verdicts.keys()
    assert verdicts["proved"] > 10


def test_no_rewrite_of_equal_meaning_is_breaking() -> None:
    assert [] == run_rewrites(60, seed=7)


def test_no_edit_of_an_annotation_is_silent() -> None:
    assert [] == run_annotations(300, seed=7)
