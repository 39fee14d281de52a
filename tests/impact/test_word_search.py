"""One search for many words finds what a search for each of them finds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemaloom.impact.code.word_search import search_for

ALIKE = st.binary(max_size=6).map(lambda word: bytes(b"ab/.-|(\n"[one % 8] for one in word))
"""Words of few letters, which begin alike and contain one another; some of the letters mean something in a pattern."""


@given(st.lists(ALIKE, max_size=12), st.lists(ALIKE, max_size=8).map(b"".join))
def test_a_text_is_found_if_it_has_one_of_the_words(words: list[bytes], text: bytes) -> None:
    assert (search_for(words).search(text) is not None) == any(word in text for word in words)


@pytest.mark.parametrize(
    "words",
    [
        [b"a" * count + b"b" for count in range(300)],
        [b"owner/" * count for count in range(1, 500)],
        [b"x" * 100_000, b"x" * 99_999 + b"y"],
    ],
    ids=["each one letter longer", "each the beginning of the next", "two long ones"],
)
def test_words_of_any_shape_compile(words: list[bytes]) -> None:
    search = search_for(words)
    assert all(search.search(b"." + word + b".") for word in words)
    assert search.search(b"owner-xyz-aaaa") is None
