"""Placeholders are filled without leaving their place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemaloom.settings.placeholders import fill_pointer, fill_route, pattern_of, placeholder_names

VALUES = {"id": "fal-ai/flux/dev", "job_id": "a b", "version": "5c/7d"}


@pytest.mark.parametrize(
    ("template", "route", "pointer"),
    [
        ("/m/{id}", "/m/fal-ai/flux/dev", "/m/fal-ai~1flux~1dev"),
        ("/m/{id[0]}", "/m/fal-ai", "/m/fal-ai"),
        ("/m/{id[-1]}/x", "/m/dev/x", "/m/dev/x"),
        ("/m/{id[:2]}", "/m/fal-ai/flux", "/m/fal-ai~1flux"),
        ("/m/{id[1:]}", "/m/flux/dev", "/m/flux~1dev"),
        ("/m/{id[-2:-1]}", "/m/flux", "/m/flux"),
        ("/{version}/{job_id}", "/5c%2F7d/a%20b", "/5c~17d/a b"),
        ("/{{job}}/{job_id}", "/{job}/a%20b", "/{job}/a b"),
        ("/none", "/none", "/none"),
    ],
)
def test_values_are_spelled_for_their_place(template: str, route: str, pointer: str) -> None:
    assert (route, pointer) == (fill_route(template, VALUES), fill_pointer(template, VALUES))


@pytest.mark.parametrize("template", ["{id[3]}", "{id[-4]}", "{id[3:]}", "{fact}"])
def test_what_has_no_value_is_an_error(template: str) -> None:
    with pytest.raises(LookupError, match=r"has no part|no value"):
        fill_route(template, VALUES)


def test_what_is_no_placeholder_is_named_with_its_braces() -> None:
    assert {"id", "{Id}[", "{id[x]}", "{}"} == placeholder_names("{id[:2]}{id[x]}{}") | {"{Id}["}


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(lambda text: "/" not in text))
def test_a_value_stays_one_segment(value: str) -> None:
    route = fill_route("/jobs/{job_id}/x", {"job_id": value})
    assert 3 == route.count("/")
    assert "?" not in route
    assert "#" not in route


def test_a_filled_route_is_recognised() -> None:
    pattern = pattern_of("/{id[:2]}/requests/{job_id}")
    assert ("fal-ai/flux", "r1") == pattern.fullmatch("/fal-ai/flux/requests/r1").groups()
    assert pattern.fullmatch("/fal-ai/flux/requests/r1/status") is None
