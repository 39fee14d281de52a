"""The summary of a run of ``sync``: severity, version, and the most important changes."""

from __future__ import annotations

from collections.abc import Iterator

from schemaloom.drift.change import Severity
from schemaloom.drift.grouping import WHOLE_MODELS, Group, group
from schemaloom.drift.plain_text import counted, listed, plain, value_text
from schemaloom.release.sync_report import ProviderReport

_GROUPS_SHOWN = 6
_MODELS_SHOWN = 3
_LONGEST_WITNESS = 100


def summary(found: ProviderReport, *, dry_run: bool) -> Iterator[str]:
    """Yield the lines about one provider, worst first; untrusted text is escaped."""
    counts = found.drift.counts_sentence() if found.drift.changes else "no drift"
    yield f"{plain(found.provider)}: {counts}; {_version(found, dry_run=dry_run)}"
    yield from (f"  {note}" for note in found.notes)
    groups = [part for part in group(found.drift.changes) if part.severity is not Severity.INFO]
    for part in groups[:_GROUPS_SHOWN]:
        yield f"  {part.severity:<9}  {_group_line(part)}"
    if len(groups) > _GROUPS_SHOWN:
        yield f"  … and {counted(len(groups) - _GROUPS_SHOWN, 'more kind')} of change; --report FILE has them all"
    if found.models.missing:
        ids = listed(tuple(map(plain, found.models.missing)), 10)
        yield f"  no longer listed: {ids}; kept, and removed if later lists lack them too (catalogue.removal_days)"
    files = found.files
    counts = f"{counted(len(files.added), 'file')} added, {len(files.changed)} changed, {len(files.removed)} removed"
    would = "would be: " if dry_run else ""
    yield f"{found.folder}: {would + counts if any((files.added, files.changed, files.removed)) else 'up to date'}"


def _version(found: ProviderReport, *, dry_run: bool) -> str:
    if not found.released:
        return f"{found.distribution} stays {found.version}"
    verb = "would be" if dry_run else "is now"
    was = f", was {found.previous}" if found.previous else ", its first version"
    return f"{found.distribution} {verb} {found.version}{was}"


def _group_line(found: Group) -> str:
    models = tuple(plain(model) for model in found.models if model)
    is_named = found.rule in WHOLE_MODELS and len(models) == 1  # by the sentence itself
    where = f" ({listed(models, _MODELS_SHOWN)})" if models and not is_named else ""
    witness = next((change.witness for change in found.changes if change.proof == "witness"), None)
    proof = f": {value_text(witness, _LONGEST_WITNESS)}" if witness is not None else ""
    acknowledged = ", acknowledged" if found.acknowledged else ""
    return f"{found.message}{where}{acknowledged}{proof}"
