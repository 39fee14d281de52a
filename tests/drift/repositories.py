"""Real git repositories that hold snapshots."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

from tests.drift.report_samples import model_file

PROVIDER = b"""\
name = "pixel"
title = "Pixel"
homepage = "https://example.com"
[package]
distribution = "pixel-sdk"
module = "pixel_sdk"
client = "Pixel"
env_prefix = "PIXEL"
[api]
base_url = "https://example.com/api"
auth = { header = "Authorization" }
[catalogue]
kind = "documents"
[submit]
url = "/run/{id}"
[job]
url = "/jobs/{job_id}"
[job.fields]
id = ["/id"]
status = ["/status"]
[job.statuses]
done = "succeeded"
[job.output]
image = ["/images"]
[errors]
code = ["/code"]
message = ["/message"]
table = {}
"""
PROMPT = {"type": "string"}
SEED = {"type": "integer"}


def write_snapshot(folder: Path, models: dict[str, dict[str, Any]], **others: bytes) -> Path:
    """A provider's folder with these models, by id: their properties."""
    for path in folder.glob("models/*.json"):
        path.unlink()
    (folder / "models").mkdir(parents=True, exist_ok=True)
    (folder / "provider.toml").write_bytes(PROVIDER)
    for model, properties in models.items():
        for path, content in model_file(model, properties).items():
            (folder / path).write_bytes(content)
    for name, content in others.items():
        (folder / f"{name}.toml").write_bytes(content)
    return folder


class Repository:
    """A repository with the identity and the settings that it needs, and no others."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str) -> str:
        environ = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
        environ |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        who = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "core.autocrlf=false"]
        done = subprocess.run(["git", *who, *arguments], cwd=self.root, env=environ, capture_output=True, check=True)
        return done.stdout.decode().strip()

    def commit(self, tag: str) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", tag)
        self.git("tag", tag)
