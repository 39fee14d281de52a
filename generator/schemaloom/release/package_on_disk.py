"""The version of the package on disk, and the snapshot that it was released from."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import cast

from schemaloom.errors import SnapshotError, UsageError
from schemaloom.json.codec import parse_json
from schemaloom.render.provenance import PROVENANCE


def package_snapshot(package: Path) -> str | None:
    """Return the digest of the snapshot that the version of `package` was released from; None if unknown.

    It is in ``provenance.json``.  It differs from that of the specs if these were fetched or edited since,
    without a release.
    """
    path = package / PROVENANCE
    try:
        content = parse_json(path.read_bytes(), where=str(path))
    except (OSError, SnapshotError):
        return None
    digest = content.get("snapshot") if isinstance(content, dict) else None
    return digest if isinstance(digest, str) else None


def release_day(distribution: Path) -> date | None:
    """Return the day of the newest entry in the distribution's ``CHANGELOG.md``; None if it has none."""
    path = distribution / "CHANGELOG.md"
    text = path.read_text("utf-8", "replace") if path.is_file() else ""
    heading = re.search(r"^## \[[0-9][^\]]*\] - ([0-9]{4}-[0-9]{2}-[0-9]{2})$", text, re.MULTILINE)
    try:
        return date.fromisoformat(heading[1]) if heading else None
    except ValueError:
        return None


def package_version(distribution: Path) -> str | None:
    """Return the version in the distribution's ``pyproject.toml``; None if there is none."""
    path = distribution / "pyproject.toml"
    try:
        data = tomllib.loads(path.read_text("utf-8"))
        version = cast("object", data["project"]["version"])
    except FileNotFoundError:
        return None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError) as error:
        raise UsageError(f"the version cannot be read: {error}", where=str(path), hint="restore it from git") from None
    if not isinstance(version, str):
        raise UsageError("expected the version as a string", where=str(path), hint="restore it from git")
    return version
