"""Read one document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from schemaloom.errors import Level
from schemaloom.json.values import JsonObject, JsonValue
from schemaloom.settings.provider import Provider
from schemaloom.sources.api.list_item import without
from schemaloom.sources.documents.blocks import is_page, read_blocks
from schemaloom.sources.documents.contract_tables import read_contract_tables
from schemaloom.sources.documents.model_index import read_model_index
from schemaloom.sources.documents.operations import Operation, operations_of, read_operation
from schemaloom.sources.documents.page_metadata import PageMetadata, read_page_metadata
from schemaloom.sources.documents.result import DocumentResult
from schemaloom.sources.documents.sections import Section, sections_of
from schemaloom.sources.documents.submit_urls import SubmitUrls
from schemaloom.sources.documents.tables.column_headings import Columns
from schemaloom.sources.documents.text.front_matter import FrontMatterError, read_front_matter, split_front_matter
from schemaloom.sources.documents.text.lines import Line, lines_of
from schemaloom.sources.documents.text.unflatten import restored


def read_document(name: str, text: str, provider: Provider) -> DocumentResult:
    """Read a document of `provider`; `name` precedes line numbers in problems.

    Never raises: an unreadable document has one problem that reports it.
    """
    findings = DocumentResult(name)
    front, lines = split_front_matter(lines_of(text))
    matter = _front_matter(front, provider, findings)
    lines = restored(lines)
    page = is_page(lines)
    known = provider.catalogue.documents
    sections = sections_of(read_blocks(lines, Columns(known.columns)), page=page)
    read_model_index(sections, provider.catalogue.currency, findings)
    about = read_page_metadata(sections, page=page, boilerplate=known.boilerplate, currency=provider.catalogue.currency)
    if not findings.models:
        _read_operations(sections, lines, _with_front_matter(about, matter), matter, provider, findings)
    read_contract_tables(sections, findings)
    if not findings.models and not findings.contract:
        findings.report(Line("", 1), "nothing in this document is understood", level=Level.ERROR)
    return findings


def _front_matter(lines: Sequence[Line], provider: Provider, findings: DocumentResult) -> JsonObject:
    try:
        matter = without(read_front_matter(lines), provider.catalogue.volatile)
    except FrontMatterError as error:
        findings.report(Line("", 1), f"front matter: {error}; it is not read")
        return {}
    content = matter if isinstance(matter, dict) else {}
    name = content.get("id")
    if isinstance(name, str) and name:
        findings.contract["documents"] = {name: content}
    return content


def _with_front_matter(about: PageMetadata, matter: JsonObject) -> PageMetadata:
    """Return the page's facts, completed by those of the front matter."""
    title, description = _text(matter, "title"), _text(matter, "description")
    if not about.title and title:
        about.title = title
    if about.description is None:
        about.description = description
    return about


def _read_operations(
    sections: Sequence[Section],
    lines: Sequence[Line],
    about: PageMetadata,
    matter: JsonObject,
    provider: Provider,
    findings: DocumentResult,
) -> None:
    urls = SubmitUrls(provider)
    operations = operations_of(sections, urls)
    if not operations and about.model_id is not None:
        operations = [Operation(about.model_id, list(sections))]
    if len(operations) == 1:
        # One operation: the whole document is about it.
        operations[0].sections = list(sections)
        if about.model_id is not None and about.model_id != operations[0].id:
            findings.report(
                about.line, f"states the id {about.model_id!r} and the URL of {operations[0].id!r}; the URL is believed"
            )
    elif any(table.subject == "parameters" for section in sections for table in section.tables) and not operations:
        nothing = f"these parameters belong to no known model: no submit URL like {urls.wanted} and no id"
        findings.report(Line("", 1), nothing, level=Level.ERROR)
    common = replace(about.facts(provider.catalogue.currency, findings), documents=_documents(matter))
    ends = [operation.line for operation in operations[1:]]
    seen: set[str] = set()
    for index, operation in enumerate(operations):
        if operation.id in seen:
            findings.report(operation.line, "a second operation of this id; the first is used", model=operation.id)
            continue
        seen.add(operation.id)
        end = ends[index] if index < len(ends) else None
        own = [line for line in lines if end is None or (line.number, line.column) < (end.number, end.column)]
        several = len(operations) > 1
        # A text about a family of models describes none of them.
        description = None if several else common.description
        facts = replace(common, name=_name(about.title, operation, several=several), description=description)
        findings.models.append(read_operation(operation, about, facts, own, provider, findings))


def _name(title: str, operation: Operation, *, several: bool) -> str | None:
    if several and operation.title is not None:
        return f"{title}: {operation.title}" if title else operation.title
    return title or None


def _documents(matter: JsonObject) -> tuple[str, ...] | None:
    found = [_text(matter, key) for key in ("resource", "docs_url")]
    return tuple(dict.fromkeys(url for url in found if url)) or None


def _text(matter: JsonObject, key: str) -> str | None:
    value: JsonValue = matter.get(key)
    return value if isinstance(value, str) and value else None
