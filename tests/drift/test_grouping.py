"""Groups of equal changes, and what a group states about all of them."""

from __future__ import annotations

import pytest
from tests.drift.report_samples import change

from schemaloom.drift.grouping import group, property_pointer
from schemaloom.drift.message import name, value


@pytest.mark.parametrize(
    ("pointer", "cut"),
    [
        ("/properties/seed", "/properties/seed"),
        ("/properties/seed/maximum", "/properties/seed"),
        ("/properties/a/items/properties/b~1c/enum/0", "/properties/a/items/properties/b~1c"),
        ("/properties/properties/maximum", "/properties/properties"),
        ("/properties/properties/properties/x", "/properties/properties/properties/x"),
        ("/price/amount", "/price/amount"),
        ("", ""),
    ],
)
def test_a_pointer_is_cut_after_its_innermost_property(pointer: str, cut: str) -> None:
    assert property_pointer(pointer) == cut


def test_equal_changes_of_many_models_are_one_group() -> None:
    pointer = "/properties/fps/default"
    changes = [
        *(change("input.default.changed", f"m{n}", pointer, old=30, new=24) for n in range(20)),
        change("input.default.changed", "m0", "/properties/steps/default", old=30, new=24),
        change("input.default.changed", "m21", pointer, old=30, new=25),
        change("input.property.removed", "m1", "/properties/fps"),
        change("input.default.changed", "m99", pointer, old=30, new=24, acknowledged=True),
    ]
    found = [(item.rule, item.first.pointer, item.first.new, len(item.models)) for item in group(changes)]
    assert found == [
        ("input.property.removed", "/properties/fps", None, 1),
        ("input.default.changed", pointer, 24, 20),
        ("input.default.changed", "/properties/steps/default", 24, 1),
        ("input.default.changed", pointer, 25, 1),
        ("input.default.changed", pointer, 24, 1),
    ]


def test_added_models_are_one_group_although_each_has_its_own_id() -> None:
    changes = [change("model.added", f"m{n}", "", new=f"m{n}", markup=f"Model {name(f'm{n}')} was added") for n in "ab"]
    (both,) = group(changes)
    assert (both.message, both.states_values) == ("2 models were added", True)
    assert group(changes[:1])[0].message == "Model ma was added"


def test_values_that_the_sentence_states_are_not_shown_again() -> None:
    stated = f"Parameter {name('fps')}: default changed from {value(30)} to {value('a')}"
    (found,) = group([change("input.default.changed", old=30, new="a", markup=stated)])
    assert found.states_values
    (found,) = group([change("input.description.changed", old="A", new="B", markup="Description changed")])
    assert not found.states_values
