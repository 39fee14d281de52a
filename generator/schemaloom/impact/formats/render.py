"""`render`: an impact report in one of its formats, of which only that one is imported."""

from __future__ import annotations

from enum import StrEnum

from schemaloom.impact.report import ImpactReport


class ImpactFormat(StrEnum):
    """The forms that an impact report can take."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    GITHUB = "github"
    SARIF = "sarif"


def render(form: ImpactFormat, report: ImpactReport, *, color: bool = False) -> str:
    """Write the report in one form; `color` is for text on a terminal only."""
    match form:
        case ImpactFormat.TEXT:
            from schemaloom.impact.formats import text

            return text.render(report, color=color)
        case ImpactFormat.JSON:
            from schemaloom.impact.formats import json

            return json.render(report)
        case ImpactFormat.MARKDOWN:
            from schemaloom.impact.formats import markdown

            return markdown.render(report)
        case ImpactFormat.GITHUB:
            from schemaloom.impact.formats import github

            return github.render(report)
        case ImpactFormat.SARIF:
            from schemaloom.impact.formats import sarif

            return sarif.render(report)
