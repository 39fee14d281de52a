"""Fixes: what is rewritten, byte for byte; a second run changes nothing, and the fixed call is valid."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from schemaloom.pipeline.impact import impact
from tests.command_line import run_command
from tests.impact.sides import model, write_side

Json = dict[str, Any]
TEXT, INT = {"type": "string"}, {"type": "integer"}
OLD: Json = {
    "type": "object",
    "properties": {
        "prompt": TEXT, "steps": {**INT, "default": 20}, "size": {"enum": ["square_hd", "wide"]}, "seed": INT,
        "guide-scale": INT, "watermark": {"type": "boolean", "readOnly": True},
    },
    "required": ["prompt"],
}  # fmt: skip
NEW: Json = {
    "type": "object",
    "properties": {
        "prompt": TEXT, "size": {"enum": ["square", "wide"]}, "random_seed": INT, "guide.scale": INT,
        "quality": {"enum": ["low", "high"], "default": "low"},
    },
    "required": ["prompt", "quality"],
}  # fmt: skip
RENAMES = """
[models]
m = "m-2"
[parameters.m-2]
seed = "random_seed"
guide-scale = "guide.scale"
[values.m-2.size]
square_hd = "square"
"""
DAY = date(2026, 1, 1)
CLASS = "from sample_sdk.models.m import M\n"
NOW = "from sample_sdk.models.m_2 import M2\n"
CLIENT = "import replicate\n"

TABLE: dict[str, tuple[str, str]] = {
    "parameter": (f"{CLASS}M(prompt='x', seed=1)", f"{NOW}M2(prompt='x', random_seed=1, quality='low')"),
    "mangled parameter": (
        f"{CLASS}M(prompt='x', guide_scale=1, quality='low')",
        f"{NOW}M2(prompt='x', guide_scale=1, quality='low')",
    ),
    "value": (f'{CLASS}M(prompt="x", size="square_hd")', f'{NOW}M2(prompt="x", size="square", quality=\'low\')'),
    "value of a constant": (
        f"{CLASS}from typing import Final\nSIZE: Final = 'square_hd'\nM(prompt='x', size=SIZE)",
        f"{NOW}from typing import Final\nSIZE: Final = 'square'\nM2(prompt='x', size=SIZE, quality='low')",
    ),
    "removed default": (f"{CLASS}M(prompt='x', steps=20)", f"{NOW}M2(prompt='x', quality='low')"),
    "removed first": (f"{CLASS}M(steps=20, prompt='x')", f"{NOW}M2(prompt='x', quality='low')"),
    "removed between": (
        f"{CLASS}M(prompt='x', steps=20, size='wide')", f"{NOW}M2(prompt='x', size='wide', quality='low')",
    ),
    "removed two": (f"{CLASS}M(prompt='x', steps=20, watermark=True)", f"{NOW}M2(prompt='x', quality='low')"),
    "removed without effect": (f"{CLASS}M(prompt='x', watermark=True)", f"{NOW}M2(prompt='x', quality='low')"),
    "removed line": (
        f"{CLASS}M(\n    prompt='x',  # the text\n    steps=20,\n)\n",
        f"{NOW}M2(\n    prompt='x', quality='low',  # the text\n)\n",
    ),
    "comment inside": (
        f"{CLASS}M(  # now\n    # first\n    seed=1,  # fixed\n    prompt='x',\n)\n",
        f"{NOW}M2(  # now\n    # first\n    random_seed=1,  # fixed\n    prompt='x', quality='low',\n)\n",
    ),
    "tabs and CRLF": (
        f"{CLASS}def f():\n\tM(\n\t\tprompt='x',\n\t\tsteps=20,\n\t\tseed=1\n\t)\n".replace("\n", "\r\n"),
        f"{NOW}def f():\n\tM2(\n\t\tprompt='x',\n\t\trandom_seed=1, quality='low'\n\t)\n".replace("\n", "\r\n"),
    ),
    "not ASCII": (
        f"{CLASS}é = 'ü'; M(prompt='é', seed=1)",
        f"{NOW}é = 'ü'; M2(prompt='é', random_seed=1, quality='low')",
    ),
    "BOM": (f"\ufeff{CLASS}M(prompt='x', seed=1)", f"\ufeff{NOW}M2(prompt='x', random_seed=1, quality='low')"),
    "nothing sent": (f"{CLASS}M(**{{'prompt': 'x'}})", f"{NOW}M2(**{{'prompt': 'x'}}, quality='low')"),
    "alias": (
        "from sample_sdk.models.m import M as R\nR(prompt='x', seed=1)",
        "from sample_sdk.models.m_2 import M2 as R\nR(prompt='x', random_seed=1, quality='low')",
    ),
    "module": (
        "import sample_sdk.models.m as mod\nmod.M(prompt='x')",
        "import sample_sdk.models.m_2 as mod\nmod.M2(prompt='x', quality='low')",
    ),
    "dotted": (
        "import sample_sdk.models.m\nsample_sdk.models.m.M(prompt='x')",
        "import sample_sdk.models.m_2\nsample_sdk.models.m_2.M2(prompt='x', quality='low')",
    ),
    "module from package": (
        "from sample_sdk.models import m\nm.M(prompt='x')",
        "from sample_sdk.models import m_2\nm_2.M2(prompt='x', quality='low')",
    ),
    "model_validate": (
        f"{CLASS}M.model_validate({{'prompt': 'x', \"seed\": 1}})",
        f"{NOW}M2.model_validate({{'prompt': 'x', \"random_seed\": 1, \"quality\": 'low'}})",
    ),
    "stars": (
        f"{CLASS}M(**{{'prompt': 'x', 'seed': 1}})",
        f"{NOW}M2(**{{'prompt': 'x', 'random_seed': 1}}, quality='low')",
    ),
    "annotation": (
        f"{CLASS}def f() -> M:\n    return M(prompt='x')",
        f"{NOW}def f() -> M2:\n    return M2(prompt='x', quality='low')",
    ),
    "subclass": (
        f"{CLASS}class Own(M): ...\nOwn(prompt='x', seed=1)",
        f"{NOW}class Own(M2): ...\nOwn(prompt='x', random_seed=1, quality='low')",
    ),
    "factory": (
        f"{CLASS}def make(s):\n    return M(prompt='x', seed=s)\nmake(1)",
        f"{NOW}def make(s):\n    return M2(prompt='x', random_seed=s, quality='low')\nmake(1)",
    ),
    "client": (
        f"{CLIENT}replicate.run('m', input={{'prompt': 'x', 'seed': 1, 'steps': 20}})",
        f"{CLIENT}replicate.run('m-2', input={{'prompt': 'x', 'random_seed': 1, \"quality\": 'low'}})",
    ),
    "client, empty": (
        f"{CLIENT}replicate.run('m', input=dict(prompt='x'))",
        f"{CLIENT}replicate.run('m-2', input=dict(prompt='x', quality='low'))",
    ),
    "client, own name": (
        f"{CLIENT}replicate.run('m', input={{'prompt': 'x', 'guide-scale': 1}})",
        f"{CLIENT}replicate.run('m-2', input={{'prompt': 'x', 'guide.scale': 1, \"quality\": 'low'}})",
    ),
    "client, constant id": (
        f"{CLIENT}ID = \"m\"\nreplicate.run(ID, {{'prompt': 'x'}})",
        f"{CLIENT}ID = \"m-2\"\nreplicate.run(ID, {{'prompt': 'x', \"quality\": 'low'}})",
    ),
    "client, variable": (
        f"{CLIENT}def f(s):\n    p = {{'prompt': 'x'}}\n    p['seed'] = s\n    replicate.run('m', input=p)",
        (f"{CLIENT}def f(s):\n    p = {{'prompt': 'x', \"quality\": 'low'}}\n    p['random_seed'] = s\n"
        "    replicate.run('m-2', input=p)"),
    ),
    "unknown value stays": (
        f"{CLASS}def f(n):\n    M(prompt='x', steps=n)", f"{NOW}def f(n):\n    M2(prompt='x', steps=n, quality='low')",
    ),
    "shared dictionary stays": (
        f"{CLIENT}B = {{'prompt': 'x', 'seed': 1}}\nprint(B)\nreplicate.run('m', input=B)",
        f"{CLIENT}B = {{'prompt': 'x', 'seed': 1}}\nprint(B)\nreplicate.run('m-2', input=B)",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after"), TABLE.values(), ids=TABLE)
def test_a_fix_rewrites_what_is_certain_and_no_other_byte(tmp_path: Path, before: str, after: str) -> None:
    old = write_side(tmp_path / "old", model("m", OLD))
    new = write_side(tmp_path / "new", model("m-2", NEW), renames=RENAMES)
    file = tmp_path / "app.py"
    for _ in range(2):
        file.write_bytes(before.encode())
        impact(str(old), str(new), [file], today=DAY, root=tmp_path, fix=True)
        assert file.read_bytes().decode() == after
        before = after  # a second run changes nothing


def test_fixed_files_type_check_and_run_against_the_new_package(tmp_path: Path) -> None:
    write_side(tmp_path / "specs" / "sample", model("m-2", NEW))
    assert run_command(tmp_path, "generate", "sample").returncode == 0
    # A removed parameter whose value is not known is what a person must look at.
    fixed = {name: after for name, (_, after) in TABLE.items() if CLIENT not in after and "stays" not in name}
    paths = [tmp_path / f"fixed_{index}.py" for index in range(len(fixed))]
    for path, text in zip(paths, fixed.values(), strict=True):
        path.write_bytes(text.encode())
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "generated" / "sample-sdk" / "src")}
    run = "import runpy, sys\nfor path in sys.argv[1:]: runpy.run_path(path)"
    # A type checker knows nothing of what `**` brings along, before a fix and after it.
    typed = [path for path, text in zip(paths, fixed.values(), strict=True) if "**" not in text]
    check = ["-m", "mypy", "--no-error-summary", "--cache-dir", "mypy-cache"]
    for arguments, given in ((["-W", "error", "-c", run], paths), (check, typed)):
        command = [sys.executable, *arguments, *map(str, given)]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
