"""Part g: many clips: measured with one and two workers, simulated for a thousand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from bench.batches import (
    FORMATS,
    all_scenes,
    client_seconds,
    equal_clips,
    hashing_speed,
    sidecars,
    start_seconds,
    two_commands,
    worker_seconds,
)
from bench.plan import Plan
from bench.repeats import interleaved, median, ratio
from bench.simulation import Costs, simulate
from bench.table import number, table, times

TITLE = "g. Scale: many clips on many workers"
NEEDS = ()
LINK = 1e9 / 8
"""Bytes a second that reach the client: 1 Gbit/s."""

WORKERS = (1, 2, 8, 64, 1000)
CLIENTS = 10
RUNS = {
    "one worker, one core": (1, 1),
    "one worker, two cores": (1, 2),
    "two workers, two cores": (2, 2),
}
"""Workers and cores."""

APART = "two commands, a core each"
"""The same clips by commands that share nothing, so that what the machine itself loses can be told apart."""


@dataclass(frozen=True)
class Course:
    """What is known of the clips of a course: how long each takes on one core (s), and its size (bytes)."""

    seconds: list[float]
    sizes: list[float]

    def of(self, clips: int) -> Course:
        """A course of so many clips, the known ones again and again."""
        rounds = -(-clips // len(self.seconds))
        return Course((self.seconds * rounds)[:clips], (self.sizes * rounds)[:clips])


def run(plan: Plan) -> str:
    """Measure, simulate, and return the tables."""
    start = median([start_seconds() for _ in range(plan.repeats(3))])
    equal = _throughput(plan)
    batch, place = all_scenes(plan), plan.place("scale")
    one = batch.run(place / "one", 1, 1).seconds
    two = batch.run(place / "two", 2, 2).seconds
    made = sidecars(place / "one")
    client = client_seconds(batch, [clip["scene"] for clip in made], place / "one", place / "client")
    costs = Costs(start=start, job=worker_seconds(plan.place("nothing")), link=LINK, client=client)
    course = Course([clip["seconds"] for clip in made], [_bytes(clip) for clip in made])
    parts = {
        f"{equal.clips} equal clips, whole commands": _equal_table(equal),
        f"Every scene once, {batch.height}p{batch.fps}, on one core": _scene_table(made),
        "What else a batch takes": _cost_table(costs),
        "The simulation beside what was measured, every scene once": _check_table(course, costs, one, two),
        "Simulated from these times": _curve_table(course, costs),
        "What it costs": _bill_table(course, costs),
    }
    return "\n\n".join(f"**{title}**\n\n{text}" for title, text in parts.items())


@dataclass(frozen=True)
class Equal:
    """How equal clips went: how many, and the seconds and processor seconds of each run and repeat."""

    clips: int
    seconds: dict[str, list[float]]
    cpu: dict[str, list[float]]


def _throughput(plan: Plan) -> Equal:
    """Render equal clips in each way in turn."""
    batch, clips = equal_clips(plan)
    place = plan.place("equal")
    runs = {name: partial(batch.run, place / name.replace(" ", "-"), *how) for name, how in RUNS.items()}
    runs[APART] = partial(two_commands, plan, place / "apart")
    usages = interleaved(runs, plan.repeats(3))
    seconds = {name: [usage.seconds for usage in usages[name]] for name in runs}
    return Equal(clips, seconds, {name: [usage.cpu for usage in usages[name]] for name in runs})


def _equal_table(equal: Equal) -> str:
    alone, shared, *_ = RUNS
    rows = []
    for name, seconds in equal.seconds.items():
        clips = equal.clips * 60 / median(seconds)
        over = [times(ratio(equal.seconds[base], seconds)) for base in (alone, shared)]
        rows.append([name, number(median(seconds)), number(median(equal.cpu[name])), number(clips), *over])
    head = ("run", "s", "CPU s", "clips a minute", "over one core", "over one worker on two")
    return table(head, rows, texts=1)


def _scene_table(made: Sequence[dict[str, Any]]) -> str:
    rows = []
    totals = [0.0] * (2 + len(FORMATS))
    for clip in made:
        sizes = {row["format"]: row["bytes"] / 1e3 for row in clip["artifacts"]}
        frames = max(row["frames"] for row in clip["artifacts"])
        values = [frames, clip["seconds"], *(sizes[form] for form in FORMATS)]
        totals = [total + value for total, value in zip(totals, values, strict=True)]
        rows.append([clip["scene"], *map(number, values), number(frames / clip["seconds"])])
    rows.append(["**all**", *map(number, totals), number(totals[0] / totals[1])])
    return table(("scene", "frames", "s", *(f"{form} kB" for form in FORMATS), "frames/s"), rows, texts=1)


def _bytes(clip: dict[str, Any]) -> float:
    return float(sum(row["bytes"] for row in clip["artifacts"]))


def _cost_table(costs: Costs) -> str:
    rows = [
        ["a worker's start (Python, manim)", f"{number(costs.start)} s"],
        ["a worker's time a clip, beside rendering", f"{number(costs.job * 1e3)} ms"],
        ["the client's time a clip (hash, write, publish, keep)", f"{number(costs.client * 1e3)} ms"],
        ["SHA-256, one core", f"{number(hashing_speed() / 1e6)} MB/s"],
        ["the client's link (assumed)", f"{number(costs.link / 1e6)} MB/s"],
    ]
    return table(("what", "measured"), rows, texts=1)


def _check_table(course: Course, costs: Costs, one: float, two: float) -> str:
    # Without a cluster each worker publishes its clips itself.
    here = Costs(start=costs.start, job=costs.job + costs.client, link=math.inf, client=0.0)
    rows = []
    for workers, measured in ((1, one), (2, two)):
        seconds = simulate(course.seconds, course.sizes, workers, here, longest_first=False).seconds
        rows.append([str(workers), number(measured), number(seconds), times(seconds / measured)])
    return table(("workers, a core each", "s, measured", "s, simulated", "simulated over measured"), rows, 1)


def _curve_table(course: Course, costs: Costs) -> str:
    rows = []
    for name, clips in batches(len(course.seconds)).items():
        whole = course.of(clips)
        base = simulate(whole.seconds, whole.sizes, 1, costs).seconds
        for clients in (1, CLIENTS) if clips > 1000 else (1,):
            part = course.of(clips // clients)
            label = name if clients == 1 else f"{name}, {clients} clients"
            for workers in (count for count in WORKERS if count >= 8 * (clients > 1) * clients):
                result = simulate(part.seconds, part.sizes, workers // clients, costs)
                faster = base / result.seconds
                rows.append(
                    [
                        label,
                        str(workers),
                        span(result.seconds),
                        times(faster),
                        f"{result.busy:.0%}",
                        result.bound,
                    ]
                )
    return table(("batch", "workers", "time", "faster", "at work", "held back by"), rows, texts=1)


def batches(scenes: int) -> dict[str, int]:
    """The batches that are simulated, and how many clips they have."""
    return {
        f"one course, {2 * scenes} clips": 2 * scenes,
        "a hundred clips in two languages": 200,
        "a thousand such courses": 200_000,
    }


def _bill_table(course: Course, costs: Costs) -> str:
    rows = []
    for name, clips in batches(len(course.seconds)).items():
        whole = course.of(clips)
        work = sum(whole.seconds) + clips * costs.job
        most = {
            "longest clip": max(whole.seconds) + costs.job,
            "link": sum(whole.sizes) / costs.link,
            "client": clips * costs.client,
        }
        bend = max(most, key=lambda what: most[what])
        counts = [f"{clips:,}", number(work / 3600), number(sum(whole.sizes) / 1e9)]
        rows.append([name, *counts, f"{work / most[bend]:,.0f}", bend])
    head = ("batch", "clips", "core-hours", "GB", "workers until it bends", "because of")
    return table(head, rows, texts=1)


def span(seconds: float) -> str:
    """Write a time in the unit that suits it.

    Examples
    --------
    >>> span(45), span(600), span(9000), span(400000)
    ('45.0 s', '10.0 min', '2.50 h', '4.63 days')
    """
    for unit, length, least in (("days", 86400, 48 * 3600), ("h", 3600, 5400), ("min", 60, 90)):
        if seconds >= least:
            return f"{number(seconds / length)} {unit}"
    return f"{number(seconds)} s"
