"""`make demo`: the main job from end to end, on this machine, without a key.

Serves each committed catalogue, syncs a fresh copy of the specs from it, installs the generated
distribution into an environment of its own, and runs typed jobs there.  Every step is a command
that is printed before it runs; what they leave behind is in ``.demo/``.
"""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
JOBS = Path(__file__).parent
PLACE = ROOT / ".demo"
PYTHON = PLACE / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def main() -> None:
    """Run the demo; exits with the code of the first step that fails."""
    shutil.rmtree(PLACE, ignore_errors=True)
    shutil.copytree(ROOT / "specs", PLACE / "specs")
    step("Serve the committed snapshot as PixelDojo's API: schemas, jobs, credits and files")
    with served("pixeldojo") as base_url:
        step("Fetch the catalogue from it and generate the package")
        sync("pixeldojo", base_url)
        step("Sync again: nothing has changed, so nothing is written")
        sync("pixeldojo", base_url)
        step("Install the generated distribution into an environment of its own")
        run(*UV, "venv", "--quiet", "--python", sys.executable, PLACE / "venv")
        install("pixeldojo-sdk")
        step("Run a typed job with it, and save the picture")
        run(PYTHON, JOBS / "pixeldojo_job.py", PLACE / "snow.png",
            PIXELDOJO_BASE_URL=base_url, PIXELDOJO_API_KEY="demo-key")  # fmt: skip
    step("Serve Pixazo, whose schemas live in Markdown documents and whose protocol is another")
    with served("pixazo") as base_url:
        step("Read its documents and generate the package")
        sync("pixazo", base_url)
        install("pixazo-sdk")
        step("Run a text-to-image job by polling and an edit by webhook")
        run(PYTHON, JOBS / "pixazo_jobs.py", PLACE, PIXAZO_BASE_URL=base_url, PIXAZO_API_KEY="demo-key")
    step("Done")
    for name in ("snow.png", "lighthouse.png", "night.png"):
        content = (PLACE / name).read_bytes()
        if not content.startswith(b"\x89PNG\r\n\x1a\n"):
            sys.exit(f"{name} is not a PNG")
        print(f".demo/{name} is a PNG of {len(content)} bytes")


SCHEMALOOM = (sys.executable, "-m", "schemaloom")
UV = (sys.executable, "-m", "uv", "--system-certs")


def step(text: str) -> None:
    """Announce what happens next."""
    print(f"\n== {text}", flush=True)


def sync(provider: str, base_url: str) -> None:
    """The main job, in the demo's own folders and without a limit to its pace."""
    run(*SCHEMALOOM, "sync", provider, "--base-url", base_url, "--rate", "0",
        "--specs", PLACE / "specs", "--out", PLACE / "generated")  # fmt: skip


def install(distribution: str) -> None:
    """Put a generated distribution into the demo's environment."""
    run(*UV, "pip", "install", "--quiet", "--python", PYTHON, PLACE / "generated" / distribution)


def run(*command: object, **environment: str) -> None:
    """Print and run a command from the top of the checkout."""
    words = [str(word) for word in command]
    print("$", shlex.join([f"{key}={value}" for key, value in environment.items()] + words), flush=True)
    done = subprocess.run(words, cwd=ROOT, env={**os.environ, **environment}, check=False)
    if done.returncode:
        sys.exit(done.returncode)


@contextmanager
def served(provider: str) -> Iterator[str]:
    """The emulator as a process of its own; gives its base URL, and stops that process at the end."""
    command = [*SCHEMALOOM, "serve", provider, "--port", "0", "--rate-limit", "0"]
    print("$", shlex.join(command), flush=True)
    log = (PLACE / "serve.log").open("w+", encoding="utf-8")
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True)
    try:
        assert server.stdout is not None
        line = server.stdout.readline()
        words = [word for word in line.split() if word.startswith("http://")]
        if not words:
            sys.exit(f"the emulator did not start; see {log.name}")
        print(line.strip(), flush=True)
        yield words[0]
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=10)
        log.close()


if __name__ == "__main__":
    main()
