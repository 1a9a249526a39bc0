from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from lranim.batch import storyboard
from lranim.batch.storyboard import Still, sheet
from lranim.batch.workplace import locked
from lranim.errors import LockedError, RenderError
from lranim.look.text import Beat
from lranim.look.theme import THEMES
from lranim.video import engine
from lranim.video.clip import Clip
from lranim.video.engine import manim_config
from lranim.video.job import Job

WIDTH, HEIGHT, GAP, FOOT = 240, 136, 7, 14
"""Of a picture at the size of the tests, in px: the gap is 3 % of the width, the text 10 % of the height."""

COLUMNS = {1: 1, 2: 2, 3: 3, 4: 2, 5: 3, 6: 3, 7: 4, 8: 4, 10: 4}
"""In how many columns so many pictures stand: as few gaps as can be, and at most four."""

pytestmark = pytest.mark.usefixtures("temp")


def corners(count: int) -> list[tuple[int, int]]:
    """Left and top of each picture of a page."""
    columns = COLUMNS[count]
    return [
        (GAP + k % columns * (WIDTH + GAP), GAP + k // columns * (HEIGHT + FOOT + GAP)) for k in range(count)
    ]


def pixels(page: Image.Image, x: int, y: int, height: int = HEIGHT) -> np.ndarray:
    """A part of a page as wide as a picture."""
    return np.asarray(page.crop((x, y, x + WIDTH, y + height))).astype(int)


def stills(count: int, text: str = "A caption.") -> list[Still]:
    """Pictures in as many colours."""
    frames = (np.full((HEIGHT, WIDTH, 4), (20 * k, 255 - 20 * k, 99, 255), np.uint8) for k in range(count))
    return [Still(frame=frame, beat=Beat(t=1.25 * k, text=text)) for k, frame in enumerate(frames)]


@pytest.mark.parametrize("count", list(COLUMNS))
@pytest.mark.parametrize("theme", list(THEMES))
def test_layout(count: int, theme: str) -> None:
    """Each picture whole at its place, text below each and nowhere else, in the theme's colours."""
    columns, rows = COLUMNS[count], -(-count // COLUMNS[count])
    page = sheet(stills(count), THEMES[theme])
    assert page.size == (columns * (WIDTH + GAP) + GAP, rows * (HEIGHT + FOOT + GAP) + GAP)
    ground = np.array(page)
    for k, (x, y) in enumerate(corners(count)):
        assert (pixels(page, x, y) == [20 * k, 255 - 20 * k, 99]).all()
        ink = (pixels(page, x, y + HEIGHT, FOOT) != pixels(page, 0, 0, 1)[0, 0]).any(axis=2)
        assert ink.any(), k
        ground[y : y + HEIGHT + FOOT, x : x + WIDTH] = ground[0, 0]
    assert (ground == ground[0, 0]).all()


@pytest.mark.parametrize("text", ["A long caption. " * 20, "学习率太大：来回跳动", "J′(a) = −η × 2", ""])
def test_any_text_stays_below_its_picture(text: str) -> None:
    """A long one is set smaller."""
    page = sheet(stills(2, text), THEMES["light"])
    ground = np.array(page)
    for x, y in corners(2):
        ground[y : y + HEIGHT + FOOT, x : x + WIDTH] = ground[0, 0]
    assert (ground == ground[0, 0]).all()


def test_see_through_pictures_lie_on_the_background() -> None:
    """The page shows what the clip shows on a slide of the theme."""
    frame = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    frame[:, : WIDTH // 2] = (255, 0, 0, 255)
    page = sheet([Still(frame=frame, beat=Beat(t=0.0, text="x"))], THEMES["light"])
    assert [page.getpixel((GAP + x, GAP + 9)) for x in (3, WIDTH - 3)] == [(255, 0, 0), (255, 255, 255)]


@pytest.fixture
def laid(monkeypatch: pytest.MonkeyPatch) -> list[list[Still]]:
    """The pictures of each storyboard that the engine lays out."""
    found: list[list[Still]] = []

    def watched(stills: list[Still], *rest: Any) -> Image.Image:
        found.append(stills)
        return sheet(stills, *rest)

    monkeypatch.setattr(storyboard, "sheet", watched)
    return found


def close(one: np.ndarray, two: np.ndarray) -> bool:
    """Whether two pictures are the same but for rounding: outlines moved along, outlines drawn afresh."""
    apart = np.abs(one.astype(int) - two.astype(int)).max(axis=2)
    return bool(apart.mean() < 0.02 and apart.max() < 24)


def test_a_still_a_beat(
    clip: Clip, lesson: Callable[..., Job], tmp_path: Path, laid: list[list[Still]]
) -> None:
    """One picture a beat of the clip, with its time and caption; the last one is the clip's poster."""
    out = tmp_path / "new" / "board.png"
    assert storyboard.storyboard(lesson("oscillation", tmp_path, params={"steps": 2}), out) == out
    assert tuple(still.beat for still in laid[0]) == clip.beats
    with Image.open(out, formats=["PNG"]) as page:
        page.load()
        assert page.mode == "RGB"
        places = corners(len(clip.beats))
        assert page.size == (
            max(x for x, _ in places) + WIDTH + GAP,
            places[-1][1] + HEIGHT + FOOT + GAP,
        )
        shown = [pixels(page, *place) for place in places]
        feet = [pixels(page, x, y + HEIGHT, FOOT) for x, y in places]
    assert all((foot != foot[0, 0]).any() for foot in feet)
    assert all(not close(one, two) for k, one in enumerate(shown) for two in shown[:k])
    with Image.open(clip.artifacts[-1].path) as poster:
        assert close(shown[-1], np.asarray(poster.convert("RGB")))
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["board.png"]


@pytest.mark.parametrize("scene", ["slope", "surface"])
def test_each_still_is_a_frame_of_its_beat(
    scene: str, lesson: Callable[..., Job], tmp_path: Path, laid: list[list[Still]]
) -> None:
    """Each picture is to be seen in the clip between its beat and the next, on a surface as well."""
    job = lesson(scene, tmp_path, params={"steps": 1})
    storyboard.storyboard(job, tmp_path / "board.png")
    frames: list[np.ndarray] = []
    with engine.staged(job, tmp_path, lambda frame, repeat: frames.extend([frame] * repeat)) as played:
        engine.play(played)
    assert [still.beat for still in laid[0]] == played.beats
    starts = [round(beat.t * job.fps) for beat in played.beats]
    for still, start, end in zip(laid[0], starts, [*starts[1:], len(frames)], strict=True):
        assert any(close(still.frame, frame) for frame in frames[start:end]), still.beat
    with Image.open(tmp_path / "board.png", formats=["PNG"]) as page:
        page.load()


@pytest.mark.parametrize("telling", [0, 1, 2])
def test_the_telling_moment(
    dots: Callable[..., Job], tmp_path: Path, laid: list[list[Still]], telling: int
) -> None:
    """The end of the beat, or the moment that the scene picks, the last one if it picks several."""
    storyboard.storyboard(dots(params={"telling": telling}), tmp_path / "board.png")
    assert [still.beat.text for still in laid[0]] == ["step 0", "step 1", "step 2"]
    columns = [float((still.frame[..., 0] > 200)[:100].nonzero()[1].mean()) for still in laid[0]]
    steps = np.arange(3) + {0: 1.0, 1: 0.0, 2: 0.5}[telling]
    assert columns == pytest.approx(119.5 + 17 * (-4 + 8 * steps / 3), abs=0.5)


def test_same_request_same_bytes(dots: Callable[..., Job], tmp_path: Path) -> None:
    """The file depends on the job alone."""
    pages = [storyboard.storyboard(dots(), tmp_path / name).read_bytes() for name in ("a.png", "b.PNG")]
    assert pages[0] == pages[1]


@pytest.mark.parametrize("name", ["it's 100% 学习率 %d.png", "-x.png", ".x.png", "a:b.png"])
def test_odd_places(
    dots: Callable[..., Job], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A relative path with signs that mean something elsewhere."""
    monkeypatch.chdir(tmp_path)
    out = Path(name.removesuffix(".png")) / name
    storyboard.storyboard(dots(), out)
    assert [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.png")] == [str(out)]
    assert len(list(tmp_path.rglob("*"))) == 2


def test_a_failure_leaves_the_earlier_page(
    dots: Callable[..., Job], tmp_path: Path, tree: Callable[[Path], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A scene that fails, a page that cannot be laid out or written, another run on the same file."""
    out = storyboard.storyboard(dots(), tmp_path / "board.png")
    before = tree(tmp_path)
    with pytest.raises(ZeroDivisionError):
        storyboard.storyboard(dots(params={"broken": True}), out)
    with pytest.raises(LockedError), locked(tmp_path, "board.png"):
        storyboard.storyboard(dots(), out)
    with monkeypatch.context() as patch:
        full = OSError(28, "full", "x")
        patch.setattr(Image.Image, "save", lambda *args, **how: (_ for _ in ()).throw(full))
        with pytest.raises(RenderError, match=r"^png: no space left on"):
            storyboard.storyboard(dots(), out)
    monkeypatch.setattr(storyboard, "sheet", lambda *args: 1 / 0)
    for folder in (tmp_path, tmp_path / "new" / "er"):
        with pytest.raises(ZeroDivisionError):
            storyboard.storyboard(dots(), folder / "board.png")
    assert tree(tmp_path) == before
    with manim_config():
        pass
