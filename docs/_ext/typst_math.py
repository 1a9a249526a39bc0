"""The directive ``typst``: a formula, set as those in the clips are, and drawn in the page's colour."""

from __future__ import annotations

import functools
import html
import itertools
import re
from typing import Any, ClassVar

import typst
from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx

EM = 11.0
"""Size of the letters in the drawing (pt); on the page they are as large as the text around them."""

_number = itertools.count()


@functools.cache
def _drawing(source: str) -> str:
    page = f"#set page(width: auto, height: auto, margin: 2pt, fill: none)\n#set text({EM}pt)\n$ {source} $"
    return typst.compile(page.encode(), format="svg").decode()


def svg(source: str) -> str:
    """Draw a formula in Typst math as an SVG that stands in the page."""
    own = f"f{next(_number)}-"  # a glyph has the same name in each drawing, and a page has several
    drawing = re.sub(r'( id="|href="#)', rf"\1{own}", _drawing(source)).replace("#000000", "currentColor")
    drawing = re.sub(r'="([\d.]+)pt"', lambda size: f'="{float(size[1]) / EM:.3f}em"', drawing, count=2)
    return drawing.replace("<svg", f'<svg role="img" aria-label="{html.escape(source)}"', 1)


class Typst(Directive):
    """One formula, a line of the page."""

    has_content: ClassVar[bool] = True

    def run(self) -> list[nodes.Node]:
        """Draw it."""
        return [nodes.raw("", f'<div class="formula">{svg(" ".join(self.content))}</div>', format="html")]


def setup(app: Sphinx) -> dict[str, Any]:
    """Make the directive known."""
    app.add_directive("typst", Typst)
    return {"parallel_read_safe": True}
