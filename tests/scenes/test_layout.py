"""Every scene can be read in every language, theme and shape; one of them: -k 'slope and zh'."""

from __future__ import annotations

from pathlib import Path

import pytest

from lranim import registry
from lranim.cli.layoutcheck import SHAPES
from lranim.look.text import languages
from lranim.look.theme import THEMES
from lranim.render.job import Job
from lranim.render.layout_check import check


@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize("name", list(registry.scenes()))
def test_every_picture_can_be_read(name: str, lang: str, tmp_path: Path) -> None:
    """What lranim check finds wherever the picture comes to rest: nothing."""
    params = registry.get(name).load_light().Params().model_dump(mode="json")
    about = {"fps": 10, "formats": ("png",), "transparent": False, "out_dir": tmp_path, "name": name}
    found: list[str] = []
    for theme in THEMES.values():
        for shape, (width, height) in SHAPES.items():
            report = check(
                Job(scene=name, params=params, lang=lang, theme=theme, width=width, height=height, **about)
            )
            found += [f"{theme.name} {shape} at {sighting.line}" for sighting in report.sightings]
            assert not report.error, report.details
            assert report.looks >= report.beats > 2
    assert not found, "\n" + "\n".join(found)
