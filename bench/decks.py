"""Part h: decks and pages of many finished clips, each format in a process of its own."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from functools import partial
from pathlib import Path

from bench.clip import Clip
from bench.meter import measure
from bench.plan import Plan
from bench.repeats import interleaved, median, ratio
from bench.table import number, table, times
from lranim.export.formats import FORMATS
from lranim.video.clip import sealed

TITLE = "h. Decks of finished clips, 720p30; × is over python-pptx alone, without notes, alt text or loops"
NEEDS = ()
PLAIN = "python-pptx alone"
FREE = b"\0\0\0\x0cfree"
"""An MP4 box that players skip; what follows makes every copy of a video another file."""


def run(plan: Plan) -> str:
    """Make each kind of deck, and return the table."""
    count = 10 if plan.quick else 100
    folder, place = plan.place("clips"), plan.place("decks")
    _clips(plan, folder, count)
    python = [sys.executable, "-m"]
    runs = {PLAIN: [*python, "bench.plain_deck", str(folder), str(place / "plain.pptx")]}
    outs = {name: place / f"deck-{name}{form.suffix}" for name, form in FORMATS.items()}
    for name, out in outs.items():
        runs[name] = [*python, "lranim", "slides", str(folder), "--to", name, "-o", str(out)]
    runs["gallery"] = [*python, "lranim", "gallery", str(folder)]
    usages = interleaved({name: partial(measure, line) for name, line in runs.items()}, plan.repeats(2))
    outs |= {PLAIN: place / "plain.pptx", "gallery": folder / "index.html"}
    rows = []
    for name, made in usages.items():
        seconds, peaks = [one.seconds for one in made], [one.peak / 1e6 for one in made]
        plain = [one.seconds for one in usages[PLAIN]]
        cells = [number(median(seconds)), times(ratio(seconds, plain)), number(median(peaks))]
        rows.append([f"{name}, {count} clips", *cells, number(_bytes(outs[name]) / 1e6)])
    return table(("what", "s", "×", "peak MB", "MB"), rows, texts=1)


def _clips(plan: Plan, folder: Path, count: int) -> None:
    """One clip, and copies of it whose videos are files of their own."""
    source = plan.place("source")
    measure(Clip("learning-rate", 1280, 720, 30, {"steps": 29}).lranim("mp4,gif,png", source))
    about = json.loads((source / "clip.json").read_text(encoding="utf-8"))
    for index in range(count):
        stem = f"clip-{index:03}"
        for row in (*about["artifacts"], *about["captions"]):
            old = source / Path(row["path"]).name
            path = folder / old.name.replace("clip", stem, 1)
            shutil.copyfile(old, path)
            if path.suffix == ".mp4":
                with path.open("ab") as file:
                    file.write(FREE + index.to_bytes(4))
            row["path"], row["sha256"] = path.name, hashlib.sha256(path.read_bytes()).hexdigest()
            if "bytes" in row:
                row["bytes"] = path.stat().st_size
        (folder / f"{stem}.json").write_text(json.dumps(sealed(about)), encoding="utf-8")
        about = json.loads((source / "clip.json").read_text(encoding="utf-8"))


def _bytes(path: Path) -> int:
    """How much lies there, with the folder of media beside a file."""
    places = [path, path.with_name(f"{path.stem}-media")]
    files = [file for place in places for file in ([place] if place.is_file() else place.rglob("*"))]
    return sum(file.stat().st_size for file in files if file.is_file())
