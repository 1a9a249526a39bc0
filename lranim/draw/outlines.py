"""Glyph outlines: text from Pango and formulas from Typst, as bezier curves.

manim's own `Text` and `MathTypst` go through an SVG file that is parsed again for each string: 15-70 ms a
string and 100-400 ms a formula, half of a short clip's time. Here each glyph is parsed once a process and
each formula is compiled once, and pen positions and the baseline survive, which ink boxes cannot give.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
import warnings
from dataclasses import dataclass, replace
from functools import cache
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import cairo
import numpy as np
import svgelements
import typst
from manimpango import MarkupUtils
from PIL import Image

from lranim.core.types import Array
from lranim.errors import RenderError
from lranim.look.fonts import font_files, font_of
from lranim.look.theme import Theme

EM_PX = 100 * 4 / 3
"""Text is laid out at 100 pt, which cairo's SVG surface writes as this many px an em."""

CANVAS_PX = 40_000
"""Glyphs outside the SVG surface are dropped, so it is wider than any line."""

MATHS_FONT = "New Computer Modern Math"
"""The font that Typst brings along for maths."""

SENTINEL = "|"
"""Appended to each text so that its pen position tells how wide the text is, spaces included."""

PINNED = '<span lang="zh-cn" font_features="locl=0, liga=0, dlig=0, clig=0, hlig=0">{}</span>'
"""Pango's markup around each text. Without a language Pango takes that of the environment, and with it the
font's forms for it: in Japan or Taiwan the same Chinese sentence would come out in other glyphs."""

ROOM = 1 << 20
"""More than one of Pango's drawings takes (bytes)."""

LINK = "{http://www.w3.org/1999/xlink}href"


@dataclass(frozen=True, eq=False)
class Ink:
    """One filled or stroked shape of a text: curves `(k, 4, 2)` in em, y up, baseline at 0."""

    curves: Array
    fill: str | None = None
    stroke: str | None = None
    stroke_width: float = 0.0


@dataclass(frozen=True, eq=False)
class Outlines:
    """A laid-out text or formula: its shapes, and how wide it is, in em."""

    inks: tuple[Ink, ...]
    width: float

    def as_wide_as(self, other: Outlines) -> Outlines:
        """The same shapes, made narrower or wider."""
        share = np.array([other.width / self.width, 1.0])
        return Outlines(tuple(replace(ink, curves=ink.curves * share) for ink in self.inks), other.width)


@cache
def _curves(data: str) -> Array:
    """Cubic beziers ``(k, 4, 2)`` of an SVG path, each contour closed as a fill needs it."""
    rows: list[list[complex]] = []
    start = here = 0j
    for part in svgelements.Path(data):
        end = complex(part.end) if part.end is not None else start
        if isinstance(part, svgelements.Move):
            start = end
        elif isinstance(part, svgelements.Close | svgelements.Line):
            if abs(end - here) > 1e-9:
                rows.append([here, here + (end - here) / 3, end - (end - here) / 3, end])
        elif isinstance(part, svgelements.QuadraticBezier):
            q = complex(part.control)
            rows.append([here, here + (q - here) * 2 / 3, end + (q - end) * 2 / 3, end])
        else:
            rows.append([here, complex(part.control1), complex(part.control2), end])
        here = end
    curves = np.array(rows, dtype=complex).reshape(-1, 4)
    return np.stack([curves.real, curves.imag], axis=-1)


def _shapes(root: ElementTree.Element) -> list[tuple[Array, dict[str, str]]]:
    """Every drawn path of an SVG with its attributes, in the SVG's own coordinates, in drawing order."""
    glyphs = {
        node.get("id", ""): [path.get("d", "") for path in node.iter() if path.tag.endswith("path")]
        for node in root.iter()
        if node.get("id") and node.tag.rpartition("}")[2] in {"symbol", "g"}
    }
    found: list[tuple[Array, dict[str, str]]] = []

    def place(curves: Array, matrix: Any) -> Array:
        turn = np.array([[matrix.a, matrix.b], [matrix.c, matrix.d]])
        return curves @ turn + np.array([matrix.e, matrix.f])

    def walk(node: ElementTree.Element, matrix: Any) -> None:
        tag = node.tag.rpartition("}")[2]
        if tag in {"defs", "symbol"}:
            return
        if node.get("transform"):
            matrix = svgelements.Matrix(node.get("transform")) * matrix
        if tag == "use":
            shift = svgelements.Matrix.translate(float(node.get("x", 0)), float(node.get("y", 0))) * matrix
            pen = {**node.attrib, "pen": str(shift.e), "base": str(shift.f)}
            paths = glyphs[node.get(LINK, node.get("href", "#"))[1:]]
            found.extend((place(_curves(data), shift), pen) for data in paths)
        elif tag == "path":
            found.append((place(_curves(node.get("d", "")), matrix), dict(node.attrib)))
        for child in node:
            walk(child, matrix)

    walk(root, svgelements.Matrix())
    return found


@cache
def text_outlines(text: str, font: str, bold: bool = False) -> Outlines:
    """Lay out one line of text with Pango."""
    markup, weight = PINNED.format(escape(text + SENTINEL)), "BOLD" if bold else "NORMAL"
    # A file without a name: however this process ends, nothing is left of it.
    with warnings.catch_warnings(), tempfile.TemporaryFile() as file:
        # Pango before 1.44 warns that it rounds glyph positions: at 100 pt a rounded px is 0.7 % of an em.
        warnings.simplefilter("ignore")
        try:
            path = f"/dev/fd/{file.fileno()}"
            MarkupUtils.text2svg(markup, font, "NORMAL", weight, 100, 1, False, path, 0, 0, CANVAS_PX, 400)
            root = ElementTree.fromstring(file.read())
        except Exception:
            if shutil.disk_usage(tempfile.gettempdir()).free < ROOM:  # which Pango does not say
                raise RenderError(
                    f"{os.strerror(errno.ENOSPC)}: {tempfile.gettempdir()}; free some space there, "
                    "or set TMPDIR to another folder"
                ) from None
            raise
    shapes = _shapes(root)
    base = float(shapes[-1][1]["base"])
    flip = np.array([1.0, -1.0]) / EM_PX
    inks = tuple(Ink((curves - np.array([0.0, base])) * flip) for curves, _ in shapes[:-1])
    return Outlines(inks, float(shapes[-1][1]["pen"]) / EM_PX)


@cache
def _maths_fonts(font: str) -> typst.Fonts:
    """Typst's own fonts, and those beside a family: found once, as that takes 80 ms and a formula 4."""
    folders = sorted({str(file.parent) for file in font_files((font,))}) if font else []
    return typst.Fonts(include_system_fonts=False, font_paths=folders)


@cache
def formula_outlines(source: str, font: str) -> Outlines:
    """Typeset a formula, Typst maths without the dollar signs, in Typst's own maths font.

    Colours are part of it: ``#text(fill: rgb("#FF9F43"))[$eta$]``. The other font is for what the maths font
    has not, such as Chinese words in quotes.
    """
    page = "#set page(width: auto, height: auto, margin: 0pt, fill: none)\n#set text(size: 100pt)\n"
    fonts = _maths_fonts("")
    if not source.isascii():
        page += f'#show math.equation: set text(font: ("{MATHS_FONT}", "{font}"))\n'
        fonts = _maths_fonts(font)
    svg = typst.compile(f"{page}$ {source} $".encode(), format="svg", font_paths=fonts)
    shapes = _shapes(ElementTree.fromstring(svg))
    bases = [float(attributes["base"]) for _, attributes in shapes if "base" in attributes]
    # Most glyphs of a formula stand on its baseline; exponents and fractions do not.
    base = max(set(bases), key=bases.count) if bases else 0.0
    flip = np.array([1.0, -1.0]) / 100
    inks = []
    for curves, attributes in shapes:
        ways = {way: value for way, value in attributes.items() if value != "none"}
        width = float(ways.get("stroke-width", 0)) / 100
        inks.append(Ink((curves - np.array([0.0, base])) * flip, ways.get("fill"), ways.get("stroke"), width))
    right = max((float(ink.curves[..., 0].max()) for ink in inks if len(ink.curves)), default=0.0)
    return Outlines(tuple(inks), right)


def write_line(page: Image.Image, words: str, theme: Theme, x: int, y: int, em: int, room: int) -> None:
    """Write one line in the theme's font and text colour into an RGB image, all in px.

    The baseline begins at `x`, `y`; the em is smaller if the line would be wider than its room.
    """
    laid = text_outlines(words, font_of(theme.fonts))
    scale = min(float(em), room / max(laid.width, 1e-9))
    width, height = room, em * 2
    surface = cairo.ImageSurface(cairo.FORMAT_A8, width, height)
    ctx = cairo.Context(surface)
    for ink in laid.inks:
        at = None
        for p0, p1, p2, p3 in ink.curves * np.array([scale, -scale]) + np.array([0.0, em * 1.4]):
            if at is None or np.abs(at - p0).max() > 1e-6:
                ctx.move_to(*p0)
            ctx.curve_to(*p1, *p2, *p3)
            at = p3
    ctx.fill()
    rows = np.frombuffer(surface.get_data(), np.uint8).reshape(height, surface.get_stride())[:, :width]
    page.paste(theme.text, (x, round(y - em * 1.4)), Image.fromarray(rows.copy()))
