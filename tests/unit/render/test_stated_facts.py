"""A docstring leaves out what its description states, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from schemaloom.ir.schema import Array, Number, Schema, String
from schemaloom.render.documentation import limits
from schemaloom.render.stated_facts import states_default, states_format, without_stated_limits

ONE_TO_EIGHT = Number(minimum=1, maximum=8)


@pytest.mark.parametrize(
    ("schema", "text", "left"),
    [
        (ONE_TO_EIGHT, "Strength (1\u20138).", []),
        (ONE_TO_EIGHT, "Valid range: 1-8.", []),
        (ONE_TO_EIGHT, "From 1 to 8.", []),
        (ONE_TO_EIGHT, "Between 1.0 and 8.0.", []),
        (ONE_TO_EIGHT, "In [1, 8].", []),
        (ONE_TO_EIGHT, "At least 1, at most 8.", []),
        (ONE_TO_EIGHT, "Up to 8.", ["at least 1"]),
        (ONE_TO_EIGHT, "Minimum: 1", ["at most 8"]),
        (ONE_TO_EIGHT, "Max value is 8.", ["at least 1"]),
        (ONE_TO_EIGHT, "Strength.", ["at least 1", "at most 8"]),
        (ONE_TO_EIGHT, "Version 1-8b.", ["at least 1", "at most 8"]),
        (ONE_TO_EIGHT, "Between 11 and 8.", ["at least 1", "at most 8"]),
        (ONE_TO_EIGHT, "From 1 to 80, or 1-8.5.", ["at least 1", "at most 8"]),
        (ONE_TO_EIGHT, "Since 2021-1-8.", ["at least 1", "at most 8"]),
        (ONE_TO_EIGHT, "A name of 1-8 characters.", ["at least 1", "at most 8"]),
        (Number(minimum=-1, maximum=1), "From -1 to 1.", []),
        (Number(exclusive_minimum=0, maximum=1), "Between 0 and 1.", ["above 0", "at most 1"]),
        (String(max_length=2000), "At most 2,000 characters.", []),
        (String(max_length=2000), "Max 2000 chars.", []),
        (String(max_length=8), "At most 8 words.", ["at most 8 characters"]),
        (Array(min_items=1, max_items=4), "1 to 4 items.", []),
        (Array(max_items=4), "Up to 4 pictures.", ["at most 4 items"]),
    ],
)
def test_a_bound_is_left_out_if_its_description_states_it(schema: Schema, text: str, left: list[str]) -> None:
    assert left == limits(without_stated_limits(schema, text))


@pytest.mark.parametrize(
    ("default", "text", "stated"),
    [
        (4, "Strength (1-8). Default 4.", True),
        (4, "Defaults to 4", True),
        (4, "The default value is 4.0.", True),
        (4, "Default: 45", False),
        (4, "Default: 4.5", False),
        (4, "Default 4K", False),
        (4, "By default, 4 are made.", False),
        (4.0, "Default: 4", True),
        (0.5, "default = 0.5", True),
        (0.5, "default = 0.50", True),
        (1000, "Default: 1,000.", True),
        (True, "Default is true.", True),
        (True, "Default: trueish", False),
        (None, "Defaults to null.", True),
        ("square_hd", "Default: `square_hd`", True),
        ("square", "Default: square_hd", False),
        ("", "Default: ", False),
        ([], "Default: []", False),
    ],
)
def test_a_default_is_left_out_if_its_description_states_it(default: Any, text: str, stated: bool) -> None:
    assert stated is states_default(text, default)


def test_a_url_is_a_format_that_descriptions_name() -> None:
    assert states_format("URL of the picture.", "uri")
    assert not states_format("Source of the picture.", "uri")
    assert not states_format("URL of the picture.", "email")
