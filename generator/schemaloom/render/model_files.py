"""`ModelPart`: everything that one model adds to a package, as strings that can be cached."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from schemaloom.errors import Level, Problem
from schemaloom.ir.model import Model
from schemaloom.json.values import JsonValue
from schemaloom.render.docstrings import sentence
from schemaloom.render.environment import environment
from schemaloom.render.example_calls import CallsView, example_calls
from schemaloom.render.examples import example_request
from schemaloom.render.literals import literal
from schemaloom.render.module_plan import ModelPlan, plan_model
from schemaloom.render.module_view import cost_text, module_view, output_class, refused_shapes
from schemaloom.render.names.table import ModelNames, NameTable
from schemaloom.render.types.annotations import Annotations
from schemaloom.render.types.engine import cached_annotations

_SUFFIXES = {"ImageOutput": "png", "VideoOutput": "mp4", "AudioOutput": "wav"}
MODEL_TEMPLATE = "src/{package}/models/{model}.py.j2"


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
    calls: CallsView | None
    problems: tuple[Problem, ...]


def model_parts(
    models: Iterable[Model],
    names: NameTable,
    *,
    currency: str,
    output_at: tuple[str, ...],
    joined: Mapping[str, str],
    renamed: Mapping[str, Mapping[str, str]],
    header: str,
) -> Iterator[ModelPart]:
    """Yield the part of each model; `renamed` holds former parameter names by model id.

    `output_at` and `joined` are as in `module_view` and `plan_output`.

    Each model is released after its part is made: from an iterator, a catalogue takes less memory than its package.
    """
    planned = deque[tuple[ModelPlan, CallsView | None, Snippet | None]]()
    for model in models:
        plan = plan_model(model, names[model.id], renamed.get(model.id, {}), joined)
        example = example_request(model)
        planned.append((plan, example_calls(model, plan.names, example), _snippet(plan, example)))
    template = environment().get_template(MODEL_TEMPLATE)
    annotations = Annotations(cached_annotations(chain.from_iterable(plan.keys() for plan, _, _ in planned)))
    while planned:
        plan, calls, snippet = planned.popleft()
        model = plan.model
        yield ModelPart(
            id=model.id,
            digest=model.digest,
            module=plan.names.module,
            cls=plan.names.cls,
            source=template.render(header=header, module=module_view(plan, annotations, currency, output_at)).encode(),
            entry=_entry(model, plan.names),
            price=cell(cost_text(model.cost, currency)).replace("<", "&lt;"),
            origin="unpublished" if model.request is None else model.provenance,
            snippet=snippet,
            calls=calls,
            problems=(*model.problems, *plan.problems, *refused_shapes(plan, annotations)),
        )


def part_to_json(part: ModelPart) -> JsonValue:
    """Return the part as JSON, without its source."""
    snippet, calls = part.snippet, part.calls
    texts: list[JsonValue] = [part.id, part.digest, part.module, part.cls, part.entry, part.price, part.origin]
    problems: list[JsonValue] = [[found.model, found.pointer, found.message, found.level] for found in part.problems]
    return [
        *texts,
        [snippet.kind, snippet.module, snippet.cls, snippet.output, snippet.suffix, *snippet.arguments]
        if snippet
        else None,
        [calls.module, calls.constant, *calls.sources] if calls else None,
        *problems,
    ]


def part_from_json(content: JsonValue, source: bytes) -> ModelPart | None:
    """Return the part that `part_to_json` encoded; None for any other content."""
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
            calls,
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
                calls=_calls_from_json(calls),
                problems=tuple(problem for content in problems if (problem := _problem(content))),
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
        "module": names.module,
        "class": names.cls,
    }
    return json.dumps(entry, sort_keys=True)


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


def _calls_from_json(content: JsonValue) -> CallsView | None:
    match content:
        case [str(module), str(constant), *sources]:
            return CallsView(module=module, constant=constant, sources=tuple(str(source) for source in sources))
        case _:
            return None


def _problem(content: JsonValue) -> Problem | None:
    match content:
        case [str(model), str(pointer), str(message), str(level)] if level in set(Level):
            return Problem(model, pointer, message, Level(level))
        case _:
            return None
