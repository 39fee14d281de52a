"""What generator and runtime both read from servers, each with code of its own: by one table they agree."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.paths import TEMPLATES

sys.path.insert(0, str(TEMPLATES))

from runtime.core.json_document import ABSENT, find
from runtime.core.outcome import Reply
from runtime.core.retry_policy import LONGEST_DELAY
from runtime.core.retry_policy import retry_after as runtime_retry_after
from schemaloom.json.pointer import pointer_of, resolve_pointer
from schemaloom.sources.http.retry_after import LONGEST, retry_after

NOTHING = object()


def readings(document: Any, pointer: str) -> list[Any]:
    """What each of the two finds."""
    runtime = find(document, pointer)
    try:
        generator = resolve_pointer(document, pointer)
    except LookupError:
        generator = NOTHING
    return [NOTHING if runtime is ABSENT else runtime, generator]


@pytest.mark.parametrize(
    ("document", "pointer", "value"),
    [
        ({"a": 1}, "", {"a": 1}),
        ({"a": [7, 8]}, "/a/1", 8),
        ({"a": [7, 8]}, "/a/0", 7),
        ({"a": [7, 8]}, "/a/01", NOTHING),
        ({"a": [7, 8]}, "/a/00", NOTHING),
        ({"a": [7, 8]}, "/a/0000000001", NOTHING),
        ({"a": [7, 8]}, "/a/\u0661", NOTHING),
        ({"a": [7, 8]}, "/a/\u00b9", NOTHING),
        ({"a": [7, 8]}, "/a/2", NOTHING),
        ({"a": [7, 8]}, "/a/-", NOTHING),
        ({"a": [7, 8]}, "/a/-1", NOTHING),
        ({"a": [7, 8]}, "/a/1_0", NOTHING),
        ({"a": [7, 8]}, "/a/" + "9" * 5000, NOTHING),
        ({"a": [7, 8]}, "/a/1\n", NOTHING),
        ({"01": 5, "\u0661": 6}, "/01", 5),
        ({"01": 5, "\u0661": 6}, "/\u0661", 6),
        ({"": {"": 4}}, "//", 4),
        ({"a/b": 1, "m~n": 2, "~1": 3}, "/a~1b", 1),
        ({"a/b": 1, "m~n": 2, "~1": 3}, "/m~0n", 2),
        ({"a/b": 1, "m~n": 2, "~1": 3}, "/~01", 3),
        ({"a~": 1, "~2": 2}, "/a~", NOTHING),
        ({"a~": 1, "~2": 2}, "/~2", NOTHING),
        ({"a": 1}, "a", NOTHING),
        ({"a": None}, "/a", None),
        ({"a": "text"}, "/a/0", NOTHING),
        ({"line\nbreak": 1}, "/line\nbreak", 1),
    ],
)
def test_a_json_pointer_names_one_value_or_none(document, pointer, value):
    assert [value, value] == readings(document, pointer)


@given(st.lists(st.text(max_size=4), max_size=4))
def test_a_pointer_that_was_written_leads_back(names):
    document: Any = "there"
    for name in reversed(names):
        document = {name: document}
    assert ["there", "there"] == readings(document, pointer_of(*names))


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        (" 7\t", 7),
        ("007", 7),
        ("2000000000000", LONGEST),
        ("9" * 5000, LONGEST),
        *(
            (value, None)
            for value in ("", "5.5", "1e3", "-1", "+1", "\u0663", "1_0", "0x10", "inf", "nan", "1,2", "1 0")
        ),
        *((value, None) for value in ("soon", "Monday", "2026-01-01T00:00:00Z", "21 Oct 2015 07:28:00 GMT")),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
        ("Wednesday, 21-Oct-15 07:28:00 GMT", 0),
        ("Wed Oct 21 07:28:00 2015", 0),
        ("Fri, 01 Jan 9999 00:00:00 GMT", LONGEST),
        ("Wed, 99 Oct 2015 07:28:00 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header, seconds):
    read = [
        runtime_retry_after(Reply(429, {"retry-after": header}, b"")),
        retry_after(header, now=datetime.now(UTC)),
    ]
    assert [seconds, seconds] == read


def test_no_header_is_no_delay():
    assert [None, None] == [runtime_retry_after(Reply(429, {}, b"")), retry_after(None, now=datetime.now(UTC))]


def test_a_date_is_a_delay_from_now():
    now = datetime.now(UTC)
    header = format_datetime(now + timedelta(seconds=90), usegmt=True)
    for seconds in (runtime_retry_after(Reply(429, {"retry-after": header}, b"")), retry_after(header, now=now)):
        assert seconds is not None
        assert 60 < seconds <= 90


def test_both_clamp_at_the_same_delay():
    assert LONGEST == LONGEST_DELAY
