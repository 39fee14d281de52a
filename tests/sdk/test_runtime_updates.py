"""What arrives while a job is under way: its place in the queue, its progress and its log."""

from __future__ import annotations

import pytest
from sdk_sample import KEY, QUICK, STUDIO, AsyncStudio, Painting, Studio
from sdk_servers import Answer

from runtime.jobs.updates import new_lines

RUN, JOB = "/models/flux-1.1/pro/run", "/jobs/job_1"
FIELDS = STUDIO.job.fields._replace(queue_position=("/position",), progress=("/progress",), logs=("/logs",))
LOGGING = STUDIO._replace(job=STUDIO.job._replace(fields=FIELDS, list=None))


class LoggingStudio(Studio):
    profile = LOGGING
    retries = QUICK


class AsyncLoggingStudio(AsyncStudio):
    profile = LOGGING
    retries = QUICK


@pytest.fixture
def job(twin, api):
    def start(*documents, **first):
        api.on("POST", RUN, Answer({"jobId": "job_1", "status": "pending", **first}, status=202))
        api.on("GET", JOB, *(Answer({"jobId": "job_1", "status": "processing", **document}) for document in documents))
        client = twin.client(LoggingStudio, AsyncLoggingStudio, KEY, base_url=api.url)
        return client.submit(Painting(prompt="a fox"))

    return start


DONE = {"status": "completed", "output": {"images": []}}


def test_each_news_is_an_update_and_no_line_comes_twice(job):
    at_work = job(
        {"status": "pending", "position": 2},
        {"status": "pending", "position": 1},
        {"logs": "loading\nst", "progress": 0},
        {"logs": "loading\nst", "progress": 0},  # nothing new
        {"logs": "loading\nstep 1\nstep 2\n", "progress": 0.5},
        {"logs": "loading\nstep 1\nstep 2\ndone", **DONE},
        position=2,
    )
    seen = [(info.status, info.queue_position, info.progress, info.new_logs) for info in at_work.updates()]
    assert [
        ("queued", 2, None, ()),
        ("queued", 1, None, ()),
        ("running", None, 0, ("loading",)),
        ("running", None, 0.5, ("step 1", "step 2")),
        ("succeeded", None, None, ("done",)),
    ] == seen
    assert ("loading", "step 1", "step 2", "done") == at_work.info.logs


def test_a_log_of_objects_and_a_window_of_it(job):
    at_work = job(
        {"logs": [{"message": "a", "level": "INFO"}, {"message": "b"}]},
        {"logs": [{"message": "b"}, {"message": "c"}, "d"]},
        {"logs": None, **DONE},
    )
    assert [(), ("a", "b"), ("c", "d"), ()] == [info.new_logs for info in at_work.updates()]
    assert ("b", "c", "d") == at_work.info.logs  # a last document without a log takes none away


@pytest.mark.parametrize("logs", [4, True, {"message": "x"}, [None, 4, []], "", []])
def test_a_log_of_another_shape_is_no_error(job, logs):
    assert ["queued", "running", "succeeded"] == [info.status for info in job({"logs": logs}, DONE).updates()]


def test_who_stops_early_takes_up_where_the_job_is(job, api):
    at_work = job({"logs": "a\n"}, {"logs": "a\nb\n"}, {"logs": "a\nb\n", **DONE})
    for info in at_work.updates():
        if info.new_logs:
            break
    assert ("running", ("a",)) == (at_work.status, at_work.info.logs)
    assert 1 == len(api.requests("GET"))
    assert ["running", "running", "succeeded"] == [info.status for info in at_work.updates()]


@pytest.mark.parametrize(
    ("before", "now", "new"),
    [
        ("", "", ""),
        ("", "ab", "ab"),
        ("ab", "ab", ""),
        ("ab", "abc", "c"),
        ("abc", "bcd", "d"),
        ("aab", "abab", "ab"),
        ("abc", "xyz", "xyz"),
        ("abc", "", ""),
        ("abc", "ab", ""),
    ],
)
def test_new_lines_are_those_after_what_both_readings_have(before, now, new):
    assert tuple(new) == new_lines(tuple(before), tuple(now))
