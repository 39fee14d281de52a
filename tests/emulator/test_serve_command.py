"""The command: a server in the foreground."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from schemaloom.cli.serve import command
from schemaloom.emulator.options import DEMO_SECRET
from schemaloom.errors import UsageError
from schemaloom.snapshot.layout import snapshot_files

ROOT = Path(__file__).parents[2]
RUN = "from schemaloom.cli.serve import command; command()"


@pytest.fixture
def specs(tmp_path, dojo_snapshot):
    folder = tmp_path / "pixeldojo"
    for name, content in snapshot_files(dojo_snapshot).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    (folder / "provider.toml").write_bytes((ROOT / "specs/pixeldojo/provider.toml").read_bytes())
    return tmp_path


def _refusal(specs, *arguments):
    result = CliRunner().invoke(command, ["pixeldojo", "--specs", str(specs), *arguments])
    assert isinstance(result.exception, UsageError)
    return str(result.exception)


def test_it_prints_how_to_use_it_serves_and_stops_at_ctrl_c(specs):
    arguments = ["pixeldojo", "--port", "0", "--specs", str(specs), "--fault", "error=503:1@list"]
    arguments += ["--rate-limit", "3", "--latency", "0.02", "--credits", "2", "--job-seconds", "0", "--api-key", "k"]
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", RUN, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT / "generator"), "PATH": ""},
    )
    try:
        lines = [process.stdout.readline().strip() for _ in range(4)]
        base = lines[0].split()[2]
        assert lines == [
            f"PixelDojo, emulated: {base} (3 models; Ctrl-C stops)",
            f"schemaloom fetch pixeldojo --base-url {base}",
            f"export PIXELDOJO_BASE_URL={base}",
            "export PIXELDOJO_API_KEY=k",
        ]
        with httpx.Client(base_url=base, headers={"Authorization": "Bearer k"}) as http:
            answers = [http.get("/models"), http.get("/models")]
            answers.append(http.post("/models/flux-1.1-pro/run", json={"prompt": "x"}))
            answers.append(http.get("/jobs/job_000001"))
            answers.append(http.get("/models"))
        assert [503, 200, 202, 200, 429] == [answer.status_code for answer in answers]
        assert all(answer.elapsed.total_seconds() >= 0.02 for answer in answers)
        assert (0.5, "completed") == (answers[2].json()["creditsRemaining"], answers[3].json()["status"])
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
        _, errors = process.communicate(timeout=5)
    finally:
        process.kill()
        process.wait()
    assert (0, "") == (process.returncode, rest)
    assert errors.splitlines() == [
        "GET /api/v1/models 503  fault: error=503:1@list",
        "GET /api/v1/models 200",
        "POST /api/v1/models/flux-1.1-pro/run 202",
        "GET /api/v1/jobs/job_000001 200",
        "GET /api/v1/models 429",
    ]


def test_the_secret_of_signed_webhooks_is_printed_as_the_client_reads_it(specs):
    path = specs / "pixeldojo/provider.toml"
    path.write_text(path.read_text() + '\n[webhook.signature]\nsignature = "x-sign"\nsigned = "{body}"\n')
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", RUN, "pixeldojo", "--port", "0", "--specs", str(specs)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT / "generator"), "PATH": ""},
    )
    try:
        lines = [process.stdout.readline().strip() for _ in range(4)]
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
    finally:
        process.kill()
        process.communicate()
    assert "export PIXELDOJO_API_KEY=demo-key" == lines[-1]
    assert f"export PIXELDOJO_WEBHOOK_SECRET={DEMO_SECRET}" == rest.strip()


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.0.1", "::", "example.com"])
def test_only_this_machine_is_served(specs, host):
    assert "the host is no loopback address (--host" in _refusal(specs, "--host", host)


def test_a_port_in_use_is_reported_in_one_line(specs, start, dojo, dojo_snapshot):
    port = httpx.URL(start(dojo, dojo_snapshot).base_url).port
    message = _refusal(specs, "--port", str(port))
    assert f"127.0.0.1:{port}" in message
    assert "--port 0" in message


def test_a_misspelt_fault_is_reported_in_one_line(specs):
    assert "not a fault: errer=503" in _refusal(specs, "--port", "0", "--fault", "errer=503")


def test_an_unknown_provider_is_reported_in_one_line(specs):
    result = CliRunner().invoke(command, ["unknown", "--specs", str(specs)])
    assert "no such provider" in str(result.exception)


def test_a_missing_extra_is_reported_with_the_command_that_installs_it(specs, monkeypatch):
    for name in [name for name in sys.modules if name.startswith("schemaloom.emulator")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    message = _refusal(specs)
    assert "uvicorn" in message
    assert "pip install 'schemaloom[serve]'" in message


def test_help_lists_the_faults():
    result = CliRunner().invoke(command, ["--help"])
    assert 0 == result.exit_code
    assert "  lost-response          process, then close" in result.output
