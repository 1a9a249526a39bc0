from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from lranim.core.least_squares import line_cost, slope_cost
from lranim.draw.lettering import Typesetter
from lranim.draw.surface.surface import Surface
from lranim.look.text import texts
from lranim.scenes.cost import DRAWN, INTERCEPT, SLOPE, Params, cost_of, numbers, samples_of


def write(path: Path, x: Any, y: Any) -> str:
    """Write samples into a CSV file."""
    rows = (f"{a!r},{b!r}\n" for a, b in zip(np.asarray(x).tolist(), np.asarray(y).tolist(), strict=True))
    path.write_text("x,y\n" + "".join(rows))
    return str(path)


def test_the_cost_is_the_mean_of_the_squares() -> None:
    """Row by row, over a range of slopes that has the lowest one in its middle part."""
    data = samples_of(Params(seed=3, count=20, noise=1.0))
    table = numbers(Params(seed=3, count=20, noise=1.0)).columns
    squares = np.square(data.y - table["a"][:, None] * data.x)
    assert table["cost"] == pytest.approx(squares.mean(axis=1))
    best = data.x @ data.y / (data.x @ data.x)
    assert abs(table["a"][np.argmin(table["cost"])] - best) <= np.diff(table["a"])[0]


def test_samples_lie_about_a_line() -> None:
    """Without noise on it, so that two parameters fit them and one cannot."""
    data = samples_of(Params(noise=0.0, count=5))
    assert data.y == pytest.approx(SLOPE * data.x + INTERCEPT)
    (best,) = line_cost(data).minima
    assert best == pytest.approx((SLOPE, INTERCEPT))
    assert slope_cost(data).value(np.array(slope_cost(data).minima[0])) > 0.5
    assert not np.array_equal(samples_of(Params(seed=2)).y, samples_of(Params()).y)


def test_the_surface_has_room_for_the_line_through_the_origin(tmp_path: Path) -> None:
    """Also where the best slope of the one has the other sign of that of the other."""
    path = write(tmp_path / "p.csv", [50, 52, 57, 60], [300, 290, 270, 240])
    data = samples_of(Params(data=path))
    ((alone,),), ((slope, _),) = slope_cost(data).minima, line_cost(data).minima
    assert alone > 0 > slope
    (low, high), _ = cost_of(data, alone).domain
    assert low <= slope < alone <= high


def test_the_story(tell: Callable[..., Any]) -> None:
    """Samples, squares, their mean as the line turns, the lowest point, and the same for two parameters."""
    scene = tell("cost")
    assert [beat.text for beat in scene.beats] == [
        "12 samples and a line f(x) = ax: which slope a fits best?",
        "What the line misses, squared: each square is the error of one sample.",
        "Turn the line: the mean of the squares traces the cost curve J(a).",
        "Lowest at a = 1.67, where the squares are smallest: J = 1.056.",
        "With an intercept b, too, the cost is a surface; J(a) was its slice at b = 0.",
        "Every point of the surface is one line; how high it lies is the cost of that line.",
        "The best line is the lowest point: a = 1.66, b = 1, J = 0.063.",
    ]
    assert scene.alt == (
        "A line turns through 12 samples; its squared errors are drawn as squares, and their mean traces a "
        "cost curve, lowest at a = 1.67 with J = 1.056. With an intercept b it is a surface, lowest at "
        "a = 1.66, b = 1 with J = 0.063."
    )
    assert 20 < scene.time < 25
    [surface] = [mobject for mobject in scene.mobjects if isinstance(mobject, Surface)]
    assert surface.trail.path[0] == pytest.approx(surface.minima[0])


def test_every_number_on_screen_is_the_lines_at_that_moment(tell: Callable[..., Any]) -> None:
    """While the line turns, the readout's cost is the mean of the squares of the readout's slope."""
    data = samples_of(Params())
    seen = []

    def look(scene: Any) -> None:
        shown = [
            m.shown for m in scene.get_mobject_family_members() if getattr(m, "digits", None) is not None
        ]
        values = [float(words.replace("−", "-")) for words in shown]
        if len(values) == 2:
            a, cost = values
            assert cost == pytest.approx(np.square(data.y - a * data.x).mean(), abs=0.05)
        elif len(values) == 3:
            a, b, cost = values
            assert cost == pytest.approx(np.square(data.y - a * data.x - b).mean(), abs=0.05)
        seen.append(len(values))

    tell("cost", look=look)
    assert {2, 3} <= set(seen)


def test_every_text_comes_up(tell: Callable[..., Any], heard: set[str], tmp_path: Path) -> None:
    """For few samples and for more than can be drawn."""
    tell("cost", lang="zh")
    x = np.arange(200.0)
    tell("cost", data=write(tmp_path / "many.csv", x, x + 1))
    assert {key for key in texts("en") if key.startswith("cost.")} <= heard


FILES: dict[str, tuple[Any, Any]] = {
    "hours": (np.linspace(1, 9, 30), 52 + 4.7 * np.linspace(1, 9, 30) + 6 * np.sin(np.arange(30) * 7.0)),
    "years": (np.arange(1990.0, 2021.0), 14 + 0.02 * np.arange(31) + 0.1 * np.sin(np.arange(31) * 5.0)),
    "two": ([1.0, 3.0], [2.0, 1.0]),
    "exact": ([1.0, 2.0, 3.0], [2.0, 4.0, 6.0]),
    "flat": ([1.0, 2.0, 3.0], [0.0, 0.0, 0.0]),
    "tiny": (1e-3 * np.sin(np.arange(20)), 1e-5 * np.cos(np.arange(20) * 3)),
    "huge": (1e5 * (1.5 + 0.5 * np.sin(np.arange(20))), -1e9 * (4 + np.cos(np.arange(20) * 3))),
    "uphill": ([50.0, 52.0, 57.0, 60.0], [300.0, 290.0, 270.0, 240.0]),
}


@pytest.mark.parametrize("name", FILES)
def test_data_of_any_size(tell: Callable[..., Any], tmp_path: Path, name: str) -> None:
    """The story runs through, nothing infinite is drawn, and its numbers can be read."""
    path = write(tmp_path / f"{name}.csv", *FILES[name])

    def finite(scene: Any) -> None:
        for mobject in scene.get_mobject_family_members():
            assert np.isfinite(mobject.points).all(), mobject

    lang, size = (("en", (426, 240)), ("zh", (240, 426)))[list(FILES).index(name) % 2]
    scene = tell("cost", data=path, lang=lang, size=size, look=finite)
    assert all(later.t - earlier.t > 1 for earlier, later in pairwise(scene.beats))
    assert len(scene.alt) <= 250
    for words in [*(beat.text for beat in scene.beats), scene.alt]:
        assert not any(bad in words for bad in ("nan", "inf", "{", "e-", "e+", "0000000"))


@pytest.mark.parametrize(
    ("size", "options"),
    [
        ((854, 480), {"count": DRAWN, "noise": 5.0, "seed": 7}),
        ((640, 480), {"count": 2, "noise": 0.0}),
        ((480, 480), {"count": DRAWN, "noise": 2.0}),
        ((270, 480), {"count": 2}),
        ((854, 480), {"data": "hours"}),
        ((640, 480), {"data": "years"}),
        ((854, 480), {"data": "huge"}),
    ],
)
def test_unusual_samples_leave_the_layout_whole(
    faults: Callable[..., set[str]], tmp_path: Path, size: tuple[int, int], options: dict[str, Any]
) -> None:
    """The check's rules, in frames of each shape."""
    if "data" in options:
        options = {"data": write(tmp_path / "points.csv", *FILES[options["data"]])}
    assert faults("cost", size=size, **options) == set()


def test_many_rows_are_thinned_and_all_of_them_count(
    tell: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The picture says how many are drawn of how many; the numbers are those of all."""
    x = np.linspace(-2, 2, 12_000)
    y = 1.5 * x + 1 + np.where(np.arange(12_000) % 200 == 0, 100.0, 0.0)  # none of these is drawn
    path = write(tmp_path / "many.csv", x, y)
    said: list[str] = []
    text = Typesetter.text

    def listen(self: Any, markup: str, *args: Any, **how: Any) -> Any:
        said.append(markup)
        return text(self, markup, *args, **how)

    monkeypatch.setattr(Typesetter, "text", listen)
    scene = tell("cost", data=path)
    assert (
        scene.beats[0].text == "60 of 12,000 samples are drawn, all of them count. Which slope a fits best?"
    )
    assert "y (60 of 12,000 samples)" in said
    assert line_cost(samples_of(Params(data=path))).minima[0] == pytest.approx((1.5, 1.5), abs=0.02)
    assert "a = 1.5, b = 1.5, J = 50." in scene.beats[-1].text


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"count": 1}, "greater than or equal to 2"),
        ({"count": DRAWN + 1}, f"less than or equal to {DRAWN}"),
        ({"noise": -0.1}, "greater than or equal to 0"),
        ({"noise": 5.1}, "less than or equal to 5"),
        ({"seed": -1}, "greater than or equal to 0"),
        ({"data": ""}, "at least 1 character"),
    ],
)
def test_bad_options(options: dict[str, Any], message: str) -> None:
    """Refused before anything is drawn."""
    with pytest.raises(ValidationError, match=message):
        Params(**options)
