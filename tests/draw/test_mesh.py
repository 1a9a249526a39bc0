from __future__ import annotations

from dataclasses import replace

import cairo
import numpy as np
import pytest
from manim import FadeIn

from lranim.core.costs import COSTS
from lranim.core.types import Array, Cost
from lranim.draw import paint
from lranim.draw.layers import SpaceStyle, Trail, clearest
from lranim.draw.mesh import Space
from lranim.draw.paint import Colour
from lranim.draw.space import Box, HeightField, log_rise
from lranim.draw.strokes import Stroke
from lranim.draw.viewpoint import View
from lranim.look.contrast import contrast
from lranim.look.theme import THEMES

STYLE = SpaceStyle.of(THEMES["dark"])
WIDTH, HEIGHT = 480, 270  # px, for a frame 16 x 9 manim units
VIEW = View(azimuth=0.5, elevation=0.6, scale=2.4)


def picture(space: Space) -> Array:
    """Paint on black; RGB ``(height, width, 3)``."""
    pixels = np.zeros((HEIGHT, WIDTH, 4), dtype=np.uint8)
    pixels[..., 3] = 255
    space.paint(context(pixels))
    return pixels[..., :3].astype(int)


def context(pixels: Array) -> cairo.Context:
    """A context in manim units, y up, as manim's camera makes it."""
    surface = cairo.ImageSurface.create_for_data(pixels.data, cairo.FORMAT_ARGB32, WIDTH, HEIGHT)
    ctx = cairo.Context(surface)
    ctx.set_matrix(cairo.Matrix(WIDTH / 16, 0, 0, -HEIGHT / 9, WIDTH / 2, HEIGHT / 2))
    return ctx


def pixel(image: Array, place: Array) -> Array:
    """Colour at a screen place."""
    return image[int((4.5 - place[1]) * HEIGHT / 9), int((8 + place[0]) * WIDTH / 16)]


def like(colour: tuple[float, float, float]) -> Array:
    """The 8-bit values of a colour."""
    return np.round(np.array(colour) * 255)


HILL = replace(
    COSTS["bowl-2d"],
    value=lambda x: np.exp(-np.sum(np.square(x), axis=-1) * 2),
    domain=((-2.0, 2.0), (-2.0, 2.0)),
    minima=(),
)


def nearest_face(field: HeightField, view: View, xy: Array) -> Array:
    """Brute-force depth buffer: for each screen place ``(k, 2)`` the nearest face, -1 for none."""
    screen, depth = view.project(field.vertices)
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
    box = Box.around(COSTS[name], height=1.2, rise=log_rise(30.0))
    field = HeightField.sample(COSTS[name].value, box, faces=12)
    view = View(azimuth=azimuth, elevation=0.45, scale=2.5)
    pixels = np.zeros((HEIGHT, WIDTH, 4), dtype=np.uint8)
    number = np.arange(1, 145).reshape(12, 12)
    colours = np.stack([number / 255, np.zeros((12, 12)), np.zeros((12, 12))], axis=-1)
    flip = bool(view.axes[2, 0] < 0), bool(view.axes[2, 1] < 0)
    paint.faces(context(pixels), view.project(field.vertices)[0], colours, flip, (0, 0, 0), 1e-6)
    rows, columns = (k.ravel() for k in np.mgrid[60:220:3, 120:360:3])
    places = np.stack([(columns + 0.5) * 16 / WIDTH - 8, 4.5 - (rows + 0.5) * 9 / HEIGHT], axis=-1)
    painted = pixels[rows, columns, 0].astype(int) - 1
    truth = nearest_face(field, view, places)
    # Pixels on an edge may go to either side, and a bent face has no one true outline.
    assert np.mean(painted == truth) > 0.985
    assert np.sum(truth >= 0) > 500


def test_dot_behind_a_hill_is_a_ghost() -> None:
    """A point behind the hill shows as a ghost over the faces, one in front in its full colour."""
    toward = VIEW.axes[2, :2] / np.hypot(*VIEW.axes[2, :2])
    space = Space(HILL, VIEW, STYLE, box=Box.around(HILL, height=1.2))
    bare = picture(space)
    for point, share in ((toward * 0.9, 1.0), (-toward * 0.35, paint.GHOST)):
        space.set_path(point[None])
        place = space.anchor(point)
        expected = share * like(STYLE.point) + (1 - share) * pixel(bare, place)
        assert pixel(picture(space), place) == pytest.approx(expected, abs=12)


def test_path_behind_a_hill_is_a_ghost() -> None:
    """The part of a path behind the hill is never in the full colour, the rest is."""
    toward = VIEW.axes[2, :2] / np.hypot(*VIEW.axes[2, :2])
    way = np.array([-toward[1], toward[0]])
    space = Space(HILL, VIEW, replace(STYLE, dot=0.001, path_width=0.12), box=Box.around(HILL, height=1.2))
    space.set_path(np.array([way * 1.6 - toward * 0.4, -way * 1.6 - toward * 0.4]))
    space.progress = 1.0
    image = picture(space)
    hidden, shown = space.anchor(space.point_at(0.5)), space.anchor(space.point_at(0.05))
    assert np.abs(pixel(image, shown) - like(STYLE.point)).max() < 30
    assert np.abs(pixel(image, hidden) - like(STYLE.point)).max() > 100


def test_shadow_is_covered_by_the_surface() -> None:
    """The shadow lies on the plane: seen where the plane is free, covered where the surface is before it."""
    cost = COSTS["bowl-2d"]
    space = Space(cost, VIEW, STYLE, path=np.array([[3.5, 3.5], [-3.5, -3.5]]))
    free, covered = (
        space.anchor(np.array([3.5, 3.5]), plane=True),
        space.anchor(np.array([-3.0, -3.0]), plane=True),
    )
    without = picture(space)
    space.progress = 1.0
    space.path_alpha = 0.0
    assert np.abs(pixel(without, free) - like(STYLE.point)).max() < 30
    assert pixel(picture(space), covered).tolist() == pixel(without, covered).tolist()


def test_progress_runs_along_the_path() -> None:
    """Half a step lies half-way in the data, and past the end means at the end."""
    space = Space(COSTS["bowl-2d"], VIEW, STYLE, path=np.array([[3.0, 1.0], [1.0, -1.0], [1.0, 0.0]]))
    assert space.point_at(0.5).tolist() == [2.0, 0.0]
    assert space.point_at(9.0).tolist() == [1.0, 0.0]
    line, passed = space.trail.until(1.5)
    assert line[-1].tolist() == [1.0, -0.5]
    assert passed.tolist() == [[3.0, 1.0], [1.0, -1.0]]
    assert space.trail.until(1.0)[1].tolist() == [[3.0, 1.0]]
    assert np.hypot(*(np.diff(line, axis=0) * space.box.unit).T).max() <= 0.031


@pytest.mark.parametrize("far", [9.0, 1e200, np.inf, -np.inf, np.nan])
def test_path_that_leaves_the_domain(far: float) -> None:
    """A diverging path is followed to the border of the domain, and never becomes a broken picture."""
    path = np.array([[3.0, 0.0], [-3.0, 0.0], [far, 0.0], [0.0, 0.0]])
    space = Space(COSTS["bowl-2d"], VIEW, STYLE, path=path)
    space.progress = 3.0
    assert space.trail.leaves
    assert space.trail.end == 2.0
    border = -3.0 if np.isnan(far) else np.copysign(4.0, far)
    assert space.point_at(3.0) == pytest.approx(np.array([border, 0.0]))
    assert np.all(space.box.contains(space.trail.until(9.0)[0]))
    assert picture(space).max() > 200


def test_path_that_starts_outside() -> None:
    """A start outside the domain leaves the picture without a path."""
    space = Space(COSTS["bowl-2d"], VIEW, STYLE, path=np.array([[9.0, 0.0], [0.0, 0.0]]))
    assert len(space.trail.until(1.0)[0]) == 0
    assert picture(space).max() > 0


def test_no_path_and_no_arrow() -> None:
    """Without a path there is the surface alone; an arrow of no length, or outside, paints nothing."""
    space = Space(COSTS["himmelblau"], VIEW, STYLE)
    bare = picture(space)
    for start, step in (([0.0, 0.0], [0.0, 0.0]), ([9.0, 9.0], [1.0, 1.0])):
        space.arrow = (np.array(start), np.array(step))
        assert np.array_equal(picture(space), bare)
    assert len(Trail(np.empty((0, 2)), space.box).until(1.0)[0]) == 0


def test_arrow_points_along_its_step() -> None:
    """An arrow on the surface ends where its step leads."""
    space = Space(COSTS["bowl-2d"], VIEW, STYLE)
    space.arrow = (np.array([2.0, -3.0]), np.array([-1.5, 1.5]))
    near_tip = space.anchor(np.array([0.62, -1.62]))
    assert np.abs(pixel(picture(space), near_tip) - like(STYLE.arrow)).max() < 40


def test_opacity_fades_the_whole() -> None:
    """At half opacity each pixel is half-way to the background; at 0 nothing is painted."""
    space = Space(COSTS["bowl-2d"], VIEW, STYLE)
    full = picture(space)
    assert np.abs(picture(space.set_opacity(0.5)) - full / 2).max() <= 2
    assert picture(space.set_opacity(0.0)).max() == 0


def test_parts_fade_alone() -> None:
    """Surface and plane can be faded by themselves, and what was hidden comes into sight with that."""
    space = Space(COSTS["himmelblau"], VIEW, STYLE)
    space.surface_alpha = space.plane_alpha = 0.0
    image = picture(space)
    for point in space.minima:
        assert pixel(image, space.anchor(point)) == pytest.approx(like(STYLE.minimum), abs=3)
    space.minima_alpha = 0.0
    assert picture(space).max() == 0


def test_manim_fades_it_in() -> None:
    """FadeIn of manim takes the opacity from 0 to 1."""
    space = Space(COSTS["bowl-2d"], VIEW, STYLE)
    fade = FadeIn(space)
    fade.begin()
    opacities = []
    for alpha in (0.0, 0.5, 1.0):
        fade.interpolate(alpha)
        opacities.append(space.opacity)
    assert opacities == pytest.approx([0.0, 0.5, 1.0])


def test_it_takes_its_place_on_the_screen() -> None:
    """What manim takes for its extent holds every vertex, at every view, and fills the wanted frame."""
    box = Box.around(COSTS["himmelblau"], rise=log_rise(80.0))
    view = box.view(0.0, 0.7, 8.0, 5.0, (-2.5, -0.5))
    space = Space(COSTS["himmelblau"], view, STYLE, box=box)
    tallest = 0.0
    for azimuth in np.arange(0, 6.3, 0.2):
        space.view = view.turned(azimuth)
        xy, _ = space.view.project(space.field.vertices)
        assert np.all(xy >= space.get_corner([-1, -1, 0])[:2] - 1e-9)
        assert np.all(xy <= space.get_corner([1, 1, 0])[:2] + 1e-9)
        assert space.get_center()[:2] == pytest.approx([-2.5, -0.5])
        tallest = max(tallest, space.height)
    assert tallest == pytest.approx(5.0, abs=0.01)


def test_labels_stand_clear_of_the_picture() -> None:
    """Labels of the near edges lie below the plane's edge, those of the cost left of everything."""
    space = Space(COSTS["bowl-2d"], VIEW, STYLE)
    for azimuth in np.arange(0.3, 6.5, np.pi / 2):
        space.view = replace(VIEW, azimuth=azimuth)
        for axis in (0, 1):
            for value in (-4.0, 0.0, 4.0):
                place, alpha = space.edge_anchor(axis, value)
                edge, _ = space.edge_anchor(axis, value, pad=0.0)
                assert alpha == 1
                assert place[1] < edge[1]
        left, alpha = space.cost_anchor(10.0)
        assert alpha == 1
        assert left[0] < space.get_left()[0]


def test_labels_fade_where_they_change_edge() -> None:
    """Where another edge becomes the near one, the labels are invisible on both sides of the change."""
    space = Space(COSTS["bowl-2d"], replace(VIEW, azimuth=np.pi / 2 - 0.01), STYLE)
    before, alpha_before = space.edge_anchor(1, 0.0)
    space.view = space.view.turned(0.02)
    after, alpha_after = space.edge_anchor(1, 0.0)
    assert abs(before[0] - after[0]) > 4
    assert alpha_before == alpha_after == 0


def test_clearest_azimuth_shows_the_path() -> None:
    """The azimuth chosen for a path keeps it in sight all through the turn; there are some that do not."""
    cost = COSTS["himmelblau"]
    field = HeightField.sample(cost.value, Box.around(cost, height=0.75, rise=log_rise(80.0)))
    points = np.linspace([-2.0, 4.5], [-2.8, 3.1], 9)
    view = replace(VIEW, elevation=0.75)
    azimuths = np.arange(0, 6.3, 0.3)
    chosen = replace(view, azimuth=clearest(field, points, view, 0.5, azimuths.tolist()))
    world = field.lift(points)
    assert min(field.visibility(world, chosen.turned(way)).mean() for way in (0.0, 0.25, 0.5)) > 0.95
    assert min(field.visibility(world, view.turned(way)).mean() for way in azimuths) < 0.5


@pytest.mark.parametrize("theme", sorted(THEMES))
@pytest.mark.parametrize("name", [name for name, cost in COSTS.items() if cost.dim == 2])
def test_every_cost_in_every_theme(name: str, theme: str) -> None:
    """Each cost of two variables paints in each theme, marks and surface in colours that differ."""
    cost: Cost = COSTS[name]
    style = SpaceStyle.of(THEMES[theme])
    space = Space(cost, replace(VIEW, elevation=1.3), style, path=np.array([cost.start]))
    image = picture(space)
    for point, colour in ((np.array(cost.start), style.point), (space.minima[0], style.minimum)):
        assert pixel(image, space.anchor(point)) == pytest.approx(like(colour), abs=8)
    for colour in (style.point, style.minimum, style.arrow):
        if theme == "contrast":  # by lightness too, which every eye sees
            assert min(contrast(code(colour), code(face)) for face in style.surface) > 1.8
            continue
        assert min(np.abs(np.subtract(colour, s)).max() for s in style.surface) > 0.3


def code(colour: Colour) -> str:
    """A colour as ``#RRGGBB``."""
    return "#" + "".join(f"{round(255 * part):02X}" for part in colour)


def test_widths_go_by_the_theme() -> None:
    """`contrast` has thicker lines here too; with the usual sizes they are what they were drawn for."""
    usual, thick = (SpaceStyle.of(THEMES[name]) for name in ("dark", "contrast"))
    assert (usual.path_width, usual.dot) == pytest.approx((0.05, 0.12))
    assert usual.arrow_width == pytest.approx(0.065, rel=0.01)
    for width in ("path_width", "arrow_width", "dot"):
        assert getattr(thick, width) > getattr(usual, width)


def test_a_scenes_own_strokes_lie_over_the_surface_and_under_the_point() -> None:
    """They are painted where their points are, and the current point stays on top of them."""
    point = np.array([-2.0, 2.0])
    space = Space(COSTS["bowl-2d"], VIEW, STYLE, path=point[None])
    red = (1.0, 0.0, 0.0)
    ends = point + np.linspace(-1, 1, 21)[:, None] * np.array([1.5, 0.0])
    space.strokes.append(Stroke(ends, red, 0.15))
    image = picture(space)
    assert np.abs(pixel(image, space.anchor(ends[3])) - like(red)).max() < 30
    assert np.abs(pixel(image, space.anchor(point)) - like(STYLE.point)).max() < 30


def test_with_the_surface_gone_all_can_drop_to_the_plane() -> None:
    """Then minima and point are where their shadows were, once each, and the axis of heights is gone."""
    cost = COSTS["oval"]
    space = Space(cost, VIEW, STYLE, path=np.array([[-2.0, 0.5]]))
    assert space.cost_anchor(10.0)[1] == 1
    space.drop, space.surface_alpha = 1.0, 0.0
    assert space.cost_anchor(10.0)[1] == 0
    image = picture(space)
    for place, colour in (((-2.0, 0.5), STYLE.point), ((1.0, -1.0), STYLE.minimum)):
        assert np.abs(pixel(image, space.anchor(np.array(place), plane=True)) - like(colour)).max() < 30
    near = np.abs(image - like(STYLE.minimum)).max(axis=-1) < 40
    assert np.ptp(np.nonzero(near)[0]) < 3 * STYLE.target * HEIGHT / 9


def test_a_target_may_be_larger_than_the_point() -> None:
    """So that it is seen around a point that has arrived."""
    minimum = COSTS["bowl-2d"].minima[0]
    ringed = []
    for factor in (1.0, 1.6):
        style = replace(STYLE, target=factor * STYLE.dot)
        space = Space(COSTS["bowl-2d"], VIEW, style, path=np.array([minimum]))
        space.plane_alpha = 0.0
        ringed.append(np.count_nonzero(np.abs(picture(space) - like(STYLE.minimum)).max(axis=-1) < 40))
    assert ringed[0] == 0 < ringed[1]
