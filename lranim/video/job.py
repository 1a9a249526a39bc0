"""A request to render one clip, frozen, with the key of its content."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lranim.look.theme import Theme

FORMATS = ("mp4", "gif", "webm", "png")
GIF_RATES = (10, 20, 25, 50)
"""Rates that a GIF plays as asked and that look like motion: its clock counts hundredths of a second."""


Progress = Callable[[int, int | str | None], None]
"""Called with the frames done and the frames in all: None until that is known, or a line if it must wait."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """One clip to render.

    Parameters
    ----------
    scene
        Name of the scene in the registry, or the path of its file.
    params
        The scene's options, validated, JSON-ready, defaults included.
    lang
        Language of the text on screen.
    theme
        The look, by value: workers in other processes need not find its file again.
    width, height
        Size of the frames in px, both even.
    fps
        Frames a second of the video.
    formats
        Which files to write, of `FORMATS`; the JSON sidecar is always written.
    transparent
        Leave the background out.
    gif_width
        Width of the GIF in px where it is not that of the frames: they are made smaller for it.
    gif_loops
        How often the GIF plays before it stops at its last picture; 0 for ever.
    max_size
        Most bytes that a video or a GIF may have; quality steps down to keep to it.
    out_dir
        Folder for the files.
    name
        Their stem.
    """

    scene: str
    params: dict[str, Any]
    lang: str
    theme: Theme
    width: int
    height: int
    fps: int
    formats: tuple[str, ...]
    transparent: bool
    gif_width: int | None = None
    gif_loops: int = 0
    max_size: int | None = None
    out_dir: Path
    name: str


def nearest_gif_rate(fps: int) -> int:
    """Find the one of `GIF_RATES` nearest to `fps`, the lower of two.

    >>> nearest_gif_rate(60), nearest_gif_rate(15)
    (50, 10)
    """
    return min(GIF_RATES, key=lambda rate: (abs(rate - fps), rate))


def gif_rate(fps: int) -> int:
    """Frames a second of the GIF that goes with a video of `fps`.

    A GIF shows each frame for a whole number of hundredths of a second, and browsers slow down anything
    over 50 frames a second. So the rate is `fps` itself where it divides 100 and is at most 50, else the
    largest of 25 and 20 that divides `fps` (every n-th frame is kept, motion stays even), else the nearest
    of `GIF_RATES`, sampled.

    >>> [gif_rate(fps) for fps in (5, 50, 60, 75, 100, 30, 15)]
    [5, 50, 20, 25, 25, 25, 10]
    """
    if 100 % fps == 0 and fps <= 50:
        return fps
    for rate in (25, 20):
        if fps % rate == 0:
            return rate
    return nearest_gif_rate(fps)
