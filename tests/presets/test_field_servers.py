"""The packages of the presets against servers that share nothing with the emulator."""

from __future__ import annotations

import socket
from datetime import date
from typing import Any

import pytest
from tests.generated_package import impatient, imported
from tests.presets.field_servers import FILE, Answer, Fal, Replicate, listening

from schemaloom.pipeline.fetch import fetch
from schemaloom.pipeline.init import init
from schemaloom.snapshot.layout import read_snapshot

SERVERS = {"replicate": (Replicate, "/v1"), "fal": (Fal, "")}


class Bench:
    """A server of one shape with its file host, and the package that was generated from it."""

    def __init__(self, server: Any, calls: Any, downloads: Any, package: Any, client: Any) -> None:
        self.server, self.calls, self.downloads = server, calls, downloads
        self.package, self.client = package, client

    def request(self, model: str) -> Any:
        return self.package.catalogue[model].load()(prompt="a lamp")


@pytest.fixture(scope="module", params=SERVERS)
def bench(request, tmp_path_factory):
    name = request.param
    root = tmp_path_factory.mktemp(name)
    kind, path = SERVERS[name]
    init(name, root=root, base_url="https://unused.example", preset=name)
    with listening(lambda _: FILE) as (files, downloads):
        server = kind(files)
        with listening(server) as (origin, calls):
            environ = {f"{name.upper()}_API_KEY": "secret"}
            folder = root / "specs" / name
            report = fetch(folder, today=date(2026, 2, 1), environ=environ, base_url=origin + path, rate=0)
            assert sorted(server.models) == sorted(report.added)
            with imported(name, specs=root / "specs", out=root / "out") as package:
                client = impatient(getattr(package, name.capitalize()))
                with client("secret", base_url=origin + path) as opened:
                    yield Bench(server, calls, downloads, package, opened)


@pytest.fixture(autouse=True)
def usual(bench):
    bench.server.outcome = "succeeded"
    bench.server.throttled = set()


def test_every_model_runs_and_its_files_are_read_without_the_key(bench):
    bench.server.throttled = {"GET", "POST"}
    for model, kind in bench.server.models.items():
        result = bench.client.run(bench.request(model))
        assert (model, kind.files, ()) == (model, len(result.files), result.notes if kind.name != "nothing" else ())
        assert [FILE] * kind.files == [file.bytes() for file in result.files.values()]
    assert {None} == {call.key for call in bench.downloads}
    assert set() == bench.server.throttled


@pytest.mark.parametrize("bench", ["replicate"], indirect=True)
def test_outputs_have_the_types_of_their_schemas(bench):
    def output(kind: str, way: str = "community") -> Any:
        return bench.client.run(bench.request(f"acme/{kind}-{way}")).output

    assert "Hello world" == output("words")
    assert [FILE, FILE] == [file.bytes() for file in output("images")]
    assert (FILE, "en") == (output("object").subtitles.bytes(), output("object").model_extra["language"])
    assert (FILE, 2) == (output("masks").all.bytes(), len(output("masks").each))
    assert (0.25, None, {"a": [1, 2.5]}) == (output("number", "official"), output("nothing"), output("map"))
    assert {"scores": [1, {"deep": None}]} == output("anything")


@pytest.mark.parametrize("bench", ["replicate"], indirect=True)
def test_a_raw_request_for_a_known_model_has_its_version(bench):
    assert "Hello world" == "".join(bench.client.run_raw("acme/words-community", {"prompt": "x"}).output.values)


@pytest.mark.parametrize("bench", ["replicate"], indirect=True)
def test_a_failed_job_is_a_failure(bench):
    bench.server.outcome = "failed"
    with pytest.raises(bench.package.JobFailed, match="CUDA out of memory"):
        bench.client.run(bench.request("acme/image-official"))


@pytest.mark.parametrize("bench", ["fal"], indirect=True)
@pytest.mark.parametrize(
    "outcome",
    [
        (422, {"detail": [{"loc": ["body"], "msg": "the lamp is broken", "type": "image_load_error"}]}),
        (400, {"detail": "the lamp is broken"}),
        (500, {"detail": "the lamp is broken", "error_type": "runner_error"}),
    ],
)
def test_an_error_behind_the_result_url_is_the_failure_of_the_job(bench, outcome):
    bench.server.outcome = outcome
    with pytest.raises(bench.package.JobFailed, match="the lamp is broken"):
        bench.client.with_options(retries=0).run(bench.request("fal-ai/flux/v1.1/llm"))


@pytest.mark.parametrize("bench", ["fal"], indirect=True)
@pytest.mark.parametrize("status", [401, 403, 404, 502])
def test_an_error_that_is_not_about_the_job_is_raised_as_itself(bench, status):
    bench.server.outcome = (status, "<html>" if status == 502 else {"detail": "not now"})
    with pytest.raises(bench.package.APIError) as caught:
        bench.client.with_options(retries=0).run(bench.request("fal-ai/llm"))
    assert (status, True) == (caught.value.status, caught.value.job_id in bench.server.jobs)


def test_a_job_is_cancelled(bench):
    bench.server.outcome = "running"
    job = bench.client.submit(bench.request(next(iter(bench.server.models))))
    bench.server.throttled = {"POST", "PUT"}  # one of them cancels
    assert "cancelled" == job.cancel().status
    with pytest.raises(bench.package.JobCancelled):
        job.result()


@pytest.mark.parametrize("bench", ["fal"], indirect=True)
@pytest.mark.parametrize(
    ("refusal", "outcome"),
    [
        (None, (499, {"detail": "Cancelled", "error_type": "client_cancelled"})),
        (None, (400, {"detail": "Cancelled", "error_type": "client_cancelled"})),
        ((400, {"status": "ALREADY_COMPLETED"}), (499, {"detail": "Cancelled"})),
        (None, None),
    ],
)
def test_a_cancelled_job_is_known_by_its_error(bench, refusal, outcome):
    """The result is an error, its code or its status alone; a job that is removed is not found any more."""
    server, job = bench.server, bench.client.submit(bench.request("fal-ai/llm"))
    server.outcome = outcome
    about = server.about

    def cancelled(job, rest, call):
        if rest == ["cancel"]:
            job["cancelled"] = True
            job["gone"] = outcome is None
            return Answer(*refusal) if refusal else Answer(202, {"status": "CANCELLATION_REQUESTED"})
        if job.get("gone"):
            return Answer(404, {"detail": "Request not found"})
        return Answer(*outcome) if not rest else about(job, rest, call)

    server.about = cancelled
    try:
        assert "cancelled" == job.cancel().status
    finally:
        del server.about
    with pytest.raises(bench.package.JobCancelled):
        job.result()


@pytest.mark.parametrize("bench", ["fal"], indirect=True)
def test_a_job_that_ended_before_is_not_cancelled(bench):
    server, job = bench.server, bench.client.submit(bench.request("fal-ai/llm"))
    about = server.about
    refused = Answer(400, {"status": "ALREADY_COMPLETED"})
    server.about = lambda job, rest, call: refused if rest == ["cancel"] else about(job, rest, call)
    try:
        with pytest.raises(bench.package.InvalidRequest):
            job.cancel()  # it goes on
        job.wait()
        assert "succeeded" == job.cancel().status
    finally:
        del server.about


def test_many_jobs_run_at_once(bench):
    requests = [bench.request(model) for model in bench.server.models]
    outcomes = bench.client.run_many(requests)
    assert [] == [outcome for outcome in outcomes if isinstance(outcome, Exception)]


def test_documents_that_the_list_lacks_are_read_at_their_own_route(tmp_path):
    init("fal", root=tmp_path, base_url="https://unused.example", preset="fal")
    server = Fal("https://unused.example")
    server.bare = True
    with listening(server) as (origin, _):
        fetch(tmp_path / "specs/fal", today=date(2026, 2, 1), environ={}, base_url=origin, rate=0)
    models = read_snapshot(tmp_path / "specs/fal").models
    assert {("prompt", "image_size", "seed", "voice")} == {model.parameter_order for model in models}
    assert all(model.output is not None for model in models)


@pytest.mark.parametrize("name", SERVERS)
def test_no_name_is_resolved_when_a_server_is_given(name, tmp_path, monkeypatch):
    """The description names several hosts; with another base URL, none of them is asked."""

    def resolve(host: Any, *arguments: Any, **options: Any) -> Any:
        assert host in {"127.0.0.1", b"127.0.0.1"}, f"{host} was asked for"
        return getaddrinfo(host, *arguments, **options)

    getaddrinfo = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    init(name, root=tmp_path, base_url="https://unused.example", preset=name)
    kind, path = SERVERS[name]
    server = kind("https://unused.example")
    server.bare = True
    with listening(server) as (origin, _):
        environ = {f"{name.upper()}_API_KEY": "secret"}
        report = fetch(
            tmp_path / "specs" / name, today=date(2026, 2, 1), environ=environ, base_url=origin + path, rate=0
        )
    assert len(server.models) == len(report.added)
