"""A wheel is rebuilt from the snapshot that it names: a genuine one is accepted, one with a changed byte is refused."""

from __future__ import annotations

import random
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from schemaloom.emulator.options import Options
from schemaloom.emulator.server import running_emulator
from schemaloom.errors import UsageError
from schemaloom.pipeline import verify as pipeline
from schemaloom.pipeline.verify import verify
from schemaloom.settings.provider import load_provider
from tests.sync.catalogue import PACKAGE, model, snapshot, write_provider
from tests.sync.workspace import Workspace


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Workspace, Path]]:
    """A repository whose package was released and built, and whose specs have moved on since; and the wheel."""
    folder = tmp_path_factory.mktemp("released")
    work = folder / "work"
    write_provider(work)
    provider = load_provider(work / "specs" / "paintbox" / "provider.toml")
    first = {"sketch": model("sketch"), "poster": model("poster", seed={"type": "integer"})}
    with running_emulator(provider, snapshot(first), Options(rate_limit=0)) as server:
        workspace = Workspace(work, server)
        workspace.begin()
        workspace.sync_here()
        workspace.commit("first")
        built = subprocess.run(
            [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder / "dist"],
            cwd=workspace.package,
            capture_output=True,
            check=False,
        )
        assert built.returncode == 0, built.stderr
        workspace.sync_here({**first, "mural": model("mural")})
        workspace.commit("second")
        (wheel,) = (folder / "dist").glob("*.whl")
        yield workspace, wheel


def test_a_wheel_is_rebuilt_from_the_history_that_it_came_from(released: tuple[Workspace, Path]) -> None:
    workspace, wheel = released
    done = workspace.run("verify", str(wheel))

    assert (done.returncode, done.stderr) == (0, "")
    with zipfile.ZipFile(wheel) as archive:
        assert "## [0.1.0]" in archive.read("paintbox_sdk/CHANGELOG.md").decode()
    commit = workspace.git("rev-parse", "HEAD~1")[:12]
    assert done.stdout.startswith(f"{PACKAGE} 0.1.0 is byte for byte what git:{commit} becomes (snapshot ")


def test_a_wheel_of_the_present_snapshot_needs_no_history(released: tuple[Workspace, Path], tmp_path: Path) -> None:
    workspace, _ = released
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", tmp_path]
    subprocess.run(command, cwd=workspace.package, capture_output=True, check=True)
    (wheel,) = tmp_path.glob("*.whl")

    found = verify(wheel, specs=workspace.folder / "specs", packages=workspace.folder / "generated")
    assert (found.differing, found.source) == ((), str(workspace.specs))


def test_a_wheel_with_any_byte_changed_is_refused(
    released: tuple[Workspace, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, wheel = released
    rebuild = pipeline._rebuild  # pyright: ignore[reportPrivateUsage]  it takes a second, and gives the same each time
    rebuilt: dict[str, Any] = {}

    def once(
        name: str,
        files: Mapping[str, bytes],
        distribution: str,
        version: str,
        path: Path,
        changelog: Mapping[str, bytes],
    ) -> Any:
        key = f"{name} {distribution} {version} {len(files)}"
        if key not in rebuilt:
            rebuilt[key] = rebuild(name, files, distribution, version, path, changelog)
        return rebuilt[key]

    monkeypatch.setattr(pipeline, "_rebuild", once)
    genuine = wheel.read_bytes()
    rng = random.Random(16)
    copy = tmp_path / wheel.name
    named = 0
    refused: list[str]
    for _ in range(100):
        place = rng.randrange(len(genuine))
        changed = bytearray(genuine)
        changed[place] ^= rng.randrange(1, 256)
        copy.write_bytes(changed)
        try:
            found = verify(copy, specs=workspace.folder / "specs", packages=workspace.folder / "generated")
        except UsageError as error:
            refused = [str(error.where)]
        else:
            refused = list(found.differing)
        assert refused, place
        named += any(path.endswith(".py") for path in refused)
    assert named > 50


def test_a_changed_file_is_named(released: tuple[Workspace, Path], tmp_path: Path) -> None:
    workspace, wheel = released
    copy = tmp_path / wheel.name
    with zipfile.ZipFile(wheel) as old, zipfile.ZipFile(copy, "w") as new:
        for member in old.infolist():
            content = old.read(member)
            new.writestr(member, content + b"# more\n" if member.filename.endswith("/sketch.py") else content)
    done = workspace.run("verify", str(copy))

    assert done.returncode == 1
    assert done.stderr.splitlines()[0] == "differs: paintbox_sdk/models/sketch.py"
    assert "is not what git:" in done.stderr


def test_the_name_in_the_wheel_leads_to_no_other_folder(released: tuple[Workspace, Path], tmp_path: Path) -> None:
    workspace, wheel = released
    copy = tmp_path / wheel.name
    with zipfile.ZipFile(wheel) as old, zipfile.ZipFile(copy, "w") as new:
        for member in old.infolist():
            new.writestr(member, old.read(member).replace(b"\nName: paintbox-sdk\n", b"\nName: ../../evil\n"))

    with pytest.raises(UsageError, match="its name is not one"):
        verify(copy, specs=workspace.folder / "specs", packages=workspace.folder / "generated")


@pytest.mark.parametrize("renamed", [False, True])
def test_equal_files_in_another_archive_are_refused(
    released: tuple[Workspace, Path], tmp_path: Path, *, renamed: bool
) -> None:
    """An index takes the version from the name of the file."""
    workspace, wheel = released
    copy = tmp_path / (wheel.name.replace("0.1.0", "9.9.9") if renamed else wheel.name)
    if renamed:
        copy.write_bytes(wheel.read_bytes())
    else:
        with zipfile.ZipFile(wheel) as old, zipfile.ZipFile(copy, "w") as new:
            for member in reversed(old.infolist()):
                new.writestr(member, old.read(member))
    done = workspace.run("verify", str(copy))

    assert done.returncode == 1
    ending = "in its name, order, times or compression; the files in it are equal"
    assert done.stderr.splitlines()[0] == f"differs: {copy.name}, {ending}"


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "not a whole wheel"), (b"PK\x05\x06" + bytes(18), "provenance.json is missing")],
)
def test_what_is_no_wheel_of_a_package_is_refused(
    released: tuple[Workspace, Path], tmp_path: Path, content: bytes, message: str
) -> None:
    path = tmp_path / "other-1.0-py3-none-any.whl"
    path.write_bytes(content)

    with pytest.raises(UsageError, match=message):
        verify(path, specs=released[0].folder / "specs", packages=released[0].folder / "generated")


def test_a_changelog_that_is_not_the_repositorys_is_named(released: tuple[Workspace, Path], tmp_path: Path) -> None:
    workspace, wheel = released
    copy = tmp_path / wheel.name
    with zipfile.ZipFile(wheel) as old, zipfile.ZipFile(copy, "w") as new:
        for member in old.infolist():
            content = old.read(member)
            new.writestr(member, content + b"- more\n" if member.filename.endswith("CHANGELOG.md") else content)

    found = verify(copy, specs=workspace.folder / "specs", packages=workspace.folder / "generated")
    assert "paintbox_sdk/CHANGELOG.md" in found.differing
