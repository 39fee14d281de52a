"""`FetchReport`: the outcome of a fetch, and whether it read enough."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from schemaloom.errors import GuardTripped, Level, Problem, SourceError
from schemaloom.snapshot.guards import max_additions, max_removals


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchReport:
    """Result of a fetch: sorted model ids, problems, and the number of requests."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    withheld: tuple[str, ...]
    """Models that are no longer listed and were kept all the same, because they are too many."""
    missing: tuple[str, ...]
    """Models that are no longer listed for the first time, and were kept for that."""
    unread: tuple[str, ...]
    """Models whose current state is unknown: the list or the schema could not be read."""
    held_back: tuple[str, ...]
    """Models that are listed for the first time and were not added, because they are too many."""
    implausible: tuple[str, ...]
    """Models, and ``openapi.json``, whose change was kept back until the next look."""
    problems: tuple[Problem, ...]
    requests: int
    not_modified: int
    answers: Path | None = None
    """File of the responses, with which the next run resumes if this one is killed; see `end`."""

    def end(self) -> None:
        """Remove the recorded responses: the snapshot is written, or the run failed."""
        if self.answers is not None:
            with suppress(OSError):
                self.answers.unlink(missing_ok=True)

    def check_read(self) -> None:
        """Raise `SourceError` when too little was read.

        A few models that cannot be read do not fail a run.  Many, or an empty catalogue, must not look
        like "nothing changed".
        """
        models = len(self.added) + len(self.changed) + len(self.unchanged)
        if not models:
            raise SourceError("no model was found", hint="check [catalogue] in provider.toml")
        if len(self.unread) == models or len(self.unread) > max_removals(models):
            losses = [problem for problem in self.problems if problem.level is not Level.NOTE]
            losses.sort(key=lambda problem: problem.model not in self.unread)
            reason = f": {losses[0].message}" if losses else ""
            raise SourceError(
                f"{len(self.unread)} of {models} models could not be read, and what changed is unknown{reason}",
                where=(losses[0].model or None) if losses else None,
            )

    def check_guard(self) -> None:
        """Raise `GuardTripped` if removals or additions were withheld."""
        for error in self.tripped_guards():
            raise error

    def tripped_guards(self) -> Iterator[GuardTripped]:
        """Yield an error for each guard that withheld something."""
        known = len(self.removed) + len(self.changed) + len(self.unchanged)
        if self.held_back:
            yield GuardTripped(
                f"{len(self.held_back)} new models at once (guard: {max_additions(known):g}); not added: "
                f"{_listed(self.held_back)}",
                hint="if they are really new, run again with --allow-additions",
            )
        if self.withheld:
            yield GuardTripped(
                f"{len(self.withheld)} models at once are no longer listed (guard: {max_removals(known):g}); kept: "
                f"{_listed(self.withheld)}",
                hint="if they are really gone, run again with --allow-removals",
            )


def _listed(models: Sequence[str]) -> str:
    return ", ".join(models[:10]) + (", …" if len(models) > 10 else "")
