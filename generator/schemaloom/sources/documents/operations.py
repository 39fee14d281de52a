"""The operations of a document: where each begins, its URL, its parameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from schemaloom.errors import Level
from schemaloom.settings.provider import Provider
from schemaloom.snapshot.fetch_result import ModelMetadata
from schemaloom.sources.documents.check_examples import check_examples
from schemaloom.sources.documents.page_metadata import PageMetadata, makes
from schemaloom.sources.documents.result import DocumentResult, ParsedModel
from schemaloom.sources.documents.sections import Section
from schemaloom.sources.documents.submit_urls import SubmitUrls
from schemaloom.sources.documents.tables.parameters import read_parameters
from schemaloom.sources.documents.tables.table import Row, Table
from schemaloom.sources.documents.text.lines import Line


@dataclass(slots=True)
class Operation:
    """One operation, and the sections that are about it."""

    id: str
    sections: list[Section] = field(default_factory=list[Section])
    title: str | None = None
    """Name of the operation, such as ``Text to Image``, where the document has several."""

    @property
    def line(self) -> Line:
        """The line at which it begins."""
        return self.sections[0].line


def operations_of(sections: Sequence[Section], urls: SubmitUrls) -> list[Operation]:
    """Cut a document where a section of endpoints names another model's submit URL.

    A heading with nothing below it, right before such a section, is the operation's name.  Text
    before the first operation belongs to it as well, and is read by `read_page_metadata` too.
    """
    found: list[Operation] = []
    for index, section in enumerate(sections):
        url = urls.first(section.words) if section.kind == "endpoint" else None
        if url is not None and (not found or found[-1].id != url.id):
            operation = Operation(url.id)
            before = sections[index - 1] if index else None
            if before is not None and before.title and not before.blocks:
                operation.title = before.title
                if found:
                    found[-1].sections.remove(before)
                operation.sections.append(before)
            found.append(operation)
        if found:
            found[-1].sections.append(section)
    return found


def read_operation(
    operation: Operation,
    page: PageMetadata,
    facts: ModelMetadata,
    lines: Sequence[Line],
    provider: Provider,
    findings: DocumentResult,
) -> ParsedModel:
    """Read a document's section about one model."""
    urls = SubmitUrls(provider)
    found = ParsedModel(operation.id, replace(facts, related=_related(operation, urls)), operation.line)
    if "{endpoint}" in provider.submit.url:
        found.facts = replace(found.facts, endpoint=_endpoint(operation, urls, findings))
    if operation.title is not None:
        made = makes(operation.title)
        found.facts = replace(found.facts, capabilities=(operation.title,), modality=made or facts.modality)
    table = _table(operation, findings)
    if table is None:
        return found

    def report(row: Row, message: str) -> None:
        findings.report(row.line, message, model=operation.id)

    for fault in table.faults:
        findings.report(fault.line, fault.message, model=operation.id)
    found.parameters = read_parameters(table, page.aspect_ratios, report)
    found.depth = sum(column is not None for column in table.columns)
    check_examples(_own_lines(operation, lines), operation.id, found.parameters.schema, findings)
    return found


def _table(operation: Operation, findings: DocumentResult) -> Table | None:
    tables = [table for section in operation.sections for table in section.tables if table.subject == "parameters"]
    for other in tables[1:]:
        findings.report(other.line, "a second parameter table; the first is used", model=operation.id)
    if tables:
        return tables[0]
    places = [section.line for section in operation.sections if section.kind == "parameters"]
    message = "no table of parameters can be read here" if places else "has no table of parameters"
    findings.report(places[0] if places else operation.line, message, model=operation.id, level=Level.WARNING)
    return None


def _endpoint(operation: Operation, urls: SubmitUrls, findings: DocumentResult) -> str | None:
    """Return the submit URL: that of an example request, because a stated base may be only its prefix."""
    kinds = ("example", "endpoint")
    found = [
        url.url
        for kind in kinds
        for section in operation.sections
        if section.kind == kind
        for url in urls.all(section.words)
        if url.url is not None and url.id == operation.id
    ]
    if not found:
        findings.report(operation.line, "its submit URL is not stated in full", model=operation.id)
        return None
    return max(found, key=len)


def _related(operation: Operation, urls: SubmitUrls) -> tuple[str, ...] | None:
    sections = [section for section in operation.sections if section.kind == "related"]
    found = [url.id for section in sections for url in urls.all(section.words) if url.id != operation.id]
    return tuple(dict.fromkeys(found)) if sections else None


def _own_lines(operation: Operation, lines: Sequence[Line]) -> list[Line]:
    """The lines from the operation's beginning to the next one's, which `lines` ends before."""
    begin = (operation.line.number, operation.line.column)
    return [line for line in lines if (line.number, line.column) >= begin]
