"""``schemaloom site``: its pages, its search data and its feeds, read by parsers that are not ours."""

from __future__ import annotations

import ast
import json
import os
import re
import shlex
import subprocess
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET

import feedparser
import pytest
from jsonschema import Draft202012Validator
from justhtml import JustHTML
from tests.drift.report_samples import HOSTILE
from tests.drift.repositories import PROMPT, SEED, Repository, write_snapshot
from tests.history.year import NAME, write_year
from tests.paths import ROOT, SPECS

from schemaloom.drift.message import message_parts, unquoted
from schemaloom.errors import UsageError
from schemaloom.history import open_history
from schemaloom.site.build import MANIFEST, build_site, write_site
from schemaloom.site.names import page_name

ATOM = "{http://www.w3.org/2005/Atom}"
DAYS = 34
Files = Mapping[str, bytes]


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A cache of these tests' own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SCHEMALOOM_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository of 25 models and some weeks."""
    root = tmp_path_factory.mktemp("site") / "project"
    write_year(root, models=25, days=DAYS, edits=4)
    return root


def site(root: Path, url: str | None = "https://pages.example/catalogue") -> dict[str, bytes]:
    return build_site([NAME], specs=root / "specs", packages=root / "generated", url=url)


@pytest.fixture(scope="session")
def files(project: Path) -> dict[str, bytes]:
    return site(project)


def pages(files: Files) -> dict[str, JustHTML]:
    """Every page, by a parser that refuses what the standard calls an error."""
    return {
        path: JustHTML(raw.decode(), strict=True, sanitize=False)
        for path, raw in files.items()
        if path.endswith(".html")
    }


def attributes(page: JustHTML, name: str) -> list[str]:
    return [str(found.attrs[name]) for found in page.query(f"[{name}]")]


def reset(root: Path, revision: str) -> None:
    subprocess.run(["git", "reset", "--quiet", "--hard", revision], cwd=root, check=True)


def test_the_same_history_gives_the_same_bytes(project: Path, files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHEMALOOM_CACHE_DIR", "")

    assert site(project) == files


def test_every_page_is_valid_and_every_link_leads_somewhere(files: Files) -> None:
    found = pages(files)
    assert len(found) > 50

    for path, page in found.items():
        ids = attributes(page, "id")
        assert len(ids) == len(set(ids)), path
        assert len(page.query("main")) == len(page.query("h1")) == len(page.query("title")) == 1, path
        for link in [*attributes(page, "href"), *attributes(page, "src")]:
            parts = urlsplit(link)
            if parts.scheme:
                assert not page.query(f'link[href="{link}"], script[src="{link}"]'), (path, link)
                continue
            target = os.path.normpath(PurePosixPath(path).parent / unquote(parts.path)) if parts.path else path
            assert target in files, (path, link)
            if parts.fragment:
                assert parts.fragment in attributes(found[target], "id"), (path, link)


def test_a_page_requests_and_runs_nothing_of_others(files: Files) -> None:
    for path, page in pages(files).items():
        policy = page.query('meta[http-equiv="Content-Security-Policy"]')[0].attrs["content"]
        assert str(policy).startswith("default-src 'none'; style-src 'self'; script-src 'self';"), path
        assert not page.query("style, img, iframe, object, embed, [style]"), path
        assert all(script.attrs.get("src") for script in page.query("script")), path
        assert not [name for found in page.query("*") for name in found.attrs if name.startswith("on")], path
    assert not re.search(rb"@import|url\(", files["style.css"])


def test_only_what_changed_gets_other_bytes(project: Path, files: Files) -> None:
    history = open_history(project / "specs" / NAME)
    pending = {entry.commit for entry in history.entries[:-1] if entry.version == history.entries[-1].version}
    touched = [entry for entry in history.entries if entry.commit in pending] + [history.entries[-1]]
    expected = {change.model for entry in touched for change in entry.report.changes}
    try:
        reset(project, "HEAD~1")
        before = site(project)
    finally:
        reset(project, "ORIG_HEAD")

    changed = {path for path in files if files[path] != before.get(path)}
    names = {path.removeprefix(f"{NAME}/models/").rpartition(".")[0] for path in changed if "/models/" in path}
    assert names
    assert names <= set(map(page_name, expected))
    shared = {"index.html", "models.js", "compare.html", "changes.js", "feed.xml", "breaking.xml"}
    others = {path for path in changed if "/models/" not in path and "/releases/" not in path}
    assert others <= {f"{NAME}/{path}" for path in shared} | {MANIFEST}


def test_the_search_knows_each_model_with_its_parameters(project: Path, files: Files) -> None:
    data = script(files[f"{NAME}/models.js"])
    rows = {row[0]: row for row in data["rows"]}

    for path in (project / "specs" / NAME / "models").glob("*.json"):
        model = json.loads(path.read_bytes())
        row = rows[model["id"]]
        assert {data["names"][number] for number in row[9]} == model["input"]["properties"].keys()
        assert (row[3], row[4], row[7]) == (model["modality"], model["price"]["amount"], 0)
        assert data["prices"][row[5]] == f"{row[4]:g} credit{'' if row[4] == 1 else 's'} per {model['price']['unit']}"
        assert f"{NAME}/models/{row[2]}.html" in files


def script(raw: bytes) -> Any:
    return json.loads(raw.partition(b" = ")[2].rstrip(b";\n"))


def test_the_comparison_has_every_change(project: Path, files: Files) -> None:
    data = script(files[f"{NAME}/changes.js"])
    entries = [entry for entry in open_history(project / "specs" / NAME).entries if entry.report.changes or entry.first]

    assert [len(day[3]) for day in data["days"]] == [len(entry.report.changes) for entry in entries]
    sentences = [data["sentences"][row[2]] for day in data["days"] for row in day[3]]
    changes = [change for entry in entries for change in entry.report.changes]
    for parts, change in zip(sentences, changes, strict=True):  # prose and code in turn
        assert all(change.message.find(part) >= 0 for part in parts)
        marked = [part for part in message_parts(change.markup) if part.kind != "prose"]
        assert [part for part in parts[1::2] if part] == [unquoted(part) for part in marked]
    pairs = [(day, row[3]) for day, (_, _, _, rows) in enumerate(data["days"]) for row in rows if row[3] >= 0]
    assert pairs
    assert sorted(pairs) == sorted((other, day) for day, other in pairs)


def test_hostile_texts_stay_text(tmp_path: Path) -> None:
    made = Repository(tmp_path / "project")
    folder = write_snapshot(made.root / "specs" / NAME, {"m": {"prompt": PROMPT}})
    made.commit("one")
    hostile = {text[:100]: {text: {"type": "string", "description": text, "default": text}} for text in HOSTILE}
    write_snapshot(folder, {"m": {"prompt": {**PROMPT, "enum": list(HOSTILE)}}, **hostile})
    made.git("add", "--all")
    made.git("commit", "--quiet", "-m", "<script>alert(1)</script>")
    files = site(made.root)

    for path, page in pages(files).items():
        assert not page.query("b, img, svg, style, iframe"), path
        assert {found.attrs.get("src", "").rpartition("/")[2] for found in page.query("script")} <= {
            *("site.js", "models.js", "changes.js"),
        }, path
    for path in (path for path in files if path.endswith(".xml")):
        check_feed(files[path])


@pytest.fixture
def renamed(tmp_path: Path) -> Repository:
    """A model that lost a parameter in a release, and then its id in a commit that is not released."""
    made = Repository(tmp_path / "project")
    package = made.root / "generated" / "pixel-sdk" / "pyproject.toml"
    package.parent.mkdir(parents=True)
    states: list[tuple[str, dict[str, Any]]] = [
        ("0.1.0", {"m": {"prompt": PROMPT, "seed": SEED}}),
        ("0.2.0", {"m": {"prompt": PROMPT}}),
        ("0.2.0", {"n": {"prompt": PROMPT}}),
    ]
    for version, models in states:
        write_snapshot(made.root / "specs" / NAME, models, renames=b'[models]\nm = "n"\n' if "n" in models else b"")
        package.write_text(f'[project]\nversion = "{version}"\n')
        made.commit(f"state-{len(made.git('tag').split())}")
    return made


def test_a_renamed_model_leads_to_its_later_id_and_keeps_its_timeline(renamed: Repository) -> None:
    found = pages(site(renamed.root))
    old, new = (found[f"{NAME}/models/{name}.html"] for name in "mn")

    assert "Renamed to n on" in old.to_text()
    assert "n.html" in attributes(old, "href")
    assert "seed was removed" in " ".join(new.to_text().split())
    assert "(0.1.0)" in new.query(".since")[0].to_text()


def test_a_link_of_a_feed_leads_somewhere_after_the_release_too(renamed: Repository) -> None:
    before = site(renamed.root, None)
    (renamed.root / "generated" / "pixel-sdk" / "pyproject.toml").write_text('[project]\nversion = "0.3.0"\n')
    renamed.commit("release")
    after = site(renamed.root, None)

    for path in (path for path in before if path.endswith(".xml")):
        for entry in feedparser.parse(before[path]).entries:
            link = urlsplit(entry.link)
            target = os.path.normpath(PurePosixPath(path).parent / link.path)
            assert target in after, (path, entry.link)
            page = JustHTML(after[target].decode(), strict=True, sanitize=False)
            assert not link.fragment or link.fragment in attributes(page, "id")


# --- feeds ---


def check_feed(raw: bytes) -> list[str]:
    """Check what RFC 4287 requires; returns the ids of the entries."""
    root = ET.fromstring(raw)
    assert root.tag == f"{ATOM}feed"
    ids: list[str] = []
    for element in (root, *root.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{name}")) == 1, name
        identifier = element.findtext(f"{ATOM}id") or ""
        assert urlsplit(identifier).scheme
        ids.append(identifier)
        updated = element.findtext(f"{ATOM}updated") or ""
        assert datetime.fromisoformat(updated).tzinfo
        alternates = element.findall(f"{ATOM}link[@rel='alternate']")
        assert len({(link.get("type"), link.get("hreflang")) for link in alternates}) == len(alternates)
        for content in element.findall(f"{ATOM}content"):
            assert content.get("type") == "html"
            JustHTML(content.text or "", fragment=True, strict=True, sanitize=False)
    assert len(root.findall(f"{ATOM}author")) == 1
    assert {child.tag.removeprefix(ATOM) for child in root} <= {"id", "title", "updated", "author", "link", "entry"}
    assert len(ids) == len(set(ids))
    assert not feedparser.parse(raw).bozo
    return ids[1:]


def test_every_feed_is_valid(files: Files) -> None:
    feeds = {path: raw for path, raw in files.items() if path.endswith(".xml")}
    assert len(feeds) > 25

    for path, raw in feeds.items():
        check_feed(raw)
        (own,) = [link.href for link in feedparser.parse(raw).feed.links if link.rel == "self"]
        assert own == f"https://pages.example/catalogue/{path}"


def test_a_reader_gets_each_entry_once(project: Path) -> None:
    """Twelve states of the branch, one after the other."""
    read: dict[str, set[str]] = {"feed.xml": set(), "breaking.xml": set()}
    commits = subprocess.run(
        ["git", "rev-list", "--reverse", "HEAD"], cwd=project, capture_output=True, text=True, check=True
    ).stdout.split()
    states = commits[::3][:12]
    seen = 0
    try:
        for state in states:
            reset(project, state)
            found = site(project)
            entries = open_history(project / "specs" / NAME).entries
            new = [entry for entry in entries[seen:] if entry.report.changes or entry.first]
            breaking = [entry for entry in new if any(change.severity == "breaking" for change in entry.report.changes)]
            seen = len(entries)
            for name, expected in (("feed.xml", new), ("breaking.xml", breaking)):
                ids = {entry.id for entry in feedparser.parse(found[f"{NAME}/{name}"]).entries}
                assert read[name] <= ids
                assert len(ids - read[name]) == len(expected), (state, name)
                read[name] |= ids
    finally:
        reset(project, commits[-1])
    assert len(read["feed.xml"]) > len(read["breaking.xml"]) > 5


def test_a_feed_has_the_text_of_the_changelog(project: Path, files: Files) -> None:
    entries = open_history(project / "specs" / NAME).entries[::-1]
    found = [[change.message for change in entry.report.changes if change.severity == "breaking"] for entry in entries]
    breaking = next(filter(None, found))
    shown = JustHTML(feedparser.parse(files[f"{NAME}/breaking.xml"]).entries[0].content[0].value).to_text()

    for message in breaking:
        assert message.replace('"', "") in shown.replace('"', "")


# --- calls ---


@pytest.fixture(scope="session")
def committed() -> dict[str, bytes]:
    if (ROOT / ".git").exists():
        return build_site(["pixeldojo"], specs=SPECS, packages=ROOT / "generated", url=None)
    pytest.skip("the history is not here: this is no git checkout")


def test_every_call_is_one_that_the_model_accepts(committed: Files) -> None:
    checked = 0
    for path, page in pages({p: raw for p, raw in committed.items() if "/models/" in p}).items():
        calls = {str(found.attrs["aria-label"]): found.children[0].data for found in page.query("pre.call")}
        if not calls:
            continue
        name = PurePosixPath(path).stem.replace("=", "%")
        model = json.loads((SPECS / "pixeldojo" / "models" / f"{name}.json").read_bytes())
        python = calls["Call in Python"]
        ast.parse(python)
        scope: dict[str, Any] = {}
        exec(python.partition("with ")[0], scope)  # the imports and the request
        words = shlex.split(calls["Call with curl"].replace("\\\n", " "))
        assert words[:3] == ["curl", "-X", "POST"]
        assert words[3] == f"https://pixeldojo.ai/api/v1/models/{model['id']}/run"
        Draft202012Validator(model["input"]).validate(json.loads(words[words.index("-d") + 1]))
        checked += 1
    assert checked > 30


# --- the folder ---


def test_files_of_others_are_left_alone(project: Path, files: Files, tmp_path: Path) -> None:
    (tmp_path / "CNAME").write_text("pages.example")
    (tmp_path / NAME).mkdir()
    (tmp_path / NAME / "mine.html").write_text("mine")

    assert write_site(tmp_path, files)
    assert not write_site(tmp_path, files)
    fewer = {path: raw for path, raw in files.items() if not path.endswith("breaking.xml")}
    assert write_site(tmp_path, fewer | {MANIFEST: "".join(f"{path}\n" for path in fewer).encode()})

    assert (tmp_path / "CNAME").read_text() == "pages.example"
    assert (tmp_path / NAME / "mine.html").read_text() == "mine"
    assert not (tmp_path / NAME / "breaking.xml").exists()


def test_a_file_in_the_way_is_not_overwritten(files: Files, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("mine")

    with pytest.raises(UsageError, match="is in the way"):
        write_site(tmp_path, files)
    assert [path.name for path in tmp_path.iterdir()] == ["index.html"]


@pytest.mark.skipif("SCHEMALOOM_AXE" not in os.environ, reason="SCHEMALOOM_AXE=NODE_MODULES names no axe-core")
def test_axe_finds_no_violation(files: Files, tmp_path: Path) -> None:
    """Needs node, chromium, and a node_modules with axe-core and puppeteer-core."""
    write_site(tmp_path, files)
    some = [max(tmp_path.glob(f"{NAME}/{kind}/*.html"), key=lambda path: path.stat().st_size)
            for kind in ("models", "releases")]  # fmt: skip
    checked = [tmp_path / "index.html", *tmp_path.glob(f"{NAME}/*.html"), *some]
    done = subprocess.run(
        ["node", Path(__file__).with_name("accessibility.js"), *checked],
        env={**os.environ, "NODE_PATH": os.environ["SCHEMALOOM_AXE"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
