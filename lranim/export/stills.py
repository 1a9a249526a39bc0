"""Pictures out of finished clips."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import av
from av.container import InputContainer
from av.video.reformatter import Colorspace
from PIL import Image

from lranim.video.clip import MOVING, Clip

One = TypeVar("One")
Made = TypeVar("Made")

NEVER = 1e9
"""A time after every clip's end (s)."""

BEFORE = 0.04
"""How long before the next beat the picture of a beat is taken (s): all that it tells is there."""


def stills(path: Path, times: Sequence[float]) -> list[Image.Image]:
    """Decode the frames that are shown at some times, from the key frames before them.

    Parameters
    ----------
    path
        A video or a GIF.
    times
        Seconds from its beginning, in any order; later than its end means its last frame.

    Returns
    -------
    list of Image
        One a time, as RGBA.
    """
    found: dict[int, Image.Image] = {}
    with av.open(str(path)) as container:
        frames = _Frames(container)
        for index in sorted(range(len(times)), key=lambda index: times[index]):
            frame = frames.shown_at(times[index])
            if frame is None:
                raise ValueError(f"{path} has no frame")
            found[index] = _picture(frame)
    return [found[index] for index in range(len(times))]


class _Frames:
    """The frames of a container at times that never decrease; what no one asked for is passed over."""

    def __init__(self, container: InputContainer) -> None:
        self._container = container
        self._stream = container.streams.video[0]
        self._frames = _decoded(container)
        self._shown: av.VideoFrame | None = None
        self._next = next(self._frames, None)

    def shown_at(self, time: float) -> av.VideoFrame | None:
        """The last frame that is not later than a time (s), or else the first one."""
        self._leap(time)
        while self._next is not None and (self._shown is None or self._next.time <= time + 1e-6):
            self._shown, self._next = self._next, next(self._frames, None)
        return self._shown

    def _leap(self, time: float) -> None:
        """Go on from the last key frame before a time, if that is still to come."""
        stream, now = self._stream, self._next
        if stream.time_base is None or stream.duration is None or now is None or now.pts is None:
            return
        wanted = min(int(time / stream.time_base), stream.duration)
        index = stream.index_entries.search_timestamp(wanted, backward=True, any_frame=False)
        if index < 0 or stream.index_entries[index].timestamp <= now.pts:
            return
        self._container.seek(wanted, stream=stream, backward=True)
        self._frames = _decoded(self._container)
        self._next = next(self._frames, None)


def _decoded(container: InputContainer) -> Iterator[av.VideoFrame]:
    stream = container.streams.video[0]
    tags = {name.lower(): value for name, value in stream.metadata.items()}  # muxers differ in capitals
    if tags.get("alpha_mode") != "1":
        yield from container.decode(stream)
        return
    # FFmpeg's own decoder of VP9 leaves transparency out, and what lies under it is not meant to be seen.
    decoder = av.VideoCodecContext.create("libvpx-vp9", "r")
    for packet in container.demux(stream):
        yield from decoder.decode(packet)


def _picture(frame: av.VideoFrame) -> Image.Image:
    # Videos are BT.709, and a decoder that is not told takes it for BT.601 and shifts every colour.
    matrix = {} if frame.format.is_rgb else {"src_colorspace": Colorspace.ITU709}
    return Image.fromarray(frame.reformat(format="rgba", **matrix).to_ndarray())


def first_frame(clip: Clip) -> Image.Image:
    """What a clip begins with."""
    return stills(clip.need(*MOVING).path, [0.0])[0]


def ends_of(clip: Clip, background: str) -> list[Image.Image]:
    """The first and the last frame of a clip, which nobody sees through."""
    return [opaque(picture, background) for picture in stills(clip.need(*MOVING).path, [0.0, NEVER])]


def storyboard(clip: Clip) -> list[Image.Image]:
    """A picture a beat, when it has been told: just before the next one, and at the clip's end."""
    moving = clip.need(*MOVING)
    later = [max(beat.t - BEFORE, 0.0) for beat in clip.beats[1:]]
    return stills(moving.path, [*later, moving.duration_s])


def opaque(picture: Image.Image, background: str) -> Image.Image:
    """A picture on a colour ``#RRGGBB``."""
    ground = Image.new("RGBA", picture.size, background)
    ground.alpha_composite(picture)
    return ground.convert("RGB")


def on_each_core(do: Callable[[One], Made], ones: Iterable[One]) -> list[Made]:
    """Do the same to each of several clips, one a core at a time; what comes of them, in their order."""
    # Threads are enough: what decodes and what encodes a picture lets others run meanwhile.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(do, ones))
