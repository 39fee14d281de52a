"""Runware's own Python client, unchanged, runs jobs on the emulator of its preset, over its WebSocket."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import uuid

import httpx
import pytest
import websockets
from tests.presets.conftest import snapshot

from schemaloom.emulator.options import Options
from schemaloom.emulator.server import running_emulator
from schemaloom.render.scaffold import presets
from schemaloom.settings.provider import parse_provider
from schemaloom.snapshot.model import ModelDocument


def model(name: str, modality: str, **properties: object) -> ModelDocument:
    return ModelDocument(
        id=name,
        name=name,
        modality=modality,
        input={
            "type": "object",
            "required": ["taskType", "positivePrompt"],
            "additionalProperties": False,
            "properties": {
                "taskType": {"const": f"{modality}Inference"},
                "positivePrompt": {"type": "string", "minLength": 2},
                "numberResults": {"type": "integer"},
                **properties,
            },
        },
        provenance="fetched",
    )


SIZE = {"width": {"type": "integer"}, "height": {"type": "integer"}}
MODELS = snapshot(model("runware:101@1", "image", **SIZE), model("klingai:5@3", "video", duration={"type": "integer"}))
IMAGE = {"positivePrompt": "a lamp", "model": "runware:101@1", "width": 512, "height": 512}


@pytest.fixture
def emulator():
    provider = parse_provider(presets()["runware"].encode(), where="runware")
    with running_emulator(provider, MODELS, Options(rate_limit=0, job_seconds=0.1)) as it:
        yield it


@pytest.fixture
def run(emulator, monkeypatch):
    from runware import Runware
    from runware import base as settings

    # It polls every 3 s, and waits half a minute for the answer to a poll.
    monkeypatch.setattr(settings, "VIDEO_INITIAL_TIMEOUT", 100)
    monkeypatch.setattr(settings, "VIDEO_POLLING_DELAY", 20)

    def run(use, key=None):
        async def work():
            client = Runware(api_key=key or emulator.api_key, url=socket_url(emulator))
            try:
                await client.connect()
                return await use(client)
            finally:
                await client.disconnect()

        return asyncio.run(asyncio.wait_for(work(), 30))

    return run


def socket_url(emulator) -> str:
    return emulator.base_url.replace("http", "ws", 1)


def test_results_that_are_awaited_arrive(run, emulator):
    from runware import IImageInference

    first, second = run(lambda client: client.imageInference(IImageInference(**IMAGE, numberResults=2)))
    assert b"\x89PNG" == httpx.get(second.imageURL).content[:4]
    assert first.imageUUID != second.imageUUID
    (sent,) = emulator.log.of("submit")
    assert sent.key_sent
    assert ("async", "imageInference") == ((body := json.loads(sent.body)[0])["deliveryMethod"], body["taskType"])


def test_a_job_is_polled_to_its_end(run):
    from runware import IVideoInference

    async def use(client):
        task = await client.videoInference(
            IVideoInference(positivePrompt="a lamp", model="klingai:5@3", duration=5, deliveryMethod="async")
        )
        return await client.getResponse(taskUUID=task.taskUUID)

    (video,) = run(use)
    assert ("videoInference", "success") == (video.taskType, video.status)
    assert b"ftyp" == httpx.get(video.videoURL).content[4:8]


def test_failures_are_typed(run, emulator):
    from runware import IImageInference
    from runware.utils import RunwareAPIError

    emulator.faults.add("job-failed:1@submit/runware:101@1")
    with pytest.raises(RunwareAPIError, match="could not process"):
        run(lambda client: client.imageInference(IImageInference(**IMAGE)))
    with pytest.raises(RunwareAPIError, match="positivePrompt: 'x' is too short") as caught:
        run(lambda client: client.imageInference(IImageInference(**{**IMAGE, "positivePrompt": "x"})))
    assert "invalidParameter" == caught.value.code
    with pytest.raises(RunwareAPIError, match="'no:1@1' not found"):
        run(lambda client: client.imageInference(IImageInference(**{**IMAGE, "model": "no:1@1"})))
    with pytest.raises(ConnectionError, match="The API key is wrong"):
        run(lambda client: client.ensureConnection(), key="wrong")


def test_its_upload_arrives(run, tmp_path):
    (tmp_path / "lamp.png").write_bytes(b"\x89PNG of a lamp")
    file = run(lambda client: client.uploadImage(str(tmp_path / "lamp.png")))
    assert uuid.UUID(file.imageUUID)
    assert (b"\x89PNG of a lamp", "image/png") == (
        (found := httpx.get(file.imageURL)).content, found.headers["content-type"],
    )  # fmt: skip


def exchange(emulator, *messages: object) -> list[object]:
    """Return the answer to each message, sent one after the other."""

    async def work() -> list[object]:
        answers = []
        async with websockets.connect(socket_url(emulator)) as socket:
            for message in messages:
                await socket.send(message if isinstance(message, str) else json.dumps(message))
                with contextlib.suppress(TimeoutError):
                    answers.append(json.loads(await asyncio.wait_for(socket.recv(), 5)))
        return answers

    return asyncio.run(work())


LOGIN = [{"taskType": "authentication", "apiKey": "demo-key"}]


def test_a_task_without_a_key_is_refused(emulator):
    (answer,) = exchange(emulator, [{"taskType": "imageInference", "taskUUID": "u", "model": "runware:101@1"}])
    assert [("invalidApiKey", "u")] == [(error["code"], error["taskUUID"]) for error in answer["errors"]]


def test_other_messages_do_not_end_the_connection(emulator):
    upload = {"taskType": "imageUpload", "taskUUID": "u", "image": "https://example.com/lamp.png"}
    with_noise = [7, {"taskType": "ping", "ping": True}]
    answers = exchange(emulator, LOGIN, [upload], with_noise)
    assert "data: URL" in answers[1]["errors"][0]["message"]
    assert {"data": [{"taskType": "ping", "pong": True}]} == answers[2]


def test_a_large_file_is_taken(emulator):
    content = bytes(8 * 1024 * 1024)
    image = "data:image/png;base64," + base64.b64encode(content).decode()
    answers = exchange(emulator, LOGIN, [{"taskType": "imageUpload", "taskUUID": "u", "image": image}])
    assert content == httpx.get(answers[1]["data"][0]["imageURL"]).content


@pytest.mark.parametrize("fault", ["reset", "lost-response", "truncated-json"])
def test_faults_strike_tasks(emulator, fault):
    task = {**IMAGE, "taskType": "imageInference", "taskUUID": str(uuid.uuid4()), "deliveryMethod": "sync"}
    emulator.faults.add(f"{fault}:1@submit")
    with pytest.raises((websockets.ConnectionClosedError, json.JSONDecodeError)):
        exchange(emulator, LOGIN, [task])
    assert 1 == len(emulator.log.of("submit"))


def test_another_path_has_no_socket(emulator):
    async def work() -> None:
        async with websockets.connect(socket_url(emulator) + "/other"):
            pass

    with pytest.raises(websockets.InvalidStatus, match="403"):
        asyncio.run(work())
