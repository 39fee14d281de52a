"""The facts and problems found in one document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from schemaloom.errors import Level, Problem
from schemaloom.json.values import JsonObject, JsonValue
from schemaloom.snapshot.fetch_result import ModelMetadata
from schemaloom.sources.documents.tables.parameters import Parameters
from schemaloom.sources.documents.text.lines import Line


@dataclass(slots=True)
class ParsedModel:
    """One model in one document."""

    id: str
    facts: ModelMetadata
    line: Line
    parameters: Parameters | None = None
    """None where the document has no table for it."""
    expects_table: bool = True
    """Whether a document of this kind would hold the parameters."""
    depth: int = 0
    """Number of columns: of two tables the wider one is used."""


@dataclass(slots=True)
class DocumentResult:
    """The models, contract facts and problems of one document."""

    name: str
    """File name or URL, for messages."""
    models: list[ParsedModel] = field(default_factory=list[ParsedModel])
    contract: dict[str, JsonObject] = field(default_factory=dict[str, JsonObject])
    """By part: ``statuses``, ``codes``, ``response_fields``, ``headers``, ``documents``."""
    problems: list[Problem] = field(default_factory=list[Problem])

    def report(self, line: Line, message: str, *, model: str = "", level: Level = Level.WARNING) -> None:
        """Note something at a line of the document."""
        self.problems.append(Problem(model, f"{self.name}:{line.place}", message, level))

    def add_contract_entry(self, part: str, name: str, facts: Mapping[str, JsonValue], line: Line) -> None:
        """Enter an item into a part of the contract; two that disagree are a problem, the first stays."""
        entries = self.contract.setdefault(part, {})
        known = entries.setdefault(name, dict(facts))
        if isinstance(known, dict) and known.get("status") != facts.get("status"):
            self.report(line, f"{name}: appears twice in this document with different facts; the first is used")
