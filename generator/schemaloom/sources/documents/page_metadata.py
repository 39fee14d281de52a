"""Facts of a document outside its tables: title, kind, price, capabilities."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from schemaloom.snapshot.fetch_result import ModelMetadata
from schemaloom.sources.documents.blocks import Text
from schemaloom.sources.documents.result import DocumentResult
from schemaloom.sources.documents.sections import Section
from schemaloom.sources.documents.tables.prices import read_price, usual_unit
from schemaloom.sources.documents.text.lines import Line

_SUFFIX = re.compile(r"\s+API(?: Documentation)?$")
_LABEL = re.compile(r"\b(Model ID|Type|Credit Cost|Cost|Provider|Source):\s*")
_MODALITY = re.compile(r"\b(image|video|audio|text)(?: (?:generation|editing))?", re.IGNORECASE)
_MAKES = re.compile(r"\bto[ -](image|video|audio|text)\b", re.IGNORECASE)
_KIND = re.compile(r"(?:Image|Video|Audio|Text) (?:Generation|Editing)")


@dataclass(slots=True)
class PageMetadata:
    """Facts of a document that hold for every operation in it."""

    title: str = ""
    model_id: str | None = None
    """The id that the document states."""
    description: str | None = None
    modality: str | None = None
    price: str | None = None
    capabilities: tuple[str, ...] | None = None
    aspect_ratios: tuple[str, ...] = ()
    line: Line = field(default_factory=lambda: Line("", 1))

    def facts(self, currency: str, findings: DocumentResult) -> ModelMetadata:
        """The same as values; a price that cannot be read is reported."""
        found = ModelMetadata(description=self.description, modality=self.modality, capabilities=self.capabilities)
        if self.price is None:
            return found
        price = read_price(self.price, currency)
        if price is None:
            findings.report(self.line, f"price {self.price[:60]!r} cannot be read")
            return found
        return replace(
            found,
            amount=price.amount,
            unit=price.unit or usual_unit(self.modality),
            by_resolution=price.by_resolution,
        )


def read_page_metadata(
    sections: Sequence[Section], *, page: bool, boilerplate: Iterable[str], currency: str
) -> PageMetadata:
    """Read the facts of a Markdown document, or of the text of a `page`."""
    found = _of_page(sections[0]) if page else _of_markdown(sections, currency)
    for section in sections:
        if section.kind == "capabilities":
            found.capabilities = tuple(section.items)
        elif section.kind == "ratios":
            found.aspect_ratios = tuple(item for item in section.items if re.fullmatch(r"\d+:\d+", item))
    if found.description is not None:
        for sentence in boilerplate:
            found.description = " ".join(found.description.replace(sentence, " ").split())
    found.title = _SUFFIX.sub("", found.title)
    return found


def makes(operation: str) -> str | None:
    """Return the modality of an operation such as ``Text to Image``; None if its name has none."""
    match = _MAKES.search(operation)
    return match[1].lower() if match else None


def _of_markdown(sections: Sequence[Section], currency: str) -> PageMetadata:
    found = PageMetadata()
    titled = next((section for section in sections if section.title and section.kind == "other"), None)
    if titled is not None:
        found.title = titled.title
    for section in sections:
        if section.kind != "overview":
            continue
        found.line = section.line
        texts: list[str] = []
        for text in section.texts:
            before, *pairs = _LABEL.split(text.joined)
            texts.append(before.strip())
            for label, value in zip(pairs[::2], pairs[1::2], strict=True):
                rest = _take_label(found, label, value.strip(), currency)
                texts.append(rest)
        found.description = " ".join(text for text in texts if text) or None
        break
    return found


def _take_label(found: PageMetadata, label: str, value: str, currency: str) -> str:
    """Record a labelled value and return the running text behind it."""
    match label:
        case "Model ID":
            found.model_id, _, rest = value.partition(" ")
            return rest
        case "Type":
            kind = _MODALITY.match(value)
            found.modality = kind[1].lower() if kind else found.modality
            return value[kind.end() :].strip() if kind else value
        case "Cost" | "Credit Cost":
            price = read_price(value, currency)
            found.price = value if price is None else value[: len(value) - len(price.rest)].strip()
            return "" if price is None else price.rest
        case _:
            return ""


def _of_page(top: Section) -> PageMetadata:
    """Read the lines above the first heading: title, text, badges, then names and values in pairs."""
    lines = [line for block in top.blocks if isinstance(block, Text) for line in block.lines if line.text]
    found = PageMetadata()
    start = next((index for index, line in enumerate(lines) if _SUFFIX.search(line.text)), None)
    if start is None:
        return found
    # "Back to API Platform" does not end in the word; a title does.
    found.title, found.line = lines[start].text, lines[start]
    labels = {line.text: index for index, line in enumerate(lines) if line.text in {"Credit Cost", "Type"}}
    following = {label: lines[index + 1].text for label, index in labels.items() if index + 1 < len(lines)}
    found.price = following.get("Credit Cost")
    badges = [line.text for line in lines[start + 2 : min(labels.values(), default=start + 2)]]
    kinds = [*badges, following.get("Type", "")]
    kind = next((match for text in kinds if (match := _MODALITY.fullmatch(text))), None)
    found.modality = kind[1].lower() if kind else None
    found.capabilities = tuple(badge for badge in badges if not _KIND.fullmatch(badge))
    if start + 1 < len(lines) and start + 1 not in labels.values():
        found.description = lines[start + 1].text
    return found
