"""Flashes: whether the picture, or a part of it, gets brighter and darker too often in a second.

Source: W3C, Web Content Accessibility Guidelines 2.2, success criterion 2.3.1 and its "general flash and red
flash thresholds", https://www.w3.org/TR/WCAG22/#dfn-general-flash-and-red-flash-thresholds. They go back to
Recommendation ITU-R BT.1702, "Guidance for the reduction of photosensitive epileptic seizures caused by
television".
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lranim.errors import RenderError
from lranim.video.changes import pixels
from lranim.video.sink import Cancelled, Frame

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


MOST = 3
"""Flashes that any one second may have."""

FIELD = SIDE // 3
"""Side of a field of 10 degrees, in places: it is 341 x 256 px of a screen of 1024 x 768."""

SHARE = 0.25
"""More than this share of a field must flash."""

FEW = int(SHARE * FIELD * FIELD) // 2
"""A frame in which no more places than these differ is not looked at: half of what must flash at a time."""

_SAMPLES = (4, 6)  # rows and columns of the pixels that stand for a place; a multiple of 8 in all
_LEVELS = np.arange(256) / 255
_LINEAR = np.where(_LEVELS <= 0.04045, _LEVELS / 12.92, ((_LEVELS + 0.055) / 1.055) ** 2.4).astype(np.float32)


@dataclass(frozen=True)
class Flashes:
    """The most flashes in any one second, the time (s) at which that second ends, and whether red ones."""

    rate: int = 0
    time: float = 0.0
    red: bool = False


class FlashMeter:
    r"""Counts flashes frame by frame; `found` is the second with the most flashes so far.

    A general flash is a pair of opposing changes of relative luminance :math:`L` (from 0 to 1) with

    .. math:: |L_1 - L_2| \ge 0.1, \quad \min(L_1, L_2) < 0.8,

    a red one a pair of opposing changes of colour with

    .. math:: \sqrt{(u'_1 - u'_2)^2 + (v'_1 - v'_2)^2} > 0.2, \quad \frac{R}{R + G + B} \ge 0.8
              \text{ on one side},

    in linear light and the CIE 1976 UCS diagram. Both are counted place by place, between neighbouring
    extremes, of the mean light of each place. A second has n flashes if places that had n or more make up
    over a quarter of a field of 10 degrees, wherever it lies in the picture.

    Parameters
    ----------
    ground
        RGB of what is seen through frames that are not opaque; None for frames that are.

    Examples
    --------
    Black and white in turn, five times a second:

    >>> import numpy as np
    >>> meter = FlashMeter()
    >>> for k in range(40):
    ...     meter.take(np.full((36, 64, 4), 255 * (k % 2), np.uint8), 0.1)
    >>> meter.found.rate
    5
    """

    def __init__(self, ground: tuple[int, int, int] | None = None) -> None:
        self.found = Flashes()
        self._ground = None if ground is None else np.array(ground, np.uint16)
        self._time = 0.0
        self._where: npt.NDArray[np.intp] | None = None  # of the samples, in the picture
        self._samples: npt.NDArray[np.uint32] | None = None  # as they were last looked at
        self._general, self._red = Luminance(), Red()

    def take(self, frame: Frame, seconds: float) -> None:
        """Take the next frame, which is shown so long."""
        packed = pixels(frame)
        if self._where is None:
            self._where = _sample_places(*packed.shape)
        samples = packed.take(self._where)
        places = np.arange(SIDE * SIDE) if self._samples is None else _differing(samples, self._samples)
        if len(places) > FEW:
            self._samples = samples
            light = self._mean_light(samples[places])
            for red, signal in ((False, self._general), (True, self._red)):
                if signal.take(places, light, self._time):
                    rate = _rate(signal.count // 2, self.found.rate)
                    if rate > self.found.rate:
                        self.found = Flashes(rate, self._time, red)
        self._time += seconds

    def _mean_light(self, samples: npt.NDArray[np.uint32]) -> Places:
        """Mean linear light of places, ``(n, 3)``."""
        parts = samples.view(np.uint8).reshape(*samples.shape, 4)
        colours = parts[..., :3]
        if self._ground is not None:
            alpha = parts[..., 3:].astype(np.uint16)
            colours = ((colours * alpha + self._ground * (255 - alpha) + 127) // 255).astype(np.uint8)
        mean: Places = _LINEAR[colours].mean(axis=1)
        return mean


def _differing(samples: npt.NDArray[np.uint32], before: npt.NDArray[np.uint32]) -> Numbers:
    """Numbers of the places that have changed."""
    # eight answers at a time: a fifth of the time of asking for each
    eights = (samples != before).view(np.uint64)
    return np.flatnonzero(eights.any(axis=1))


def _sample_places(height: int, width: int) -> npt.NDArray[np.intp]:
    """Where the samples of each place lie, ``(places, samples)``, as numbers into the flat picture."""
    rows, columns = (
        ((np.arange(SIDE * count) + 0.5) * length / (SIDE * count)).astype(np.intp)
        for count, length in zip(_SAMPLES, (height, width), strict=True)
    )
    grid = (rows[:, None] * width + columns).reshape(SIDE, _SAMPLES[0], SIDE, _SAMPLES[1])
    return grid.transpose(0, 2, 1, 3).reshape(SIDE * SIDE, -1)


def _rate(flashes: npt.NDArray[np.int32], known: int) -> int:
    """The most flashes that places have which fill over a quarter of some field; `known` at least."""
    need = SHARE * FIELD * FIELD
    while np.count_nonzero(flashes > known) > need:
        sums = np.zeros((SIDE + 1, SIDE + 1), np.int32)
        sums[1:, 1:] = (flashes > known).reshape(SIDE, SIDE).cumsum(axis=0).cumsum(axis=1)
        fields = sums[FIELD:, FIELD:] - sums[:-FIELD, FIELD:] - sums[FIELD:, :-FIELD] + sums[:-FIELD, :-FIELD]
        if fields.max() <= need:
            break
        known += 1
    return known


class FlashSink:
    """Refuses a clip that flashes, once all its frames are known.

    Parameters
    ----------
    fps
        Frames a second.
    ground
        As in `FlashMeter`.
    """

    def __init__(self, fps: int, ground: tuple[int, int, int] | None = None) -> None:
        self.cancelled = threading.Event()
        self._fps = fps
        self._meter = FlashMeter(ground)

    def write(self, frame: Frame, repeat: int) -> None:
        """Take a frame that is shown for `repeat` frames of the stream."""
        if self.cancelled.is_set():
            raise Cancelled
        self._meter.take(frame, repeat / self._fps)

    def close(self) -> None:
        """Judge the clip.

        Raises
        ------
        RenderError
            If it has more than `MOST` flashes in a second.
        """
        found = self._meter.found
        if found.rate > MOST:
            kind = "red flashes" if found.red else "flashes"
            raise RenderError(
                f"the picture has {found.rate} {kind} in the second before {found.time:.1f} s, which can "
                f"cause seizures; at most {MOST} are safe (WCAG 2.3.1): let less of it change, or more slowly"
            )

    def abort(self) -> None:
        """There is no file to give up."""
        self.cancelled.set()
