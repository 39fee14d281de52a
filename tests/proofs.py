"""The proof of one plain package, made once a run: the runtime in it is the same in every other package."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from schemaloom.drift.change import Bump
from schemaloom.files.lock import locked
from schemaloom.release.gate import prove
from tests.gate.catalogues import MODULE, PLAIN, package
from tests.gate.equal_proofs import cache


def proven(folder: Path, *others: str) -> str:
    """A new cache at `folder` in which a package called `MODULE` has passed; returned as a string.

    For packages called as the `others`, mypy knows the libraries.
    """
    shared = Path(os.environ["SCHEMALOOM_CACHE_DIR"], "proofs")
    shared.mkdir(mode=0o700, exist_ok=True)
    with locked([shared]):
        if not any(shared.iterdir()):
            files = package(folder.with_name(f"{folder.name}-package"), PLAIN)
            with cache(str(shared)):
                assert prove(None, files, Bump.NONE, module=MODULE) == ()
        shutil.copytree(shared, folder)
    for other in others:
        shutil.copytree(folder / "mypy" / MODULE, folder / "mypy" / other)
    return str(folder)
