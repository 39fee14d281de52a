"""``docs/provider.md``, from the docstrings and types of the settings."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from inspect import cleandoc
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import PydanticUndefined
from tests.provider_files.fields import Documented, documented, parts

from schemaloom.settings.jobs import JobCall
from schemaloom.settings.provider import Provider

_HEAD = """\
# provider.toml

Every key of `specs/PROVIDER/provider.toml`, the one description of a catalogue that the generator, the emulator and
the generated client read. `schemaloom init PROVIDER` writes one to begin with. An unknown key is an error, and so is a
missing one that is required.

- **Pointer**: a place inside a JSON document, by [RFC 6901](https://www.rfc-editor.org/rfc/rfc6901): `/data/0/id`, and
  `""` for the whole document. **Pointers** are a list of them: a reader takes the first that is present, and the
  emulator writes to the first.
- **Route**: a path below `api.base_url`, or a whole URL.
- **Placeholder**: `{id}` is the model's id, `{id[0]}` its first segment and `{id[:2]}` its first two; `{job_id}` is the
  job's id as one segment, and `{job_id[:]}` with its slashes; `{version}` is a fact of the model that
  `[catalogue.facts]` names, or of the job that `job.facts` names. `{{` and `}}` are braces.

A whole file, for a gateway with one list of models, a route for each schema, and jobs that are polled:

```toml
name = "acme"
title = "Acme"
homepage = "https://acme.example"
package = { distribution = "acme-sdk", module = "acme_sdk", client = "Acme", env_prefix = "ACME" }

[api]
base_url = "https://api.acme.example/v1"
auth = { header = "Authorization", prefix = "Bearer " }

[catalogue]
kind = "api"
list = { path = "/models", items = "/data", id = "/id" }
schemas = [{ path = "/models/{id}/schema", pointer = "/input", output = "/output" }]
fields = { name = ["/name"], description = ["/description"], modality = ["/type"] }

[submit]
url = "/jobs"
body = { model = "{id}", input = "{input}" }

[job]
url = "/jobs/{job_id}"
cancel = "/jobs/{job_id}/cancel"
fields = { id = ["/id"], status = ["/status"], error = ["/error"] }
statuses = { waiting = "queued", working = "running", done = "succeeded", broken = "failed", stopped = "cancelled" }
value = "/output"
output = { image = ["/output"], media = ["/output"] }

[errors]
code = ["/error/code"]
message = ["/error/message"]
```

| where the gateway differs | keys |
|---|---|
| models are operations of an OpenAPI document | `catalogue.openapi`, `catalogue.operations`, `catalogue.carried` |
| models are elsewhere in such a document | `catalogue.list` with it as `path`, `catalogue.carried` |
| the list has pages | `catalogue.list.next`, with `cursor`; `link`, `page` or `offset` |
| the list holds other things, too | `catalogue.list.where`, `catalogue.include` |
| the list carries the schemas | `catalogue.carried` |
| the price has a route of its own | `catalogue.price.path` |
| another request for some models | `catalogue.facts`, `submit.variants` |
| the response to a submission is the result | no `job.url` |
| it is server-sent events | `submit.events` |
| an error comes with HTTP 200 | `errors.success` |
| it has the job's URL or id in a header | `job.headers` |
| the HTTP status alone is that of the job | `job.codes` |
| a job has no status: it holds a result or an error | `job.present` |
| the result is at another URL than the status | `job.result`, or `job.fields.result_url` |
| that URL needs an id of its own | `job.facts` |
| a file needs the key | `job.fields.result_url` at its URL, and `""` in `job.output` |
| a response is the file or the text itself | `""` in `job.output` |
| the key goes elsewhere, or in two headers | `api.auth.query`, `api.auth.headers` |
| a webhook is asked for in the body, a header or the query | `webhook.field`, `webhook.header`, `webhook.query` |
| files are uploaded before | `upload` |

"""
_WORDS = {
    "str": "string",
    "int": "integer",
    "bool": "true or false",
    "Pointer": "pointer",
    "Pointers": "pointers",
    "Route": "route",
    "ModelPointer": "pointer with `{id}` or facts",
    "dict[FactName, Pointer]": "table of pointers",
    "dict[Pointer, Scalar]": "table of strings, integers or booleans",
    "dict[FactName, HeaderName]": "table of header names",
    "tuple[BaseUrl, ...]": "list of URLs",
    "ModelRoute": "route with `{id}` or facts",
    "SubmitRoute": "route with `{id}`, or `{endpoint}`",
    "JobRoute": "route with `{job_id}`",
    "DocumentRoute": "path with `{document}`",
    "HttpUrl": "URL",
    "SocketUrl": "URL",
    "BaseUrl": "URL",
    "Slug": "lower-case letters, digits and `-`",
    "Identifier": "identifier",
    "Days": "number of days and `d`",
    "HeaderName": "header name",
    "HeaderText": "string",
    "PollSeconds": "two numbers",
    "Pointer | tuple[Pointer, Pointer]": "pointer, or two pointers",
    "JobRequest": "route with `{job_id}`, or a job request",
    "JsonValue": "any value",
    "dict[HeaderName, HeaderText]": "table of strings",
    "dict[str, JsonValue]": "table",
    "dict[str, str]": "table of strings",
    "tuple[str, ...]": "list of strings",
    "tuple[int, ...]": "list of integers",
    "ErrorReply": "table of `status` and `code`",
}


def reference() -> str:
    """Return the document."""
    sections = [*_section(Provider, ""), "## A job request", "", *_body(JobCall)]
    return _HEAD + "\n".join(sections).rstrip() + "\n"


def _section(section: type[BaseModel], place: str, *, repeated: bool = False) -> Iterator[str]:
    yield f"## `{'[[' if repeated else '['}{place}{']]' if repeated else ']'}`" if place else "## The file"
    yield ""
    yield from _body(section) if place else _rows(section)
    for field in documented(section):
        inner = f"{place}.{field.name}" if place else field.name
        if field.section is not None:
            yield from _section(field.section, inner, repeated=get_origin(field.field.annotation) is tuple)
        elif _is_table(field):
            yield from _keys(field, inner)


def _body(section: type[BaseModel]) -> Iterator[str]:
    yield from _wrapped(cleandoc(section.__doc__ or ""))
    yield from _rows(section)


def _rows(section: type[BaseModel]) -> Iterator[str]:
    yield from _table([_row(field) for field in documented(section) if _is_row(field)])


def _keys(field: Documented, place: str) -> Iterator[str]:
    """Yield a section for a table whose keys the docstring lists, or whose keys are the provider's own."""
    yield f"## `[{place}]`"
    yield ""
    yield from _wrapped(field.text + (_choices(get_args(field.field.annotation)[1]) if not field.keys else ""))
    value = _value(field.words.rpartition(", ")[2].removesuffix("]"), get_args(field.field.annotation)[1])
    yield from _table([f"| `{key}` | {value} | none | {text} |" for key, text in field.keys.items()])


def _choices(annotation: Any) -> str:
    """Return a sentence for the values that may stand for a key."""
    return f" Values: {_listed(annotation)}."


def _listed(annotation: Any) -> str:
    return ", ".join(f'`"{choice}"`' for choice in get_args(annotation))


def _is_table(field: Documented) -> bool:
    return bool(field.keys) or (
        get_origin(field.field.annotation) is dict and field.name in {"statuses", "codes", "present"}
    )


def _is_row(field: Documented) -> bool:
    return field.section is None and not _is_table(field)


def _row(field: Documented) -> str:
    assert field.text, f"{field.name} needs a docstring"
    named = field.words in {"dict[str, Column]", "dict[str, Modality]"}
    choices = _choices(get_args(field.field.annotation)[1]) if named else ""
    value = _value(field.words, field.field.annotation)
    return f"| `{field.name}` | {value} | {_default(field)} | {field.text}{choices} |"


def _value(words: str, annotation: Any) -> str:
    words = words.removesuffix(" | None")
    if words.startswith("Annotated[str"):
        return "string"
    literal = [part for part in parts(annotation) if get_origin(part) is Literal]
    if literal and get_origin(annotation) is not dict:
        return _listed(literal[0])
    return _WORDS.get(words) or ("table of strings" if words.startswith("dict[str, ") else words)


def _default(field: Documented) -> str:
    default = field.field.get_default(call_default_factory=True)
    match default:
        case _ if default is PydanticUndefined:
            return "required"
        case None:
            return "none"
        case str():
            return f'`"{default}"`'
        case tuple():
            return f"`{json.dumps(default)}`"
        case dict():
            return "`{}`"
        case bool():
            return f"`{str(default).lower()}`"
        case _:
            return f"`{default}`"


def _wrapped(text: str) -> Iterator[str]:
    paragraph = " ".join(text.replace("``", "`").split())
    yield textwrap.fill(paragraph, 120, break_long_words=False, break_on_hyphens=False)
    yield ""


def _table(rows: list[str]) -> Iterator[str]:
    if rows:
        yield "| key | value | default | meaning |"
        yield "|---|---|---|---|"
        yield from (row.replace("``", "`") for row in rows)
        yield ""
