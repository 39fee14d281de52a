"""The file between two runs."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from schemaloom.alerts.heartbeat import SyncHealth
from schemaloom.alerts.message import drift_message
from schemaloom.alerts.state import FOLDER, AlertState, Pending, StateFile, read_state, write_state
from schemaloom.alerts.state_machine import AlertItem, Channel, update_records
from schemaloom.errors import UsageError

NOW = datetime(2026, 1, 5, 3, 17, tzinfo=UTC)


def states() -> StateFile:
    found = [
        AlertItem(
            subject="m#", severity="breaking", rule="r", model="m", pointer="", message="é", fingerprint=str(number)
        )
        for number in range(9)
    ]
    subjects, _ = update_records({}, found, base=str, now=NOW)
    message = drift_message("pixel", Channel.BREAKING, [])
    return StateFile(
        providers={"pixel": AlertState(subjects=subjects, health=SyncHealth(last_good=NOW)), "other": AlertState()},
        pending=(Pending(target="ab12", message=message, since=NOW),),
    )


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "alerts.json"
    write_state(path, states())
    assert read_state(path) == states()
    assert [entry.name for entry in path.parent.iterdir()] == ["alerts.json"]
    before = path.read_bytes()
    write_state(path, read_state(path))
    assert path.read_bytes() == before


def test_no_file_is_no_memory(tmp_path: Path) -> None:
    assert read_state(tmp_path / "alerts.json") == StateFile()


def test_a_folder_of_ours_is_none_of_gits_business(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    write_state(tmp_path / FOLDER / "alerts.json", StateFile())
    status = subprocess.run(["git", "status", "--porcelain"], cwd=tmp_path, capture_output=True, check=True)
    assert status.stdout == b""


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"schema_version": 2, "providers": {}}',
        b'{"providers": {"a": 1}}',
        b'{"providers": {"a": {"health": {"last_good": "2026-01-05T03:17:00"}}}}',
    ],
)
def test_another_file_is_refused_and_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "alerts.json"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=r"not a file of alerts \(.*alerts\.json\)"):
        read_state(path)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot be written"):
        write_state(tmp_path / "file" / "alerts.json", StateFile())
