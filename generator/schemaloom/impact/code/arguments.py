"""The arguments of a call, evaluated."""

from __future__ import annotations

import ast

from schemaloom.impact.code.evaluate import Evaluator
from schemaloom.impact.code.inferred import Arguments, Frame, Inferred, as_value
from schemaloom.impact.code.inferred_operations import iterated
from schemaloom.impact.values import Member, ObjectValue, merge


def evaluate_arguments(evaluator: Evaluator, node: ast.Call, frame: Frame | None) -> Arguments:
    """Evaluate the arguments of a call."""
    positional, is_complete = list[Inferred](), True
    for item in node.args:
        if not isinstance(item, ast.Starred):
            positional.append(evaluator.evaluate(item, frame))
            continue
        items = iterated(evaluator.evaluate(item.value, frame))
        is_complete = items is not None
        if items is None:
            break
        positional += items
    keywords, named = ObjectValue({}), dict[str, Inferred]()
    for word in node.keywords:
        if word.arg is None:
            keywords = merge(keywords, evaluator.value(word.value, frame))
        else:
            named[word.arg] = evaluator.evaluate(word.value, frame)
            members = {**keywords.members, word.arg: Member(as_value(named[word.arg]))}
            keywords = ObjectValue(members, is_open=keywords.is_open)
    return Arguments(tuple(positional), keywords, named, is_complete=is_complete)
