"""The command ``schemaloom site``."""

from __future__ import annotations

from pathlib import Path

import click

from schemaloom.cli.options import packages_option, specs_option


@click.command("site")
@click.argument("providers", nargs=-1, required=True)
@click.option(
    "--out",
    required=True,
    metavar="FOLDER",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the site. Files of an earlier site are replaced, all others stay.",
)
@click.option(
    "--url", metavar="URL", help="Address at which the site is published, for the feeds. Default: relative links."
)
@specs_option
@packages_option
def command(*, providers: tuple[str, ...], out: Path, url: str | None, specs: Path, packages: Path) -> None:
    """Write a static site of each PROVIDER: its models, their history and Atom feeds.

    It needs no server, requests nothing from elsewhere, and works without JavaScript except for
    the search and the comparison. It shows what is committed, and its bytes depend on that alone.
    """
    from schemaloom.settings.urls import checked_base
    from schemaloom.site.build import build_site, write_site

    files = build_site(providers, specs=specs, packages=packages, url=checked_base(url) if url else None)
    changed = write_site(out, files)
    size = sum(map(len, files.values()))
    click.echo(f"{out}: {len(files)} files, {size / 1_000_000:.1f} MB" + ("" if changed else ", unchanged"))
