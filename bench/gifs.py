"""Part c: the GIFs of the course's five learning rates, lranim against a matplotlib script."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

from bench.clip import Clip
from bench.meter import ROOT, Usage, in_turn, measure
from bench.plan import Plan
from bench.repeats import interleaved, median, ratio
from bench.table import number, table, times
from lranim.video.check import inspect

TITLE = "c. The course's GIFs, 1000 × 600: lranim (20 frames/s) against a matplotlib script (2.5 frames/s)"
NEEDS = ("matplotlib",)
RATES = ("0.99", "0.9", "0.3", "0.1", "0.01")
RUNS = ("lranim, a command each", "lranim, one command, -j 2", "matplotlib")


def run(plan: Plan) -> str:
    """Make them each way in turn, and return the table."""
    rates = RATES[1:3] if plan.quick else RATES
    place = plan.place("gifs")

    def one_by_one() -> Usage:
        clips = [Clip("learning-rate", 1000, 600, 20, {"lr": rate, "steps": 29}) for rate in rates]
        return in_turn([measure(c.lranim("gif", place / "each" / c.options["lr"])) for c in clips])

    def at_once() -> Usage:
        values = [text for rate in rates for text in ("--lr", rate)]
        how = ["-r", "1000,600", "--fps", "20", "--format", "gif", "-j", "2", "--force"]
        command = [sys.executable, "-m", "lranim", "render", "learning-rate", *values, "--steps", "29"]
        return measure([*command, *how, "-o", str(place / "all")])

    def matplotlib() -> Usage:
        return measure([sys.executable, str(ROOT / "bench" / "course.py"), str(place), *rates])

    runs: dict[str, Callable[[], Usage]] = {
        RUNS[0]: one_by_one,
        RUNS[1]: at_once,
        RUNS[2]: matplotlib,
    }
    usages = interleaved(runs, plan.repeats(2))
    files = {
        RUNS[0]: [place / "each" / rate / "clip.gif" for rate in rates],
        RUNS[1]: [_made(place / "all", float(rate)) for rate in rates],
        RUNS[2]: [place / f"{rate}.gif" for rate in rates],
    }
    rows = [row for name in RUNS for row in _rows(name, usages, files)]
    return table(
        ("run", "s", "CPU s", "frames", "frames/s", *(f"kB, η={rate}" for rate in rates)), rows, texts=1
    )


def _made(folder: Path, lr: float) -> Path:
    """The GIF of one rate, found by what its sidecar says."""
    found = [path for path in folder.glob("*.json") if json.loads(path.read_text())["params"]["lr"] == lr]
    return found[0].with_suffix(".gif")


def _rows(name: str, usages: dict[str, list[Usage]], files: dict[str, list[Path]]) -> list[list[str]]:
    """The row of a run, and for lranim the one over matplotlib's."""

    def columns(run: str) -> list[list[float]]:
        frames = sum(inspect(path).frames for path in files[run])
        seconds = [usage.seconds for usage in usages[run]]
        sizes = [[path.stat().st_size / 1e3] for path in files[run]]
        return [seconds, [u.cpu for u in usages[run]], [frames], [frames / s for s in seconds], *sizes]

    rows = [[name, *(number(median(column)) for column in columns(name))]]
    if name != RUNS[-1]:
        pairs = zip(columns(name), columns(RUNS[-1]), strict=True)
        rows.append(["**over matplotlib**", *(times(ratio(a, b)) for a, b in pairs)])
    return rows
