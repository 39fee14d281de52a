"""Files that a host compresses, though it is asked not to: saved whole, or an error."""

from __future__ import annotations

import gzip
import random
import zlib
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.core.errors import DownloadFailed
from runtime.files.content_decoder import content_decoder

FILE = random.Random(7).randbytes(3000) + bytes(50_000)


def raw_deflate(data: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return compressor.compress(data) + compressor.flush()


CODINGS = [
    pytest.param("gzip", gzip.compress, id="gzip"),
    pytest.param("X-GZIP", gzip.compress, id="x-gzip"),
    pytest.param("deflate", zlib.compress, id="deflate"),
    pytest.param("deflate", raw_deflate, id="deflate without its header"),
    pytest.param("gzip", lambda data: gzip.compress(data[:900]) + gzip.compress(data[900:]), id="two members"),
    pytest.param("gzip", lambda data: gzip.compress(data) + bytes(512), id="padded"),
    pytest.param("deflate, gzip", lambda data: gzip.compress(zlib.compress(data)), id="two codings"),
    pytest.param("utf-8", bytes, id="no coding"),
]


def decoded(encoding: str, body: bytes, cuts: list[int]) -> tuple[bytes, str | None]:
    decoder = content_decoder(encoding)
    assert decoder is not None
    places = [0, *sorted(cuts), len(body)]
    pieces = [piece for start, end in pairwise(places) for piece in decoder.decode(body[start:end])]
    return b"".join(pieces), decoder.problem


@pytest.mark.parametrize(("encoding", "encode"), CODINGS[:-1])
@given(data=st.data())
def test_what_is_decoded_does_not_depend_on_where_the_body_is_divided(encoding, encode, data):
    content = data.draw(st.binary(max_size=1200))
    body = encode(content)
    cuts = data.draw(st.lists(st.integers(0, len(body)), max_size=6))
    assert (content, None) == decoded(encoding, body, cuts)


@pytest.mark.parametrize(("encoding", "encode"), [*CODINGS[:4], CODINGS[6]])
@given(data=st.data())
def test_no_beginning_of_a_body_is_whole(encoding, encode, data):
    content = data.draw(st.binary(max_size=1200))
    body = encode(content)
    found, problem = decoded(encoding, body[: data.draw(st.integers(0, len(body) - 1))], [])
    assert content.startswith(found)
    assert problem is not None
    assert "incomplete" in problem


def test_a_body_that_grows_much_is_decoded_piece_by_piece():
    decoder = content_decoder("gzip")
    assert decoder is not None
    sizes = [len(piece) for piece in decoder.decode(gzip.compress(bytes(30_000_000)))]
    assert (30_000_000, True) == (sum(sizes), max(sizes) <= 1024 * 1024)
    assert decoder.problem is None


def reply(encoding: str, body: bytes, *, chunked: bool = False) -> bytes:
    head = f"HTTP/1.1 200 OK\r\ncontent-encoding: {encoding}\r\n"
    if chunked:
        return f"{head}transfer-encoding: chunked\r\n\r\n".encode() + b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    return f"{head}content-length: {len(body)}\r\n\r\n".encode() + body


@pytest.mark.parametrize(("encoding", "encode"), CODINGS)
def test_a_compressed_file_is_saved_whole(faulty, output, twin, tmp_path, encoding, encode):
    faulty.replies = [reply(encoding, encode(FILE))]
    [file] = output(f"{faulty.url}/out.bin").files
    assert FILE == twin.save(file, tmp_path / "out.bin").read_bytes()
    assert b"\r\naccept-encoding: identity\r\n" in faulty.requests[0].lower()


@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunked"])
@pytest.mark.parametrize("most", [0, 1, 900, -8, -1], ids=["empty", "one byte", "cut", "no trailer", "one byte less"])
def test_a_body_that_its_host_cut_is_asked_for_again(faulty, output, twin, most, chunked):
    body = gzip.compress(FILE)
    faulty.replies = [reply("gzip", body[:most], chunked=chunked), reply("gzip", body, chunked=chunked)]
    [file] = output(f"{faulty.url}/out.bin").files
    assert FILE == twin.bytes(file)


@pytest.mark.parametrize(
    ("encoding", "body", "reason"),
    [
        ("gzip", gzip.compress(FILE)[:-1], "the gzip body of the file host is incomplete"),
        ("deflate", zlib.compress(FILE)[:-1], "the deflate body of the file host is incomplete"),
        ("gzip", gzip.compress(FILE)[:-8] + bytes(8), "the gzip body of the file host is damaged"),
        ("gzip", FILE, "the gzip body of the file host is damaged"),
        ("br", FILE, "the file host used the content coding br"),
        ("gzip, zstd", FILE, "the file host used the content coding zstd"),
        (", ".join(["gzip"] * 6), FILE, "the file host used too many content codings"),
    ],
    # By its bytes a case of gzip would have another name in every second.
    ids=["gzip cut", "deflate cut", "gzip damaged", "no gzip", "br", "zstd", "many codings"],
)
def test_a_body_that_never_becomes_whole_is_no_file(faulty, output, twin, tmp_path, encoding, body, reason):
    faulty.replies = [reply(encoding, body)] * 4
    [file] = output(f"{faulty.url}/out.bin").files
    with pytest.raises(DownloadFailed, match=reason):
        twin.save(file, tmp_path / "out.bin")
    assert [] == list(tmp_path.iterdir())
