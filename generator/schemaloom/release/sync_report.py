"""`SyncReport`: the outcome of a run of ``sync``, as values; ``sync-report.schema.json`` describes its JSON."""

from __future__ import annotations

from dataclasses import dataclass
from json import dumps
from pathlib import Path

from schemaloom.drift.change import Bump, DriftReport
from schemaloom.errors import Problem, SchemaloomError
from schemaloom.json.values import JsonValue

SCHEMA = Path(__file__).with_name("sync-report.schema.json")
"""JSON Schema of what `render` writes."""
SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """The ids of the models that a run met, sorted, by their outcome."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]
    missing: tuple[str, ...]
    """No longer listed, for the first time; kept."""
    withheld: tuple[str, ...]
    """No longer listed, and too many at once to be believed; kept."""
    unchanged: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Paths of the distribution that the run changed: sorted."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderReport:
    """One provider's part of a run."""

    provider: str
    distribution: str
    folder: str
    """The distribution's folder."""
    previous: str | None
    """The version before; None if there was no package."""
    version: str
    """The version now: `previous` if nothing is released."""
    raised: Bump
    """Which part of the version went up; before 1.0 this is less than what the changes call for."""
    entry: str
    """The release's section of the changelog, Markdown; empty if nothing is released."""
    notes: tuple[str, ...]
    """Reasons for the release that are no findings, as sentences."""
    drift: DriftReport
    models: Models
    files: Files
    problems: tuple[Problem, ...]
    requests: int
    not_modified: int

    @property
    def released(self) -> bool:
        """Whether there is a new version."""
        return self.version != self.previous


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncReport:
    """A whole run; after a `failure`, a provider that was not reached is left out."""

    providers: tuple[ProviderReport, ...]
    dry_run: bool = False
    failure: SchemaloomError | None = None
    written: bool = False
    """Whether specs and packages are on disk; with a `failure`, all but what was held back."""

    @property
    def exit_code(self) -> int:
        """Of the command, drift left aside."""
        return self.failure.exit_code if self.failure else 0


def render(report: SyncReport) -> str:
    """Write the report as JSON, ASCII only; every change of every provider is in it."""
    failure = report.failure
    content: dict[str, JsonValue] = {
        "schema_version": SCHEMA_VERSION,
        "dry_run": report.dry_run,
        "written": report.written,
        "exit_code": report.exit_code,
        "failure": None
        if failure is None
        else {"message": failure.message, "where": failure.where, "hint": failure.hint},
        "providers": [_provider(found) for found in report.providers],
    }
    # GitHub's runner obeys "##[command]" in any output; this spelling is the same JSON text.
    return dumps(content, indent=2).replace("##[", "#\\u0023[") + "\n"


def _provider(found: ProviderReport) -> dict[str, JsonValue]:
    from schemaloom.drift.formats.json import report_json  # all that reports need, which is rarely asked for

    return {
        "provider": found.provider,
        "distribution": found.distribution,
        "folder": found.folder,
        "version": {"old": found.previous, "new": found.version, "raised": found.raised.value},
        "changelog": found.entry,
        "notes": [*found.notes],
        "drift": report_json(found.drift),
        "models": {
            "added": [*found.models.added],
            "removed": [*found.models.removed],
            "changed": [*found.models.changed],
            "missing": [*found.models.missing],
            "withheld": [*found.models.withheld],
            "unchanged": found.models.unchanged,
        },
        "files": {
            "added": [*found.files.added],
            "changed": [*found.files.changed],
            "removed": [*found.files.removed],
        },
        "problems": [
            {
                "model": problem.model,
                "pointer": problem.pointer,
                "level": problem.level.value,
                "message": problem.message,
            }
            for problem in found.problems
        ],
        "requests": found.requests,
        "not_modified": found.not_modified,
    }
