"""``python -m tests.presets.prove [NAME…]``: the package of each preset passes the checks of a release.

The suite fetches, generates and runs them; the type checkers alone take half a minute for each.
"""

from __future__ import annotations

import sys
import tempfile
from datetime import date
from pathlib import Path

from tests.presets.conftest import SNAPSHOTS

from schemaloom.drift.change import Bump
from schemaloom.emulator.options import Options
from schemaloom.emulator.server import running_emulator
from schemaloom.pipeline.fetch import fetch
from schemaloom.pipeline.generate import generate
from schemaloom.pipeline.init import init
from schemaloom.release.checks.failure import Failure
from schemaloom.release.gate import prove
from schemaloom.settings.provider import load_provider


def failures(preset: str, root: Path) -> tuple[Failure, ...]:
    """Return what the gate finds in the package of a preset, which is made below `root`."""
    init(preset, root=root, base_url="https://unused.example", preset=preset)
    folder = root / "specs" / preset
    provider = load_provider(folder / "provider.toml")
    with running_emulator(provider, SNAPSHOTS[preset], Options(rate_limit=0)) as emulator:
        fetch(folder, today=date(2026, 2, 1), environ={}, base_url=emulator.base_url, rate=0)
    made = generate(preset, specs=root / "specs", out=root / "out")
    made.write()
    files = {
        path.relative_to(made.folder).as_posix(): path.read_bytes() for path in made.folder.rglob("*") if path.is_file()
    }
    return prove(None, files, Bump.MAJOR, module=provider.package.module)


def main(names: list[str]) -> int:
    """Prove the named presets, or all; return 1 if any fails."""
    found: list[Failure] = []
    for preset in names or sorted(SNAPSHOTS):
        with tempfile.TemporaryDirectory() as root:
            found += failures(preset, Path(root))
        print(f"{preset}: {len(found)} failures", *found, sep="\n  ", flush=True)
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
