"""The generated Pixazo package against the Pixazo emulator, both made from the same two files."""

from __future__ import annotations

import json
import shutil

import pytest
from tests.callbacks import receiver
from tests.generated_package import impatient, imported
from tests.paths import SPECS

from schemaloom.emulator.options import Options
from schemaloom.emulator.server import running_emulator
from schemaloom.settings.provider import load_provider
from schemaloom.snapshot.layout import read_snapshot

PNG = b"\x89PNG\r\n\x1a\n"
FOLDER = SPECS / "pixazo"


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    specs = tmp_path_factory.mktemp("pixazo") / "specs"
    shutil.copytree(FOLDER, specs / "pixazo")
    with imported("pixazo", specs=specs, out=tmp_path_factory.mktemp("out")) as module:
        yield module


@pytest.fixture(scope="module")
def text_to_image(package):
    return package.catalogue["boogu-image"].load()


@pytest.fixture(scope="module")
def edit(package):
    return package.catalogue["boogu-image-edit"].load()


@pytest.fixture
def emulator():
    options = Options(rate_limit=0, job_seconds=0.05)
    with running_emulator(load_provider(FOLDER / "provider.toml"), read_snapshot(FOLDER), options) as emulator:
        yield emulator


@pytest.fixture
def client(package, emulator):
    with impatient(package.Pixazo)(emulator.api_key, base_url=emulator.base_url) as client:
        yield client


@pytest.mark.parametrize("image_size", ["portrait_4_3", {"width": 640, "height": 480}])
def test_a_job_runs_with_a_preset_or_with_a_size_of_its_own(client, emulator, text_to_image, tmp_path, image_size):
    result = client.run(text_to_image(prompt="a lighthouse", image_size=image_size, num_images=2))
    saved = [image.save(tmp_path / f"{index}.png") for index, image in enumerate(result.output.images)]
    assert [PNG, PNG] == [path.read_bytes()[:8] for path in saved]
    assert "/boogu-image/v1/boogu-image-request" == emulator.log[0].path
    assert {"image/png"} == {image.media_type for image in result.output.images}


def test_every_operation_has_its_own_url_and_a_callback_is_asked_for_by_header(client, emulator, edit):
    with receiver() as calls:
        job = client.submit(edit(prompt="snow", image_url="https://example.com/a.png"), webhook_url=calls.url)
        headers, body = calls.next()
    document = json.loads(body)
    callback = client.jobs.parse_webhook(body, headers, edit)
    assert (job.id, "succeeded") == (callback.id, callback.info.status)
    assert (job.id, "COMPLETED", "boogu-image-edit") == (
        document["request_id"], document["status"], document["model_id"]
    )  # fmt: skip
    sent = emulator.log[0]
    assert ("/boogu-image-edit/v1/boogu-image-edit-request", calls.url) == (sent.path, sent.headers["x-webhook-url"])
    assert b"webhook" not in sent.body


def test_files_inside_the_answer_are_decoded(client, emulator, text_to_image, tmp_path):
    result = client.run(text_to_image(prompt="x", sync_mode=True, num_images=2))
    assert [PNG, PNG] == [image.bytes()[:8] for image in result.output.images]
    assert PNG == result.output.images[0].save(tmp_path / "x.png").read_bytes()[:8]
    assert [("POST", 200)] == [(sent.method, sent.status) for sent in emulator.log]
    assert len(repr(result.output.images[0])) < 80


def test_a_system_error_is_known_not_to_be_charged_and_a_failure_is_not(package, client, emulator, text_to_image):
    for status, charged in (("ERROR", False), ("FAILED", None)):
        emulator.faults.add(f"job-failed={status}:1")
        with pytest.raises(package.JobFailed) as failure:
            client.run(text_to_image(prompt="x"))
        assert charged is failure.value.charged


def test_errors_are_distinguished_by_status_with_the_providers_words(package, emulator, client, text_to_image):
    with pytest.raises(package.InvalidRequest) as refused:
        client.run(text_to_image.model_construct(prompt=3))
    assert ("Bad Request", 400) == (refused.value.code, refused.value.status)
    other = package.Pixazo("another-key", base_url=emulator.base_url)
    with other, pytest.raises(package.AuthenticationError) as denied:
        other.submit(text_to_image(prompt="x"))
    assert "Unauthorized" == denied.value.code


def test_there_is_no_list_and_no_way_to_cancel(package, client, text_to_image):
    with pytest.raises(package.Unsupported):
        client.jobs.list()
    with pytest.raises(package.Unsupported):
        client.submit(text_to_image(prompt="x")).cancel()
