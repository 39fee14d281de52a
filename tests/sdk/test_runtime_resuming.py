"""Downloads that break, folders full of results, and files given as parameters."""

from __future__ import annotations

import base64
import gzip
import io
import pickle
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError
from sdk_sample import KEY, Painting
from sdk_servers import Answer
from tests.loading import request_class

from runtime.core.errors import ConfigurationError, DownloadFailed, Unsupported
from runtime.files.media_types import file_type, suffix_of
from runtime.models.data_uri import data_uri, refuse_undocumented_data_uris

JOB = "/api/v1/jobs/job_1"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(60)
JPEG = b"\xff\xd8\xff\xe0" + bytes(60)
WHOLE = b"the first half whole"
VERSION = b'accept-ranges: bytes\r\netag: "v1"\r\n'


def reply(status: bytes, headers: bytes, body: bytes, size: int) -> bytes:
    # The server closes each connection; a client that does not know it may send on one that is just being closed.
    head = b"HTTP/1.1 %s\r\nconnection: close\r\n%scontent-length: %d\r\n\r\n" % (status, headers, size)
    return head + body


def header(request: bytes, name: str) -> str | None:
    lines = [line.partition(": ") for line in request.decode().split("\r\n")[1:]]
    return next((value for key, _, value in lines if key.lower() == name), None)


def test_only_the_missing_rest_is_fetched_again(faulty, output, twin, tmp_path):
    faulty.replies = [
        reply(b"200 OK", VERSION, b"the first ", 20),
        reply(b"206 Partial Content", b"content-range: bytes 10-19/20\r\n", b"half ", 10),
        reply(b"206 Partial Content", b"content-range: bytes 15-19/20\r\n", b"whole", 5),
    ]
    [image] = output(f"{faulty.url}/out.png").files
    assert b"the first half whole" == twin.save(image, tmp_path / "out.png").read_bytes()
    assert [(None, None), ("bytes=10-", '"v1"'), ("bytes=15-", '"v1"')] == [
        (header(request, "range"), header(request, "if-range")) for request in faulty.requests
    ]


@pytest.mark.parametrize(
    "second",
    [
        reply(b"200 OK", VERSION, b"another", 7),
        reply(b"206 Partial Content", b"content-range: bytes 3-9/10\r\n", b"another", 7),
        reply(b"206 Partial Content", b"", b"another", 7),
        reply(
            b"206 x",
            b"content-range: bytes 6-19/20\r\ncontent-encoding: gzip\r\n",
            gzip.compress(b" than it was 6", mtime=0),
            34,
        ),
        reply(b"416 Range Not Satisfiable", b"content-range: bytes */7\r\n", b"", 0),
    ],
)
def test_a_host_with_another_file_or_idea_of_the_rest_gives_the_whole(faulty, output, twin, second):
    faulty.replies = [reply(b"200 OK", VERSION, b"longer", 20), second, reply(b"200 OK", b"", b"another", 7)]
    [image] = output(f"{faulty.url}/out.png").files
    assert b"another" == twin.bytes(image)


@pytest.mark.parametrize("headers", [b"", b'etag: "v1"\r\n', b'accept-ranges: bytes\r\netag: W/"v1"\r\n'])
def test_a_host_that_promises_no_ranges_is_asked_for_the_whole(faulty, output, twin, headers):
    faulty.replies = [reply(b"200 OK", headers, b"half", 20), reply(b"200 OK", headers, b"whole", 5)]
    [image] = output(f"{faulty.url}/out.png").files
    assert b"whole" == twin.bytes(image)
    assert {None} == {header(request, "range") for request in faulty.requests}


def partial(start: int, body: bytes, total: int | str, headers: bytes = b"") -> bytes:
    span = b"content-range: bytes %d-%d/%s\r\n" % (start, start + len(body) - 1, str(total).encode())
    return reply(b"206 Partial Content", span + headers, body, len(body))


@pytest.mark.parametrize(
    "replies",
    [
        pytest.param([partial(0, WHOLE[:5], 20, VERSION)], id="the first answer is a part"),
        pytest.param([reply(b"200 OK", VERSION, WHOLE[:5], 20), partial(5, WHOLE[5:7], 20)], id="a short rest"),
        pytest.param([reply(b"200 OK", VERSION, WHOLE[:5], 20), partial(5, WHOLE[5:7], "*")], id="no total"),
        pytest.param(
            [
                reply(b"200 OK", VERSION, WHOLE[:5], 20),
                b"HTTP/1.1 206 x\r\ncontent-range: bytes 5-19/20\r\nconnection: close\r\n\r\n" + WHOLE[5:7],
            ],
            id="shorter than its range",
        ),
    ],
)
def test_a_short_part_is_not_the_whole_file(faulty, output, twin, replies):
    start = len(WHOLE[:5]) if len(replies) == 1 else 7
    faulty.replies = [*replies, partial(start, WHOLE[start:], 20)]
    [image] = output(f"{faulty.url}/out.png").files
    assert WHOLE == twin.bytes(image)
    assert f"bytes={start}-" == header(faulty.requests[-1], "range")


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(partial(5, b"OTHER OTHER HTO", 20, b'etag: "v2"\r\n'), id="another validator"),
        pytest.param(partial(5, b"OTHER OTHER HTOO", 21), id="another size"),
        pytest.param(partial(4, b"OTHER OTHER HTOO", 20), id="another place"),
        pytest.param(partial(5, b"OTHER", "20,"), id="a malformed range"),
    ],
)
def test_a_part_of_another_version_is_not_joined(faulty, output, twin, other):
    faulty.replies = [reply(b"200 OK", VERSION, WHOLE[:5], 20), other, reply(b"200 OK", VERSION, WHOLE, 20)]
    [image] = output(f"{faulty.url}/out.png").files
    assert WHOLE == twin.bytes(image)


def test_attempts_are_counted_anew_while_bytes_arrive(faulty, output, twin):
    """Eleven broken connections, each with one byte more, where three attempts are allowed."""
    faulty.replies = [
        reply(b"200 OK", VERSION, WHOLE[:8], 20),
        *(reply(b"206 x", b"content-range: bytes %d-19/20\r\n" % n, WHOLE[n : n + 1], 20 - n) for n in range(8, 19)),
        partial(19, WHOLE[19:], 20),
    ]
    [image] = output(f"{faulty.url}/out.png").files
    assert WHOLE == twin.bytes(image)
    assert 13 == len(faulty.requests)


def test_a_host_that_never_finishes_is_given_up(faulty, output, twin, tmp_path):
    faulty.replies = [
        reply(b"200 OK", VERSION, b"half", 20),
        reply(b"416 Range Not Satisfiable", b"", b"", 0),
        reply(b"200 OK", VERSION, b"half", 20),
    ]
    [image] = output(f"{faulty.url}/out.png").files
    with pytest.raises(DownloadFailed):
        twin.save(image, tmp_path / "out.png")
    assert [] == list(tmp_path.iterdir())


def test_a_folder_gets_a_file_named_by_its_url_and_content_and_loses_none(files, output, twin, tmp_path):
    files.on("GET", "/a/out.webp", Answer(content=PNG))
    files.on("GET", "/b/photo.jpeg", Answer(content=JPEG))
    files.on("GET", "/c/..%2F..%2Fetc", Answer(content=b"?"))
    files.on("GET", "/c/.%5Cwin%3Aname", Answer(content=b"?"))
    files.on("GET", "/c/Gru%CC%88n%20%E7%8C%AB.png", Answer(content=PNG))
    first, photo, odd, strange, script = output(
        f"{files.url}/a/out.webp",
        f"{files.url}/b/photo.jpeg?s=1",
        f"{files.url}/c/..%2F..%2Fetc",
        f"{files.url}/c/.%5Cwin%3Aname",
        f"{files.url}/c/Gru%CC%88n%20%E7%8C%AB.png",
    ).files
    names = [twin.save(asset, tmp_path).name for asset in (first, first, photo, odd, strange, script)]
    assert ["out.png", "out-2.png", "photo.jpeg", "etc.bin", "win_name.bin", "Grün_猫.png"] == names
    assert sorted(names) == sorted(path.name for path in tmp_path.iterdir())


def test_many_files_are_saved_at_once_in_order(files, output, twin, tmp_path):
    urls = []
    for number in range(12):
        files.on("GET", f"/{number}.png", Answer(content=PNG + bytes([number]), delay=0.1))
        urls.append(f"{files.url}/{number}.png")
    paths = twin.save_all(output(*urls, "data:image/png;base64,iVBORw0KGgo="), tmp_path / "new" / "folder")
    assert [f"{number}.png" for number in range(12)] + ["output.png"] == [path.name for path in paths]
    assert [PNG + bytes([number]) for number in range(12)] == [path.read_bytes() for path in paths[:-1]]


def test_one_missing_file_keeps_none_of_the_others_away(files, output, twin, tmp_path):
    files.on("GET", "/1.png", Answer(content=PNG))
    with pytest.raises(DownloadFailed, match=r"/0\.png"):
        twin.save_all(output(f"{files.url}/0.png", f"{files.url}/1.png"), tmp_path)
    assert ["1.png"] == [path.name for path in tmp_path.iterdir()]


def test_a_result_can_be_pickled_and_saved_elsewhere(files, output, twin, tmp_path):
    files.on("GET", "/1.png", Answer(content=PNG))
    pickled = pickle.dumps(output(f"{files.url}/1.png"))
    assert KEY.encode() not in pickled
    [path] = twin.save_all(pickle.loads(pickled), tmp_path)
    assert PNG == path.read_bytes()


def test_a_file_knows_when_it_goes_away(output):
    assert datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC) == output("https://f.example/1.png").files[0].expires_at


@pytest.mark.parametrize(
    ("head", "media_type", "suffix"),
    [
        (PNG, "image/png", ".png"),
        (JPEG, "image/jpeg", ".jpg"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp", ".webp"),
        (b"RIFF\0\0\0\0WAVEfmt ", "audio/wav", ".wav"),
        (b"\0\0\0\x18ftypisom", "video/mp4", ".mp4"),
        (b"\0\0\0\x18ftypavif", "image/avif", ".avif"),
        (b"ID3\x04", "audio/mpeg", ".mp3"),
    ],
)
def test_a_type_is_recognized_by_the_content(head, media_type, suffix):
    assert (media_type, suffix) == file_type(head)
    assert suffix == suffix_of(head, "") == suffix_of(head, ".other")


def test_a_file_becomes_a_data_uri(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(PNG)
    uri = "data:image/png;base64," + base64.b64encode(PNG).decode()
    assert {uri} == {data_uri(source) for source in (path, str(path), PNG, io.BytesIO(PNG), uri)}
    with path.open("rb") as file:
        assert uri == data_uri(file)
    assert "https://f.example/a.png" == data_uri("https://f.example/a.png")
    assert data_uri(b"text").startswith("data:application/octet-stream;")
    assert data_uri(b"text", media_type="text/plain").startswith("data:text/plain;")


def test_what_cannot_be_meant_as_a_file_is_refused(tmp_path):
    with pytest.raises(ConfigurationError, match="is empty"):
        data_uri(b"")
    with pytest.raises(ConfigurationError, match="larger than 10 bytes"):
        data_uri(io.BytesIO(PNG), max_bytes=10)
    with pytest.raises(FileNotFoundError):
        data_uri(tmp_path / "missing.png")


SCHEMA = {
    "type": "object",
    "properties": {
        "image": {"type": "string", "description": "URL or data URI of the picture."},
        "style": {"type": "string", "description": "URL of a picture."},
        "prompt": {"type": "string"},
        "layers": {"type": "array", "items": {"type": "object", "properties": {"mask": {"type": "string"}}}},
    },
}


def test_a_data_uri_is_sent_where_it_is_documented_alone():
    request = request_class(SCHEMA)
    refuse_undocumented_data_uris(request(image=data_uri(PNG), style="https://f.example", prompt="data: a story, told"))
    for parameter, wrong in (
        ("style", {"style": data_uri(PNG)}),
        ("layers.mask", {"layers": [{}, {"mask": data_uri(PNG)}]}),
    ):
        with pytest.raises(Unsupported, match=f"documents no data URIs for {parameter}, so nothing was sent"):
            refuse_undocumented_data_uris(request(**wrong))
    with pytest.raises(ValidationError):
        request(image=PNG)


def test_nothing_is_submitted_with_a_data_uri_that_would_be_paid_for_in_vain(api, studio):
    api.on("POST", "/api/v1/models/flux-1.1/pro/run", Answer({"jobId": "job_1"}, 202))
    with pytest.raises(Unsupported):
        studio.submit(Painting(prompt=data_uri(PNG)))
    assert [] == api.seen
    studio.submit_raw("flux-1.1/pro", {"prompt": data_uri(PNG)})
    assert 1 == len(api.seen)
