"""`Unchanged`: the result of a ``sync`` that finds snapshot and package as they were."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from schemaloom.cache import up_to_date
from schemaloom.drift.acknowledgements import ACKNOWLEDGED, has_acknowledgements
from schemaloom.drift.change import Bump, DriftReport
from schemaloom.errors import Problem
from schemaloom.pipeline.fetch_report import FetchReport
from schemaloom.pipeline.spec_files import SpecFiles
from schemaloom.release.package_on_disk import package_version
from schemaloom.release.sync_report import Files, Models, ProviderReport


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchanged:
    """One provider whose answers, snapshot and package are what they were; there is nothing to write."""

    name: str
    before: SpecFiles
    fetched: FetchReport
    distribution: Path
    version: str
    problems: tuple[Problem, ...]
    """Problems of the models, from the run that made the package."""

    @property
    def drift(self) -> DriftReport:
        """No change."""
        return DriftReport(provider=self.name, changes=())

    def report(self) -> ProviderReport:
        """Return the report of this provider."""
        return ProviderReport(
            provider=self.name,
            distribution=self.distribution.name,
            folder=self.distribution.as_posix(),
            previous=self.version,
            version=self.version,
            raised=Bump.NONE,
            entry="",
            notes=(),
            drift=self.drift,
            models=models_of(self.fetched),
            files=Files(added=(), changed=(), removed=()),
            problems=(*self.fetched.problems, *self.problems),
            requests=self.fetched.requests,
            not_modified=self.fetched.not_modified,
        )


def find_unchanged(
    name: str, before: SpecFiles, files: Mapping[str, bytes], fetched: FetchReport, *, specs: Path, out: Path
) -> Unchanged | None:
    """Return the result if the package below `out` is the release of the snapshot that is on disk; else None.

    `files` are those of the snapshot, by path below the provider's folder.
    Whether an acknowledgement has expired depends on the day, so a provider that has one is compared as ever.
    """
    if has_acknowledgements(before.files.get(ACKNOWLEDGED, b"")):
        return None
    known = up_to_date.check(specs / name, out, files)
    version = package_version(out / known.distribution) if known and known.released else None
    if known is None or version is None:
        return None
    return Unchanged(
        name=name,
        before=before,
        fetched=fetched,
        distribution=out / known.distribution,
        version=version,
        problems=known.problems,
    )


def models_of(fetched: FetchReport) -> Models:
    """Return what a run met in the catalogue."""
    return Models(
        added=fetched.added,
        removed=fetched.removed,
        changed=fetched.changed,
        missing=fetched.missing,
        withheld=fetched.withheld,
        unchanged=len(fetched.unchanged),
    )
