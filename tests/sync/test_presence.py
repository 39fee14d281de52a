"""Models that go missing for a while stay; those that are gone for good are removed, once."""

from __future__ import annotations

from pathlib import Path

from tests.sync.presence import false_removals, replay

STATES = ("2026-01-01", "2026-01-02", "2026-01-03", "2026-01-06", "2026-01-07")
PRESENT = {
    "always": [(0, 4)],
    "flapping": [(0, 0), (2, 2), (4, 4)],
    "away-for-two-looks": [(0, 0), (3, 4)],
    "gone": [(0, 1)],
    "new": [(3, 4)],
}


CRASH = {
    **{f"model-{number}": [(0, 0), (3, 4)] if number < 5 else [(0, 4)] for number in range(10)},
    "slow": [(0, 0), (4, 4)],
}
"""Six of eleven models are missing at two looks, and one of them is back a look later than the rest."""


def test_a_list_that_lacks_too_many_models_is_no_evidence_against_any(tmp_path: Path) -> None:
    looks = replay(tmp_path, STATES, CRASH, 0.0)

    assert [look.code for look in looks] == [0, 3, 3, 0, 0]
    assert [sorted(look.removed) for look in looks] == [[]] * 5


def test_only_what_is_gone_for_good_is_removed(tmp_path: Path) -> None:
    looks = replay(tmp_path, STATES, PRESENT, 0.0)

    assert [sorted(look.removed) for look in looks] == [[], [], [], ["gone"], []]
    assert [look.released for look in looks][3:] == [True, False]
    assert false_removals(looks, PRESENT) == []
