"""What a file holds, and that a damaged one is noticed; boxes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lranim.errors import RenderError
from lranim.files import fsync_file
from lranim.video.changes import bounds, changed_box
from lranim.video.check import Media, inspect
from lranim.video.encode import SINKS


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A short clip in each format."""
    folder = tmp_path_factory.mktemp("clips")
    paths = {}
    for fmt, make in SINKS.items():
        paths[fmt] = folder / f"clip.{fmt}"
        sink = make(paths[fmt], width=120, height=80, fps=20, rate=20, transparent=False)
        for k in range(20):
            frame = np.full((80, 120, 4), (16, 20, 24, 255), np.uint8)
            frame[20:40, 4 * k : 4 * k + 20, :3] = (255, 210, 63)
            sink.write(frame, 1)
        sink.close()
    return paths


@pytest.mark.parametrize("fmt", SINKS)
def test_what_a_file_holds(files: dict[str, Path], fmt: str) -> None:
    """Size, rate, frames and duration; a still is one frame of no duration."""
    expected = Media(width=120, height=80, fps=20, frames=20, duration_s=1.0)
    if fmt == "png":
        expected = Media(width=120, height=80, fps=0, frames=1, duration_s=0.0)
    fsync_file(files[fmt])
    assert inspect(files[fmt]) == expected


@pytest.mark.parametrize("part", [0.0, 0.1, 0.5, 0.9, -1])
@pytest.mark.parametrize("fmt", SINKS)
def test_a_file_that_is_cut_off(files: dict[str, Path], tmp_path: Path, fmt: str, part: float) -> None:
    """Whatever is missing at the end, a single byte too, it is an error in one line."""
    content = files[fmt].read_bytes()
    path = tmp_path / f"cut.{fmt}"
    path.write_bytes(content[: -1 if part == -1 else int(part * len(content))])
    with pytest.raises(RenderError, match=rf"^cut\.{fmt}: cannot be read back: [^\n]+$"):
        inspect(path)


@pytest.mark.parametrize("fmt", SINKS)
def test_a_file_that_is_not_there(tmp_path: Path, fmt: str) -> None:
    """The reason is the system's."""
    with pytest.raises(RenderError, match="No such file or directory"):
        inspect(tmp_path / f"none.{fmt}")


def test_garbage_inside_an_mp4(files: dict[str, Path], tmp_path: Path) -> None:
    """Data that cannot be H.264 is noticed although the index is intact."""
    content = bytearray(files["mp4"].read_bytes())
    content[-600:] = b"\xff" * 600
    (tmp_path / "bad.mp4").write_bytes(content)
    with pytest.raises(RenderError, match="cannot be read back"):
        inspect(tmp_path / "bad.mp4")


def test_the_changed_box() -> None:
    """It is the smallest box around all that differs, wherever that is."""
    random = np.random.default_rng(3)
    before = np.zeros((150, 70), np.uint32)
    assert changed_box(before, before.copy()) is None
    for _ in range(200):
        after = before.copy()
        places = random.integers(0, (150, 70), (random.integers(1, 4), 2))
        after[places[:, 0], places[:, 1]] = 1
        assert changed_box(before, after) == bounds(after != before)
        rows, columns = places.T
        assert changed_box(before, after) == (
            slice(rows.min(), rows.max() + 1),
            slice(columns.min(), columns.max() + 1),
        )
