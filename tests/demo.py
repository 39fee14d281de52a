"""`make demo`: the main job from end to end, on this machine, without a key.

Serves the committed catalogue, syncs a fresh copy of the specs from it, installs the generated
distribution into an environment of its own, and runs a typed job there.  Every step is a command
that is printed before it runs; what they leave behind is in ``.demo/``.
"""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PLACE = ROOT / ".demo"
PYTHON = PLACE / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
PICTURE = PLACE / "snow.png"

JOB = f"""
from pixeldojo_sdk import PixelDojo, catalogue
from pixeldojo_sdk.models.boogu_image_edit import BooguImageEdit

print("the catalogue says:", catalogue["boogu-image-edit"].price)
request = BooguImageEdit(prompt="make it snow", image="https://example.com/a.png", guidance_scale=4)
with PixelDojo() as client:
    job = client.submit(request)
    for update in job.updates():
        print("job", job.id, update.status)
    result = job.result(timeout=60)
    result.output.images[0].save({str(PICTURE)!r})
    print("cost:", result.cost, "credits remaining:", result.credits_remaining)
"""


def main() -> None:
    """Run the demo; exits with the code of the first step that fails."""
    shutil.rmtree(PLACE, ignore_errors=True)
    shutil.copytree(ROOT / "specs", PLACE / "specs")
    step("Serve the committed snapshot as PixelDojo's API")
    with served("pixeldojo") as base_url:
        step("Fetch the catalogue from it and generate the package")
        run(*SCHEMALOOM, "sync", "pixeldojo", "--base-url", base_url, "--rate", "0",
            "--specs", PLACE / "specs", "--out", PLACE / "generated")  # fmt: skip
        step("Sync again: nothing has changed, so nothing is written")
        run(*SCHEMALOOM, "sync", "pixeldojo", "--base-url", base_url, "--rate", "0",
            "--specs", PLACE / "specs", "--out", PLACE / "generated")  # fmt: skip
        step("Install the generated distribution into an environment of its own")
        venv.create(PLACE / "venv", with_pip=True, clear=True)
        run(PYTHON, "-m", "pip", "install", "--quiet", PLACE / "generated/pixeldojo-sdk")
        step("Run a typed job with it, and save the picture")
        script = PLACE / "job.py"
        script.write_text(JOB.lstrip(), "utf-8")
        run(PYTHON, script, PIXELDOJO_BASE_URL=base_url, PIXELDOJO_API_KEY="demo-key")
    signature = PICTURE.read_bytes()[:8]
    if signature != b"\x89PNG\r\n\x1a\n":
        sys.exit(f"{PICTURE} is not a PNG")
    step(f"Done: {PICTURE.relative_to(ROOT)} is a PNG of {PICTURE.stat().st_size} bytes")


SCHEMALOOM = (sys.executable, "-m", "schemaloom")


def step(text: str) -> None:
    """Announce what happens next."""
    print(f"\n== {text}", flush=True)


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
