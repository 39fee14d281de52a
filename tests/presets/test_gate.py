"""The packages of all presets pass the checks of a release, in one proof.

Each becomes a subpackage of a plain package that has passed, because the runtime, which is nearly all of a package, is
the same in each: so every checker starts once, and sees only what the presets make of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.gate.catalogues import MODULE, PLAIN, package
from tests.presets.conftest import SNAPSHOTS
from tests.proofs import proven

from schemaloom.drift.change import Bump
from schemaloom.pipeline.generate import Generated, generate
from schemaloom.pipeline.init import init
from schemaloom.release.gate import missing_tools, prove
from schemaloom.snapshot.write_snapshot import write_snapshot


def generated(preset: str, root: Path) -> Generated:
    """The package of a preset and its catalogue."""
    init(preset, root=root, base_url="https://unused.example", preset=preset)
    write_snapshot(root / "specs" / preset, SNAPSHOTS[preset])
    return generate(preset, specs=root / "specs", out=root / "out")


def subpackage(preset: str, made: Generated, runtime: dict[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """The files of a package below another one, with the runtime of that."""
    module = made.provider.package.module
    own = f"src/{module}/"
    assert runtime == {path.removeprefix(own): content for path, content in made.files.items() if "/_runtime/" in path}
    for path, content in made.files.items():
        if path.startswith(own) and "/_runtime/" not in path:
            place = f"src/{MODULE}/{preset}/{path.removeprefix(own)}"
            yield place, re.sub(rb"(?m)^(\s*from \.+)(?=_runtime)", rb"\1.", content)
        elif path.startswith("examples/"):
            name = path.removeprefix("examples/")
            yield f"examples/{preset}_{name}", content.replace(module.encode(), f"{MODULE}.{preset}".encode())


def test_the_packages_of_all_presets_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHEMALOOM_CACHE_DIR", proven(tmp_path / "proofs"))
    files = package(tmp_path / "plain", PLAIN)
    runtime = {path.removeprefix(f"src/{MODULE}/"): files[path] for path in files if "/_runtime/" in path}
    for preset in SNAPSHOTS:
        files |= subpackage(preset, generated(preset, tmp_path), runtime)
    assert missing_tools() == ()
    assert prove(None, files, Bump.MAJOR, module=MODULE) == ()
