"""The ledger: what is recorded, what is resumed, and that nothing is paid for twice."""

from __future__ import annotations

import json
import logging
import os
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Annotated

import pytest
from pydantic import Field
from sdk_sample import KEY, Painting, Studio
from sdk_servers import Answer, closed_port

from runtime.core import errors
from runtime.core.errors import ConfigurationError, JobTimeout, LedgerFailed, SubmissionUncertain
from runtime.core.ledger import Ledger

RUN = "/api/v1/models/flux-1.1/pro/run"
FOX, OWL = Painting(prompt="a fox"), Painting(prompt="an owl")
RUNNING = {"status": "processing"}
DONE = {"status": "completed", "output": {"images": ["https://f.example/1.png"]}}
LOST = Answer(content=b"<html>", headers={"content-type": "text/html"})
"""A success without content."""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "jobs.sqlite"


@pytest.fixture
def keeper(api, studio_at, path):
    """A client with a ledger."""
    return studio_at(f"{api.url}/api/v1", ledger=path)


def submitted(number: int) -> Answer:
    return Answer({"jobId": f"job_{number}", "status": "pending"}, 202)


def lines(path) -> list[tuple[str, str | None]]:
    """State and job id of every line."""
    connection = sqlite3.connect(path)
    try:
        return connection.execute("SELECT state, job_id FROM submission ORDER BY number").fetchall()
    finally:
        connection.close()


def test_a_line_is_there_before_the_request_leaves_and_is_completed_by_its_answer(api, keeper, path):
    api.on("POST", RUN, Answer({"jobId": "job_1", "status": "pending"}, 202, delay=0.4))
    with ThreadPoolExecutor() as threads:
        job = threads.submit(keeper.submit, FOX)
        while not api.seen:
            time.sleep(0.01)
        assert [("sending", None)] == lines(path)
        job.result()
    assert [("started", "job_1")] == lines(path)


def test_an_unfinished_job_is_taken_up_instead_of_paid_for_again(api, keeper, path):
    api.on("POST", RUN, submitted(1))
    api.on("GET", "/api/v1/jobs/job_1", Answer(RUNNING))
    with pytest.raises(JobTimeout):
        keeper.run(FOX, timeout=0.6)
    api.on("GET", "/api/v1/jobs/job_1", Answer(DONE))
    assert "job_1" == keeper.run(FOX).job_id
    assert 1 == len(api.requests("POST"))
    assert [("ended", "job_1")] == lines(path)


@pytest.mark.parametrize(("status", "cause"), [(401, errors.AuthenticationError), (404, errors.NotFound)])
def test_an_error_of_reading_a_recorded_job_names_the_job(api, keeper, status, cause):
    api.on("POST", RUN, submitted(1))
    keeper.submit(FOX)
    api.on("GET", "/api/v1/jobs/job_1", Answer({"error": {"code": "no"}}, status))
    with pytest.raises(cause) as raised:
        keeper.run(FOX)
    assert "job_1" == raised.value.job_id


def test_the_same_request_is_a_new_job_once_the_first_has_ended(api, keeper):
    api.on("POST", RUN, submitted(1), submitted(2))
    for number in (1, 2):
        api.on("GET", f"/api/v1/jobs/job_{number}", Answer(DONE))
    assert ["job_1", "job_2"] == [keeper.run(FOX).job_id, keeper.run(FOX).job_id]


def test_under_a_key_a_job_that_succeeded_is_still_used_for_its_request(api, keeper):
    api.on("POST", RUN, submitted(1), submitted(2))
    api.on("GET", "/api/v1/jobs/job_1", Answer(DONE))
    api.on("GET", "/api/v1/jobs/job_2", Answer({"status": "failed", "error": "too dark"}))
    assert ["job_1", "job_1"] == [keeper.run(FOX, key="scene 1").job_id for _ in range(2)]
    for _ in range(2):
        with pytest.raises(errors.JobFailed):
            keeper.run(FOX, key="scene 2")
    assert 3 == len(api.requests("POST"))


def test_under_a_key_a_job_that_its_submission_found_done_is_still_used(api, keeper):
    api.on("POST", RUN, Answer({"jobId": "job_1", **DONE}, 202), Answer({"jobId": "job_2", **DONE}, 202))
    api.on("GET", "/api/v1/jobs/job_1", Answer(DONE))
    assert ["job_1", "job_1"] == [keeper.run(FOX, key="scene 1").job_id for _ in range(2)]
    assert 1 == len(api.requests("POST"))


def test_an_expired_job_is_used_for_no_request(api, keeper):
    api.on("POST", RUN, submitted(1), submitted(2))
    api.on("GET", "/api/v1/jobs/job_1", Answer({"error": {"code": "expired"}}, 410))
    keeper.submit(FOX, key="scene 1")
    assert "job_2" == keeper.submit(FOX, key="scene 1").id


def test_a_batch_can_be_run_again_and_pays_only_for_what_is_missing(api, keeper):
    refused = Answer({"error": {"code": "validation_error"}}, 400)
    api.on("POST", RUN, submitted(1), submitted(2), refused, submitted(3))
    api.on("GET", "/api/v1/jobs", Answer({"jobs": []}))
    for number in (1, 2, 3):
        api.on("GET", f"/api/v1/jobs/job_{number}", Answer(DONE))
    batch = [FOX, FOX, OWL]  # two foxes are two jobs
    first = keeper.run_many(batch, key="animals", max_concurrency=1)
    assert ["job_1", "job_2", "InvalidRequest"] == [*(r.job_id for r in first[:2]), type(first[2]).__name__]
    again = keeper.run_many(batch, key="animals", max_concurrency=1)
    assert ["job_1", "job_2", "job_3"] == [result.job_id for result in again]
    assert 4 == len(api.requests("POST"))


def test_an_uncertain_request_is_not_sent_again_until_it_is_settled(api, keeper, path):
    api.on("POST", RUN, LOST, submitted(1))
    with pytest.raises(SubmissionUncertain) as first:
        keeper.submit(FOX)
    with pytest.raises(SubmissionUncertain, match="no answer is on record") as second:
        keeper.submit(FOX)
    assert first.value.fingerprint == second.value.fingerprint
    assert first.value.fingerprint in second.value.hint
    assert 1 == len(api.requests("POST"))
    keeper.jobs.resolve(first.value.fingerprint, None)
    assert "job_1" == keeper.submit(FOX).id


def test_an_uncertain_request_can_be_settled_with_the_job_it_started(api, keeper):
    api.on("POST", RUN, LOST)
    api.on("GET", "/api/v1/jobs/job_9", Answer(DONE))
    with pytest.raises(SubmissionUncertain) as caught:
        keeper.run(FOX)
    keeper.jobs.resolve(caught.value.fingerprint, "job_9")
    assert "job_9" == keeper.run(FOX).job_id
    with pytest.raises(ConfigurationError, match="no uncertain request"):
        keeper.jobs.resolve(caught.value.fingerprint, "job_9")


@pytest.mark.parametrize(
    "answer", [Answer({"error": {"code": "no"}}, 400), Answer(status=429), Answer({"code": "submission_failed"}, 500)]
)
def test_a_refusal_leaves_no_line(api, keeper, path, answer):
    api.on("POST", RUN, answer)
    with pytest.raises(errors.APIError):
        keeper.submit(FOX)
    assert [] == lines(path)


def test_a_request_that_never_left_leaves_no_line(studio_at, path):
    with pytest.raises(errors.ConnectionFailed):
        studio_at(closed_port(), ledger=path).submit(FOX)
    assert [] == lines(path)


def test_recovery_finds_the_jobs_that_have_not_ended(api, keeper, studio_at, path):
    api.on("POST", RUN, submitted(1), submitted(2))
    api.on("GET", "/api/v1/jobs/job_1", Answer(DONE))
    keeper.run(FOX)
    keeper.submit(OWL)
    api.on("GET", "/api/v1/jobs", Answer({"jobs": [{"jobId": "job_2", **RUNNING}]}))
    api.on("GET", "/api/v1/jobs/job_2", Answer(DONE))
    later = studio_at(f"{api.url}/api/v1", ledger=path)
    recovery = later.jobs.recover()
    assert (("job_2", "running"),) == tuple((job.id, job.status) for job in recovery.jobs)
    assert () == recovery.uncertain
    assert 2 == len(api.requests("POST"))


def test_recovery_lists_the_jobs_that_an_uncertain_request_may_have_started(api, keeper):
    api.on("POST", RUN, submitted(1), LOST)
    keeper.submit(OWL)
    with pytest.raises(SubmissionUncertain) as caught:
        keeper.submit(FOX)
    jobs = [{"jobId": "job_1", **RUNNING}, {"jobId": "job_7", **RUNNING}, {"jobId": "job_8", **DONE}]
    api.on("GET", "/api/v1/jobs", Answer({"jobs": jobs}))
    recovery = keeper.jobs.recover()
    [uncertain] = recovery.uncertain
    assert ["job_1"] == [job.id for job in recovery.jobs]
    assert ["job_7", "job_8"] == [info.id for info in uncertain.candidates]
    assert (caught.value.fingerprint, "flux-1.1/pro") == (uncertain.fingerprint, uncertain.model)
    assert datetime.now(UTC) - uncertain.sent_at < timedelta(minutes=1)


def test_a_job_that_names_the_webhook_of_one_uncertain_request_is_its_own(api, keeper, path):
    api.on("POST", RUN, LOST)
    with pytest.raises(SubmissionUncertain):
        keeper.submit(FOX, webhook_url="https://me.example/hook?order=1")
    with pytest.raises(SubmissionUncertain):
        keeper.submit(OWL, webhook_url="https://me.example/hook?order=2")
    hooked = [
        {"jobId": f"job_{n}", **RUNNING, "webhook": {"url": f"https://me.example/hook?order={n}"}} for n in (1, 3)
    ]
    api.on("GET", "/api/v1/jobs", Answer({"jobs": hooked}))
    recovery = keeper.jobs.recover()
    assert ["job_1"] == [job.id for job in recovery.jobs]
    assert [["job_3"]] == [[info.id for info in uncertain.candidates] for uncertain in recovery.uncertain]
    assert [("started", "job_1"), ("uncertain", None)] == lines(path)


def test_a_webhook_that_two_uncertain_requests_share_proves_nothing(api, keeper, path):
    api.on("POST", RUN, LOST)
    for request in (FOX, OWL):
        with pytest.raises(SubmissionUncertain):
            keeper.submit(request, webhook_url="https://me.example/hook")
    api.on("GET", "/api/v1/jobs", Answer({"jobs": [{"jobId": "job_1", "webhook": {"url": "https://me.example/hook"}}]}))
    assert 2 == len(keeper.jobs.recover().uncertain)


def test_threads_and_clients_that_ask_for_the_same_job_at_once_pay_for_it_once(api, path):
    api.on("POST", RUN, Answer({"jobId": "job_1", "status": "pending"}, 202, delay=0.2))
    api.on("GET", "/api/v1/jobs/job_1", Answer(RUNNING))
    with (
        Studio(KEY, base_url=f"{api.url}/api/v1", ledger=path) as one,
        Studio(KEY, base_url=f"{api.url}/api/v1", ledger=path) as other,
        ThreadPoolExecutor(8) as threads,
    ):
        jobs = list(threads.map(lambda number: (one, other)[number % 2].submit(FOX), range(8)))
    assert {"job_1"} == {job.id for job in jobs}
    assert 1 == len(api.requests("POST"))


def test_a_request_whose_sender_is_gone_is_uncertain_at_once(api, keeper, path):
    dead = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    api.on("POST", RUN, LOST)
    with pytest.raises(SubmissionUncertain):
        keeper.submit(FOX)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE submission SET state = 'sending', process = ?", (int(dead.stdout),))
    api.on("GET", "/api/v1/jobs", Answer({"jobs": []}))
    assert 1 == len(keeper.jobs.recover().uncertain)
    with pytest.raises(SubmissionUncertain):
        keeper.submit(FOX)


def test_a_request_that_another_process_is_sending_is_waited_for(api, keeper, path):
    api.on("POST", RUN, LOST)
    api.on("GET", "/api/v1/jobs/job_5", Answer(RUNNING))
    with pytest.raises(SubmissionUncertain):
        keeper.submit(FOX)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "UPDATE submission SET state = 'sending', process = ?, process_started = NULL", (os.getppid(),)
        )
    ledger = Ledger(path)
    threading.Timer(0.3, lambda: ledger.started(1, "job_5")).start()
    assert "job_5" == keeper.submit(FOX).id
    ledger.close()
    assert 1 == len(api.requests("POST"))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux reports when a process was started")
def test_another_process_with_the_id_of_the_sender_is_not_waited_for(api, keeper, path):
    api.on("POST", RUN, LOST)
    with pytest.raises(SubmissionUncertain):
        keeper.submit(FOX)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE submission SET state = 'sending', process = 1")
    api.on("GET", "/api/v1/jobs", Answer({"jobs": []}))
    assert 1 == len(keeper.jobs.recover().uncertain)


@pytest.mark.parametrize("change", ["deleted", "replaced", "without its write-ahead log"])
def test_a_ledger_that_is_gone_stops_the_next_submission(api, keeper, path, change):
    api.on("POST", RUN, Answer({"jobId": "job_1", "status": "pending"}, 202))
    keeper.submit(FOX)
    for file in list(path.parent.iterdir()):
        if file != path or change != "without its write-ahead log":
            file.unlink()
    if change == "replaced":
        Ledger(path).close()
    with pytest.raises(LedgerFailed, match="deleted or replaced"):
        keeper.submit(Painting(prompt="another"))
    assert 1 == len(api.requests("POST"))


def test_two_spellings_of_one_base_url_are_one_account(api, path):
    api.on("POST", RUN, LOST)
    with Studio(KEY, base_url=f"{api.url}/api/v1/", ledger=path) as one, pytest.raises(SubmissionUncertain):
        one.submit(FOX)
    with (
        Studio(KEY, base_url=f"{api.url.replace('http', 'HTTP')}/api/v1", ledger=path) as other,
        pytest.raises(SubmissionUncertain, match="no answer is on record"),
    ):
        other.submit(FOX)
    assert 1 == len(api.requests("POST"))


def test_a_ledger_of_an_older_version_is_upgraded_and_one_of_a_newer_refused(path):
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "CREATE TABLE submission (number INTEGER PRIMARY KEY, fingerprint TEXT NOT NULL, api TEXT NOT NULL, "
            "model TEXT NOT NULL, callback TEXT, state TEXT NOT NULL, job_id TEXT, status TEXT, "
            "sent_at REAL NOT NULL, answer_by REAL NOT NULL, process INTEGER NOT NULL)"
        )
        connection.execute(
            "INSERT INTO submission VALUES (1, 'f', ?, 'm', NULL, 'started', 'job_7', NULL, 0, 0, 1)",
            ("https://a.example",),
        )
    ledger = Ledger(path)
    assert ["job_7"] == [entry.job_id for entry in ledger.unfinished("https://a.example")]
    assert 2 == ledger.begin(fingerprint="g", api="https://a.example", model="m", callback=None, patience=1)
    ledger.close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(LedgerFailed, match="newer version"):
        Studio(KEY, ledger=path)


def test_a_forked_process_opens_the_ledger_for_itself(path):
    ledger = Ledger(path)
    inherited = ledger._open()
    child = os.fork()
    if child == 0:
        number = ledger.begin(fingerprint="f", api="a", model="m", callback=None, patience=1)
        os._exit(0 if number == 1 and ledger._open() is not inherited else 1)
    assert 0 == os.waitpid(child, 0)[1]
    assert ledger.begin(fingerprint="f", api="a", model="m", callback=None, patience=1) is None
    ledger.close()


def test_a_row_of_a_forked_process_is_seen_after_its_parent_has_closed_the_ledger(path):
    def begin(ledger: Ledger, request: str) -> int | None:
        return ledger.begin(fingerprint=request, api="a", model="m", callback=None, patience=1)

    ledger = Ledger(path)
    (parent_reads, child_writes), (child_reads, parent_writes) = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        os.close(parent_writes)  # so that reading ends with the parent
        begin(ledger, "before")
        os.write(child_writes, b".")
        os.read(child_reads, 1)
        begin(ledger, "after")
        os.write(child_writes, b".")
        os.read(child_reads, 1)
        os._exit(0)
    os.read(parent_reads, 1)
    ledger.close()
    os.write(parent_writes, b".")
    os.read(parent_reads, 1)
    other = Ledger(path)
    assert [None, None] == [begin(other, "before"), begin(other, "after")]
    other.close()
    os.write(parent_writes, b".")
    assert 0 == os.waitpid(child, 0)[1]


def test_a_ledger_stays_the_same_file_in_another_folder(path, tmp_path, monkeypatch):
    monkeypatch.chdir(path.parent)
    ledger = Ledger(path.name)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    ledger.close()
    assert 1 == ledger.begin(fingerprint="f", api="a", model="m", callback=None, patience=1)
    ledger.close()
    assert [] == list((tmp_path / "elsewhere").iterdir())


def test_the_ledger_holds_neither_key_nor_parameters_nor_urls(api, keeper, path):
    api.on("POST", RUN, LOST)
    with pytest.raises(SubmissionUncertain):
        keeper.submit(FOX, webhook_url="https://me.example/hook?token=secret")
    content = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert b"flux-1.1/pro" in content
    for secret in (KEY, "a fox", "me.example", "token=secret"):
        assert secret.encode() not in content


def test_a_ledger_that_cannot_be_opened_is_known_before_anything_is_sent(tmp_path):
    with pytest.raises(LedgerFailed, match="unable to open database file"):
        Studio(KEY, ledger=tmp_path / "missing" / "jobs.sqlite")
    (tmp_path / "text").write_text("not a database, however long it is" * 100)
    with pytest.raises(LedgerFailed, match="not a database"):
        Studio(KEY, ledger=tmp_path / "text")


def test_what_needs_a_ledger_is_refused_without_one(api, studio):
    with pytest.raises(ConfigurationError, match="has no ledger"):
        studio.jobs.recover()
    with pytest.raises(ConfigurationError, match="works through a ledger"):
        studio.run(FOX, key="scene 1")
    assert [] == api.seen


def test_an_answer_is_not_lost_with_the_ledger(api, keeper, path, caplog):
    api.on("POST", RUN, Answer({"jobId": "job_1", "status": "pending"}, 202, delay=0.3))
    with ThreadPoolExecutor() as threads:
        job = threads.submit(keeper.submit, FOX)
        while not api.seen:
            time.sleep(0.01)
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("DROP TABLE submission")
        assert "job_1" == job.result().id
    assert "the outcome of a paid request could not be recorded" in caplog.text


def test_a_secret_is_neither_logged_nor_recorded(api, keeper, path, caplog):
    class Login(Painting):
        token: Annotated[str | None, Field(repr=False)] = None

    api.on("POST", RUN, submitted(1))
    api.on("GET", "/api/v1/jobs/job_1", Answer(DONE))
    caplog.set_level(logging.DEBUG)

    keeper.submit(Login(prompt="a fox", token="hunter2")).result()

    assert b"hunter2" in api.requests("POST")[0].body
    assert "hunter2" not in caplog.text
    assert not any(b"hunter2" in file.read_bytes() for file in path.parent.iterdir())


def test_a_ledger_holds_parameters_for_a_client_that_asks_and_no_secrets(api, studio_at, path):
    api.on("POST", RUN, submitted(1))
    extra = {
        "hf_token": "hf_abc", "max_tokens": 7, "nested": [{"password": "p4ss"}, {"text": f"my {KEY}"}],
        "image": "https://me:pw@host.example/a.png?signature=abc#f", "mask": "data:image/png;base64,QUJD",
    }  # fmt: skip

    class Licensed(Painting):
        licence: Annotated[list[str] | None, Field(repr=False, serialization_alias="licence/key")] = None

    request = Licensed(prompt="a fox", licence=["hunter2"])
    client = studio_at(f"{api.url}/api/v1", ledger=path, ledger_parameters=True)
    client.with_options(extra_body=extra).submit(request)
    (content,) = closing_rows(path)
    kept = json.loads(content)
    assert kept == {
        "prompt": "a fox", "hf_token": "[removed]", "max_tokens": 7, "image": "https://host.example/a.png",
        "mask": "data:image/png;base64,…", "nested": [{"password": "[removed]"}, {"text": "my [key]"}],
        "licence/key": ["[removed]"],
    }  # fmt: skip


def test_parameters_need_a_ledger_to_be_kept_in():
    with pytest.raises(ConfigurationError, match="ledger_parameters needs a ledger"):
        Studio(KEY, ledger_parameters=True)


def closing_rows(path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute("SELECT parameters FROM submission")]
