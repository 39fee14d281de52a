"""`ModelPart`: everything that one model adds to a package, as strings that can be cached."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import TypeAlias

from schemaloom.cache.problem_json import problem_from_json, problem_to_json
from schemaloom.errors import Level, Problem, SchemaloomError
from schemaloom.ir.model import Cost, Model
from schemaloom.json.values import JsonValue
from schemaloom.render.docstrings import sentence
from schemaloom.render.documentation import cost_text
from schemaloom.render.environment import environment
from schemaloom.render.example_calls import ExampleView, example_calls
from schemaloom.render.examples import example_request
from schemaloom.render.literals import literal
from schemaloom.render.module_plan import ModelPlan, plan_model, refused_shapes
from schemaloom.render.module_view import module_view
from schemaloom.render.names.table import ModelNames, NameTable
from schemaloom.render.output_plan import output_class
from schemaloom.render.provider_view import ProviderView
from schemaloom.render.types.annotations import Annotations

_SUFFIXES = {"ImageOutput": "png", "VideoOutput": "mp4", "AudioOutput": "wav"}
MODEL_TEMPLATE = "src/{package}/models/{model}.py.j2"
EXAMPLE_TEMPLATE = "examples/{model}.py.j2"
_ENCODER = json.JSONEncoder(sort_keys=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """One runnable example for a README."""

    kind: str
    module: str
    cls: str
    arguments: tuple[str, ...]
    output: str
    suffix: str
    """Of the file that is saved; empty if the output has a type of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPart:
    """One model's module, and its entries in the files of the package."""

    id: str
    digest: str
    """SHA-256 of the snapshot document the model was read from."""
    module: str
    cls: str
    source: bytes
    """The module's text."""
    entry: str
    """JSON: the model's entry in ``catalogue.json``."""
    price: str
    """A cell of the README's table."""
    origin: str
    """Source of the parameters: ``documented``, ``fetched``, or ``unpublished``."""
    snippet: Snippet | None
    example: bytes
    """The text of its file of example requests; empty if it has none."""
    problems: tuple[Problem, ...]


_Planned: TypeAlias = tuple[ModelPlan, ExampleView | None, Snippet | None]


def model_parts(
    models: Iterable[Model | ModelPart],
    names: NameTable,
    *,
    currency: str,
    provider: ProviderView,
    joined: Mapping[str, str],
    renamed: Mapping[str, Mapping[str, str]],
    header: str,
    kept: Callable[[str, Problem], ModelPart | None],
) -> Iterator[ModelPart]:
    """Yield the part of each model; `renamed` holds former parameter names by model id.

    `joined` is as in `plan_output`.  A model that cannot be rendered never stops the others: `kept`
    returns its last good part, and without one its class has untyped parameters; either has a problem
    that names the model.

    Each model is released after its part is made: from an iterator, a catalogue takes less memory than its package.
    """
    annotations = Annotations()

    def plan(model: Model) -> _Planned:
        planned = plan_model(model, names[model.id], renamed.get(model.id, {}), joined, uploads=provider.uploads)
        example = example_request(model)
        return planned, example_calls(model, planned.names, example, planned.output), _snippet(planned, example)

    def render(planned: _Planned) -> ModelPart:
        try:
            return _part(planned, annotations, currency, provider, header)
        except Exception as error:  # noqa: BLE001  whatever one model does, the others are rendered
            model = planned[0].model
            problem = not_rendered(model.id, error)
            part = kept(model.id, problem)
            return part or _part(plan(untyped(model, problem)), annotations, currency, provider, header)

    waiting = deque[_Planned]()
    for model in models:
        if isinstance(model, ModelPart):
            yield model
            continue
        try:
            planned = plan(model)
        except Exception as error:  # noqa: BLE001  as above
            problem = not_rendered(model.id, error)
            if part := kept(model.id, problem):
                yield part
                continue
            planned = plan(untyped(model, problem))
        if annotations.knows(planned[0].keys()):
            yield render(planned)
        else:
            waiting.append(planned)
    annotations.ask(chain.from_iterable(planned[0].keys() for planned in waiting))
    while waiting:
        yield render(waiting.popleft())


def example_path(module: str) -> str:
    """Return the path of the example requests of a model's module.

    The prefix keeps a file from hiding a module of the same name from the others when one is run.
    """
    return f"examples/example_{module}.py"


def not_rendered(model: str, error: Exception) -> Problem:
    """Return the problem of a model that cannot be read or rendered."""
    reason = str(error) if isinstance(error, SchemaloomError) else f"{type(error).__name__}: {error}"
    return Problem(model, "", f"the model cannot be generated: {sentence(reason)[:300]}", Level.ERROR)


def untyped(model: Model, problem: Problem) -> Model:
    """Return `model` with unknown parameters and output, and the problem that is the reason."""
    return replace(
        model,
        request=None,
        definitions={},
        rules=None,
        published=None,
        output=None,
        output_definitions={},
        problems=(*model.problems, problem),
    )


def price_cell(cost: Cost | None, currency: str) -> str:
    """Return a price as a cell of the README's table."""
    return cell(cost_text(cost, currency)).replace("<", "&lt;")


def _part(planned: _Planned, annotations: Annotations, currency: str, provider: ProviderView, header: str) -> ModelPart:
    plan, example, snippet = planned
    model = plan.model
    view = module_view(plan, annotations, currency, provider)
    template = environment().get_template(EXAMPLE_TEMPLATE)
    return ModelPart(
        id=model.id,
        digest=model.digest,
        module=plan.names.module,
        cls=plan.names.cls,
        source=environment().get_template(MODEL_TEMPLATE).render(header=header, module=view).encode(),
        entry=_entry(model, plan.names),
        price=price_cell(model.cost, currency),
        origin="unpublished" if model.request is None else model.provenance,
        snippet=snippet,
        example=template.render(header=header, package=provider.module, example=example).encode() if example else b"",
        problems=(*model.problems, *plan.problems, *refused_shapes(plan, annotations)),
    )


def part_to_json(part: ModelPart) -> JsonValue:
    """Return the part as JSON, without the texts of its files."""
    snippet = part.snippet
    texts: list[JsonValue] = [part.id, part.digest, part.module, part.cls, part.entry, part.price, part.origin]
    problems = [problem_to_json(found) for found in part.problems]
    return [
        *texts,
        [snippet.kind, snippet.module, snippet.cls, snippet.output, snippet.suffix, *snippet.arguments]
        if snippet
        else None,
        *problems,
    ]


def part_from_json(content: JsonValue, source: bytes, example: bytes) -> ModelPart | None:
    """Return the part that `part_to_json` encoded, with the texts of its files; None for any other content."""
    match content:
        case [
            str(id_),
            str(digest),
            str(module),
            str(cls),
            str(entry),
            str(price),
            str(origin),
            snippet,
            *problems,
        ]:
            return ModelPart(
                id=id_,
                digest=digest,
                module=module,
                cls=cls,
                source=source,
                entry=entry,
                price=price,
                origin=origin,
                snippet=_snippet_from_json(snippet),
                example=example,
                problems=tuple(map(problem_from_json, problems)),
            )
        case _:
            return None


def cell(text: str) -> str:
    """Return untrusted text as the content of a cell of a Markdown table."""
    return sentence(text).replace("`", "'").replace("|", "\\|")


def _entry(model: Model, names: ModelNames) -> str:
    cost = model.cost
    price: JsonValue = (
        {"amount": cost.amount, "unit": cost.unit, "by_resolution": dict(cost.by_resolution)} if cost else None
    )
    entry: JsonValue = {
        "name": model.name,
        "description": model.description,
        "modality": model.modality,
        "price": price,
        "capabilities": list(model.capabilities),
        "documents": list(model.documents),
        "parameters": [item.name for item in model.request.properties] if model.request else [],
        "module": names.module,
        "class": names.cls,
    }
    return _ENCODER.encode(entry)


def _snippet(plan: ModelPlan, example: Mapping[str, JsonValue] | None) -> Snippet | None:
    model, names = plan.model, plan.names
    output = output_class(model.modality)
    if model.request and not example:
        return None
    arguments = [f"{names.field('', name)}={literal(value)}" for name, value in (example or {}).items()]
    if not model.request:
        arguments = [f"extra={literal({'prompt': 'A lighthouse at dusk'})}"]
    return Snippet(
        kind=output.removesuffix("Output").lower() if model.request else "unpublished parameters",
        module=names.module,
        cls=names.cls,
        arguments=tuple(arguments),
        output=output,
        suffix="" if plan.output else _SUFFIXES.get(output, "bin"),
    )


def _snippet_from_json(content: JsonValue) -> Snippet | None:
    match content:
        case [str(kind), str(module), str(cls), str(output), str(suffix), *arguments]:
            texts = tuple(str(argument) for argument in arguments)
            return Snippet(kind=kind, module=module, cls=cls, output=output, suffix=suffix, arguments=texts)
        case _:
            return None
