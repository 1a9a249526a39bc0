"""Part e: how cost grows with work: a longer clip, a larger picture."""

from __future__ import annotations

from functools import partial

from bench.clip import Clip
from bench.meter import Usage, measure
from bench.plan import Plan
from bench.repeats import interleaved, median, ratio
from bench.table import number, table, times
from lranim.video.check import inspect

TITLE = "e. Cost against work: lranim, mp4 + gif, 15 frames/s; × is over the first row of its group"
NEEDS = ()
# At rate 1 the point bounces for ever, so every step is drawn; the clip grows by 0.3 s a step.
STEPS = (29, 88, 207, 444)
SIZES = ((854, 480), (1920, 1080), (3840, 2160))


def _clip(steps: int, width: int, height: int) -> Clip:
    return Clip("learning-rate", width, height, 15, {"lr": 1, "steps": steps})


def run(plan: Plan) -> str:
    """Render all in turn, and return the table."""
    steps, sizes = (STEPS[:2], SIZES[:2]) if plan.quick else (STEPS, SIZES)
    clips = {f"{count} steps, 480p": _clip(count, 854, 480) for count in steps}
    clips |= {f"{height}p": _clip(steps[0], width, height) for width, height in sizes[1:]}
    place = plan.place("growth")
    commands = {name: clip.lranim("mp4,gif", place / name) for name, clip in clips.items()}
    usages = interleaved({name: partial(measure, line) for name, line in commands.items()}, plan.repeats(2))
    first = f"{steps[0]} steps, 480p"

    def columns(name: str) -> list[list[float]]:
        frames, pixels = inspect(place / name / "clip.mp4").frames, clips[name].width * clips[name].height
        used: list[Usage] = usages[name]
        return [
            [frames],
            [frames * pixels / 1e6],
            [u.seconds for u in used],
            [u.cpu for u in used],
            [u.peak / 1e6 for u in used],
        ]

    rows = []
    for name in clips:
        cells = [name]
        for column, base in zip(columns(name), columns(first), strict=True):
            cells += [number(median(column)), times(ratio(column, base))]
        rows.append(cells)
    heads = [text for head in ("frames", "Mpx drawn", "s", "CPU s", "peak MB") for text in (head, "×")]
    return table(("clip", *heads), rows, texts=1)
