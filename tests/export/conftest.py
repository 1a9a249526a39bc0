"""Small finished clips, rendered once, and a deck of them."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import click.testing
import pytest

from lranim.cli import cli
from lranim.export.deck import Deck, Part, deck_of
from lranim.video.clip import Clip, read_clip

SMALL = ("--steps", "1", "-r", "240,136", "--fps", "10", "--theme", "light", "--format", "mp4,gif,png")


@pytest.fixture(scope="session")
def rendered(once: Callable[[str, Callable[[Path], None]], Path]) -> Path:
    """A folder with four clips: two scenes, English and Chinese."""

    def render(folder: Path) -> None:
        for lang in ("en", "zh"):
            args = ["render", "slope", "oscillation", *SMALL, "--lang", lang, "-j", "1"]
            done = click.testing.CliRunner().invoke(cli, [*args, "-o", str(folder / "media")])
            assert done.exit_code == 0, done.stderr

    return once("rendered", render) / "media"


@pytest.fixture(scope="session")
def clips(rendered: Path) -> tuple[Clip, ...]:
    """These clips as slides take them: oscillation and slope in English, then in Chinese."""
    return tuple(sorted(map(read_clip, rendered.glob("*.json")), key=lambda clip: (clip.lang, clip.scene)))


@pytest.fixture
def deck(clips: tuple[Clip, ...]) -> Deck:
    """A slide with two clips and one with one, in English, then one in Chinese with awkward words."""
    first, second, third, _ = clips
    parts = [
        Part(clip=first, title="Beside each other", group="both", notes="Wait for the last step."),
        Part(clip=second, group="both"),
        Part(clip=second, title="The slope is the step", notes="One line.\nAnother line."),
        Part(clip=third, title="</script><b>&amp; 学习率 🙂 $x_1$ 100% #1 \\end{document} `code` {{ x }}"),
    ]
    return deck_of(parts, "Steps & slopes", {})


VIEWERS = Path(__file__).parents[2] / ".viewers" / "node_modules" / ".bin"

Run = Callable[..., str]


@pytest.fixture(scope="session")
def run() -> Run:
    """Run a program that shows what is exported, in a folder; skips where it is not installed."""

    def running(name: str, *arguments: str, folder: Path) -> str:
        program = shutil.which(name, path=str(VIEWERS)) or shutil.which(name)
        if program is None:
            pytest.skip(f"needs {name}")
        chromium = {"CHROME_PATH": shutil.which("chromium") or "", "CHROME_NO_SANDBOX": "1"}
        done = subprocess.run(
            [program, *arguments],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            env={**os.environ, **chromium},
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    return running
