"""Renew the GIFs that the README shows: every scene, at most `BUDGET` bytes each.

    python scripts/gallery.py [SCENE…]

Each is made at the first of some rates and widths at which it is small enough; words stay readable at all.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from lranim.catalogue import registry

BUDGET = 300_000
"""Bytes."""

SETTINGS = [(10, 640), (10, 480), (10, 400), (5, 400), (4, 320), (2, 320)]
"""Frames a second and width (px), the best first."""

OPTIONS = {"surface": ["--lr", "0.2", "--steps", "8"]}
"""What is not as by default: where the camera turns all the time, fewer steps make a shorter clip."""

GALLERY = Path(__file__).parent.parent / "media" / "gallery"


def main() -> None:
    """Make them, or those that are named."""
    GALLERY.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[1:] or registry.scenes():
        print(f"{name}: {_make(name)}", flush=True)


def _make(name: str) -> str:
    """Make one; what came out, in words."""
    with tempfile.TemporaryDirectory(dir=GALLERY) as folder:
        made = Path(folder, f"{name}.gif")
        for fps, width in SETTINGS:
            how = ["--format", "gif", "--fps", str(fps), "-r", "1280,720", "--gif-width", str(width)]
            command = [
                sys.executable,
                "-m",
                "lranim",
                "render",
                name,
                *OPTIONS.get(name, []),
                *how,
                "-o",
                folder,
                "--name",
                name,
            ]
            subprocess.run(command, check=True, capture_output=True)
            size = made.stat().st_size
            if size <= BUDGET:
                made.replace(GALLERY / made.name)
                return f"{size / 1000:.0f} kB, {width} px wide, {fps} frames a second"
    sys.exit(f"{name}: {size} bytes at the least, more than {BUDGET}")


if __name__ == "__main__":
    main()
