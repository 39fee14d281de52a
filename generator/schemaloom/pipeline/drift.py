"""``drift``: read two sides of a catalogue, compare what differs, apply the acknowledgements."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final, TypeAlias, cast

from schemaloom.drift.acknowledgements import (
    ACKNOWLEDGED,
    ACKNOWLEDGEMENT_RULES,
    Acknowledgement,
    acknowledge,
    read_acknowledgements,
)
from schemaloom.drift.catalogue.changes import make_change
from schemaloom.drift.catalogue.control_plane import ControlPlane
from schemaloom.drift.change import Change, DriftReport, FailOn, Polarity, Rule, report_order
from schemaloom.drift.compare import compare
from schemaloom.drift.formats.source_lines import SourceLines
from schemaloom.drift.formats.view import View
from schemaloom.drift.message import name as marked
from schemaloom.drift.renames.confirmed import RENAMES, read_renames
from schemaloom.drift.rules import RULES
from schemaloom.drift.skip_unchanged import skip_unchanged
from schemaloom.errors import MisnamedModel, SnapshotError
from schemaloom.ir.model import Catalogue
from schemaloom.ir.schema import Object, Schema
from schemaloom.json.values import JsonObject, JsonValue
from schemaloom.parse.model import parse_model
from schemaloom.parse.resolve_recursion import Hidden
from schemaloom.parse.schema import SchemaReader
from schemaloom.parse.source_schema import SourceSchema
from schemaloom.pipeline.spec_files import SpecFiles, provider_name, read_side
from schemaloom.settings.provider import Provider, parse_provider
from schemaloom.snapshot.file_names import MODELS, id_of_file_name, model_path
from schemaloom.snapshot.layout import (
    CONTRACT,
    NAMES,
    OPENAPI,
    PROVIDER,
    Snapshot,
    model_documents,
    snapshot_from_files,
)
from schemaloom.snapshot.model import ModelDocument
from schemaloom.snapshot.write_snapshot import is_model_file

UNREADABLE: Final = "model.unreadable"
"""The rule about a model whose file cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """The result of comparing two sides."""

    report: DriftReport
    old: SpecFiles
    new: SpecFiles

    @property
    def unreadable(self) -> tuple[str, ...]:
        """The models that could not be compared and that no acknowledgement covers, sorted."""
        found = (change for change in self.report.changes if change.rule == UNREADABLE and not change.acknowledged)
        return tuple(sorted(change.model for change in found))

    def view(self, fail_on: FailOn) -> View:
        """Return the report with what the formats need to render it."""
        return View(
            report=self.report,
            rules=all_rules(),
            source_lines=SourceLines(self.new.folder, self.new.files),
            old=self.old.label,
            new=self.new.label,
            failing=fail_on.severities(),
        )


def all_rules() -> Mapping[str, Rule]:
    """Every rule by id: those of schemas and catalogues, and those of acknowledgements."""
    return {**RULES, **ACKNOWLEDGEMENT_RULES}


def drift(old: str, new: str, *, today: date, root: Path) -> Drift:
    """Compare two sides, each a folder ``specs/<provider>`` or ``git:REV[:FOLDER]``.

    `root` is where annotations count paths from.  Raises `UsageError` for a side that does not
    exist, and `SnapshotError` naming file and pointer for a file that cannot be read, unless it is a model's:
    that is a change of its own.
    """
    old_side, new_side = read_side(old, other=new, root=root), read_side(new, other=old, root=root)
    return Drift(report=compare_sides(old_side, new_side, today=today), old=old_side, new=new_side)


def compare_sides(old: SpecFiles, new: SpecFiles, *, today: date) -> DriftReport:
    """Compare two sides; acknowledgements and confirmed renames are those of the new one.

    Where both have a package, a public name that the new one lacks is a change like any other.
    """
    entries = acknowledgements_of(new)
    return acknowledge(_with_lost_names(compare_content(old, new), old, new), entries, today=today)


def acknowledgements_of(side: SpecFiles) -> tuple[Acknowledgement, ...]:
    """Return the entries of a side's ``acknowledged.toml``; raises `UsageError` naming the first fault."""
    raw = side.files.get(ACKNOWLEDGED, b"")
    return read_acknowledgements(raw, where=f"{side.label}/{ACKNOWLEDGED}", rules=all_rules())


def compare_content(old: SpecFiles, new: SpecFiles) -> DriftReport:
    """Compare two sides; confirmed renames are those of the new one, acknowledgements are not applied.

    Files that are equal byte for byte are not decoded, and models with equal content are not
    parsed.  Of the others, only what can matter is compared.
    """
    renames = read_renames(new.files.get(RENAMES, b""), where=f"{new.label}/{RENAMES}")
    differing = {path for path in old.files.keys() | new.files.keys() if old.files.get(path) != new.files.get(path)}
    control = bool(differing & {CONTRACT, OPENAPI, PROVIDER})
    # A renamed model is compared with its document under the old id, whether it changed or not.
    moved = frozenset(renames.values())
    wanted = {path for path in differing if is_model_file(path) or path in {CONTRACT, OPENAPI}}
    wanted |= {model_path(model) for model in moved}
    (before, faults), (after, more) = _readable(old, wanted), _readable(new, wanted)
    unreadable = _unreadable({**faults, **more}, (before, after))
    hidden = {*unreadable, *(id_ for pair in renames.items() if {*pair} & unreadable.keys() for id_ in pair)}
    pairs = _pairs(before, after, moved, hidden)
    name = provider_name(new) or provider_name(old) or Path(new.folder).name
    report = compare(
        _catalogue(name, (documents[0] for documents in pairs)),
        _catalogue(name, (documents[1] for documents in pairs)),
        old_plane=_plane(old, before) if control else None,
        new_plane=_plane(new, after) if control else None,
        renames=renames,
        retired=_retired(old) if any(was is None for was, _ in pairs) else (),
    )
    changes = (_fault(model, error) for model, error in unreadable.items())
    return replace(report, changes=tuple(sorted((*report.changes, *changes), key=report_order)))


def _with_lost_names(report: DriftReport, old: SpecFiles, new: SpecFiles) -> DriftReport:
    shared = old.files.keys() & new.files.keys()
    changed = {path for path in filter(is_model_file, shared) if old.files[path] != new.files[path]}
    if not changed or NAMES not in shared:
        return report
    from schemaloom.release.lost_names import with_removed_names  # the renderer, which mere specs do not need

    before, after = (_readable(side, {*changed, NAMES})[0] for side in (old, new))
    renames = read_renames(new.files.get(RENAMES, b""), where=f"{new.label}/{RENAMES}")
    return with_removed_names(report, before, after, renames)


def _retired(side: SpecFiles) -> frozenset[str]:
    """Return the models that were in the package once and had been removed; ``names.json`` keeps their names."""
    names = _snapshot(side, {NAMES}).names.get("models")
    entries = names.items() if isinstance(names, dict) else ()
    return frozenset(model for model, entry in entries if isinstance(entry, dict) and "retired" in entry)


def _snapshot(side: SpecFiles, wanted: set[str]) -> Snapshot:
    files = ((path, side.files[path]) for path in sorted(wanted & side.files.keys()))
    return snapshot_from_files(files, where=side.label)


def _readable(side: SpecFiles, wanted: set[str]) -> tuple[Snapshot, dict[str, SnapshotError]]:
    """Return the wanted files of a side but for the models that cannot be read, and the errors of these by path."""
    models: list[ModelDocument] = []
    faults: dict[str, SnapshotError] = {}
    for path in sorted(filter(is_model_file, wanted & side.files.keys())):
        try:
            models += model_documents([(path, side.files[path])], where=side.label)
        except SnapshotError as error:
            faults[path] = error
    others = _snapshot(side, {path for path in wanted if not is_model_file(path)})
    return replace(others, models=tuple(models)), faults


def _unreadable(faults: Mapping[str, SnapshotError], sides: tuple[Snapshot, Snapshot]) -> dict[str, SnapshotError]:
    """Return the errors by the ids of the models they concern: the file's, and that of a document in a wrong file."""
    own = {model_path(model.id): model.id for side in sides for model in side.models}
    found: dict[str, SnapshotError] = {}
    for path, error in faults.items():
        found[own.get(path, id_of_file_name(path.removeprefix(f"{MODELS}/")))] = error
        if isinstance(error, MisnamedModel) and error.model in own.values():
            found[error.model] = error
    return found


def _fault(model: str, error: SnapshotError) -> Change:
    message = f"Model {marked(model)} cannot be compared: {marked(error.message)} in {marked(error.where or '')}"
    return make_change(UNREADABLE, message, model=model)


_Pair: TypeAlias = tuple[ModelDocument | None, ModelDocument | None]


def _pairs(old: Snapshot, new: Snapshot, moved: frozenset[str], hidden: Collection[str]) -> list[_Pair]:
    """Return the two documents of every changed model, without the parts that are equal; those `moved` whole.

    A model whose files differ only in spelling is left out, and so are those that are `hidden`.
    """
    before, after = old.by_id(), new.by_id()
    pairs: list[_Pair] = []
    for model in sorted((before.keys() | after.keys()) - {*hidden}):
        was, now = before.get(model), after.get(model)
        if was is None or now is None or model in moved:
            pairs.append((was, now))
        # Equality is quick to refute, but Python holds True and 1 to be equal; digests do not.
        elif was != now or was.digest != now.digest:
            pairs.append(skip_unchanged(was, now))
    return pairs


def _catalogue(name: str, documents: Iterable[ModelDocument | None]) -> Catalogue:
    return Catalogue(provider=name, models=tuple(parse_model(document) for document in documents if document))


def _plane(side: SpecFiles, snapshot: Snapshot) -> ControlPlane:
    return ControlPlane(
        read_schema=_read_schema,
        openapi=snapshot.openapi,
        provider=_provider(side),
        contract=snapshot.contract,
    )


def _read_schema(schema: JsonObject, polarity: Polarity) -> tuple[Schema, Mapping[str, Object]]:
    hidden: Hidden = "readOnly" if polarity is Polarity.INPUT else "writeOnly"
    reader = SchemaReader(SourceSchema(cast("JsonValue", schema)), OPENAPI, hidden=hidden)
    parsed = reader.read()
    return parsed, reader.definitions


def _provider(side: SpecFiles) -> Provider | None:
    if PROVIDER not in side.files:
        return None
    return parse_provider(side.files[PROVIDER], where=f"{side.label}/{PROVIDER}")
