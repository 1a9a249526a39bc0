"""One stream, several files: all finished, or none there."""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lranim.errors import RenderError
from lranim.video.check import inspect
from lranim.video.encode import SINKS
from lranim.video.sink import Encoders, Frame, Sink


def noise(k: int, width: int = 240, height: int = 136) -> np.ndarray:
    """A frame that no encoder can make small, different for each k."""
    return np.random.default_rng(k).integers(0, 256, (height, width, 4), np.uint8)


def flat(level: int) -> np.ndarray:
    """A small frame of one colour."""
    return np.full((136, 240, 4), (level, level, level, 255), np.uint8)


def sinks(folder: Path, *, stem: str = "clip", **extra: Sink) -> dict[str, Sink]:
    """One sink of each format, and some more."""
    size: Any = {"width": 240, "height": 136, "fps": 20, "rate": 20, "transparent": False}
    return {fmt: make(folder / f"{stem}.{fmt}", **size) for fmt, make in SINKS.items()} | extra


class Probe:
    """A sink that counts, dawdles or fails."""

    def __init__(self, fail_at: int | None = None, error: Exception | None = None, pause: float = 0) -> None:
        self.fail_at, self.error, self.pause = fail_at, error or RuntimeError("boom"), pause
        self.frames: list[int] = []
        self.closed = self.aborted = False

    def write(self, frame: Frame, repeat: int) -> None:
        """Count the frame, or fail."""
        time.sleep(self.pause)
        if len(self.frames) == self.fail_at:
            raise self.error
        self.frames.append(repeat)

    def close(self) -> None:
        """Note it."""
        if self.fail_at == -1:
            raise self.error
        self.closed = True

    def abort(self) -> None:
        """Note it."""
        self.aborted = True


@pytest.fixture(autouse=True)
def no_threads_left() -> Iterator[None]:
    """Each test joins what it started."""
    before = threading.active_count()
    yield
    assert threading.active_count() == before


def test_every_format_in_one_pass(tmp_path: Path) -> None:
    """Four files with the same length come out of one stream, and nothing else is in the folder."""
    with Encoders(sinks(tmp_path)) as encoders:
        for k in range(10):
            encoders.write(flat(10 * k), repeat=1 + k % 2)
    media = {path.suffix: inspect(path) for path in tmp_path.iterdir()}
    assert sorted(media) == [".gif", ".mp4", ".png", ".webm"]
    assert {m.frames for suffix, m in media.items() if suffix != ".png"} == {15}


@pytest.mark.parametrize("stem", ["100%d", "%03d", "it's", "two words", "梯度下降", "a:b", "-x", "q?#&"])
def test_odd_names(tmp_path: Path, stem: str) -> None:
    """Nothing in a file's name is taken for a pattern, a protocol or an option."""
    with Encoders(sinks(tmp_path, stem=stem)) as encoders:
        encoders.write(flat(50), repeat=2)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(f"{stem}.{fmt}" for fmt in SINKS)
    assert all(inspect(path).width == 240 for path in tmp_path.iterdir())


def run(targets: dict[str, Sink], frames: Iterable[np.ndarray]) -> None:
    """Give some frames to some sinks."""
    with Encoders(targets) as encoders:
        for frame in frames:
            encoders.write(frame)


@pytest.mark.parametrize("fail_at", [3, -1])
def test_a_failing_sink_stops_the_others(tmp_path: Path, fail_at: int) -> None:
    """In the middle or at the end: the error has the format's name, and no file stays, finished or not."""
    frames = (flat(k % 250) for k in (count() if fail_at > 0 else range(1)))
    with pytest.raises(RenderError, match=r"^odd: boom$"):
        run(sinks(tmp_path, odd=Probe(fail_at=fail_at)), frames)
    assert not [*tmp_path.iterdir()]


def interrupted(frames: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
    """The frames, then Ctrl-C."""
    yield from frames
    raise KeyboardInterrupt


def test_ctrl_c_leaves_nothing(tmp_path: Path) -> None:
    """An interrupt in the caller passes through, quickly, and deletes what was begun."""
    slow = Probe(pause=0.05)
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        run(sinks(tmp_path, slow=slow), interrupted(noise(k) for k in range(40)))
    assert time.monotonic() - began < 3
    assert slow.aborted
    assert not slow.closed
    assert not [*tmp_path.iterdir()]


def test_ctrl_c_while_the_files_are_finished(tmp_path: Path) -> None:
    """An interrupt while the encoders close does not wait for them, and leaves nothing."""
    previous = signal.signal(signal.SIGINT, signal.default_int_handler)
    timer = threading.Timer(0.5, signal.raise_signal, [signal.SIGINT])
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            run(sinks(tmp_path, slow=Probe(pause=0.2)), [flat(k) for k in range(20)])
    finally:
        timer.cancel()
        signal.signal(signal.SIGINT, previous)
    assert not [*tmp_path.iterdir()]


def test_no_frames_at_all(tmp_path: Path) -> None:
    """A stream without frames is an error, not four empty files."""
    with pytest.raises(RenderError, match="there are no frames"):
        run(sinks(tmp_path), [])
    assert not [*tmp_path.iterdir()]


def test_queues_are_bounded_by_bytes() -> None:
    """The caller waits for a slow sink once its queue is full; at least two frames fit."""
    slow = Probe(pause=0.02)
    with Encoders({"slow": slow}, queue_bytes=3 * flat(0).nbytes) as encoders:
        for k in range(20):
            encoders.write(flat(k))
            assert k + 1 - len(slow.frames) <= 3 + 1 + 1  # waiting, being written, just handed over
    assert slow.frames == [1] * 20
    assert slow.closed


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 300 kB."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=300k", "lranim-test", str(tmp_path)]
    try:
        done = subprocess.run(mount, capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no mount command")
    if done.returncode:
        pytest.skip("a small disk can only be mounted as root")
    yield tmp_path
    subprocess.run(["umount", str(tmp_path)], check=True)


@pytest.mark.parametrize("fmt", SINKS)
def test_a_full_disk_is_said_plainly(small_disk: Path, fmt: str) -> None:
    """The message names the format and the disk; nothing stays on it."""
    with pytest.raises(RenderError, match=f"^{fmt}: no space left on {small_disk}: "):
        # the poster is only written at the end, so it meets a disk that others have filled
        run(
            {fmt: sinks(small_disk)[fmt]}, [noise(k) for k in range(60)] if fmt != "png" else fill(small_disk)
        )
    assert {path.name for path in small_disk.iterdir()} <= {"other"}


def fill(folder: Path) -> Iterator[np.ndarray]:
    """One frame, while something else fills the disk."""
    yield noise(1)
    (folder / "other").write_bytes(bytes(250_000))


@pytest.mark.parametrize("fmt", SINKS)
def test_a_folder_that_is_not_there(tmp_path: Path, fmt: str) -> None:
    """The system's reason reaches the user."""
    with pytest.raises(RenderError, match=f"^{fmt}: No such file or directory"):
        run({fmt: sinks(tmp_path / "none")[fmt]}, [flat(1)])
