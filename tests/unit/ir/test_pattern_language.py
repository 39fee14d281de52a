"""Patterns as automata, judged by the engine that the generated classes run."""

from __future__ import annotations

import re
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemaloom.ir.name_patterns import without_patterns_of_all_names
from schemaloom.ir.pattern_automaton import automaton_of
from schemaloom.ir.pattern_language import (
    Coverage,
    Strings,
    distinct_texts,
    find_uncovered,
    matches_every_string,
    samples_of,
)
from schemaloom.ir.patterns import linear_pattern, matches

SHORT = ["".join(letters) for length in range(4) for letters in product("ab1", repeat=length)]
"""Every string of at most three characters."""


def every(pattern: str, least: int = 0, most: int | None = None) -> Strings:
    return Strings(least, most, pattern)


PROVED = [
    ("a wider class", every("^[a-z]+$"), every("^[a-zA-Z]+$")),
    ("another spelling of digits", every("^[0-9]+$"), every(r"^\d+$")),
    ("another spelling of a group", every("^(?:ab)$"), every("^(ab)$")),
    ("another spelling of a repetition", every("^a+$"), every("^aa*$")),
    ("another spelling of a character", every(r"^\u0061\x62$"), every("^ab$")),
    ("a longer repetition", every("^[a-z]{1,3}$"), every("^[a-z]{1,5}$")),
    ("one more alternative", every("^(a|b)$"), every("^(a|b|c)$")),
    ("anywhere instead of in front", every("^https://"), every("https://")),
    ("a length that the pattern implies", every("^a{3}$"), every("^a{3}$", 3, 3)),
    ("a length that the other pattern implies", every("^[ab]+$", 2, 4), every("^[ab]{2,4}$")),
    ("anything of one line", every("^.+$"), every(".")),
    ("no string at all", every("a^"), every("b")),
    ("a pattern that is not read beside a length", every(r"\bx", 2), every(r"\bx", 1)),
    ("a word boundary less", every(r"\bab\b"), every("ab")),
    ("a look-around less", every("^(?=.*1)(?!b)[ab1]+$"), every("^[a-z1]+$")),
    ("any text for a back-reference", every(r"^(a|b)\1$"), every("^[ab]")),
    ("long strings", every("^a", 0, 100_000), every("^[ab]", 0, 100_000)),
]


@pytest.mark.parametrize(("narrow", "wide"), [row[1:] for row in PROVED], ids=[row[0] for row in PROVED])
def test_a_wider_pattern_is_proved(narrow: Strings, wide: Strings) -> None:
    assert find_uncovered(narrow, [wide]) == Coverage(is_proved=True)


UNCOVERED = [
    ("a narrower class", every("^[a-zA-Z]+$"), every("^[a-z]+$"), "A"),
    ("in front instead of anywhere", every("https://"), every("^https://"), "ahttps://"),
    ("an end", every("^a"), every("^a$"), "aa"),
    ("a line break", Strings(1), every("."), "\n"),
    ("a shorter length", every("^a+$"), every("^a+$", 0, 2), "aaa"),
    ("a longer length", every("^a+$"), every("^a+$", 2), "a"),
    ("an excluded character", Strings(1, 1), every("[^x]"), "x"),
]


@pytest.mark.parametrize(("narrow", "wide", "text"), [row[1:] for row in UNCOVERED], ids=[row[0] for row in UNCOVERED])
def test_the_shortest_string_that_distinguishes_them_is_found(narrow: Strings, wide: Strings, text: str) -> None:
    assert find_uncovered(narrow, [wide]) == Coverage(is_proved=False, uncovered=text)


def test_listed_values_cover_a_finite_pattern() -> None:
    assert find_uncovered(every("^(a|b)$"), [], ["a", "b", "c"]).is_proved
    assert find_uncovered(every("^(a|b)$"), [], ["a"]).uncovered == "b"
    assert find_uncovered(every("^[ab]{1,2}$"), [every("^a")], ["b", "ba", "bb"]).is_proved


@pytest.mark.parametrize("pattern", [r"\bx", "(?=x)", r"(x)\1", "(?i:x)", r"\p{L}", "a**", "(" * 50 + ")" * 50])
def test_what_cannot_be_read_is_never_proved_and_never_refuted(pattern: str) -> None:
    assert find_uncovered(Strings(), [every(pattern)]) == Coverage(is_proved=False)
    assert find_uncovered(every(pattern), [every("^x")]) == Coverage(is_proved=False)
    assert samples_of(pattern) == ()


def test_an_automaton_that_grows_without_bound_is_given_up() -> None:
    assert find_uncovered(every("(a|b)*a.{20}$"), [every("(a|b)*a.{19}.$")]) == Coverage(is_proved=False)
    assert find_uncovered(every("((a{99}){99}){99}"), [every("b")]) == Coverage(is_proved=False)


@pytest.mark.parametrize("pattern", ["", ".*", "^", "$", r"^[\s\S]*$", "a|", "(x?)*"])
def test_a_pattern_that_matches_every_string(pattern: str) -> None:
    assert matches_every_string(pattern)


@pytest.mark.parametrize("pattern", [".", "^.*$", "a", "^a*$", r"\b"])
def test_a_pattern_that_does_not(pattern: str) -> None:
    assert not matches_every_string(pattern)


part = st.sampled_from(["a", "b", "1", ".", "[ab]", "[^a]", r"\d", r"\w", r"\D", "^", "$", "[a-b1]"])
patterns = st.recursive(
    part,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.tuples(inner, inner).map(lambda pair: f"(?:{pair[0]}|{pair[1]})"),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "{2}", "{1,2}", "{0,}"])).map(lambda p: f"(?:{p[0]}){p[1]}"),
    ),
    max_leaves=6,
)
strings = st.builds(Strings, st.integers(0, 2), st.none() | st.integers(0, 4), st.none() | patterns)


def admits(kind: Strings, text: str) -> bool:
    fits = kind.min_length <= len(text) and (kind.max_length is None or len(text) <= kind.max_length)
    return fits and (kind.pattern is None or matches(kind.pattern, text))


@settings(max_examples=100, deadline=None)
@given(strings, st.lists(strings, max_size=2), st.lists(st.sampled_from(SHORT), max_size=2))
def test_an_answer_agrees_with_the_engine(narrow: Strings, wide: list[Strings], listed: list[str]) -> None:
    found = find_uncovered(narrow, wide, listed)
    covered = {text for text in SHORT if text in listed or any(admits(kind, text) for kind in wide)}
    if found.is_proved:
        assert [] == [text for text in SHORT if admits(narrow, text) and text not in covered]
    elif (text := found.uncovered) is not None:
        assert admits(narrow, text)
        assert text not in listed
        assert not any(admits(kind, text) for kind in wide)


@settings(max_examples=100, deadline=None)
@given(patterns)
def test_every_sample_matches_and_a_pattern_with_short_matches_has_one(pattern: str) -> None:
    assert linear_pattern(pattern) is not None
    assert all(matches(pattern, text) for text in samples_of(pattern))
    assert samples_of(pattern) or not any(matches(pattern, text) for text in SHORT)


@pytest.mark.parametrize(
    "pattern", [r"\bab\b", r"a\B", "^(?=.*1)[ab]", "(?!b)a", "(?<=a)b", "(?<!a)1", r"^(a|b)\1$", r"(?:a(?=1)|b)+$"]
)
def test_a_pattern_that_is_read_loosely_matches_all_that_it_matches(pattern: str) -> None:
    automaton = automaton_of(pattern, loosely=True)
    assert automaton is not None
    assert automaton_of(pattern) is None
    for text in filter(re.compile(pattern).search, SHORT):
        state = automaton.start
        for char in text:
            state = automaton.step(state, ord(char))
        assert automaton.accepts(state), text


@pytest.mark.parametrize("patterns", [("^a", "b$"), ("^[ab]+$", "^[a1]+$", "1"), (".",), ("^$", "a|1")])
def test_there_is_a_text_for_each_combination_of_patterns_and_lengths(patterns: tuple[str, ...]) -> None:
    lengths = (1, 3)

    def combination(text: str) -> tuple[bool, ...]:
        found = [re.search(pattern.replace("$", r"\Z"), text) is not None for pattern in patterns]
        return (*found, *(len(text) >= length for length in lengths))

    texts = distinct_texts(patterns, lengths)
    assert {combination(text) for text in SHORT} <= {combination(text) for text in texts}
    assert len({combination(text) for text in texts}) == len(texts)


def test_a_pattern_of_all_names_becomes_a_rule_of_all_properties() -> None:
    rule, own = {"type": "string"}, {"maxLength": 3}
    schema = {"properties": {"a": own}, "patternProperties": {".*": rule, "^x": own}, "additionalProperties": False}
    assert without_patterns_of_all_names(schema) == {
        "properties": {"a": {"allOf": [own, rule]}},
        "patternProperties": {"^x": {"allOf": [own, rule]}},
        "additionalProperties": rule,
    }
    referring = {**schema, "not": {"$ref": "#/properties/a"}}
    assert without_patterns_of_all_names(referring) is referring
    plain = {"patternProperties": {"^.*$": rule}}
    assert without_patterns_of_all_names(plain) is plain
