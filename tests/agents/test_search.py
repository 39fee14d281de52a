"""The search of a package's catalogue: plain words in, the right models among the first."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

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
    assert len(QUESTIONS) >= 190
    assert set().union(*QUESTIONS.values()) <= set(catalogue)
    assert len(missed(INDEX)) <= len(QUESTIONS) / 10


def test_it_is_among_the_first_five_of_4000_others_too(large: Catalogue) -> None:
    assert 4070 == len(large)
    assert len(missed(SearchIndex(large, "credit"))) <= len(QUESTIONS) / 10


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
        ("image for half a credit or less", {"image"}, 0.5),
        ("edit for a credit per image, at most", {"image"}, 1),
        ("video, <= 2 credits / second", {"second"}, 2),
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


@pytest.mark.parametrize("query", ["up to 10 reference images", "a credit card", "a video of 5 credits"])
def test_a_number_without_a_limit_is_no_price(query: str) -> None:
    assert INDEX._price_limits(query) == (query, [])
    assert "flux-2-flex" in ids("up to 10 reference images")


@pytest.mark.parametrize(
    ("query", "currency", "amount"),
    [
        ("under $0.05 per image", "dollar", 0.05),
        ("€ 2 or less", "EUR", 2),
        ("under $2", "credit", None),
        ("under 2 USD", "USD", 2),
    ],
)
def test_a_limit_counts_in_the_providers_currency(query: str, currency: str, amount: float | None) -> None:
    _, limits = SearchIndex(catalogue, currency)._price_limits(query)
    assert [limit.amount for limit in limits] == ([] if amount is None else [amount])


def test_the_kind_that_is_asked_for_goes_before_others() -> None:
    def kinds(query: str) -> set[str | None]:
        return {catalogue[found].modality for found in ids(query)}

    assert kinds("turn a photograph into a clip") == kinds("animate a picture") == {"video"}
    assert kinds("a picture in the style of my reference photograph") == {"image"}


def test_a_word_with_many_synonyms_counts_once() -> None:
    models = {
        "one": SimpleNamespace(id="one", name="", modality="image", capabilities=(), parameters=(), price=None,
                               description="enhance restore sharpen larger resolution"),
        "two": SimpleNamespace(id="two", name="", modality="image", capabilities=(), parameters=(), price=None,
                               description="upscale a landscape now and then"),
    }  # fmt: skip
    found = SearchIndex(cast("Any", models), "credit").find("upscale")
    assert [info.id for info in found] == ["two", "one"]


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
