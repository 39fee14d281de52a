"""A playable MP4 of one second and one colour, without an encoder.

H.264 can store a macroblock as plain samples (I_PCM), so one 16x16 picture needs three short
headers and 384 bytes.  Section numbers below are those of ITU-T H.264; boxes are ISO 14496-12.
"""

from __future__ import annotations

import struct

_SIDE = 16
_LANGUAGE_UNDETERMINED = 0x55C4
_MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_MILLISECONDS = 1000
"""Both the timescale and the length of the only sample: one second."""


def one_colour_video(red: int, green: int, blue: int) -> bytes:
    """The file's bytes; the colour channels are 0 to 255."""
    sps, pps, picture = _sequence(), _picture_parameters(), _picture(*_studio_colour(red, green, blue))
    sample = struct.pack(">I", len(picture)) + picture
    file_type = _box(b"ftyp", b"isom", struct.pack(">I", 512), b"isomavc1mp41")
    # The index states where the sample begins, which depends on the index's own length.
    length = len(_index(sps, pps, len(sample), 0))
    index = _index(sps, pps, len(sample), len(file_type) + length + 8)
    return file_type + index + _box(b"mdat", sample)


def _box(kind: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return struct.pack(">I", 8 + len(body)) + kind + body


def _full(kind: bytes, *content: bytes, flags: int = 0) -> bytes:
    return _box(kind, struct.pack(">I", flags), *content)


def _index(sps: bytes, pps: bytes, size: int, offset: int) -> bytes:
    time = struct.pack(">4I", 0, 0, _MILLISECONDS, _MILLISECONDS)
    movie = _full(b"mvhd", time, struct.pack(">IHH8x", 0x10000, 0x100, 0), _MATRIX, bytes(24), struct.pack(">I", 2))
    track = _full(
        b"tkhd",
        struct.pack(">5I8x4H", 0, 0, 1, 0, _MILLISECONDS, 0, 0, 0, 0),
        _MATRIX,
        struct.pack(">II", _SIDE << 16, _SIDE << 16),
        flags=3,  # enabled, and part of the presentation
    )
    media = _box(
        b"mdia",
        _full(b"mdhd", time, struct.pack(">HH", _LANGUAGE_UNDETERMINED, 0)),
        _full(b"hdlr", struct.pack(">I4s12x", 0, b"vide"), b"\0"),
        _box(
            b"minf",
            _full(b"vmhd", bytes(8), flags=1),
            _box(b"dinf", _full(b"dref", struct.pack(">I", 1), _full(b"url ", flags=1))),
            _sample_table(sps, pps, size, offset),
        ),
    )
    return _box(b"moov", movie, _box(b"trak", track, media))


def _sample_table(sps: bytes, pps: bytes, size: int, offset: int) -> bytes:
    profile = sps[1:4]
    decoder = _box(
        b"avcC",
        b"\x01" + profile + b"\xff\xe1",  # lengths of 4 bytes; one sequence parameter set
        struct.pack(">H", len(sps)) + sps + b"\x01" + struct.pack(">H", len(pps)) + pps,
    )
    entry = _box(
        b"avc1",
        struct.pack(">6xH16xHHIIIH32xHh", 1, _SIDE, _SIDE, 72 << 16, 72 << 16, 0, 1, 24, -1),
        decoder,
    )
    return _box(
        b"stbl",
        _full(b"stsd", struct.pack(">I", 1), entry),
        _full(b"stts", struct.pack(">III", 1, 1, _MILLISECONDS)),
        _full(b"stsc", struct.pack(">IIII", 1, 1, 1, 1)),
        _full(b"stsz", struct.pack(">II", size, 1)),
        _full(b"stco", struct.pack(">II", 1, offset)),
    )


def _studio_colour(red: int, green: int, blue: int) -> tuple[int, int, int]:
    """Y, Cb and Cr of BT.601 in the range players assume, 16 to 240."""
    luma = 16 + (66 * red + 129 * green + 25 * blue) // 256
    return luma, 128 + (112 * blue - 38 * red - 74 * green) // 256, 128 + (112 * red - 94 * green - 18 * blue) // 256


class _Bits:
    """A bit string, written as section 7.2 names its parts."""

    def __init__(self) -> None:
        self._text = ""

    def u(self, value: int, width: int) -> _Bits:
        """Fixed width."""
        self._text += format(value, f"0{width}b")
        return self

    def ue(self, *values: int) -> _Bits:
        """Unsigned Exp-Golomb codes (9.1)."""
        for value in values:
            digits = format(value + 1, "b")
            self._text += "0" * (len(digits) - 1) + digits
        return self

    def aligned(self) -> bytes:
        """The bytes so far, the last one filled with zeros."""
        text = self._text + "0" * (-len(self._text) % 8)
        return int(text, 2).to_bytes(len(text) // 8, "big")

    def closed(self) -> bytes:
        """The bytes with the stop bit that ends every unit (7.3.2.11)."""
        self._text += "1"
        return self.aligned()


def _sequence() -> bytes:
    """Sequence parameters (7.3.2.1): constrained baseline, level 1, one macroblock, frames only."""
    bits = _Bits().u(66, 8).u(0b11000000, 8).u(10, 8)
    bits.ue(0, 0, 2, 0).u(0, 1)  # ids; output order is decoding order; no reference frames, no gaps
    bits.ue(0, 0).u(1, 1).u(1, 1).u(0, 1).u(0, 1)  # 1x1 macroblocks, frames; no cropping, no usability data
    return b"\x67" + bits.closed()


def _picture_parameters() -> bytes:
    """Picture parameters (7.3.2.2): CAVLC, one slice group, deblocking under the slice's control."""
    bits = _Bits().ue(0, 0).u(0, 1).u(0, 1).ue(0, 0, 0).u(0, 1).u(0, 2)
    bits.ue(0, 0, 0)  # three offsets of quantisation; 0 is spelled alike signed and unsigned
    return b"\x68" + bits.u(1, 1).u(0, 1).u(0, 1).closed()


def _picture(luma: int, blue: int, red: int) -> bytes:
    """One intra slice (7.3.3) that holds one macroblock of plain samples (7.3.5)."""
    header = _Bits().ue(0, 7, 0).u(0, 4).ue(0)  # first macroblock, I, parameters, frame number, picture id
    header.u(0, 1).u(0, 1)  # nothing to forget, not kept for long
    header.ue(0, 1)  # quantiser as in the parameters; no deblocking
    header.ue(25)  # I_PCM; the samples begin at the next byte
    samples = bytes([luma]) * 256 + bytes([blue]) * 64 + bytes([red]) * 64
    # Samples are never 0, so no start code can appear among them and nothing needs escaping.
    return b"\x65" + header.aligned() + samples + b"\x80"
