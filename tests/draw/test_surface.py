"""A cost of two variables in space: what hides what, where marks lie, how it turns and sinks to a map."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import cairo
import numpy as np
import pytest
from manim import VGroup

from lranim.core.costs import COSTS
from lranim.core.least_squares import line_cost, samples
from lranim.core.types import Array, Cost
from lranim.draw.layout import Box
from lranim.draw.lettering import Typesetter
from lranim.draw.surface import paint
from lranim.draw.surface.paint import Colour
from lranim.draw.surface.space import HeightField, Viewpoint, WorldBox, below
from lranim.draw.surface.surface import (
    ABOVE,
    ELEVATION,
    Stroke,
    Surface,
    SurfacePicture,
    SurfaceStyle,
    Trail,
)
from lranim.look.theme import THEMES, contrast

WIDTH, HEIGHT = 480, 270  # px, for a frame 16 x 9 manim units
VIEW = Viewpoint(azimuth=0.5, elevation=0.6, scale=2.4)
SIDES = [(azimuth, elevation) for azimuth in np.arange(0.1, 6.3, 0.7) for elevation in (0.25, 0.6, 1.1)]
FIELDS = [name for name, cost in COSTS.items() if cost.dim == 2]
BOWL, HIMMELBLAU = WorldBox.of(COSTS["bowl-2d"]), WorldBox.of(COSTS["himmelblau"])
FAR_UP = replace(HIMMELBLAU, cost=(0.0, 890.0))
RED = (1.0, 0.0, 0.0)
HILL = replace(
    COSTS["bowl-2d"],
    value=lambda x: np.exp(-np.sum(np.square(x), axis=-1) * 2),
    domain=((-2.0, 2.0), (-2.0, 2.0)),
    minima=(),
)
FAR_APART = line_cost(samples([50, 52, 57, 60], [300, 290, 280, 240]))
"""A cost whose parameters differ a hundredfold in their ranges."""


def surface_of(cost: Cost | str, path: Any = (), view: Viewpoint = VIEW, **how: Any) -> Surface:
    """A surface in the dark theme, with a descent on it, all of it walked."""
    cost = COSTS[cost] if isinstance(cost, str) else cost
    made = Surface(cost, view, SurfaceStyle(THEMES["dark"]), WorldBox.of(cost), **how)
    made.set_path(np.reshape(path, (-1, 2)).astype(float))
    made.progress = float(max(len(path) - 1, 0))
    return made


def context(pixels: Array) -> cairo.Context:
    """A context in manim units, y up, as manim's camera makes it."""
    surface = cairo.ImageSurface.create_for_data(pixels.data, cairo.FORMAT_ARGB32, WIDTH, HEIGHT)
    ctx = cairo.Context(surface)
    ctx.set_matrix(cairo.Matrix(WIDTH / 16, 0, 0, -HEIGHT / 9, WIDTH / 2, HEIGHT / 2))
    return ctx


def picture(surface: Surface) -> Array:
    """Paint on black; RGB ``(height, width, 3)``."""
    pixels = np.zeros((HEIGHT, WIDTH, 4), dtype=np.uint8)
    pixels[..., 3] = 255
    surface.paint(context(pixels))
    return pixels[..., :3].astype(int)


def on(surface: Surface, point: Any, *, plane: bool = False) -> Array:
    """Where a data point is on the screen, on the surface or on the plane."""
    point = np.array(point, dtype=float)
    return surface.view.project(surface.box.plane(point) if plane else surface.lifted(point, surface.drop))


def off(image: Array, place: Array, colour: Colour) -> float:
    """How far the colour at a screen place is from this one, in 256ths."""
    pixel = image[int((4.5 - place[1]) * HEIGHT / 9), int((8 + place[0]) * WIDTH / 16)]
    return float(np.abs(pixel - np.round(np.array(colour) * 255)).max())


GRID = np.linspace(-2.0, 2.0, 81)
A, B = np.meshgrid(GRID, GRID, indexing="ij")


@pytest.mark.parametrize(
    ("values", "level", "outlines", "area"),
    [
        (A**2 + B**2, 1.0, 1, np.pi),
        (np.abs(np.hypot(A, B) - 1.2), 0.4, 2, np.pi * (1.6**2 - 0.8**2)),  # a ring has a hole
        (A, 0.5, 1, 2.5 * 4.0),  # cut by the frame, it is closed along that
        (A**2 + B**2, -1.0, 0, 0.0),
        (A**2 + B**2, 99.0, 1, 16.0),
        (A * B, -0.01, 2, None),
    ],
)
def test_contour_lines(values: Array, level: float, outlines: int, area: float | None) -> None:
    """Closed, with the region on the left, so that holes count as negative; lines lie at the level."""
    found = below(values, GRID, GRID, level)
    assert len(found) == outlines
    assert all(np.array_equal(one[0], one[-1]) for one in found)
    if area is not None:
        signed = sum(np.sum(o[:-1, 0] * o[1:, 1] - o[1:, 0] * o[:-1, 1]) / 2 for o in found)
        assert signed == pytest.approx(area, rel=2e-3)


@pytest.mark.parametrize(("level", "count"), [(0.4, 2), (0.6, 1)])
def test_contour_lines_at_a_saddle(level: float, count: int) -> None:
    """The two pieces join or part with the level, and never cross."""
    ends = np.array([0.0, 1.0])
    assert len(below(np.array([[0.0, 1.0], [1.0, 0.0]]), ends, ends, level)) == count


def test_a_view_by_hand() -> None:
    """Seen along the first axis, the second runs right; from 30° the upright shrinks to cos 30°."""
    view = Viewpoint(azimuth=0.0, elevation=np.pi / 6, scale=2.0, centre=(1.0, -1.0))
    assert view.project(np.eye(3)) == pytest.approx(np.array([[1, -2], [3, -1], [1, -1 + np.sqrt(3)]]))
    for azimuth, elevation in SIDES:
        axes = Viewpoint(azimuth=azimuth, elevation=elevation).axes
        assert axes @ axes.T == pytest.approx(np.eye(3))
        assert np.linalg.det(axes) == pytest.approx(1)
    about = Viewpoint(azimuth=0.3, elevation=0.5, centre=(-2.0, 1.0), pivot=(0.1, 0.2, 0.3))
    assert about.turned(1.0).project(np.array(about.pivot)) == pytest.approx(np.array(about.centre))


@pytest.mark.parametrize("squeeze", [None, 0.5, 30.0])
def test_heights_rise_with_cost(squeeze: float | None) -> None:
    """From 0 to the top, levels closest at the floor."""
    box = replace(HIMMELBLAU, squeeze=squeeze)
    heights = box.z(np.linspace(*box.cost, 500))
    assert np.all(np.diff(heights) > 0)
    assert (heights[0], heights[-1]) == pytest.approx((0.0, box.height))
    assert box.z([box.cost[1] * 9, np.nan, np.inf]) == pytest.approx(np.full(3, box.height))
    levels = box.z(box.levels(4)) / box.height
    assert levels == pytest.approx((np.arange(1, 5) / 5) ** 1.5, abs=1e-3)


def test_the_drawn_surface_meets_the_cost() -> None:
    """At its vertices: what lies on it neither floats nor sinks."""
    cost = COSTS["himmelblau"]
    field = HeightField(cost.value, HIMMELBLAU, faces=20)
    grid = np.stack(np.meshgrid(*[np.linspace(*d, 21) for d in cost.domain], indexing="ij"), axis=-1)
    assert field.lift(grid) == pytest.approx(HIMMELBLAU.world(grid, cost.value(grid)))
    assert field.lift(grid) == pytest.approx(field.vertices)


def test_visibility_in_the_bowl_by_formula() -> None:
    """In a bowl the way to the viewer is deepest below the surface where it leaves the box."""
    field = HeightField(COSTS["bowl-2d"].value, BOWL, faces=96)
    middle = np.array([0.25, -0.25])  # the minimum (1, -1) in world units
    points = np.random.default_rng(5).uniform(-0.95, 0.95, (400, 2))
    k = BOWL.height / 50  # J = 1 + ... up to 51 at (-4, 4), and one data unit is 1/4
    for azimuth, elevation in SIDES:
        view = Viewpoint(azimuth=azimuth, elevation=elevation)
        way = view.axes[2]
        leaves = np.min((np.copysign(1, way[:2]) - points) / way[:2], axis=1)
        out = points + leaves[:, None] * way[:2]
        rise = k * 16 * np.sum((out - middle) ** 2 - (points - middle) ** 2, axis=1)
        clear = leaves * way[2] - rise
        seen = field.buried(field.lift(points * 4), view) == 0
        sure = np.abs(clear) > 0.003
        assert np.array_equal(seen[sure], clear[sure] > 0)


def test_nothing_pops_when_turning() -> None:
    """In a slow turn no point appears or vanishes at once; along an axis and from above nothing breaks."""
    field = HeightField(COSTS["himmelblau"].value, HIMMELBLAU)
    points = field.lift(np.random.default_rng(1).uniform(-4.9, 4.9, (60, 2)))
    turn = [field.visibility(points, Viewpoint(azimuth=a, elevation=0.8)) for a in np.arange(0, 6.3, 0.01)]
    assert np.abs(np.diff(turn, axis=0)).max() < 0.5
    assert np.ptp(turn, axis=0).max() == 1
    for azimuth in (0.0, np.pi / 2, np.pi):
        seen = field.visibility(field.vertices, Viewpoint(azimuth=azimuth, elevation=0.6))
        assert np.all((seen >= 0) & (seen <= 1))
    assert np.all(field.visibility(points, Viewpoint(azimuth=1.0, elevation=np.pi / 2)) == 1)


def nearest_face(field: HeightField, view: Viewpoint, xy: Array) -> Array:
    """Brute-force depth buffer: for each screen place ``(k, 2)`` the nearest face, -1 for none."""
    screen, depth = view.project(field.vertices), field.vertices @ view.axes[2]
    best, face = np.full(len(xy), -np.inf), np.full(len(xy), -1)
    n, m = (size - 1 for size in field.z.shape)
    for i, j in np.ndindex(n, m):
        ring = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)]
        for corners in (ring[:3], [ring[0], *ring[2:]]):
            p, d = np.array([screen[c] for c in corners]), np.array([depth[c] for c in corners])
            sides = np.stack([p[1] - p[0], p[2] - p[0]], axis=1)
            if abs(np.linalg.det(sides)) < 1e-12:
                continue
            u, v = np.linalg.solve(sides, (xy - p[0]).T)
            here = d[0] + u * (d[1] - d[0]) + v * (d[2] - d[0])
            won = (u >= 0) & (v >= 0) & (u + v <= 1) & (here > best)
            best[won], face[won] = here[won], i * m + j
    return face


@pytest.mark.parametrize("name", ["himmelblau", "bowl-2d"])
@pytest.mark.parametrize("azimuth", [0.0, 0.4, 1.3, 2.0, 2.9, 3.5, 4.4, 5.5, np.pi / 2])
def test_face_order_against_depth_buffer(name: str, azimuth: float) -> None:
    """From every side the face painted last at a pixel is the one nearest to the viewer."""
    box = replace(WorldBox.of(COSTS[name]), squeeze=30.0, height=1.2)
    field = HeightField(COSTS[name].value, box, faces=12)
    view = Viewpoint(azimuth=azimuth, elevation=0.45, scale=2.5)
    pixels = np.zeros((HEIGHT, WIDTH, 4), dtype=np.uint8)
    number = np.arange(1, 145).reshape(12, 12)
    colours = np.stack([number / 255, np.zeros((12, 12)), np.zeros((12, 12))], axis=-1)
    flip = bool(view.axes[2, 0] < 0), bool(view.axes[2, 1] < 0)
    paint.faces(context(pixels), view.project(field.vertices), colours, flip, (0, 0, 0), 1e-6)
    rows, columns = (k.ravel() for k in np.mgrid[60:220:3, 120:360:3])
    places = np.stack([(columns + 0.5) * 16 / WIDTH - 8, 4.5 - (rows + 0.5) * 9 / HEIGHT], axis=-1)
    painted = pixels[rows, columns, 0].astype(int) - 1
    truth = nearest_face(field, view, places)
    # Pixels on an edge may go to either side, and a bent face has no one true outline.
    assert np.mean(painted == truth) > 0.985
    assert np.sum(truth >= 0) > 500


def test_what_is_behind_a_hill_is_a_ghost() -> None:
    """A point or a part of a path, over the faces; in front it has its full colour."""
    toward = VIEW.axes[2, :2] / np.hypot(*VIEW.axes[2, :2])
    way, box = np.array([-toward[1], toward[0]]), replace(WorldBox.of(HILL), height=1.2, squeeze=None)
    style = SurfaceStyle(THEMES["dark"])
    surface = Surface(HILL, VIEW, style, box)
    bare = picture(surface)
    for point, share in ((toward * 0.9, 1.0), (-toward * 0.35, paint.GHOST)):
        surface.set_path(point[None])
        place = on(surface, point)
        ground = bare[int((4.5 - place[1]) * HEIGHT / 9), int((8 + place[0]) * WIDTH / 16)] / 255
        r, g, b = (share * np.array(style.point) + (1 - share) * ground).tolist()
        assert off(picture(surface), place, (r, g, b)) <= 12
    style.dot, style.path_width = 0.001, 0.12
    path = np.array([way * 1.6 - toward * 0.4, -way * 1.6 - toward * 0.4])
    surface.set_path(path)
    surface.progress = 1.0
    image = picture(surface)
    assert off(image, on(surface, 0.95 * path[0] + 0.05 * path[1]), style.point) < 30
    assert off(image, on(surface, path.mean(axis=0)), style.point) > 100


def test_the_shadow_is_covered_by_the_surface() -> None:
    """It lies on the plane: seen where the plane is free, covered where the surface is before it."""
    surface = surface_of("bowl-2d", [(3.5, 3.5), (-3.5, -3.5)])
    surface.progress = 0.0
    without, covered = picture(surface), on(surface, (-3.0, -3.0), plane=True)
    assert off(without, on(surface, (3.5, 3.5), plane=True), surface.style.point) < 30
    surface.progress = 1.0
    row, column = int((4.5 - covered[1]) * HEIGHT / 9), int((8 + covered[0]) * WIDTH / 16)
    assert picture(surface)[row, column].tolist() == without[row, column].tolist()


def test_progress_runs_along_the_path() -> None:
    """Half a step lies half-way in the data, past the end means at the end, and samples are dense."""
    trail = Trail(np.array([[3.0, 1.0], [1.0, -1.0], [1.0, 0.0]]), BOWL)
    for progress, last, passed in (
        (0.5, (2, 0), 1),
        (1.0, (1, -1), 1),
        (1.5, (1, -0.5), 2),
        (9.0, (1, 0), 2),
    ):
        line, left = trail.until(progress)
        assert line[-1].tolist() == list(last)
        assert left.tolist() == trail.path[:passed].tolist()
        assert np.hypot(*(np.diff(line, axis=0) * BOWL.unit).T).max() <= 0.031


@pytest.mark.parametrize("far", [9.0, 1e200, np.inf, -np.inf, np.nan])
def test_a_path_that_leaves_the_domain(far: float) -> None:
    """It is followed to the border of the domain, and never becomes a broken picture."""
    surface = surface_of("bowl-2d", [(3.0, 0.0), (-3.0, 0.0), (far, 0.0), (0.0, 0.0)])
    border = -3.0 if np.isnan(far) else np.copysign(4.0, far)
    assert surface.trail.end == 2.0
    assert surface.trail.until(3.0)[0][-1] == pytest.approx(np.array([border, 0.0]))
    assert np.all(surface.box.contains(surface.trail.until(9.0)[0]))
    assert picture(surface).max() > 200


def test_a_step_that_leaves_is_cut_where_it_crosses_the_border() -> None:
    """On the straight way to where it leads."""
    assert Trail(np.array([[0.0, 0.0], [8.0, 4.0]]), BOWL).path[-1] == pytest.approx([4.0, 2.0])


def test_nothing_to_draw_is_nothing() -> None:
    """A start outside of the domain, no path, an arrow of no length or outside leave the surface alone."""
    surface = surface_of("himmelblau")
    bare = picture(surface)
    assert bare.max() > 0
    for start, step in (([0.0, 0.0], [0.0, 0.0]), ([9.0, 9.0], [1.0, 1.0])):
        surface.arrow = (np.array(start), np.array(step))
        assert np.array_equal(picture(surface), bare)
    assert np.array_equal(picture(surface_of("himmelblau", [(9.0, 0.0), (0.0, 0.0)])), bare)


def test_an_arrow_points_along_its_step() -> None:
    """It ends where its step leads, on the surface."""
    surface = surface_of("bowl-2d")
    surface.arrow = (np.array([2.0, -3.0]), np.array([-1.5, 1.5]))
    assert off(picture(surface), on(surface, (0.62, -1.62)), surface.style.arrow) < 40


def test_all_of_it_fades_and_sinks() -> None:
    """At half opacity each pixel is half-way to the ground; with the surface gone all drops to the plane."""
    surface = surface_of("oval", [(-2.0, 0.5)])
    full = picture(surface)
    assert np.abs(picture(surface.set_alpha(0.5)) - full / 2).max() <= 2
    assert picture(surface.set_alpha(0.0)).max() == 0
    surface.set_alpha(1.0)
    high, low = on(surface, (-2.0, 0.5)), on(surface, (-2.0, 0.5), plane=True)
    surface.drop = 0.5
    assert on(surface, (-2.0, 0.5)) == pytest.approx((high + low) / 2)
    assert surface.cost_anchor(10.0, 0.1)[1] == 1
    surface.drop, surface.surface_alpha = 1.0, 0.0
    assert surface.cost_anchor(10.0, 0.1)[1] == 0
    image, style = picture(surface), surface.style
    for point, colour in (((-2.0, 0.5), style.point), ((1.0, -1.0), style.minimum)):
        assert off(image, on(surface, point, plane=True), colour) < 30
    # Each once: what stood on the surface is where its shadow was.
    near = np.abs(image - np.round(np.array(style.minimum) * 255)).max(axis=-1) < 40
    assert np.ptp(np.nonzero(near)[0]) < 3 * style.target * HEIGHT / 9


def line(ends: Any, **how: Any) -> Stroke:
    """A line in 30 pieces."""
    start, end = np.array(ends, dtype=float)
    return Stroke(start + np.linspace(0, 1, 31)[:, None] * (end - start), RED, 0.08, **how)


FAR = [(-2.0, 1.0), (-1.0, 2.0)]
"""A line on the bowl's far wall."""


def red(*strokes: Stroke, elevation: float = 0.6, hidden: float = 1.0, drop: float = 0.0) -> Array:
    """Which pixels are red, ``(height, width)``, less those that are without the strokes."""
    surface = surface_of("bowl-2d", view=Viewpoint(azimuth=-1.0, elevation=elevation, scale=2.4))
    surface.surface_alpha, surface.drop = hidden, drop
    bare = picture(surface)[..., 0]
    surface.strokes = list(strokes)
    return np.asarray(picture(surface)[..., 0] - bare)


def middle(image: Array) -> Array:
    """Where the ink's middle lies on the screen, manim units."""
    rows, columns = np.nonzero(image > 60)
    return np.array([columns.mean() * 16 / WIDTH - 8, 4.5 - rows.mean() * 9 / HEIGHT])


def test_strokes_lie_on_the_surface_or_the_plane() -> None:
    """Data points on the one, or flat ones on the other, to which all come down; world points stay."""
    view = Viewpoint(azimuth=-1.0, elevation=0.6, scale=2.4)
    field, points = HeightField(COSTS["bowl-2d"].value, BOWL), line(FAR).points
    up, down = (view.project(world).mean(axis=0) for world in (field.lift(points), BOWL.plane(points)))
    assert middle(red(line(FAR))) == pytest.approx(up, abs=0.1)
    flat = red(line(FAR, flat=True), hidden=0.0)
    assert middle(flat) == pytest.approx(down, abs=0.1)
    assert np.array_equal(
        red(line(FAR), hidden=0.0, drop=1.0), red(line(FAR, flat=True), hidden=0.0, drop=1.0)
    )
    assert middle(red(line(FAR), hidden=0.0, drop=0.5)) == pytest.approx((up + down) / 2, abs=0.1)
    world = Stroke(np.array([[-0.2, 0.0, -0.5], [0.2, 0.0, -0.5]]), RED, 0.08)
    assert middle(red(world)) == pytest.approx(view.project(np.array([0.0, 0.0, -0.5])), abs=0.1)


@pytest.mark.parametrize("theme", sorted(THEMES))
@pytest.mark.parametrize("name", FIELDS)
def test_every_cost_in_every_theme(name: str, theme: str) -> None:
    """Each cost of two variables paints in each theme, marks and surface in colours that differ."""
    cost, style = COSTS[name], SurfaceStyle(THEMES[theme])
    surface = Surface(cost, replace(VIEW, elevation=1.3), style, WorldBox.of(cost))
    surface.set_path(np.array([cost.start]))
    image = picture(surface)
    assert off(image, on(surface, cost.start), style.point) <= 8
    assert off(image, on(surface, surface.minima[0]), style.minimum) <= 8
    for colour in (style.point, style.minimum, style.arrow):
        if theme == "contrast":  # by lightness too, which every eye sees
            assert min(contrast(code(colour), code(face)) for face in style.surface) > 1.8
        else:
            assert min(np.abs(np.subtract(colour, s)).max() for s in style.surface) > 0.3
    usual = SurfaceStyle(THEMES["dark"])
    for width in ("path_width", "arrow_width", "dot"):
        assert (getattr(style, width) > getattr(usual, width)) == (theme == "contrast")


def code(colour: Colour) -> str:
    """A colour as ``#RRGGBB``."""
    return "#" + "".join(f"{round(255 * part):02X}" for part in colour)


def test_labels_stand_clear_of_the_picture() -> None:
    """Those of near edges below the plane, those of the cost left of all, none where edges change."""
    surface = surface_of("bowl-2d")
    for azimuth in np.arange(0.3, 6.5, np.pi / 2):
        surface.view = replace(VIEW, azimuth=azimuth)
        for axis in (0, 1):
            for value in (-4.0, 0.0, 4.0):
                (place, alpha), (edge, _) = (surface.edge_anchor(axis, value, pad) for pad in (0.2, 0.0))
                assert alpha == 1
                assert place[1] < edge[1]
        left, alpha = surface.cost_anchor(10.0, 0.2)
        assert alpha == 1
        assert left[0] < surface.get_left()[0]
    surface.view = replace(VIEW, azimuth=np.pi / 2 - 0.01)
    before, faint = surface.edge_anchor(1, 0.0, 0.2)
    surface.view = surface.view.turned(0.02)
    after, fainter = surface.edge_anchor(1, 0.0, 0.2)
    assert abs(before[0] - after[0]) > 4
    assert faint == fainter == 0


AREA = Box(-5.0, -2.8, 1.0, 2.6)


def words_of(labels: VGroup) -> list[str]:
    """What the labels say that are seen."""
    return [line.words for line in labels if line[0].opacity > 0]


@pytest.mark.parametrize("cost", [COSTS["oval"], COSTS["himmelblau"], FAR_APART], ids=lambda cost: cost.name)
@pytest.mark.parametrize("stretched", [False, True])
def test_it_stays_in_its_area_as_it_turns(setter: Typesetter, cost: Cost, stretched: bool) -> None:
    """The surface and its plane, at every azimuth; labels stand outside, but not far, and are round."""
    made = SurfacePicture(setter, cost, AREA, stretched=stretched)
    assert made.view.elevation == ELEVATION
    assert max(made.surface.box.half) == 1.0
    assert not stretched or min(made.surface.box.half) == 1.0
    for azimuth in np.arange(0, 6.3, 0.4):
        made.look(made.view.turned(azimuth))
        (x, y), vertices = (
            made.surface.points[:, :2].T,
            made.view.turned(azimuth).project(made.surface.field.vertices),
        )
        assert AREA.left - 1e-9 <= x.min() <= vertices[..., 0].min() + 1e-9
        assert vertices[..., 0].max() - 1e-9 <= x.max() <= AREA.right + 1e-9
        assert AREA.bottom - 1e-9 <= y.min() < y.max() <= AREA.top + 1e-9
        for line in made.labels:
            assert AREA.left - 2 < line.x < AREA.right + 2
            assert AREA.bottom - 1 < line.y < AREA.top + 1
    values = [value for line, axis, value, _ in made.edges if axis < 2 and line.words not in "abxy"]
    assert len(values) >= 2
    assert all(value == pytest.approx(float(f"{value:.1g}")) for value in values)


@pytest.mark.parametrize("name", ["oval", "ravine", "himmelblau"])
def test_seen_as_a_map(setter: Typesetter, name: str) -> None:
    """From above, the first variable runs right, the second up, to one scale, with its labels in the area."""
    made = SurfacePicture(setter, COSTS[name], AREA)
    surface, view = made.surface, made.map_view(AREA)
    assert view.elevation == ABOVE
    surface.drop, surface.surface_alpha = 1.0, 0.0
    made.look(view)
    origin, right, up = (on(surface, point) for point in ((0, 0), (1, 0), (0, 1)))
    assert right[0] - origin[0] == pytest.approx(up[1] - origin[1], rel=1e-3)
    assert (right[1] - origin[1], up[0] - origin[0]) == pytest.approx((0.0, 0.0), abs=0.02)
    words = words_of(made.labels)
    assert {"a", "b", "−2", "0", "2"} <= set(words)
    assert "J" not in words  # the axis of heights has gone with the surface
    for line in made.labels:
        if line[0].opacity > 0:
            assert AREA.left <= line.x
            assert line.x + line.advance <= AREA.right + 1e-9
            assert AREA.bottom - 0.05 * line.em <= line.y < AREA.top
    spread = np.ptp(view.project(surface.corners), axis=0)
    assert spread.min() > 0.7 * AREA.height * 8 / np.diff(COSTS[name].domain).max()
