"""The command ``schemaloom rules``."""

from __future__ import annotations

import json

import click

from schemaloom.drift.change import Severity
from schemaloom.pipeline.drift import all_rules


@click.command("rules")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Form of the list.",
)
def command(*, form: str) -> None:
    """List every drift rule: id, severity, polarity and what it means."""
    rules = sorted(all_rules().values(), key=lambda rule: rule.id)
    if form == "json":
        content = [
            {"id": rule.id, "severity": rule.severity, "polarity": rule.polarity, "sentence": rule.sentence}
            for rule in rules
        ]
        click.echo(json.dumps({"schema_version": 1, "rules": content}, indent=2))
        return
    width = max(len(rule.id) for rule in rules)
    for severity in Severity:
        for rule in rules:
            if rule.severity is severity:
                click.echo(f"{rule.id:<{width}}  {severity:<9}  {rule.polarity:<9}  {rule.sentence}")
