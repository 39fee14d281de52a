"""File names of models: safe and injective, for any id a catalogue can hold."""

from __future__ import annotations

import hashlib
from urllib.parse import unquote

MODELS = "models"
"""The folder of models' files below the provider's."""
_SAFE = frozenset("abcdefghijklmnopqrstuvwxyz0123456789._-")
RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))})
"""Names that Windows keeps for devices, whatever their extension."""
_LONGEST = 120


def file_name(model_id: str) -> str:
    """File name for a model id, such as ``owner~name.json`` for ``owner/name``.

    Different ids give names that differ even where the file system ignores case: ``/`` becomes
    ``~``, and every byte outside ``[a-z0-9._-]`` becomes ``%XX``.  A very long id is cut and
    ends in a digest of the whole.
    """
    quoted = "".join(
        char if char in _SAFE else "~" if char == "/" else "".join(f"%{byte:02X}" for byte in _utf8(char))
        for char in model_id
    )
    if quoted[:1] in {".", "-", ""} or quoted.partition(".")[0] in RESERVED:
        quoted = f"%{ord(quoted[0]):02X}{quoted[1:]}" if quoted else "%"
    if len(quoted) > _LONGEST:
        quoted = f"{quoted[:_LONGEST]}%{hashlib.sha256(_utf8(model_id)).hexdigest()[:16]}"
    return f"{quoted}.json"


def model_path(model_id: str) -> str:
    """Return the path of a model's file below the provider's folder."""
    return f"{MODELS}/{file_name(model_id)}"


def id_of_file_name(name: str) -> str:
    """Model id that `file_name` was given; a very long one is cut, as its file name is."""
    return unquote(name.removesuffix(".json").replace("~", "/"))


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
