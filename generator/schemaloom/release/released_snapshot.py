"""What the version on disk was released from, as its ``provenance.json`` says."""

from __future__ import annotations

from pathlib import Path

from schemaloom.errors import SnapshotError
from schemaloom.json.codec import parse_json
from schemaloom.render.provenance import PROVENANCE


def package_snapshot(package: Path) -> str | None:
    """Digest of the snapshot that the import package's version was released from; None where it does not say.

    It differs from that of the specs when these were fetched or edited since, by other means than
    a release.
    """
    path = package / PROVENANCE
    try:
        content = parse_json(path.read_bytes(), where=str(path))
    except (OSError, SnapshotError):
        return None
    digest = content.get("snapshot") if isinstance(content, dict) else None
    return digest if isinstance(digest, str) else None
