"""Reference pictures: a frame a beat of a handful of scenes, as they looked when somebody last looked.

One that changes on purpose is drawn anew with ``REDRAW=1 python -m pytest tests/scenes/test_frames.py``,
and looked at.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from lranim.cli import cli

FRAMES = Path(__file__).parent / "frames"
REQUESTS = {
    "oscillation": "oscillation --theme dark",
    "learning-rate": "learning-rate --lr 0.9 --theme light --lang zh",
    "learning-rate-compare": "learning-rate-compare --theme contrast",
    "surface": "surface --cost himmelblau --theme light",
    "optimizers": "optimizers --steps 12 --theme dark --lang zh",
}
FAR, FEW = 40, 3e-4
"""How far a part of a colour may be off before a pixel counts as another, and how many may be, of all."""


@pytest.mark.parametrize("name", REQUESTS)
def test_the_pictures_are_those_that_were_looked_at(name: str, tmp_path: Path) -> None:
    """But for what another version of a font or of cairo makes of an edge."""
    kept, drawn = FRAMES / f"{name}.png", tmp_path / f"{name}.png"
    words = ["storyboard", *REQUESTS[name].split(), "-r", "240,135", "-o", str(drawn)]
    result = CliRunner().invoke(cli, words)
    assert result.exit_code == 0, result.output
    if "REDRAW" in os.environ:
        Image.open(drawn).convert("RGB").save(kept, optimize=True)
    one, other = (np.asarray(Image.open(path).convert("RGB")).astype(int) for path in (kept, drawn))
    assert one.shape == other.shape
    changed = (np.abs(one - other) > FAR).any(axis=-1)
    assert changed.mean() < FEW, f"{changed.sum()} pixels of {kept.name}; see {drawn}"
