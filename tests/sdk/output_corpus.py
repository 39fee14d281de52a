"""Output schemas and example outputs in the shapes that two large catalogues publish, made from a seed.

`pairs` makes them; `judge` compares what a generated class read with the raw JSON, which it walks without any schema.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from runtime.files.file import File
from runtime.files.outputs import Output
from runtime.models.output_object import OutputObject

Schema = dict[str, Any]
JOINED = {"x-cog-array-display": "concatenate"}
"""The mark of a list of strings that is one string, as one of the catalogues spells it."""
_URI: Schema = {"type": "string", "format": "uri"}
_ITERATOR: Schema = {"type": "array", "items": {"type": "string"}, "x-cog-array-type": "iterator"}
_WORDS = ("a lamp", "Ein Reh.", "", "two\nlines", "{}", "🦊", "none", "see https://f.example/a.png for more", "DONE")
_NAMES = ("text", "image", "video", "mask", "class", "a/b", "x-1", "output", "state", "url", "segments", "Größe", "id")
_FACTS = {"content_type": "image/png", "file_name": "z9.png", "file_size": 4404, "width": 512, "height": 512}
_URL = re.compile(r"\s*(?:https?://\S+|data:.*?)\s*", re.IGNORECASE | re.DOTALL)


class Pair(NamedTuple):
    """An output schema, and an example output that need not follow it."""

    schema: Schema | None
    example: Any
    joined: bool = False
    """Whether the whole output is one string in parts."""


def pairs(seed: int, count: int) -> Iterator[Pair]:
    """Pairs of every shape in turn; every third example deviates from its schema."""
    draw = _Draw(random.Random(seed))
    for number in range(count):
        pair = _SHAPES[number % len(_SHAPES)](draw)
        if number % 3 == 2:
            pair = pair._replace(example=draw.deviation(pair.example))
        yield pair


class _Draw:
    """Random parts of schemas and of examples."""

    def __init__(self, source: random.Random) -> None:
        self.source = source
        self._number = 0

    def url(self) -> str:
        """A URL that no other call returns."""
        self._number += 1
        host = self.source.choice(
            ("https://replicate.delivery/pbxt/", "https://v3.fal.media/files/b/", "HTTP://f.example/")
        )
        end = self.source.choice((".png", ".mp4?sig=a%2Fb&x=1", "", ".tar.gz", "#t=1"))
        if self.source.random() < 0.1:
            return f"data:image/png;base64,iVBORw0KGgo{self._number:03}="
        return f"{host}{self._number}{end}"

    def word(self) -> str:
        self._number += 1
        return self.source.choice(_WORDS) or f"word {self._number}"

    def names(self, most: int = 4) -> list[str]:
        return self.source.sample(_NAMES, self.source.randint(1, most))

    def scalar(self) -> tuple[Schema, Any]:
        number = self.source.choice((0, 7, -1, 2**40))
        return self.source.choice(
            (
                ({"type": "string"}, self.word()),
                ({"type": "integer"}, number),
                ({"type": "number"}, self.source.choice((number, 0.5, 1e-9, 3.0))),
                ({"type": "boolean"}, True),
                ({"type": "string", "enum": ["low", "high"]}, self.source.choice(("low", "high"))),
                ({"enum": ["a", 1, None]}, self.source.choice(("a", 1, None))),
                ({"type": "string"}, self.url()),
                (_URI, self.url()),
                ({"type": "string", "format": "uri", "nullable": True}, self.source.choice((None, self.url()))),
                ({"type": "string", "format": "byte"}, "iVBORw0KGgoAAAANSUhEUg=="),
                ({}, self.source.choice((None, 4, self.word(), self.url(), [self.url()], {"x": [self.word()]}))),
            )
        )

    def file_object(self) -> tuple[Schema, Any]:
        """A file as one of the catalogues describes it, with some of its facts."""
        facts = self.source.sample(sorted(_FACTS), self.source.randint(0, len(_FACTS)))
        schema = {
            "title": "File",
            "type": "object",
            "required": ["url"],
            "properties": {
                "url": {"type": "string", "title": "Url"},
                **{
                    name: {"type": "integer" if name in {"width", "height", "file_size"} else "string"}
                    for name in facts
                },
            },
        }
        return schema, {"url": self.url(), **{name: _FACTS[name] for name in facts}}

    def value(self, depth: int = 2) -> tuple[Schema, Any]:
        """Any schema with an example."""
        if depth == 0 or self.source.random() < 0.3:
            return self.scalar()
        return self.source.choice((self.listing, self.record, self.mapping, self.optional, self.choice))(depth - 1)

    def listing(self, depth: int) -> tuple[Schema, Any]:
        schema, example = self.value(depth)
        more = [example] * self.source.randint(0, 2)
        return {"type": "array", "items": schema}, more

    def record(self, depth: int) -> tuple[Schema, Any]:
        parts = {name: self.file_object() if self.source.random() < 0.2 else self.value(depth) for name in self.names()}
        required = [name for name in parts if self.source.random() < 0.5]
        schema = {
            "type": "object",
            "title": self.source.choice(("Output", "ModelOutput", "Segment")),
            "properties": {name: part for name, (part, _) in parts.items()},
            "required": required,
        }
        present = [name for name in parts if name in required or self.source.random() < 0.8]
        self.source.shuffle(present)
        return schema, {name: parts[name][1] for name in present}

    def mapping(self, depth: int) -> tuple[Schema, Any]:
        schema, example = self.value(depth)
        return {"type": "object", "additionalProperties": schema}, {"key": example, "a/b~": example}

    def optional(self, depth: int) -> tuple[Schema, Any]:
        schema, example = self.value(depth)
        return {"anyOf": [schema, {"type": "null"}]}, self.source.choice((None, example))

    def choice(self, depth: int) -> tuple[Schema, Any]:
        branches = [self.value(depth) for _ in range(self.source.randint(2, 3))]
        return {self.source.choice(("anyOf", "oneOf")): [schema for schema, _ in branches]}, branches[-1][1]

    def deviation(self, example: Any) -> Any:
        """An output that a model gave, whatever its schema."""
        return self.source.choice(
            (
                lambda: [example],
                lambda: example[0] if isinstance(example, list) and example else [example, example],
                lambda: {"output": example, "url": self.url()},
                self.url,
                lambda: [self.url(), self.url()],
                lambda: [{"file": self.url(), "text": self.word()}, None],
                lambda: f" {self.url()}\n",
                self.word,
                lambda: [self.word(), self.word()],
                lambda: {"error": self.word(), "log": [self.url()]},
                lambda: self.value(3)[1],
                lambda: {**example, "new": self.url(), "txt": self.word()} if isinstance(example, dict) else 4.5,
                lambda: dict.fromkeys(example, self.url()) if isinstance(example, dict) else {"": self.url()},
                lambda: dict.fromkeys(example) if isinstance(example, dict) else [[self.url()], [[self.word()]]],
            )
        )()


def _referenced(draw: _Draw) -> Pair:
    """An object behind a reference, in the ways that both catalogues write one."""
    schema, example = draw.record(2)
    inner, item = draw.file_object()
    schema["properties"]["files"] = {"type": "array", "items": {"$ref": "#/$defs/Image"}}
    schema["properties"]["cover"] = {"allOf": [{"$ref": "#/$defs/Image"}], "description": "The first frame."}
    schema["properties"]["thumbnail"] = {"anyOf": [{"$ref": "#/$defs/Image"}, {"type": "null"}]}
    definitions = {"Image": inner, "ModelOutput": schema}
    root = draw.source.choice(({"$ref": "#/$defs/ModelOutput"}, {"allOf": [{"$ref": "#/$defs/ModelOutput"}]}))
    example = {**example, "files": [item, item], "cover": item, "thumbnail": None}
    return Pair({**root, "$defs": definitions}, example)


_SHAPES: tuple[Callable[[_Draw], Pair], ...] = (
    lambda draw: Pair({**_URI, "title": "Output"}, draw.url()),
    lambda draw: Pair({"type": "array", "items": _URI, "title": "Output"}, [draw.url() for _ in range(3)]),
    lambda draw: Pair({**_ITERATOR, "items": _URI}, [draw.url(), draw.url()]),
    lambda draw: Pair({**_ITERATOR, **JOINED}, ["", "Once", " upon", "\n", draw.word()], joined=True),
    lambda draw: Pair({**_ITERATOR, **JOINED}, draw.word()),
    lambda draw: Pair({"type": "string", "title": "Output"}, draw.source.choice((draw.url(), draw.word()))),
    lambda draw: Pair({"title": "Output"}, draw.value(3)[1]),
    lambda draw: Pair({"type": "object", "title": "Output"}, draw.record(2)[1]),
    lambda draw: Pair({"type": "array", "items": {}}, draw.listing(2)[1]),
    lambda draw: Pair({"type": "object", "additionalProperties": _URI}, {"a": draw.url(), "b": draw.url()}),
    lambda draw: Pair(*draw.record(3)),
    lambda draw: Pair(*draw.record(1)),
    lambda draw: Pair(*draw.listing(3)),
    lambda draw: Pair(*draw.optional(3)),
    lambda draw: Pair(*draw.choice(3)),
    lambda draw: Pair(*draw.mapping(3)),
    lambda draw: Pair(*draw.scalar()),
    lambda draw: Pair(*draw.file_object()),
    lambda draw: Pair({"type": "array", "items": {"type": "array", "items": _URI}}, [[draw.url()], [], [draw.url()]]),
    _referenced,
    lambda draw: Pair(None, draw.value(3)[1]),
)


class Verdict(NamedTuple):
    """What was lost between the raw JSON and the result; empty lists if nothing was."""

    lost_files: list[str]
    lost_texts: list[str]
    wrong_files: list[str]
    """Files of the result that are not at their pointer."""
    empty: bool
    """Whether the output is empty although the example is not."""


def judge(pair: Pair, result: Any, at: str = "") -> Verdict:
    """Judge the result that was read from the example of `pair`, which is at the pointer `at` of the document."""
    files = [] if pair.joined else [url for url in _strings(pair.example) if _URL.fullmatch(url)]
    texts = Counter(text for text in _strings(pair.example) if pair.joined or not _URL.fullmatch(text))
    found = Counter(file.url for file in result.files.values())
    readable = [*_readable(result.output)]
    joined = result.output if isinstance(result.output, str) else ""
    return Verdict(
        lost_files=[*(Counter(url.strip() for url in files) - found)],
        lost_texts=[text for text, _ in (texts - Counter(readable)).items() if text not in joined],
        wrong_files=[
            pointer
            for pointer, file in result.files.items()
            if not pointer.startswith(at) or not _is_at(pair.example, pointer[len(at) :], file.url)
        ],
        empty=result.output in (None, "", [], {}) and pair.example not in (None, "", [], {}),
    )


def _strings(value: Any) -> Iterator[str]:
    """Every string of a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _strings(inner)


def _readable(output: Any) -> Iterator[str]:
    """Every string that a caller can reach from an output by its attributes, keys and items."""
    match output:
        case File():
            yield from _strings(output.raw)
        case Output():
            yield from _strings(output.raw)
        case OutputObject():
            for name, inner in vars(output).items():
                if name != "_document":
                    yield from _readable(inner)
            yield from _strings(output.model_extra)
        case list():
            for inner in output:
                yield from _readable(inner)
        case dict():
            for inner in output.values():
                yield from _readable(inner)
        case str():
            yield output
        case _:
            return


def _is_at(document: Any, pointer: str, url: str) -> bool:
    """Whether the URL, its object, or its content in base64 is at a JSON Pointer."""
    for token in pointer.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        document = document[int(name)] if isinstance(document, list) else document[name]
    held = [*document.values()] if isinstance(document, dict) else [document]
    return any(isinstance(value, str) and (value.strip() == url or url.endswith(f";base64,{value}")) for value in held)
