"""Two providers that are read from documents, and the documents: made up, in the shapes of real ones."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from schemaloom.settings.provider import Provider

SAMPLES = Path(__file__).parent / "samples"

LUMEN = """
name = "lumen"
title = "Lumen"
homepage = "https://docs.lumen.example"
package = { distribution = "lumen-sdk", module = "lumen_sdk", client = "Lumen", env_prefix = "LUMEN" }
[api]
base_url = "https://gate.lumen.example"
auth = { header = "X-Lumen-Key" }
[catalogue]
kind = "documents"
volatile = ["/timestamp", "/trending"]
[catalogue.documents]
model = "/{id}/v1"
base_url = "https://docs.lumen.example"
path = "/models/{document}.md"
names = ["lumen-draw"]
[submit]
url = "{endpoint}"
[job]
url = "/v2/status/{job_id}"
fields = { id = ["/request_id"], status = ["/status"], model = ["/model"] }
statuses = { QUEUED = "queued", DONE = "succeeded", BROKEN = "failed" }
output = { image = ["/output/media_url"] }
[webhook]
header = "X-Callback-URL"
[errors]
code = ["/error"]
message = ["/message"]
table = {}
"""

SABLE = """
name = "sable"
title = "Sable"
homepage = "https://sable.example"
package = { distribution = "sable-sdk", module = "sable_sdk", client = "Sable", env_prefix = "SABLE" }
[api]
base_url = "https://sable.example/api/v1"
auth = { header = "Authorization", prefix = "Bearer " }
[catalogue]
kind = "api"
list = { path = "/models", items = "/models", id = "/id" }
schemas = [{ path = "/models/{id}/schema", pointer = "/schema" }]
[catalogue.documents]
boilerplate = ["Integrate it with three lines of code."]
[catalogue.fields]
name = ["/name"]
description = ["/description"]
[submit]
url = "/models/{id}/run"
[job]
url = "/jobs/{job_id}"
fields = { id = ["/jobId"], status = ["/status"] }
statuses = { pending = "queued", done = "succeeded" }
output = { image = ["/output/images"] }
[errors]
code = ["/error/code"]
message = ["/error/message"]
table = {}
"""


@pytest.fixture(scope="session")
def lumen() -> Provider:
    """A provider without an API to ask: its Markdown files are the only source."""
    return Provider.model_validate(tomllib.loads(LUMEN))


@pytest.fixture(scope="session")
def sable() -> Provider:
    """A provider with an API, and with pages and texts that say the same."""
    return Provider.model_validate(tomllib.loads(SABLE))


@pytest.fixture
def specs(tmp_path):
    """Folder ``specs`` with both providers and nothing fetched yet."""
    for name, content in (("lumen", LUMEN), ("sable", SABLE)):
        folder = tmp_path / "specs" / name
        folder.mkdir(parents=True)
        (folder / "provider.toml").write_text(content)
    return tmp_path / "specs"


@pytest.fixture(scope="session")
def samples() -> Path:
    return SAMPLES
