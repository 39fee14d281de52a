"""What a hostile API answers: catalogues, schemas, OpenAPI documents, and bytes that are no answer at all."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from typing import Any
from urllib.parse import quote

from hypothesis import strategies as st
from tests.hostile.schemas import requests, schemas
from tests.hostile.server import NOT_FOUND, Answer, answer
from tests.hostile.texts import ids, names, scalars, texts, values
from tests.hostile.workspace import GOOD, KNOWN

_SURROGATES = ['"\\ud800"', '"\\udc00\\ud800"', '{"\\udfff": 1}', '["\\ud83e\\udd86"]']
_RAW = [
    *("", " ", "null", "[]", "{}", "0", '""', "NaN", "[NaN]", "Infinity", "-Infinity", "1e400", "[1e400]", "-1e400"),
    *('{"a": 1, "a": 2}', '{"models": [], "models": [{"id": "x"}]}', '{"a": 1,}', "[1, 2", "\ufeff{}", "{} {}", "//"),
    *("[" * 200, "[" * 100_000, '{"a":' * 10_000, "[" * 127 + "]" * 127, "1" * 5_000, "[" + "1" * 5_000 + "]", "\0"),
    *("<html><title>Just a moment</title></html>", "<?xml version='1.0'?><a/>", '"\\u0000"', "'", "{'a': 1}"),
    *_SURROGATES,
]
raw_bodies: st.SearchStrategy[bytes] = st.one_of(
    st.sampled_from([text.encode() for text in _RAW]),
    st.sampled_from([b"\xff\xfe", b"\xed\xa0\x80", b'{"a": "\xc3\x28"}', b"\x1f\x8b\x08", b"\x80", b"{\x00}"]),
    st.binary(max_size=40),
    values.map(lambda value: json.dumps(value).encode()),
)


@st.composite
def _mangled(draw: st.DrawFn, body: st.SearchStrategy[bytes]) -> bytes:
    """A body, now and then cut short, doubled, or with a part of it replaced."""
    raw = draw(body)
    match draw(st.integers(0, 14)):
        case 0:
            return raw[: draw(st.integers(0, max(0, len(raw) - 1)))]
        case 1:
            return raw + raw
        case 2:
            place = draw(st.integers(0, len(raw)))
            return (
                raw[:place]
                + draw(st.sampled_from([b'"', b"\\", b"NaN", b"1e400", b"\x00", b"\xff", b"{"]))
                + raw[place:]
            )
        case 3:
            return draw(raw_bodies)
        case 4:
            number = draw(
                st.sampled_from([b"1e400", b"-1e400", b"NaN", b"Infinity", b"1" * 5_000, b"01", b"1.", b"0x1"])
            )
            return re.sub(rb"(?<=[:\[ ])\d+", number, raw, count=1)
        case 5:
            twice = draw(
                st.sampled_from(
                    [b'"a": 1, "a": 2, ', b'"\\ud800": 1, ', b'"id": "x", "id": "y", ', b'"__proto__": {}, ']
                )
            )
            return raw.replace(b'{"', b"{" + twice + b'"', 1)
        case _:
            return raw


def _json(value: st.SearchStrategy[Any]) -> st.SearchStrategy[bytes]:
    return value.map(lambda content: json.dumps(content).encode())


items = st.one_of(
    values,
    st.builds(
        lambda model, extra: {"id": model, **extra},
        st.one_of(st.sampled_from(KNOWN), ids, scalars),
        st.dictionaries(
            st.sampled_from(
                ["name", "description", "modality", "capabilities", "documents", "endpoint", "price", "runs"]
            ),
            st.one_of(
                texts, values, st.lists(texts, max_size=3), st.just({"amount": 1, "unit": "x", "by_resolution": {}})
            ),
            max_size=6,
        ),
    ),
)
_known_items = st.just([{"id": name, "name": name} for name in KNOWN])
_lists = st.one_of(
    st.builds(
        lambda known, more, following: {"models": [*known, *more], **following},
        st.one_of(_known_items, _known_items, st.just([])),
        st.lists(items, max_size=6),
        st.one_of(
            st.just({}),
            st.just({}),
            st.sampled_from(
                [
                    {"next": "/api/v1/models"},
                    {"next": "?page=2"},
                    {"next": "http://127.0.0.1:9/models"},
                    {"next": "file:///etc/passwd"},
                    {"next": "//evil.example/models"},
                    {"next": "https://acme.example@evil.example/"},
                    {"next": "http://[::1"},
                    {"next": "\0"},
                    {"next": 7},
                    {"next": ["x"]},
                ]
            ),
        ),
    ),
    values,
)


def _route(model: object) -> str:
    return f"/api/v1/models/{quote(str(model), safe='', errors='replace')}"


@st.composite
def catalogues(draw: st.DrawFn) -> dict[str, Answer]:
    """A list of models, and a schema for most of them, each perhaps broken."""
    listed = draw(_lists)
    found = {"/api/v1/models": answer(draw(_mangled(st.just(json.dumps(listed).encode()))))}
    entries = listed.get("models") if isinstance(listed, dict) else None
    for item in entries if isinstance(entries, list) else []:
        model = item.get("id") if isinstance(item, dict) else None
        if isinstance(model, str | int) and draw(st.integers(0, 4)):
            body = _json(st.one_of(requests(), schemas(2), values).map(lambda schema: {"schema": schema}))
            found[f"{_route(model)}/schema"] = draw(
                st.one_of(_mangled(body).map(answer), st.just(NOT_FOUND), st.just(answer(b"", "304 Not Modified")))
            )
    found["/api/openapi"] = draw(st.one_of(st.just(NOT_FOUND), raw_bodies.map(answer)))
    return found


@st.composite
def _openapi(draw: st.DrawFn) -> Any:
    part = schemas(2)
    return {
        "openapi": draw(st.one_of(st.sampled_from(["3.1.0", "3.0.3", "2.0"]), scalars)),
        "info": draw(st.one_of(st.fixed_dictionaries({"title": texts, "version": texts}), values)),
        "servers": draw(st.one_of(values, st.lists(st.fixed_dictionaries({"url": texts}), max_size=2))),
        "paths": draw(
            st.one_of(
                values,
                st.dictionaries(
                    st.one_of(names, st.sampled_from(["/models", "/models/{id}/run", "/jobs/{job_id}"])),
                    st.dictionaries(
                        st.sampled_from(["get", "post", "parameters", "x"]),
                        st.one_of(
                            values,
                            st.fixed_dictionaries(
                                {
                                    "requestBody": st.one_of(values, part),
                                    "responses": st.dictionaries(
                                        st.sampled_from(["200", "4XX", "x"]), part, max_size=2
                                    ),
                                }
                            ),
                        ),
                        max_size=2,
                    ),
                    max_size=3,
                ),
            )
        ),
        "components": draw(
            st.one_of(
                values,
                st.fixed_dictionaries({"schemas": st.fixed_dictionaries({"I": requests(), "O": part, "A": part})}),
            )
        ),
    }


@st.composite
def openapi_documents(draw: st.DrawFn) -> dict[str, Answer]:
    """The API's own document, and one inside a model's details."""
    known = json.dumps({"models": [{"id": name} for name in (*KNOWN, "delta")]}).encode()
    return {
        "/api/v1/models": answer(known),
        "/api/openapi": answer(draw(_mangled(_json(_openapi())))),
        "/api/v1/models/delta": answer(draw(_mangled(_json(_openapi().map(lambda found: {"openapi": found}))))),
    }


def _bomb(size: int) -> bytes:
    return gzip.compress(b'{"models": "' + b" " * size + b'"}')


_LISTED = json.dumps({"models": [{"id": name} for name in (*KNOWN, "delta")]}).encode()
_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
_LOCATIONS = [
    *("http://127.0.0.1:22/", "http://127.0.0.1:9/api/v1/models", "http://localhost/", "http://[::1]/", "http://0/"),
    *("file:///etc/passwd", "ftp://127.0.0.1/", "gopher://x", "data:application/json,{}", "javascript:alert(1)"),
    *(
        "//evil.example/",
        "/api/v1/models",
        "models",
        "?",
        "",
        "\\\\evil\\x",
        "http://evil.example:99999/",
        "http://[",
        "http://a b/",
    ),
    *(
        "http://169.254.169.254/latest/meta-data/",
        "unix:/var/run/docker.sock",
        "https://acme.example@127.0.0.1:9/",
        "a" * 5_000,
    ),
]
_STATUS = ["200 OK", "201 Created", "204 No Content", "206 Partial", "304 Not Modified", "400 Bad", "401 No", "403 No"]
_STATUS += [
    "404 Not Found",
    "408 Slow",
    "410 Gone",
    "418 Teapot",
    "429 Slow down",
    "451 x",
    "500 x",
    "503 x",
    "599 x",
    "999 x",
]
_ODD_HEADS: list[bytes] = [
    b"",
    b"\r\n\r\n",
    b"HTTP/1.1\r\n\r\n",
    b"HTTP/9.9 200 OK\r\n\r\n{}",
    b"HTTP/1.1 abc OK\r\n\r\n",
    b"\x16\x03\x01\x02\x00",
    b"HTTP/1.1 200 OK\r\nx: " + b"a" * 200_000 + b"\r\n\r\n",
    b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 20_000 + b"\r\n",
    b"HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 2\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999999999999\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\nbad header\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nffffffffffffffff\r\n{}",
    b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ncontent-length: 2\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    b"HTTP/1.1 100 Continue\r\n\r\n" * 1_000,
    b"HTTP/1.1 101 Switching\r\n\r\n",
    b"HTTP/1.1 200 OK\nx: y\n\n{}",
    b"HTTP/1.1 200 \x1b[31m\r\n\r\n{}",
    b"HTTP/1.1 500 \x07\xff\xfe\r\ncontent-length: 0\r\n\r\n",
    b"SSH-2.0-OpenSSH\r\n",
]


@st.composite
def _bad_answer(draw: st.DrawFn, body: bytes) -> Answer:
    ends = st.sampled_from(["close", "reset", "hang"])
    match draw(
        st.sampled_from(["status", "redirect", "encoding", "length", "slow", "endless", "head", "etag", "after"])
    ):
        case "status":
            return answer(draw(st.one_of(st.just(body), raw_bodies)), draw(st.sampled_from(_STATUS)))
        case "redirect":
            status = draw(st.sampled_from(["301 Moved", "302 Found", "303 See", "307 x", "308 x", "300 x"]))
            return answer(b"", status, location=draw(st.sampled_from(_LOCATIONS)))
        case "encoding":
            packed = draw(
                st.sampled_from(
                    [gzip.compress(body), gzip.compress(body)[:-4], zlib.compress(body), body, _bomb(40_000_000)]
                )
            )
            encoding = draw(
                st.sampled_from(["gzip", "x-gzip", "GZIP ", "gzip, gzip", "br", "zstd", "deflate", "identity", "\xff"])
            )
            return answer(packed, **{"content-encoding": encoding})
        case "length":
            claimed = draw(st.sampled_from([0, 1, len(body) - 1, len(body) + 1, 10**12]))
            return Answer([_HEAD + f"content-length: {claimed}\r\n\r\n".encode() + body], end=draw(ends))
        case "slow":
            drips = [bytes([byte]) for byte in body[:6]]
            return Answer(
                [_HEAD + b"connection: close\r\n\r\n", *drips], pause=draw(st.sampled_from([0.1, 0.3])), end=draw(ends)
            )
        case "endless":
            chunk = draw(st.sampled_from([b" " * 1_000_000, b"[" * 1_000_000, b"x-a: b\r\n" * 100_000]))
            head = draw(st.sampled_from([b"", _HEAD, _HEAD + b"\r\n", _HEAD + b"transfer-encoding: chunked\r\n\r\n"]))
            return Answer([head, *[chunk] * 40], end="close")
        case "head":
            return Answer([draw(st.sampled_from(_ODD_HEADS))], end=draw(ends))
        case "etag":
            etag = draw(st.sampled_from(['"x"', "", "x" * 10_000, '"\xff"', 'W/"a"', '"a", "b"', "\t", '"a\x7fb"']))
            return Answer(
                [
                    _HEAD
                    + b"etag: "
                    + etag.encode("latin-1")
                    + f"\r\ncontent-length: {len(body)}\r\n\r\n".encode()
                    + body
                ]
            )
        case _:
            after = draw(
                st.sampled_from(
                    ["0", "-1", "1e400", "nan", "0.05", "99999999999999999", "Wed, 21 Oct 2099 07:28:00 GMT", "x", ""]
                )
            )
            return answer(b"", draw(st.sampled_from(["429 x", "503 x"])), **{"retry-after": after})


@st.composite
def misbehaviour(draw: st.DrawFn) -> dict[str, Answer]:
    """A well-meant catalogue of which one or two routes misbehave below the level of JSON."""
    schema = json.dumps({"schema": GOOD}).encode()
    openapi = json.dumps({"openapi": "3.1.0", "info": {"title": "Acme", "version": "1"}, "paths": {}}).encode()
    good = {"/api/v1/models": _LISTED, "/api/openapi": openapi}
    good |= {f"/api/v1/models/{name}/schema": schema for name in (*KNOWN, "delta")}
    found = {path: answer(body) for path, body in good.items()}
    for path in draw(st.lists(st.sampled_from(sorted(good)), min_size=1, max_size=2, unique=True)):
        found[path] = draw(_bad_answer(good[path]))
    return found
