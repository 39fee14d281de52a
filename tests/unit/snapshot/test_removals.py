"""How many models may leave and enter in one run: as many as the guards allow, and not one more."""

from __future__ import annotations

from datetime import date

import pytest

from schemaloom.snapshot.fetch_result import FetchResult, ModelMetadata, Unchanged
from schemaloom.snapshot.layout import Snapshot
from schemaloom.snapshot.lock import Lock
from schemaloom.snapshot.model import ModelDocument
from schemaloom.snapshot.removals import MergePolicy, absent_models, refused_additions

DAY = date(2026, 3, 1)
POLICY = MergePolicy(today=DAY, allow_removals=False, allow_additions=False, removal_days=0, renamed={})
IDS = [f"model-{number:02}" for number in range(40)]
OLD = Snapshot(models=tuple(ModelDocument(id=name, name=name) for name in IDS))


@pytest.mark.parametrize(("lost", "withheld"), [(4, 0), (5, 5)])
def test_a_tenth_of_all_models_may_leave(lost: int, withheld: int) -> None:
    listed = IDS[lost:]
    fetched = FetchResult(
        facts={name: ModelMetadata() for name in listed}, schemas={name: Unchanged() for name in listed}
    )

    absent = absent_models(OLD, {*listed}, fetched, Lock(), POLICY)

    assert len(absent.withheld) == withheld
    assert len(absent.kept) == lost, "none leaves after one list"


@pytest.mark.parametrize(("new", "refused"), [(50, 0), (51, 51)])
def test_fifty_models_may_enter_a_small_catalogue(new: int, refused: int) -> None:
    added = {f"new-{number}" for number in range(new)}

    held_back, twins = refused_additions({*IDS}, {*IDS} | added)

    assert (len(held_back), twins) == (refused, frozenset())


def test_an_id_in_another_case_is_a_twin() -> None:
    assert refused_additions({"flux"}, {"flux", "FLUX"}) == ((), frozenset({"FLUX"}))
