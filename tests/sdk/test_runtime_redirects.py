"""Redirects of file hosts: followed on the internet, and never from there into a private network."""

from __future__ import annotations

import ssl

import httpx
import pytest
from sdk_sample import KEY, AsyncStudio, Painting, Studio
from sdk_servers import Answer, Faulty

from runtime.core.errors import DownloadFailed
from runtime.files.network_scope import enters_private_network

JOB = "/api/v1/jobs/job_1"
PUBLIC = "http://93.184.215.14"
TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Without certificates: no URL here is https, and to read those of the system takes longer than a test."""


@pytest.fixture
def image(api, faulty: Faulty, twin):
    """Make a file whose host is reached through a proxy, which `faulty` is."""
    pairs: list[tuple[httpx.Client, httpx.AsyncClient]] = []

    def make(url: str):
        api.on("GET", JOB, Answer({"status": "completed", "output": {"images": [url]}}))
        options = {"proxy": faulty.url, "verify": TLS}
        direct, direct_async = httpx.HTTPTransport(verify=TLS), httpx.AsyncHTTPTransport(verify=TLS)
        pairs.append(
            (
                httpx.Client(mounts={"all://127.0.0.1": direct}, **options),
                httpx.AsyncClient(mounts={"all://127.0.0.1": direct_async}, **options),
            )
        )
        http = pairs[-1][0 if twin._loop is None else 1]
        client = twin.client(Studio, AsyncStudio, KEY, base_url=f"{api.url}/api/v1", http_client=http)
        return client.jobs.get("job_1", Painting).result().output.images[0]

    yield make
    for pair in pairs:
        twin.close_http(*pair)


def redirect(location: str, status: int = 302) -> bytes:
    return b"HTTP/1.1 %d x\r\nlocation: %s\r\nconnection: close\r\ncontent-length: 0\r\n\r\n" % (
        status,
        location.encode(),
    )


FILE = b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\npng"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed(faulty, image, twin, status):
    faulty.replies = [redirect("/other.png", status), redirect(f"{PUBLIC}/café.png"), FILE]
    assert b"png" == twin.bytes(image(f"{PUBLIC}/out.png"))
    assert [b"/out.png", b"/other.png", b"/caf%C3%A9.png"] == [
        request.split(b" ")[1].removeprefix(PUBLIC.encode()) for request in faulty.requests
    ]


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1:9/", "http://localhost:9/", "http://[::1]:9/", "http://2130706433:9/", "http://0.0.0.0:9/",
        "http://10.0.0.7/", "http://192.168.1.1/", "http://169.254.169.254/latest/meta-data", "http://[fe80::1]/",
        "http://[::ffff:127.0.0.1]/", "http://0x7f.1/", "//127.0.0.1:9/", "file:///etc/passwd", "ftp://f.example/",
    ],
)  # fmt: skip
def test_a_redirect_into_a_private_network_is_refused(faulty, image, twin, tmp_path, target):
    faulty.replies = [redirect(target), FILE]
    with pytest.raises(DownloadFailed, match="it redirects to"):
        twin.save(image(f"{PUBLIC}/out.png?signature=abc"), tmp_path / "out.png")
    assert 1 == len(faulty.requests)
    assert [] == list(tmp_path.iterdir())


def test_a_circle_of_redirects_ends(faulty, image, twin):
    faulty.replies = [redirect("/out.png")]
    with pytest.raises(DownloadFailed, match="more than 20 redirects"):
        twin.bytes(image(f"{PUBLIC}/out.png"))
    assert 21 == len(faulty.requests)


@pytest.mark.parametrize("location", ["http://[", "http://", "http://x:99999999/", "\x7f"])
def test_a_redirect_to_no_url_is_an_error(faulty, image, twin, location):
    faulty.replies = [redirect(location)]
    with pytest.raises(DownloadFailed):
        twin.bytes(image(f"{PUBLIC}/out.png"))


@pytest.mark.parametrize(
    ("source", "target", "refused"),
    [
        ("127.0.0.1", "127.0.0.2", False),
        ("10.0.0.1", "127.0.0.1", False),
        ("10.0.0.1", "169.254.169.254", True),
        ("169.254.1.1", "169.254.1.2", False),
        ("93.184.215.14", "1.1.1.1", False),
        ("not-a-host.invalid", "127.0.0.1", True),
        ("93.184.215.14", "not-a-host.invalid", False),
        ("93.184.215.14", "x" * 70, False),
        ("93.184.215.14", "100.64.0.1", True),
        ("93.184.215.14", "::ffff:1.1.1.1", False),
    ],
)
def test_a_private_network_is_entered_from_the_internet_alone(source, target, refused):
    assert refused == enters_private_network(source, target)
