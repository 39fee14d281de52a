"""The committed package beside an emulator that calls back, and one whose models have changed."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any

import pytest
import uvicorn
from pixeldojo_sdk import AsyncPixelDojo, InvalidRequest, PixelDojo, SchemaDrift
from pixeldojo_sdk.models.boogu_image_edit import BooguImageEdit
from pixeldojo_sdk.models.qwen_image_max import QwenImageMax
from pixeldojo_sdk.types import ImageOutput
from pixeldojo_sdk.webhooks import WebhookEndpoint
from tests.paths import SPECS

from schemaloom.emulator.options import Options
from schemaloom.emulator.server import RunningEmulator, running_emulator
from schemaloom.settings.provider import load_provider
from schemaloom.snapshot.layout import read_snapshot

EDIT = BooguImageEdit(prompt="make it snow", image="https://example.com/a.png", guidance_scale=8)


@pytest.fixture
def server() -> Iterator[RunningEmulator]:
    folder = SPECS / "pixeldojo"
    options = Options(rate_limit=0, job_seconds=0.3)
    with running_emulator(load_provider(folder / "provider.toml"), read_snapshot(folder), options) as running:
        yield running


@contextlib.asynccontextmanager
async def listening(app: Any) -> AsyncIterator[str]:
    """Serve an ASGI application on the loopback interface; gives its URL."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        web = uvicorn.Server(uvicorn.Config(app, log_config=None, ws="none"))
        task = asyncio.create_task(web.serve(sockets=[listener]))
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/hook"
        finally:
            web.should_exit = True
            await task


def test_a_job_that_calls_back_is_looked_at_once(server):
    async def run() -> ImageOutput:
        async with AsyncPixelDojo(server.api_key, base_url=server.base_url) as client:
            endpoint = WebhookEndpoint(client)
            async with listening(endpoint) as url:
                job = await client.submit(QwenImageMax(prompt="x"), webhook_url=url)
                return (await endpoint.result(job, timeout=20)).output

    output = asyncio.run(run())

    assert 1 == len(output.images)
    assert 1 == len(server.log.of("job"))


def changed(server: RunningEmulator, **properties: Any) -> None:
    """Change properties of one model's schema; ``None`` removes one."""
    models = []
    for model in server.snapshot.models:
        if model.id == EDIT.__model_id__:
            kept = {name: value for name, value in {**model.input["properties"], **properties}.items() if value}
            models.append(replace(model, input={**model.input, "properties": kept}))
        else:
            models.append(model)
    server.snapshot = replace(server.snapshot, models=tuple(models))


@pytest.mark.parametrize(
    ("change", "pointer", "change_text"),
    [
        ({"guidance_scale": {"type": "number", "maximum": 6}}, "/guidance_scale", "expected at most 6, got 8"),
        ({"guidance_scale": {"type": "string"}}, "/guidance_scale", "expected string, got 8"),
        ({"guidance_scale": None}, "/guidance_scale", "is no longer a parameter"),
    ],
)
def test_the_error_of_a_changed_model_names_the_change_and_the_version_to_install(server, change, pointer, change_text):
    changed(server, **change)
    with PixelDojo(server.api_key, base_url=server.base_url) as client:
        for _ in range(2):
            with pytest.raises(SchemaDrift, match="Install a newer pixeldojo-sdk") as caught:
                client.submit(EDIT)

    assert ({pointer: change_text}, pointer) == (caught.value.changes, caught.value.pointer)
    assert BooguImageEdit.__digest__ == caught.value.digest
    assert 1 == len(server.log.of("schema"))
    assert 1000 == server.credits


def test_a_refusal_for_another_reason_is_no_drift(server):
    server.faults.add("error=400@submit")
    with PixelDojo(server.api_key, base_url=server.base_url) as client, pytest.raises(InvalidRequest) as caught:
        client.submit(EDIT)

    assert InvalidRequest is type(caught.value)
