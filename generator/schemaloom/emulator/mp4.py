"""A playable MP4 of one second and one colour, without an encoder.

H.264 can store a macroblock as plain samples (I_PCM), so a picture of 16x16 pixels is a constant
head and 384 bytes of colour: 1,014 bytes in all.
"""

from __future__ import annotations

import base64

_HEAD = base64.b64decode("""
AAAAHGZ0eXBpc29tAAACAGlzb21hdmMxbXA0MQAAAkhtb292AAAAbG12aGQAAAAAAAAAAAAAAAAAAAPoAAAD6AABAAABAAAAAAAA
AAAAAAAAAQAAAAAAAAAAAAAAAAAAAAEAAAAAAAAAAAAAAAAAAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAACAAAB1HRy
YWsAAABcdGtoZAAAAAMAAAAAAAAAAAAAAAEAAAAAAAAD6AAAAAAAAAAAAAAAAAAAAAAAAQAAAAAAAAAAAAAAAAAAAAEAAAAAAAAA
AAAAAAAAAEAAAAAAEAAAABAAAAAAAXBtZGlhAAAAIG1kaGQAAAAAAAAAAAAAAAAAAAPoAAAD6FXEAAAAAAAhaGRscgAAAAAAAAAA
dmlkZQAAAAAAAAAAAAAAAAAAAAEnbWluZgAAABR2bWhkAAAAAQAAAAAAAAAAAAAAJGRpbmYAAAAcZHJlZgAAAAAAAAABAAAADHVy
bCAAAAABAAAA53N0YmwAAACDc3RzZAAAAAAAAAABAAAAc2F2YzEAAAAAAAAAAQAAAAAAAAAAAAAAAAAAAAAAEAAQAEgAAABIAAAA
AAAAAAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAY//8AAAAdYXZjQwFCwAr/4QAGZ0LACt3kAQAEaM48gAAAABhz
dHRzAAAAAAAAAAEAAAABAAAD6AAAABxzdHNjAAAAAAAAAAEAAAABAAAAAQAAAAEAAAAUc3RzegAAAAAAAAGKAAAAAQAAABRzdGNv
AAAAAAAAAAEAAAJsAAABkm1kYXQAAAGGZYiEoNA=
""")
"""The boxes ``ftyp`` and ``moov``, and ``mdat`` up to the samples of its only picture."""
_END = b"\x80"
"""The stop bit of the picture."""


def one_colour_video(red: int, green: int, blue: int) -> bytes:
    """Return the file's bytes; the colour channels are 0 to 255."""
    luma, chroma_blue, chroma_red = _studio_colour(red, green, blue)
    # Samples are never 0, so no start code can appear among them and nothing needs escaping.
    return _HEAD + bytes([luma]) * 256 + bytes([chroma_blue]) * 64 + bytes([chroma_red]) * 64 + _END


def _studio_colour(red: int, green: int, blue: int) -> tuple[int, int, int]:
    """Return Y, Cb and Cr of BT.601 in the range players assume, 16 to 240."""
    luma = 16 + (66 * red + 129 * green + 25 * blue) // 256
    return luma, 128 + (112 * blue - 38 * red - 74 * green) // 256, 128 + (112 * red - 94 * green - 18 * blue) // 256
