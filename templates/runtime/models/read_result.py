"""Finding the output in a document and reading it; an unrecognised value stays JSON, and a note reports it."""

from __future__ import annotations

from collections.abc import AsyncIterable, Iterable, Mapping
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple, cast

from ..core.json_document import ABSENT, Absent, JsonValue, find, find_all, strings
from ..files.outputs import Output
from ..files.read_file import MAX_DEPTH
from .output_object import OutputObject, has_known
from .read_output import OutputReader, score

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..files.file import File
    from ..files.read_file import FileReader


_EMPTY: tuple[JsonValue, ...] = (None, "", [], {})


class Reading(NamedTuple):
    """The parts of a document that were read."""

    output: object
    files: Mapping[str, File]
    notes: tuple[str, ...]
    recognised: bool
    """Whether any of the output is of its declared type."""


def read_typed(
    kind: object,
    document: JsonValue,
    pointers: tuple[str, ...],
    reader: FileReader,
    *,
    is_job: bool = True,
    may_be_output: bool = False,
) -> Reading:
    """Read the output of type `kind`, which is at one of `pointers` in a job document.

    If there is none, or `document` is no job document, or `may_be_output`, and fits better, it is the output itself.
    """
    pointer, value = _locate(kind, document, pointers, is_job=is_job and not may_be_output)
    outputs = OutputReader(reader)
    output = outputs.read(kind, value, pointer)
    files = outputs.files(value, pointer) if is_job else outputs.files(document, "")
    lost = pointer in outputs.kept or (value is not None and value in _EMPTY)
    if isinstance(output, OutputObject) and not has_known(output):
        lost, output = True, value
    return Reading(output, files, tuple(outputs.notes), recognised=not lost)


def _locate(kind: object, document: JsonValue, pointers: tuple[str, ...], *, is_job: bool) -> tuple[str, JsonValue]:
    places = ((pointer, find(document, pointer)) for pointer in pointers)
    found = [(pointer, value) for pointer, value in places if not isinstance(value, Absent)]
    if not (found and is_job):
        found = [("", document), *(place for place in found if place[1] not in _EMPTY)]
    return max(found, key=lambda candidate: score(kind, candidate[1]))  # the first of equals


def read_media(
    kind: type[Output],
    document: JsonValue,
    pointers: Iterable[str],
    reader: FileReader,
    ignored: Callable[[str, File], bool],
    within: str | None = None,
) -> Reading:
    """Read the URLs or strings at the first of `pointers` that holds any; else every file in the document.

    `within` is the place of the result, if it is documented: no file elsewhere is part of it.
    `ignored` decides which other files are no part of the result, by pointer and file.
    """
    for pointer in pointers:
        found = find_all(document, pointer)
        if values := texts_at(document, pointer):
            is_declared = kind.modality != "text"
            inner = (reader.find_all(value, place, is_declared=is_declared) for place, value in found)
            files = dict(chain.from_iterable(inner))
            if not files and is_declared:
                files = declared_files(document, (pointer,), reader)
            output = kind(files=tuple(files.values()), values=values, raw=document)
            return Reading(output, files, (), recognised=True)
    value = ABSENT if within is None else find(document, within)
    if within is None or isinstance(value, Absent):
        value = None
        files = {pointer: file for pointer, file in reader.find_all(document) if not ignored(pointer, file)}
    else:
        files = dict(reader.find_all(value, within))
    urls = tuple(file.url for file in files.values())
    output = kind(files=tuple(files.values()), values=urls, raw=document)
    missing = "nothing is at " + " or ".join(pointer or "the root" for pointer in pointers)
    return Reading(output, files, (missing,) if value is None else (), recognised=bool(files) or value is not None)


def texts_at(document: JsonValue, pointer: str) -> tuple[str, ...]:
    """Return the strings at a pointer, or in the lists there."""
    return tuple(string for _, value in find_all(document, pointer) for string in strings(value))


def declared_files(document: JsonValue, pointers: Iterable[str], reader: FileReader) -> dict[str, File]:
    """Read every value at `pointers`, which are declared to hold files: base64 and relative URLs count too."""
    found = (place for pointer in pointers for place in find_all(document, pointer))
    leaves = (leaf for place, value in found for leaf in _leaves(value, place))
    read = ((place, reader.read_declared(value)) for place, value in leaves)
    return {place: file for place, file in read if file is not None}


def _leaves(value: JsonValue, pointer: str) -> Iterator[tuple[str, JsonValue]]:
    """The value, or the items of a list, with their pointers."""
    if not isinstance(value, list):
        yield pointer, value
        return
    for index, item in enumerate(value):
        yield from _leaves(item, f"{pointer}/{index}")


def as_json(value: object, depth: int = 0) -> JsonValue:
    """Return `value` as JSON: a provider's own client may return tuples, models, iterators, and objects for files.

    An iterator is read to its end.  Raises `TypeError` for an asynchronous one, which only its caller can read.
    """
    if value is None or isinstance(value, bool | int | float | str) or depth > 2 * MAX_DEPTH:
        return cast("JsonValue", value)
    if isinstance(value, Mapping):
        items = cast("Mapping[object, object]", value).items()
        return {str(key): as_json(item, depth + 1) for key, item in items}
    if isinstance(value, list | tuple):
        return [as_json(item, depth + 1) for item in cast("list[object]", value)]
    url = cast("object", getattr(value, "url", None))
    if isinstance(url, str):
        return url
    dump = cast("object", getattr(value, "model_dump", None))
    if callable(dump):
        return as_json(dump(), depth + 1)
    if isinstance(value, AsyncIterable):
        raise TypeError("an asynchronous iterator has to be read first: pass [part async for part in output]")
    if isinstance(value, Iterable) and not isinstance(value, bytes | bytearray):
        return [as_json(item, depth + 1) for item in cast("Iterable[object]", value)]
    return str(value)
