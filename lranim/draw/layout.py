"""Where things go in the frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lranim.core.types import Array


@dataclass(frozen=True)
class Box:
    """A rectangle in manim units."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        """Right minus left."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Top minus bottom."""
        return self.top - self.bottom

    @property
    def centre(self) -> Array:
        """The middle, ``(2,)``."""
        return np.array([(self.left + self.right) / 2, (self.bottom + self.top) / 2])

    def inset(self, left: float, bottom: float, right: float, top: float) -> Box:
        """The box less a border."""
        return Box(self.left + left, self.bottom + bottom, self.right - right, self.top - top)


@dataclass(frozen=True)
class Layout:
    """Title on top, picture at the left on 62 % of the width, panel at the right, caption at the bottom.

    `unit` is one percent of the frame's height, or less on a frame narrower than 16:9, so that a line of
    text that fits the widths there fits here too.
    """

    frame: Box
    unit: float
    title: Array
    picture: Box
    panel: Box
    caption: Array

    @classmethod
    def of(cls, width: float, height: float) -> Layout:
        """Lay out a frame of this size in manim units."""
        frame = Box(-width / 2, -height / 2, width / 2, height / 2)
        unit = min(height, width * 9 / 16) / 100
        margin = 0.03 * width
        top, bottom = frame.top - 15 * unit, frame.bottom + 13 * unit
        split = frame.left + 0.655 * width
        return cls(
            frame=frame,
            unit=unit,
            title=np.array([frame.left + margin, frame.top - 10 * unit]),
            picture=Box(frame.left + margin, bottom, split - 1.2 * unit, top),
            panel=Box(split + 1.2 * unit, bottom, frame.right - margin, top),
            caption=np.array([frame.left + margin, frame.bottom + 5.2 * unit]),
        )
