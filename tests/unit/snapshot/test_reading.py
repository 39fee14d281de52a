"""What is no file has no content, and no end."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.crash import stage
from tests.paths import ROOT

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="makes pipes")


@pytest.mark.parametrize(
    ("command", "kind", "name"),
    [
        ("generate", "device", "lock.json"),
        ("generate", "pipe", "models/endless.json"),
        ("generate", "device", "provider.toml"),
        ("drift", "device", "models/endless.json"),
    ],
)
def test_a_file_that_leads_to_a_device_or_a_pipe_is_refused(tmp_path: Path, command: str, kind: str, name: str) -> None:
    stage.write_old_specs(tmp_path)
    place = tmp_path / stage.SPECS / name
    place.unlink(missing_ok=True)
    if kind == "device":
        place.symlink_to("/dev/zero")
    else:
        os.mkfifo(place)

    arguments = [stage.PROVIDER] if command == "generate" else [str(ROOT / "tests/golden/api_catalogue"), stage.SPECS]
    done = subprocess.run(
        [sys.executable, "-m", "schemaloom", command, *arguments],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )

    assert (done.returncode in {2, 3}, done.stderr.count("\n")) == (True, 1)
