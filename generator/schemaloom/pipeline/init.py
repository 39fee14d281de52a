"""``init``: files that a user's own repository needs to keep a provider's package current."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from schemaloom.errors import UsageError
from schemaloom.pipeline.installation import REQUIREMENTS, Installation, find_source, plan_installation
from schemaloom.render.scaffold import (
    PROVIDER_FILE,
    WORKFLOW,
    render_installing,
    render_preset,
    render_provider,
    render_rest,
    render_workflow,
)
from schemaloom.settings.provider import Provider, load_provider, parse_provider
from schemaloom.settings.urls import checked_base

_NAME = r"[a-z][a-z0-9-]{0,59}"  # leaves room for the distribution's name, which is longer


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaffold:
    """Result of `init`; paths are below the repository's root, sorted."""

    provider: Provider
    written: tuple[str, ...]
    present: tuple[str, ...]
    """Files that existed and were left unchanged."""
    installable: bool
    """Whether the workflow knows where to install schemaloom from."""
    unscheduled: bool
    """Whether an existing workflow does not list the provider."""


def init(name: str, *, root: Path, base_url: str, preset: str | None = None, source: str | None = None) -> Scaffold:
    """Write a provider's description and the scheduled workflow below `root`, the top of a repository.

    With a `preset`, the description is that of a known provider, complete, and `base_url` is unused.

    `source` is where the workflow installs schemaloom from, see `plan_installation`; by default the
    repository that this schemaloom was installed from.  Without either, the workflow's installation
    fails with a line that asks for it.

    No file is ever overwritten.  Raises `UsageError` for a name, URL or source that cannot be used,
    for a `root` inside a repository instead of at its top, and for a path that leads out of `root`.
    """
    _check_top(root)
    if not re.fullmatch(_NAME, name):
        raise UsageError(f"not a name for a provider: {name}", hint="lower-case letters, digits and -, such as acme")
    described = (
        render_provider(name, base_url=checked_base(base_url)) if preset is None else render_preset(name, preset)
    )
    path = PROVIDER_FILE.replace("{provider}", name)
    provider = load_provider(root / path) if (root / path).exists() else parse_provider(described, where=path)
    source = None if (root / REQUIREMENTS).exists() else source or find_source()
    installation = plan_installation(source, root) if source else None
    files = {
        path: described,
        WORKFLOW: render_workflow(scheduled(root) | {name: _key(provider)}, install=_commands(installation)),
        **render_installing(install=_commands(installation)),
        **render_rest(),
        **({REQUIREMENTS: installation.requirements} if installation else {}),
    }
    _check_places(root, files)
    written = tuple(sorted(file for file in files if _write(root / file, files[file])))
    workflow = (root / WORKFLOW).read_text("utf-8", "replace")
    return Scaffold(
        provider=provider,
        written=written,
        present=tuple(sorted(files.keys() - set(written))),
        installable="'::error::run: schemaloom init" not in workflow,
        unscheduled=f"- {name}\n" not in workflow,
    )


def scheduled(root: Path) -> dict[str, str]:
    """Return the providers that the repository at `root` describes: name to the variable of its API key."""
    paths = sorted(root.glob(PROVIDER_FILE.replace("{provider}", "*")))
    # A killed command leaves folders that begin with a dot.
    return {path.parent.name: _key(load_provider(path)) for path in paths if not path.parent.name.startswith(".")}


def _commands(installation: Installation | None) -> list[str]:
    """Return the shell commands that install schemaloom."""
    if installation is None:
        return [
            f"echo '::error::run: schemaloom init PROVIDER --schemaloom SOURCE, and add {REQUIREMENTS}'",
            "exit 1",
        ]
    commands = [f"python -m pip install --require-hashes -r {REQUIREMENTS}"]
    if installation.source:
        commands.append(f"python -m pip install --no-deps --no-build-isolation 'schemaloom @ {installation.source}'")
    return commands


def _key(provider: Provider) -> str:
    return f"{provider.package.env_prefix}_API_KEY"


def _check_top(root: Path) -> None:
    if (root / ".git").exists():
        return
    for parent in root.resolve().parents:
        if (parent / ".git").exists():
            raise UsageError("this is not the top of the repository", where=str(root.resolve()), hint=f"cd {parent}")


def _check_places(root: Path, files: Iterable[str]) -> None:
    """Refuse, before the first write, a path that leads out of the repository through a link."""
    top = root.resolve()
    for file in files:
        if not (root / file).parent.resolve().is_relative_to(top):
            raise UsageError("leads out of the repository", where=file, hint="replace the link by a folder")


def _write(path: Path, content: bytes) -> bool:
    """Create the file; return False if the path exists, even as a broken link."""
    if os.path.lexists(path):
        return False
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(content)
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror or error}", where=str(path)) from error
    return True
