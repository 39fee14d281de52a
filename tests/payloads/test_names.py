"""Parameters whose names Python, pydantic or the runtime use themselves: each is sent under its own name."""

from __future__ import annotations

import copy
import json
import keyword
import pickle
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pydantic
import pytest
from tests.generated_package import impatient, imported
from tests.paths import SPECS

from schemaloom.emulator.options import Options
from schemaloom.emulator.server import RunningEmulator, running_emulator
from schemaloom.settings.provider import load_provider
from schemaloom.snapshot.layout import read_snapshot

RUNTIME = ("extra", "extra_", "call", "file", "parse_result", "__rules__", "__model_id__", "_check_rules", "Request")
NAMES = sorted(
    {*dir(pydantic.BaseModel), *dir(type(pydantic.BaseModel)), *keyword.kwlist, *keyword.softkwlist, *RUNTIME}
    | {"self", "cls", "values", "fields", "data", "id", "input", "Field", "JsonValue", "a b", "é", "1", "None"}
)
VALUES: tuple[Any, ...] = ("v", {"y": 1}, None)
DECLARED = {"type": "object", "properties": {name: {} for name in NAMES}}
OPEN = {"type": "object", "properties": {"b": {"type": "string"}}, "additionalProperties": True}
SCHEMAS: dict[str, Any] = {
    "closed": DECLARED,
    "declared": {**DECLARED, "additionalProperties": True},
    "open": OPEN,
    "typed": {**OPEN, "additionalProperties": {"anyOf": [{"type": ["string", "null"]}, {"type": "object"}]}},
    "nested": {"type": "object", "properties": {"p": DECLARED, "q": OPEN}},
    "unpublished": None,
}


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ModuleType, RunningEmulator]]:
    folder = tmp_path_factory.mktemp("names")
    specs = folder / "specs" / "pixeldojo"
    (specs / "models").mkdir(parents=True)
    (specs / "provider.toml").write_bytes((SPECS / "pixeldojo" / "provider.toml").read_bytes())
    for name, schema in SCHEMAS.items():
        document = {"id": name, "name": name, "provenance": "documented", **({"input": schema} if schema else {})}
        (specs / "models" / f"{name}.json").write_text(json.dumps(document), "utf-8")
    options = Options(rate_limit=0, job_seconds=0)
    with (
        imported("pixeldojo", specs=folder / "specs", out=folder / "generated") as module,
        running_emulator(load_provider(specs / "provider.toml"), read_snapshot(specs), options) as server,
    ):
        yield module, server


def payloads(model: str, name: str) -> Iterator[dict[str, Any]]:
    for value in VALUES:
        yield from ({"p": {name: value}}, {"q": {name: value}}) if model == "nested" else ({name: value},)


@pytest.mark.parametrize("model", SCHEMAS)
def test_a_parameter_of_any_name_is_sent_under_it(package: tuple[ModuleType, RunningEmulator], model: str) -> None:
    module, server = package
    cls = module.catalogue[model].load()
    server.log.clear()
    expected: list[dict[str, Any]] = []
    with impatient(module.PixelDojo)(api_key=server.api_key, base_url=server.base_url) as client:
        for name in NAMES:
            for payload in payloads(model, name):
                request = cls.model_validate(payload)
                again = [pickle.loads(pickle.dumps(request)), copy.deepcopy(request), request.model_copy()]
                again.append(cls.model_validate_json(json.dumps(payload)))
                again.append(cls.model_validate(request.model_dump(by_alias=True, exclude_unset=True)))
                assert [payload] * 5 == [other.call()[1] for other in again], name
                if payload[next(iter(payload))] in ("v", {name: "v"}):
                    client.submit(request)
                    expected.append(payload)

    assert expected == [json.loads(sent.body) for sent in server.log.of("submit")]


@pytest.mark.parametrize("model", [model for model in SCHEMAS if model != "nested"])
def test_names_are_arguments_too(package: tuple[ModuleType, RunningEmulator], model: str) -> None:
    cls = package[0].catalogue[model].load()
    for name in NAMES:
        if name != "extra":  # where the class has no parameter of that name, this argument takes the others
            assert {name: "v"} == cls(**{name: "v"}).call()[1]
        if model in {"open", "unpublished"}:
            assert {name: "v", "b": "w"} == cls(b="w", extra={name: "v"}).call()[1]
    if model in {"closed", "declared"}:
        assert {"extra": {"y": 1}} == cls(extra={"y": 1}).call()[1]


def test_other_parameters_are_an_object(package: tuple[ModuleType, RunningEmulator]) -> None:
    cls = package[0].catalogue["open"].load()
    with pytest.raises(pydantic.ValidationError, match="valid dictionary"):
        cls(extra="v")
    with pytest.raises(pydantic.ValidationError):
        cls(extra={"a": object()})

    request = cls(b="w", extra={"a": 1})
    assert {"a": 1} == request.extra
