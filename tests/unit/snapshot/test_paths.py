"""File names of models: safe anywhere, and distinct even if case is ignored."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemaloom.snapshot.file_names import file_name

BASES = [
    "a",
    "A",
    "a/b",
    "a~b",
    "a%2Fb",
    "..",
    ".",
    "",
    "con",
    "CON",
    "con.txt",
    "nul",
    "é",
    "e\u0301",
    "x" * 300,
    "-a",
    " ",
    "\0",
]
ids = (
    st.sampled_from(BASES)
    | st.text(max_size=8)
    | st.text("aA/~.%\\", max_size=6)
    | st.text("xX", min_size=110, max_size=130)
)


@pytest.mark.parametrize(
    ("model_id", "expected"),
    [
        ("flux-1.1-pro", "flux-1.1-pro.json"),
        ("owner/name", "owner~name.json"),
        ("Owner/Name", "%4Fwner~%4Eame.json"),
        ("../../x", "%2E.~..~x.json"),
        ("con", "%63on.json"),
        ("nul.txt", "%6Eul.txt.json"),
        ("é", "%C3%A9.json"),
        ("-rf", "%2Drf.json"),
        ("a b", "a%20b.json"),
    ],
)
def test_file_names_are_readable_where_they_can_be(model_id: str, expected: str) -> None:
    assert expected == file_name(model_id)


@given(ids)
def test_a_file_name_is_safe_on_every_system(model_id: str) -> None:
    name = file_name(model_id)

    assert re.fullmatch(r"[a-zA-Z0-9%~_][a-zA-Z0-9%~_.-]*\.json", name)
    assert name.partition(".")[0].lower() not in {"con", "prn", "aux", "nul", "com1", "lpt9"}
    assert len(name) < 200


@given(ids, ids)
def test_different_ids_have_names_that_differ_in_more_than_case(one: str, other: str) -> None:
    assert (one == other) == (file_name(one).lower() == file_name(other).lower())


def test_very_long_ids_are_distinguished_by_what_was_cut_off() -> None:
    names = {file_name("x" * length + end) for length in (119, 120, 121, 300) for end in ("", "y", "z")}

    assert 12 == len(names)
    assert max(len(name) for name in names) < 150
