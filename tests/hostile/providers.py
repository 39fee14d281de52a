"""``provider.toml`` files with hostile values, wrong types and unknown keys."""

from __future__ import annotations

import json
import math
import tomllib
from typing import Any

from hypothesis import strategies as st
from tests.hostile.texts import names, texts
from tests.hostile.workspace import API

_WORDS = [
    *(
        "class",
        "None",
        "True",
        "match",
        "type",
        "print",
        "json",
        "httpx",
        "pydantic",
        "os",
        "sys",
        "schemaloom",
        "models",
    ),
    *(
        "Catalogue",
        "ModelInfo",
        "catalogue",
        "AcmeError",
        "AsyncAcme",
        "Exception",
        "object",
        "Result",
        "Job",
        "__init__",
    ),
    *(
        "Request",
        "A",
        "a",
        "acme_sdk",
        "acme-sdk",
        "con",
        "nul",
        "test",
        "src",
        "x" * 64,
        "x" * 65,
        "ACME",
        "acme\n",
        "a\n",
    ),
    *(
        "../x",
        "/x",
        "..",
        "",
        " ",
        "http://x",
        "https://x\n",
        "http://127.0.0.1",
        "https://[::1]/",
        "https://a@b/",
        "http://{x}/",
    ),
    *(
        "/{id}",
        "{endpoint}",
        "/{id}{id}",
        "{job_id}",
        "/x y",
        "/\n",
        "/\u202e",
        "/jobs/{other}",
        "Authorization",
        "X\r\nY",
        "Host",
    ),
]
_leaves: st.SearchStrategy[Any] = st.one_of(
    st.sampled_from(_WORDS),
    st.sampled_from(_WORDS),
    texts,
    names,
    st.sampled_from(
        [0, 1, -1, 60, 2**63 - 1, 0.5, math.inf, math.nan, True, False, [], {}, ["/x"], [["/a"]], {"a": "b"}]
    ),
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    if isinstance(value, dict):
        for key, part in value.items():
            found += _places(part, (*path, key))
    if isinstance(value, list):
        for index, part in enumerate(value):
            found += _places(part, (*path, index))
    return found


@st.composite
def settings(draw: st.DrawFn) -> bytes:
    """The file of a working provider with one to three places changed; now and then with bytes changed."""
    content = tomllib.loads(API)
    whole = _places(content)
    single = [path for path in whole if not any(other[: len(path)] == path and other != path for other in whole)]
    for path in draw(st.lists(st.one_of(st.sampled_from(single), st.sampled_from(whole)), min_size=1, max_size=3)):
        holder: Any = content
        try:
            for step in path[:-1]:
                holder = holder[step]
            holder[path[-1]] = draw(_leaves)
        except (LookupError, TypeError):  # another change took the place away
            continue
    if draw(st.integers(0, 9)) == 0:
        content[draw(names)] = draw(_leaves)
    raw = "".join(f"{_key(key)} = {_toml(value)}\n" for key, value in content.items()).encode("utf-8", "surrogatepass")
    if draw(st.integers(0, 9)) == 0:
        place = draw(st.integers(0, len(raw)))
        raw = raw[:place] + draw(st.sampled_from([b"\xff", b"\x00", b'"', b"\n", b"= =", b"[[", b'"""'])) + raw[place:]
    return raw


def _key(text: str) -> str:
    return _toml(text)


def _toml(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case list():
            return "[" + ", ".join(map(_toml, value)) + "]"
        case dict():
            return "{" + ", ".join(f"{_key(key)} = {_toml(part)}" for key, part in value.items()) + "}"
        case _:
            return str(value)
