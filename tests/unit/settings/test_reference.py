"""The files that follow from the settings are up to date, and the reference names every key."""

from __future__ import annotations

from inspect import isclass

import pytest
from pydantic import BaseModel
from tests.paths import ROOT
from tests.provider_files.fields import parts
from tests.provider_files.reference import reference
from tests.provider_files.written import written

from schemaloom.settings.provider import Provider, parse_provider


@pytest.mark.parametrize("path", written())
def test_a_file_is_what_the_settings_give(path: str) -> None:
    assert written()[path] == (ROOT / path).read_text("utf-8"), "python -m tests.provider_files rewrites it"


def test_the_whole_file_at_the_beginning_is_one() -> None:
    text = reference().split("```toml\n")[1].split("```")[0]
    provider = parse_provider(text.encode(), where="docs/provider.md")
    assert ("/models/{id}/schema", "/jobs") == (provider.catalogue.schemas[0].path, provider.submit.url)


def test_a_table_that_is_a_default_is_that_of_an_empty_table() -> None:
    """`model_construct` checks nothing, so a default is compared with one that was checked."""
    waiting: list[type[BaseModel]] = [Provider]
    defaults: list[BaseModel] = []
    while waiting:
        for field in waiting.pop().model_fields.values():
            inner = [part for part in parts(field.annotation) if isclass(part)]
            waiting += [part for part in inner if issubclass(part, BaseModel)]
            if isinstance(field.default, BaseModel):
                defaults.append(field.default)
    assert len(defaults) > 4
    for default in defaults:
        checked = type(default).model_validate({})
        assert (checked, checked.model_fields_set) == (default, default.model_fields_set)


def test_the_keys_for_what_differs_exist() -> None:
    table = reference().split("| where the gateway differs | keys |\n|---|---|\n")[1].split("\n\n")[0]
    keys = [key for row in table.splitlines() for key in row.rpartition(" | ")[2].split("`")[1::2] if "." in key]
    assert len(keys) > 20
    for key in keys:
        section: type[BaseModel] = Provider
        for name in key.split("."):
            field = section.model_fields.get(name)
            assert field is not None, key
            inner = [] if field is None else [part for part in parts(field.annotation) if isclass(part)]
            section = next((part for part in inner if issubclass(part, BaseModel)), section)
