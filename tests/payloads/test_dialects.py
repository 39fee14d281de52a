"""A request class reads a keyword only where the stated dialect of its schema has it, or allows it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import ValidationError
from tests.dialect_rows import ROWS, VALIDATORS, follows, request
from tests.generated_package import generated
from tests.paths import SPECS


def test_a_value_is_refused_only_where_the_dialect_reads_the_keyword(tmp_path: Path) -> None:
    specs = tmp_path / "specs" / "pixeldojo"
    (specs / "models").mkdir(parents=True)
    (specs / "provider.toml").write_bytes((SPECS / "pixeldojo" / "provider.toml").read_bytes())
    models = {f"m-{d}-{n}": (dialect, row) for d, dialect in enumerate(VALIDATORS) for n, row in enumerate(ROWS)}
    for model, (dialect, row) in models.items():
        document = {"id": model, "name": model, "provenance": "documented", "input": request(dialect, row.schema)}
        (specs / "models" / f"{model}.json").write_text(json.dumps(document), "utf-8")
    with generated("pixeldojo", specs=tmp_path / "specs", out=tmp_path / "out") as (package, made):
        notes = {(problem.model, problem.pointer) for problem in made.problems}
        for model, (dialect, row) in models.items():
            cls = package.catalogue[model].load()
            if follows(dialect, row):
                with pytest.raises(ValidationError):
                    cls.model_validate({"p": row.value})
            else:
                cls.model_validate({"p": row.value})
                assert (model, f"/properties/p/{row.keyword}") in notes
