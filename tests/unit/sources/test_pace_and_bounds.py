"""The limiter by a clock of its own; bodies, pauses and decoding within their bounds."""

from __future__ import annotations

import asyncio
import gzip
import tracemalloc
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from schemaloom.errors import SnapshotError, SourceError
from schemaloom.sources.api.extract_schema import parameter_order
from schemaloom.sources.api.list_item import first, without
from schemaloom.sources.http.bounded_body import read_body
from schemaloom.sources.http.lenient_json import parse_answer
from schemaloom.sources.http.rate_limiter import RateLimiter
from schemaloom.sources.http.retry_after import LONGEST, retry_after


class Clock:
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)


def turns(per_minute: float, count: int, pause_after: dict[int, float] | None = None) -> list[float]:
    clock = Clock()
    limiter = RateLimiter(per_minute, clock=clock, sleep=clock.sleep)
    times: list[float] = []

    async def one() -> None:
        await limiter.acquire()
        times.append(round(clock.now - 100, 6))
        if seconds := (pause_after or {}).get(len(times)):
            limiter.pause_for(seconds)

    async def everyone() -> None:
        await asyncio.gather(*(one() for _ in range(count)))

    asyncio.run(everyone())
    return times


def test_turns_are_evenly_spaced_for_all_who_wait() -> None:
    assert turns(60, 4) == [0, 1, 2, 3]
    assert turns(120, 3) == [0, 0.5, 1]


def test_in_no_minute_are_there_more_turns_than_allowed() -> None:
    times = turns(50, 300)

    assert max(sum(start <= time < start + 60 for time in times) for start in times) == 50


def test_no_limit_is_no_wait() -> None:
    assert turns(0, 5) == [0] * 5


def test_a_pause_holds_everyone_back_and_does_not_let_them_burst_after_it() -> None:
    assert turns(60, 5, pause_after={2: 30}) == [0, 1, 31, 32, 33]
    assert turns(0, 4, pause_after={2: 7.5}) == [0, 0, 7.5, 7.5]


def test_a_pause_that_many_requests_receive_is_logged_once() -> None:
    clock = Clock()
    limiter = RateLimiter(60, clock=clock, sleep=clock.sleep)
    paused = [limiter.pause_for(0.1), limiter.pause_for(60)]
    for _ in range(7):
        clock.now += 0.7
        paused.append(limiter.pause_for(60))
    paused.append(limiter.pause_for(150))
    clock.now += 151
    paused += [limiter.pause_for(60), limiter.pause_for(60)]

    assert paused == [False, True, *[False] * 7, True, True, False]


def test_a_turn_is_not_saved_up() -> None:
    clock = Clock()
    limiter = RateLimiter(60, clock=clock, sleep=clock.sleep)

    async def late() -> list[float]:
        await limiter.acquire()
        clock.now += 10
        times = []
        for _ in range(3):
            await limiter.acquire()
            times.append(clock.now - 100)
        return times

    assert asyncio.run(late()) == [10, 11, 12]


async def _chunks(raw: bytes, size: int = 65_536) -> AsyncIterator[bytes]:
    for start in range(0, len(raw), size):
        yield raw[start : start + size]


def read(raw: bytes, encoding: str = "", limit: int = 1_000, size: int = 65_536) -> bytes:
    return asyncio.run(read_body(_chunks(raw, size), encoding=encoding, limit=limit, where="here"))


@pytest.mark.parametrize("size", [1, 7, 1_000])
def test_bodies_up_to_the_limit_are_read(size: int) -> None:
    body = bytes(range(250)) * 4

    assert read(body, size=size) == body
    assert read(gzip.compress(body), "gzip", size=size) == body
    assert read(gzip.compress(body), " X-GZIP ", size=size) == body
    assert read(b"", "gzip") == b""


@pytest.mark.parametrize("encoding", ["", "gzip"])
def test_one_byte_more_is_refused(encoding: str) -> None:
    body = b"x" * 1_001

    with pytest.raises(SourceError, match="larger than 1000 bytes"):
        read(gzip.compress(body) if encoding else body, encoding)


def test_a_gzip_bomb_takes_no_more_memory_than_the_limit() -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(SourceError, match="larger"):
            read(bomb, "gzip", limit=100_000)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 1_000_000


def test_a_compressed_body_that_is_cut_short_is_refused() -> None:
    with pytest.raises(SourceError, match="cut short"):
        read(gzip.compress(b"[1, 2]")[:-9], "gzip")


@pytest.mark.parametrize("encoding", ["br", "deflate", "zstd", "gzip, gzip", "gzip,br"])
def test_other_and_nested_encodings_are_refused(encoding: str) -> None:
    with pytest.raises(SourceError, match="unexpected content encoding"):
        read(b"x", encoding)


NOW = datetime(2026, 2, 1, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("0", 0),
        (" 17 ", 17),
        ("Sun, 01 Feb 2026 12:00:30 GMT", 30),
        ("Sun, 01 Feb 2026 11:00:00 GMT", 0),
        ("Sunday, 01-Feb-26 12:00:30 GMT", 30),
        ("Sun Feb  1 12:00:30 2026", 30),
        ("Sun, 01 Feb 9999 12:00:30 GMT", LONGEST),
        ("Sun, 99 Feb 2026 12:00:30 GMT", None),
        ("2026-02-01T12:00:30Z", None),
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1e9", None),
        ("²", None),
        ("5.5", None),
        ("1e3", None),
        ("+5", None),
        ("٣", None),
        ("1_0", None),
        ("0x10", None),
        ("1,2", None),
        ("2000000000000", LONGEST),
        ("9" * 4000, LONGEST),
    ],
)
def test_retry_after_is_a_number_or_a_date(header: str | None, expected: float | None) -> None:
    assert retry_after(header, now=NOW) == expected


def test_half_a_character_does_not_cost_the_answer() -> None:
    raw = rb'{"a": "cut \ud83d", "b": "whole \ud83d\ude00", "c": "text \\ud83d", "d": "\ude00\ud83d"}'

    assert parse_answer(raw, where="here") == {"a": "cut �", "b": "whole 😀", "c": "text \\ud83d", "d": "��"}


def test_what_is_not_json_stays_an_error() -> None:
    with pytest.raises(SnapshotError):
        parse_answer(rb'{"a": "\ud83d"', where="here")


def test_volatile_parts_are_left_out_without_touching_the_original() -> None:
    item = {"a": {"b": 1, "c": [1]}, "d": 2}

    assert without(item, ["/a/b", "/a/c/0", "/nothing/here", ""]) == {"a": {"c": [1]}, "d": 2}
    assert item == {"a": {"b": 1, "c": [1]}, "d": 2}


def test_the_first_pointer_with_something_wins() -> None:
    assert first({"a": None, "b": 0, "c": 1}, ["/a", "/x/y", "/b", "/c"]) == 0
    assert first("text", ["/a"]) is None


def test_parameters_keep_their_order_through_references() -> None:
    schema = {
        "allOf": [{"$ref": "#/$defs/Second"}, {"properties": {"z": {}}}],
        "properties": {"y": {}, "x": {}},
        "$defs": {"Second": {"properties": {"b": {}, "a": {}}, "allOf": [{"$ref": "#/$defs/Second"}]}},
    }

    assert parameter_order(schema) == ("y", "x", "b", "a", "z")
