"""A finished file against the frames that were meant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace

from bench.quality import Picture, psnr, square_error, ssim
from lranim.video.check import inspect

BT709 = 1


@dataclass(frozen=True)
class Quality:
    """PSNR (dB) of the RGB samples of all frames looked at, and the mean of their SSIM."""

    psnr: float
    ssim: float


class Judge:
    """Takes the frames that a file was made from, in order, and compares some of them with the file's.

    Parameters
    ----------
    path
        An mp4 or gif; its frame k is frame k of the stream.
    samples
        How many frames to compare, evenly spaced.
    slack
        How many frames the file may have after those taken; they are not compared.
    """

    def __init__(self, path: Path, samples: int, slack: int = 0) -> None:
        self.path, self.frames = path, inspect(path).frames
        self._slack = slack
        self._chosen = set(np.linspace(0, self.frames - 1, samples).round().astype(int).tolist())
        self._decoded = _decode(path)
        self._taken = 0
        self._errors: list[float] = []
        self._alike: list[float] = []

    def take(self, frame: Any, repeat: int) -> None:
        """Take a frame, ``(H, W, 4)`` RGBA, that stands for `repeat` frames."""
        for index in range(self._taken, self._taken + repeat):
            coded = next(self._decoded, None)
            if coded is not None and index in self._chosen:
                seen, meant = rgb(coded), np.ascontiguousarray(frame[..., :3])
                self._errors.append(square_error(seen, meant))
                self._alike.append(ssim(seen, meant))
        self._taken += repeat

    def quality(self) -> Quality:
        """The verdict.

        Raises
        ------
        RuntimeError
            When the frames drawn are not as many as the file's.
        """
        if not 0 <= self.frames - self._taken <= self._slack:
            raise RuntimeError(f"{self.path} has {self.frames} frames, {self._taken} were drawn")
        return Quality(psnr(float(np.mean(self._errors))), float(np.mean(self._alike)))


def _decode(path: Path) -> Iterator[av.VideoFrame]:
    with av.open(str(path)) as file:
        yield from file.decode(video=0)


def rgb(frame: av.VideoFrame) -> Picture:
    """A decoded frame as RGB; one that does not name its colour matrix was made by swscale's own, BT.601."""
    if frame.format.name.startswith("yuv"):
        matrix = Colorspace.ITU709 if frame.colorspace == BT709 else Colorspace.ITU601
        frame = frame.reformat(
            format="rgb24",
            src_colorspace=matrix,
            dst_colorspace=matrix,
            src_color_range=ColorRange.MPEG,
            dst_color_range=ColorRange.JPEG,
        )
    return np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)
