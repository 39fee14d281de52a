"""Media types of files, recognised by their first bytes."""

from __future__ import annotations

from typing import NamedTuple


class FileType(NamedTuple):
    """A media type and its usual suffix."""

    media_type: str
    suffix: str
    """With its dot."""


HEAD = 64
"""Bytes that are enough to recognise a file."""

_PNG = FileType("image/png", ".png")
_JPEG = FileType("image/jpeg", ".jpg")
_MP4 = FileType("video/mp4", ".mp4")
_STARTS: tuple[tuple[bytes, FileType], ...] = (
    (b"\x89PNG\r\n\x1a\n", _PNG),
    (b"\xff\xd8\xff", _JPEG),
    (b"GIF87a", FileType("image/gif", ".gif")),
    (b"GIF89a", FileType("image/gif", ".gif")),
    (b"BM", FileType("image/bmp", ".bmp")),
    (b"II*\0", FileType("image/tiff", ".tif")),
    (b"MM\0*", FileType("image/tiff", ".tif")),
    (b"\x1aE\xdf\xa3", FileType("video/webm", ".webm")),
    (b"OggS", FileType("audio/ogg", ".ogg")),
    (b"fLaC", FileType("audio/flac", ".flac")),
    (b"ID3", FileType("audio/mpeg", ".mp3")),
    (b"\xff\xfb", FileType("audio/mpeg", ".mp3")),
    (b"\xff\xf3", FileType("audio/mpeg", ".mp3")),
    (b"%PDF-", FileType("application/pdf", ".pdf")),
    (b"glTF", FileType("model/gltf-binary", ".glb")),
    (b"PK\x03\x04", FileType("application/zip", ".zip")),
    (b"<svg", FileType("image/svg+xml", ".svg")),
)
_IN_RIFF = {
    b"WEBP": FileType("image/webp", ".webp"),
    b"WAVE": FileType("audio/wav", ".wav"),
    b"AVI ": FileType("video/x-msvideo", ".avi"),
}
_BRANDS = {
    b"avif": FileType("image/avif", ".avif"),
    b"avis": FileType("image/avif", ".avif"),
    b"heic": FileType("image/heic", ".heic"),
    b"mif1": FileType("image/heif", ".heif"),
    b"M4A ": FileType("audio/mp4", ".m4a"),
    b"qt  ": FileType("video/quicktime", ".mov"),
}
_SPELLINGS = {".jpeg": ".jpg", ".tiff": ".tif", ".mkv": ".webm", ".m4v": ".mp4", ".oga": ".ogg", ".opus": ".ogg"}
"""Suffixes of files that begin with the same bytes."""


def file_type(head: bytes) -> FileType | None:
    """The media type of a file that begins with `head` (`HEAD` bytes, or all of a shorter file)."""
    if head[:4] == b"RIFF":
        return _IN_RIFF.get(head[8:12])
    if head[4:8] == b"ftyp":  # ISO base media: the brand is the format in it
        return _BRANDS.get(head[8:12], _MP4)
    return next((kind for start, kind in _STARTS if head.startswith(start)), None)


def suffix_of(head: bytes, named: str) -> str:
    """The suffix for content that begins with `head`; `named` is the suffix of its present name."""
    kind = file_type(head)
    if kind is None:
        return named or ".bin"
    return named if _SPELLINGS.get(named.lower(), named.lower()) == kind.suffix else kind.suffix
