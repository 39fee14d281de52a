"""``schemaloom init``."""

from __future__ import annotations

from pathlib import Path

import click

from schemaloom.pipeline.init import init
from schemaloom.render.scaffold import PROVIDER_FILE, WORKFLOW


@click.command("init")
@click.argument("provider")
@click.option(
    "--base-url",
    metavar="URL",
    default="https://api.example.com/v1",
    show_default=True,
    help="Base URL of the provider's API; it can be edited later.",
)
def command(*, provider: str, base_url: str) -> None:
    """Begin a repository of your own: describe PROVIDER, and schedule its regeneration.

    Run it at the top of the repository. A file that is there already is never changed.
    """
    done = init(provider, root=Path(), base_url=base_url)
    for path in done.written:
        click.echo(f"wrote {path}")
    for path in done.present:
        click.echo(f"{path} exists; left unchanged")
    if done.unscheduled:
        key = f"{done.provider.package.env_prefix}_API_KEY"
        click.echo(f"add to {WORKFLOW}: {provider} to the list of providers, and {key} to the keys")
    package = f"generated/{done.provider.package.distribution}"
    click.echo(
        "\nNext:\n"
        f"  edit {PROVIDER_FILE.replace('{provider}', provider)}\n"
        f"  schemaloom sync {provider}               fetch the catalogue, generate {package}\n"
        f"  schemaloom generate {provider} --check   for your tests: fails when the package is stale\n"
        "  git add .github .gitignore specs generated"
    )
