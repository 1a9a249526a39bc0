"""Flashes: flicker whose number in a second is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lranim.batch import render
from lranim.errors import RenderError
from lranim.video.flashes import FIELD, SIDE, Flashes, FlashMeter, FlashSink

WHITE, BLACK = (255, 255, 255), (0, 0, 0)


def flashes(stream: Iterable[tuple[np.ndarray, float]]) -> Flashes:
    """The worst second of a stream of frames, each with how long it is shown (s)."""
    meter = FlashMeter()
    for frame, seconds in stream:
        meter.take(frame, seconds)
    return meter.found


def flat(colour: tuple[int, ...], part: tuple[slice, slice] = (slice(None), slice(None))) -> np.ndarray:
    """A black picture of 108 x 180 px, a part of it in a colour."""
    frame = np.zeros((108, 180, 4), np.uint8)
    frame[..., 3] = 255
    frame[part][..., :3] = colour
    return frame


def flicker(
    one: np.ndarray, other: np.ndarray, rate: float, fps: int, seconds: float = 2
) -> Iterator[tuple[np.ndarray, float]]:
    """Two pictures in turn, `rate` times a second each."""
    for k in range(round(seconds * fps)):
        yield (one, other)[int(2 * rate * k / fps) % 2], 1 / fps


def level(luminance: float) -> tuple[int, int, int]:
    """The grey of a relative luminance."""
    signal = 12.92 * luminance if luminance <= 0.0031308 else 1.055 * luminance ** (1 / 2.4) - 0.055
    return (round(255 * signal),) * 3


@pytest.mark.parametrize("fps", [10, 25, 60])
@pytest.mark.parametrize(("rate", "count"), [(1, 1), (3, 3), (3.5, 3), (4, 4)])
def test_full_flicker_is_counted(fps: int, rate: float, count: int) -> None:
    """Black and white in turn n times a second are n flashes a second, at any rate of frames."""
    assert flashes(flicker(flat(BLACK), flat(WHITE), rate, fps)).rate == count


@pytest.mark.parametrize(
    ("low", "high", "count"),
    [
        (0.0, 0.11, 5),  # a change of 10 % counts
        (0.0, 0.09, 0),
        (0.5, 0.61, 5),
        (0.79, 0.91, 5),  # the darker side is dark enough
        (0.81, 0.93, 0),
    ],
)
def test_how_large_and_how_dark(low: float, high: float, count: int) -> None:
    """A change counts from a tenth of white on, where the darker side is below 0.8."""
    assert flashes(flicker(flat(level(low)), flat(level(high)), 5, 30)).rate == count


def part_of_a_field(share: float, top: int = 0, left: int = 0) -> tuple[slice, slice]:
    """A part of the picture that fills this share of a field; a place is 3 x 5 px."""
    rows = round(share * FIELD)
    return slice(3 * top, 3 * (top + rows)), slice(5 * left, 5 * (left + FIELD))


@pytest.mark.parametrize(("top", "left"), [(0, 0), (13, 7), (SIDE - FIELD, SIDE - FIELD)])
def test_how_much_of_the_picture(top: int, left: int) -> None:
    """A quarter of a field may flash, a little more may not, wherever it lies."""
    for share, count in ((1 / 4, 0), (1 / 3, 5)):
        lit = flat(WHITE, part_of_a_field(share, top, left))
        assert flashes(flicker(flat(BLACK), lit, 5, 30)).rate == count


@pytest.mark.parametrize(("rows", "count"), [(9, 0), (12, 5)])
def test_how_large_a_field_is(rows: int, count: int) -> None:
    """A third of the picture each way, as WCAG has 341 x 256 of 1024 x 768 px; a quarter of it may flash."""
    lit = flat(WHITE, (slice(rows), slice(60)))
    assert flashes(flicker(flat(BLACK), lit, 5, 30)).rate == count


def test_places_far_apart_do_not_add_up() -> None:
    """A sixth of a field at either end of the picture is safe, though it is a third in all."""
    lit = flat(WHITE, part_of_a_field(1 / 6)) | flat(WHITE, part_of_a_field(1 / 6, SIDE - FIELD, 0))
    assert flashes(flicker(flat(BLACK), lit, 5, 30)).rate == 0


def test_a_fine_pattern_is_no_flash() -> None:
    """A checkerboard that changes sides has the same light in every place: WCAG excepts it."""
    rows, columns = np.mgrid[:216, :360]
    one = np.repeat((((rows // 2 + columns // 2) % 2) * 255).astype(np.uint8)[..., None], 4, axis=2)
    one[..., 3] = 255
    assert flashes(flicker(one, one ^ np.uint8([255, 255, 255, 0]), 10, 60)).rate == 0


def test_slow_fades_are_no_flashes() -> None:
    """A fade is one change, however many frames it takes; two fades a second are two flashes."""
    wave = (flat(level(0.5 - 0.5 * np.cos(2 * np.pi * 2 * k / 30))) for k in range(90))
    assert flashes((frame, 1 / 30) for frame in wave).rate == 2
    assert flashes((flat(level(k / 90)), 1 / 30) for k in range(90)).rate == 0


def test_red() -> None:
    """A saturated red in turn with as light a green flashes; two greens, and a dull red, do not."""
    red, green, dull = (255, 0, 0), (0, 149, 0), (180, 120, 110)
    found = flashes(flicker(flat(red), flat(green), 4, 30))
    assert found == Flashes(4, pytest.approx(1.0, abs=0.04), red=True)
    assert flashes(flicker(flat(green), flat((60, 140, 0)), 4, 30)).rate == 0
    assert flashes(flicker(flat(green), flat(dull), 4, 30)).rate == 0
    assert flashes(flicker(flat(red), flat(green), 3, 30)).rate == 3


def test_a_still_picture_and_long_rests() -> None:
    """What does not change does not flash, and changes a second apart do not add up."""
    assert flashes([(flat(WHITE), 10.0)]).rate == 0
    assert flashes([(flat(BLACK), 0.5), (flat(WHITE), 0.5)] * 10).rate == 1


def test_only_four_in_one_second_count() -> None:
    """Flicker for half a second has half as many flashes; the time is that of the last one."""
    found = flashes([(flat(WHITE), 2.0), *flicker(flat(BLACK), flat(WHITE), 6, 60, 0.5), (flat(WHITE), 5.0)])
    assert found == Flashes(3, pytest.approx(2 + 5 / 12, abs=0.02), red=False)


def sink(frames: Iterator[tuple[np.ndarray, float]], **about: Any) -> FlashSink:
    """A sink that has taken all frames."""
    one = FlashSink(30, **about)
    for frame, seconds in frames:
        one.write(frame, round(30 * seconds))
    return one


def test_what_is_said() -> None:
    """One line with the number and the time; three a second pass."""
    sink(flicker(flat(BLACK), flat(WHITE), 3, 30)).close()
    sink(iter([(flat(BLACK), 0.5), (flat(WHITE), 0.5)] * 10)).close()  # frames that are shown for long
    with pytest.raises(RenderError, match="the picture has 4 flashes"):
        sink(flicker(flat(BLACK), flat(WHITE), 4, 30)).close()
    with pytest.raises(RenderError, match=r"^the picture has 5 flashes in the second before 1\.0 s"):
        sink(flicker(flat(BLACK), flat(WHITE), 5, 30)).close()
    with pytest.raises(RenderError, match="has 5 red flashes"):
        sink(flicker(flat((255, 0, 0)), flat((0, 149, 0)), 5, 30)).close()


def test_a_see_through_picture_is_seen_on_its_ground() -> None:
    """White that comes and goes flashes on black, and on white it does not."""
    clear = np.full((36, 36, 4), 255, np.uint8) * np.uint8([1, 1, 1, 0])
    white = np.full((36, 36, 4), 255, np.uint8)
    sink(flicker(clear, white, 5, 30), ground=WHITE).close()
    with pytest.raises(RenderError):
        sink(flicker(clear, white, 5, 30), ground=BLACK).close()


FLASHY = '''"""A lamp that flickers."""

from manim import Square
from pydantic import Field

from lranim.draw.scene import LessonScene
from lranim.params import SceneParams


class Params(SceneParams):
    rate: int = Field(5, ge=1, description="How often.")


def numbers(params):
    raise AssertionError


class Lamp(LessonScene):
    params_type = Params

    def construct(self):
        lamp = Square(6.0, fill_opacity=1.0, color="#FFFFFF")
        for k in range(4 * self.params.rate):
            (self.add if k % 2 == 0 else self.remove)(lamp)
            self.hold(0.5 / self.params.rate)
        self.alt = "A lamp."
'''


def test_a_scene_that_flashes_is_refused(
    tmp_path: Path, lesson: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A scene of one's own is refused in one line and leaves nothing; a slower one is rendered."""
    from lranim.catalogue import registry

    (tmp_path / "scenes").mkdir()
    (tmp_path / "scenes" / "lamp.py").write_text(FLASHY)
    monkeypatch.setattr(registry, "scenes_folder", lambda: tmp_path / "scenes")
    about = {"fps": 10, "formats": ("gif",)}
    with pytest.raises(RenderError, match="the picture has 5 flashes in the second before"):
        render.render(lesson("lamp", tmp_path / "media", **about))
    assert not (tmp_path / "media").exists()
    render.render(lesson("lamp", tmp_path / "media", params={"rate": 2}, **about))
    assert (tmp_path / "media" / "lamp.gif").exists()
