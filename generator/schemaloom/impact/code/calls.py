"""`CallReader`: what a call returns, and whether it sends a request to a model."""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from schemaloom.errors import SnapshotError
from schemaloom.impact.code.client_libraries import ClientFunction, client_functions
from schemaloom.impact.code.evaluate import Evaluator, Frame
from schemaloom.impact.code.submit_urls import SubmitUrls
from schemaloom.impact.code.things import (
    Bound,
    ClassThing,
    Dumped,
    EnumMember,
    FunctionThing,
    Imported,
    Partial,
    RequestClass,
    RequestValue,
    ResultOf,
    Text,
    Thing,
    as_value,
)
from schemaloom.impact.package_names import ClassName, PackageNames
from schemaloom.impact.values import ANY_OBJECT, Constant, Member, ObjectValue, Unknown, Value, from_json, merge
from schemaloom.ir.schema import Array, Boolean, Number, String
from schemaloom.json.codec import parse_json

Style = Literal["class", "client", "http"]
_DEEPEST_CALL = 3
_HTTP_METHODS = frozenset({"post", "put"})
_VALIDATORS = frozenset({"model_validate", "model_construct", "parse_obj"})
_WAITS = frozenset({"result", "get", "wait", "refresh"})
_RETURNS: Mapping[str, Unknown] = {
    "builtins.str": Unknown(String()),
    "builtins.input": Unknown(String()),
    "os.getenv": Unknown(),
    "os.environ.get": Unknown(),
    "builtins.int": Unknown(Number(integer=True)),
    "builtins.len": Unknown(Number(integer=True)),
    "builtins.round": Unknown(Number()),
    "builtins.float": Unknown(Number()),
    "builtins.bool": Unknown(Boolean()),
    "builtins.sorted": Unknown(Array()),
    "random.randint": Unknown(Number(integer=True)),
    "random.random": Unknown(Number()),
}
_STRING_METHODS = frozenset(
    {"join", "strip", "lower", "upper", "replace", "title", "decode", "removeprefix", "removesuffix", "isoformat"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sent:
    """A request that a call sends: the model's id and the parameters, by the API's names."""

    model: str
    payload: ObjectValue
    style: Style
    fields: Mapping[str, str]
    """The code's name of each parameter to the API's."""
    result: Thing


@dataclass(frozen=True, slots=True)
class CallReader:
    """Reads calls by the names of a generated package, the models of a catalogue and its submit URLs."""

    names: PackageNames | None
    models: Collection[str]
    urls: SubmitUrls | None

    def call(self, evaluator: Evaluator, node: ast.Call, frame: Frame | None) -> Thing:
        """What a call returns."""
        callee = evaluator.evaluate(node.func, frame)
        sent = self.read(evaluator, node, frame)
        if sent is not None:
            return sent.result
        return self._returned(evaluator, callee, node, frame)

    def read(self, evaluator: Evaluator, node: ast.Call, frame: Frame | None = None) -> Sent | None:
        """The request that a call sends, or None if it sends none."""
        callee = evaluator.evaluate(node.func, frame)
        given = _keywords(evaluator, node, frame)
        while isinstance(callee, Partial):
            given, callee = merge(callee.keywords, given), callee.callee
        found = self._construction(evaluator, callee, node, given, frame)
        if found is not None:
            return None if found.name.path else Sent(found.name.model, found.payload, "class", found.fields, found)
        return self._client_call(evaluator, callee, node, given, frame) or self._post(evaluator, callee, node, frame)

    def _construction(
        self, evaluator: Evaluator, callee: Thing, node: ast.Call, given: ObjectValue, frame: Frame | None
    ) -> RequestValue | None:
        match callee:
            case RequestClass():
                return self._request(callee, self._with_others(callee, given))
            case Bound(RequestClass() as cls, attribute) if attribute in _VALIDATORS:
                first = evaluator.evaluate(node.args[0], frame) if node.args else Unknown()
                content = first.payload if isinstance(first, RequestValue) else as_value(first)
                if attribute == "model_construct":
                    content = given
                return self._request(cls, content if isinstance(content, ObjectValue) else ANY_OBJECT)
            case Bound(RequestClass() as cls, "model_validate_json"):
                return self._request(cls, _decoded(evaluator.evaluate(node.args[0], frame) if node.args else Unknown()))
            case Bound(RequestValue() as value, "model_copy") if "update" in given.members:
                changed = self._request(RequestClass(value.name), as_object(given.members["update"].value))
                merged = merge(value.payload, changed.payload)
                return RequestValue(value.name, merged, {**value.fields, **changed.fields})
            case _:
                return None

    def _with_others(self, cls: RequestClass, given: ObjectValue) -> ObjectValue:
        """Return the arguments of a class with those of ``extra``, unless the model has a parameter of that name."""
        others = given.members.get("extra")
        if others is None or (self.names and self.names.has_parameter(cls.name, "extra")):
            return given
        members = {name: member for name, member in given.members.items() if name != "extra"}
        if not isinstance(others.value, ObjectValue):
            return ObjectValue(members, is_open=True)
        return ObjectValue({**members, **others.value.members}, is_open=given.is_open or others.value.is_open)

    def _request(self, cls: RequestClass, given: ObjectValue) -> RequestValue:
        names = self.names
        if names is None:
            return RequestValue(cls.name, given)
        fields = {name: names.api_name(cls.name, name) for name in given.members}
        members = {fields[name]: member for name, member in given.members.items()}
        if not cls.is_plain:
            members = {name: Member(Unknown(), certain=False) for name in members}
        return RequestValue(cls.name, ObjectValue(members, is_open=given.is_open or not cls.is_plain), fields)

    def _client_call(
        self, evaluator: Evaluator, callee: Thing, node: ast.Call, given: ObjectValue, frame: Frame | None
    ) -> Sent | None:
        name, root = _called(callee)
        for function in client_functions():
            if name not in function.functions or (root is not None and root != function.package):
                continue
            model = self._model(evaluator, function, node, given, frame)
            payload = given.members.get(function.input)
            if payload is None and len(node.args) == 2 and not isinstance(node.args[1], ast.Starred):
                payload = Member(evaluator.value(node.args[1], frame))
            if model is not None and (payload is not None or root is not None):
                sent = ObjectValue({}) if payload is None else as_object(payload.value)
                result = ResultOf(model, () if function.result == "output" else None)
                return Sent(model, sent, "client", {}, result)
        return None

    def _model(
        self, evaluator: Evaluator, function: ClientFunction, node: ast.Call, given: ObjectValue, frame: Frame | None
    ) -> str | None:
        places: list[Value] = [given.members[name].value for name in function.model if name in given.members]
        if node.args and not isinstance(node.args[0], ast.Starred):
            places.append(evaluator.value(node.args[0], frame))
        for place in places:
            if isinstance(place, Constant) and isinstance(place.value, str):
                for model in (place.value, place.value.partition(":")[0]):
                    if model in self.models:
                        return model
        return None

    def _post(self, evaluator: Evaluator, callee: Thing, node: ast.Call, frame: Frame | None) -> Sent | None:
        name, _ = _called(callee)
        places = [item for item in node.args if not isinstance(item, ast.Starred)]
        if name == "request" and places:
            method, *places = places
            spelled = evaluator.value(method, frame)
            name = spelled.value.lower() if isinstance(spelled, Constant) and isinstance(spelled.value, str) else ""
        if self.urls is None or name not in _HTTP_METHODS:
            return None
        url = next((word.value for word in node.keywords if word.arg == "url"), places[0] if places else None)
        route = None if url is None else self.urls.route(_parts(evaluator.evaluate(url, frame)))
        body = self._body(evaluator, node, frame)
        if route is None or body is None:
            return None
        return Sent(route.model, route.parameters(body), "http", {}, Unknown())

    @staticmethod
    def _body(evaluator: Evaluator, node: ast.Call, frame: Frame | None) -> Value | None:
        for word in node.keywords:
            if word.arg == "json":
                return evaluator.value(word.value, frame)
            if word.arg in {"data", "content"}:
                thing = evaluator.evaluate(word.value, frame)
                return thing.value if isinstance(thing, Dumped) else Unknown()
        return None

    def _returned(self, evaluator: Evaluator, callee: Thing, node: ast.Call, frame: Frame | None) -> Thing:
        first = node.args[0] if node.args and not isinstance(node.args[0], ast.Starred) else None
        match callee:
            case Imported("functools.partial") if first is not None:
                return Partial(evaluator.evaluate(first, frame), _keywords(evaluator, node, frame))
            case Imported("builtins.dict"):
                base = evaluator.value(first, frame) if first is not None else ObjectValue({})
                return merge(base, _keywords(evaluator, node, frame))
            case Imported("builtins.list" | "builtins.tuple" | "copy.copy" | "copy.deepcopy") if first is not None:
                return evaluator.evaluate(first, frame)
            case Imported("json.dumps") if first is not None:
                return Dumped(evaluator.value(first, frame))
            case Imported("importlib.import_module") if first is not None:
                name = evaluator.value(first, frame)
                return Imported(name.value) if isinstance(name, Constant) and isinstance(name.value, str) else Unknown()
            case Imported(dotted):
                return _RETURNS.get(dotted, Unknown())
            case Bound(Imported(dotted), "load"):
                return Unknown()
            case Bound(Bound(Imported(dotted), attribute), "load"):
                return self._loaded(dotted, attribute)
            case Bound(owner, attribute):
                return self._method(evaluator, owner, attribute, first, frame)
            case FunctionThing() | ClassThing():
                return self._function(evaluator, callee, node, frame)
            case RequestClass():
                return self._request(callee, _keywords(evaluator, node, frame))
            case _:
                return Unknown()

    def _loaded(self, dotted: str, attribute: str) -> Thing:
        """``catalogue["id"].load()``."""
        model = attribute[1:-1]
        known = self.names is not None and dotted == f"{self.names.package}.catalogue" and model in self.names.models
        return RequestClass(ClassName(model)) if known else Unknown()

    def _method(
        self, evaluator: Evaluator, owner: Thing, attribute: str, first: ast.expr | None, frame: Frame | None
    ) -> Thing:
        if isinstance(owner, ResultOf) and attribute in _WAITS:
            return owner if owner.path is not None or attribute != "get" else ResultOf(owner.model, ())
        if attribute in {"run", "submit"} and first is not None:
            request = evaluator.evaluate(first, frame)
            return ResultOf(request.name.model) if isinstance(request, RequestValue) else Unknown()
        if attribute == "copy" and isinstance(owner, ObjectValue):
            return owner
        if attribute == "get" and isinstance(owner, ObjectValue) and first is not None and not owner.is_open:
            key = evaluator.value(first, frame)
            found = owner.members.get(key.value) if isinstance(key, Constant) and isinstance(key.value, str) else None
            return found.value if found is not None and found.certain else Unknown()
        if attribute == "format" and isinstance(owner, Constant | Text):
            return Text((None,))
        if attribute in _STRING_METHODS and isinstance(owner, Constant | Text | EnumMember | Unknown):
            is_text = not isinstance(owner, Unknown) or isinstance(owner.schema, String)
            return Unknown(String()) if is_text else Unknown()
        return Unknown()

    def _function(self, evaluator: Evaluator, thing: Thing, node: ast.Call, frame: Frame | None) -> Thing:
        """What a function of the project returns, if it has one ``return``."""
        inner = None
        if isinstance(thing, FunctionThing) and (frame is None or frame.depth < _DEEPEST_CALL):
            inner = enter(evaluator, thing, node, frame)
        if inner is None or not isinstance(thing, FunctionThing):
            return Unknown()
        returned = _returned_expression(thing)
        if returned is None:
            return Unknown()
        other = evaluator if thing.module is evaluator.module else Evaluator(thing.module, evaluator.resolver, self)
        return other.evaluate(returned, inner)


def enter(evaluator: Evaluator, function: FunctionThing, node: ast.Call, frame: Frame | None) -> Frame | None:
    """The frame of a call of a function of the project; None if its arguments cannot be assigned to parameters."""
    spec = function.node.args
    names = [argument.arg for argument in (*spec.posonlyargs, *spec.args)]
    is_method = isinstance(function.module.parents.get(function.node), ast.ClassDef)
    decorators = [] if isinstance(function.node, ast.Lambda) else function.node.decorator_list
    if is_method and not any(isinstance(item, ast.Name) and item.id == "staticmethod" for item in decorators):
        names = names[1:]
    if any(isinstance(item, ast.Starred) for item in node.args) or len(node.args) > len(names):
        return None
    arguments: dict[str, Thing] = {
        name: evaluator.evaluate(item, frame) for name, item in zip(names, node.args, strict=False)
    }
    given = _keywords(evaluator, node, frame)
    plain = {word.arg: word.value for word in node.keywords if word.arg}
    known = {*names, *(argument.arg for argument in spec.kwonlyargs)}
    rest: dict[str, Member] = {}
    for name, member in given.members.items():
        if name not in known:
            rest[name] = member
        elif not member.certain:
            arguments[name] = Unknown()
        else:
            arguments[name] = evaluator.evaluate(plain[name], frame) if name in plain else member.value
    defaults = _defaults(spec)
    other = (
        evaluator
        if function.module is evaluator.module
        else Evaluator(function.module, evaluator.resolver, evaluator.calls)
    )
    for name in known - arguments.keys():
        default = defaults.get(name)
        arguments[name] = Unknown() if given.is_open or default is None else other.evaluate(default)
    if spec.kwarg is not None:
        arguments[spec.kwarg.arg] = ObjectValue(rest, is_open=given.is_open)
    return Frame(function.node, arguments, depth=1 if frame is None else frame.depth + 1)


def as_object(value: Value) -> ObjectValue:
    """A value as an object; an unknown one if it is none that is known."""
    return value if isinstance(value, ObjectValue) else ANY_OBJECT


def _keywords(evaluator: Evaluator, node: ast.Call, frame: Frame | None) -> ObjectValue:
    found = ObjectValue({})
    for word in node.keywords:
        if word.arg is None:
            found = merge(found, evaluator.value(word.value, frame))
        else:
            members = {**found.members, word.arg: Member(evaluator.value(word.value, frame))}
            found = ObjectValue(members, is_open=found.is_open)
    return found


def _called(callee: Thing) -> tuple[str, str | None]:
    """The last part of a called name, and the package that it surely comes from (None if that is open)."""
    match callee:
        case Imported(dotted):
            return dotted.rpartition(".")[2], dotted.partition(".")[0]
        case Bound(owner, attribute):
            return attribute, None if isinstance(owner, Unknown | Bound | Constant) else "?"
        case _:
            return "", None


def _parts(thing: Thing) -> tuple[str | None, ...]:
    match thing:
        case Text(parts=parts):
            return parts
        case Constant(value=str(text)):
            return (text,)
        case _:
            return ("\n",)


def _decoded(thing: Thing) -> ObjectValue:
    if isinstance(thing, Dumped):
        return as_object(thing.value)
    if isinstance(thing, Constant) and isinstance(thing.value, str):
        try:
            return as_object(from_json(parse_json(thing.value.encode("utf-8", "replace"), where="")))
        except SnapshotError:
            return ANY_OBJECT
    return ANY_OBJECT


def _defaults(spec: ast.arguments) -> dict[str, ast.expr]:
    positional = [*spec.posonlyargs, *spec.args]
    found = dict(
        zip([item.arg for item in positional[len(positional) - len(spec.defaults) :]], spec.defaults, strict=True)
    )
    found.update({item.arg: value for item, value in zip(spec.kwonlyargs, spec.kw_defaults, strict=True) if value})
    return found


def _returned_expression(function: FunctionThing) -> ast.expr | None:
    if isinstance(function.node, ast.Lambda):
        return function.node.body
    scope = function.module.scopes[function.node]
    found = [
        node.value
        for node in ast.walk(function.node)
        if isinstance(node, ast.Return) and function.module.scope_of(node) is scope and node.value is not None
    ]
    return found[0] if len(found) == 1 else None
