"""Where two frames differ, so that work is only done there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint32]
"""A frame with one number a pixel, ``(H, W)``."""

Box = tuple[slice, slice]
"""Rows and columns of a rectangle."""

_ROWS = 64  # rows compared at a time: the boolean result stays in the processor's cache


def pixels(frame: npt.NDArray[np.uint8]) -> Pixels:
    """Return an RGBA frame ``(H, W, 4)`` as one number a pixel ``(H, W)``, not copied if contiguous.

    Examples
    --------
    >>> import numpy as np
    >>> pixels(np.zeros((2, 3, 4), np.uint8)).shape
    (2, 3)
    """
    height, width, _ = frame.shape
    return np.ascontiguousarray(frame).view(np.uint32).reshape(height, width)


def bounds(mask: npt.NDArray[np.bool_]) -> Box | None:
    """Return the smallest box that holds every true element of a 2-D mask, None if there is none.

    Examples
    --------
    >>> import numpy as np
    >>> bounds(np.array([[0, 0, 0], [0, 1, 1]], bool))
    (slice(1, 2, None), slice(1, 3, None))
    """
    rows = np.flatnonzero(mask.any(axis=1))
    if not len(rows):
        return None
    columns = np.flatnonzero(mask[rows[0] : rows[-1] + 1].any(axis=0))
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def changed_box(before: Pixels, after: Pixels) -> Box | None:
    """Return the smallest box outside of which two frames ``(H, W)`` are equal, None if all of them is.

    Reads each frame once, and the rows between the first and the last change a second time.

    Examples
    --------
    >>> import numpy as np
    >>> before = np.zeros((4, 6), np.uint32)
    >>> after = before.copy()
    >>> after[2, 3] = 1
    >>> changed_box(before, after)
    (slice(2, 3, None), slice(3, 4, None))
    >>> changed_box(before, before) is None
    True
    """
    if before is after:
        return None
    starts = range(0, len(before), _ROWS)
    first = _differing(before, after, starts)
    if first is None:
        return None
    last = _differing(before, after, reversed(starts))
    assert last is not None
    stop = min(last + _ROWS, len(before))
    inner = bounds(before[first:stop] != after[first:stop])
    assert inner is not None
    rows, columns = inner
    return slice(first + rows.start, first + rows.stop), columns


def _differing(before: Pixels, after: Pixels, starts: Iterable[int]) -> int | None:
    """Return the first of the row numbers whose strip differs."""
    for start in starts:
        strip: Any = before[start : start + _ROWS] != after[start : start + _ROWS]
        if strip.any():
            return start
    return None
