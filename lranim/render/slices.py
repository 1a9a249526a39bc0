"""A clip in slices of time: frames drawn apart, packed, and put together as if drawn in one run."""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lranim.render.changes import Box, changed_box, pixels
from lranim.render.engine import Story, Take, play, staged
from lranim.render.job import Job
from lranim.render.sink import Frame

LEVEL = 1
"""Of zlib: between neighbouring frames little changes, and a higher one costs more than it saves."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A clip that has been told but not drawn.

    Parameters
    ----------
    story
        What it tells.
    pictures
        For how many frames each of its pictures stands, in order: 1 in a motion, many in a rest.
    """

    story: Story
    pictures: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One picture as its difference from the one before, the first from black and see-through.

    Parameters
    ----------
    repeat
        For how many frames it stands.
    box
        Where it differs, None for nowhere.
    data
        What must be changed there, bit by bit (exclusive or), compressed by zlib.
    """

    repeat: int
    box: Box | None
    data: bytes


@dataclass(frozen=True, kw_only=True)
class Reel:
    """The pictures of a slice, packed without loss; `size` is their height and width in px."""

    size: tuple[int, int]
    pictures: tuple[Picture, ...]


def plan(job: Job, folder: Path) -> Plan:
    """Tell a clip's story without drawing it; manim may use the folder meanwhile."""
    pictures: list[int] = []
    before = 0
    with staged(job, folder, lambda frame, repeat: None, stills=True) as scene:

        def count() -> None:
            nonlocal before
            frames, before = scene.renderer.count - before, scene.renderer.count
            if frames:  # there are none yet before the first animation
                pictures.extend([frames] if scene.is_current_animation_frozen_frame() else [1] * frames)

        scene.renderer.on_rest = count
        return Plan(story=play(scene), pictures=tuple(pictures))


def cut(pictures: Sequence[int], slices: int) -> list[range]:
    """Cut a clip into ranges of frames with nearly equal numbers of pictures.

    A rest costs as much as one picture of a motion, and is never cut: the frames are then handed over
    in just the portions of a whole run.

    Parameters
    ----------
    pictures
        For how many frames each picture stands.
    slices
        How many; there are fewer where there are not so many pictures.

    Examples
    --------
    >>> cut([1, 1, 1, 50, 1, 1], 2)
    [range(0, 3), range(3, 55)]
    >>> cut([1, 50], 9)
    [range(0, 1), range(1, 51)]
    """
    starts = [0, *itertools.accumulate(pictures)]
    slices = min(slices, len(pictures))
    edges = [starts[len(pictures) * k // slices] for k in range(slices + 1)]
    return [range(start, stop) for start, stop in itertools.pairwise(edges)]


def draw(job: Job, folder: Path, frames: range, progress: Callable[[int], None]) -> Reel:
    """Draw some frames of a clip and pack them.

    Parameters
    ----------
    job
        The clip.
    folder
        One that manim may use meanwhile.
    frames
        Which frames.
    progress
        Called after each picture with how many of the frames are done.
    """
    packed: list[Picture] = []
    before: Frame = np.zeros((job.height, job.width, 4), np.uint8)
    done = 0

    def take(frame: Frame, repeat: int) -> None:
        nonlocal before, done
        packed.append(_pack(before, frame, repeat))
        before, done = frame, done + repeat
        progress(done)

    with staged(job, folder, take, frames=frames) as scene:
        play(scene)
    return Reel(size=(job.height, job.width), pictures=tuple(packed))


def _pack(before: Frame, frame: Frame, repeat: int) -> Picture:
    old, new = pixels(before), pixels(frame)
    box = changed_box(old, new)
    data = b"" if box is None else zlib.compress(np.bitwise_xor(old[box], new[box]).data, LEVEL)
    return Picture(repeat=repeat, box=box, data=data)


def unpack(reel: Reel) -> Iterator[tuple[Frame, int]]:
    """The frames of a reel and for how many each stands, each in memory of its own."""
    height, width = reel.size
    frame: Frame = np.zeros((height, width, 4), np.uint8)
    for picture in reel.pictures:
        frame = frame.copy()
        if picture.box is not None:
            part = pixels(frame)[picture.box]
            change = np.frombuffer(zlib.decompress(picture.data), np.uint32).reshape(part.shape)
            np.bitwise_xor(part, change, out=part)
        yield frame, picture.repeat


def joined(story: Story, reels: Iterable[Reel]) -> Callable[[Job, Path, Take], Story]:
    """Hand over what was drawn elsewhere: all the frames of the reels, in order, for `engine.produce`."""

    def draw(job: Job, folder: Path, take: Take) -> Story:
        for reel in reels:
            for frame, repeat in unpack(reel):
                take(frame, repeat)
        return story

    return draw
