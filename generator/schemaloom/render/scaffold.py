"""The files of a user's own repository: the description of a provider, and the workflow that updates its package."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from schemaloom.errors import UsageError
from schemaloom.files.installation import templates_folder
from schemaloom.render.environment import project_environment
from schemaloom.render.literals import text_literal

PROVIDER_FILE = "specs/{provider}/provider.toml"
WORKFLOW = ".github/workflows/regenerate.yml"
SITE_WORKFLOW = ".github/workflows/site.yml"
RELEASE_WORKFLOW = ".github/workflows/release.yml"
_INSTALLING = frozenset({SITE_WORKFLOW, RELEASE_WORKFLOW})
"""Workflows that depend on how schemaloom is installed, and on no provider."""


def render_provider(name: str, *, base_url: str) -> bytes:
    """Return a first ``provider.toml`` of the provider `name` at `base_url`, to be completed by hand."""
    words = name.split("-")
    title = " ".join(word.capitalize() for word in words)
    texts = {
        "name_text": name,
        "title_text": title,
        "homepage_text": base_url,
        "distribution_text": f"{name}-sdk",
        "module_text": f"{'_'.join(words)}_sdk",
        "client_text": title.replace(" ", ""),
        "env_prefix_text": "_".join(words).upper(),
        "base_url_text": base_url,
    }
    quoted = {key: text_literal(text) for key, text in texts.items()}
    return _render(PROVIDER_FILE, name=name, title=title, **quoted)


def presets() -> dict[str, str]:
    """Return the descriptions of known providers, by name: complete files of TOML."""
    folder = templates_folder() / "presets"
    return {path.stem: path.read_text("utf-8") for path in sorted(folder.glob("*.toml"))}


def render_preset(name: str, preset: str) -> bytes:
    """Return the ``provider.toml`` of a preset for the provider `name`; the package's names follow from it.

    Raises `UsageError` if there is no such preset.
    """
    known = presets()
    if preset not in known:
        raise UsageError(f"no preset {preset!r}", hint=f"one of {', '.join(known)}")
    content = known[preset]
    if name != preset:
        words = name.split("-")
        own = {
            "name": name,
            "distribution": f"{name}-sdk",
            "module": f"{'_'.join(words)}_sdk",
            "client": "".join(word.capitalize() for word in words),
            "env_prefix": "_".join(words).upper(),
        }
        for key, value in own.items():
            content = re.sub(rf"^{key} = .*$", f"{key} = {text_literal(value)}", content, count=1, flags=re.MULTILINE)
    return content.encode()


def render_workflow(providers: Mapping[str, str], *, install: Sequence[str]) -> bytes:
    """The scheduled workflow.

    `providers` is the name of each and of the variable (and secret) that holds its API key;
    `install` are the shell commands that install schemaloom.
    """
    return _render(WORKFLOW, providers=sorted(providers.items()), install=install)


def render_installing(*, install: Sequence[str]) -> Mapping[str, bytes]:
    """Return the workflows that publish the site and the releases, by path; `install` as for `render_workflow`."""
    return {path: _render(path, install=install) for path in sorted(_INSTALLING)}


def render_rest() -> Mapping[str, bytes]:
    """Return the files of the scaffold that do not depend on the provider, by path below the repository's root."""
    paths = [path.removesuffix(".j2") for path in project_environment().list_templates()]
    return {path: _render(path) for path in paths if path not in {PROVIDER_FILE, WORKFLOW, *_INSTALLING}}


def _render(path: str, **context: object) -> bytes:
    return project_environment().get_template(f"{path}.j2").render(**context).encode()
