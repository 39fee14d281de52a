"""Results as people read them."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from collections.abc import Iterable

from benchmarks.rows import Row

_VERSIONS = ("openapi-python-client", "datamodel-code-generator", "ruff", "pydantic", "httpx2", "mypy", "basedpyright")


def line(row: Row, *, judged: bool) -> str:
    """One row for a terminal; `judged` if its catalogue has the size that the target is for."""
    ratio = row.ratio
    target = (
        "" if row.target is None or not judged else f"  {'holds' if row.holds else 'MISSED'}: at most {row.target:g}"
    )
    return f"{ratio.median:7.3f}  ({ratio.least:.3f} to {ratio.most:.3f})  {row.measure}{target}"


def markdown(rows: Iterable[Row], *, command: str, pairs: int, others: Iterable[tuple[str, str]]) -> str:
    """The whole of ``RESULTS.md``; `others` are outputs of programs that print figures of their own."""
    facts = [
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors, {_memory()}",
        f"Python {platform.python_version()}",
        *(f"{name} {importlib.metadata.version(name)}" for name in _VERSIONS),
    ]
    table = [
        f"| {row.measure} | **{row.ratio.median:.3f}** | {row.ratio.least:.3f} to {row.ratio.most:.3f} "
        f"| {_target(row)} | {_amount(row.ratio.ours, row.unit)} | {_amount(row.ratio.theirs, row.unit)} |"
        for row in rows
    ]
    programs = [f"\n## {command}\n\n```\n{text.strip()}\n```\n" for command, text in others]
    return "\n".join(
        [
            "# Results",
            "",
            f"Written by `{command}`.  Whole processes, ours and theirs in turns, at least {pairs} pairs after one run",
            "that does not count; a ratio is the median over the pairs, with its least and greatest.  Compare",
            "ratios: times are those of one machine on one day.",
            "",
            f"{'; '.join(facts)}.",
            "",
            "Catalogues are made up from a seed (`corpus.py`).  `n % distinct` is the share of parameters whose rules",
            "are new: those of no parameter before.  In real catalogues it is at most 5 %.  `cold` is with no package,",
            "no names and an empty cache.  openapi-python-client makes its package from the same content as one",
            "OpenAPI document, and formats it with ruff too, as it does wherever ruff is on the PATH.  Everything lies",
            "on a file system in memory where there is one: a disk may take four times as long to make a file in the",
            "minutes after others were deleted.  Peak memory is that of the largest process of a run.",
            "",
            "| measure | ratio | spread | target | ours | theirs |",
            "|---|---|---|---|---|---|",
            *table,
            *programs,
        ]
    )


def _target(row: Row) -> str:
    return "" if row.target is None else f"≤ {row.target:g}{'' if row.holds else ' **missed**'}"


def _amount(value: float, unit: str) -> str:
    if unit == "s":
        return f"{value * 1000:,.2f} ms" if value < 0.1 else f"{value:,.2f} s"
    return f"{value:,.0f} {unit}"


def _memory() -> str:
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return f"{total / 2**30:.0f} GiB"
