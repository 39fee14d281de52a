"""``verify``: rebuild a wheel from the snapshot that its provenance names, and compare every byte."""

from __future__ import annotations

import re
import struct
import sys
import tempfile
import tomllib
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.parser import BytesParser
from importlib.util import find_spec
from pathlib import Path

from schemaloom import __version__
from schemaloom.errors import MissingExtra, SnapshotError, UsageError
from schemaloom.files.read import read_specs
from schemaloom.git.log import read_head, read_history
from schemaloom.git.revision import Revision, read_revision
from schemaloom.json.codec import parse_json
from schemaloom.json.values import JsonObject
from schemaloom.pipeline.generate import CHANGELOG, generate
from schemaloom.pipeline.package_parts import snapshot_digest
from schemaloom.release.changelog import changelog_at
from schemaloom.release.checks.run_tool import last_line, run_checker
from schemaloom.render.provenance import PROVENANCE, templates_digest
from schemaloom.settings.provider import parse_provider
from schemaloom.snapshot.layout import PROVIDER, snapshot_from_files

_LARGEST = 512 * 2**20
"""Most bytes of a wheel, packed and unpacked."""
_BUILDER = "hatchling"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_BROKEN = (
    zipfile.BadZipFile, zlib.error, struct.error, ValueError, EOFError, NotImplementedError, RuntimeError,
    OverflowError,
)  # fmt: skip
"""Errors of a damaged archive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """The result of a comparison."""

    distribution: str
    version: str
    snapshot: str
    """Digest of the snapshot that the wheel names."""
    source: str
    """Where that snapshot was found: a folder, or a commit."""
    differing: tuple[str, ...]
    """Sorted paths in the wheel that differ from the rebuilt one; the wheel's own name if no file in it does."""


class _Wheel:
    """The files of a wheel; those that cannot be unpacked are `damaged`."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self.files: dict[str, bytes] = {}
        self.damaged: list[str] = []
        try:
            if path.stat().st_size > _LARGEST:
                raise UsageError("the wheel is too large", where=str(path))
            self.raw = path.read_bytes()
            with zipfile.ZipFile(path) as archive:
                if sum(member.file_size for member in archive.infolist()) > _LARGEST:
                    raise UsageError("the wheel is too large", where=str(path))
                for member in archive.infolist():
                    try:
                        self.files[member.filename] = archive.read(member)
                    except _BROKEN:
                        self.damaged.append(member.filename)
        except OSError as error:
            raise UsageError(f"the wheel cannot be read: {error.strerror or error}", where=str(path)) from None
        except _BROKEN as error:
            raise UsageError(f"not a whole wheel: {error}", where=str(path)) from None

    def only(self, name: str) -> tuple[str, bytes]:
        """Return the path and content of the one file of that name; raises `UsageError` without one."""
        found = [path for path in self.files if path.rpartition("/")[2] == name and path.count("/") == 1]
        if len(found) != 1:
            broken = [path for path in self.damaged if path.endswith(f"/{name}")]
            where = f"{self.name}: {broken[0]}" if broken else self.name
            problem = "is damaged" if broken else "is missing"
            raise UsageError(f"{name} {problem}", where=where, hint="verify a wheel that schemaloom's package became")
        return found[0], self.files[found[0]]


def verify(path: Path, *, specs: Path, packages: Path) -> Verification:
    """Rebuild the wheel at `path` from the snapshot that it names, and compare both.

    The snapshot is looked for in the folders of `specs`, then in their git history.  The changelog
    is no part of it: that of the wheel must be the one below `packages`, from its version on.  Raises
    `UsageError` for a file that is no wheel of such a package, a snapshot that is not found, or
    another version of the generator than the one that made the package.
    """
    if find_spec(_BUILDER) is None:
        raise MissingExtra("hatchling", "verify")
    wheel = _Wheel(path)
    place, raw = wheel.only(PROVENANCE)
    provenance = _object(raw, f"{wheel.name}: {place}")
    metadata = BytesParser().parsebytes(wheel.only("METADATA")[1])
    distribution, version = str(metadata["Name"]), str(metadata["Version"])
    if not _NAME.fullmatch(distribution):  # it becomes the name of a folder
        raise UsageError("its name is not one", where=f"{wheel.name}: METADATA")
    digest = str(provenance.get("snapshot"))
    _check_generator(provenance, f"{wheel.name}: {place}")
    module = place.partition("/")[0]
    changelog = _changelog(packages / distribution, version)
    best: Verification | None = None
    for name, source, files in _snapshots(specs, module, digest):
        rebuilt = _rebuild(name, files, distribution, version, path, changelog)
        differing = _differing(wheel, rebuilt)
        found = Verification(
            distribution=distribution, version=version, snapshot=digest, source=source, differing=differing
        )
        if not differing:
            return found
        best = best or found
    if best is None:
        raise UsageError(
            f"no snapshot of {module} has the digest that the wheel names: {digest}",
            where=f"{wheel.name}: {place}",
            hint=f"it must be in {specs} or in its git history",
        )
    return best


def _check_generator(provenance: JsonObject, where: str) -> None:
    made, templates = provenance.get("generator"), provenance.get("templates")
    if made != f"schemaloom {__version__}" or templates != templates_digest():
        raise UsageError(
            f"the package was made by another generator: {made}, templates {str(templates)[:12]}",
            where=where,
            hint=f"this is schemaloom {__version__}, templates {templates_digest()[:12]}; install the one that made it",
        )


def _snapshots(specs: Path, module: str, digest: str) -> Iterator[tuple[str, str, Mapping[str, bytes]]]:
    """Yield provider, place and files of each snapshot with that digest, those on disk first."""
    for folder in sorted(path.parent for path in specs.glob(f"*/{PROVIDER}")):
        on_disk = read_specs(folder)
        if parse_provider(on_disk[PROVIDER], where=str(folder)).package.module != module:
            continue
        if _digest(on_disk, str(folder)) == digest:
            yield folder.name, str(folder), on_disk
        for commit, path in _commits(folder):
            revision = Revision(folder, commit, path, f"git:{commit[:12]}")
            files = read_revision(revision, lambda path: path.endswith((".json", ".toml")))
            if PROVIDER in files and _digest(files, revision.spelled) == digest:
                yield folder.name, revision.spelled, files


def _commits(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the commits that changed `folder`, newest first, with its path in the repository."""
    try:
        head = read_head(folder)
        history = read_history(folder, head)
    except UsageError:  # no repository, or nothing of it was committed
        return
    yield from ((commit.id, head.prefix.removesuffix("/")) for commit in reversed(history))


def _digest(files: Mapping[str, bytes], where: str) -> str | None:
    try:
        return snapshot_digest(snapshot_from_files(files.items(), where=where))
    except SnapshotError:
        return None


def _changelog(package: Path, version: str) -> dict[str, bytes]:
    """Return the changelog that the wheel of `version` has, by its name; nothing if there is none."""
    try:
        text = (package / CHANGELOG).read_text("utf-8", "surrogateescape")
    except OSError:
        return {}
    found = changelog_at(text, version)
    return {CHANGELOG: found.encode("utf-8", "surrogateescape")} if found else {}


def _rebuild(
    name: str,
    files: Mapping[str, bytes],
    distribution: str,
    version: str,
    wheel: Path,
    changelog: Mapping[str, bytes],
) -> _Wheel:
    with tempfile.TemporaryDirectory(prefix="schemaloom-verify-") as scratch:
        root = Path(scratch).resolve()
        _write(root / "specs" / name, files)
        target = root / "generated" / distribution
        _write(target, {"pyproject.toml": f'[project]\nversion = "{version}"\n'.encode(), **changelog})
        try:
            tomllib.loads((target / "pyproject.toml").read_text("utf-8"))
        except tomllib.TOMLDecodeError:
            raise UsageError("its version is not one", where=f"{wheel.name}: METADATA") from None
        made = generate(name, specs=root / "specs", out=root / "generated")
        _write(made.folder, made.files)
        command = [sys.executable, "-m", _BUILDER, "build", "--target", "wheel", "--directory", str(root / "dist")]
        done = run_checker(command, made.folder)
        built = list((root / "dist").glob("*.whl"))
        if done.returncode or len(built) != 1:
            raise UsageError(f"the wheel cannot be rebuilt: {last_line(done)}", where=str(wheel))
        return _Wheel(built[0])


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    for path, content in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)


def _differing(wheel: _Wheel, rebuilt: _Wheel) -> tuple[str, ...]:
    if (wheel.name, wheel.raw) == (rebuilt.name, rebuilt.raw):
        return ()
    paths = {*wheel.files, *wheel.damaged, *rebuilt.files}
    found = sorted(path for path in paths if wheel.files.get(path) != rebuilt.files.get(path))
    return tuple(found) or (wheel.name,)


def _object(raw: bytes, where: str) -> JsonObject:
    try:
        content = parse_json(raw, where=where)
    except SnapshotError as error:
        raise UsageError(error.message, where=where) from None
    if not isinstance(content, dict):
        raise UsageError("expected a JSON object", where=where)
    return content
