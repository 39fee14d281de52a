"""The search of a package's catalogue: plain words in, the right models among the first."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from pixeldojo_sdk import catalogue
from pixeldojo_sdk._runtime.models.catalogue import Catalogue

from runtime.agents.search import SearchIndex
from runtime.agents.words import words
from tests.paths import GENERATED

QUESTIONS: dict[str, list[str]] = tomllib.loads(Path(__file__).with_name("questions.toml").read_text("utf-8"))
INDEX = SearchIndex(catalogue, "credit")


def ids(query: str, **filters: object) -> list[str]:
    return [info.id for info in INDEX.find(query, **filters)]  # type: ignore[arg-type]


def missed(index: SearchIndex) -> list[str]:
    return [
        question
        for question, right in QUESTIONS.items()
        if {info.id for info in index.find(question, limit=5)}.isdisjoint(right)
    ]


def test_the_right_model_is_among_the_first_five() -> None:
    assert 100 == len(QUESTIONS)
    assert set().union(*QUESTIONS.values()) <= set(catalogue)
    assert len(missed(INDEX)) <= 10


def test_it_is_among_the_first_five_of_4000_others_too(large: Catalogue) -> None:
    assert 4070 == len(large)
    assert len(missed(SearchIndex(large, "credit"))) <= 10


def test_the_order_does_not_depend_on_the_hash_seed() -> None:
    program = (
        "from pixeldojo_sdk import catalogue; from pixeldojo_sdk._runtime.agents.search import SearchIndex\n"
        "print([info.id for info in SearchIndex(catalogue, 'credit').find('edit a portrait photo fast', limit=20)])"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(GENERATED / "pixeldojo-sdk" / "src")},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(found) == 1


@pytest.mark.parametrize(
    ("query", "units", "most"),
    [
        ("image, under 1 credit", {"image"}, 0.99),
        ("image at most 1 credit", {"image"}, 1),
        ("video under 2 credits a second", {"second"}, 1.99),
        ("video, no more than 2 credits per second", {"second"}, 2),
        ("video cheaper than 5 credits/job", {"job"}, 4.99),
    ],
)
def test_a_limit_of_the_price_in_a_question_holds(query: str, units: set[str], most: float) -> None:
    found = INDEX.find(query, limit=20)
    assert found
    for info in found:
        assert info.price is not None
        assert info.price.amount is not None
        assert min([info.price.amount, *info.price.by_resolution.values()]) <= most
        assert info.price.unit in units or "per" not in query.replace("/", "per")


def test_up_to_ten_images_is_no_price() -> None:
    assert "flux-2-flex" in ids("up to 10 reference images")


def test_filters_hold_with_and_without_words() -> None:
    assert all(catalogue[found].modality == "video" for found in ids("image", kind="video", limit=20))
    assert all("seed" in catalogue[found].parameters for found in ids("", parameter="seed", limit=20))
    assert ids("", max_price=0.1) == ["flux-2-klein-4b"]
    assert ids("", limit=3) == sorted(catalogue)[:3]
    assert ids("quantum chromodynamics") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Img2Vid", ["imag", "imag>video"]),
        ("wan-2.7-i2v", ["wan", "2.7", "imag", "imag>video"]),
        ("ByteDance", ["byte", "danc", "bytedanc"]),
        ("upscaling an upscaler", ["upscal", "upscal"]),
        ("num_images", ["num", "imag"]),
        ("", []),
        ("to to", []),
    ],
)
def test_words_are_compared_by_their_stems(text: str, expected: list[str]) -> None:
    assert [word for word in words(text) if word != "video"] == expected
