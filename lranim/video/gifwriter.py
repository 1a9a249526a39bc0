"""The bytes of a GIF file: header, frames with exact delays, trailer.

Written here because no encoder at hand lets a frame say how it is cleared away, which moving pictures on a
transparent ground need; the LZW compression is Pillow's. Source: the GIF89a specification (CompuServe, 1990).
"""

from __future__ import annotations

import struct
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
from PIL import Image

KEEP = 1
"""Leave the frame on screen when the next one comes (disposal method 1)."""
CLEAR = 2
"""Clear the frame's box to transparent before the next one comes (disposal method 2)."""
TRANSPARENT = 255
"""The palette entry that shows what is below."""
COLOURS = TRANSPARENT
"""Palette entries left for colours."""

_BITS = 8  # of an entry of the colour table, which has room for all of them


class GifWriter:
    """Writes one GIF.

    Parameters
    ----------
    file
        Where to write, open for binary writing.
    width, height
        Size of the picture in px.
    palette
        At most ``COLOURS`` colours, ``(P, 3)``.
    loops
        How often it plays; 0 for ever.
    """

    def __init__(
        self, file: BinaryIO, width: int, height: int, palette: npt.NDArray[np.uint8], loops: int = 0
    ) -> None:
        self._file = file
        table = np.zeros((256, 3), np.uint8)
        table[: len(palette)] = palette
        packed = 0x80 | (_BITS - 1) << 4 | (_BITS - 1)  # there is a table, of 8-bit depth, 2**8 entries long
        file.write(b"GIF89a" + struct.pack("<HHBBB", width, height, packed, TRANSPARENT, 0) + table.tobytes())
        if loops != 1:
            # The number counts repetitions: a file of n plays n + 1 times in browsers, one of 0 for ever, and
            # one without it once.
            times = struct.pack("<H", max(0, loops - 1))
            file.write(b"\x21\xff\x0bNETSCAPE2.0\x03\x01" + times + b"\x00")

    def frame(
        self, indices: npt.NDArray[np.uint8], left: int, top: int, delay: int, disposal: int = KEEP
    ) -> None:
        """Draw a box of palette entries ``(h, w)`` at a place (px), shown for `delay` hundredths of a s.

        The pixels take as few bits as the frame's highest entry and one more, which stands for see-through.
        """
        height, width = indices.shape
        clear = indices == TRANSPARENT
        through = int(np.max(indices, where=~clear, initial=0)) + 1
        bits = max(2, through.bit_length())
        self._file.write(struct.pack("<BBBBHBB", 0x21, 0xF9, 4, disposal << 2 | 1, delay, through, 0))
        self._file.write(struct.pack("<BHHHHBB", 0x2C, left, top, width, height, 0, bits))
        image = Image.fromarray(np.where(clear, np.uint8(through), indices))
        self._file.write(image.tobytes("gif", "L", bits, 0) + b"\0")

    def finish(self) -> None:
        """Write the trailer."""
        self._file.write(b"\x3b")
