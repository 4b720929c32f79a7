"""The same picture in a tenth of the bytes: a chart has few colours, so its PNG can name them in a palette."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

import numpy as np

__all__ = ["small_png"]

SIGNATURE = b"\x89PNG\r\n\x1a\n"
TRUECOLOUR_ALPHA, PALETTE = 6, 3  # colour types of the PNG specification, section 11.2.1
MOST_COLOURS = 256


def small_png(png: bytes) -> bytes:
    """The PNG with a palette, pixel for pixel the same; as it came where it is transparent or has too many colours.

    Reads what vl-convert writes: 8-bit RGBA, not interlaced, rows filtered by "Sub" or not at all.
    """
    chunks = list(_chunks(png))
    width, height, *kind = struct.unpack(">IIBBBBB", next(data for name, data in chunks if name == b"IHDR"))
    if kind != [8, TRUECOLOUR_ALPHA, 0, 0, 0]:
        return png
    packed = zlib.decompress(b"".join(data for name, data in chunks if name == b"IDAT"))
    rows = np.frombuffer(packed, np.uint8).reshape(height, 1 + 4 * width)
    filters, pixels = rows[:, 0], rows[:, 1:].reshape(height, width, 4)
    if not np.isin(filters, (0, 1)).all():
        return png
    # "Sub" writes each byte less the one of the pixel to its left, modulo 256: summing up brings them back.
    summed = np.cumsum(pixels, axis=1, dtype=np.uint8)
    colours = np.where((filters == 1)[:, None, None], summed, pixels)
    names = np.ascontiguousarray(colours).view(">u4").reshape(-1)
    palette, index = np.unique(names, return_inverse=True)
    if len(palette) > MOST_COLOURS or (palette & 0xFF != 0xFF).any():
        return png
    return _written(width, height, palette, index.reshape(height, width).astype(np.uint8))


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = len(SIGNATURE)
    while place < len(png):
        size, name = struct.unpack(">I4s", png[place : place + 8])
        yield name, png[place + 8 : place + 8 + size]
        place += 12 + size


def _written(width: int, height: int, palette: np.ndarray, index: np.ndarray) -> bytes:
    colours = b"".join(int(colour).to_bytes(4, "big")[:3] for colour in palette)
    rows = np.hstack([np.zeros((height, 1), np.uint8), index]).tobytes()
    header = struct.pack(">IIBBBBB", width, height, 8, PALETTE, 0, 0, 0)
    parts = [(b"IHDR", header), (b"PLTE", colours), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b"")]
    return SIGNATURE + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    )
