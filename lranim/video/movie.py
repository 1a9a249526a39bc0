"""mp4 and webm through FFmpeg's libraries, from frames that are converted only where they changed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any, ClassVar

import av
import numpy as np
import numpy.typing as npt
from av.codec.context import Flags
from av.video import reformatter as swscale

from lranim.errors import RenderError
from lranim.video.changes import Box, Pixels, changed_box, pixels
from lranim.video.limits import size_text
from lranim.video.sink import FileSink, Frame

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


_SECONDS_BETWEEN_KEY_FRAMES = 10
_BT709 = 1  # FFmpeg's number of it, as matrix, primaries and transfer
_UP_TO_AVX2 = (
    "MMX2,SSE2Fast,SSSE3,SSE4.2,AVX,FMA3,BMI2,AVX2"  # x264's names; what has AVX-512 has all of them
)


def _has_avx512() -> bool:
    """Whether this processor has AVX-512, as far as Linux tells."""
    try:
        return " avx512f" in Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False


class VideoSink(FileSink):
    """Writes one video at the stream's own rate. Fixed threads and no clock: same frames, same bytes.

    With a `budget`, a file that comes out too large is encoded again from itself, coarser (`coarser`).
    """

    container: ClassVar[str]
    codec: ClassVar[str]
    container_options: ClassVar[dict[str, str]] = {}
    codec_options: ClassVar[dict[str, str]]
    still_options: ClassVar[dict[str, str]] = {}
    """Besides `codec_options`, where parts of the picture move over what stands still."""
    threads: ClassVar[int] = 1
    decoder: ClassVar[str]
    coarser: ClassVar[tuple[int, ...]]
    """Quantisers (crf) to step up to; at the last one small text can just be read."""

    def _prepare(self) -> None:
        if self.width % 2 or self.height % 2:
            raise RenderError(f"{self.container}: {self.width}x{self.height}: width and height must be even")
        self._output: av.container.OutputContainer | None = None
        self._converter = Converter(self.width, self.height, self._pixel_format())
        self._pts = 0

    def write(self, frame: Frame, repeat: int) -> None:
        """Encode a frame, `repeat` times."""
        self._check()
        if self._output is None:
            self._open()
        picture = self._converter(frame)
        picture.time_base = Fraction(1, self.fps)
        for _ in range(repeat):
            self._check()
            picture.pts = self._pts
            self._pts += 1
            self._mux(picture)

    def close(self) -> None:
        """Encode what the encoder still holds and write the index."""
        if self._output is None:
            raise RenderError(f"{self.container}: there are no frames")
        self._finish()
        if self.budget is not None:
            self._fit(self.budget.most)

    def _finish(self) -> None:
        self._mux(None)
        output, self._output = self._output, None
        assert output is not None
        output.close()

    def _fit(self, most: int) -> None:
        """Encode the file again until it is small enough."""
        size = self.path.stat().st_size
        if size <= most:
            return
        first = self.path.with_name(f"first.{self.path.name}")
        os.replace(self.path, first)
        try:
            for crf in self.coarser:
                size = self._encode_again(first, crf)
                self.given_up = f"a coarser picture (CRF {crf}, not {self.codec_options['crf']})"
                if size <= most:
                    return
        finally:
            first.unlink()
        raise RenderError(
            f"{self.container}: it takes {size_text(size)} even with {self.given_up}, more than "
            f"{size_text(most)}, and with less it could not be read: choose a smaller size, fewer steps, or "
            "a shorter clip"
        )

    def _encode_again(self, first: Path, crf: int) -> int:
        """Encode a finished video with another quantiser; its bytes."""
        self._open(crf)
        for pts, picture in enumerate(self._decoded(first)):
            self._check()
            picture.pts, picture.time_base = pts, Fraction(1, self.fps)
            picture.pict_type = 0  # the encoder decides afresh
            self._mux(picture)
        self._finish()
        return self.path.stat().st_size

    def _decoded(self, path: Path) -> Iterator[av.VideoFrame]:
        """The pictures of a finished video."""
        with av.open(str(path), format=self.container) as file:
            stream = file.streams.video[0]
            # by name: FFmpeg's own decoder of VP9 leaves the alpha channel out
            decoder: Any = av.CodecContext.create(self.decoder, "r")
            decoder.extradata = stream.codec_context.extradata
            for packet in file.demux(stream):
                yield from decoder.decode(packet)

    def _release(self) -> None:
        if self._output is not None:
            with suppress(Exception):  # whatever is wrong with a file that is about to be deleted
                self._output.close()
            self._output = None

    def _pixel_format(self) -> str:
        return "yuv420p"

    def _open(self, crf: int | None = None) -> None:
        options = {"fflags": "+bitexact", **self.container_options}
        self._output = av.open(str(self.path), "w", format=self.container, options=options)
        keys = {"g": str(_SECONDS_BETWEEN_KEY_FRAMES * self.fps)}
        codec_options = self.codec_options | keys | ({} if self.turning else self.still_options)
        if crf is not None:
            codec_options |= {"crf": str(crf)}
        stream: Any = self._output.add_stream(self.codec, rate=self.fps, options=codec_options)
        stream.width, stream.height, stream.pix_fmt = self.width, self.height, self._pixel_format()
        context = stream.codec_context
        context.time_base = Fraction(1, self.fps)
        context.thread_count = self.threads
        context.flags |= Flags.bitexact
        context.color_range = swscale.ColorRange.MPEG
        context.colorspace = context.color_primaries = context.color_trc = _BT709
        self._stream = stream

    def _mux(self, picture: av.VideoFrame | None) -> None:
        assert self._output is not None
        for packet in self._stream.encode(picture):
            self._output.mux(packet)


class Mp4Sink(VideoSink):
    """H.264 as QuickTime and PowerPoint play it, the index first; alpha is ignored.

    Two encoding threads keep up with the drawing; more would change the bytes, so the number is fixed.
    Measured on drawings: `veryfast` at 18 gives 1.5 to 2 dB more than x264's own default (`medium` at 23) for
    a quarter more bytes, in 60 % of its time. Where little moves, doing without B-frames, further reference
    frames and motion of parts of a pixel takes half the time of that, at equal PSNR, for 10 to 20 % more
    bytes; where a camera turns it would take 3.5 times the bytes.
    """

    container = "mp4"
    codec = "libx264"
    decoder = "h264"
    coarser = (21, 24, 27, 30)
    threads = 2
    container_options: ClassVar[dict[str, str]] = {"movflags": "+faststart"}
    codec_options: ClassVar[dict[str, str]] = {
        "preset": "veryfast",
        "tune": "animation",
        "crf": "18",
        "profile": "high",
        # Seen with libx264 165: where it weighs blocks by what refers to them (mbtree), its code for AVX-512
        # reads memory that nobody has written, so that the bytes hang on what was there.
        **({"x264-params": f"asm={_UP_TO_AVX2}"} if _has_avx512() else {}),
    }
    still_options: ClassVar[dict[str, str]] = {"bf": "0", "refs": "1", "subq": "0"}


class WebmSink(VideoSink):
    """VP9, with the alpha channel if `transparent`.

    Measured on drawings: `realtime` needs a fifth of the time of `good` and a tenth more bytes at equal PSNR.
    It does not look at a clock: the speed is what `cpu-used` says.
    """

    container = "webm"
    codec = "libvpx-vp9"
    decoder = "libvpx-vp9"
    coarser = (26, 32, 38, 44)
    codec_options: ClassVar[dict[str, str]] = {
        "deadline": "realtime",
        "cpu-used": "5",
        "crf": "20",
        "b": "0",
        "row-mt": "0",
        "auto-alt-ref": "0",  # cannot be had together with alpha
    }

    def _pixel_format(self) -> str:
        return "yuva420p" if self.transparent else "yuv420p"
