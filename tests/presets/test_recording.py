"""Real exchanges, recorded through the emulator and replayed by it; the provider is a server that shares no code."""

from __future__ import annotations

import json
from datetime import date

import httpx
import pytest
from click.testing import CliRunner
from tests.generated_package import impatient, imported
from tests.presets.field_servers import FILE, Fal, Replicate, listening

from schemaloom.cli.commands import cli
from schemaloom.emulator.options import Options
from schemaloom.emulator.server import running_emulator
from schemaloom.errors import UsageError
from schemaloom.pipeline.fetch import fetch
from schemaloom.pipeline.init import init
from schemaloom.settings.provider import load_provider
from schemaloom.snapshot.layout import Snapshot, read_snapshot

TODAY = date(2026, 2, 1)
EMPTY = Snapshot(models=())


def described(root, preset, **places):
    """Return a provider whose hosts are `places`: the preset, with these URLs in place of its own."""
    init(preset, root=root, base_url="https://unused.example", preset=preset)
    path = root / "specs" / preset / "provider.toml"
    text = path.read_text("utf-8")
    for old, new in places.items():
        text = text.replace(f"https://{old.replace('_', '.')}", new)
    path.write_text(text, "utf-8")
    return load_provider(path)


def jobs(package, client, models):
    """Run each model, fail and cancel one; what came of it."""
    found = [client.run(package.catalogue[model].load()(prompt="a lamp")).raw for model in models]
    job = client.submit(package.catalogue[models[0]].load()(prompt="cancelled"))
    return [*found, job.cancel().status]


def test_what_was_recorded_is_replayed_without_the_provider(tmp_path):
    folder, spec = tmp_path / "recording", tmp_path / "specs" / "replicate"
    models = ["acme/images-official", "acme/words-community", "acme/object-bare"]
    with listening(lambda _: FILE) as (files, downloads), listening(Replicate(files)) as (origin, calls):
        provider = described(tmp_path, "replicate", api_replicate_com=origin)
        with running_emulator(provider, EMPTY, Options(record=folder, rate_limit=1)) as emulator:
            environ = {"REPLICATE_API_KEY": "secret"}
            fetch(spec, today=TODAY, environ=environ, base_url=emulator.base_url, rate=0)
            fetched = read_snapshot(spec).models
            with imported("replicate", specs=tmp_path / "specs", out=tmp_path / "out") as package:
                with impatient(package.Replicate)("secret", base_url=emulator.base_url) as client:
                    first = jobs(package, client, models)
                    urls = [item.raw["urls"]["get"] for item in client.jobs.list(limit=3)]
                assert all(url.startswith(emulator.base_url) for url in urls)
                assert {"Bearer secret"} == {call.key for call in calls}
                assert len(calls) == len([*folder.glob("*.json")])
                assert [] == [path for path in folder.glob("*.json") if "secret" in path.read_text("utf-8")]
    with running_emulator(provider, EMPTY, Options(replay=folder)) as emulator:
        fetch(spec, today=TODAY, environ=environ, base_url=emulator.base_url, rate=0)
        assert fetched == read_snapshot(spec).models
        with imported("replicate", specs=tmp_path / "specs", out=tmp_path / "out") as package:
            client = impatient(package.Replicate)("any", base_url=emulator.base_url)
            with client:
                again = jobs(package, client, models)
                with pytest.raises(
                    package.NotFound, match=r"no response to POST .* with this body is recorded; recorded"
                ):
                    client.run(package.catalogue[models[0]].load()(prompt="another"))
    assert [document["output"] for document in first[:3]] == [document["output"] for document in again[:3]]
    assert first[3] == again[3] == "cancelled"
    assert [] == downloads


def test_a_key_goes_to_declared_origins_alone(tmp_path):
    server = Fal("https://unused.example")
    server.bare = True  # so that the documents are read at an origin that may not see the key
    with (
        listening(server) as (queue, queued),
        listening(server) as (platform, listed),
        listening(server) as (site, read),
    ):
        places = {"queue_fal_run": queue, "api_fal_ai": platform, "fal_ai/api": f"{site}/api"}
        provider = described(tmp_path, "fal", **places)
        with running_emulator(provider, EMPTY, Options(record=tmp_path / "recording")) as emulator:
            environ = {"FAL_API_KEY": "secret"}
            fetch(tmp_path / "specs/fal", today=TODAY, environ=environ, base_url=emulator.base_url, rate=0)
            with (
                imported("fal", specs=tmp_path / "specs", out=tmp_path / "out") as package,
                impatient(package.Fal)("secret", base_url=emulator.base_url) as client,
            ):
                assert client.run(package.catalogue["fal-ai/llm"].load()(prompt="x")).raw
    assert ({"Key secret"}, {"Key secret"}) == ({call.key for call in queued}, {call.key for call in listed})
    assert ({None}, len(server.models)) == ({call.key for call in read}, len(read))


def test_bodies_with_uuids_forms_and_bytes(tmp_path):
    """A client's UUIDs differ in each run; the response gets those of the request that is answered."""
    provider = described(tmp_path, "runware")
    folder = tmp_path / "recording"
    old, new = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
    folder.mkdir()
    exchange = {
        "request": {"method": "POST", "path": "/v1", "query": "", "body": [{"taskUUID": old}]},
        "response": {"status": 200, "headers": {}, "json": {"data": [{"taskUUID": old}]}},
    }
    binary = {
        "request": {"method": "GET", "path": "/v1/image", "query": "a=1&b=2", "body": None},
        "response": {"status": 200, "headers": {"content-type": "image/png"}, "text": "data:;base64,iVBORw0KGgo="},
    }
    for number, content in enumerate((exchange, binary)):
        (folder / f"{number}.json").write_text(json.dumps(content), "utf-8")
    with running_emulator(provider, EMPTY, Options(replay=folder)) as emulator, httpx.Client() as client:
        assert {"data": [{"taskUUID": new}]} == client.post(emulator.base_url, json=[{"taskUUID": new}]).json()
        image = client.get(f"{emulator.base_url}/image?b=2&a=1")
        assert (b"\x89PNG\r\n\x1a\n", "image/png") == (image.content, image.headers["content-type"])
        assert 404 == client.get(f"{emulator.base_url}/image?a=2").status_code
    (folder / "2.json").write_text("{}", "utf-8")
    with (
        pytest.raises(UsageError, match="not a recorded exchange"),
        running_emulator(provider, EMPTY, Options(replay=folder)),
    ):
        pass


def test_a_provider_that_is_down_is_an_error_of_the_gateway(tmp_path):
    provider = described(tmp_path, "replicate", api_replicate_com="http://127.0.0.1:1")
    with running_emulator(provider, EMPTY, Options(record=tmp_path / "recording")) as emulator:
        found = httpx.get(f"{emulator.base_url}/models")
    assert (502, "cannot be reached" in found.text) == (found.status_code, True)


def test_one_run_records_or_replays(tmp_path):
    described(tmp_path, "replicate")
    places = ["--specs", str(tmp_path / "specs"), "--record", str(tmp_path), "--replay", str(tmp_path)]
    with pytest.raises(UsageError, match="exclude each other"):
        CliRunner().invoke(cli, ["serve", "replicate", *places], catch_exceptions=False, standalone_mode=False)
