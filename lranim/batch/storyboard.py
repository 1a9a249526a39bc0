"""A clip on one page: a picture a beat, its time and its caption below it."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from lranim.batch.workplace import locked, publish, working_folder
from lranim.draw.outlines import write_line
from lranim.look.text import Beat
from lranim.look.theme import Theme
from lranim.video.engine import play, staged
from lranim.video.job import Job
from lranim.video.renderer import Frame
from lranim.video.sink import told

GAP = 0.03
"""Space between pictures, as a share of their width."""


@dataclass(frozen=True)
class Still:
    """The picture that stands for a beat."""

    frame: Frame
    beat: Beat


def sheet(stills: list[Still], theme: Theme) -> Image.Image:
    """Lay the pictures out in rows of up to four, with as few gaps as can be."""
    columns = min((n for n in range(1, 5) if n * n >= len(stills) or n == 4), key=lambda n: -len(stills) % n)
    height, width = stills[0].frame.shape[:2]
    gap, foot = round(width * GAP), round(height * 0.1)
    rows = -(-len(stills) // columns)
    size = (columns * (width + gap) + gap, rows * (height + foot + gap) + gap)
    page = Image.new("RGB", size, theme.grid)
    for index, still in enumerate(stills):
        x = gap + index % columns * (width + gap)
        y = gap + index // columns * (height + foot + gap)
        picture = Image.fromarray(still.frame).convert("RGBA")
        page.paste(Image.new("RGB", (width, height), theme.background), (x, y))
        page.paste(picture, (x, y), picture)
        words = f"{still.beat.t:.1f} s   {still.beat.text}"
        write_line(page, words, theme, x, y + height + round(foot * 0.68), round(foot * 0.5), width)
    return page


def save_sheet(stills: list[Still], theme: Theme, file: Path | IO[bytes], command: str) -> None:
    """Write the pictures as a PNG that says which command made it."""
    about = PngInfo()
    about.add_text("Software", f"lranim {command}")
    sheet(stills, theme).save(file, "PNG", pnginfo=about)


def storyboard(job: Job, out: Path) -> Path:
    """Draw one PNG of a clip: the telling moment of each beat, or its end, with its time and caption.

    Parameters
    ----------
    job
        The clip; its size is that of each picture.
    out
        The file to write.

    Returns
    -------
    Path
        `out`.
    """
    stills: dict[int, Still] = {}
    with tempfile.TemporaryDirectory(prefix="lranim-") as folder, locked(out.parent, out.name):
        with staged(job, Path(folder), lambda frame, repeat: None, stills=True) as scene:

            def keep(telling: bool) -> None:
                if telling or len(scene.beats) not in stills:
                    stills[len(scene.beats)] = Still(scene.renderer.still(scene), scene.beats[-1])

            scene.on_picture = keep
            play(scene)
            keep(False)
        with working_folder(out.parent, out.name) as work:
            with told(work / out.name) as path:
                save_sheet(list(stills.values()), job.theme, path, "storyboard")
            publish(work, out.parent, [out.name])
    return out
