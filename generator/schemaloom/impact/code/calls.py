"""`CallReader`: what a call returns, and whether it sends a request to a model."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from schemaloom.impact.code.arguments import evaluate_arguments
from schemaloom.impact.code.class_members import enum_members
from schemaloom.impact.code.client_calls import PAYLOAD_KEYWORDS, read_client_call, read_post, sending_names
from schemaloom.impact.code.constructions import CONSTRUCTORS, read_construction
from schemaloom.impact.code.evaluate import Evaluator, Frame
from schemaloom.impact.code.functions import DEEPEST_CALL, calls_in, enter, returned_expression
from schemaloom.impact.code.inferred import (
    Arguments,
    Bound,
    Imported,
    Inferred,
    InferredClass,
    InferredFunction,
    Instance,
    OneOf,
    Partial,
    RequestClass,
    as_value,
)
from schemaloom.impact.code.returned import result_of_function, result_of_method
from schemaloom.impact.code.submit_urls import SubmitUrls
from schemaloom.impact.package_names import PackageNames
from schemaloom.impact.values import ObjectValue, Unknown

Style = Literal["class", "client", "http"]
_DEFERRED: Final = {"to_thread": 0, "submit": 0, "run_sync": 0, "run_in_executor": 1}
"""Functions that call one of their arguments, and its position."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A request that a call sends: the model's id and the parameters, by the API's names."""

    model: str
    payload: ObjectValue
    style: Style
    result: Inferred
    fields: Mapping[str, str] = field(default_factory=dict[str, str])
    """The code's name of each parameter to the API's."""


@dataclass(frozen=True, slots=True)
class CallReader:
    """Reads calls by the names of a generated package, the models of a catalogue and its submit URLs."""

    names: PackageNames | None
    models: Collection[str]
    urls: SubmitUrls | None
    _senders: dict[int, bool] = field(default_factory=dict[int, bool], compare=False, repr=False)

    def call(self, evaluator: Evaluator, node: ast.Call, frame: Frame | None) -> Inferred:
        """What a call returns."""
        callee, given = self._callee(evaluator, node, frame)
        sent = self._sent(callee, given)
        if sent:
            return sent[0].result if len(sent) == 1 else Unknown()
        part = read_construction(self.names, callee, given)
        if part is not None:
            return part  # a nested object, which is no request of its own
        match callee:
            case Imported("functools.partial") if given.positional:
                return Partial(given.positional[0], given.without_first(1))
            case Imported(dotted):
                return result_of_function(dotted, given)
            case Bound(owner, attribute):
                return result_of_method(self.names, owner, attribute, given)
            case InferredFunction():
                return self._returned(evaluator, callee, given, frame)
            case InferredClass():
                return self._instance(evaluator, callee, given)
            case _:
                return Unknown()

    def read(self, evaluator: Evaluator, node: ast.Call, frame: Frame | None = None) -> list[Sent]:
        """The requests that a call sends, or one of several that it may send."""
        callee = evaluator.evaluate(node.func, frame)
        return self._sent(*self._callee(evaluator, node, frame)) if _may_be_sender(callee) else []

    def read_inside(self, evaluator: Evaluator, node: ast.Call) -> Iterator[tuple[frozenset[int], Sent]]:
        """The requests that a call of one of the project's own functions sends.

        Each is with the identities of the functions that pass it on.
        """
        called = evaluator.evaluate(node.func)
        if not isinstance(called, InferredFunction) and not _may_be_sender(called):
            return
        callee, given = self._callee(evaluator, node, None)
        if isinstance(callee, InferredFunction):
            yield from self._inside(evaluator, callee, given, frozenset())

    def _inside(
        self, evaluator: Evaluator, function: InferredFunction, given: Arguments, around: frozenset[int]
    ) -> Iterator[tuple[frozenset[int], Sent]]:
        gives_class = any(isinstance(one, RequestClass | OneOf) for one in (*given.positional, *given.named.values()))
        if id(function.node) in around or not (gives_class or self._may_send(evaluator, function)):
            return
        inside = evaluator.of_module(function.module)
        around |= {id(function.node)}
        frame = enter(inside, function, given, len(around))
        for node in () if frame is None else calls_in(function):
            called = inside.evaluate(node.func, frame)
            if not isinstance(called, InferredFunction) and not _may_be_sender(called):
                continue
            callee, arguments = self._callee(inside, node, frame)
            if (callee, arguments) == self._callee(inside, node, None):
                continue  # the same for every caller
            sent = self._sent(callee, arguments)
            yield from ((around, one) for one in sent)
            if not sent and isinstance(callee, InferredFunction):
                yield from self._inside(inside, callee, arguments, around)

    def _may_send(self, evaluator: Evaluator, function: InferredFunction) -> bool:
        """Whether a function, or one that it calls, sends a request for some of its arguments."""
        key = id(function.node)
        if key not in self._senders:
            self._senders[key] = False  # as long as only calls of itself are left
            inside = evaluator.of_module(function.module)
            self._senders[key] = any(self._may_be_sent(inside, node) for node in calls_in(function))
        return self._senders[key]

    def _may_be_sent(self, inside: Evaluator, node: ast.Call) -> bool:
        if PAYLOAD_KEYWORDS.intersection(word.arg for word in node.keywords) or self.read(inside, node):
            return True
        callee = inside.evaluate(node.func)
        return isinstance(callee, InferredFunction) and self._may_send(inside, callee)

    def _callee(self, evaluator: Evaluator, node: ast.Call, frame: Frame | None) -> tuple[Inferred, Arguments]:
        """What a call calls in the end, and what it gives to it."""
        callee = evaluator.evaluate(node.func, frame)
        given = evaluate_arguments(evaluator, node, frame)
        position = _DEFERRED.get(_last_name(callee))
        if position is not None:
            later = given.at(position)
            if isinstance(later, Imported | RequestClass | InferredFunction | Partial | Bound):
                callee, given = later, given.without_first(position + 1)
        while isinstance(callee, Partial):
            given, callee = given.after(callee.given), callee.callee
        return callee, given

    def _sent(self, callee: Inferred, given: Arguments) -> list[Sent]:
        if isinstance(callee, OneOf):
            return [sent for cls in callee.classes for sent in self._sent(cls, given)]
        made = read_construction(self.names, callee, given)
        if made is not None:
            return [] if made.name.path else [Sent(made.name.model, made.payload, "class", made, made.fields)]
        called = read_client_call(self.models, callee, given)
        if called:
            return [Sent(model, payload, "client", result) for model, payload, result in called]
        posted = read_post(self.urls, callee, given)
        if posted is None:
            return []
        route, body = posted
        return [Sent(route.model, route.parameters(body), "http", Unknown())]

    def _returned(
        self, evaluator: Evaluator, function: InferredFunction, given: Arguments, frame: Frame | None
    ) -> Inferred:
        """What a function of the project returns, if it has one ``return``."""
        depth = 1 if frame is None else frame.depth + 1
        returned = returned_expression(function)
        if returned is None or depth > DEEPEST_CALL:
            return Unknown()
        other = evaluator.of_module(function.module)
        inner = enter(other, function, given, depth)
        return Unknown() if inner is None else other.evaluate(returned, inner)

    @staticmethod
    def _instance(evaluator: Evaluator, cls: InferredClass, given: Arguments) -> Inferred:
        """An object of a class of the project; the member of an enum by its value."""
        members = enum_members(cls, lambda at, node: evaluator.of_module(at.module).evaluate(node))
        value = given.at(0)
        return next((one for one in members if value is not None and one.value == as_value(value)), Instance(cls))


def _may_be_sender(callee: Inferred) -> bool:
    """Whether a call of an inferred value may send a request, whatever its arguments are."""
    if isinstance(callee, RequestClass | OneOf | Partial):
        return True
    name = _last_name(callee)
    return name in sending_names() or name in CONSTRUCTORS or name in _DEFERRED


def _last_name(callee: Inferred) -> str:
    match callee:
        case Imported(dotted):
            return dotted.rpartition(".")[2]
        case Bound(attribute=attribute):
            return attribute
        case _:
            return ""
