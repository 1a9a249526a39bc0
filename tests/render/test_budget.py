"""Limits of size: what is given up, in which order, and that what is left can be read."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from lranim.batch import render
from lranim.errors import InputError, RenderError
from lranim.look.theme import THEMES, Sizes
from lranim.video.budget import PALETTES, Budget, budget_of, least_width
from lranim.video.check import inspect
from lranim.video.clip import Artifact
from lranim.video.encode import SINKS
from lranim.video.limits import DESTINATIONS, size_text
from lranim.video.settings import RenderOptions, asked

KEPT = ((255, 0, 0), (0, 160, 80))


def test_the_least_width_follows_the_smallest_text() -> None:
    """16:9 may go down to 400 px; letters twice as large to half of that; no shape gets smaller letters."""
    assert least_width(1920, 1080, Sizes()) == 400
    large = Sizes(
        **dict.fromkeys(("title", "chip", "step", "rule", "numbers", "caption", "label", "tick"), 7.6)
    )
    assert least_width(1920, 1080, large) == 200
    for width, height in ((1280, 720), (960, 720), (720, 720), (720, 1280), (2560, 1080)):
        rows = least_width(width, height, Sizes()) * height / width
        assert rows >= 225 - 1e-9  # capitals of 2.2 % of them, or more, as in a picture of 400 x 225


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
def test_the_fewest_colours_hold_every_role(theme: Any, lesson: Any, tmp_path: Path) -> None:
    """All colours of a theme are kept, and half of the palette is left for soft edges."""
    budget = budget_of(lesson("slope", tmp_path, theme=theme.name, max_size=10**6))
    assert budget is not None
    assert set(budget.kept) == {
        tuple(bytes.fromhex(code[1:])) for code in vars(theme).values() if str(code).startswith("#")
    }
    assert len(budget.kept) <= PALETTES[-1] // 2


def drawing(k: int, width: int = 192, height: int = 108) -> np.ndarray:
    """A soft gradient that moves, and two small flat marks."""
    rows, columns = np.mgrid[:height, :width]
    frame = np.full((height, width, 4), 255, np.uint8)
    frame[..., 0] = (columns // 8 * 8 + 12 * k) % 251
    frame[..., 1] = (rows // 8 * 8 + 4 * k) % 241
    frame[..., 2] = 90
    frame[10:20, 10:20, :3], frame[10:20, 30:40, :3] = KEPT
    return frame


def gif(path: Path, most: int | None, *, least: int = 100, rate: int = 20, **about: Any) -> Any:
    """A second of the drawing as a GIF under a limit."""
    budget = None if most is None else Budget(most=most, least_width=least, kept=KEPT)
    size = {"width": 192, "height": 108, "fps": 20, "rate": rate, "transparent": False} | about
    sink = SINKS["gif"](path, budget=budget, **size)
    try:
        for k in range(20):
            sink.write(drawing(k), 1)
        sink.close()
    except RenderError:
        sink.abort()
        raise
    return sink


def test_a_gif_that_fits_is_not_touched(tmp_path: Path) -> None:
    """With a limit that is just large enough the bytes are those without one."""
    gif(tmp_path / "a.gif", None)
    size = (tmp_path / "a.gif").stat().st_size
    sink = gif(tmp_path / "b.gif", size)
    assert sink.given_up == ""
    assert (tmp_path / "a.gif").read_bytes() == (tmp_path / "b.gif").read_bytes()


@pytest.mark.parametrize(
    ("share", "said", "shape"),
    [
        (0.9, r"10 frames a second", (192, 10)),
        (0.4, r"10 frames a second(?:,| and) (128|64|32) colours", (192, 10)),
        (0.13, r"10 frames a second, 32 colours and 1\d\d px of width", (None, 10)),
    ],
)
def test_a_gif_steps_down(tmp_path: Path, share: float, said: str, shape: tuple[int | None, int]) -> None:
    """It says what it gave up; the file is what the sink says, and of few colours its marks are exact."""
    gif(tmp_path / "whole.gif", None)
    most = int(share * (tmp_path / "whole.gif").stat().st_size)
    sink = gif(tmp_path / "a.gif", most)
    media = inspect(tmp_path / "a.gif")
    assert re.fullmatch(said, sink.given_up), sink.given_up
    assert (tmp_path / "a.gif").stat().st_size <= most
    assert (media.width, media.height, media.fps) == (sink.width, sink.height, sink.rate)
    assert (sink.width if shape[0] else None, sink.rate) == shape
    assert media.width / media.height == pytest.approx(16 / 9, rel=0.01)
    assert (media.frames, media.duration_s) == (10, 1)
    with Image.open(tmp_path / "a.gif") as file:
        picture = np.asarray(file.convert("RGB"))
    scale = media.width / 192
    for k, colour in enumerate(KEPT):
        off = picture[int(15 * scale), int((15 + 20 * k) * scale)].astype(int) - colour
        assert np.abs(off).max() <= (0 if "colours" in said else 8)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.gif", "whole.gif"]


def test_a_gif_that_cannot_fit_is_refused(tmp_path: Path) -> None:
    """One line with the size reached, the limit and what to do; no file is left by whoever gives up then."""
    with pytest.raises(RenderError) as caught:
        gif(tmp_path / "a.gif", 1000, least=160)
    assert re.fullmatch(
        r"gif: it takes \d+(\.\d)? kB even with 10 frames a second, 32 colours and 160 px of width, more "
        r"than 1 kB, and with less it could not be read: make a video of it \(mp4\), fewer steps, or a "
        r"shorter clip",
        str(caught.value),
    )


def test_a_see_through_gif_stays_see_through(tmp_path: Path) -> None:
    """What is clear is clear in the smaller file."""
    path = tmp_path / "a.gif"
    sink = SINKS["gif"](
        path,
        width=200,
        height=100,
        fps=20,
        rate=20,
        transparent=True,
        budget=Budget(most=2000, least_width=50),
    )
    for k in range(20):
        frame = np.zeros((100, 200, 4), np.uint8)
        frame[20:60, 4 * k : 4 * k + 40] = (*(np.uint8([9, 5, 3]) * k), 255)
        sink.write(frame, 1)
    sink.close()
    assert sink.given_up
    with Image.open(path) as file:
        file.seek(file.n_frames - 1)
        picture = np.asarray(file.convert("RGBA"))
    assert picture[0, 0, 3] == 0
    assert picture[sink.height * 4 // 10, sink.width * 95 // 200, 3] == 255


@pytest.mark.parametrize("form", ["mp4", "webm"])
def test_a_video_gets_coarser(tmp_path: Path, form: str) -> None:
    """Of the same size, rate and length, and close to what it was; too small a limit is refused."""

    def write(name: str, most: int | None) -> Any:
        budget = None if most is None else Budget(most=most, least_width=1)
        about: dict[str, Any] = {"width": 192, "height": 108, "fps": 20, "rate": 20}
        sink = SINKS[form](tmp_path / f"{name}.{form}", transparent=form == "webm", budget=budget, **about)
        for k in range(20):
            frame = drawing(k)
            frame[:50, :90, 3] = 0 if form == "webm" else 255
            sink.write(frame, 1)
        sink.close()
        return sink

    write("whole", None)
    size = (tmp_path / f"whole.{form}").stat().st_size
    sink = write("a", int(0.8 * size))
    assert re.fullmatch(r"a coarser picture \(CRF \d+, not \d+\)", sink.given_up)
    assert (tmp_path / f"a.{form}").stat().st_size <= 0.8 * size
    one, other = inspect(tmp_path / f"whole.{form}"), inspect(tmp_path / f"a.{form}")
    assert one == other
    with av.open(str(tmp_path / f"a.{form}")) as file:
        last = [frame.to_ndarray(format="rgb24") for frame in file.decode(video=0)][-1]
    error = np.abs(last[56:, 100:].astype(int) - drawing(19)[56:, 100:, :3])
    assert error.mean() < 12
    if form == "webm":
        with av.open(str(tmp_path / "a.webm")) as file:
            decoder: Any = av.CodecContext.create("libvpx-vp9", "r")
            picture = decoder.decode(next(file.demux(video=0)))[0].to_ndarray(format="rgba")
        assert (picture[20, 20, 3], picture[90, 170, 3]) == (0, 255)
    with pytest.raises(
        RenderError, match=rf"^{form}: it takes .* kB even with a coarser picture .* than 1 kB"
    ):
        write("b", 1000)
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("first.")]


def test_a_clip_under_a_limit(dots: Any) -> None:
    """The sidecar tells the real rate and size; without a limit nothing of the file changes."""
    about = {"formats": ("gif",), "fps": 20, "width": 960, "height": 540}
    whole = render.render(dots(**about)).artifacts[0]
    again = render.render(dots(**about, max_size=10**9)).artifacts[0]
    assert (again.sha256, again.given_up) == (whole.sha256, "")
    made = render.render(dots(**about, max_size=int(0.8 * whole.bytes)))
    (row,) = made.artifacts
    assert isinstance(row, Artifact)
    media = inspect(row.path)
    assert (row.width, row.height, row.fps, row.frames) == (
        media.width,
        media.height,
        media.fps,
        media.frames,
    )
    assert row.bytes <= 0.8 * whole.bytes
    assert row.fps == 10
    assert row.given_up.startswith("10 frames a second")
    assert made.as_dict()["artifacts"][0]["given_up"] == row.given_up
    assert row.duration_s == pytest.approx(whole.duration_s, abs=0.1)
    kept = render.render(dots(**about, max_size=int(0.8 * whole.bytes)))
    assert (kept.cached, kept.artifacts) == (True, made.artifacts)


def test_a_clip_that_cannot_fit_leaves_nothing(dots: Any) -> None:
    """Earlier output stays as it is."""
    job = dots(formats=("gif", "png"))
    before = render.render(job).artifacts
    with pytest.raises(RenderError, match=r"more than 0\.1 kB"):
        render.render(dots(formats=("gif", "png"), max_size=100))
    assert render.render(job).artifacts == before
    assert render.render(job).cached


@pytest.mark.parametrize(
    ("text", "size"), [("5MB", 5_000_000), ("1.5 gb", 1_500_000_000), ("10kB", 10_000), ("2mb", 2_000_000)]
)
def test_amounts(text: str, size: int) -> None:
    """A number and a unit, of a thousand each."""
    assert asked(RenderOptions, {"max_size": text}).max_size == size


@pytest.mark.parametrize("text", ["", "5", "MB", "-5MB", "5 MiB", "5e3kB", "1kB", "nan MB", "5MB 3"])
def test_what_is_no_amount(text: str) -> None:
    """One line that names the value."""
    with pytest.raises(InputError, match=f"--max-size is {text or 'empty'}; it must be"):
        asked(RenderOptions, {"max_size": text})


def test_destinations() -> None:
    """The limits as they are documented in docs/lessons.md."""
    page = (Path(__file__).parents[2] / "docs" / "lessons.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r'^\| "(\w+)" \| (\d+ MB) \|', page, flags=re.MULTILINE))
    assert rows == {name: size_text(size) for name, size in DESTINATIONS.items()}


@pytest.mark.parametrize(("loops", "written"), [(0, 0), (1, None), (2, 1), (3, 2), (1000, 999)])
def test_how_often_a_gif_plays(tmp_path: Path, loops: int, written: int | None) -> None:
    """The file counts repetitions: n - 1 for n rounds, nothing for one, 0 for ever."""
    sink = SINKS["gif"](
        tmp_path / "a.gif", width=192, height=108, fps=10, rate=10, transparent=False, loops=loops
    )
    for k in range(2):
        sink.write(drawing(k), 1)
    sink.close()
    with Image.open(tmp_path / "a.gif") as file:
        assert file.info.get("loop") == written


def test_a_gif_that_stops_ends_with_its_last_picture(dots: Any) -> None:
    """Its poster is its last frame; one that goes on for ever has one more, on the way back."""
    last = {}
    for loops in (0, 1):
        clip = render.render(dots(formats=("gif", "png"), fps=20, gif_loops=loops))
        rows = {row.format: row for row in clip.artifacts}
        with Image.open(rows["png"].path) as poster, Image.open(rows["gif"].path) as file:
            file.seek(file.n_frames - 1)
            last[loops] = np.abs(np.asarray(file.convert("RGB")).astype(int) - np.asarray(poster)).max()
            frames = rows["gif"].frames
        last[loops, "frames"] = frames
    assert last[1] <= 8  # of levels from 0 to 255, in the palette
    assert last[0] > 50
    assert last[0, "frames"] == last[1, "frames"] + 1


def test_a_see_through_gif_that_plays_once_keeps_its_last_picture(tmp_path: Path) -> None:
    """Its last frame is not cleared away."""
    for loops, disposal in ((1, 1), (0, 2)):
        path = tmp_path / f"{loops}.gif"
        sink = SINKS["gif"](path, width=20, height=10, fps=10, rate=10, transparent=True, loops=loops)
        frame = np.zeros((10, 20, 4), np.uint8)
        frame[2:5, 3:9] = 255
        sink.write(frame, 1)
        sink.close()
        with Image.open(path) as file:
            assert getattr(file, "disposal_method") == disposal  # noqa: B009 (unknown to mypy)
