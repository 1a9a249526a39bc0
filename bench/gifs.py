"""Part c: the GIFs of the course's five learning rates, lranim against a matplotlib script."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bench.clip import Clip
from bench.meter import ROOT, Usage, measure, measure_all
from bench.plan import Plan
from bench.repeats import interleaved, median, ratio
from bench.table import number, table, times
from lranim.render.inspect import inspect

TITLE = "c. The course's GIFs, 1000 × 600: lranim (20 frames/s) against a matplotlib script (2.5 frames/s)"
NEEDS = ("matplotlib",)
RATES = ("0.99", "0.9", "0.3", "0.1", "0.01")
RUNS = ("lranim, one at a time", "lranim, two at a time", "matplotlib")


def run(plan: Plan) -> str:
    """Make them each way in turn, and return the table."""
    rates = RATES[1:3] if plan.quick else RATES
    place = plan.place("gifs")

    def ours(at_a_time: int) -> Usage:
        clips = [Clip("learning-rate", 1000, 600, 20, {"lr": rate, "steps": 29}) for rate in rates]
        commands = [
            clip.lranim("gif", _folder(place, at_a_time, rate))
            for clip, rate in zip(clips, rates, strict=True)
        ]
        return measure_all(commands, at_a_time)

    def matplotlib() -> Usage:
        return measure([sys.executable, str(ROOT / "bench" / "course.py"), str(place), *rates])

    runs: dict[str, Callable[[], Usage]] = {
        RUNS[0]: partial(ours, 1),
        RUNS[1]: partial(ours, 2),
        RUNS[2]: matplotlib,
    }
    usages = interleaved(runs, plan.repeats(2))
    files = {
        RUNS[0]: [_folder(place, 1, rate) / "clip.gif" for rate in rates],
        RUNS[1]: [_folder(place, 2, rate) / "clip.gif" for rate in rates],
        RUNS[2]: [place / f"{rate}.gif" for rate in rates],
    }
    rows = [row for name in RUNS for row in _rows(name, usages, files)]
    return table(
        ("run", "s", "CPU s", "frames", "frames/s", *(f"kB, η={rate}" for rate in rates)), rows, texts=1
    )


def _folder(place: Path, at_a_time: int, rate: str) -> Path:
    return place / f"lranim-{at_a_time}-{rate}"


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
