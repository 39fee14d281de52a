"""``drift``: read two sides of a catalogue, compare what differs, apply the acknowledgements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TypeAlias, cast

from schemaloom.drift.acknowledgements import (
    ACKNOWLEDGED,
    ACKNOWLEDGEMENT_RULES,
    Acknowledgement,
    acknowledge,
    read_acknowledgements,
)
from schemaloom.drift.catalogue.control_plane import ControlPlane
from schemaloom.drift.change import DriftReport, FailOn, Rule
from schemaloom.drift.compare import compare
from schemaloom.drift.formats.source_lines import SourceLines
from schemaloom.drift.formats.view import View
from schemaloom.drift.renames.confirmed import RENAMES, read_renames
from schemaloom.drift.rules import RULES
from schemaloom.drift.skip_unchanged import skip_unchanged
from schemaloom.ir.dialects import each_as_read
from schemaloom.ir.model import Catalogue
from schemaloom.ir.schema import Object, Schema
from schemaloom.json.values import JsonObject, JsonValue
from schemaloom.parse.model import parse_model
from schemaloom.parse.schema import SchemaReader
from schemaloom.pipeline.spec_files import SpecFiles, provider_name, read_side
from schemaloom.settings.provider import Provider, parse_provider
from schemaloom.snapshot.file_names import file_name
from schemaloom.snapshot.layout import CONTRACT, MODELS, NAMES, OPENAPI, PROVIDER, Snapshot, snapshot_from_files
from schemaloom.snapshot.model import ModelDocument
from schemaloom.snapshot.write_snapshot import is_model_file


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """The result of comparing two sides."""

    report: DriftReport
    old: SpecFiles
    new: SpecFiles

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
    exist, and `SnapshotError` naming file and pointer for one that cannot be read.
    """
    old_side, new_side = read_side(old, other=new, root=root), read_side(new, other=old, root=root)
    return Drift(report=compare_sides(old_side, new_side, today=today), old=old_side, new=new_side)


def compare_sides(old: SpecFiles, new: SpecFiles, *, today: date) -> DriftReport:
    """Compare two sides; acknowledgements and confirmed renames are those of the new one."""
    entries = acknowledgements_of(new)
    return acknowledge(compare_content(old, new), entries, today=today)


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
    wanted |= {f"{MODELS}/{file_name(model)}" for model in moved}
    before, after = _snapshot(old, wanted), _snapshot(new, wanted)
    pairs = _pairs(before, after, moved)
    name = provider_name(new) or provider_name(old) or Path(new.folder).name
    return compare(
        _catalogue(name, (documents[0] for documents in pairs)),
        _catalogue(name, (documents[1] for documents in pairs)),
        old_plane=_plane(old, before) if control else None,
        new_plane=_plane(new, after) if control else None,
        renames=renames,
        retired=_retired(old) if any(was is None for was, _ in pairs) else (),
    )


def _retired(side: SpecFiles) -> frozenset[str]:
    """Return the models that were in the package once and had been removed; ``names.json`` keeps their names."""
    names = _snapshot(side, {NAMES}).names.get("models")
    entries = names.items() if isinstance(names, dict) else ()
    return frozenset(model for model, entry in entries if isinstance(entry, dict) and "retired" in entry)


def _snapshot(side: SpecFiles, wanted: set[str]) -> Snapshot:
    files = ((path, side.files[path]) for path in sorted(wanted & side.files.keys()))
    return snapshot_from_files(files, where=side.label)


_Pair: TypeAlias = tuple[ModelDocument | None, ModelDocument | None]


def _pairs(old: Snapshot, new: Snapshot, moved: frozenset[str]) -> list[_Pair]:
    """Return the two documents of every changed model, without the parts that are equal; those `moved` whole.

    A model whose files differ only in spelling is left out.
    """
    before, after = old.by_id(), new.by_id()
    pairs: list[_Pair] = []
    for model in sorted(before.keys() | after.keys()):
        was, now = before.get(model), after.get(model)
        if was is None or now is None or model in moved:
            pairs.append((was, now))
        # Equality is quick to refute, but Python holds True and 1 to be equal; digests do not.
        elif was != now or was.digest != now.digest:
            pairs.append(skip_unchanged(*_as_read(was, now)))
    return pairs


def _as_read(old: ModelDocument, new: ModelDocument) -> tuple[ModelDocument, ModelDocument]:
    """Return two models whose schemas are what their dialects read, where these differ."""
    inputs, outputs = each_as_read(old.input, new.input), each_as_read(old.output, new.output)
    return replace(old, input=inputs[0], output=outputs[0]), replace(new, input=inputs[1], output=outputs[1])


def _catalogue(name: str, documents: Iterable[ModelDocument | None]) -> Catalogue:
    return Catalogue(provider=name, models=tuple(parse_model(document) for document in documents if document))


def _plane(side: SpecFiles, snapshot: Snapshot) -> ControlPlane:
    return ControlPlane(
        read_schema=_read_schema,
        openapi=snapshot.openapi,
        provider=_provider(side),
        contract=snapshot.contract,
    )


def _read_schema(schema: JsonObject) -> tuple[Schema, Mapping[str, Object]]:
    reader = SchemaReader(cast("JsonValue", schema), OPENAPI)
    parsed = reader.read()
    return parsed, reader.definitions


def _provider(side: SpecFiles) -> Provider | None:
    if PROVIDER not in side.files:
        return None
    return parse_provider(side.files[PROVIDER], where=f"{side.label}/{PROVIDER}")
