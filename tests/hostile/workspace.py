"""The folders that hostile cases run in, and those around them, which must stay as they are."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

API = """
name = "acme"
title = "Acme"
homepage = "https://acme.example"
package = { distribution = "acme-sdk", module = "acme_sdk", client = "Acme", env_prefix = "ACME" }
[api]
base_url = "https://acme.example/api/v1"
requests_per_minute = 60
auth = { header = "Authorization", prefix = "Bearer " }
[catalogue]
kind = "api"
openapi = "https://acme.example/api/openapi"
list = { path = "/models", items = "/models", id = "/id", next = "/next" }
schemas = [
  { path = "/models/{id}/schema", pointer = "/schema" },
  { path = "/models/{id}", document = "/openapi", pointer = "/components/schemas/I", output = "/components/schemas/O" },
]
volatile = ["/runs", "/$comment"]
[catalogue.fields]
name = ["/name"]
description = ["/description"]
modality = ["/modality"]
capabilities = ["/capabilities"]
documents = ["/documents"]
endpoint = ["/endpoint"]
[catalogue.price]
amount = ["/price/amount", "/price"]
unit = ["/price/unit"]
by_resolution = ["/price/by_resolution"]
[submit]
url = "/models/{id}/run"
[job]
url = "/jobs/{job_id}"
fields = { id = ["/jobId"], status = ["/status"] }
statuses = { pending = "queued", completed = "succeeded", failed = "failed" }
output = { image = ["/output/images"], video = ["/output/video"] }
[errors]
code = ["/error/code"]
message = ["/error/message"]
table = { unauthorized = { status = 401, code = "unauthorized" } }
"""

DOCUMENTS = """
name = "lumen"
title = "Lumen"
homepage = "https://docs.lumen.example"
package = { distribution = "lumen-sdk", module = "lumen_sdk", client = "Lumen", env_prefix = "LUMEN" }
[api]
base_url = "https://gate.lumen.example"
auth = { header = "X-Lumen-Key" }
[catalogue]
kind = "documents"
volatile = ["/timestamp"]
[catalogue.documents]
model = "/{id}/v1"
base_url = "https://docs.lumen.example"
path = "/models/{document}.md"
names = ["lumen-draw"]
[submit]
url = "{endpoint}"
[job]
url = "/v2/status/{job_id}"
fields = { id = ["/request_id"], status = ["/status"] }
statuses = { QUEUED = "queued", DONE = "succeeded", BROKEN = "failed" }
output = { image = ["/output/media_url"] }
[errors]
code = ["/error"]
message = ["/message"]
table = {}
"""

GOOD: dict[str, Any] = {"type": "object", "properties": {"prompt": {"type": "string"}}, "required": ["prompt"]}
KNOWN = ("alpha", "beta", "gamma")
"""Models of the last good snapshot."""


class Workspace:
    """``root/work`` is where commands run; ``specs/acme``, ``specs/lumen`` and ``generated`` may change."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.work = root / "work"
        self.scratch = root / "scratch"
        self._bystanders: Mapping[str, object] = {}
        self.reset()

    @property
    def specs(self) -> Path:
        return self.work / "specs"

    @property
    def package(self) -> Path:
        return self.work / "generated" / "acme-sdk"

    def reset(self) -> None:
        """Back to the last good snapshot, nothing generated."""
        if self.root.exists():
            shutil.rmtree(self.root)
        for path, text in (("work/specs/acme/provider.toml", API), ("work/specs/lumen/provider.toml", DOCUMENTS)):
            self.write(path, text)
        for name in KNOWN:
            document = {"id": name, "name": name.title(), "input": GOOD, "provenance": "fetched"}
            self.write(f"work/specs/acme/models/{name}.json", json.dumps(document, indent=2, sort_keys=True) + "\n")
        for path in ("secret", "escape", "work/README.md", "work/specs/neighbour/models/x.json", "home/.netrc"):
            self.write(path, "untouched")
        self.write("work/generated/neighbour-sdk/pyproject.toml", "untouched")
        self.scratch.mkdir()
        self._bystanders = self._around()

    def write(self, path: str, content: str | bytes) -> None:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))

    def model(self, file: str, document: Mapping[str, Any]) -> None:
        self.write(f"work/specs/acme/models/{file}", json.dumps(document, ensure_ascii=False))

    def disturbed(self) -> list[str]:
        """What is around the provider's folders and is no longer as it was."""
        now = self._around()
        return sorted(
            path for path in now.keys() | self._bystanders.keys() if now.get(path) != self._bystanders.get(path)
        )

    def snapshot(self, provider: str = "acme") -> dict[str, bytes]:
        """Every file of a provider's folder."""
        folder = self.specs / provider
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    def _around(self) -> Mapping[str, object]:
        found: dict[str, object] = {}
        ours = {self.specs / "acme", self.specs / "lumen"}
        # What a distribution is called, and so its folder, is for provider.toml to say.
        ours |= {path for path in (self.work / "generated").iterdir() if path.name != "neighbour-sdk"}
        pending = [self.root]
        while pending:
            for path in pending.pop().iterdir():
                if path in ours or path == self.scratch or path.name.startswith(".acme.schemaloom-"):
                    continue
                if path.is_symlink():
                    found[str(path)] = path.readlink()
                elif path.is_dir():
                    found[str(path)] = "folder"
                    pending.append(path)
                else:
                    found[str(path)] = path.read_bytes()
        return found
