"""Outputs in the shapes of large catalogues, judged by a walk over the raw JSON that knows no schema."""

from __future__ import annotations

import logging

import pytest
from jsonschema import Draft202012Validator
from output_corpus import JOINED, judge, pairs
from tests.loading import namespace_of, planned

from schemaloom.render.provider_view import ProviderView

JOB = ProviderView(output_at=("/output",), status_at=("/status",))
SHOWN = 3


@pytest.mark.parametrize("seed", range(4))
def test_every_file_is_found_and_every_text_can_be_read(seed):
    lost = []
    typed = 0
    logging.disable()  # of outputs in which nothing is recognised
    try:
        for pair in pairs(seed, 105):
            _, plan = planned({"type": "object"}, "m", output=pair.schema, joined=JOINED)
            request = namespace_of(plan, JOB)["M"]
            documents = {"": pair.example, "/output": {"id": "1", "status": "succeeded", "output": pair.example}}
            for at, document in documents.items():
                result = request.parse_result(document)
                assert repr(result)
                verdict = judge(pair, result, at)
                # Formats are no assertions to the validator: a text where a file is documented is noted.
                notes = [note for note in result.notes if "expected a file" not in note]
                valid = pair.schema is not None and Draft202012Validator(pair.schema).is_valid(pair.example)
                if any(verdict) or (valid and notes):
                    lost.append((pair, verdict, notes))
                typed += pair.schema is not None and not result.notes
    finally:
        logging.disable(logging.NOTSET)
    assert [] == lost[:SHOWN]
    assert typed > 100
