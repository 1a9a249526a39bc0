"""``python -m bench.plain_deck FOLDER OUT``: what an author's own script does with python-pptx."""

from __future__ import annotations

import sys
from pathlib import Path

from pptx import Presentation
from pptx.util import Inches


def main(folder: Path, out: Path) -> None:
    """A slide a video, with its title and its PNG as the poster; no notes, alt text, loop or autoplay."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(13.333), Inches(7.5)
    for video in sorted(folder.glob("*.mp4")):
        slide = deck.slides.add_slide(deck.slide_layouts[5])
        slide.shapes.title.text = video.stem
        poster = str(video.with_suffix(".png"))
        place = (Inches(1.5), Inches(1.5), Inches(10), Inches(5.625))
        slide.shapes.add_movie(str(video), *place, poster_frame_image=poster, mime_type="video/mp4")
    deck.save(str(out))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
