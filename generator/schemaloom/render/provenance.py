"""``provenance.json``: the snapshot and the version of the tool that a package was made with; no time, no machine."""

from __future__ import annotations

import hashlib
import json
from functools import cache

from schemaloom import __version__
from schemaloom.files.installation import templates_folder

PROVENANCE = "provenance.json"
SCHEMA_VERSION = 1


def provenance_json(snapshot: str) -> bytes:
    """Return the file's content; `snapshot` is the digest of the catalogue that the version was released from."""
    content = {
        "schema_version": SCHEMA_VERSION,
        "generator": f"schemaloom {__version__}",
        "snapshot": snapshot,
        "templates": templates_digest(),
    }
    return (json.dumps(content, indent=2, sort_keys=True) + "\n").encode()


@cache
def templates_digest() -> str:
    """SHA-256 over every template and runtime file of a package, by name and content."""
    folder = templates_folder()
    found = hashlib.sha256()
    for path in sorted(path for part in ("package", "runtime") for path in (folder / part).rglob("*")):
        if path.suffix in {".j2", ".py"} and path.is_file():
            name, content = path.relative_to(folder).as_posix().encode(), path.read_bytes()
            found.update(b"%d %s %d " % (len(name), name, len(content)) + content)
    return found.hexdigest()
