"""The command ``schemaloom init``."""

from __future__ import annotations

from pathlib import Path

import click

from schemaloom.pipeline.init import init
from schemaloom.render.scaffold import PROVIDER_FILE, RELEASE_WORKFLOW, SITE_WORKFLOW, WORKFLOW, presets


@click.command("init")
@click.argument("provider", required=False)
@click.option(
    "--base-url",
    metavar="URL",
    default="https://api.example.com/v1",
    show_default=True,
    help="Base URL of the provider's API; it can be edited later.",
)
@click.option("--preset", metavar="NAME", help="Description of a known provider; see --list-presets.")
@click.option("--list-presets", is_flag=True, help="List the presets and exit.")
@click.option(
    "--schemaloom",
    "source",
    metavar="SOURCE",
    help="Where the workflow installs schemaloom from: git+https://HOST/PATH@COMMIT, or a wheel in this repository. "
    "Default: the repository that this schemaloom was installed from. It is on no package index.",
)
def command(*, provider: str | None, base_url: str, preset: str | None, list_presets: bool, source: str | None) -> None:
    """Begin a repository of your own: describe PROVIDER, and schedule its regeneration.

    Run it at the top of the repository. A file that is there already is never changed.
    """
    if list_presets:
        for name, content in presets().items():
            sentence = content.splitlines()[0].removeprefix("# ").partition(". ")[0]
            click.echo(f"{name:<12} {sentence.removesuffix('.')}")
        return
    if provider is None:
        raise click.UsageError("Missing argument 'PROVIDER'.")
    done = init(provider, root=Path(), base_url=base_url, preset=preset, source=source)
    for path in done.written:
        click.echo(f"wrote {path}")
    for path in done.present:
        click.echo(f"{path} exists; left unchanged")
    if done.unscheduled:
        key = f"{done.provider.package.env_prefix}_API_KEY"
        click.echo(f"add to {WORKFLOW}: {provider} to the list of providers, and {key} to the keys")
    if not done.installable:
        click.echo(
            "the workflows cannot install schemaloom yet: it is on no package index; remove "
            f"{WORKFLOW}, {SITE_WORKFLOW} and {RELEASE_WORKFLOW}, and name a repository or a wheel: "
            f"schemaloom init {provider} --schemaloom SOURCE"
        )
    package = f"generated/{done.provider.package.distribution}"
    click.echo(
        "\nNext:\n"
        f"  edit {PROVIDER_FILE.replace('{provider}', provider)}\n"
        f"  schemaloom sync {provider}               fetch the catalogue, generate {package}\n"
        f"  schemaloom generate {provider} --check   for your tests: fails when the package is stale\n"
        "  git add .gitattributes .github .gitignore specs generated"
    )
