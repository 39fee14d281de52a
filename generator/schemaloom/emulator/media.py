"""Output files: small, real, and always the same for the same job.

They are made here, byte by byte, so that the emulator ships no binary and a client's
downloads open in any viewer.
"""

from __future__ import annotations

import hashlib
import io
import math
import struct
import wave
import zlib

from schemaloom.emulator.mp4 import one_colour_video
from schemaloom.settings.value_types import Modality

MEDIA_TYPES: dict[Modality, str] = {
    "image": "image/png",
    "video": "video/mp4",
    "audio": "audio/wav",
    "text": "text/plain; charset=utf-8",
    "media": "image/png",
}
EXTENSIONS: dict[Modality, str] = {"image": "png", "video": "mp4", "audio": "wav", "text": "txt", "media": "png"}

_SIDE = 32
_RATE = 8000
_SECONDS = 0.1


def output_file(modality: Modality, job_id: str, index: int) -> bytes:
    """The file a job made; its colour or pitch comes from the job's id and the file's index."""
    seed = hashlib.sha256(f"{job_id}/{index}".encode()).digest()
    if modality == "video":
        return one_colour_video(seed[0], seed[1], seed[2])
    if modality == "audio":
        return _tone(220 + 2 * seed[0])
    if modality == "text":
        return f"Output {index} of {job_id}\n".encode()
    return _png(seed[:3])


def _png(colour: bytes) -> bytes:
    """A square of one RGB colour, 8 bits per channel."""
    rows = (b"\0" + colour * _SIDE) * _SIDE  # each row begins with its filter: 0, none
    header = struct.pack(">IIBBBBB", _SIDE, _SIDE, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


def _tone(hertz: int) -> bytes:
    """A tenth of a second of sine, mono, 16 bits, 8 kHz."""
    samples = (int(8000 * math.sin(2 * math.pi * hertz * tick / _RATE)) for tick in range(int(_RATE * _SECONDS)))
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_RATE)
        file.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return buffer.getvalue()
