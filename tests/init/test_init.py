"""`schemaloom init` begins a repository, and never changes what somebody has there."""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path

import pytest
import yaml
from jinja2 import nodes
from tests.command_line import Done, run_command
from tests.paths import ROOT

from schemaloom.errors import UsageError
from schemaloom.pipeline.init import Scaffold, init, scheduled
from schemaloom.render.environment import project_environment
from schemaloom.settings.provider import load_provider

FILES = (
    ".gitattributes",
    ".github/scripts/build.sh",
    ".github/scripts/propose.sh",
    ".github/workflows/regenerate.yml",
    ".github/workflows/release.yml",
    ".github/workflows/site.yml",
    ".gitignore",
    "specs/acme-labs/provider.toml",
)
URL = "https://api.acme.example/v2"


def begin(root: Path, name: str = "acme-labs", base_url: str = URL) -> Scaffold:
    return init(name, root=root, base_url=base_url)


def content(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def command(folder: Path, *arguments: str) -> Done:
    return run_command(folder, "init", *arguments)


def test_a_new_repository_gets_a_description_that_is_valid_as_it_is(tmp_path: Path) -> None:
    done = begin(tmp_path)

    assert (done.written, done.present, done.unscheduled) == (FILES, (), False)
    assert tuple(sorted(content(tmp_path))) == FILES
    provider = load_provider(tmp_path / "specs/acme-labs/provider.toml")
    assert provider.api.base_url == URL
    assert provider.package.model_dump() == {
        "distribution": "acme-labs-sdk",
        "module": "acme_labs_sdk",
        "client": "AcmeLabs",
        "env_prefix": "ACME_LABS",
    }


def test_the_lines_that_are_commented_out_are_valid_too(tmp_path: Path) -> None:
    begin(tmp_path)
    path = tmp_path / "specs/acme-labs/provider.toml"
    text, count = re.subn(r"^# (?=\[[a-z.]+\]|[a-z_]+ = )", "", path.read_text(), flags=re.MULTILINE)

    path.write_text(text)

    assert count > 8
    assert load_provider(path).webhook.field == "/webhook_url"


def test_the_workflow_names_every_provider_that_there_is(tmp_path: Path) -> None:
    begin(tmp_path)
    (tmp_path / ".github/workflows/regenerate.yml").unlink()

    done = begin(tmp_path, "beta")

    jobs = yaml.safe_load((tmp_path / ".github/workflows/regenerate.yml").read_text())["jobs"]
    assert jobs["sync"]["strategy"]["matrix"]["provider"] == ["acme-labs", "beta"]
    [keys] = [step["env"].keys() for step in jobs["sync"]["steps"] if "schemaloom sync" in step.get("run", "")]
    assert keys >= {"ACME_LABS_API_KEY", "BETA_API_KEY"}
    assert not done.unscheduled


def test_a_folder_that_a_killed_command_left_is_no_provider(tmp_path: Path) -> None:
    begin(tmp_path)
    shutil.copytree(tmp_path / "specs/acme-labs", tmp_path / "specs/.acme-labs.schemaloom-new")

    assert list(scheduled(tmp_path)) == ["acme-labs"]


def test_what_is_there_stays_as_it_is_and_is_reported(tmp_path: Path) -> None:
    begin(tmp_path)
    for path in FILES:
        (tmp_path / path).write_bytes((tmp_path / path).read_bytes() + b"# mine\n")
    before = content(tmp_path)

    again = begin(tmp_path)
    done = command(tmp_path, "beta")

    assert (again.written, again.present) == ((), FILES)
    assert content(tmp_path).items() >= before.items()
    assert content(tmp_path).keys() - before.keys() == {"specs/beta/provider.toml"}
    assert done.stdout.splitlines()[:9] == [
        "wrote specs/beta/provider.toml",
        ".gitattributes exists; left unchanged",
        ".github/scripts/build.sh exists; left unchanged",
        ".github/scripts/propose.sh exists; left unchanged",
        ".github/workflows/regenerate.yml exists; left unchanged",
        ".github/workflows/release.yml exists; left unchanged",
        ".github/workflows/site.yml exists; left unchanged",
        ".gitignore exists; left unchanged",
        "add to .github/workflows/regenerate.yml: beta to the list of providers, and BETA_API_KEY to the keys",
    ]
    assert "the workflows cannot install schemaloom yet: it is on no package index" in done.stdout


def test_the_command_prints_what_comes_next(tmp_path: Path) -> None:
    done = command(tmp_path, "acme")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.partition("\nNext:\n")[2].splitlines() == [
        "  edit specs/acme/provider.toml",
        "  schemaloom sync acme               fetch the catalogue, generate generated/acme-sdk",
        "  schemaloom generate acme --check   for your tests: fails when the package is stale",
        "  git add .gitattributes .github .gitignore specs generated",
    ]


@pytest.mark.parametrize("name", ["", "../up", "a/b", "Acme", "1st", "a b", "x" * 61, "ä", 'a"', "-a", "a\n"])
def test_a_name_that_cannot_be_one_is_refused_and_nothing_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="not a name for a provider"):
        begin(tmp_path, name)

    assert content(tmp_path) == {}


@pytest.mark.parametrize(
    "url", ["ftp://acme.example", "acme.example", "https://user@acme.example", "https://a.example/?q"]
)
def test_a_base_url_that_cannot_be_one_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(UsageError, match=r"http|base URL"):
        begin(tmp_path, base_url=url)

    assert content(tmp_path) == {}


def test_a_base_url_cannot_add_to_the_description(tmp_path: Path) -> None:
    url = 'https://acme.example/"]x'

    begin(tmp_path, base_url=url)

    assert tomllib.loads((tmp_path / "specs/acme-labs/provider.toml").read_text())["api"]["base_url"] == url


def test_the_longest_name_has_a_valid_description(tmp_path: Path) -> None:
    assert begin(tmp_path, "x" * 60).provider.package.distribution == f"{'x' * 60}-sdk"


def test_links_lead_nowhere_else(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    (root / ".github").symlink_to(outside)

    with pytest.raises(UsageError, match="leads out of the repository"):
        begin(root)
    assert (content(root), content(outside)) == ({}, {})

    (root / ".github").unlink()
    (root / ".gitignore").symlink_to(outside / "ignored")
    assert ".gitignore" in begin(root).present
    assert content(outside) == {}


def test_a_file_in_the_place_of_a_folder_is_reported(tmp_path: Path) -> None:
    (tmp_path / ".github").write_text("")

    with pytest.raises(UsageError, match="cannot be written"):
        begin(tmp_path)


def test_it_runs_at_the_top_of_the_repository(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "inner").mkdir()

    done = command(tmp_path / "inner", "acme")

    assert done.returncode == 2
    assert done.stderr.startswith("error: this is not the top of the repository")
    assert content(tmp_path / "inner") == {}


@pytest.mark.parametrize("name", project_environment().list_templates())
def test_a_template_only_loops_and_places(name: str) -> None:
    text = (ROOT / "templates" / "project" / name).read_text()
    tree = project_environment().parse(text)

    assert {type(node) for node in tree.find_all(nodes.Stmt)} <= {nodes.Output, nodes.For}
    assert list(tree.find_all((nodes.Call, nodes.Getitem, nodes.Test, nodes.Filter))) == []
