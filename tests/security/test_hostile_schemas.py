"""Schema text is untrusted: it must generate code that imports, runs nothing, and stays in its folder."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.paths import ROOT, SPECS

from schemaloom.snapshot.layout import Snapshot, snapshot_files
from schemaloom.snapshot.model import ModelDocument

BOOM = "__import__('pathlib').Path(CANARY).write_text('ran')"
TEXTS = [
    '"""',
    "'''",
    '"',
    "'",
    "\\",
    '\\"""',
    "\n",
    "\r\n",
    "\u2028",
    "\0",
    "{{ 7 * 7 }}",
    "{% raw %}",
    "{#",
    "${HOME}",
    "%s",
    "{0}",
    '"""\n' + BOOM + '\n"""',
    f"'] = {BOOM} #",
    f'"] | {BOOM} | Literal["',
    f"\\N{{LATIN SMALL LETTER A}}{BOOM}",
    "\u202e gnitirw desrever",
    "\ufeff",
    "# -*- coding: utf-7 -*-",
    "+AFs-",
    "a" * 20_000,
]
NAMES = [
    *TEXTS,
    "__class__",
    "__init__",
    "__pydantic_extra__",
    "_private",
    "class",
    "def",
    "None",
    "match",
    "self",
    "cls",
    "model_config",
    "model_fields",
    "model_dump",
    "json",
    "copy",
    "schema",
    "dict",
    "str",
    "list",
    "Literal",
    "Annotated",
    "Field",
    "ClassVar",
    "Number",
    "extra",
    "a-b",
    "a_b",
    "a b",
    "A_B",
    "a.b",
    "1st",
    "",
    " ",
    "é",
    "é",
    "ａ",
    "prompt",
    "Prompt",
    "PROMPT",
    BOOM,
]
IDS = [
    "../../escape",
    "/etc/passwd",
    "..",
    ".",
    "a/../../b",
    "C:\\windows",
    "con",
    "nul.txt",
    "__init__",
    "class",
    "Request",
    "flux-1.1-pro",
    "flux-1-1-pro",
    "FLUX-1.1-PRO",
    "flux_1_1_pro",
    "owner/name",
    "owner~name",
    "模型",
    "e\u0301",
    "\u00e9",
    "x" * 400,
    "🦆",
    *TEXTS,
]


def hostile_schema() -> dict[str, Any]:
    """Every keyword that could carry text, carrying hostile text; and keywords that engines interpret."""
    properties: dict[str, Any] = {
        name: {
            "type": "string",
            "title": text,
            "description": text,
            "default": text,
            "examples": [text],
            "format": text,
            "pattern": text,
            "customTypePath": "os.system",
            "x-python-type": BOOM,
            "$comment": text,
        }
        for name, text in zip(NAMES, TEXTS * 4, strict=False)
    }
    properties["choice"] = {"enum": [*TEXTS, 1, True, None, 0.5, [BOOM], {BOOM: BOOM}]}
    properties["texts"] = {"type": "string", "enum": TEXTS}
    properties["constant"] = {"const": TEXTS[16]}
    properties["nested"] = {
        "type": "object",
        "title": BOOM,
        "properties": {name: {"type": "integer", "description": BOOM} for name in NAMES},
        "required": NAMES[:5],
    }
    properties["mapping"] = {"type": "object", "additionalProperties": {"$ref": "#/$defs/" + "~0x~1y"}}
    properties["dangling"] = {"$ref": "file:///etc/passwd"}
    properties["remote"] = {"$ref": "http://127.0.0.1:9/schema.json"}
    properties["typed"] = {"type": BOOM, "minimum": "x", "enum": "x", "anyOf": {"a": 1}}
    return {
        "$schema": BOOM,
        "$id": "file:///etc/passwd",
        "type": "object",
        "title": BOOM,
        "description": TEXTS[16],
        "properties": properties,
        "required": ["prompt", "class", '"""'],
        "$defs": {"~x/y": {"type": "object", "properties": {BOOM: {"$ref": "#/$defs/~0x~1y"}}}},
        "definitions": {BOOM: {"type": "string"}},
    }


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace in which a package was generated from a hostile catalogue by the real command."""
    root = tmp_path_factory.mktemp("hostile")
    folder = root / "work" / "specs" / "pixeldojo"
    models = [
        ModelDocument(
            id=model_id,
            name=text,
            description=text,
            modality="image" if index % 2 else text,
            capabilities=(text,),
            documents=(text,),
            endpoint=text,
            input=hostile_schema(),
            parameter_order=tuple(NAMES),
        )
        for index, (model_id, text) in enumerate(zip(IDS, TEXTS * 3, strict=False))
        if model_id
    ]
    for path, content in snapshot_files(Snapshot(models=tuple(models))).items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    shutil.copy(SPECS / "pixeldojo" / "provider.toml", folder)
    (root / "bystander").write_text("untouched")
    run = subprocess.run(
        [sys.executable, "-m", "schemaloom", "generate", "pixeldojo"],
        cwd=root / "work",
        env={"PYTHONPATH": str(ROOT / "generator"), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (0, "") == (run.returncode, "\n".join(line for line in run.stderr.splitlines() if "Traceback" in line))
    return root


def test_a_hostile_catalogue_generates_and_nothing_outside_the_folders_changes(hostile: Path) -> None:
    assert {"bystander", "work"} == {path.name for path in hostile.iterdir()}
    assert {"specs", "generated"} == {path.name for path in (hostile / "work").iterdir()}
    assert "untouched" == (hostile / "bystander").read_text()


def test_every_model_has_a_module_of_its_own_and_all_import_without_running_anything(hostile: Path) -> None:
    models = hostile / "work" / "generated" / "pixeldojo-sdk" / "src" / "pixeldojo_sdk" / "models"
    modules = sorted(path.stem for path in models.glob("*.py") if path.stem != "__init__")
    documents = list((hostile / "work" / "specs" / "pixeldojo" / "models").iterdir())

    assert len(documents) == len(modules) == len({name.lower() for name in modules})

    canary = hostile / "work" / "canary"
    program = (
        f"import builtins, importlib; builtins.CANARY = {str(canary)!r}\n"
        f"for name in {modules!r}:\n"
        "    module = importlib.import_module('pixeldojo_sdk.models.' + name)\n"
        "    request = getattr(module, module.__all__[0])\n"
        "    try:\n"
        "        request.model_validate({'prompt': 'x'})\n"
        "    except ValueError:\n"
        "        pass\n"
        "    repr(request), request.__doc__, request.model_json_schema()\n"
    )
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        env={"PYTHONPATH": str(models.parent.parent)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (0, "") == (run.returncode, run.stderr)
    assert not canary.exists()


def test_hidden_and_reordering_characters_never_reach_the_source(hostile: Path) -> None:
    modules = [*(hostile / "work" / "generated").rglob("models/*.py")]
    assert modules

    for path in modules:
        text = path.read_text("utf-8")
        unprintable = {char for char in text if not char.isprintable() and char != "\n"}
        assert set() == unprintable, path


def test_every_model_is_one_row_of_the_readme(hostile: Path) -> None:
    documents = list((hostile / "work" / "specs" / "pixeldojo" / "models").iterdir())
    text = (hostile / "work" / "generated" / "pixeldojo-sdk" / "README.md").read_text("utf-8")
    rows = [line for line in text.partition("|---|---|---|---|\n")[2].partition("\n\n")[0].split("\n") if line]

    assert len(documents) == len(rows)
    assert {5} == {row.replace("\\|", "").count("|") for row in rows}


def test_generating_again_changes_nothing(hostile: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "schemaloom", "generate", "pixeldojo", "--check"],
        cwd=hostile / "work",
        env={"PYTHONPATH": str(ROOT / "generator"), "PATH": "", "PYTHONHASHSEED": "7"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (0, "") == (run.returncode, run.stdout[:2000] if run.returncode else "")
