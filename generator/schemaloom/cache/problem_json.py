"""Problems as JSON, for entries of the cache."""

from __future__ import annotations

from schemaloom.errors import Level, Problem
from schemaloom.json.values import JsonValue


def problem_to_json(problem: Problem) -> JsonValue:
    """Return the problem as JSON."""
    return [problem.model, problem.pointer, problem.message, problem.level]


def problem_from_json(content: JsonValue) -> Problem:
    """Return the problem that `problem_to_json` encoded; raises `ValueError` for any other content."""
    match content:
        case [str(model), str(pointer), str(message), str(level)]:
            return Problem(model, pointer, message, Level(level))
        case _:
            raise ValueError("not a problem")
