from __future__ import annotations

from dataclasses import replace

import pytest

from lranim.look.contrast import contrast, luminance, weak_text
from lranim.look.theme import THEMES


def test_contrast_of_black_on_white() -> None:
    """The measure itself: 21 for black on white, 4.54 for the grey that WCAG gives as just enough."""
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert contrast("#808080", "#808080") == 1
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)
    assert contrast("#777777", "#FFFFFF") < 4.5


def test_luminance_of_the_primaries() -> None:
    """The eye's weights add up to white."""
    assert [luminance(code) for code in ("#FF0000", "#00FF00", "#0000FF")] == [0.2126, 0.7152, 0.0722]
    assert luminance("#000000") == 0


def test_weak_text_names_key_colour_ground_and_ratio() -> None:
    """On the ground that is worse, never rounded up to what is asked for."""
    light = THEMES["light"]
    assert weak_text(replace(light, muted="#777777", panel="#FFFFFF")) == [
        "muted #777777 on the background #FFFFFF has 4.47:1"
    ]
    assert weak_text(replace(light, panel="#808080"))[0] == "text #1B1F24 on the panel #808080 has 4.19:1"
    assert weak_text(replace(light, grid="#FFFFFF")) == []
