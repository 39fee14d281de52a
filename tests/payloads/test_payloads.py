"""Payloads through the classes of a generated package: each is accepted and sent unchanged, or refused.

A file of `cases` holds a request schema with the payloads that it accepts and refuses.  The package
is generated and imported as a user's is, once for all cases.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pydantic import ValidationError
from tests.generated_package import imported
from tests.paths import SPECS

from schemaloom.json.values import json_text

CASES = {
    path.stem: json.loads(path.read_text("utf-8")) for path in sorted((Path(__file__).parent / "cases").glob("*.json"))
}
PAYLOADS = [
    pytest.param(name, payload, kind == "accepted", id=f"{name}-{kind}-{number}")
    for name, case in CASES.items()
    for kind in ("accepted", "refused")
    for number, payload in enumerate(case[kind])
]


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    folder = tmp_path_factory.mktemp("payloads")
    specs = folder / "specs" / "pixeldojo"
    (specs / "models").mkdir(parents=True)
    (specs / "provider.toml").write_bytes((SPECS / "pixeldojo" / "provider.toml").read_bytes())
    for name, case in CASES.items():
        document = {"id": name, "name": name, "provenance": "documented", "input": case["schema"]}
        (specs / "models" / f"{name}.json").write_text(json.dumps(document), "utf-8")
    with imported("pixeldojo", specs=folder / "specs", out=folder / "generated") as module:
        yield module


def sent(package: ModuleType, model: str, payload: dict[str, Any]) -> dict[str, Any]:
    """What the request class of a model sends for a payload."""
    from importlib import import_module

    to_wire = import_module(f"{package.__name__}._runtime.models.request").to_wire
    wire: dict[str, Any] = to_wire(package.catalogue[model].load().model_validate(payload))
    return wire


@pytest.mark.parametrize(("model", "payload", "accepted"), PAYLOADS)
def test_a_payload_is_sent_unchanged_or_refused(
    package: ModuleType, model: str, payload: dict[str, Any], *, accepted: bool
) -> None:
    if accepted:
        # Python counts True as 1; JSON does not.
        assert json_text(payload) == json_text(sent(package, model, payload))
    else:
        with pytest.raises(ValidationError):
            sent(package, model, payload)
