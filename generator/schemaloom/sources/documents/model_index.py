"""Documents that list models: one heading for each, with its price and features below."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from schemaloom.snapshot.fetch_result import ModelMetadata
from schemaloom.sources.documents.result import DocumentResult, ParsedModel
from schemaloom.sources.documents.sections import Section
from schemaloom.sources.documents.tables.prices import read_price, usual_unit

_ENTRY = re.compile(r"(?P<name>\S.*?) \(`(?P<id>[^`\s]+)`\)\s*(?P<rest>.*)", re.DOTALL)
_GROUP = re.compile(r"(?P<modality>Image|Video|Audio|Text) Models(?: \((?P<count>\d+)[^()]*\))?", re.IGNORECASE)
_FACT = re.compile(r"(?:^|\s)-\s*(Cost|Features|Use cases):\s*")


def read_model_index(sections: Sequence[Section], currency: str, findings: DocumentResult) -> None:
    """Read every entry ``### Name (`id`)``, grouped under headings such as ``Image Models (32 available)``."""
    modality: str | None = None
    for index, section in enumerate(sections):
        group = _GROUP.match(section.title)
        entry = _ENTRY.fullmatch(section.markdown)
        if group is not None:
            modality = group["modality"].lower()
            _check_count(sections, index, group["count"], findings)
        elif entry is not None:
            findings.models.append(_entry(section, entry, modality, currency, findings))


def _check_count(sections: Sequence[Section], index: int, stated: str | None, findings: DocumentResult) -> None:
    seen = 0
    for section in sections[index + 1 :]:
        if _GROUP.match(section.title):
            break
        seen += _ENTRY.fullmatch(section.markdown) is not None
    if stated is not None and seen != int(stated):
        findings.report(sections[index].line, f"announces {stated} models, and {seen} could be read")


def _entry(
    section: Section, entry: re.Match[str], modality: str | None, currency: str, findings: DocumentResult
) -> ParsedModel:
    # Bullets of a flattened document are in the heading's own line; elsewhere they are items.
    text = " ".join(
        [entry["rest"], *(f"- {part.joined}" if part.is_item else part.joined for part in section.texts)]
    ).strip()
    description, *pairs = _FACT.split(text)
    labelled = dict(zip(pairs[::2], pairs[1::2], strict=True))
    facts = ModelMetadata(
        name=entry["name"].replace("`", ""), description=description.strip() or None, modality=modality
    )
    price = read_price(labelled.get("Cost", ""), currency)
    if price is not None:
        facts = replace(
            facts,
            amount=price.amount,
            unit=price.unit or usual_unit(modality),
            by_resolution=price.by_resolution,
        )
    elif "Cost" in labelled:
        findings.report(section.line, f"price {labelled['Cost']!r} cannot be read", model=entry["id"])
    features = tuple(part.strip() for part in labelled.get("Features", "").split(",") if part.strip()) or None
    return ParsedModel(entry["id"], replace(facts, capabilities=features), section.line, expects_table=False)
