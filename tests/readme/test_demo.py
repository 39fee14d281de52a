"""`make demo`, the README's first command; apart from the others, so that it can run beside them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.proofs import proven


def test_the_demo_runs_as_it_is_written(clone: Path, tmp_path: Path) -> None:
    environment = Path(sys.executable).parent.parent
    # The tools of this environment are used as they are, where `make demo` would install them first.
    ready = f"{environment}/.ready"
    proofs = proven(tmp_path / "proofs", "pixeldojo_sdk", "pixazo_sdk")
    run = subprocess.run(
        ["make", "demo", f"VENV={environment}", "-o", ready],
        cwd=clone, env={**os.environ, "SCHEMALOOM_CACHE_DIR": proofs}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert 0 == run.returncode, run.stdout + run.stderr
    for name in ("snow.png", "lighthouse.png", "night.png"):
        assert b"\x89PNG" == (clone / ".demo" / name).read_bytes()[:4]
