from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from lranim.draw.raster import write_line
from lranim.look.theme import THEMES


@pytest.mark.parametrize("name", sorted(THEMES))
@pytest.mark.parametrize(("words", "fits"), [("Equal steps, downhill.", True), ("nearer and " * 30, False)])
def test_a_line_is_written_where_it_is_put(name: str, words: str, fits: bool) -> None:
    """In the theme's colours, on the baseline, never wider than its room; a long line gets smaller."""
    theme = THEMES[name]
    page = Image.new("RGB", (400, 100), theme.background)
    write_line(page, words, theme, 20, 60, 24, 340)
    pixels = np.asarray(page).astype(int)
    ground, ink = (
        np.array([int(code[k : k + 2], 16) for k in (1, 3, 5)]) for code in (theme.background, theme.text)
    )
    rows, columns = np.nonzero(np.abs(pixels - ground).max(axis=2) > 60)
    assert 20 <= columns.min() < 30
    assert columns.max() < 360
    assert bool(columns.max() > 340) is not fits
    assert bool(rows.max() - rows.min() > 15) is fits
    assert 60 - 24 <= rows.min() < 60
    if fits:
        # Capitals stand on the baseline, and only tails hang below it.
        assert 60 < rows.max() <= 60 + 24 * 0.3
        assert (rows >= 60).mean() < 0.1
        assert (np.abs(pixels - ink).max(axis=2) < 30).any()
