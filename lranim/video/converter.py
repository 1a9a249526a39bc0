"""From RGBA frames to the YUV pictures that video encoders take, converting only what changed."""

from __future__ import annotations

import av
import numpy as np
import numpy.typing as npt
from av.video import reformatter as swscale

from lranim.video.changes import Box, Pixels, changed_box, pixels
from lranim.video.sink import Frame

_GRID = 16  # px: boxes start and end on it, so that chroma samples and the converter's steps line up
_REACH = 16  # px around a changed pixel that its conversion may touch


class Converter:
    """Turns RGBA frames into one and the same YUV picture, converting only what changed since the last frame.

    BT.709, range "tv". The picture is overwritten by the next call: encoders copy it while they encode.

    Parameters
    ----------
    width, height
        Size of the frames in px, even.
    pixel_format
        ``"yuv420p"`` or ``"yuva420p"``.
    """

    def __init__(self, width: int, height: int, pixel_format: str) -> None:
        self._size = (height, width)
        self._format = pixel_format
        self._reformatter = swscale.VideoReformatter()
        self._before: Pixels | None = None
        self._picture: av.VideoFrame | None = None

    def __call__(self, frame: Frame) -> av.VideoFrame:
        """Return the picture of a frame ``(H, W, 4)``."""
        frame = np.ascontiguousarray(frame)
        now = pixels(frame)
        if self._picture is None or self._before is None:
            self._picture = self._convert(frame)
        elif (box := changed_box(self._before, now)) is not None:
            self._update(frame, box)
        self._before = now
        return self._picture

    def _update(self, frame: Frame, box: Box) -> None:
        """Convert a box with enough around it, and copy the part that is right whatever lies outside."""
        assert self._picture is not None
        inner = _grow(box, _REACH, self._size)
        outer = _grow(inner, _REACH, self._size)
        if _area(outer) > 0.8 * self._size[0] * self._size[1]:
            self._picture = self._convert(frame)
            return
        part = self._convert(frame[outer])
        for target, source, step in zip(_planes(self._picture), _planes(part), (1, 2, 2, 1), strict=False):
            there = tuple(slice(i.start // step, i.stop // step) for i in inner)
            here = tuple(
                slice((i.start - o.start) // step, (i.stop - o.start) // step)
                for i, o in zip(inner, outer, strict=True)
            )
            target[there] = source[here]

    def _convert(self, frame: Frame) -> av.VideoFrame:
        if self._format == "yuva420p":
            frame = _bleed(frame)
        # AREA: each chroma sample is the mean of its pixels: 1 dB above bilinear at the same cost
        return self._reformatter.reformat(
            av.VideoFrame.from_numpy_buffer(frame, "rgba"),
            format=self._format,
            src_colorspace=swscale.Colorspace.ITU709,
            dst_colorspace=swscale.Colorspace.ITU709,
            src_color_range=swscale.ColorRange.JPEG,
            dst_color_range=swscale.ColorRange.MPEG,
            interpolation=swscale.Interpolation.AREA,
            threads=1,
        )


def _bleed(frame: Frame) -> Frame:
    """Give see-through pixels the colour of their 2x2 block's visible ones, weighted by alpha.

    A block shares one chroma sample: without this, edges take on the colour of what nobody sees.
    """
    corners = [frame[row::2, column::2, 3] for row in (0, 1) for column in (0, 1)]
    lowest, highest = corners[0], corners[0]
    for corner in corners[1:]:
        lowest, highest = np.minimum(lowest, corner), np.maximum(highest, corner)
    rows, columns = np.nonzero((lowest == 0) & (highest > 0))
    filled = frame.copy()
    blocks = filled.reshape(len(frame) // 2, 2, -1, 2, 4)
    edge = blocks[rows, :, columns].astype(np.uint32)  # (n, 2, 2, 4)
    weight = edge[..., 3:]
    mean = (edge[..., :3] * weight).sum(axis=(1, 2), keepdims=True) // weight.sum(axis=(1, 2), keepdims=True)
    edge[..., :3] = np.where(weight == 0, mean, edge[..., :3])
    blocks[rows, :, columns] = edge
    return filled


def _planes(picture: av.VideoFrame) -> list[npt.NDArray[np.uint8]]:
    """Return views of the planes, padding included."""
    return [np.frombuffer(p, np.uint8).reshape(-1, p.line_size)[: p.height] for p in picture.planes]  # type: ignore[call-overload]


def _grow(box: Box, margin: int, size: tuple[int, int]) -> Box:
    """Return the box with a margin, on the grid, within the picture."""
    rows, columns = (
        slice(max(0, (s.start - margin) // _GRID * _GRID), min(end, -(-(s.stop + margin) // _GRID) * _GRID))
        for s, end in zip(box, size, strict=True)
    )
    return rows, columns


def _area(box: Box) -> int:
    rows, columns = box
    return int((rows.stop - rows.start) * (columns.stop - columns.start))
