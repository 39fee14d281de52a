"""A catalogue of another shape, by data alone: one ``provider.toml`` and a snapshot."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from tests.callbacks import receiver
from tests.generated_package import impatient, imported

from schemaloom.emulator.options import Options
from schemaloom.emulator.server import running_emulator
from schemaloom.pipeline.fetch import fetch
from schemaloom.settings.provider import load_provider
from schemaloom.snapshot.layout import read_snapshot

SPECS = Path(__file__).parent / "specs"
FOLDER = SPECS / "mosaic"
SECRET = "whsec_ZGVtby13ZWJob29rLXNlY3JldA=="


@pytest.fixture(scope="module")
def specs(tmp_path_factory):
    """A copy, because generating writes ``names.json``."""
    folder = tmp_path_factory.mktemp("third") / "specs"
    shutil.copytree(SPECS, folder)
    return folder


@pytest.fixture(scope="module")
def package(specs, tmp_path_factory):
    with imported("mosaic", specs=specs, out=tmp_path_factory.mktemp("out")) as module:
        yield module


@pytest.fixture
def emulator():
    options = Options(rate_limit=0, job_seconds=0.1, page_size=2)
    with running_emulator(load_provider(FOLDER / "provider.toml"), read_snapshot(FOLDER), options) as emulator:
        yield emulator


@pytest.fixture
def client(package, emulator):
    with impatient(package.Mosaic)(emulator.api_key, base_url=emulator.base_url) as client:
        yield client


@pytest.fixture(scope="module")
def sketch(package):
    return package.catalogue["paper-lantern/sketch"].load()


def test_it_is_fetched_page_by_page_with_schemas_out_of_openapi_documents(emulator, tmp_path):
    folder = tmp_path / "mosaic"
    folder.mkdir()
    shutil.copy(FOLDER / "provider.toml", folder)
    report = fetch(folder, today=date(2026, 2, 1), environ={}, base_url=emulator.base_url)
    assert (
        "north-wind/clip",
        "paper-lantern/sketch",
        "paper-lantern/story",
        "paper-lantern/unreleased",
    ) == report.added
    assert read_snapshot(FOLDER).models == read_snapshot(folder).models
    assert [200, 200] == [sent.status for sent in emulator.log if sent.route == "list"]
    again = fetch(folder, today=date(2026, 2, 2), environ={}, base_url=emulator.base_url)
    assert ((), 4) == (again.changed, len(again.unchanged))


def test_the_package_is_typed_like_any_other(package, sketch):
    request = sketch(prompt="a lamp", shape="wide", palette=[{"hex": "#ffcc00", "share": 0.5}])
    assert "#ffcc00" == request.palette[0].hex
    for wrong in ({"shape": "round"}, {"guidance": 21}, {"palette": [{"hex": "yellow"}]}, {"unknown": 1}):
        with pytest.raises(ValueError, match="validation error"):
            sketch(prompt="x", **wrong)
    unreleased = package.catalogue["paper-lantern/unreleased"].load()
    assert "paper-lantern/unreleased" == unreleased.__model_id__


def test_a_job_runs_to_its_files(client, emulator, sketch, tmp_path):
    result = client.run(sketch(prompt="a lamp", shape="tall"))
    assert b"\x89PNG" == result.output[0].save(tmp_path / "lamp.png").read_bytes()[:4]
    sent = emulator.log[0]
    assert "/v1/models/paper-lantern/sketch/predictions" == sent.path
    assert b'{"input": {"prompt": "a lamp", "shape": "tall"}}' == sent.body


def test_a_running_job_is_cancelled(package, client, sketch):
    job = client.submit(sketch(prompt="x"))
    assert "queued" == job.status
    assert "cancelled" == job.cancel().status
    with pytest.raises(package.JobCancelled):
        job.result()
    assert [("cancelled", "canceled")] == [(info.status, info.provider_status) for info in client.jobs.list()]


class TestSignedCallbacks:
    @pytest.fixture
    def call(self, client, sketch):
        with receiver() as calls:
            client.submit(sketch(prompt="x"), webhook_url=calls.url)
            return calls.next()

    def test_one_that_proves_its_sender_is_read(self, client, call):
        headers, body = call
        job = client.jobs.parse_webhook(body, headers, secret=SECRET)
        assert ("succeeded", "paper-lantern/sketch") == (job.status, job.info.model)
        assert b"\x89PNG" == job.result().output[0].bytes()[:4]

    def test_any_of_several_signatures_will_do(self, client, call):
        headers, body = call
        (name,) = [name for name in headers if name.lower() == "webhook-signature"]
        headers[name] = f"v1,AAAA v2,BBBB {headers[name]}"
        assert client.jobs.parse_webhook(body, headers, secret=SECRET).info.ended

    @pytest.mark.parametrize(
        ("spoil", "sentence"),
        [
            (lambda headers, body: (headers, body.replace(b"succeeded", b"failed___")), "signature is wrong"),
            (lambda headers, body: ({**headers, "webhook-timestamp": "1"}, body), "too old"),
            (lambda headers, body: ({**headers, "webhook-timestamp": "soon"}, body), "too old"),
            (lambda headers, body: ({**headers, "webhook-id": "msg_other"}, body), "signature is wrong"),
            (lambda headers, body: ({}, body), "lacks webhook-id"),
        ],
        ids=["other body", "old", "no time", "other message", "unsigned"],
    )
    def test_one_that_does_not_is_refused(self, package, client, call, spoil, sentence):
        headers, body = spoil({name.lower(): value for name, value in call[0].items()}, call[1])
        with pytest.raises(package.WebhookRefused, match=sentence):
            client.jobs.parse_webhook(body, headers, secret=SECRET)

    def test_another_secret_does_not_fit_and_a_broken_one_is_no_secret(self, package, client, call):
        with pytest.raises(package.WebhookRefused):
            client.jobs.parse_webhook(*call[::-1], secret="whsec_b3RoZXI=")
        with pytest.raises(package.ConfigurationError, match="base64"):
            client.jobs.parse_webhook(*call[::-1], secret="whsec_?")
        with pytest.raises(package.ConfigurationError, match="MOSAIC_WEBHOOK_SECRET"):
            client.jobs.parse_webhook(*call[::-1])

    def test_the_secret_may_come_from_the_environment_and_the_class_by_hand(self, client, sketch, call, monkeypatch):
        monkeypatch.setenv("MOSAIC_WEBHOOK_SECRET", SECRET)
        assert "succeeded" == client.jobs.parse_webhook(*call[::-1], sketch).status


def test_its_files_are_sound_python(specs, tmp_path):
    from schemaloom.pipeline.generate import generate

    made = generate("mosaic", specs=specs, out=tmp_path)
    made.write()
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "compileall", "-q", str(made.folder / "src")], check=False
    )
    assert 0 == done.returncode


def test_text_is_streamed_as_it_is_made_and_resumed_where_it_was_cut(package, client, emulator):
    story = package.catalogue["paper-lantern/story"].load()
    for fault in (None, "cut-body:1@stream"):
        if fault:
            emulator.faults.add(fault)
        job = client.submit(story(prompt="a lamp"))
        pieces = list(job.stream())
        assert 3 < len(pieces)
        assert "".join(pieces) == job.result().output
    assert ["stream", "stream", "stream"] == [sent.route for sent in emulator.log if sent.route == "stream"]
    assert 2 == len([sent for sent in emulator.log if sent.route == "submit"])


def test_a_request_is_submitted_and_streamed_in_one_call(package, client, emulator):
    story = package.catalogue["paper-lantern/story"].load()
    assert 3 < len(list(client.stream(story(prompt="a lamp"))))
    assert ["submit", "stream"] == [sent.route for sent in emulator.log if sent.route in {"submit", "stream"}]


def test_a_piece_arrives_while_the_job_is_running(package):
    options = Options(rate_limit=0, job_seconds=4)
    story = package.catalogue["paper-lantern/story"].load()
    with (
        running_emulator(load_provider(FOLDER / "provider.toml"), read_snapshot(FOLDER), options) as slow,
        package.Mosaic(slow.api_key, base_url=slow.base_url) as client,
    ):
        job = client.submit(story(prompt="a lamp"))
        assert next(job.stream())
        assert "running" == job.refresh().status


def test_a_job_shows_its_place_its_progress_and_its_log(package, client):
    job = client.submit(package.catalogue["paper-lantern/story"].load()(prompt="a lamp"))
    updates = list(job.updates())
    assert (0, 0) == (updates[0].queue_position, updates[0].progress)
    assert (None, 1) == (updates[-1].queue_position, updates[-1].progress)
    assert [f"step {step} of 4" for step in (1, 2, 3, 4)] == [line for update in updates for line in update.new_logs]
