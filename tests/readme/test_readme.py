"""Every command and snippet of the README but `make demo`, executed in order in a fresh clone and environment."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

from tests.paths import ROOT
from tests.serving import free_port

README = (ROOT / "README.md").read_text("utf-8")
BLOCK = re.compile(r"^```(sh|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MAKE = "make demo"
ERROR = "Traceback (most recent call last)"


def blocks() -> list[tuple[str, str]]:
    return [(language, text) for language, text in BLOCK.findall(README) if MAKE not in text]


def script() -> str:
    """One bash script of all blocks; what serves in the background is waited for before it is used."""
    lines = ["set -euo pipefail"]
    for number, (language, text) in enumerate(blocks()):
        lines.append(f"echo '== block {number}'")
        if language == "python":
            lines += [f"cat > block_{number}.py <<'END'", text, "END", f"python block_{number}.py"]
            continue
        for line in text.splitlines():
            lines.append(line)
            if port := re.search(r"--port (\d+) .*&", line):
                lines.append(f"until (: < /dev/tcp/127.0.0.1/{port[1]}) 2>/dev/null; do sleep 0.1; done")
    joined = "\n".join(lines)
    for port in sorted(set(re.findall(r"\b87\d\d\b", joined))):
        joined = joined.replace(port, str(free_port()))
    return joined


def test_the_first_ten_minutes_go_as_they_are_written(clone: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if key not in {"VIRTUAL_ENV", "PYTHONPATH"}}
    environment |= {
        "PATH": f"{Path(sys.executable).parent}:{environment['PATH']}",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_COMPILE": "0",  # yes, do not: pip negates it; most of what is installed is never imported
    }
    log = clone.with_name("log.txt")
    with log.open("w") as output:
        run = subprocess.Popen(
            ["bash", "-c", script()], cwd=clone, env=environment, stdout=output, stderr=output, start_new_session=True
        )
    try:
        code = run.wait(timeout=240)
    finally:
        os.killpg(run.pid, signal.SIGKILL)  # what serves in the background belongs to the same group
    text = log.read_text("utf-8")
    assert (0, False) == (code, ERROR in text), text
    assert b"\x89PNG" == (clone / "snow.png").read_bytes()[:4]
    assert "exit code 1" in text
    assert "generated/pixazo-sdk is up to date: 2 models" in text
    assert 2 == text.count("A sample")  # once in pieces, once whole
    assert [f"step {step} of 4" for step in (1, 2, 3, 4)] == re.findall(r"step \d of 4", text)


def test_the_shown_finding_is_what_drift_prints(clone: Path) -> None:
    shown = re.search(r"^```\n(BREAKING\n.*?)^```$", README, re.MULTILINE | re.DOTALL)
    assert shown
    edit = next(text for language, text in blocks() if "del model" in text)
    subprocess.run([sys.executable, "-c", edit], cwd=clone, check=True)
    printed = subprocess.run(
        [sys.executable, "-m", "schemaloom", "drift", "git:HEAD", "specs/pixeldojo"],
        cwd=clone, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert 1 == printed.returncode
    assert shown[1] in printed.stdout


def test_every_link_leads_somewhere() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", README)
    assert links
    assert [] == [link for link in links if not (ROOT / link).exists()]
