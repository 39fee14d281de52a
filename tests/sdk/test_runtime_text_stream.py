"""The text of a job as it is made: no part is lost, none comes twice, and nothing is submitted again."""

from __future__ import annotations

import pytest
from sdk_sample import KEY, QUICK, STUDIO, AsyncStudio, Studio
from sdk_servers import Answer

from runtime.core.errors import JobFailed, JobTimeout
from runtime.core.profile import JobCall, JobStream
from runtime.models.request import Request

RUN, JOB, STREAM = "/models/story/run", "/jobs/job_1", "/jobs/job_1/stream"
TEXT = "Once upon a time"
STREAMING = STUDIO._replace(
    job=STUDIO.job._replace(
        fields=STUDIO.job.fields._replace(stream_url=("/streamUrl",)),
        output={"media": ("/output",)},
        list=None,
        stream=JobStream(url=JobCall("/jobs/{job_id}/stream")),
    )
)


class StreamingStudio(Studio):
    profile = STREAMING
    retries = QUICK


class AsyncStreamingStudio(AsyncStudio):
    profile = STREAMING
    retries = QUICK


class Story(Request[str]):
    __model_id__ = "story"
    __output__ = str
    __output_at__ = ("/output",)

    prompt: str = "x"


def events(*texts, first=1, end="", ids=True, name="output"):
    """A body of numbered events."""
    lines = [
        f"event: {name}\n{f'id: {number}' if ids else ':'}\ndata: {text}\n\n"
        for number, text in enumerate(texts, start=first)
    ]
    end = f"event: {end}\ndata: {{}}\n\n" if end else ""
    return Answer(content=("".join(lines) + end).encode(), headers={"content-type": "text/event-stream"})


@pytest.fixture
def story(twin, api):
    def start(*streams, output=TEXT, **first):
        api.on("POST", RUN, Answer({"jobId": "job_1", "status": "pending", **first}, status=202))
        if streams:
            api.on("GET", STREAM, *streams)
        api.on("GET", JOB, Answer({"jobId": "job_1", "status": "completed", "output": output}))
        client = twin.client(StreamingStudio, AsyncStreamingStudio, KEY, base_url=api.url)
        return client.submit(Story())

    return start


def resumed(api):
    return [seen.headers.get("last-event-id") for seen in api.requests("GET", STREAM)]


def test_pieces_come_from_the_stream_and_the_result_is_the_whole(story, api):
    job = story(events("Once", " upon", " a", " time", end="done"))
    assert ["Once", " upon", " a", " time"] == [*job.stream()]
    assert (TEXT, "succeeded") == (job.result().output, job.status)
    (sent,) = api.requests("GET", STREAM)
    assert ("text/event-stream", f"Bearer {KEY}") == (sent.headers["accept"], sent.headers["authorization"])
    assert 1 == len(api.requests("POST"))


def test_a_stream_that_breaks_is_resumed_after_its_last_event(story, api):
    # The second answer repeats an event, as a server may.
    job = story(events("Once", " upon"), events(" upon", " a", first=2), events(" time", first=4, end="done"))
    assert ["Once", " upon", " a", " time"] == [*job.stream()]
    assert [None, "2", "3"] == resumed(api)
    assert 1 == len(api.requests("POST"))


def test_a_stream_without_ids_is_not_asked_again_and_the_rest_is_read_from_the_result(story, api):
    job = story(events("Once", " upon", ids=False))
    assert ["Once", " upon", " a time"] == [*job.stream()]
    assert [None] == resumed(api)


NO_STREAM = {
    "refused": Answer({"error": {"code": "x", "message": "no"}}, status=403),
    "gone": Answer({}, status=404),
    "another content": Answer({"jobId": "job_1"}),
    "empty": events(),
    "an error": events("Out of memory", name="error", end="error"),
    "an endless event": Answer(content=b"data: " + b"x" * 5_000_000, headers={"content-type": "text/event-stream"}),
    "again and again without news": events("Once"),
}


@pytest.mark.parametrize("answer", NO_STREAM.values(), ids=NO_STREAM)
def test_without_a_stream_the_text_comes_at_the_end(story, api, answer):
    assert TEXT == "".join(story(answer).stream())
    assert 1 == len(api.requests("POST"))
    assert len(resumed(api)) <= 4


def test_a_failed_stream_raises_as_the_result_does(story, api):
    job = story(events("Once", end="error"))
    api.on("GET", JOB, Answer({"jobId": "job_1", "status": "failed", "error": "out of memory"}))
    pieces = job.stream()
    assert "Once" == next(pieces)
    with pytest.raises(JobFailed, match="out of memory"):
        next(pieces)


def test_a_stream_ends_with_its_timeout(story, api):
    job = story(events("Once", ids=False))
    api.on("GET", JOB, Answer({"jobId": "job_1", "status": "processing"}))
    with pytest.raises(JobTimeout):
        list(job.stream(timeout=0.2))


def test_a_text_that_differs_from_the_result_is_logged(story, caplog):
    assert ["Twice", " upon"] == [*story(events("Twice", " upon", end="done")).stream()]
    assert "the result differs from the text that was streamed" in caplog.text


def test_a_caller_that_stops_leaves_the_job_as_it_is(story, api):
    job = story(events("Once", " upon"), events(" a", " time", first=3, end="done"))
    for piece in job.stream():
        assert "Once" == piece
        break
    assert TEXT == job.result().output
    assert 1 == len(api.requests("POST"))


def test_a_stream_elsewhere_is_never_given_the_key(story, api, files):
    job = story(events(*TEXT.split(), end="done"), streamUrl=f"{files.url}/stream")
    list(job.stream())
    assert [] == files.seen
    assert 1 == len(resumed(api))  # the route of the API leads to the same


def test_the_text_may_be_inside_json(story, api, monkeypatch):
    profile = STREAMING._replace(job=STREAMING.job._replace(stream=STREAMING.job.stream._replace(text="/delta/0")))
    monkeypatch.setattr(StreamingStudio, "profile", profile)
    monkeypatch.setattr(AsyncStreamingStudio, "profile", profile)
    job = story(events('{"delta": ["Once"]}', "[DONE]", '{"delta": []}', '{"delta": [" upon"]}', end="done"))
    assert ["Once", " upon", " a time"] == [*job.stream()]


def test_an_image_has_no_text(story):
    assert [] == [*story(events(end="done"), output=["https://f.example/a.png", "https://f.example/b.png"]).stream()]
