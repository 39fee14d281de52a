"""Results of generated classes: outputs of the shapes that catalogues have, and documents that deviate."""

from __future__ import annotations

import json
import logging
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sdk_sample import KEY, STUDIO, Studio
from tests.loading import namespace_of, planned

from runtime.files.file import File
from runtime.files.outputs import MediaOutput
from runtime.models.output_object import OutputObject
from schemaloom.render.provider_view import NO_PROVIDER, ProviderView

URI = {"type": "string", "format": "uri"}
PNG, MP4, WAV = "https://f.example/a.png", "https://f.example/b.mp4?sig=1", "https://f.example/c.wav"
DATA = "data:image/png;base64,iVBORw0KGgo="
JOINED = {"type": "array", "items": {"type": "string"}, "x-display": "concatenate"}


JOB = ProviderView(output_at=("/output",), status_at=("/status",))


def request_of(output: Any, provider: ProviderView = NO_PROVIDER) -> Any:
    """The generated request class of a model with this output schema; None if it publishes none."""
    _, plan = planned({"type": "object"}, "whisper", output=output, joined={"x-display": "concatenate"})
    return namespace_of(plan, provider)["Whisper"]


def obj(*required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required)}


def plain(value: Any) -> Any:
    """An output as JSON: files by their URL, objects by their attributes."""
    if isinstance(value, File):
        return value.url
    if isinstance(value, OutputObject):
        return {name: plain(inner) for name, inner in vars(value).items() if name != "_document"}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return {name: plain(inner) for name, inner in value.items()} if isinstance(value, dict) else value


SHAPES = {
    "one file": (URI, PNG, PNG, {"": PNG}),
    "a file that may be missing": ({"anyOf": [URI, {"type": "null"}]}, None, None, {}),
    "files": ({"type": "array", "items": URI}, [PNG, MP4], [PNG, MP4], {"/0": PNG, "/1": MP4}),
    "a data URI": (URI, DATA, DATA, {"": DATA}),
    "an object of files": (
        obj("mask", mask=URI, overlay=URI), {"mask": PNG, "overlay": MP4}, {"mask": PNG, "overlay": MP4},
        {"/mask": PNG, "/overlay": MP4},
    ),
    "files in a mapping": ({"type": "object", "additionalProperties": URI}, {"a/b": PNG}, {"a/b": PNG}, {"/a~1b": PNG}),
    "objects that describe a URL": (
        {"type": "array", "items": obj("url", url={"type": "string"}, width={"type": "integer"})},
        [{"url": PNG, "width": 4}], [PNG], {"/0": PNG},
    ),
    "an object with a URL and more": (
        obj("url", url={"type": "string"}, seed={"type": "integer"}), {"url": PNG, "seed": 4}, {"url": PNG, "seed": 4},
        {"": PNG},
    ),
    "one text in parts": (JOINED, ["Once", " upon", "", " a"], "Once upon a", {}),
    "a text of one part": (JOINED, "Once", "Once", {}),
    "texts": ({"type": "array", "items": {"type": "string"}}, ["a", "b"], ["a", "b"], {}),
    "nested objects": (
        obj("text", text={"type": "string"}, segments={"type": "array", "items": obj(start={"type": "number"})}),
        {"text": "hi", "segments": [{"start": 0}, {"start": 1.5}], "language": "en"},
        {"text": "hi", "segments": [{"start": 0}, {"start": 1.5}]}, {},
    ),
    "a number": ({"type": "number"}, 4, 4, {}),
    "a boolean": ({"type": "boolean"}, False, False, {}),
    "a new value of an enum": ({"enum": ["safe", "unsafe"]}, "unclear", "unclear", {}),
    "text or files": (
        {"anyOf": [{"type": "string"}, {"type": "array", "items": URI}]}, [PNG], [PNG], {"/0": PNG},
    ),
    "anything": ({}, {"deep": [{"video": {"url": MP4}}, WAV]}, {"deep": [{"video": {"url": MP4}}, WAV]},
                 {"/deep/0/video": MP4, "/deep/1": WAV}),
    "an unknown property": (obj(text={"type": "string"}), {"text": "x", "new": PNG}, {"text": "x"}, {"/new": PNG}),
    "a text that begins with a URL": ({"type": "string"}, f"{PNG} is it", f"{PNG} is it", {}),
    "the alternative that fits best": (
        {"anyOf": [obj("a", a={"type": "string"}), obj("b", "c", b=URI, c=URI)]}, {"b": PNG, "c": MP4},
        {"b": PNG, "c": MP4}, {"/b": PNG, "/c": MP4},
    ),
    "content in base64": (
        {"type": "string", "format": "byte"}, "iVBORw0KGgo=", "data:application/octet-stream;base64,iVBORw0KGgo=",
        {"": "data:application/octet-stream;base64,iVBORw0KGgo="},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("schema", "document", "output", "files"), SHAPES.values(), ids=SHAPES)
def test_an_output_has_the_type_of_its_schema(schema, document, output, files):
    request = request_of(schema)
    result = request.parse_result(document)
    assert output == plain(result.output)
    assert files == {pointer: file.url for pointer, file in result.files.items()}
    assert [*files] == [*result.files]
    assert () == result.notes
    wrapped = request_of(schema, JOB).parse_result({"id": "1", "status": "done", "output": document})
    assert output == plain(wrapped.output)
    assert {f"/output{pointer}" for pointer in files} == set(wrapped.files)


DEVIATING = {
    "a missing property": (obj("a", a={"type": "string"}, b=URI), {"b": PNG}, {"a": None, "b": PNG}, ["/a: missing"]),
    "another type": (obj(a={"type": "string"}, b=URI), {"a": 1, "b": 2}, {"a": 1, "b": 2},
                     ["/a: expected a string or null, got a number", "/b: expected a file or null, got a number"]),
    "another type of item": ({"type": "array", "items": {"type": "integer"}}, [1, "2", 3.0, True], [1, "2", 3.0, True],
                                ["/1: expected an integer, got a string", "/3: expected an integer, got a boolean"]),
    "a fraction": ({"type": "integer"}, 2.5, 2.5, [": expected an integer, got a number"]),
    "null": (obj("a", a=URI, b=URI), {"a": None, "b": PNG}, {"a": None, "b": PNG}, ["/a: expected a file, got null"]),
    "the name with a tilde": (obj("a~/b", **{"a~/b": URI, "c": URI}), {"c": PNG}, {"a_b": None, "c": PNG},
                              ["/a~0~1b: missing"]),
}  # fmt: skip


@pytest.mark.parametrize(("schema", "document", "output", "notes"), DEVIATING.values(), ids=DEVIATING)
def test_what_deviates_stays_as_it_is_and_is_noted(schema, document, output, notes):
    result = request_of(schema).parse_result(document)
    assert output == plain(result.output)
    assert notes == [*result.notes]


@pytest.mark.parametrize("document", [None, "", [], {}, {"error": "x"}, [PNG], "text"])
def test_a_result_in_which_nothing_is_recognised_is_its_json_and_is_logged(document, caplog):
    with caplog.at_level(logging.WARNING):
        result = request_of(obj("text", text={"type": "string"})).parse_result(document)
    assert document == result.output
    assert ([PNG] if document == [PNG] else []) == [file.url for file in result.files.values()]
    assert "nothing in the document is of the documented output" in caplog.text


def test_facts_beside_a_url_describe_the_file(tmp_path):
    schema = obj(
        "image",
        image=obj("url", url={"type": "string"}, content_type={"type": "string"}, file_size={"type": "integer"}),
    )
    image = {
        "url": DATA,
        "content_type": "image/png",
        "file_size": 8.0,
        "width": 3,
        "height": 4,
        "file_name": "fox 1.png",
    }
    file = request_of(schema).parse_result({"image": image}).output.image
    assert ("image/png", 8, 3, 4, "fox 1.png", image) == (
        file.media_type, file.size, file.width, file.height, file.name, file.raw,
    )  # fmt: skip
    assert "fox_1.png" == file.save(tmp_path).name


def test_what_the_class_does_not_know_is_kept():
    output = (
        request_of(obj(text={"type": "string"}, **{"class": {"type": "string"}}))
        .parse_result({"text": "a", "class": "b", "new": [1], "_x": 2})
        .output
    )
    assert ("a", "b", [1]) == (output.text, output.class_, output.new)
    assert {"new": [1], "_x": 2} == output.model_extra
    assert {"text": "a", "class": "b", "new": [1], "_x": 2} == output.model_dump()
    assert "WhisperOutput(text='a', class_='b')" == repr(output)
    with pytest.raises(AttributeError, match="has no property 'txet'"):
        _ = output.txet


def test_a_bottomless_document_of_a_recursive_class_is_read_as_far_as_anyone_looks():
    node = {"type": "object", "properties": {"kids": {"type": "array", "items": {"$ref": "#/$defs/Node"}}, "file": URI}}
    document: dict[str, Any] = {"file": PNG}
    for _ in range(400):
        document = {"kids": [document], "file": PNG}
    result = request_of({"$ref": "#/$defs/Node", "$defs": {"Node": node}}).parse_result(document)
    assert PNG == result.output.kids[0].kids[0].file.url
    assert 30 < len(result.files) < 40
    assert "nested too deeply" in result.notes[-1]


def test_the_providers_own_client_may_have_made_the_document():
    image = SimpleNamespace(url=PNG)
    request = request_of({"type": "array", "items": URI})
    for document in ((image,), iter([image]), (part for part in [PNG])):
        assert [PNG] == plain(request.parse_result(document).output)
    assert "a lamp" == request_of(JOINED).parse_result(part for part in ("a ", "lamp")).output


def test_an_asynchronous_iterator_is_not_read_in_silence():
    async def parts():
        yield "a lamp"

    with pytest.raises(TypeError, match="has to be read first"):
        request_of(JOINED).parse_result(parts())


def test_an_output_that_looks_like_a_job_document_is_read_whole():
    output = obj(status={"type": "string"}, output={"type": "array", "items": URI}, logs={"type": "string"})
    request, document = request_of(output, JOB), {"status": "done", "output": [PNG], "logs": "warm"}
    for found, files in (
        (document, ["/output/0"]),
        ({"status": "succeeded", "output": document, "urls": [MP4]}, ["/output/output/0"]),
    ):
        result = request.parse_result(found)
        assert (document, files, ()) == (plain(result.output), [*result.files], result.notes)


def job_result(kind: Any, job: dict[str, Any], **profile: Any) -> Any:
    class Client(Studio):
        pass

    Client.profile = STUDIO._replace(job=STUDIO.job._replace(**profile))
    with Client(KEY) as client:
        return client.jobs.parse_webhook(
            json.dumps({"jobId": "1", "status": "completed", **job}).encode(), {}, kind
        ).result()


def test_a_job_has_the_output_that_its_class_declares():
    request = request_of(obj("text", text={"type": "string"}, mask=URI), JOB)
    result = job_result(request, {"output": {"text": "hi", "mask": PNG}}, output={"media": ("/output",)})
    assert ("hi", PNG) == (result.output.text, result.output.mask.url)
    assert ["/output/mask"] == [*result.files]


def test_where_no_schema_is_known_files_are_found_anywhere_but_in_what_the_client_sent(caplog):
    job = {
        "statusUrl": f"{STUDIO.api.base_url}/jobs/1",
        "result": {"clips": [{"url": MP4}], "cover": PNG, "seed": 4},
    }
    request = request_of(None)
    result = job_result(request, job)
    assert isinstance(result.output, MediaOutput)
    assert {"/result/clips/0": MP4, "/result/cover": PNG} == {key: file.url for key, file in result.files.items()}
    assert [MP4, PNG] == [file.url for file in result.output.files]
    with caplog.at_level(logging.WARNING):
        assert {} == job_result(request, {"result": {"text": "hi"}}).files
    assert "succeeded, but nothing in its document is of the documented output" in caplog.text


@pytest.mark.parametrize(
    ("output", "job", "texts"),
    [
        ({"image": ("/images",), "text": ("/text",)}, {"text": "a lamp"}, ("a lamp",)),
        (
            {"image": ("/images",), "text": ("/text",), "media": ("/images",)},
            {"text": ["a", "lamp.png"]},
            ("a", "lamp.png"),
        ),
        ({"image": ("/images",), "text": ("/note", "/text")}, {"note": "", "text": "a"}, ("a",)),
        ({"image": ("/images",)}, {"text": "a lamp"}, ()),
    ],
)
def test_a_request_without_a_class_has_the_texts_of_a_result_without_files(output, job, texts, caplog):
    with caplog.at_level(logging.WARNING):
        result = job_result(request_of(None), job, output=output)
    assert (texts, (), {}) == (result.output.values, result.output.files, {**result.files})
    assert bool(texts) == ("succeeded, but nothing" not in caplog.text)
    with_file = job_result(request_of(None), {**job, "images": [PNG]}, output=output)
    assert [PNG] == [file.url for file in with_file.output.files]


_urls = st.sampled_from([PNG, MP4, WAV, DATA, "HTTPS://F.EXAMPLE/x"])
_names = st.sampled_from(["url", "uri", "text", "a", "b/c", "type", "class"])
_leaves = st.sampled_from(
    [URI, JOINED, {}, {"enum": ["a", 1]}, *({"type": kind} for kind in ("string", "number", "null"))]
)
_schemas = st.recursive(
    _leaves,
    lambda inner: (
        st.builds(lambda items: {"type": "array", "items": items}, inner)
        | st.builds(lambda branches: {"anyOf": branches}, st.lists(inner, min_size=1, max_size=3))
        | st.builds(lambda parts: {**obj(*parts), "properties": parts}, st.dictionaries(_names, inner, max_size=3))
    ),
    max_leaves=6,
)
_documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.sampled_from(["", "a", "a b"]) | _urls,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_names, inner, max_size=3),
    max_leaves=8,
)


def test_of_a_job_document_the_output_alone_is_read_where_no_schema_is_known():
    request = request_of(None, JOB)
    sent = {"status": "done", "input": {"image": "https://f/in.png"}, "urls": {"get": "https://api/jobs/1"}}
    for output, files in (
        ("https://f/a.png", ["https://f/a.png"]),
        ({"mask": "https://f/b.png", "n": 1}, ["https://f/b.png"]),
        ("a text", []),
        (None, []),
        ("http://", []),
    ):
        result = request.parse_result({**sent, "output": output})
        assert files == [file.url for file in result.files.values()]
    assert "https://f/c.png" == request.parse_result("https://f/c.png").output.media[0].url


def urls(value: Any) -> list[str]:
    """Every URL of a document, found by a walk that knows no schema."""
    if isinstance(value, list | dict):
        return [url for item in (value.values() if isinstance(value, dict) else value) for url in urls(item)]
    return [value] if isinstance(value, str) and value.lower().startswith(("https://", "data:")) else []


def parts(value: Any) -> list[str]:
    """Every string in a list of strings only: it may have become a part of one text."""
    if not isinstance(value, list | dict):
        return []
    found = [part for item in (value.values() if isinstance(value, dict) else value) for part in parts(item)]
    return found + (value if isinstance(value, list) and all(isinstance(item, str) for item in value) else [])


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(schema=_schemas, document=_documents)
def test_no_document_raises_and_none_of_its_files_is_lost(schema, document):
    result = request_of(schema).parse_result(document)
    assert repr(result)
    found = [file.url for file in result.files.values()]
    assert set(urls(document)) - set(parts(document)) <= set(found)
    assert set(found) <= {url.strip() for url in urls(document)}
