"""A gateway on the standard library that answers submissions with server-sent events: texts, or a job document."""

from __future__ import annotations

import base64
import json
from datetime import date

import pytest
from tests.generated_package import impatient, imported
from tests.presets.field_servers import FILE, Answer, listening

from schemaloom.emulator.options import Options
from schemaloom.emulator.server import running_emulator
from schemaloom.pipeline.fetch import fetch
from schemaloom.settings.provider import load_provider
from schemaloom.snapshot.layout import read_snapshot

PROVIDER = """
name = "quill"
title = "Quill"
homepage = "https://quill.example"
package = { distribution = "quill-sdk", module = "quill_sdk", client = "Quill", env_prefix = "QUILL" }
api = { base_url = "https://api.quill.example", auth = { header = "Authorization" } }

[catalogue]
kind = "api"
fields = { modality = ["/kind"] }
list = { path = "/models", items = "/data", id = "/id" }
carried = [{ answer = "list", pointer = "/schema", trusted = true }]

[submit]
url = "/run"
accept = "text/event-stream"
body = { model = "{id}", stream = true, "*" = "{input}" }

"""
TEXTS = """
[submit.events]
text = "/choices/0/delta/content"

[job]
fields = { cost = ["/usage/cost"] }
output = { text = [""] }

[errors]
code = ["/error/code"]
message = ["/error/message"]
"""
DOCUMENT = """
[submit.events]
event = "image.completed"
end = []

[job]
fields = { cost = ["/usage/cost"] }
output = { media = ["/b64_json"] }

[errors]
code = ["/error/code"]
message = ["/error/message"]
"""
PROMPT = {"type": "object", "required": ["prompt"], "properties": {"prompt": {"type": "string"}}}


def events(*found: tuple[str, object]) -> bytes:
    lines = [f"event: {name}\n" * bool(name) + f"data: {json.dumps(data)}\n\n" for name, data in found]
    return "".join(lines).replace('"[DONE]"', "[DONE]").encode()


def word(text: str) -> tuple[str, object]:
    return "", {"choices": [{"delta": {"content": text}}]}


WHOLE = events(word("Ein "), ("", {"choices": []}), word("Reh"), ("", {"choices": [], "usage": {"cost": 0.5}}))
DONE = b"data: [DONE]\n\n"
IMAGE = base64.b64encode(FILE + bytes(5_000_000)).decode()


@pytest.fixture
def opened(request, tmp_path):
    """A package and a client; the content of the next responses is what `answers` holds."""
    folder = tmp_path / "specs" / "quill"
    folder.mkdir(parents=True)
    (folder / "provider.toml").write_text(PROVIDER + request.param, "utf-8")
    answers: list[bytes] = []
    kind = "text" if request.param == TEXTS else "image"

    def answer(call):
        if call.path == "/models":
            return Answer(200, {"data": [{"id": "goose", "schema": PROMPT, "kind": kind}]})
        return Answer(200, answers.pop(), (("content-type", "text/event-stream; charset=utf-8"),))

    with listening(answer) as (origin, calls):
        fetch(folder, today=date(2026, 2, 1), environ={}, base_url=origin, rate=0)
        with (
            imported("quill", specs=tmp_path / "specs", out=tmp_path / "out") as package,
            impatient(package.Quill)("t0ken", base_url=origin) as client,
        ):
            yield package, client, answers, calls


@pytest.mark.parametrize("opened", [TEXTS], indirect=True)
def test_texts_are_joined(opened):
    package, client, answers, calls = opened
    goose = package.catalogue["goose"].load()
    answers.append(WHOLE + DONE)
    result = client.run(goose(prompt="x"))
    assert ("Ein Reh", 0.5) == (result.output.text, result.cost)
    answers.append(WHOLE + DONE)
    assert ["Ein Reh"] == [*client.submit(goose(prompt="x")).stream()]
    answers.append(WHOLE + DONE)
    assert ["Ein ", "Reh"] == [*client.stream(goose(prompt="x"))]
    submitted = [call.body for call in calls if call.path == "/run"]
    assert [{"model": "goose", "stream": True, "prompt": "x"}] * 3 == submitted
    answers.append(events(word("Ein "), ("", {"error": {"code": 7, "message": "no more ink"}})))
    with pytest.raises(package.JobFailed, match="no more ink"):
        client.run(goose(prompt="x"))


@pytest.mark.parametrize("opened", [TEXTS], indirect=True)
@pytest.mark.parametrize("content", [WHOLE, b"", b"data: {", b"<html>"])
def test_a_response_that_ends_early_is_uncertain_and_sent_once(opened, content):
    package, client, answers, calls = opened
    answers.append(content)
    with pytest.raises(package.SubmissionUncertain):
        client.run(package.catalogue["goose"].load()(prompt="x"))
    assert 1 == len([call for call in calls if call.path == "/run"])


@pytest.mark.parametrize("opened", [DOCUMENT], indirect=True)
def test_the_last_event_is_the_job_document(opened):
    package, client, answers, _ = opened
    early, late = {"b64_json": "AAAA"}, {"b64_json": IMAGE, "usage": {"cost": 2}}
    answers.append(events(("image.partial", early), ("image.completed", late))[:-1])
    result = client.run(package.catalogue["goose"].load()(prompt="x"))
    (file,) = result.files.values()
    assert (2, FILE) == (result.cost, file.bytes()[: len(FILE)])


@pytest.mark.parametrize("opened", [TEXTS, DOCUMENT], indirect=True)
def test_the_emulator_does_the_same(opened, tmp_path):
    package, _, _, _ = opened
    goose = package.catalogue["goose"].load()
    folder = tmp_path / "specs" / "quill"
    provider = load_provider(folder / "provider.toml")
    with (
        running_emulator(provider, read_snapshot(folder), Options(rate_limit=0)) as emulator,
        impatient(package.Quill)(emulator.api_key, base_url=emulator.base_url) as client,
    ):
        result = client.run(goose(prompt="x"))
        assert result.files or "A sample of the output" == result.output.text
        assert result.files or "A sample of the output" == "".join(client.stream(goose(prompt="x")))
        emulator.faults.add("job-failed:1@submit")
        with pytest.raises(package.SubmissionUncertain):
            client.run(goose(prompt="x"))
