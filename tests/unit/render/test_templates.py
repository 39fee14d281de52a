"""Templates place ready strings and decide nothing."""

from __future__ import annotations

import pytest
from jinja2 import nodes

from schemaloom.render.environment import environment

NAMES = environment().list_templates(extensions=["j2"])
FILTERS = {"join", "capitalize"}
STATEMENTS = (nodes.Output, nodes.For, nodes.If)


def parsed(name: str) -> nodes.Template:
    loader = environment().loader
    assert loader is not None
    return environment().parse(loader.get_source(environment(), name)[0])


def test_there_are_templates() -> None:
    assert {"pyproject.toml.j2", "src/{package}/models/{model}.py.j2"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_template_only_loops_asks_and_places(name: str) -> None:
    tree = parsed(name)

    assert set() == {type(node).__name__ for node in tree.find_all(nodes.Stmt) if not isinstance(node, STATEMENTS)}
    assert set() == {node.name for node in tree.find_all(nodes.Filter)} - FILTERS
    assert [] == [node.lineno for node in tree.find_all((nodes.Call, nodes.Getitem, nodes.Test))]
