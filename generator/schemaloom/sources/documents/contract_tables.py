"""Error codes, status values, response fields and headers: facts that a document states for every operation."""

from __future__ import annotations

import re
from collections.abc import Iterable

from schemaloom.json.values import JsonValue
from schemaloom.sources.documents.blocks import Fence
from schemaloom.sources.documents.result import DocumentResult
from schemaloom.sources.documents.sections import Section
from schemaloom.sources.documents.tables.cell_values import NOTHING, read_number
from schemaloom.sources.documents.tables.table import Row, Table

_HEADER = re.compile(r"\s*([A-Za-z][A-Za-z0-9-]*): \S+\s*")


def read_contract_tables(sections: Iterable[Section], findings: DocumentResult) -> None:
    """Enter every table of these subjects, and the header that a webhook section shows, into the contract."""
    for section in sections:
        for table in section.tables:
            if table.subject != "parameters":
                _add_entries(table, findings)
        if section.kind == "webhook":
            for block in section.blocks:
                if isinstance(block, Fence) and (match := _HEADER.fullmatch(block.content)):
                    findings.add_contract_entry("headers", match[1], {}, block.line)


def _add_entries(table: Table, findings: DocumentResult) -> None:
    for fault in table.faults:
        findings.report(fault.line, fault.message)
    for row in table.rows:
        findings.add_contract_entry(table.subject, row.name, _facts(table, row), row.line)


def _facts(table: Table, row: Row) -> dict[str, JsonValue]:
    facts: dict[str, JsonValue] = {}
    for column, cell in row.cells.items():
        if column == "name" or not cell or cell in NOTHING:
            continue
        number = read_number(cell) if column == "status" else None
        facts[column] = cell if number is None else number
    if table.subject == "codes" and "status" not in facts and (code := read_number(row.name)) is not None:
        facts["status"] = code
    return facts
