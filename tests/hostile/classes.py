"""The classes of hostile cases: how each is drawn, run and judged."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from tests.hostile import documents, providers
from tests.hostile.answers import catalogues, misbehaviour, openapi_documents
from tests.hostile.disk import disks
from tests.hostile.oracles import faults_of_package, faults_of_run
from tests.hostile.sandbox import Bounds, Outcome, command, run
from tests.hostile.schemas import giants, requests
from tests.hostile.server import Answer, Server, answer
from tests.hostile.texts import ids, texts
from tests.hostile.workspace import GOOD, KNOWN, Workspace

from schemaloom.json.codec import MAX_BYTES
from schemaloom.snapshot.file_names import file_name
from schemaloom.snapshot.layout import read_snapshot
from schemaloom.sources.http.client import FetchLimits

Faults = list[str]
QUICK = FetchLimits(
    first_wait=0.01,
    longest_wait=0.02,
    silence=0.4,
    whole=1.5,
    attempts=2,
    refusals=3,
    longest_retry_after=0.2,
    body=MAX_BYTES,
)


@dataclass(frozen=True)
class Class:
    """One class of cases."""

    name: str
    cases: st.SearchStrategy[Any]
    judge: Callable[[Stage, Sequence[Any]], Faults]
    batch: int = 1
    """Cases that share one run, for speed; a faulty batch is run again in halves."""
    share: float = 1.0
    """Of all cases, relative to the other classes."""


class Stage:
    """Where cases are run: a workspace, a server, and the commands."""

    def __init__(self, root: Path, server: Server) -> None:
        self.workspace = Workspace(root / "root")
        self.server = server
        self.log = root / "log"
        self.cache = root / "cache"
        """What the tool remembers from case to case, as it does for a user."""
        self.slowest = 0.0
        self.largest = 0.0

    def cli(self, *arguments: str, patience: FetchLimits = QUICK) -> Outcome:
        """Run a command in the workspace; fetches are less patient than a user's."""

        def task() -> object:
            import schemaloom.pipeline.fetch as fetching

            fetching.FetchLimits = lambda: patience
            return command(arguments)()

        place = self.workspace
        writable = (place.specs, place.work / "generated", place.scratch, self.cache)
        bounds = Bounds(writable, ports=(self.server.port,))
        outcome = run(task, place.work, bounds, self.log)
        self.slowest = max(self.slowest, outcome.seconds)
        self.largest = max(self.largest, outcome.megabytes)
        return outcome

    def check(self, outcome: Outcome, **options: Any) -> Faults:
        return faults_of_run(outcome, self.workspace, **options)

    def generated(self, provider: str = "acme", *, codes: tuple[int, ...] = (0,)) -> Faults:
        """Generate a package, and judge what it is."""
        outcome = self.cli("generate", provider)
        faults = self.check(outcome, codes=codes)
        folders = [path for path in (self.workspace.work / "generated").iterdir() if path.name != "neighbour-sdk"]
        for folder in folders if outcome.code == 0 else []:
            faults += faults_of_package(self.workspace, folder, self.log)
        return faults


def draw(cases: st.SearchStrategy[Any], count: int, number: int) -> list[Any]:
    """The first `count` cases that a seed gives."""
    found: list[Any] = []

    @seed(number)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(cases)
    def collect(case: Any) -> None:
        found.append(case)

    collect()
    return found


@st.composite
def model_documents(draw_: st.DrawFn) -> dict[str, Any]:
    """A model's file with a hostile schema and hostile facts, each of the right type."""
    document: dict[str, Any] = {"name": draw_(texts), "input": draw_(requests())}
    document["provenance"] = "documented"
    extra = draw_(st.integers(0, 5))
    if extra > 1:
        document |= {"description": draw_(texts), "modality": draw_(texts), "capabilities": [draw_(texts)]}
    if extra > 3:
        document |= {"documents": [draw_(texts)], "endpoint": draw_(texts), "output": draw_(requests())}
        document["parameter_order"] = draw_(st.lists(texts, max_size=3))
        document["price"] = {"amount": draw_(st.sampled_from([0, 1, 1e308, 0.1, 10**30])), "unit": draw_(texts)}
    return document


def _judge_schemas(stage: Stage, cases: Sequence[Any]) -> Faults:
    stage.workspace.reset()
    for index, case in enumerate(cases):
        stage.workspace.model(f"m{index}.json", {"id": f"m{index}", **case})
    return stage.generated()


def _judge_ids(stage: Stage, cases: Sequence[Any]) -> Faults:
    stage.workspace.reset()
    known = dict.fromkeys(case for case in cases if case)
    for model in known:
        stage.workspace.model(file_name(model), {"id": model, "name": model, "input": GOOD, "provenance": "fetched"})
    faults = stage.generated()
    modules = list((stage.workspace.package / "src/acme_sdk/models").glob("*.py"))
    if not faults and len(modules) != 1 + len(known | dict.fromkeys(KNOWN)):
        faults.append(f"{len(known)} ids, {len(modules)} modules")
    if not faults:
        faults = stage.check(stage.cli("generate", "acme", "--check"), codes=(0,))
    return faults


def _judge_drift(stage: Stage, cases: Sequence[Any]) -> Faults:
    stage.workspace.reset()
    old = stage.workspace.specs / "acme"
    new = stage.workspace.specs / "lumen"
    new.joinpath("provider.toml").write_bytes(old.joinpath("provider.toml").read_bytes())
    for index, (_, before, after) in enumerate(cases):
        for folder, document in ((old, before), (new, after)):
            place = folder / "models" / f"m{index}.json"
            place.parent.mkdir(exist_ok=True)
            place.write_text(json.dumps({"id": f"m{index}", **document}, ensure_ascii=False), "utf-8")
    faults = stage.check(stage.cli("drift", str(old), str(new), "--format", "text"), codes=(0, 1))
    report = stage.workspace.scratch / "report"
    form = cases[0][0]
    outcome = stage.cli("drift", str(old), str(new), "--format", form, "--output", str(report))
    faults += stage.check(outcome, codes=(0, 1))
    if outcome.code in {0, 1}:
        faults += _faults_of_report(form, report.read_text("utf-8"))
    return faults


def _faults_of_report(form: str, text: str) -> Faults:
    try:
        if form in {"json", "sarif"}:
            json.loads(text)
        if form == "junit":
            from xml.dom.minidom import parseString

            parseString(text)
    except Exception as error:  # noqa: BLE001  any error of a parser
        return [f"the {form} report cannot be read: {error}"]
    page = MarkdownIt("commonmark").render(text) if form == "markdown" else text
    if form in {"html", "markdown"} and "<script" in page.lower():
        return [f"the {form} report holds a script"]
    hidden = {char for char in text if not char.isprintable() and char not in "\n\t"}
    return [f"the {form} report holds {''.join(sorted(hidden))!a}"] if hidden else []


def _fetch(stage: Stage, answers: dict[str, Answer], patience: FetchLimits = QUICK) -> Faults:
    stage.workspace.reset()
    before = stage.workspace.snapshot()
    stage.server.answer_with(answers)
    outcome = stage.cli("fetch", "acme", "--base-url", stage.server.base_url, "--rate", "0", patience=patience)
    faults = stage.check(outcome, codes=(0, 3))
    after = stage.workspace.snapshot()
    if outcome.code == 3 and "guard" not in outcome.printed and after != before:
        faults.append(f"a failed fetch changed {sorted(after.items() ^ before.items())[:2]}")
    models = {model.id: model for model in read_snapshot(stage.workspace.specs / "acme").models}
    for name in KNOWN:
        if name in models and models[name].input is None:
            faults.append(f"{name} lost its last good schema")
    if (gone := [name for name in KNOWN if name not in models]) and "removed" not in outcome.printed:
        faults.append(f"{gone} left without a report")
    return faults


def _judge_catalogue(stage: Stage, cases: Sequence[Any]) -> Faults:
    ((answers, generating),) = cases
    faults = _fetch(stage, answers)
    return faults + (stage.generated() if generating and not faults else [])


def _judge_http(stage: Stage, cases: Sequence[Any]) -> Faults:
    return _fetch(stage, cases[0])


def _judge_documents(stage: Stage, cases: Sequence[Any]) -> Faults:
    stage.workspace.reset()
    for index, case in enumerate(cases):
        stage.workspace.write(f"scratch/documents/d{index}.md", case)
    folder = str(stage.workspace.scratch / "documents")
    outcome = stage.cli("fetch", "lumen", "--from", folder)
    faults = stage.check(outcome, codes=(0, 2, 3))
    return faults + (stage.generated("lumen") if outcome.code == 0 and not faults else [])


def _judge_provider(stage: Stage, cases: Sequence[Any]) -> Faults:
    stage.workspace.reset()
    stage.workspace.write("work/specs/acme/provider.toml", cases[0])
    return stage.generated(codes=(0, 2))


def _judge_disk(stage: Stage, cases: Sequence[Any]) -> Faults:
    ((files, links, arguments),) = cases
    stage.workspace.reset()
    for path, content in files.items():
        target = stage.workspace.specs / "acme" / path
        if target.is_dir():
            continue
        stage.workspace.write(f"work/specs/acme/{path}", content)
    for path, target in links.items():
        place = stage.workspace.root / "work" / path
        if not place.exists() and not place.is_symlink():
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(target)
    stage.server.answer_with(
        {"/api/v1/models": answer(b'{"models": [{"id": "alpha"}, {"id": "beta"}, {"id": "gamma"}]}')}
    )
    outcome = stage.cli(*[part.replace("BASE", stage.server.base_url) for part in arguments])
    faults = stage.check(outcome)
    if arguments[0] == "generate" and outcome.code == 0 and "--check" not in arguments:
        faults += faults_of_package(stage.workspace, stage.workspace.package, stage.log)
    return faults


def _judge_giant(stage: Stage, cases: Sequence[Any]) -> Faults:
    ((name, scale, online),) = cases
    schema = giants(scale)[name]
    try:
        raw = json.dumps(schema).encode()
    except RecursionError:
        depth = 10_000 // scale
        raw = b'{"type": "object", "properties": {"a": ' + b'{"items": ' * depth + b"{}" + b"}" * depth + b"}}"
    if online:
        listed = answer(b'{"models": [{"id": "alpha"}, {"id": "beta"}, {"id": "gamma"}, {"id": "giant"}]}')
        body = answer(b'{"schema": ' + raw + b"}")
        return _fetch(stage, {"/api/v1/models": listed, "/api/v1/models/giant/schema": body})
    stage.workspace.reset()
    document = b'{"id": "giant", "name": "Giant", "provenance": "documented", "input": ' + raw + b"}"
    stage.workspace.write("work/specs/acme/models/giant.json", document)
    return stage.generated(codes=(0, 3))


def _judge_arguments(stage: Stage, cases: Sequence[Any]) -> Faults:
    stage.workspace.reset()
    return stage.check(stage.cli(*cases[0]))


_plain = st.one_of(
    ids, st.sampled_from(["acme", "lumen", "--", "-h", "--check", "--models", "--specs", "specs"])
).filter(
    lambda text: text.isprintable() and len(text) < 500  # a command line is the user's own
)
_arguments = st.tuples(st.sampled_from(["generate", "drift", "rules"]), st.lists(_plain, max_size=4)).map(
    lambda parts: [parts[0], *parts[1]]
)
_forms = st.sampled_from(["json", "markdown", "html", "github", "sarif", "junit", "text"])

CLASSES = (
    Class("schemas", model_documents(), _judge_schemas, batch=40, share=35),
    Class("ids", ids, _judge_ids, batch=60, share=10),
    Class("drift", st.tuples(_forms, model_documents(), model_documents()), _judge_drift, batch=10, share=8),
    Class("catalogue", st.tuples(catalogues(), st.integers(0, 5).map(lambda n: n == 0)), _judge_catalogue, share=10),
    Class("openapi", st.tuples(openapi_documents(), st.just(value=False)), _judge_catalogue, share=5),
    Class("http", misbehaviour(), _judge_http, share=5),
    Class("documents", documents.documents(), _judge_documents, batch=10, share=15),
    Class("provider.toml", providers.settings(), _judge_provider, share=5),
    Class("disk", disks(), _judge_disk, share=6),
    Class("arguments", _arguments, _judge_arguments, share=1),
    Class(
        "giants",
        st.tuples(st.sampled_from(sorted(giants(1_000))), st.sampled_from([1, 1, 10, 100]), st.booleans()),
        _judge_giant,
        share=0.6,
    ),
)
