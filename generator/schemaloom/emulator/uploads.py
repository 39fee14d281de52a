"""Files that callers upload, which the emulator serves at their URLs."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote
from uuid import uuid4

from schemaloom.emulator.forms import form_parts
from schemaloom.emulator.json_write import put_first
from schemaloom.emulator.responses import RefusedError
from schemaloom.errors import SnapshotError
from schemaloom.json.codec import parse_json
from schemaloom.json.values import JsonObject, JsonValue
from schemaloom.settings.placeholders import fill_json
from schemaloom.settings.upload import Upload

UPLOADS = "uploads/"
"""Prefix of uploads among the paths of files."""


class UploadedFile(NamedTuple):
    """One file; its content is empty until it is put at its URL."""

    media_type: str
    content: bytes


class UploadStore:
    """Every uploaded file, by its path below the files' own."""

    def __init__(self, base_url: str) -> None:
        """`base_url` is that of files, with a final slash."""
        self._base_url = base_url
        self._files: dict[str, UploadedFile] = {}

    def create(self, upload: Upload, content_type: str, body: bytes) -> JsonObject:
        """Take a request to upload a file, and return the response.

        Raises `RefusedError` for another body than the provider documents.
        """
        if upload.form is not None:
            name, file = _part(content_type, body, upload.form)
        elif upload.raw:
            name, file = "file", UploadedFile(content_type, body)
        else:
            name, file = _announced(upload.body, body)
        url = self.add(name, file)
        values = {"name": name, "type": file.media_type, "uuid": str(uuid4())}
        document: JsonObject = {key: fill_json(part, values) for key, part in upload.document.items()}
        put_first(document, upload.put, url)
        put_first(document, upload.file, url)
        return document

    def add(self, name: str, file: UploadedFile) -> str:
        """Serve a file from now on, and return its URL."""
        path = f"{UPLOADS}{len(self._files) + 1:06d}/{name.replace('/', '_')}"
        self._files[path] = file
        return self._base_url + quote(path)

    def find(self, path: str) -> UploadedFile:
        """Return the file at `path`; raises `RefusedError` if there is none."""
        if path not in self._files:
            raise RefusedError("job_not_found", f"No such file: {path}")
        return self._files[path]

    def replace(self, path: str, content: bytes) -> None:
        """Set the content of a file that was announced; raises as `find` does."""
        self._files[path] = self.find(path)._replace(content=content)


def _part(content_type: str, body: bytes, wanted: str) -> tuple[str, UploadedFile]:
    """Return name and content of one part of a multipart form."""
    for part in form_parts(content_type, body):
        if part.name == wanted:
            return part.file_name or "file", UploadedFile(part.media_type, part.content)
    raise RefusedError("invalid_input", f"{wanted}: the form has no such file")


def _announced(template: JsonValue, body: bytes) -> tuple[str, UploadedFile]:
    """Return the name and the media type of a file whose content follows."""
    try:
        document = parse_json(body, where="request body")
    except SnapshotError as error:
        raise RefusedError("invalid_json", error.message) from None
    found = {
        str(place): document[key]
        for key, place in (template if isinstance(template, dict) else {}).items()
        if isinstance(document, dict) and isinstance(document.get(key), str)
    }
    name, media_type = found.get("{name}", "file"), found.get("{type}", "application/octet-stream")
    return str(name), UploadedFile(str(media_type), b"")
