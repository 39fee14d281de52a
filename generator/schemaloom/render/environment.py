"""The templates' folder and the Jinja environments."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from schemaloom.files.installation import templates_folder


@cache
def environment() -> Environment:
    """Return the environment of packages; see `_strict`."""
    return _strict("package")


@cache
def project_environment() -> Environment:
    """Return the environment of a user's own repository.

    It uses ``[= =]`` and ``[% %]`` in place of Jinja's braces, which GitHub's workflows use.
    """
    project = _strict("project")
    return project.overlay(
        variable_start_string="[=",
        variable_end_string="=]",
        block_start_string="[%",
        block_end_string="%]",
        comment_start_string="[##",
        comment_end_string="##]",
    )


def _strict(folder: str) -> Environment:
    """Strict Jinja: an undefined name is an error, and blocks leave no blank lines behind.

    Templates write Python, TOML, YAML and Markdown; each view makes its values safe for that
    language, and HTML escaping would only damage them.
    """
    strict = Environment(
        loader=FileSystemLoader(templates_folder() / folder),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,  # templates do not change while a command runs
        autoescape=False,  # noqa: S701  see above: no template writes HTML
    )
    strict.globals.clear()  # no template calls Jinja's functions, and each rendering copies them
    return strict
