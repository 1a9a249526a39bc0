"""Renew the picture of a slide that the README shows: a deck in a real browser, at the end of its clip.

    python scripts/slide_picture.py

It needs Chromium, which `make viewers` installs.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

SLIDE = Path(__file__).parent.parent / "media" / "gallery" / "slide.png"
WIDTH = 800
"""Of the picture (px)."""

LESSON = """
title = "Why a model needs the right learning rate"
[[clip]]
scene = "learning-rate-compare"
title = "Too small, right, too large"
"""


def main() -> None:
    """Render a clip, make a deck of it and take the picture."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("there is no chromium; make viewers installs it")
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "lesson.toml").write_text(LESSON, encoding="utf-8")
        deck = ["slides", "lesson.toml", "--no-loop", "-o", "deck.html"]
        subprocess.run([sys.executable, "-m", "lranim", *deck], cwd=folder, check=True)
        taken = _picture(chromium, Path(folder, "deck.html").as_uri())
    small = Image.open(io.BytesIO(taken)).convert("RGB")
    small = small.resize((WIDTH, round(WIDTH * small.height / small.width)), Image.Resampling.LANCZOS)
    small.quantize(256, kmeans=2, dither=Image.Dither.NONE).save(SLIDE, optimize=True)
    print(f"{SLIDE}: {SLIDE.stat().st_size / 1000:.0f} kB")


def _picture(chromium: str, page_at: str) -> bytes:
    """The slide of the deck's only clip when that has ended, as PNG."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.goto(page_at)
        page.evaluate("Reveal.slide(Reveal.getTotalSlides() - 1)")
        page.wait_for_function("[...document.querySelectorAll('video')].at(-1).ended", timeout=90_000)
        taken = page.screenshot()
        browser.close()
    return taken


if __name__ == "__main__":
    main()
