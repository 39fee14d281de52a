"""`render`: a drift report in one of its formats, of which only that one is imported."""

from __future__ import annotations

from enum import StrEnum

from schemaloom.drift.formats.view import View


class Format(StrEnum):
    """The forms a report can take."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    HTML = "html"
    GITHUB = "github"
    SARIF = "sarif"
    JUNIT = "junit"


def render(form: Format, view: View, *, color: bool = False) -> str:
    """Write the report in one form; `color` is for text on a terminal only."""
    match form:
        case Format.TEXT:
            from schemaloom.drift.formats import text

            return text.render(view, color=color)
        case Format.JSON:
            from schemaloom.drift.formats import json

            return json.render(view)
        case Format.MARKDOWN:
            from schemaloom.drift.formats import markdown

            return markdown.render(view)
        case Format.HTML:
            from schemaloom.drift.formats import html

            return html.render(view)
        case Format.GITHUB:
            from schemaloom.drift.formats import github

            return github.render(view)
        case Format.SARIF:
            from schemaloom.drift.formats import sarif

            return sarif.render(view)
        case Format.JUNIT:
            from schemaloom.drift.formats import junit

            return junit.render(view)
