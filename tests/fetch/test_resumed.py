"""A run that was killed is gone on with: what was answered is not asked for again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from starlette.responses import Response

from schemaloom.emulator.options import Options
from schemaloom.emulator.server import running_emulator
from schemaloom.errors import SourceError
from schemaloom.settings.provider import parse_provider
from schemaloom.snapshot.layout import Snapshot, read_snapshot
from schemaloom.snapshot.model import ModelDocument
from schemaloom.sources.http.client import FetchLimits, Reply
from schemaloom.sources.http.response_log import FRESH, ResponseLog

from .conftest import PROVIDER, SCHEMA, Api, Folder

URL = "https://acme.example/api/v1/models/alpha/schema"
REPLY = Reply(200, URL, b'{"schema": {}}\n', '"tag"')


def files(cache: Path) -> list[Path]:
    return sorted((cache / "answers").glob("*"))


def schemas(api: Api) -> list[str]:
    return sorted(path.split("/")[-2] for path in api.paths() if path.endswith("/schema"))


def interrupted(folder: Folder, api: Api, **options: object) -> None:
    """A run that got the schema of every model but beta, and then saw the server go away."""
    api.faults["/api/v1/models/beta/schema"] = lambda _: Response(status_code=503, headers={"retry-after": "900"})
    with pytest.raises(SourceError, match="asks to wait 900 s"):
        folder.fetch(patience=FetchLimits(concurrency=1, first_wait=0.01), **options)
    api.faults.clear()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kills a process")
def test_a_killed_command_goes_on_where_it_stopped(tmp_path: Path, cache: Path) -> None:
    specs = tmp_path / "specs"
    (specs / "acme").mkdir(parents=True)
    text = PROVIDER % {"paging": ""}
    (specs / "acme" / "provider.toml").write_text(text)
    models = tuple(ModelDocument(id=f"m{n:03}", name=f"M{n}", input=SCHEMA) for n in range(120))
    command = [sys.executable, "-m", "schemaloom", "fetch", "acme", "--specs", str(specs), "--rate", "0", "--base-url"]
    with running_emulator(
        parse_provider(text.encode(), where=""), Snapshot(models=models), Options(rate_limit=0)
    ) as api:
        api.faults.add("latency=0.02@schema")
        killed = subprocess.Popen([*command, api.base_url], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while len(api.log.of("schema")) < 40:
            assert killed.poll() is None
            time.sleep(0.005)
        os.kill(killed.pid, signal.SIGKILL)
        killed.wait()
        before = len(api.log.of("schema"))
        assert [path.name for path in specs.rglob("*")] == ["acme", "provider.toml"]

        done = subprocess.run([*command, api.base_url], capture_output=True, text=True, check=False)

        assert done.returncode == 0, done.stderr
        asked = [exchange.path for exchange in api.log.of("schema")]
    again = len(asked) - len(set(asked))
    assert 40 <= before < 120
    assert again <= FetchLimits().concurrency  # those that were under way
    assert "resuming an interrupted run" in done.stderr
    assert len(read_snapshot(specs / "acme").models) == 120
    assert files(cache) == []


def test_what_a_failed_run_was_answered_is_not_asked_for_again(folder: Folder, api: Api, cache: Path) -> None:
    interrupted(folder, api)
    assert files(cache) != []

    folder.fetch()

    assert "alpha" not in schemas(api)
    assert "beta" in schemas(api)
    assert [model.input for model in folder.snapshot().models] == [SCHEMA] * 3
    assert files(cache) == []


def test_the_list_is_asked_for_each_time(folder: Folder, api: Api) -> None:
    interrupted(folder, api)
    api.add("delta")

    assert folder.fetch().added == ("alpha", "beta", "delta", "owner/gamma")


@pytest.mark.parametrize("other", [{"environ": {"ACME_API_KEY": "k"}}, {"volatile": True}])
def test_answers_to_another_key_or_reader_are_not_used(folder: Folder, api: Api, other: dict[str, object]) -> None:
    interrupted(folder, api)
    if other.pop("volatile", None):
        folder.configure(**{'"/runCount"': '"/views"'})

    folder.fetch(**other)

    assert "alpha" in schemas(api)


def test_without_a_place_for_memories_everything_is_asked(
    folder: Folder, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCHEMALOOM_CACHE_DIR", "")
    interrupted(folder, api)

    folder.fetch()

    assert "alpha" in schemas(api)


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """Let no file grow beyond `size` bytes: as a full disk does, it takes the beginning of what is written."""
    import resource  # POSIX only

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


class TestTheLog:
    """The file itself."""

    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        return tmp_path / "x.answers"

    def test_an_answer_comes_back_as_it_was(self, path: Path) -> None:
        with ResponseLog(path, clock=lambda: 1000.0) as log:
            log.record(URL, None, REPLY)
            log.record(URL, '"old"', Reply(304, URL))
        with ResponseLog(path, clock=lambda: 1002.5) as log:
            assert log.lookup(URL, None) == (REPLY, 2.5)
            assert log.lookup(URL, '"old"') == (Reply(304, URL), 2.5)
            assert log.lookup(URL, '"other"') is None

    def test_a_file_that_is_cut_anywhere_gives_whole_answers_only_and_can_be_added_to(self, path: Path) -> None:
        with ResponseLog(path, clock=lambda: 1000.0) as log:
            for n in range(3):
                log.record(f"{URL}{n}", None, REPLY)
        whole = path.read_bytes()
        for length in {*range(0, len(whole), 9), *(len(whole) // 3 * n + more for n in (1, 2) for more in (-1, 0, 1))}:
            path.write_bytes(whole[:length])
            with ResponseLog(path) as log:
                assert len(log) == length // (len(whole) // 3)
                log.record(URL, None, REPLY)
            with ResponseLog(path) as log:
                found = [log.lookup(url, None) for url in (*(f"{URL}{n}" for n in range(len(log) - 1)), URL)]
                assert [one[0] if one else None for one in found] == [REPLY] * len(log)

    def test_a_byte_that_was_changed_anywhere_never_gives_another_answer(self, path: Path) -> None:
        with ResponseLog(path, clock=lambda: 1000.0) as log:
            log.record(f"{URL}0", None, REPLY)
            log.record(f"{URL}1", '"1"', Reply(200, f"{URL}1", b"{}"))
        whole = path.read_bytes()
        for place in range(len(whole)):
            path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
            with ResponseLog(path, clock=lambda: 1000.0) as log:
                assert log.lookup(f"{URL}0", None) in (None, (REPLY, 0.0))
                assert log.lookup(f"{URL}1", None) is None
                assert log.lookup(f"{URL}1", '"1"') in (None, (Reply(200, f"{URL}1", b"{}"), 0.0))

    def test_a_body_that_was_changed_is_not_used(self, path: Path) -> None:
        with ResponseLog(path) as log:
            log.record(URL, None, REPLY)
        path.write_bytes(path.read_bytes().replace(b'schema": {', b'schema": ['))
        with ResponseLog(path) as log:
            assert log.lookup(URL, None) is None

    @pytest.mark.parametrize(
        "head",
        [b"{}", b"[]", b"null", b"x", b'{"status": 500}', b"\xff", b"[" * 9000, b'{"size": -1}', b"9" * 100_000],
    )
    def test_a_file_of_something_else_holds_nothing(self, path: Path, head: bytes) -> None:
        path.write_bytes(head + b"\nbody\n")
        with ResponseLog(path) as log:
            assert len(log) == 0
            log.record(URL, None, REPLY)
        with ResponseLog(path) as log:
            assert log.lookup(URL, None)

    @pytest.mark.skipif(sys.platform == "win32", reason="no limit on the size of files")
    def test_a_disk_that_takes_a_part_of_an_answer_keeps_those_before(self, path: Path) -> None:
        with ResponseLog(path) as log:
            log.record(f"{URL}1", None, REPLY)
            with largest_file(path.stat().st_size + 10):
                log.record(f"{URL}2", None, REPLY)
            log.record(f"{URL}3", None, REPLY)
            assert not any(log.lookup(f"{URL}{n}", None) for n in (2, 3))
        with ResponseLog(path) as log:
            assert len(log) == 1
            assert log.lookup(f"{URL}1", None)

    def test_two_runs_at_once_do_not_share_it(self, path: Path) -> None:
        with ResponseLog(path) as log, ResponseLog(path) as other:
            log.record(URL, None, REPLY)
            other.record(f"{URL}2", None, REPLY)
            assert other.lookup(f"{URL}2", None) is None
        with ResponseLog(path) as log:
            assert len(log) == 1

    def test_an_answer_of_the_future_is_not_used(self, path: Path) -> None:
        with ResponseLog(path, clock=lambda: 1000.0) as log:
            log.record(URL, None, REPLY)
        with ResponseLog(path, clock=lambda: 900.0) as log:
            assert log.lookup(URL, None) is None

    def test_abandoned_files_are_removed_and_others_are_not(self, path: Path) -> None:
        for name in ("old.answers", "new.answers", "old.txt"):
            path.with_name(name).write_text("")
        for name in ("old.answers", "old.txt"):
            os.utime(path.with_name(name), (0, 0))
        with ResponseLog(path):
            pass
        assert sorted(found.name for found in path.parent.glob("*.*")) == ["new.answers", "old.txt", "x.answers"]


def test_an_old_answer_is_checked_with_the_server(folder: Folder, api: Api, cache: Path) -> None:
    interrupted(folder, api)
    [path] = files(cache)
    with ResponseLog(path) as log:
        answer = log.lookup(URL, None)
        assert answer is not None
    path.unlink()
    with ResponseLog(path, clock=lambda: time.time() - FRESH - 60) as log:
        log.record(URL, None, answer[0])

    folder.fetch()

    assert [sent.status for sent in api.sent if sent.path.endswith("alpha/schema")] == [304]
    assert folder.snapshot().by_id()["alpha"].input == SCHEMA
