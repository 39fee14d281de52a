"""A gateway whose models name components of its OpenAPI document as their schemas, and whose files are plain strings.

Described by docs/provider.md; it asks for a revision in the body and has its results at a route of their own.
"""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest
from tests.generated_package import impatient, imported
from tests.presets.field_servers import FILE, Answer, Call, listening

from schemaloom.emulator.options import Options
from schemaloom.emulator.server import running_emulator
from schemaloom.pipeline.fetch import fetch
from schemaloom.settings.provider import load_provider
from schemaloom.snapshot.layout import read_snapshot

PROVIDER = """
name = "lumen"
title = "Lumen"
homepage = "https://lumen.example"
package = { distribution = "lumen-sdk", module = "lumen_sdk", client = "Lumen", env_prefix = "LUMEN" }

[api]
base_url = "https://api.lumen.example/v3"
auth = { header = "Authorization" }

[catalogue]
kind = "api"
openapi = "https://api.lumen.example/v3/spec.json"
list = { path = "/spec.json", items = "/x-engines", id = "/slug" }
facts = { in = "/in", out = "/out", revision = "/rev" }
fields = { modality = ["/makes"] }
modalities = { picture = "image", words = "text" }
carried = [
    { answer = "openapi", pointer = "/components/schemas/{in}", output = "/components/schemas/{out}", trusted = true },
]

[submit]
url = "/render"
body = { engine = "{id}", revision = "{revision}", settings = "{input}" }

[job]
url = "/renders/{job_id}"
result = "/renders/{job_id}/output"
fields = { id = ["/ticket"], status = ["/phase"] }
statuses = { BUSY = "running", READY = "succeeded", BROKEN = "failed" }
value = ""
output = { image = ["/artifacts/*/href"], text = ["/words"] }

[webhook]
query = "notify"
payload = "/output"

[errors]
code = ["/fault/kind"]
message = ["/fault/text"]
"""
SIZE = {"$ref": "#/components/schemas/Size"}
DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "Lumen", "version": "3"},
    "paths": {},
    "components": {
        "schemas": {
            "LampIn": {
                "type": "object",
                "required": ["text"],
                "properties": {"text": {"type": "string"}, "size": SIZE, "count": {"type": "integer"}},
                "additionalProperties": False,
            },
            "Size": {"type": "string", "enum": ["small", "large"]},
            "LampOut": {
                "type": "object",
                "properties": {
                    "artifacts": {
                        "type": "array",
                        "items": {"type": "object", "properties": {"href": {"type": "string"}}},
                    }
                },
            },
            "VerseIn": {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}},
            "VerseOut": {"type": "object", "required": ["words"], "properties": {"words": {"type": "string"}}},
        }
    },
    "x-engines": [
        {"slug": "lamp-1", "makes": "picture", "in": "LampIn", "out": "LampOut", "rev": "r1"},
        {"slug": "lamp-2", "makes": "picture", "in": "LampIn", "out": "LampOut", "rev": "r2"},
        {"slug": "verse-1", "makes": "words", "in": "VerseIn", "out": "VerseOut", "rev": "r1"},
    ],
}


def lumen(call: Call) -> Answer | bytes:
    match call.method, call.path.strip("/").split("/"):
        case "GET", ["v3", "spec.json"]:
            return Answer(200, DOCUMENT)
        case "GET", ["blobs", _]:
            return FILE
        case "POST", ["v3", "render"]:
            engine = next(engine for engine in DOCUMENT["x-engines"] if engine["slug"] == call.body["engine"])
            if call.body["revision"] != engine["rev"]:
                return Answer(404, {"fault": {"kind": "revision", "text": "no such revision"}})
            return Answer(201, {"ticket": f"{engine['makes']}-{call.body['settings']['text']}", "phase": "BUSY"})
        case "GET", ["v3", "renders", ticket]:
            return Answer(200, {"ticket": ticket, "phase": "READY"})
        case "GET", ["v3", "renders", "picture-break", "output"]:
            return Answer(409, {"fault": {"kind": "melted", "text": "the lamp melted"}})
        case "GET", ["v3", "renders", ticket, "output"]:
            words = ticket.startswith("words")
            return Answer(200, {"words": "light"} if words else {"artifacts": [{"href": f"/blobs/{ticket}"}]})
    return Answer(404, {"fault": {"kind": "path", "text": "nothing here"}})


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "specs" / "lumen"
    folder.mkdir(parents=True)
    (folder / "provider.toml").write_text(PROVIDER, "utf-8")
    with listening(lumen) as (origin, _):
        fetch(folder, today=date(2026, 2, 1), environ={}, base_url=f"{origin}/v3", rate=0)
    return folder


@pytest.fixture
def package(folder, tmp_path):
    with imported("lumen", specs=tmp_path / "specs", out=tmp_path / "out") as package:
        yield package


def test_it_runs_jobs_and_reads_relative_urls_of_plain_strings(package):
    with listening(lumen) as (origin, _), impatient(package.Lumen)("k", base_url=f"{origin}/v3") as client:
        lamp = package.catalogue["lamp-2"].load()
        result = client.run(lamp(text="x", size="small"))
        assert ["/artifacts/0/href"] == list(result.files)
        assert FILE == result.files["/artifacts/0/href"].bytes()
        assert "/blobs/picture-x" == result.output.artifacts[0].href
        words = client.run(package.catalogue["verse-1"].load()(text="x"))
        assert ("light", {}) == (words.output.words, dict(words.files))
        with pytest.raises(package.JobFailed, match="the lamp melted"):
            client.run(lamp(text="break"))


def test_its_emulator_serves_what_was_fetched(package, folder):
    before = read_snapshot(folder)
    with running_emulator(load_provider(folder / "provider.toml"), before, Options(rate_limit=0, job_seconds=0)) as it:
        fetch(folder, today=date(2026, 2, 2), environ={}, base_url=it.base_url, rate=0)
        assert [*map(dataclasses.asdict, before.models)] == [*map(dataclasses.asdict, read_snapshot(folder).models)]
        with impatient(package.Lumen)(it.api_key, base_url=it.base_url) as client:
            # The response to the submission reports the end already, and its result is elsewhere.
            (file,) = client.run(package.catalogue["lamp-1"].load()(text="x")).files.values()
            assert b"\x89PNG" == file.bytes()[:4]
            assert {} == client.run(package.catalogue["verse-1"].load()(text="x")).files
