"""Fixes: what is rewritten, byte for byte; the fixed code type-checks, and its requests are accepted."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from schemaloom.emulator.options import Options
from schemaloom.emulator.server import running_emulator
from schemaloom.impact.report import Verdict
from schemaloom.pipeline.impact import impact
from schemaloom.settings.provider import load_provider
from schemaloom.snapshot.layout import read_snapshot
from tests.command_line import run_command
from tests.impact.fix_rows import CLASS, NEW, NOW, OLD, RENAMES, TABLE
from tests.impact.sides import model, write_code, write_side
from tests.users_mypy import run_mypy

DAY = date(2026, 1, 1)
# What code before these rows' fix does not let a type checker see, it does not see afterwards either.
UNTYPED = frozenset({"nothing sent", "stars", "removed alone"})
STAYS = frozenset({"unknown value stays", "shared dictionary stays"})
LIBRARY = """
from sample_sdk import Sample

def run(ref: str, input: dict[str, object]) -> object:
    with Sample() as client:
        return client.submit_raw(ref, input)
"""
DRIVER = """
import ast, sys
from uuid import uuid4
from sample_sdk import Sample
from sample_sdk.models.m_2 import M2

class Submitting(ast.NodeTransformer):
    def visit_Call(self, node):
        return ast.Call(ast.Name("submit", ast.Load()), [self.generic_visit(node)], [])

with Sample(ledger="jobs.sqlite", ledger_parameters=True) as client:
    for path in sys.argv[1:]:
        def submit(value):
            if isinstance(value, M2):
                client.submit(value, key=uuid4().hex)
            return value
        with open(path, "rb") as file:
            tree = ast.fix_missing_locations(Submitting().visit(ast.parse(file.read())))
        exec(compile(tree, path, "exec"), {"submit": submit, "__name__": path})
"""


def sides(folder: Path) -> tuple[str, str]:
    old = write_side(folder / "old" / "sample", model("m", OLD))
    return str(old), str(write_side(folder / "new" / "sample", model("m-2", NEW), renames=RENAMES))


@pytest.fixture(scope="module")
def fixed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Each row's file after one run over all of them."""
    folder = tmp_path_factory.mktemp("fixed")
    files = {name: folder / f"row_{index}.py" for index, name in enumerate(TABLE)}
    for name, path in files.items():
        path.write_bytes(TABLE[name][0].encode())
    impact(*sides(folder), list(files.values()), today=DAY, root=folder, fix=True)
    return files


@pytest.mark.parametrize("name", TABLE)
def test_a_fix_rewrites_what_is_certain_and_no_other_byte(fixed: dict[str, Path], name: str) -> None:
    assert fixed[name].read_bytes().decode() == TABLE[name][1]


def test_a_second_run_changes_nothing(fixed: dict[str, Path], tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in fixed.values()}
    impact(*sides(tmp_path), [*fixed.values()], today=DAY, root=tmp_path, fix=True)
    assert {path: path.read_bytes() for path in fixed.values()} == before


def test_fixed_code_type_checks_against_the_new_package_and_the_api_accepts_what_it_sends(
    fixed: dict[str, Path], tmp_path: Path
) -> None:
    (_, new) = sides(tmp_path)
    assert run_command(tmp_path, "generate", "sample", "--specs", "new", "--out", ".").returncode == 0
    library = tmp_path / "library"
    library.mkdir()
    (library / "replicate.py").write_text(LIBRARY)
    (tmp_path / "driver.py").write_text(DRIVER)
    # A person looks at what stays: nothing in the code shows that it is right.
    paths = {name: path for name, path in fixed.items() if name not in STAYS}
    packages = f"{tmp_path / 'sample-sdk' / 'src'}:{library}"
    environment = {"PYTHONPATH": packages, "SAMPLE_API_KEY": "demo-key", "PATH": ""}
    typed = [path for name, path in paths.items() if name not in UNTYPED]
    done = run_mypy(*typed, folder=tmp_path, PYTHONPATH=packages)
    assert done.returncode == 0, done.stdout + done.stderr
    provider, snapshot = load_provider(Path(new) / "provider.toml"), read_snapshot(Path(new))
    with running_emulator(provider, snapshot, Options(rate_limit=0)) as server:
        run = [sys.executable, "-W", "error", "driver.py", *map(str, paths.values())]
        environment["SAMPLE_BASE_URL"] = server.base_url
        done = subprocess.run(run, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        submitted = server.log.of("submit")
    assert {request.status for request in submitted} <= {200, 202}
    assert len(submitted) >= len(paths)
    # What was sent is in the ledger, with the clients' consent: all of it is valid on the new side.
    recorded = tmp_path / "jobs.sqlite"
    report = impact(new, new, [], today=DAY, root=tmp_path, payloads=recorded)
    assert report.call_counts()[Verdict.UNAFFECTED] == sum(shape.calls for shape in report.shapes or ()) > 40


def test_a_file_in_another_encoding_stays_in_it(tmp_path: Path) -> None:
    file = tmp_path / "app.py"
    code = "# -*- coding: latin-1 -*-\r\n{}é = 'ü'; {}(prompt='é', {}=1{})\r\n"
    before, after = (CLASS, "M", "seed", ""), (NOW, "M2", "random_seed", ", quality='low'")
    file.write_bytes(code.format(*before).encode("latin-1"))
    report = impact(*sides(tmp_path), [file], today=DAY, root=tmp_path, fix=True)
    assert file.read_bytes() == code.format(*after).encode("latin-1")
    assert [site.column for site in report.sites] == [10]


def test_a_name_that_other_files_import_stays(tmp_path: Path) -> None:
    main = "from requests_ import M\nM(prompt='x', seed=1)\n"
    code = {"requests_.py": f"{CLASS}first = M(prompt='x')\n", "main.py": main}
    app = write_code(tmp_path / "app", code)
    impact(*sides(tmp_path), [app], today=DAY, root=tmp_path, fix=True)
    kept = "from sample_sdk.models.m_2 import M2 as M\n"
    assert (app / "requests_.py").read_text() == f"{kept}first = M(prompt='x', quality='low')\n"
    assert (app / "main.py").read_text() == "from requests_ import M\nM(prompt='x', random_seed=1, quality='low')\n"


def test_a_caller_of_a_function_that_was_rewritten_is_fixed_if_what_it_sends_is_valid_now(tmp_path: Path) -> None:
    make = f"{CLASS}def make(text, number, size='wide'):\n    return M(prompt=text, seed=number, size=size)\n"
    code = {"make.py": make, "main.py": "from make import make\nmake('x', 1)\nmake('x', 1, 'square_hd')\n"}
    app = write_code(tmp_path / "app", code)
    report = impact(*sides(tmp_path), [app], today=DAY, root=tmp_path, fix=True)
    assert (app / "main.py").read_text() == code["main.py"]
    assert [(site.path, site.line, site.is_fixed) for site in report.sites] == [
        ("app/main.py", 2, True),
        ("app/main.py", 3, False),
    ]
    assert report.sites[0].fixed.endswith(", in the function that sends it")


def test_newer_syntax_is_rewritten_and_no_other_byte(tmp_path: Path) -> None:
    file = tmp_path / "app.py"
    code = (
        "{0}type Seeds = list[int]\r\ndef f[T](seeds: Seeds, d: dict[str, str]) -> None:\r\n\ttry:\r\n"
        '\t\t{1}(  # how it looks\r\n\t\t\tprompt=f"{{d[\'é\']}} {{d["é"]}}",  # what is asked\r\n'
        "\t\t\t{2}=1{3},  # always the same\r\n\t\t)\r\n"
        "\texcept ValueError, KeyError:\r\n\t\tprint(t'{{{1}(prompt=\"x\", {2}=2{3})}}')\r\n"
    )
    before = code.format(CLASS, "M", "seed", "")
    file.write_bytes(before.encode())
    impact(*sides(tmp_path), [file], today=DAY, root=tmp_path, fix=True)
    after = code.format(NOW, "M2", "random_seed", ", quality='low'")
    assert file.read_bytes().decode() == after
    impact(*sides(tmp_path), [file], today=DAY, root=tmp_path, fix=True)
    assert file.read_bytes().decode() == after
