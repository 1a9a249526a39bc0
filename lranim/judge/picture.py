"""A picture taken apart: each thing that is drawn in it, alone, with its place, its pixels and its words."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from manim import DecimalNumber, MarkupText, SingleStringMathTex, Text, Typst
from manim.mobject.mobject import Mobject
from manim.mobject.types.vectorized_mobject import VMobject

from lranim.core.types import Array
from lranim.draw.layout import CAP, Box
from lranim.draw.lettering import Labels, Lettering, Number
from lranim.draw.scene import LessonScene
from lranim.draw.shapes import Shape
from lranim.video.changes import bounds

PLAIN_TEXTS: dict[type[Mobject], str] = {
    Text: "original_text",
    MarkupText: "original_text",
    Typst: "typst_code",
    SingleStringMathTex: "tex_string",
    DecimalNumber: "number",
}
"""manim's own texts, and the attribute that has the words of each."""

SOFT = 2
"""Pixels about a mobject that its soft edge may touch."""

Region = tuple[slice, slice]
"""Rows and columns of a rectangle of pixels."""

Mask = npt.NDArray[np.bool_]
Paint = npt.NDArray[np.uint8]
Pixels = npt.NDArray[np.float32]
Colour = tuple[int, int, int]


@dataclass(frozen=True, kw_only=True, eq=False)
class TextBox:
    """A text that a picture shows: its words, its ink's box and the height of its capitals, manim units."""

    text: str
    box: Box
    cap_height: float
    alpha: float = 1.0

    @property
    def name(self) -> str:
        """The words in quotes."""
        return f'"{self.text.strip()}"'


@dataclass(frozen=True, kw_only=True, eq=False)
class Layer:
    """One thing of a picture, drawn alone.

    Parameters
    ----------
    name
        What a person would call it.
    box
        Where it is, manim units; it may reach out of the frame.
    region
        The pixels of the frame that it touches.
    paint
        Those pixels ``(h, w, 4)``: RGBA, colours multiplied by alpha.
    text
        The text that it is a part of: each colour of a text is a layer.
    colour
        RGB of a text's letters.
    """

    name: str
    box: Box
    region: Region
    paint: Paint
    text: TextBox | None = None
    colour: Colour = (0, 0, 0)

    def alpha(self, where: Region) -> Paint:
        """Its alpha ``(h, w)`` in a region, 0 where it has no pixels."""
        alpha = np.zeros(shape(where), np.uint8)
        if (both := common(self.region, where)) is not None:
            alpha[within(both, where)] = self.paint[within(both, self.region)][..., 3]
        return alpha

    def over(self, ground: Pixels, where: Region) -> Pixels:
        """A ground ``(h, w, 3)`` with this drawn over it, levels of 255."""
        both = common(self.region, where)
        if both is None:
            return ground
        part = self.paint[within(both, self.region)]
        there = within(both, where)
        ground = ground.copy()
        ground[there] *= 1 - part[..., 3:] / np.float32(255)
        ground[there] += part[..., :3]
        return ground


@dataclass(frozen=True, kw_only=True, eq=False)
class Picture:
    """A picture taken apart.

    Parameters
    ----------
    layers
        What is drawn, from the bottom to the top.
    size
        Height and width in px.
    background
        RGB of the empty frame.
    frame, area
        The frame, and the part of it for the picture proper, manim units.
    """

    layers: Sequence[Layer]
    size: tuple[int, int]
    background: Colour
    frame: Box
    area: Box

    @property
    def percent(self) -> float:
        """A hundredth of the frame's shorter side, manim units."""
        return min(self.frame.width, self.frame.height) / 100

    def region(self, box: Box) -> Region:
        """The pixels that a box touches."""
        return region_of(box, self.frame, self.size)

    @cached_property
    def edges(self) -> npt.NDArray[np.int64]:
        """Of each layer's region the first and last row and column, ``(n, 4)``."""
        rows = [(r.start, r.stop, c.start, c.stop) for r, c in (layer.region for layer in self.layers)]
        return np.array(rows).reshape(-1, 4)

    def touching(self, where: Region) -> list[int]:
        """Which layers have pixels in a region."""
        (top, bottom), (left, right) = ((side.start, side.stop) for side in where)
        first_row, last_row, first_column, last_column = self.edges.T
        apart = (first_row >= bottom) | (last_row <= top) | (first_column >= right) | (last_column <= left)
        return [int(k) for k in np.flatnonzero(~apart)]


def region_of(box: Box, frame: Box, size: tuple[int, int]) -> Region:
    """The pixels that a box touches in a frame of this height and width in px.

    Examples
    --------
    >>> region_of(Box(0, -9, 2.5, 3), Box(-8, -4, 8, 4), (80, 160))
    (slice(10, 80, None), slice(80, 105, None))
    """
    height, width = size
    down, across = height / frame.height, width / frame.width
    return (
        _pixels((frame.top - box.top) * down, (frame.top - box.bottom) * down, height),
        _pixels((box.left - frame.left) * across, (box.right - frame.left) * across, width),
    )


def _pixels(start: float, stop: float, count: int) -> slice:
    first = min(max(int(np.floor(start)), 0), count)
    return slice(first, min(max(int(np.ceil(stop)), first), count))


def around(regions: Iterable[Region], margin: int, size: tuple[int, int]) -> Region:
    """The smallest region that holds all of them and a margin, within the frame."""
    rows, columns = zip(*regions, strict=True)
    high, wide = (
        slice(max(0, min(s.start for s in side) - margin), min(end, max(s.stop for s in side) + margin))
        for side, end in zip((rows, columns), size, strict=True)
    )
    return high, wide


def common(one: Region, other: Region) -> Region | None:
    """What two regions share, or None."""
    rows, columns = (
        slice(max(p.start, q.start), min(p.stop, q.stop)) for p, q in zip(one, other, strict=True)
    )
    return (rows, columns) if rows.start < rows.stop and columns.start < columns.stop else None


def within(inner: Region, outer: Region) -> Region:
    """A region in the pixels of another one that holds it."""
    rows, columns = (slice(i.start - o.start, i.stop - o.start) for i, o in zip(inner, outer, strict=True))
    return rows, columns


def shape(region: Region) -> tuple[int, int]:
    """Height and width of a region in px."""
    rows, columns = region
    return rows.stop - rows.start, columns.stop - columns.start


class Easel:
    """Takes pictures of a scene apart; what has not changed since the last one is not drawn again.

    Parameters
    ----------
    scene
        A scene that has been set up.
    """

    def __init__(self, scene: LessonScene) -> None:
        self.scene, self.frame = scene, scene.layout.frame
        self.camera: Any = scene.renderer.camera
        self.size = (self.camera.pixel_height, self.camera.pixel_width)
        self.canvas = np.zeros((*self.size, 4), np.uint8)
        colours = {role: value for role, value in vars(scene.theme).items() if str(value).startswith("#")}
        # Roles that share a colour go by the first name: the point, not the text about it.
        self.roles = {levels(value): role for role, value in reversed(colours.items())}
        self.known: dict[Mobject, tuple[object, list[Layer]]] = {}

    def picture(self) -> Picture:
        """The scene as it is now."""
        owners = self._owners()
        shown = self.camera.get_mobjects_to_display(self.scene.mobjects)
        layers: list[Layer] = []
        for thing, parts in itertools.groupby(shown, lambda part: owners.get(part, part)):
            layers += self._layers(thing, [part for part in parts if _alpha(part) > 0])
        return Picture(
            layers=tuple(layers),
            size=self.size,
            background=levels(self.scene.theme.background),
            frame=self.frame,
            area=self.scene.layout.picture,
        )

    def _owners(self) -> dict[Mobject, Mobject]:
        """What text each part of a text belongs to: of texts in texts, the outermost."""
        owners: dict[Mobject, Mobject] = {}
        for mobject in self.scene.get_mobject_family_members():
            if isinstance(mobject, (Lettering, *PLAIN_TEXTS)):
                for part in mobject.get_family():
                    owners.setdefault(part, mobject)
        return owners

    def _layers(self, thing: Mobject, parts: Sequence[Mobject]) -> list[Layer]:
        """What is seen of a text or of a mobject: a layer a colour."""
        state = [_state(part) for part in parts]
        known, layers = self.known.get(thing, (None, []))
        if state != known:
            if isinstance(thing, Labels):
                layers = list(self._rows(thing)) if parts else []
            else:
                text = _text(thing, parts)
                runs = itertools.groupby(parts, _colour) if text else [(None, parts)]
                layers = [self._layer(list(run), text) for _, run in runs] if parts else []
            self.known[thing] = (state, layers)
        return layers

    def _layer(self, parts: Sequence[Mobject], text: TextBox | None) -> Layer:
        box = _box_of(parts)
        region, paint = self._draw(parts, box)
        name = text.name if text else self._name(parts[0])
        return Layer(name=name, box=box, region=region, paint=paint, text=text, colour=_colour(parts[0]))

    def _rows(self, labels: Labels) -> Iterator[Layer]:
        """One layer a text, cut out of what all of them look like together."""
        region, paint = self._draw([labels], _box_of([labels]))
        cap_height, curves = CAP * labels.setter.em(labels.size), 0
        for words, count in labels.shown:
            points, curves = labels.points[4 * curves : 4 * (curves + count)], curves + count
            if not count:
                continue
            box = _around(points)
            text = TextBox(text=words, box=box, cap_height=cap_height, alpha=labels.opacity)
            place = common(region_of(box, self.frame, self.size), region) or (slice(0, 0), slice(0, 0))
            yield Layer(
                name=text.name,
                box=box,
                region=place,
                paint=paint[within(place, region)],
                text=text,
                colour=_colour(labels),
            )

    def _draw(self, parts: Sequence[Mobject], box: Box) -> tuple[Region, Paint]:
        """The pixels of mobjects drawn alone."""
        for kind, run in itertools.groupby(parts, self.camera.type_or_raise):
            self.camera.display_funcs[kind](list(run), self.canvas)
        if all(isinstance(part, VMobject) for part in parts):
            rows, columns = region_of(box, self.frame, self.size)
            region = (_wider(rows, self.size[0]), _wider(columns, self.size[1]))
        else:  # what a mobject covers that paints itself is not known before
            region = bounds(self.canvas[..., 3] > 0) or (slice(0, 0), slice(0, 0))
        paint = self.canvas[region].copy()
        self.canvas[region] = 0
        return region, paint

    def _name(self, mobject: Mobject) -> str:
        """The name that the drawing code gave it, else what it is and the role of its colour."""
        kind = type(mobject).__name__
        if mobject.name != kind:
            return str(mobject.name)
        if not isinstance(mobject, Shape):
            return kind
        role = self.roles.get(_colour(mobject), "own colour")
        return f"{'shape' if mobject.filled else 'line'} ({role})"


def levels(code: str) -> Colour:
    """``#RRGGBB`` as levels of 255.

    Examples
    --------
    >>> levels("#FF8000")
    (255, 128, 0)
    """
    red, green, blue = (int(code[k : k + 2], 16) for k in (1, 3, 5))
    return red, green, blue


def _text(thing: Mobject, parts: Sequence[Mobject]) -> TextBox | None:
    """What is to be known of a text; None for what is none."""
    if not parts:
        return None
    box, alpha = _box_of(parts), min(_alpha(part) for part in parts)
    if isinstance(thing, Lettering | Number):
        words = thing.words if isinstance(thing, Lettering) else thing.shown
        return TextBox(text=str(words), box=box, cap_height=CAP * thing.em, alpha=alpha)
    kind = next((kind for kind in PLAIN_TEXTS if isinstance(thing, kind)), None)
    if kind is None:
        return None
    # manim does not say how large an em is: the highest sign is taken for a capital.
    height = max(_box_of([part]).height for part in parts)
    return TextBox(text=str(getattr(thing, PLAIN_TEXTS[kind])), box=box, cap_height=height, alpha=alpha)


def _alpha(mobject: Mobject) -> float:
    """Opacity of what a mobject shows, 1 where only its picture can tell."""
    if not isinstance(mobject, VMobject):
        return 1.0
    stroke = mobject.get_stroke_opacity() if mobject.get_stroke_width() > 0 else 0.0
    return max(float(mobject.get_fill_opacity()), float(stroke))


def _colour(mobject: Mobject) -> Colour:
    """RGB of a mobject's fill, or of its stroke if it has none."""
    if not isinstance(mobject, VMobject):
        return 0, 0, 0
    rgbas = mobject.fill_rgbas if mobject.get_fill_opacity() > 0 else mobject.stroke_rgbas
    red, green, blue = (round(255 * float(part)) for part in rgbas[0][:3])
    return red, green, blue


def _state(mobject: Mobject) -> object:
    """What a mobject's looks depend on; new every time where that is not known."""
    if not isinstance(mobject, VMobject):
        return object()
    arrays = (mobject.points, mobject.fill_rgbas, mobject.stroke_rgbas)
    return (mobject.get_stroke_width(), *(array.tobytes() for array in arrays))


def _box_of(parts: Sequence[Mobject]) -> Box:
    """The box of what is drawn of some mobjects, lines with their width."""
    boxes = []
    for part in parts:
        pen = 0.005 * part.get_stroke_width() if isinstance(part, VMobject) else 0.0
        boxes.append(_around(part.points).inset(-pen, -pen, -pen, -pen))
    return Box(
        min(box.left for box in boxes),
        min(box.bottom for box in boxes),
        max(box.right for box in boxes),
        max(box.top for box in boxes),
    )


def _around(points: Array) -> Box:
    (left, bottom), (right, top) = points[:, :2].min(axis=0), points[:, :2].max(axis=0)
    return Box(float(left), float(bottom), float(right), float(top))


def _wider(span: slice, end: int) -> slice:
    return slice(max(0, span.start - SOFT), min(end, span.stop + SOFT))
