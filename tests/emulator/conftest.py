"""Three providers of different shape over small hand-made snapshots, and a way to start them."""

from __future__ import annotations

import contextlib
import dataclasses
import ssl
import time
import tomllib
from pathlib import Path

import httpx
import pytest

from schemaloom.emulator.options import Options
from schemaloom.emulator.server import RunningEmulator, running_emulator
from schemaloom.settings.provider import Provider, load_provider
from schemaloom.snapshot.layout import Snapshot
from schemaloom.snapshot.model import ModelDocument, Price

TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Without certificates: the emulator has no https, and to read those of the system takes longer than a request."""

SPECS = Path(__file__).parents[2] / "specs"

FLAT_PROVIDER = """
name = "flatworks"
title = "Flatworks"
homepage = "https://flat.example/docs"
package = { distribution = "flat-sdk", module = "flat_sdk", client = "Flat", env_prefix = "FLAT" }
[api]
base_url = "https://gateway.flat.example"
auth = { header = "X-Subscription-Key" }
[catalogue]
kind = "documents"
[submit]
url = "{endpoint}"
accepted = [202]
[job]
url = "/v2/requests/status/{job_id}"
statuses = { QUEUED = "queued", PROCESSING = "running", COMPLETED = "succeeded", FAILED = "failed", ERROR = "failed" }
uncharged = ["ERROR"]
output = { image = ["/output/media_url"], video = ["/output/media_url"] }
[job.fields]
id = ["/request_id"]
status = ["/status"]
status_url = ["/polling_url"]
error = ["/error"]
model = ["/model_id"]
created_at = ["/created_at"]
media_type = ["/output/media_type"]
[webhook]
header = "X-Webhook-URL"
[errors]
code = ["/error"]
message = ["/message"]
[errors.table]
unauthorized = { status = 401, code = "Unauthorized" }
insufficient_credits = { status = 402, code = "Insufficient Balance" }
invalid_input = { status = 400, code = "Bad Request" }
model_not_found = { status = 400, code = "Model not found" }
"""

VERSIONED_PROVIDER = """
name = "versioned"
title = "Versioned"
homepage = "https://versioned.example"
package = { distribution = "versioned-sdk", module = "versioned_sdk", client = "Versioned", env_prefix = "VERSIONED" }
[api]
base_url = "https://api.versioned.example/v1"
auth = { header = "Authorization", prefix = "Bearer " }
[catalogue]
kind = "api"
list = { path = "/models", items = "/results", id = ["/owner", "/name"], next = "/next" }
fields = { description = ["/description"] }
[[catalogue.schemas]]
path = "/models/{id}"
document = "/latest_version/openapi_schema"
pointer = "/components/schemas/Input"
output = "/components/schemas/Output"
[submit]
url = "/models/{id}/predictions"
input = "/input"
accepted = [201]
[job]
url = "/predictions/{job_id}"
cancel = "/predictions/{job_id}/cancel"
output = { media = ["/output"] }
list = { path = "/predictions", items = "/results" }
[job.statuses]
starting = "queued"
processing = "running"
succeeded = "succeeded"
failed = "failed"
canceled = "cancelled"
[job.fields]
id = ["/id"]
status = ["/status"]
status_url = ["/urls/get"]
cancel_url = ["/urls/cancel"]
error = ["/error"]
model = ["/model"]
created_at = ["/created_at"]
webhook = ["/webhook"]
[webhook]
field = "/webhook"
[errors]
code = ["/title"]
message = ["/detail"]
[errors.table]
unauthorized = { status = 401, code = "Unauthenticated" }
invalid_input = { status = 422, code = "Invalid input" }
model_not_found = { status = 404, code = "Not found" }
job_not_found = { status = 404, code = "Not found" }
"""

IMAGE_INPUT = {
    "type": "object",
    "required": ["prompt"],
    "properties": {
        "prompt": {"type": "string", "maxLength": 100},
        "num_outputs": {"type": "integer", "minimum": 1, "maximum": 4, "default": 1},
        "aspect_ratio": {"enum": ["1:1", "16:9"]},
    },
}


class Clock:
    """Seconds that pass when a test lets them."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


class Starter:
    """Starts emulators and clients that are stopped when the test ends."""

    def __init__(self, stack: contextlib.ExitStack) -> None:
        self._stack = stack

    def __call__(self, provider: Provider, snapshot: Snapshot, **options: object) -> RunningEmulator:
        settings = dataclasses.replace(Options(rate_limit=0, webhook_pauses=(0.0,)), **options)
        return self._stack.enter_context(running_emulator(provider, snapshot, settings))

    def client(self, emulator: RunningEmulator, **headers: str) -> httpx.Client:
        """A client of the emulator, with just these headers of its own."""
        client = httpx.Client(base_url=emulator.base_url, headers=headers, timeout=5, verify=TLS)
        return self._stack.enter_context(client)


def until(condition):
    """Wait in very small steps, for at most five seconds."""
    deadline = time.monotonic() + 5
    while not (value := condition()):
        assert time.monotonic() < deadline, "nothing happened for five seconds"
        time.sleep(0.005)
    return value


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def start():
    with contextlib.ExitStack() as stack:
        yield Starter(stack)


@pytest.fixture(name="until")
def until_fixture():
    return until


@pytest.fixture(scope="session")
def dojo() -> Provider:
    """The catalogue with a list, schema routes, an OpenAPI document and credits."""
    return load_provider(SPECS / "pixeldojo" / "provider.toml")


@pytest.fixture(scope="session")
def flat() -> Provider:
    """The catalogue of documents: an endpoint per model, flat errors, a webhook header."""
    return Provider.model_validate(tomllib.loads(FLAT_PROVIDER))


@pytest.fixture(scope="session")
def versioned() -> Provider:
    """The catalogue with owner/name ids, pages, embedded OpenAPI documents and a cancel route."""
    return Provider.model_validate(tomllib.loads(VERSIONED_PROVIDER))


@pytest.fixture(scope="session")
def dojo_snapshot() -> Snapshot:
    return Snapshot(
        models=(
            ModelDocument(
                id="flux-1.1-pro",
                name="Flux 1.1 Pro",
                description="Text to image",
                modality="image",
                price=Price(amount=1.5, unit="image"),
                capabilities=("text-to-image",),
                input=IMAGE_INPUT,
                parameter_order=("prompt", "aspect_ratio"),
            ),
            ModelDocument(id="mystery", name="Mystery", modality="image"),
            ModelDocument(
                id="wan-video",
                name="Wan",
                modality="video",
                price=Price(amount=3, unit="second", by_resolution=(("1080p", 4), ("720p", 3))),
                input={
                    "type": "object",
                    "properties": {
                        "prompt": {"type": "string"},
                        "duration": {"enum": [5, 10], "default": 5},
                        "resolution": {"enum": ["720", "1080"], "default": "720"},
                    },
                },
            ),
        ),
        openapi={"openapi": "3.1.0", "servers": [{"url": "https://pixeldojo.ai/api/v1"}], "paths": {}},
    )


@pytest.fixture(scope="session")
def flat_snapshot() -> Snapshot:
    return Snapshot(
        models=(
            ModelDocument(
                id="boogu-image",
                name="Boogu",
                modality="image",
                endpoint="https://gateway.flat.example/boogu-image/v1/boogu-image-request",
                price=Price(amount=2),
                input=IMAGE_INPUT,
            ),
            ModelDocument(
                id="boogu-video",
                name="Boogu video",
                modality="video",
                endpoint="https://gateway.flat.example/boogu-video/v1/generate",
            ),
        )
    )


@pytest.fixture(scope="session")
def versioned_snapshot() -> Snapshot:
    return Snapshot(
        models=(
            ModelDocument(id="acme/clip", name="clip", output={"type": "string", "format": "uri"}),
            ModelDocument(
                id="acme/paint",
                name="paint",
                description="Paints",
                input={
                    "type": "object",
                    "required": ["prompt"],
                    "properties": {
                        "prompt": {"type": "string"},
                        "size": {"allOf": [{"$ref": "#/$defs/size"}], "default": "s"},
                    },
                    "$defs": {"size": {"enum": ["s", "l"]}},
                },
                output={"type": "array", "items": {"type": "string", "format": "uri"}},
            ),
            ModelDocument(id="zeta/schema", name="schema"),
        )
    )
