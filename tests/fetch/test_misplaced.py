"""Pointers and paths of ``provider.toml`` that name no place of the documents: the error names where they end."""

from __future__ import annotations

import pytest

from schemaloom.errors import SourceError

from .conftest import Api, Folder
from .test_carried import OTHER, carrying

OPERATION = {"requestBody": {"content": {"application/json": {"schema": OTHER}}}}
START = "/paths/~1run~1{id}/post/requestBody"


@pytest.mark.parametrize(
    ("place", "message"),
    [
        (
            f'{{ answer = "openapi", pointer = "{START}/text/schema" }}',
            (
                "catalogue.carried[0].pointer: no model has a schema there; "
                "the OpenAPI document has no /paths/~1run~1alpha/post/requestBody/text"
            ),
        ),
        (
            '{ answer = "openapi", pointer = "/requestBody/content" }',
            "catalogue.carried[0].pointer: no model has a schema there; the OpenAPI document has no /requestBody",
        ),
        (
            f'{{ answer = "openapi", pointer = "{START}" }}',
            "catalogue.carried[0].pointer: no schema of alpha: it does not describe an object of parameters",
        ),
        (
            '{ answer = "list", document = "/openapi", pointer = "/input" }',
            "catalogue.carried[0].document: no model has a schema there; the list item of alpha has no /openapi",
        ),
        (
            '{ answer = "list", document = "/creditCost", pointer = "/input" }',
            (
                "catalogue.carried[0].pointer: no model has a schema there; "
                "the document in the list item of alpha has no /input"
            ),
        ),
    ],
)
def test_a_place_that_no_document_has_is_named_with_the_first_step_that_is_missing(
    folder: Folder, api: Api, place: str, message: str
) -> None:
    api.schemas.update(dict.fromkeys(api.items))
    api.openapi["paths"] = {f"/run/{model}": {"post": OPERATION} for model in api.items}
    carrying(folder, place)
    found = [str(problem) for problem in folder.fetch().problems if not problem.model]
    assert [f"warning: catalogue: {message}"] == found


def test_a_place_that_some_model_has_is_none_of_the_problems(folder: Folder, api: Api) -> None:
    api.schemas.update(dict.fromkeys(api.items))
    api.openapi["paths"] = {"/run/beta": {"post": OPERATION}}
    carrying(folder, f'{{ answer = "openapi", pointer = "{START}/content/application~1json/schema" }}')
    report = folder.fetch()
    assert {"alpha", "owner/gamma"} == {problem.model for problem in report.problems}


@pytest.mark.parametrize("path", ["/runs/{id}", "/queue/{id}"])
def test_a_path_of_operations_that_fits_none_is_named_beside_those_that_exist(
    folder: Folder, api: Api, path: str
) -> None:
    api.openapi["paths"] = {**{f"/run/{n}": {"post": OPERATION} for n in range(9)}, "/queue/a": {"get": OPERATION}}
    listed = next(line for line in (folder.path / "provider.toml").read_text().splitlines() if line[:5] == "list ")
    folder.configure(**{listed: f'operations = {{ path = "{path}" }}'})
    with pytest.raises(SourceError) as caught:
        folder.fetch()
    assert f"the OpenAPI document has no post operation at catalogue.operations.path {path} (" in str(caught.value)
    assert str(caught.value).endswith("; its paths are /queue/a, /run/0, /run/1, /run/2, /run/3, …")
