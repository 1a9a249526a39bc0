"""Pictures out of finished clips."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import av
from av.container import InputContainer
from av.video.reformatter import Colorspace
from PIL import Image

from lranim.export.sidecar import Shown

BEFORE = 0.04
"""How long before the next beat the picture of a beat is taken (s): all that it tells is there."""


def stills(path: Path, times: Sequence[float]) -> list[Image.Image]:
    """Decode the frames that are shown at some times, in one pass.

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
    waiting = sorted(range(len(times)), key=lambda index: times[index])
    found: dict[int, Image.Image] = {}
    with av.open(str(path)) as container:
        last = None
        for frame in _frames(container):
            while waiting and last is not None and frame.time > times[waiting[0]] + 1e-6:
                found[waiting.pop(0)] = _picture(last)
            if not waiting:
                break
            last = frame
        for index in waiting:
            if last is None:
                raise ValueError(f"{path} has no frame")
            found[index] = _picture(last)
    return [found[index] for index in range(len(times))]


def _frames(container: InputContainer) -> Iterator[av.VideoFrame]:
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


def first_frame(clip: Shown) -> Image.Image:
    """What a clip begins with."""
    return stills(clip.need("mp4", "webm", "gif").path, [0.0])[0]


def telling_times(clip: Shown) -> list[float]:
    """When each beat has been told (s): just before the next one, and at the clip's end."""
    moving = clip.need("mp4", "webm", "gif")
    later = [beat.t - BEFORE for beat in clip.beats[1:]]
    return [max(t, 0.0) for t in (*later, moving.duration_s)][: max(len(clip.beats), 1)]


def storyboard(clip: Shown) -> list[Image.Image]:
    """A picture a beat, as it stands when the beat has been told."""
    return stills(clip.need("mp4", "webm", "gif").path, telling_times(clip))
