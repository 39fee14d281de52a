"""A fake GitHub: a runner of workflows, its actions, and pull requests.

The `run:` steps are executed as GitHub executes them, by bash, one after another, with the
environment that the file gives them.  Git is git, with a bare repository for a remote.
"""

from __future__ import annotations

import fnmatch
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

_EXPRESSION = re.compile(r"\$\{\{ (.+?) \}\}")
_LINE = re.compile(r"^(\w+)=(.*)$", re.MULTILINE)
_OUTPUT = re.compile(r"^(\w+)<<(.+)\n((?:.*\n)*?)\2$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One executed `run:` step."""

    job: str
    name: str
    code: int
    output: str
    summary: str


@dataclass
class Hub:
    """A repository on "GitHub": its branches, its pull requests, and the runner of its workflows."""

    folder: Path
    secrets: Mapping[str, str] = field(default_factory=dict)
    runs: int = 0

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.origin = self.folder / "origin.git"
        self.git("init", "--quiet", "--bare", "--initial-branch=main", str(self.origin), cwd=self.folder)
        self.commands = self.folder / "bin"
        self.commands.mkdir()
        self.install("gh", Path(__file__).with_name("gh.py").read_text())
        (self.folder / "pulls.json").write_text("[]")
        self.environ = {
            "PATH": os.pathsep.join([str(self.commands), str(Path(sys.executable).parent), "/usr/bin", "/bin"]),
            "HOME": str(self.folder),
            "LANG": "C.UTF-8",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GH_FOLDER": str(self.folder),
            "GITHUB_REF_NAME": "main",
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIP_NO_INDEX": "1",  # what is to be installed must be there: tests ask no registry
        }

    def install(self, name: str, program: str) -> None:
        """Put a command that runs a Python program before all others."""
        command = self.commands / name
        command.write_text(f"#!{sys.executable}\n{program}")
        command.chmod(0o755)

    def git(self, *arguments: str, cwd: Path | None = None) -> str:
        """Run git as some person, in the bare repository unless `cwd` is given."""
        who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "core.autocrlf=false"]
        environ = {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        done = subprocess.run(
            ["git", *who, *arguments], cwd=cwd or self.origin, env=environ, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def clone(self, name: str = "clone", branch: str = "main") -> Path:
        """A fresh clone, with one commit of history as `actions/checkout` makes it."""
        target = self.folder / name
        shutil.rmtree(target, ignore_errors=True)
        self.git(
            "clone", "--quiet", "--depth=1", f"--branch={branch}", f"file://{self.origin}", str(target), cwd=Path()
        )
        return target

    def push(self, work: Path, branch: str = "main") -> None:
        """Commit everything in a clone, as a person, and push it."""
        self.git("add", "--all", cwd=work)
        self.git("commit", "--quiet", "--message", "by a person", cwd=work)
        self.git("push", "--quiet", str(self.origin), f"HEAD:{branch}", cwd=work)

    def branches(self) -> dict[str, str]:
        """Branch name to commit."""
        lines = self.git("for-each-ref", "--format=%(refname:short) %(objectname)", "refs/heads").splitlines()
        return dict(line.split(" ") for line in lines)

    def pulls(self) -> list[dict[str, Any]]:
        """Every pull request, oldest first."""
        return json.loads((self.folder / "pulls.json").read_text())

    def calls(self) -> list[list[str]]:
        """The arguments of every call of `gh` since the last time this was asked."""
        log = self.folder / "calls.jsonl"
        calls = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
        log.unlink(missing_ok=True)
        return calls

    def run(self, path: str) -> list[Step]:
        """Run a workflow of the default branch; a job whose step fails ends there, others go on."""
        self.runs += 1
        workflow = yaml.safe_load((self.clone() / path).read_text())
        artifacts = self.folder / "artifacts"
        shutil.rmtree(artifacts, ignore_errors=True)
        done: list[Step] = []
        for name, job in workflow["jobs"].items():  # they stand in the order in which they need each other
            [(key, values)] = job.get("strategy", {}).get("matrix", {"": [""]}).items()
            for value in values:
                done += self._job(name, job, {f"matrix.{key}": value}, artifacts)
        return done

    def _job(self, name: str, job: dict[str, Any], matrix: dict[str, str], artifacts: Path) -> list[Step]:
        work = self.folder / "work"
        shutil.rmtree(work, ignore_errors=True)
        known = {"github.token": "a-token", "github.run_id": str(self.runs), **matrix}
        environ = self.environ | self._texts(job.get("env", {}), known) | {"GITHUB_WORKSPACE": str(work)}
        done: list[Step] = []
        for step in job["steps"]:
            if any(one.code for one in done) and "!cancelled()" not in step.get("if", ""):
                continue
            if "uses" in step:
                given = self._texts(step.get("with", {}), known)
                self._action(step["uses"].partition("@")[0], given, work, artifacts)
                continue
            done.append(self._step(name, step, environ, work, known))
        return done

    def _step(self, job: str, step: dict[str, Any], environ: dict[str, str], work: Path, known: dict[str, str]) -> Step:
        output, summary = self.folder / "output", self.folder / "summary.md"
        output.write_text("")
        summary.write_text("")
        files = {"GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": str(summary)}
        assert "${{" not in step["run"], "what is interpolated into a script is run"
        done = subprocess.run(
            ["bash", "-e", "-c", step["run"]],
            cwd=work,
            env=environ | files | self._texts(step.get("env", {}), known),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=300,
        )
        known |= {f"steps.{step.get('id')}.outputs.{key}": value for key, value in _LINE.findall(output.read_text())}
        for key, _, value in _OUTPUT.findall(output.read_text()):
            known[f"steps.{step.get('id')}.outputs.{key}"] = value.removesuffix("\n")
        return Step(job=job, name=step["name"], code=done.returncode, output=done.stdout, summary=summary.read_text())

    def _action(self, action: str, given: dict[str, str], work: Path, artifacts: Path) -> None:
        match action:
            case "actions/checkout":
                self.clone("work")
            case "actions/setup-python":
                pass
            case "actions/cache/restore":
                newest = max((self.folder / "cache").glob(f"{given['restore-keys']}*"), default=None)
                if newest is not None:
                    shutil.copytree(newest, work / given["path"])
            case "actions/cache/save":
                if (work / given["path"]).exists():
                    shutil.copytree(work / given["path"], self.folder / "cache" / given["key"])
            case "actions/upload-artifact":
                source = work / given["path"]
                assert source.is_dir(), "if-no-files-found: error"
                shutil.copytree(source, artifacts / given["name"])
            case "actions/download-artifact":
                assert given["merge-multiple"]
                (work / given["path"]).mkdir(parents=True)
                for found in sorted(artifacts.glob("*")):
                    if fnmatch.fnmatch(found.name, given["pattern"]):
                        shutil.copytree(found, work / given["path"], dirs_exist_ok=True)
            case _:
                raise AssertionError(f"unknown action {action}")

    def _texts(self, values: Mapping[str, Any], known: Mapping[str, str]) -> dict[str, str]:
        return {key: _EXPRESSION.sub(lambda m: self._value(m[1], known), str(text)) for key, text in values.items()}

    def _value(self, expression: str, known: Mapping[str, str]) -> str:
        for name in expression.split(" || "):
            scope, _, rest = name.partition(".")
            value = self.secrets.get(rest, "") if scope == "secrets" else known[name]
            if value:
                return value
        return ""
