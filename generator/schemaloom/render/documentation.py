"""The docstrings of a generated module: the provider's descriptions, then facts of the schema as sentences."""

from __future__ import annotations

from functools import lru_cache

from schemaloom.ir.model import Cost, Model
from schemaloom.ir.schema import Array, Number, Object, Property, Schema, String, is_open_choice
from schemaloom.json.values import JsonText, json_text, json_value
from schemaloom.render.docstrings import code, docstring, sentence
from schemaloom.render.literals import literal, text_literal
from schemaloom.render.names.class_paths import path_tokens
from schemaloom.render.stated_facts import states_default, states_format, without_stated_limits

_INDENT = 4
_LONGEST_EXAMPLE = 200
_MOST_EXAMPLES = 3


def module_doc(model: Model) -> str:
    """Return the docstring of the module of `model`."""
    return docstring(f"{sentence(model.name)}: model {code(model.id)}.")


def nested_doc(schema: Object, path: str) -> str:
    """Return the docstring of the class of the object at `path` (see `object_paths`) of a request."""
    texts = schema.annotations
    description = texts.description if texts.description.strip() else sentence(texts.title)
    return docstring(description or place_doc(path), indent=_INDENT)


def place_doc(path: str, whole: str = "request") -> str:
    """Return a sentence that names the property of a request, or of another `whole`, that an object is for."""
    parts = [part for part in path_tokens(path) if part and not part.isdigit()]
    if not parts:  # an alternative of the whole itself, or a property that a number names
        return f"An object of the {whole}."
    name = next((code(part) for part in reversed(parts) if part != "*"), f"the {whole}")
    if len(parts) == 1 and path.startswith("$"):
        return f"The object {name} of the provider's schema."
    return f"An item of {name}." if parts[-1] == "*" else f"An object for {name}."


def request_doc(model: Model, currency: str) -> str:
    """Return the docstring of the request class of `model`: its facts, their sources, and the price."""
    facts = [f"Price: {cost_text(model.cost, currency)}."]
    if model.deprecated is not None:
        since = "" if model.deprecated == "true" else f" since {sentence(model.deprecated)}"
        facts.insert(0, f"Deprecated by the provider{since}.")
    if model.sunset is not None:
        facts.insert(0, f"Switched off on {sentence(model.sunset)}.")
    if model.capabilities:
        facts.append(f"Capabilities: {', '.join(sentence(text) for text in model.capabilities)}.")
    unknown = (
        "" if model.request else "The provider does not publish the parameters: pass them in ``extra``, unchecked."
    )
    plural = "s" if len(model.documents) > 1 else ""
    sources = f"Source{plural}: {' '.join(map(sentence, model.documents))}" if model.documents else ""
    description = model.description if model.description.strip() else model.name
    return docstring(description, unknown, " ".join(facts), sources, indent=_INDENT)


def field_doc(name: str, member: Property, *, takes_files: bool = False, secret: bool = False) -> str:
    """Return the docstring of the field `name` of a parameter; empty if there is nothing to say about it.

    A value that is `secret` is never shown.  Facts that the provider's description states are not repeated.
    """
    schema = member.schema
    texts = schema.annotations
    description = texts.description if texts.description.strip() else texts.title
    stated = sentence(description)
    facts = limits(without_stated_limits(schema, stated))
    if texts.default is not None and not states_default(stated, default := json_value(texts.default)):
        facts.append(f"default {code(literal(default))}")
    if secret:
        facts.append("a secret, which is never shown")
    elif texts.format and not states_format(stated, texts.format):
        facts.append(f"format {code(texts.format)}")
    if name != member.name:
        facts.append(f"sent as {code(text_literal(member.name))}")
    if takes_files:
        facts.append("or a local file")
    if texts.deprecated:
        facts.append("deprecated by the provider")
    line = "; ".join(facts)
    sentences = [f"{line[0].upper()}{line[1:]}."] if line else []
    if is_open_choice(schema):
        sentences.append("Other strings are accepted: the list is not complete.")
    labels = "\n".join([f"- {code(literal(json_value(value)))}: {sentence(label)}" for value, label in texts.labels])
    return docstring(description, labels, " ".join(sentences), _examples(texts.examples), indent=_INDENT)


def _examples(examples: tuple[JsonText, ...]) -> str:
    """Return a line with the first examples that are short enough to read."""
    if not examples:  # as most often
        return ""
    shown = [example for example in examples if len(example) <= _LONGEST_EXAMPLE][:_MOST_EXAMPLES]
    values = ", ".join(code(literal(json_value(example))) for example in shown)
    return f"Example{'s' if len(shown) > 1 else ''}: {values}." if shown else ""


def former_name_doc(now: str) -> str:
    """Return the docstring of the field for a former name of the parameter that is called `now` today."""
    return docstring(f"Former name of {code(now)}, deprecated.", indent=_INDENT)


def limits(schema: Schema) -> list[str]:
    """Return the bounds of a number, a string or a list, such as ``at least 1``."""
    match schema:
        case Number():
            bounds = (
                schema.minimum,
                schema.exclusive_minimum,
                schema.maximum,
                schema.exclusive_maximum,
                schema.multiple_of,
            )
            return [*_bounds(*bounds)]
        case String():
            return [*_sizes(schema.min_length, schema.max_length, "character")]
        case Array():
            unique = ["no item twice"] if schema.unique else []
            return [*_sizes(schema.min_items, schema.max_items, "item"), *unique]
        case _:
            return []


@lru_cache(maxsize=4096, typed=True)  # parameters of many models have the same bounds; 10**300 is not spelled as 1e300
def _bounds(*bounds: float | None) -> tuple[str, ...]:
    words = ("at least", "above", "at most", "below", "a multiple of")
    return tuple(f"{word} {json_text(bound)}" for word, bound in zip(words, bounds, strict=True) if bound is not None)


@lru_cache(maxsize=4096)  # as above
def _sizes(least: int, most: int | None, unit: str) -> tuple[str, ...]:
    bounds = [("at least", least or None), ("at most", most)]
    return tuple(f"{word} {size} {unit}{'' if size == 1 else 's'}" for word, size in bounds if size is not None)


def cost_text(cost: Cost | None, currency: str) -> str:
    """Return a price as a phrase, such as ``1.5 credits per image (1 MP: 1.5, 2 MP: 3)``."""
    if cost is None:
        return "not published"
    per = f" per {sentence(cost.unit)}" if cost.unit else ""
    table = ", ".join(f"{sentence(size)}: {json_text(amount)}" for size, amount in cost.by_resolution)
    return f"{amount_text(cost.amount, currency)}{per}" + (f" ({table})" if table else "")


def amount_text(amount: float, currency: str) -> str:
    """Return an amount such as ``1.5 credits``; a code such as ``EUR`` has no plural."""
    return f"{json_text(amount)} {currency}{'' if amount == 1 or currency.isupper() else 's'}"
