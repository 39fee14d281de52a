"""The command ``schemaloom show``."""

from __future__ import annotations

from pathlib import Path

import click

from schemaloom.cli.options import packages_option, specs_option
from schemaloom.errors import UsageError
from schemaloom.history import open_history
from schemaloom.history.pointers import spelled_pointer
from schemaloom.json.codec import canonical_bytes
from schemaloom.json.pointer import resolve_pointer


@click.command("show")
@click.argument("provider")
@click.argument("model")
@click.argument("pointer", required=False)
@click.option(
    "--at",
    metavar="DATE|REV",
    help="Show what was committed then: a day (its end in UTC), a moment, or a revision of git. Default: what is on "
    "disk.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON alone: the model's file as it is, or the value.")
@specs_option
@packages_option
def command(
    *, provider: str, model: str, pointer: str | None, at: str | None, as_json: bool, specs: Path, packages: Path
) -> None:
    """Show MODEL of PROVIDER as it is or was: its price, and each parameter with the date since which it is there.

    POINTER is a parameter's name, or a JSON Pointer into the model's file, such as /price or
    /input/properties/seed. It prints that value, and what changed about it, newest first.
    """
    history = open_history(specs / provider, packages)
    found = history.model(model)
    raw = found.read(at)
    if raw is None:
        raise UsageError(
            f"there was no {model} at {at}" if at else f"{model} is no longer there",
            where=str(specs / provider),
            hint=f"schemaloom log {provider} {model} lists what happened to it",
        )
    if as_json and pointer is None:
        click.echo(raw, nl=False)
        return
    from schemaloom.history.formats import model as text

    document = found.document(at) or {}
    if pointer is None:
        click.echo(text.render(document, found, at), nl=False)
        return
    try:
        value = resolve_pointer(document, spelled_pointer(pointer))
    except LookupError:
        raise UsageError(
            f"{model} has no {spelled_pointer(pointer)}",
            where=at or str(specs),
            hint=f"schemaloom show {provider} {model} lists its parameters",
        ) from None
    click.echo(canonical_bytes(value) if as_json else text.render_value(value, found, pointer, at), nl=False)
