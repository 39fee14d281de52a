"""``docs/reference/commands.md``, from the options of click."""

from __future__ import annotations

import inspect
import re

import click

from schemaloom.cli.commands import cli

_HEAD = """\
# Commands

Every command and option of `schemaloom`, as `--help` has them. Exit codes: 0 clean or below `--fail-on` · 1 drift at or
above it, or stale · 2 usage or configuration · 3 source unhealthy or a guard tripped · 4 internal error.
"""


def commands() -> str:
    """Return the page."""
    context = click.Context(cli, info_name="schemaloom")
    parts = [_HEAD, "## schemaloom\n", *_options(cli, context)]
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        assert command is not None
        parts += _command(command, click.Context(command, info_name=name, parent=context))
    return "\n".join(parts).rstrip() + "\n"


def _command(command: click.Command, context: click.Context) -> list[str]:
    usage = " ".join(["[OPTIONS]", *filter(None, map(_argument, command.get_params(context)))])
    text = inspect.cleandoc(command.help or "").replace("\b\n", "")
    return [
        f"## {context.info_name}\n",
        f"```sh\n{context.command_path} {usage}\n```\n",
        f"{text}\n",
        *_options(command, context),
    ]


def _argument(parameter: click.Parameter) -> str:
    """Return an argument as usage lines have it; empty for an option."""
    if not isinstance(parameter, click.Argument):
        return ""
    name = f"{(parameter.name or '').upper()}{'…' if parameter.nargs == -1 else ''}"
    return name if parameter.required else f"[{name}]"


def _options(command: click.Command, context: click.Context) -> list[str]:
    rows: list[str] = []
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context) if isinstance(parameter, click.Option) else None
        if record:
            rows.append(f"| {_code(record[0])} | {_cell(record[1])} |")
    return ["| option | meaning |", "|---|---|", *rows, ""] if rows else []


def _code(text: str) -> str:
    return f"`{text}`".replace("|", "\\|")


def _cell(text: str) -> str:
    plain = re.sub(r"\s+", " ", text)
    return plain.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")
