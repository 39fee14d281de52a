"""``python -m tests.suite FOLDER``: the official JSON Schema test suite through generated classes.

FOLDER holds the files of one draft, as the suite publishes them (``tests/draft2020-12``).  Each
group of tests becomes a model whose request has one required parameter ``x`` of the group's schema;
each test is a payload of it.  Prints a table by keyword, then the share of payloads of each kind and
the groups without a field:

- *refused*: valid, and refused.  *closed*: the same for an object with a property that the schema
  never names, which a closed request cannot send.
- *silent*: invalid, and accepted without a note.  *noted*: accepted with a note about the model.
- *lost*: accepted, and sent as another value.
- *untyped*: groups whose parameter has no field, because no value is valid.

``format`` is an annotation here, so the folder ``optional/format`` is left out.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from pydantic import ValidationError
from tests.generated_package import generated
from tests.paths import SPECS

DIALECTS = {f"draft{number}": f"http://json-schema.org/draft-0{number}/schema#" for number in (4, 6, 7)}
"""The ``$schema`` of drafts by the names of their folders; schemas of later drafts have one of their own."""
COLUMNS = ("tests", "refused", "closed", "silent", "noted", "lost", "untyped")


@dataclass(frozen=True)
class Group:
    """One group of the suite: a schema, and payloads with the verdict on each."""

    model: str
    keyword: str
    title: str
    schema: Any
    tests: tuple[dict[str, Any], ...]
    counts: Counter[str] = field(default_factory=Counter[str])
    notes: list[str] = field(default_factory=list[str])
    """The notes of `generate` about the model."""


def groups(folder: Path) -> Iterator[Group]:
    for path in sorted(folder.rglob("*.json")):
        if "format" in path.relative_to(folder).parts:
            continue
        for number, content in enumerate(json.loads(path.read_text("utf-8"))):
            keyword = path.relative_to(folder).with_suffix("").as_posix()
            model = f"{keyword.replace('/', '-')}-{number}".lower()
            yield Group(model, keyword, content["description"], content["schema"], tuple(content["tests"]))


def request_schema(group: Group, dialect: str | None) -> dict[str, Any]:
    """A request whose parameter ``x`` has the schema of a group, with its references moved along."""
    request: dict[str, Any] = {"type": "object", "properties": {"x": moved(group.schema)}, "required": ["x"]}
    return {"$schema": dialect, **request} if dialect else request


def moved(schema: Any) -> Any:
    """`schema` with the pointers of its references moved along; an identified part has pointers of its own."""
    if isinstance(schema, dict) and not str(schema.get("$id", "#")).startswith("#"):
        return schema
    if isinstance(schema, list):
        return [moved(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: part if key in {"enum", "const"} else moved(part) for key, part in schema.items()}
    for keyword in ("$ref", "$dynamicRef", "$recursiveRef"):
        target = found.get(keyword)
        if isinstance(target, str) and (target == "#" or target.startswith("#/")):
            found[keyword] = f"#/properties/x{target[1:]}"
    return found


def has_unnamed_property(value: Any, schema: Any) -> bool:
    """Whether an object in `value` has a property whose name is nowhere in `schema`."""
    text = json.dumps(schema)
    if isinstance(value, list):
        return any(has_unnamed_property(item, schema) for item in value)
    if isinstance(value, dict):
        return any(json.dumps(name) not in text or has_unnamed_property(part, schema) for name, part in value.items())
    return False


def judge(package: ModuleType, to_wire: Any, group: Group, *, verbose: bool) -> None:
    cls = package.catalogue[group.model].load()
    group.counts["untyped"] = int("x" not in {info.validation_alias or name for name, info in cls.model_fields.items()})
    for test in group.tests:
        payload = {"x": test["data"]}
        group.counts["tests"] += 1
        try:
            sent = to_wire(cls.model_validate(payload))
        except ValidationError as error:
            if test["valid"]:
                closed = has_unnamed_property(test["data"], group.schema)
                group.counts["closed" if closed else "refused"] += 1
                if verbose and not closed:
                    print(f"refused  {group.keyword}: {group.title}: {test['description']}: {error.errors()[0]['msg']}")
            continue
        if not test["valid"]:
            kind = "noted" if group.notes else "silent"
            group.counts[kind] += 1
            if verbose:
                print(f"{kind:<8} {group.keyword}: {group.title}: {test['description']} {group.notes[:1]}")
        elif json.dumps(sent, sort_keys=True) != json.dumps(payload, sort_keys=True) and sent != payload:
            group.counts["lost"] += 1
            if verbose:
                print(f"lost     {group.keyword}: {group.title}: {test['description']}: {sent}")


def table(found: list[Group]) -> str:
    rows: dict[str, Counter[str]] = {}
    for group in found:
        rows.setdefault(group.keyword, Counter()).update(group.counts)
        rows.setdefault("all", Counter()).update(group.counts)
    rows["all"] = rows.pop("all")
    lines = [("keyword", *COLUMNS), *((name, *(str(row[column]) for column in COLUMNS)) for name, row in rows.items())]
    return "\n".join(f"{line[0]:<32}" + "".join(f"{cell:>9}" for cell in line[1:]) for line in lines)


def run(folder: Path, *, verbose: bool = False) -> list[Group]:
    """Judge every group of a folder; the counts are in the groups."""
    dialect = next((uri for name, uri in DIALECTS.items() if folder.name.startswith(name)), None)
    found = list(groups(folder))
    with tempfile.TemporaryDirectory() as scratch:
        specs = Path(scratch) / "specs"
        models = specs / "pixeldojo" / "models"
        models.mkdir(parents=True)
        (specs / "pixeldojo" / "provider.toml").write_bytes((SPECS / "pixeldojo" / "provider.toml").read_bytes())
        for group in found:
            document = {"id": group.model, "name": group.model, "provenance": "documented"}
            document |= {"input": request_schema(group, dialect)}
            (models / f"{group.model}.json").write_text(json.dumps(document), "utf-8")
        with generated("pixeldojo", specs=specs, out=Path(scratch) / "generated") as (package, made):
            models = {group.model: group for group in found}
            for problem in made.problems:
                models[problem.model].notes.append(f"{problem.pointer}: {problem.message}")
            to_wire = __import__(f"{package.__name__}._runtime.models.request", fromlist=["to_wire"]).to_wire
            for group in found:
                judge(package, to_wire, group, verbose=verbose)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.suite", description="Run the JSON Schema test suite.")
    parser.add_argument("folder", type=Path, help="folder of one draft, such as tests/draft2020-12 of the suite")
    parser.add_argument("--verbose", action="store_true", help="print every test with a wrong verdict")
    arguments = parser.parse_args()
    found = run(arguments.folder, verbose=arguments.verbose)
    print(table(found))
    total = sum((group.counts for group in found), Counter[str]())
    print(", ".join(f"{name} {total[name] / total['tests']:.2%}" for name in COLUMNS[1:-1]))
    for group in found:
        if group.counts["untyped"]:
            print(f"untyped  {group.keyword}: {group.title}: {'; '.join(group.notes)}")


if __name__ == "__main__":
    main()
