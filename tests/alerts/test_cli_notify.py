"""``drift --notify`` from the outside: one alert for each thing that happens, whatever becomes of it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.alerts.receiving import Receiver
from tests.drift.repositories import PROMPT, SEED, write_snapshot

from schemaloom.alerts.state import read_state
from schemaloom.alerts.targets import read_targets
from schemaloom.alerts.webhook import SECRET
from schemaloom.cli import main
from schemaloom.drift.change import Change, DriftReport, Severity
from schemaloom.pipeline.notify import Alerting, Outcome, send_alerts

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")  # a plugin of apprise imports it
Run = Callable[..., tuple[int, str]]
FULL = {"m": {"prompt": PROMPT, "seed": SEED}}
LESS = {"m": {"prompt": PROMPT}}
MORE = {"m": {"prompt": PROMPT, "seed": SEED, "size": SEED}}


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Runs ``drift`` in a folder with ``old`` and ``new``; gives exit code and stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SCHEMALOOM_WEBHOOK_SECRET", "secret")
    write_snapshot(Path("old"), FULL)

    def runs(models: dict[str, Any], *options: str, **others: bytes) -> tuple[int, str]:
        write_snapshot(Path("new"), models, **others)
        monkeypatch.setattr(sys, "argv", ["schemaloom", "drift", "old", "new", *options])
        with pytest.raises(SystemExit) as caught:
            main()
        assert isinstance(caught.value.code, int)
        return caught.value.code, capsys.readouterr().err

    return runs


def texts(receiver: Receiver) -> list[str]:
    """Title and body of what arrived since the last look."""
    found = [json.loads(request.body) for request in receiver.requests]
    receiver.requests.clear()
    return [f"{content['title']}\n{content['text']}" for content in found]


def test_each_change_is_sent_once_to_its_channel(run: Run, receiver: Receiver) -> None:
    hook = f"webhook+http://{receiver.address}"
    options = ("--notify", f"breaking={hook}/now", "--notify", f"digest={hook}/later")
    assert run(LESS, *options) == (1, "")
    (text,) = texts(receiver)
    assert text.startswith(
        "pixel: breaking drift (1 new)\n- breaking, new: Parameter seed was removed [input.property."
    )
    assert "was accepted before, is refused now: {" in text
    for _ in range(3):
        assert run(LESS, *options) == (1, "")
    assert texts(receiver) == []
    assert run(FULL, *options) == (0, "")
    assert texts(receiver) == [
        (
            "pixel: breaking drift (1 resolved)\n"
            "- breaking, resolved: Parameter seed was removed [input.property.removed] in m"
        )
    ]
    assert run(LESS, *options) == (1, "")
    assert [text.partition("\n")[0] for text in texts(receiver)] == ["pixel: breaking drift (1 reopened)"]
    assert run(MORE, *options) == (0, "")
    assert [text.partition("\n")[0] for text in texts(receiver)] == [
        "pixel: breaking drift (1 resolved)",
        "pixel: drift (1 new)",
    ]


def test_what_happens_to_many_models_is_one_line(run: Run, receiver: Receiver) -> None:
    many = {f"m{number}": {"fps": {"type": "integer", "default": 30}} for number in range(20)}
    write_snapshot(Path("old"), many)
    flipped = {model: {"fps": {"type": "integer", "default": 24}} for model in many}
    assert run(flipped, "--notify", f"json://{receiver.address}")[0] == 0
    (request,) = receiver.requests
    content = json.loads(request.body)
    assert content["title"] == "pixel: drift (20 new)"
    assert content["message"].count("\n") == 0
    assert "and 15 more" in content["message"]


def test_a_failed_delivery_changes_no_exit_code_and_is_tried_again(run: Run, receiver: Receiver) -> None:
    option = ("--notify", f"webhook+http://{receiver.address}/secret-token")
    receiver.answers = [500, 500]
    for _ in range(2):
        code, words = run(LESS, *option)
        assert code == 1
        assert (
            words
            == "alert not delivered, the next run sends it again: --notify, value 1 (webhook+http): answered 500\n"
        )
    assert run(LESS, *option) == (1, "")
    assert [text.partition("\n")[0] for text in texts(receiver)] == ["pixel: breaking drift (1 new)"] * 3
    receiver.answers = [500]
    assert run(FULL, *option)[0] == 0
    assert run(FULL, *option) == (0, "")
    assert [text.partition("\n")[0] for text in texts(receiver)] == ["pixel: breaking drift (1 resolved)"] * 2


def test_acknowledged_drift_is_not_sent(run: Run, receiver: Receiver) -> None:
    entry = (
        '[[acknowledged]]\nrule = "input.property.removed"\nmodel = "*"\npointer = "/properties/seed"\n'
        f'reason = "it is not used"\nexpires = {datetime.now(UTC).date() + timedelta(days=7)}\n'
    )
    assert run(LESS, "--notify", f"webhook+http://{receiver.address}", acknowledged=entry.encode())[0] == 0
    assert receiver.requests == []


def test_targets_may_be_in_the_environment(run: Run, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    hook = f"webhook+http://{receiver.address}"
    monkeypatch.setenv("SCHEMALOOM_NOTIFY", f"breaking={hook}/a {hook}/b")
    run(LESS, "--alert-state", "kept/state.json")
    assert [request.path for request in receiver.requests] == ["/a", "/b"]
    assert Path("kept/state.json").is_file()
    assert not Path(".schemaloom").exists()


def test_without_targets_nothing_is_written(run: Run) -> None:
    run(LESS)
    assert not Path(".schemaloom").exists()


def test_a_bad_target_ends_the_command_before_it_begins(run: Run) -> None:
    code, words = run(LESS, "--notify", "webhook+ftp://secret-token")
    assert code == 2
    assert "not the address of a webhook (--notify, value 1 (webhook+ftp))" in words
    assert "secret-token" not in words


def test_a_damaged_state_silences_no_alert(run: Run, receiver: Receiver) -> None:
    Path("state.json").write_text("{")
    option = ("--notify", f"webhook+http://{receiver.address}", "--alert-state", "state.json")

    code, words = run(LESS, *option)

    assert code == 1
    assert words.startswith(
        "alerts may repeat, because the record of earlier ones cannot be read: not a file of alerts"
    )
    assert Path("state.json.damaged").read_text() == "{"
    assert len(receiver.requests) == 1
    assert run(LESS, *option) == (1, "")
    assert len(receiver.requests) == 1, "and the new record holds"


def test_what_one_target_did_not_accept_is_kept_for_it_although_the_drift_is_gone(
    receiver: Receiver, tmp_path: Path
) -> None:
    """A sync in place finds a change once: the next run has no drift."""
    targets = read_targets([f"webhook+http://{receiver.address}/{name}" for name in "ab"], {SECRET: "x"})
    alerting = Alerting(
        targets=targets, state=tmp_path / "alerts.json", period=timedelta(1), now=datetime(2026, 1, 5, tzinfo=UTC)
    )
    receiver.answers = [500, 204]
    change = Change(
        rule="input.property.removed", severity=Severity.BREAKING, model="m", pointer="/properties/seed",
        old=1, new=None, markup="Parameter seed was removed", fingerprint="f",
    )  # fmt: skip
    drifted = Outcome(provider="pixel", report=DriftReport(provider="pixel", changes=(change,)), old={}, synced=True)
    calm = Outcome(provider="pixel", report=DriftReport(provider="pixel", changes=()), old={"x": b""}, synced=True)

    assert "value 1" in send_alerts([drifted], alerting)[0]
    receiver.answers = [500]
    assert "value 1" in send_alerts([calm], alerting)[0]
    later = replace(alerting, now=alerting.now - timedelta(365))
    assert send_alerts([calm], later) == ()
    titles = [(request.path, json.loads(request.body)["kind"]) for request in receiver.requests]
    assert send_alerts([calm], later) == ()

    assert len(receiver.requests) == len(titles)
    assert [path for path, kind in titles if kind == "drift"][:2] == ["/a", "/b"]
    assert titles.count(("/a", "drift")) - 2 == titles.count(("/b", "drift"))


def test_runs_for_several_providers_may_share_the_record(receiver: Receiver, tmp_path: Path) -> None:
    targets = read_targets([f"webhook+http://{receiver.address}"], {SECRET: "x"})
    alerting = Alerting(
        targets=targets,
        state=tmp_path / "new" / "alerts.json",
        period=timedelta(1),
        now=datetime(2026, 1, 5, tzinfo=UTC),
    )
    names = [f"provider {number}" for number in range(8)]
    receiver.answers = [500] * 100

    with ThreadPoolExecutor(len(names)) as threads:
        list(threads.map(lambda name: send_alerts([Outcome(provider=name, synced=True, held="much")], alerting), names))

    recorded = read_state(alerting.state)
    assert set(names) == recorded.providers.keys()
    assert len(names) == len({item.message.title for item in recorded.pending})


def test_an_overdue_job_is_reported_even_if_no_sync_runs(receiver: Receiver, tmp_path: Path) -> None:
    start = datetime(2026, 1, 5, 3, 17, tzinfo=UTC)
    targets = read_targets([f"webhook+http://{receiver.address}"], {"SCHEMALOOM_WEBHOOK_SECRET": "x"})

    def passes(hours: float, synced: bool | None) -> list[str]:
        alerting = Alerting(
            targets=targets, state=tmp_path / "state.json", period=timedelta(hours=6),
            now=start + timedelta(hours=hours),
        )  # fmt: skip
        assert send_alerts([Outcome(provider="pixel", synced=synced)], alerting) == ()
        return texts(receiver)

    assert passes(0, None) == []
    assert passes(0, True) == []
    assert passes(12, False) == []
    assert passes(12.5, None) == [
        (
            "pixel: no good sync since 2026-01-05 03:17 UTC\n"
            "The last sync that succeeded is 12 hours old. What changed since is not known."
        )
    ]
    assert passes(13, False) == []
    assert passes(14, True) == ["pixel: syncs succeed again\nThe one at 2026-01-05 17:17 UTC was good."]
