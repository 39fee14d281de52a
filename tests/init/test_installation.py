"""The scheduled workflow installs schemaloom from where the user names, and everything else by version and hash."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
from tests.init.test_init import begin

from schemaloom.errors import UsageError
from schemaloom.pipeline.init import init
from schemaloom.pipeline.installation import REQUIREMENTS
from schemaloom.render.scaffold import WORKFLOW

COMMIT = "git+https://code.example/team/schemaloom@" + "0123456789" * 4
URL = "https://api.acme.example/v2"


def locked(root: Path) -> list[str]:
    """One line a requirement."""
    return (root / REQUIREMENTS).read_text("utf-8").replace("\\\n", " ").splitlines()


def test_a_wheel_of_the_repository_and_all_below_it_have_hashes(tmp_path: Path) -> None:
    wheel = tmp_path / "vendor" / "schemaloom-0.1.0-py3-none-any.whl"
    wheel.parent.mkdir()
    wheel.write_bytes(b"a wheel")

    done = init("acme", root=tmp_path, base_url=URL, source="vendor/schemaloom-0.1.0-py3-none-any.whl")
    lines = locked(tmp_path)

    assert done.installable
    assert (
        lines[0] == f"./vendor/schemaloom-0.1.0-py3-none-any.whl --hash=sha256:{hashlib.sha256(b'a wheel').hexdigest()}"
    )
    assert all(re.search(r"==\S+.* --hash=sha256:[0-9a-f]{64}", line) for line in lines[1:])
    assert {"click", "mypy", "apprise"} <= {line.partition("==")[0] for line in lines[1:]}
    assert "://" not in "".join(lines), "no index and no host"
    assert f"pip install --require-hashes -r {REQUIREMENTS}\n" in (tmp_path / WORKFLOW).read_text("utf-8")
    assert init("other", root=tmp_path, base_url=URL).installable, "the second provider finds it there"


def test_a_repository_is_installed_at_its_commit_without_dependencies(tmp_path: Path) -> None:
    init("acme", root=tmp_path, base_url=URL, source=COMMIT)

    assert f"pip install --no-deps --no-build-isolation 'schemaloom @ {COMMIT}'" in (tmp_path / WORKFLOW).read_text()
    assert any(line.startswith("hatchling==") for line in locked(tmp_path))


def test_without_a_source_nothing_is_installed_from_an_index(tmp_path: Path) -> None:
    done = begin(tmp_path)
    workflow = (tmp_path / WORKFLOW).read_text("utf-8")

    assert not done.installable
    assert "pip install" not in workflow
    assert "--schemaloom SOURCE" in workflow


@pytest.mark.parametrize(
    "source",
    ["schemaloom", "schemaloom==0.1.0", "git+https://code.example/x@main", "git+http://x/y@" + "0" * 40,
     "../schemaloom.whl", "missing.whl", "git+https://x/y';id;'@" + "0" * 40],
)  # fmt: skip
def test_another_source_is_refused(tmp_path: Path, source: str) -> None:
    with pytest.raises(UsageError, match="not a source of schemaloom"):
        init("acme", root=tmp_path, base_url=URL, source=source)
    assert not (tmp_path / WORKFLOW).exists()
