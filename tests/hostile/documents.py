"""Markdown documents of strangers, in the shapes that real ones have."""

from __future__ import annotations

from hypothesis import strategies as st
from tests.hostile.texts import ids, names, texts

_FRONT = [
    *("type: AI Model", "trending: true", "latest_version: 1.0", "timestamp: 2026-06-21T18:51:47.052Z", "tags: [a, b]"),
    *("x: !!python/object/apply:os.system ['touch canary']", "x: !!python/name:os.system", "a: &a [*a]", "<<: {a: b}"),
    *("x: &x [a, a, a]\ny: &y [*x, *x, *x]\nz: [*y, *y]", "? [a]\n: b", "x: !!binary aGk=", "x: .nan", "x: 1e400"),
    *(
        "variants:\n  - id: draw-v1\n    name: Draw",
        "variants: 7",
        "%YAML 9.9",
        "---",
        "x: 0x10",
        "x: 2026-13-45",
        "\t- x",
    ),
]
_PIECES = [
    *(
        "## Base URL",
        "## Endpoint",
        "## Authentication",
        "## Request Code",
        "## Input Parameters",
        "## Response",
        "## Errors",
    ),
    *(
        "## Draw v1",
        "### Text to Image",
        "## Output",
        "## Webhook",
        "## Pricing",
        "```",
        "```json",
        "```yaml",
        "---",
        "|---|---|---|",
    ),
    *(
        "| Parameter | Type | Required | Default | Description |",
        "Parameter\n\nType\n\nRequired\n\nDefault\n\nDescription",
    ),
    *(
        "POST https://gate.lumen.example/draw/v1/run",
        "https://gate.lumen.example/../../x",
        "<details>",
        "[a](javascript:x)",
    ),
    *(
        "(min: 1, max: 1e400)",
        "(Options: a, b...)",
        "(min: NaN)",
        "1-8",
        "required",
        "enum",
        "array<url>",
        "string or object",
    ),
    *(
        "| `a` | enum | No | x | (Options: " + "a, " * 300 + "b) |",
        "> " * 200,
        "- " * 200,
        "#" * 200,
        "[" * 500,
        "*" * 500,
        "`" * 500,
    ),
    *("&" * 500, "<a" * 300, "![" * 300, "\\" * 500, "| " * 500),
]
_CELL = st.one_of(names, texts).map(lambda text: text.replace("\n", " "))


@st.composite
def _tables(draw: st.DrawFn) -> str:
    rows = draw(
        st.lists(
            st.tuples(
                _CELL, st.sampled_from(["string", "integer", "enum", "boolean", "array", "object", "x"]), _CELL, _CELL
            ),
            max_size=5,
        )
    )
    if draw(st.booleans()):
        lines = ["| Parameter | Type | Required | Default | Description |", "|---|---|---|---|---|"]
        lines += [f"| `{name}` | {kind} | No | {default} | {words} |" for name, kind, default, words in rows]
        return "\n".join(lines)
    cells = ["Parameter", "Type", "Required", "Default", "Description"]
    for name, kind, default, words in rows:
        cells += [name, kind, "Yes", default, words]
    return "\n\n".join(cells)


@st.composite
def documents(draw: st.DrawFn) -> str:
    """A document: perhaps front matter, then headings, tables and code, hostile texts among them."""
    lines: list[str] = []
    if draw(st.integers(0, 3)):
        front = draw(st.lists(st.sampled_from(_FRONT), max_size=3))
        key = draw(st.sampled_from(["id", "title", "description", "name", "provider"]))
        front += [f"id: {draw(st.one_of(st.just('draw'), ids))}", f"{key}: {draw(texts)}"]
        lines += ["---", *front, draw(st.sampled_from(["---", "---", "...", ""]))]
    operation = draw(st.one_of(st.sampled_from(["draw", "draw-fast", "film"]), ids)).replace("\n", "")
    lines += [
        f"# {draw(texts)}",
        "",
        "## Base URL",
        "",
        "```",
        f"https://gate.lumen.example/{operation}/v1/run",
        "```",
        "",
    ]
    for _ in range(draw(st.integers(1, 4))):
        lines += [draw(st.sampled_from(_PIECES)), ""]
        match draw(st.integers(0, 4)):
            case 0 | 1:
                lines += ["## Input Parameters", "", draw(_tables()), ""]
            case 2:
                lines += [f"## {draw(texts)}", "", draw(texts), ""]
            case 3:
                lines += ["```json", '{"prompt": ' + draw(texts) + "}", "```", ""]
            case _:
                lines += [draw(_tables()), ""]
    return "\n".join(lines)
