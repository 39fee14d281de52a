"""`CallReader`: what a call returns, and whether it sends a request to a model."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Final, Literal

from schemaloom.impact.code.arguments import evaluate_arguments
from schemaloom.impact.code.class_members import enum_members
from schemaloom.impact.code.client_calls import PAYLOAD_KEYWORDS, read_client_call, read_post, sending_names
from schemaloom.impact.code.constructions import CONSTRUCTORS, read_construction
from schemaloom.impact.code.evaluate import Evaluator
from schemaloom.impact.code.functions import DEEPEST_CALL, any_call, calls_in, enter, returned_expressions
from schemaloom.impact.code.inferred import (
    Arguments,
    Bound,
    Frame,
    Imported,
    Inferred,
    InferredClass,
    InferredFunction,
    Instance,
    ListOf,
    OneOf,
    Partial,
    RequestClass,
    Table,
    as_value,
    is_callee,
)
from schemaloom.impact.code.inferred_operations import either, iterated, unpacked, without_contents_of
from schemaloom.impact.code.records import is_typed_dict, record_fields
from schemaloom.impact.code.returned import result_of_function, result_of_method
from schemaloom.impact.code.submit_urls import SubmitUrls
from schemaloom.impact.package_names import PackageNames
from schemaloom.impact.values import Constant, ListValue, ObjectValue, Unknown

Style = Literal["class", "client", "http"]
_DEFERRED: Final = {"to_thread": 0, "submit": 0, "run_sync": 0, "run_in_executor": 1}
"""Functions that call one of their arguments, and its position."""
_MAPPING: Final = frozenset({"map", "imap", "imap_unordered"})
"""Functions that call their first argument with each item of the others."""
CALLING_FUNCTIONS: Final = _DEFERRED.keys() | _MAPPING
"""Functions whose call is read as the call of one of their arguments."""


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
class Passed:
    """A request that a call of the project's own functions sends."""

    sent: Sent
    functions: frozenset[int]
    """Identities of the functions that pass it on."""
    node: ast.Call
    """The call that sends it, in the last of them."""


@dataclass(frozen=True, slots=True)
class CallReader:
    """Reads calls by the names of a generated package, the models of a catalogue and its submit URLs."""

    names: PackageNames | None
    models: Collection[str]
    urls: SubmitUrls | None
    _senders: dict[int, bool] = field(default_factory=dict[int, bool], compare=False, repr=False)

    def call(self, evaluator: Evaluator, node: ast.Call, frame: Frame | None) -> Inferred:
        """Return the value of a call."""
        callee, given = self._callee(evaluator, node, frame)
        sent = self._sent(callee, given)
        if sent:
            return sent[0].result if len(sent) == 1 else Unknown()
        part = read_construction(self.names, callee, given)
        if part is not None:
            return part  # a nested object, which is no request of its own
        match callee:
            case Imported("builtins.getattr"):
                return _named_attribute(evaluator, given)
            case Imported("functools.partial") if given.positional:
                return Partial(given.positional[0], given.without_first(1))
            case Imported(dotted):
                return result_of_function(dotted, given)
            case Bound(owner, attribute):
                return result_of_method(self.names, owner, attribute, given)
            case InferredFunction():
                found = self._returned(evaluator, callee, given, frame)
                return found if found == Unknown() or not _may_be_another(evaluator, node, callee) else Unknown()
            case InferredClass():
                return self._instance(evaluator, callee, given)
            case _:
                return Unknown()

    def read(self, evaluator: Evaluator, node: ast.Call, frame: Frame | None = None) -> list[Sent]:
        """The requests that a call sends, or one of several that it may send."""
        callee = evaluator.evaluate(node.func, frame)
        return self._sent(*self._callee(evaluator, node, frame)) if _may_be_sender(callee) else []

    def read_inside(self, evaluator: Evaluator, node: ast.Call) -> Iterator[Passed]:
        """The requests that a call of one of the project's own functions sends."""
        called = evaluator.evaluate(node.func)
        if not isinstance(called, InferredFunction) and not _may_be_sender(called):
            return
        callee, given = self._callee(evaluator, node, None)
        for function in _functions(callee):
            if self._may_send(evaluator, function) and _is_overridden(evaluator, node, function):
                continue
            yield from self._inside(evaluator, function, given, frozenset())

    def _inside(
        self, evaluator: Evaluator, function: InferredFunction, given: Arguments, around: frozenset[int]
    ) -> Iterator[Passed]:
        gives_class = any(
            isinstance(one, RequestClass | OneOf | Table) for one in (*given.positional, *given.named.values())
        )
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
            anyone = self._callee(inside, node, None)
            if (callee, arguments) == anyone == self._callee(inside, node, any_call(function)):
                continue  # the same for every caller
            sent = self._sent(callee, arguments)
            yield from (Passed(one, around, node) for one in sent)
            for other in () if sent else _functions(callee):
                yield from self._inside(inside, other, arguments, around)

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
        """Return the callee that a call reaches in the end, and its arguments."""
        callee = evaluator.evaluate(node.func, frame)
        given = evaluate_arguments(evaluator, node, frame)
        if _last_name(callee) in _MAPPING and is_callee(given.at(0) or Unknown()):
            items = [iterated(argument) for argument in given.positional[1:]]
            each = [Unknown() if part is None else unpacked(part, None) for part in items]
            return _applied(given.positional[0], Arguments(tuple(each), is_complete=given.is_complete))
        position = _DEFERRED.get(_last_name(callee))
        if position is not None:
            later = given.at(position)
            if isinstance(later, Imported | RequestClass | InferredFunction | Partial | Bound):
                callee, given = later, given.without_first(position + 1)
        return _applied(callee, given)

    def _sent(self, callee: Inferred, given: Arguments) -> list[Sent]:
        if isinstance(callee, OneOf):
            return [sent for one in callee.callees for sent in self._sent(*_applied(one, given))]
        if isinstance(callee, Bound) and isinstance(callee.owner, ListOf):
            return self._sent_list(callee.owner.item, callee.attribute, given)
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

    def _sent_list(self, cls: RequestClass, attribute: str, given: Arguments) -> list[Sent]:
        """The requests that ``TypeAdapter(list[M]).validate_python([…])`` makes."""
        if attribute not in CONSTRUCTORS:
            return []
        items = iterated(given.at(0) or Unknown())
        each = Bound(cls, "model_validate")
        return [sent for item in items or [Unknown()] for sent in self._sent(each, Arguments((item,)))]

    def _returned(
        self, evaluator: Evaluator, function: InferredFunction, given: Arguments, frame: Frame | None
    ) -> Inferred:
        """Return the result of a function of the project."""
        depth = 1 if frame is None else frame.depth + 1
        returned = returned_expressions(function) if depth <= DEEPEST_CALL else []
        other = evaluator.of_module(function.module)
        inner = enter(other, function, given, depth) if returned else None
        if inner is None:
            return Unknown()
        found = reduce(either, (other.evaluate(node, inner) for node in returned))
        if not isinstance(found, ObjectValue | ListValue):
            return found
        if isinstance(function.node, ast.Lambda):
            return found
        is_fresh = all(isinstance(node, ast.Dict | ast.List | ast.Call | ast.BinOp) for node in returned)
        is_shared = not is_fresh or bool(function.node.decorator_list)  # ``@cache`` returns one object each time
        is_changed = is_shared and evaluator.resolver.is_result_changed(function.node.name)
        return without_contents_of(found) if is_changed else found

    @staticmethod
    def _instance(evaluator: Evaluator, cls: InferredClass, given: Arguments) -> Inferred:
        """An object of a class of the project; the member of an enum by its value, a ``TypedDict`` as a dictionary."""

        def evaluate(at: InferredClass, node: ast.expr) -> Inferred:
            return evaluator.of_module(at.module).evaluate(node)

        value = given.at(0)
        members = enum_members(cls, evaluate) if value is not None else []
        found = next((one for one in members if value is not None and one.value == as_value(value)), None)
        if found is not None:
            return found
        if value is None and is_typed_dict(cls, evaluate):
            return given.keywords
        return Instance(cls, record_fields(cls, given, evaluate))


def _named_attribute(evaluator: Evaluator, given: Arguments) -> Inferred:
    """Return the value of ``getattr(owner, "name")``."""
    match given.positional:
        case [owner, Constant(value=str(attribute)), *_]:
            return evaluator.attribute(owner, attribute)
        case _:
            return Unknown()


def _applied(callee: Inferred, given: Arguments) -> tuple[Inferred, Arguments]:
    """Return the callee of a partial application, and its arguments."""
    while isinstance(callee, Partial):
        given, callee = given.after(callee.given), callee.callee
    return callee, given


def _may_be_another(evaluator: Evaluator, call: ast.Call, function: InferredFunction) -> bool:
    """Whether code may put another function in the place of the one that is called."""
    match function.node, function.module.parents[function.node]:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name), ast.Module():
            return evaluator.resolver.is_variable_bound(name, function.module)
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name), ast.ClassDef():
            return evaluator.resolver.is_set(name) or _is_overridden(evaluator, call, function)
        case _:
            return False


def _is_overridden(evaluator: Evaluator, call: ast.Call, function: InferredFunction) -> bool:
    """Whether a method of ``self`` may be another one in a subclass."""
    match call.func, function.module.parents[function.node]:
        case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name), ast.ClassDef() as around:
            return evaluator.resolver.may_differ(InferredClass(function.module, around), name)
        case _:
            return False


def _functions(callee: Inferred) -> list[InferredFunction]:
    """The functions of the project that a call may be of."""
    callees = callee.callees if isinstance(callee, OneOf) else (callee,)
    return [one for one in callees if isinstance(one, InferredFunction)]


def _may_be_sender(callee: Inferred) -> bool:
    """Whether a call of an inferred value may send a request, whatever its arguments are."""
    if isinstance(callee, RequestClass | OneOf | Partial):
        return True
    name = _last_name(callee)
    return name in sending_names() or name in CONSTRUCTORS or name in _DEFERRED or name in _MAPPING


def _last_name(callee: Inferred) -> str:
    match callee:
        case Imported(dotted):
            return dotted.rpartition(".")[2]
        case Bound(attribute=attribute):
            return attribute
        case _:
            return ""
