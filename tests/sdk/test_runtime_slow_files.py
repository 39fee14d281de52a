"""File hosts that send a byte a second: a download ends at its caller's deadline, and leaves nothing."""

from __future__ import annotations

import asyncio
import os
import pickle
import signal
import threading
import time

import pytest
from sdk_sample import KEY, AsyncStudio, Painting, Studio
from sdk_servers import Answer, dripping

from runtime.core.deadline import Deadline
from runtime.core.errors import DeadlineExceeded, DownloadFailed, DownloadTimeout
from runtime.http.prefetch import read_ahead

JOB = "/api/v1/jobs/job_1"
HEAD = b'HTTP/1.1 200 OK\r\naccept-ranges: bytes\r\netag: "v1"\r\ncontent-length: 1000\r\n\r\n'
SLOW = {"a body": HEAD + b"half", "a head": b"HTTP/1.1 200 OK\r\nx-slow: ", "no answer": b""}


@pytest.fixture
def output(api, studio):
    """Make the output of a job of `studio` from URLs."""

    def make(*urls: str):
        api.on("GET", JOB, Answer({"status": "completed", "output": {"images": list(urls)}}))
        return studio.jobs.get("job_1", Painting).result().output

    return make


FETCH = {
    "save": lambda twin, output, folder, **timeout: twin.save(output.files[0], folder / "out.png", **timeout),
    "save into a folder": lambda twin, output, folder, **timeout: twin.save(output.files[0], folder, **timeout),
    "save_all": lambda twin, output, folder, **timeout: twin.save_all(output, folder, **timeout),
    "bytes": lambda twin, output, folder, **timeout: twin.bytes(output.files[0], **timeout),
    "open": lambda twin, output, folder, **timeout: twin.open(output.files[0], **timeout),
}


@pytest.mark.parametrize(
    ("fetch", "slow"), [*((fetch, "a body") for fetch in FETCH), ("bytes", "a head"), ("save_all", "no answer")]
)
def test_a_timeout_bounds_the_whole_download_and_leaves_no_trace(output, twin, tmp_path, fetch, slow):
    with dripping(SLOW[slow], pause=0.1) as url:  # each byte long before the longest silence
        made = output(f"{url}/out.png?signature=abc", f"{url}/2.png")
        with pytest.raises(DownloadTimeout, match="the timeout ended after") as caught:
            FETCH[fetch](twin, made, tmp_path, timeout=0.25)
    error = caught.value
    assert isinstance(error, DownloadFailed)
    assert isinstance(error, DeadlineExceeded)
    assert (error.received >= 4) is (slow == "a body")
    assert (f"{url}/out.png", None, True) == (error.url, error.status, error.retryable)
    assert str(error) == str(pickle.loads(pickle.dumps(error)))
    assert [] == list(tmp_path.iterdir())


def test_what_was_there_stays_and_so_do_files_that_are_complete(files, output, twin, tmp_path):
    files.on("GET", "/1.png", Answer(content=b"one"))
    path = tmp_path / "0.png"
    path.write_bytes(b"old")
    with dripping(SLOW["a body"]) as url:
        made = output(f"{url}/0.png", f"{files.url}/1.png")
        with pytest.raises(DownloadTimeout):
            twin.save(made.files[0], path, timeout=0.3)
        with pytest.raises(DownloadTimeout):
            twin.save_all(made, tmp_path / "all", timeout=0.3)
    assert b"old" == path.read_bytes()
    assert ["1.png"] == [path.name for path in (tmp_path / "all").iterdir()]


def test_a_timeout_bounds_the_pauses_between_attempts_too(files, output, twin):
    files.on("GET", "/1.png", Answer(status=503, headers={"Retry-After": "2"}))
    [image] = output(f"{files.url}/1.png").files
    with pytest.raises(DownloadTimeout) as caught:
        twin.bytes(image, timeout=1)
    assert caught.value.waited < 1
    assert "answered 503" in str(caught.value.__cause__)
    assert 1 == len(files.seen)


def test_without_a_timeout_the_client_bounds_the_silence(output, studio, twin):
    with dripping(b"", pause=9) as url:
        output(f"{url}/1.png")
        [image] = studio.with_options(timeout=0.2, retries=0).jobs.get("job_1", Painting).result().output.files
        with pytest.raises(DownloadFailed, match="ReadTimeout") as caught:
            twin.bytes(image, timeout=None)
        assert not isinstance(caught.value, DownloadTimeout)
        with pytest.raises(DownloadTimeout):
            twin.bytes(image, timeout=0.1)


@pytest.mark.parametrize(
    ("fetch", "slow"), [("save", "a body"), ("save", "no answer"), ("save_all", "a head"), ("open", "a body")]
)
def test_ctrl_c_ends_a_download_at_once_and_leaves_no_trace(api, tmp_path, fetch, slow):
    with Studio(KEY, base_url=f"{api.url}/api/v1") as client, dripping(SLOW[slow]) as url:
        api.on("GET", JOB, Answer({"status": "completed", "output": {"images": [f"{url}/{n}.png" for n in range(9)]}}))
        made = client.jobs.get("job_1", Painting).result().output
        call = {
            "save": lambda: made.files[0].save(tmp_path / "out.png"),
            "save_all": lambda: made.save_all(tmp_path),
            "open": made.files[0].open,
        }[fetch]
        threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
        with pytest.raises(KeyboardInterrupt):
            call()
    assert [] == list(tmp_path.iterdir())


def test_a_cancelled_download_leaves_no_trace(api, tmp_path):
    async def main(url: str) -> None:
        async with AsyncStudio(KEY, base_url=f"{api.url}/api/v1") as client:
            made = (await (await client.jobs.get("job_1", Painting)).result()).output
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(made.asave_all(tmp_path), 0.2)
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(made.files[0].asave(tmp_path / "out.png"), 0.2)

    with dripping(SLOW["a body"]) as url:
        api.on("GET", JOB, Answer({"status": "completed", "output": {"images": [f"{url}/1.png", f"{url}/2.png"]}}))
        asyncio.run(main(url))
    assert [] == list(tmp_path.iterdir())


def test_the_thread_that_reads_stops_with_who_waits_and_hands_over_its_errors():
    closed = threading.Event()

    def pieces(count: int):
        try:
            for number in range(count):
                yield b"%d" % number
            raise LookupError
        finally:
            closed.set()

    reading = read_ahead(pieces(10**9), Deadline(60))
    assert b"0" == next(reading)
    time.sleep(0.05)  # now it is as far ahead as it may be
    reading.close()
    assert closed.wait(5)
    with pytest.raises(LookupError):
        list(read_ahead(pieces(3), Deadline(60)))
