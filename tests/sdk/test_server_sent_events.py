"""Server-sent events as the HTML standard defines them, in whatever pieces the bytes come."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.http.server_sent_events import Event, EventParser

STREAMS = {
    "data alone": ("data: a\n\n", [("message", "a", "")]),
    "a name and an id": ("event: output\nid: 1\ndata: a\n\n", [("output", "a", "1")]),
    "several lines": ("data: a\ndata:\ndata: b\n\n", [("message", "a\n\nb", "")]),
    "one space is no part of the data": ("data:  a\ndata:b\n\n", [("message", " a\nb", "")]),
    "a colon in the data": ("data: a: b\n\n", [("message", "a: b", "")]),
    "comments and unknown fields": (": hi\nretry: 10\nfoo: bar\nfoo\ndata: a\n\n", [("message", "a", "")]),
    "no data, no event": ("event: output\nid: 4\n\ndata: a\n\n", [("message", "a", "")]),
    "empty data": ("data\n\n", [("message", "", "")]),
    "other ends of lines": ("data: a\r\n\r\ndata: b\r\rdata: c\n\n", [("message", text, "") for text in "abc"]),
    "an incomplete end": ("data: a\n\ndata: b\n", [("message", "a", "")]),
    "a mark at the start": ("\ufeffdata: ü\n\n", [("message", "ü", "")]),
    "an id with a null": ("id: 1\0\ndata: a\n\n", [("message", "a", "")]),
    "line separators are data": ("data: a\u2028b\x0bc\n\n", [("message", "a\u2028b\x0bc", "")]),
}


@pytest.mark.parametrize(("stream", "events"), STREAMS.values(), ids=STREAMS)
def test_events_are_read_byte_by_byte_as_at_once(stream, events):
    content = stream.encode()
    assert [Event(*event) for event in events] == EventParser().feed(content)
    parser = EventParser()
    assert [Event(*event) for event in events] == [e for byte in content for e in parser.feed(bytes([byte]))]


@given(st.lists(st.binary(max_size=12)))
def test_any_bytes_give_the_same_events_however_they_are_cut(parts):
    parser = EventParser()
    assert EventParser().feed(b"".join(parts)) == [event for part in parts for event in parser.feed(part)]


def test_an_event_without_end_is_refused():
    parser = EventParser()
    line = b"data: " + b"x" * 1_000_000 + b"\n"
    assert [] == [event for _ in range(4) for event in parser.feed(line)]
    with pytest.raises(ValueError, match="longer than"):
        parser.feed(line)
