"""Part f: how long a command takes before there is anything to see."""

from __future__ import annotations

import sys
from functools import partial

from bench.meter import ROOT, measure
from bench.plan import Plan
from bench.repeats import interleaved, median
from bench.table import number, table

TITLE = "f. Start-up: from the command to its answer, or to the first frame of a 480p clip"
NEEDS = ()
LRANIM = (sys.executable, "-m", "lranim")


def run(plan: Plan) -> str:
    """Measure in turn, and return the table."""
    clip = ["render", "oscillation", "-q", "l", "--force", "-o", str(plan.place("start"))]
    commands = {
        "lranim --help": [*LRANIM, "--help"],
        "lranim list": [*LRANIM, "list"],
        "lranim render oscillation --help": [*LRANIM, "render", "oscillation", "--help"],
        "lranim render, first frame": [sys.executable, str(ROOT / "bench" / "first_frame.py"), *clip],
        "import manim, nothing else": [sys.executable, "-c", "import manim"],
        "python, nothing at all": [sys.executable, "-c", ""],
    }
    runs = {name: partial(_seconds, command) for name, command in commands.items()}
    seconds = interleaved(runs, 3 if plan.quick else 9)
    rows = [[name, number(median(values)), number(min(values))] for name, values in seconds.items()]
    return table(("command", "s, median", "s, least"), rows, texts=1)


def _seconds(command: list[str]) -> float:
    return measure(command).seconds
