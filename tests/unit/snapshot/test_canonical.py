"""JSON is read strictly and written in one way."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemaloom.errors import SnapshotError
from schemaloom.ir.references import References, UnresolvedReference
from schemaloom.json.codec import MAX_BYTES, MAX_DEPTH, canonical_bytes, digest, parse_json
from schemaloom.json.pointer import pointer_of, pointer_tokens, resolve_pointer

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "not valid JSON"),
        (b"{", "not valid JSON"),
        (b"[1,]", "not valid JSON"),
        (b"{'a': 1}", "not valid JSON"),
        (b"1 2", "not valid JSON"),
        (b"NaN", "NaN is not JSON"),
        (b"[-Infinity]", "-Infinity is not JSON"),
        (b"1e400", "out of range"),
        (b"-1e400", "out of range"),
        (b"1" * 5000, "not valid JSON"),
        (b'{"a": 1, "b": 2, "a": 3}', "key 'a' appears twice"),
        (b'{"x": {"a": 1, "\\u0061": 3}}', "key 'a' appears twice"),
        (b'"\\ud800"', "not valid JSON"),
        (b'{"\\uDC00": 1}', "not valid JSON"),
        (b"\xff", "not valid JSON"),
        ('"é"'.encode("latin-1"), "not valid JSON"),
        (b'"\n"', "not valid JSON"),
        (b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), "nested deeper than"),
        (b'{"a":' * 100_000, "nested deeper than"),
    ],
    ids=lambda value: value[:20] if isinstance(value, bytes) else None,
)
def test_what_is_not_strict_json_is_refused_with_its_place(raw: bytes, words: str) -> None:
    with pytest.raises(SnapshotError, match=words) as caught:
        parse_json(raw, where="models/a.json")

    assert "models/a.json" == caught.value.where


def test_a_document_that_is_too_large_is_refused_before_it_is_read() -> None:
    with pytest.raises(SnapshotError, match="larger than"):
        parse_json(b'"' + b"x" * MAX_BYTES, where="x")


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
        (b'"\\ud83e\\udd86"', "🦆"),
        (b'"\\\\ud800"', "\\ud800"),
        (b'"[[[["', "[[[["),
        (b'"\\"[["', '"[['),
        (b"1e-400", 0.0),
        (b"[" * MAX_DEPTH + b"]" * MAX_DEPTH, None),
    ],
)
def test_what_is_json_is_read(raw: bytes, value: Any) -> None:
    found = parse_json(raw, where="x")

    assert value in (None, found)


@given(anything)
def test_canonical_bytes_are_a_fixed_point(value: Any) -> None:
    raw = canonical_bytes(value)

    assert value == parse_json(raw, where="x")
    assert raw == canonical_bytes(parse_json(raw, where="x"))
    assert raw.endswith(b"\n")
    assert b"\r" not in raw


@given(st.dictionaries(st.text(), anything, max_size=5), st.randoms(use_true_random=False))
def test_order_of_members_changes_nothing(value: dict[str, Any], random: Any) -> None:
    names = list(value)
    random.shuffle(names)
    shuffled = {name: value[name] for name in names}

    assert canonical_bytes(value) == canonical_bytes(shuffled)
    assert digest(value) == digest(shuffled)


def test_a_digest_is_that_of_the_compact_text() -> None:
    assert "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a" == digest({})
    assert digest({"a": 1}) != digest({"a": 2})


@given(st.lists(st.text(), max_size=4))
def test_pointers_name_their_tokens(tokens: list[str]) -> None:
    assert tuple(tokens) == pointer_tokens(pointer_of(*tokens))
    value: Any = "here"
    for token in reversed(tokens):
        value = {token: value}
    assert "here" == resolve_pointer(value, pointer_of(*tokens))


NOWHERE = [
    *("/b", "/a/2", "/a/-1", "/a/-", "/a/+1", "/a/x", "/a/", "/a/0/x", "/a/99999999999999"),
    *("/a/01", "/a/00", "/a/00000000001", "/a/٢", "/a/1 ", "/a/1_0", "a", "a/0", "/a~2", "/~", "#/a"),
]
"""RFC 6901: an index has ASCII digits and no leading zero, and ``~`` only begins ``~0`` or ``~1``."""
DOCUMENT = {"a": [1, 2], "a~2": 3, "~": 4, "٢": 5, "01": 6}


@pytest.mark.parametrize("pointer", NOWHERE)
def test_a_pointer_to_nothing_is_a_lookup_error_of_every_reader(pointer: str) -> None:
    with pytest.raises(LookupError):
        resolve_pointer(DOCUMENT, pointer)
    with pytest.raises(UnresolvedReference):
        References(DOCUMENT).target(f"#{pointer}")


@pytest.mark.parametrize(
    ("pointer", "found"), [("/a/0", 1), ("/a/1", 2), ("/٢", 5), ("/01", 6), ("/~0", 4), ("/a~02", 3)]
)
def test_every_reader_follows_a_pointer(pointer: str, found: int) -> None:
    assert found == resolve_pointer(DOCUMENT, pointer)
    assert (pointer, found) == References(DOCUMENT).target(f"#{pointer}")
