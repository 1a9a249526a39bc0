"""What flashes, place by place: changes of luminance, and changes to and from a saturated red.

The definitions, and their source, are those of `lranim.video.flashes`.
"""

from __future__ import annotations

from collections import deque

import numpy as np
import numpy.typing as npt

Places = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.intp]

SIDE = 36
"""Rows, and columns, of the places that a picture is cut into."""

STEP, BRIGHT = 0.10, 0.80
"""A change of luminance counts if it is so large, and its darker side not so bright already."""

RED, RED_STEP = 0.80, 0.20
"""A red is saturated from this share of the light on; a change of colour counts if it is larger than this."""

BLACK = 0.01
"""Of less light than this (of 3) no eye tells the colour."""

_WEIGHTS = np.array([0.2126, 0.7152, 0.0722], np.float32)
_WHITE = np.array([0.1978, 0.4683], np.float32)  # u', v' of D65
_PURE_RED = np.array([0.4507, 0.5229], np.float32)
# rows: 4 X, 9 Y and X + 15 Y + 3 Z of linear sRGB (IEC 61966-2-1)
_UV = (
    np.array([[4, 0, 0], [0, 9, 0], [1, 15, 3]])
    @ np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
).astype(np.float32)


class Signal:
    """Changes of each place in the last second, `count`; where the picture stays as it is there are none."""

    def __init__(self) -> None:
        self.count = np.zeros(SIDE * SIDE, np.int32)
        self._way = np.zeros(SIDE * SIDE, np.int8)  # of the last change
        self._recent: deque[tuple[float, Numbers]] = deque()

    def _add(self, places: Numbers, up: Mask, down: Mask, time: float) -> Mask:
        """Add what of these places changes now, and forget what is a second old; what changes."""
        while self._recent and time - self._recent[0][0] > 1 - 1e-6:
            self.count[self._recent.popleft()[1]] -= 1
        changed = up | down
        if changed.any():
            self._way[places[up]], self._way[places[down]] = 1, -1
            self._recent.append((time, places[changed]))
            self.count[places[changed]] += 1
        return changed


class Luminance(Signal):
    """Changes of luminance between neighbouring extremes."""

    def __init__(self) -> None:
        super().__init__()
        self._low = np.full(SIDE * SIDE, np.inf, np.float32)  # since the last change
        self._high = np.full(SIDE * SIDE, -np.inf, np.float32)

    def take(self, places: Numbers, light: Places, time: float) -> bool:
        """Take the light ``(n, 3)`` of some places; whether one of them changes."""
        now: Places = light @ _WEIGHTS
        low, high, way = (
            np.minimum(self._low[places], now),
            np.maximum(self._high[places], now),
            self._way[places],
        )
        # the last term: what float32 makes of a step of just 0.1
        up = (way <= 0) & (now - low >= STEP - 1e-6) & (low < BRIGHT)
        down = (way >= 0) & (high - now >= STEP - 1e-6) & (now < BRIGHT) & ~up
        changed = self._add(places, up, down, time)
        self._low[places], self._high[places] = np.where(changed, now, low), np.where(changed, now, high)
        return bool(changed.any())


class Red(Signal):
    """Changes to a saturated red and away from it, between neighbouring extremes."""

    def __init__(self) -> None:
        super().__init__()
        # The colours nearest to red and farthest from it since the last change: u', v', saturated, distance.
        self._near = np.full((SIDE * SIDE, 4), np.inf, np.float32)
        self._far = np.full((SIDE * SIDE, 4), -np.inf, np.float32)

    def take(self, places: Numbers, light: Places, time: float) -> bool:
        """Take the light ``(n, 3)`` of some places; whether one of them changes."""
        total = light @ np.ones(3, np.float32)
        seen = total >= BLACK
        red = seen & (light[:, 0] >= (RED - 1e-6) * total)
        mixed = light @ _UV.T
        now = np.empty((len(places), 4), np.float32)
        now[:, :2] = np.where(seen[:, None], mixed[:, :2] / np.maximum(mixed[:, 2:], 1e-9), _WHITE)
        now[:, 2] = red
        now[:, 3] = _apart(now, _PURE_RED)
        near, far, way = self._near[places], self._far[places], self._way[places]
        near = np.where(now[:, 3:] < near[:, 3:], now, near)
        far = np.where(now[:, 3:] > far[:, 3:], now, far)
        to = (way <= 0) & red & (_apart(now, far) > RED_STEP)
        away = (way >= 0) & (near[:, 2] > 0) & (_apart(now, near) > RED_STEP) & ~to
        changed = self._add(places, to, away, time)
        self._near[places] = np.where(changed[:, None], now, near)
        self._far[places] = np.where(changed[:, None], now, far)
        return bool(changed.any())


def _apart(one: Places, other: Places) -> Places:
    difference = one[..., :2] - other[..., :2]
    return np.hypot(difference[..., 0], difference[..., 1])
