"""Columns of whole numbers as short text: half the size of their digits, and read by a browser at once."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence

import numpy as np

__all__ = ["Packed", "pack"]

Packed = tuple[int, int, str]


def pack(values: Sequence[int]) -> Packed:
    """The lowest value, the bytes of each number, and every number above the lowest: little-endian, in base64.

    Numbers of a column differ by less than 2**32.
    """
    column = np.asarray(values, dtype=np.int64)
    low = int(column.min(initial=0))
    above = column - low
    width = next(width for width in (1, 2, 4) if above.max(initial=0) < 256**width)
    return low, width, b64encode(above.astype(f"<u{width}").tobytes()).decode("ascii")
