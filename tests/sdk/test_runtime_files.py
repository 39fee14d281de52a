"""Saving results: complete, or not at all."""

from __future__ import annotations

import json

import pytest
from sdk_sample import KEY, QUICK, Painting, Studio
from sdk_servers import Answer

from runtime.core.errors import DownloadFailed
from runtime.files.download import Downloader
from runtime.files.file import File
from runtime.files.read_file import FileReader, is_file_url

JOB = "/api/v1/jobs/job_1"


@pytest.fixture
def image(api, studio):
    """Make an asset of a job of `studio`."""

    def make(url: str) -> File:
        api.on("GET", JOB, Answer({"status": "completed", "output": {"images": [url]}}))
        return studio.jobs.get("job_1", Painting).result().output.images[0]

    return make


def test_a_file_is_saved_under_its_name_alone(files, image, twin, tmp_path):
    content = bytes(range(256)) * 4096
    files.on("GET", "/out.png", Answer(content=content))
    path = tmp_path / "out.png"
    path.write_bytes(b"old")
    assert path == twin.save(image(f"{files.url}/out.png"), str(path))
    assert content == path.read_bytes()
    assert [path] == list(tmp_path.iterdir())


def test_an_asset_prints_short_and_without_its_signature(image):
    assert "File('https://f.example/1.png', media_type=None)" == repr(image("https://f.example/1.png?signature=abc"))
    assert "File('data:image/png;base64,…', media_type=None)" == repr(image("data:image/png;base64,iVBORw=="))


def test_content_is_given_as_bytes_and_as_a_file(files, image, twin):
    files.on("GET", "/out.png", Answer(content=b"png"))
    asset = image(f"{files.url}/out.png")
    assert b"png" == twin.bytes(asset)
    with twin.open(asset) as file:
        assert b"png" == file.read()


def test_a_download_that_is_cut_leaves_what_was_there(faulty, image, twin, tmp_path):
    faulty.replies = [b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nhalf"]
    path = tmp_path / "out.png"
    path.write_bytes(b"old")
    with pytest.raises(DownloadFailed, match="RemoteProtocolError"):
        twin.save(image(f"{faulty.url}/out.png?signature=abc"), path)
    assert 3 == len(faulty.requests)
    assert b"old" == path.read_bytes()
    assert [path] == list(tmp_path.iterdir())


def test_a_second_attempt_starts_from_the_beginning(faulty, image, twin, tmp_path):
    faulty.replies = [
        b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nlonger than the whole",
        b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nwhole",
    ]
    assert b"whole" == twin.save(image(f"{faulty.url}/out.png"), tmp_path / "out.png").read_bytes()


def test_ctrl_c_leaves_no_trace(faulty, api, tmp_path, monkeypatch):
    faulty.replies = [b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nwhole"]
    api.on("GET", JOB, Answer({"status": "completed", "output": {"images": [f"{faulty.url}/out.png"]}}))

    def interrupted(self: object, name: object) -> None:
        raise KeyboardInterrupt

    with Studio(KEY, base_url=f"{api.url}/api/v1") as client:
        [image] = client.jobs.get("job_1", Painting).result().output.images
        monkeypatch.setattr("pathlib.Path.replace", interrupted)  # the last moment before the file is there
        with pytest.raises(KeyboardInterrupt):
            image.save(tmp_path / "out.png")
    assert [] == list(tmp_path.iterdir())


def test_a_missing_folder_is_reported_before_anything_is_fetched(files, image, twin, tmp_path):
    asset = image(f"{files.url}/out.png")
    with pytest.raises(FileNotFoundError, match=r"no folder '.*missing' to save 'out.png' in"):
        twin.save(asset, tmp_path / "missing" / "out.png")
    assert [] == files.seen


@pytest.mark.parametrize(("status", "attempts"), [(404, 1), (403, 1), (503, 3)])
def test_a_refusal_of_the_file_host_is_reported_without_the_signature(files, image, twin, status, attempts):
    files.on("GET", "/out.png", Answer(status=status))
    with pytest.raises(DownloadFailed) as caught:
        twin.bytes(image(f"{files.url}/out.png?signature=abc"))
    assert (status, f"{files.url}/out.png") == (caught.value.status, caught.value.url)
    assert "signature" not in str(caught.value)
    assert attempts == len(files.seen)


@pytest.mark.parametrize(
    ("url", "content"),
    [
        ("data:image/png;base64,iVBORw==", b"\x89PNG"),
        ("data:image/png;base64,iVBORw%3D%3D", b"\x89PNG"),
        ("DATA:text/plain,a%20fox", b"a fox"),
        ("data:,", b""),
    ],
)
def test_inline_files_are_decoded(image, twin, tmp_path, url, content):
    assert content == twin.bytes(image(url))
    assert content == twin.save(image(url), tmp_path / "out").read_bytes()


@pytest.mark.parametrize(
    "url",
    [
        "data:;base64,iVBORw=", "data:;base64,iVB*ORw==", "data:;base64,iVBORw==iVBORw==", "data:;base64,iVBORw%3D",
        "data:;base64,i", "data:;base64,%C3%A9",
    ],
)  # fmt: skip
def test_broken_base64_is_an_error(image, twin, tmp_path, url):
    with pytest.raises(DownloadFailed, match="not valid base64"):
        twin.bytes(image(url))
    with pytest.raises(DownloadFailed, match="not valid base64"):
        twin.save(image(url), tmp_path / "out.png")
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize("url", ["data:image/png;base64,abc", "data:image/png", "https://[x"])
def test_a_file_that_cannot_be_fetched_is_an_error_when_asked_for(image, twin, url):
    asset = image(url)
    with pytest.raises(DownloadFailed):
        twin.bytes(asset)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://f.example/x", "javascript:x", "http://"])
def test_other_schemes_are_no_files(api, studio, url):
    api.on("GET", JOB, Answer({"status": "completed", "output": {"images": [url]}}))
    output = studio.jobs.get("job_1", Painting).result().output
    assert () == output.images
    assert (url,) == output.values


def test_results_can_be_saved_after_the_client_was_closed_and_from_the_other_world(
    files, image, studio, twin, tmp_path
):
    files.on("GET", "/out.png", Answer(content=b"png"))
    asset = image(f"{files.url}/out.png")
    assert b"png" == asset.bytes()  # blocking, whatever the client is
    studio.close()
    assert b"png" == twin.bytes(asset)
    assert b"png" == twin.save(asset, tmp_path / "out.png").read_bytes()


@pytest.mark.parametrize(
    "output",
    [
        {"images": ["{url}/a fox.png", "{url}/other.png"]},
        {"images": [{"url": " {url}/a fox.png "}]},
        {"image": "{url}/a fox.png"},
    ],
)
def test_a_url_with_a_space_is_a_file(api, studio, files, twin, output):
    files.on("GET", "/a%20fox.png", Answer(content=b"png"))
    document = json.loads(json.dumps(output).replace("{url}", files.url))
    api.on("GET", JOB, Answer({"status": "completed", "output": document}))
    image = studio.jobs.get("job_1", Painting).result().output.images[0]
    assert f"{files.url}/a%20fox.png" == image.url
    assert b"png" == twin.bytes(image)


@pytest.mark.parametrize(
    ("path", "sent"),
    [("/ä.png", "/%C3%A4.png"), ("/a|b[1].png", "/a|b[1].png"), ("/a%20b%2F1.png", "/a%20b%2F1.png")],
)
def test_other_characters_of_a_url_are_sent_so_that_a_host_understands_them(files, image, twin, path, sent):
    files.on("GET", sent, Answer(content=b"png"))
    assert b"png" == twin.bytes(image(f"{files.url}{path}"))


def test_a_text_that_begins_with_a_url_is_no_file(files):
    assert not is_file_url(f"{files.url}/a.png is a fox")
    assert [] == list(
        FileReader(Downloader("", timeout=1, retries=QUICK)).find_all({"text": f"{files.url}/a is a fox"})
    )
