"""The snapshot that the version on disk was released from, read from its ``provenance.json``."""

from __future__ import annotations

from pathlib import Path

from schemaloom.errors import SnapshotError
from schemaloom.json.codec import parse_json
from schemaloom.render.provenance import PROVENANCE


def package_snapshot(package: Path) -> str | None:
    """Return the digest of the snapshot that the version of `package` was released from; None if unknown.

    It differs from that of the specs if these were fetched or edited since, without a release.
    """
    path = package / PROVENANCE
    try:
        content = parse_json(path.read_bytes(), where=str(path))
    except (OSError, SnapshotError):
        return None
    digest = content.get("snapshot") if isinstance(content, dict) else None
    return digest if isinstance(digest, str) else None
