"""Text in the response to the submission itself: it arrives while it is made, and is paid for once."""

from __future__ import annotations

import asyncio
import json
import signal
import threading
from contextlib import aclosing

import httpx
import pytest
from raw_server import raw_server, reply
from sdk_sample import KEY, QUICK, STUDIO, AsyncStudio, Studio
from sdk_twins import Blocking

from runtime.core.errors import JobFailed, SubmissionUncertain
from runtime.core.profile import JobFields, SubmitEvents
from runtime.models.request import Request

HEAD = b"HTTP/1.1 200 Any\r\ncontent-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n\r\n"
LAST = b"0\r\n\r\n"
SPEAKING = STUDIO._replace(
    submit=STUDIO.submit._replace(events=SubmitEvents(text="/word")),
    job=STUDIO.job._replace(url=None, fields=JobFields(cost=("/cost",)), output={"text": ("",)}, list=None),
)


class SpeakingStudio(Studio):
    profile = SPEAKING
    retries = QUICK


class AsyncSpeakingStudio(AsyncStudio):
    profile = SPEAKING
    retries = QUICK


class Story(Request[str]):
    __model_id__ = "story"
    __output__ = str

    prompt: str = "x"


def chunk(content):
    return b"%x\r\n%s\r\n" % (len(content), content)


def word(text):
    return chunk(f"data: {json.dumps({'word': text})}\n\n".encode())


END = chunk(b'data: {"cost": 0.5}\n\ndata: [DONE]\n\n') + LAST


@pytest.fixture
def speak(twin):
    """Serve parts, and open a client; an event among them is waited for, and an error ends the connection."""
    servers = []

    def start(*parts, **options):
        def answer(_):
            for part in parts:
                if isinstance(part, threading.Event):
                    if not part.wait(10):
                        raise ConnectionError("the piece before did not reach the caller")
                elif isinstance(part, OSError):
                    raise part
                else:
                    yield part

        opened = raw_server(answer)
        servers.append(opened)
        server = opened.__enter__()
        return twin.client(SpeakingStudio, AsyncSpeakingStudio, KEY, base_url=server.url, **options), server

    yield start
    for opened in servers:
        opened.__exit__(None, None, None)


def test_each_piece_arrives_before_the_next_one_is_sent(speak):
    gates = [threading.Event(), threading.Event()]
    client, server = speak(
        HEAD + word("Once"), gates[0], chunk(b"data: "), chunk(b'{"word": " upon"}\n\n'), gates[1], word(" a") + END
    )
    pieces = client.stream(Story())
    assert [] == server.arrived, "nothing is sent before the first piece is asked for"
    assert "Once" == next(pieces)
    gates[0].set()
    assert " upon" == next(pieces)
    gates[1].set()
    assert [" a"] == [*pieces]
    assert 1 == len(server.arrived)


def test_a_client_of_httpx_is_heard_too(speak, twin):
    gate = threading.Event()
    blocking, asynchronous = httpx.Client(), httpx.AsyncClient()
    http_client = asynchronous if isinstance(twin.client(Studio, AsyncStudio, KEY), Blocking) else blocking
    client, _ = speak(HEAD + word("Once"), gate, word(" upon") + END, http_client=http_client)
    pieces = client.stream(Story())
    assert "Once" == next(pieces)
    gate.set()
    assert [" upon"] == [*pieces]
    twin.close_http(blocking, asynchronous)


def test_the_whole_is_in_the_ledger(speak, tmp_path):
    client, server = speak(HEAD + word("Once") + word(" upon") + END, ledger=tmp_path / "ledger")
    assert ["Once", " upon"] == [*client.stream(Story())]
    assert ["Once", " upon"] == [*client.stream(Story())], "an ended job is not in the way of another"
    assert 2 == len(server.arrived)


def test_a_key_in_the_text_is_hidden(speak):
    client, _ = speak(HEAD + word(f"the key is {KEY}") + END)
    (piece,) = client.stream(Story())
    assert KEY not in piece


@pytest.mark.parametrize("rest", [(LAST,), (word(" upon"), LAST), (chunk(b"data: {"), LAST), (ConnectionError(),)])
def test_a_response_that_ends_early_is_uncertain_and_sent_once(speak, tmp_path, rest):
    client, server = speak(HEAD + word("Once"), *rest, ledger=tmp_path / "ledger")
    pieces = client.stream(Story())
    assert "Once" == next(pieces)
    with pytest.raises(SubmissionUncertain):
        list(pieces)
    with pytest.raises(SubmissionUncertain):
        list(client.stream(Story()))
    assert 1 == len(server.arrived)


def test_a_silent_server_is_given_up_within_the_timeout(speak):
    client, server = speak(HEAD + word("Once"), threading.Event(), timeout=0.3)
    pieces = client.stream(Story())
    assert "Once" == next(pieces)
    with pytest.raises(SubmissionUncertain):
        list(pieces)
    assert 1 == len(server.arrived)


def test_a_failure_in_the_stream_is_the_jobs(speak):
    client, server = speak(HEAD + word("Once") + chunk(b'data: {"error": {"message": "no more ink"}}\n\n') + LAST)
    pieces = client.stream(Story())
    assert "Once" == next(pieces)
    with pytest.raises(JobFailed, match="no more ink"):
        next(pieces)
    assert 1 == len(server.arrived)


def test_a_caller_who_stops_has_an_uncertain_submission(speak, tmp_path):
    client, server = speak(HEAD + word("Once"), threading.Event(), ledger=tmp_path / "ledger")
    pieces = client.stream(Story())
    assert "Once" == next(pieces)
    pieces.close()
    with pytest.raises(SubmissionUncertain):
        list(client.stream(Story()))
    assert 1 == len(server.arrived)


def test_an_event_that_is_too_long_to_be_read_on_the_way_is_in_the_whole(speak):
    long = "y" * (4 * 1024 * 1024 + 1)
    client, _ = speak(HEAD + word("Once") + word(long) + word("!") + END)
    assert "Once" + long + "!" == "".join(client.stream(Story()))


def test_an_answer_without_events_is_read_whole(speak):
    client, server = speak(reply({"cost": 1}))
    assert [] == [*client.stream(Story())]
    assert 1 == len(server.arrived)


@pytest.mark.parametrize("twin", ["sync"], indirect=True)  # a cancelled task is below
def test_an_interruption_waits_for_the_rest(speak, tmp_path):
    """Ctrl-C in the blocking client: the response is read to its end and recorded, then the interruption is raised."""
    gate = threading.Event()
    client, server = speak(HEAD + word("Once"), gate, word(" upon") + END, ledger=tmp_path / "ledger")
    pieces = client.stream(Story())
    next(pieces)

    def strike():
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
        gate.set()

    threading.Timer(0.2, strike).start()
    with pytest.raises(KeyboardInterrupt):
        next(pieces)
    assert ["Once", " upon"] == [*client.stream(Story())], "the first job has ended by the ledger"
    assert 2 == len(server.arrived)


def test_a_cancelled_task_waits_for_the_rest(tmp_path):
    gate = threading.Event()

    def answer(_):
        yield HEAD + word("Once")
        gate.wait(20)
        yield word(" upon") + END

    async def listen(url):
        async with AsyncSpeakingStudio(KEY, base_url=url, ledger=tmp_path / "ledger") as client:
            heard, waiting = [], asyncio.Event()

            async def hear():
                async with aclosing(client.stream(Story())) as pieces:
                    async for piece in pieces:
                        heard.append(piece)
                        waiting.set()

            task = asyncio.create_task(hear())
            await waiting.wait()
            await asyncio.sleep(0.1)
            task.cancel()
            await asyncio.sleep(0.1)
            gate.set()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert ["Once"] == heard
            assert ["Once", " upon"] == [piece async for piece in client.stream(Story())]

    with raw_server(answer) as server:
        asyncio.run(listen(server.url))
        assert 2 == len(server.arrived)
