"""Part a: whole clips, lranim against stock manim on the same scene files."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from bench.clip import Clip
from bench.judge import Judge, Quality
from bench.machine import memory
from bench.meter import Usage, in_turn, measure
from bench.plan import Plan
from bench.repeats import interleaved, median, ratio
from bench.table import number, table, times
from lranim.video.check import inspect

TITLE = "a. Whole clips: lranim against stock manim on the same scene files"
NEEDS = ()
HEAD = (
    "clip",
    "files",
    "tool",
    "s",
    "frames",
    "frames/s",
    "CPU s",
    "peak MB",
    "kB",
    "B/frame",
    "PSNR dB",
    "SSIM",
)
ALL = "mp4+gif+png"
STOCK_GIF_MEMORY = 14
"""GiB that the machine must have: stock manim holds all frames of a GIF, 10 GB for 14 s of 1080p60."""

Make = Callable[[], Usage]


@dataclass(frozen=True)
class Case:
    """A clip, the formats to make one by one, how often, and how many frames to judge."""

    clip: Clip
    formats: tuple[str, ...]
    repeats: int
    samples: int = 40

    @property
    def together(self) -> bool:
        """Whether to make all files in one go as well."""
        return {"mp4", "gif"} <= set(self.formats)

    @property
    def once(self) -> bool:
        """Whether to make the GIF once only: of a large clip, stock manim's takes minutes."""
        return self.clip.height > 1000


@dataclass(frozen=True)
class Outcome:
    """What one tool took for one clip and format (one usage a repeat), and what came out."""

    usages: list[Usage]
    frames: int
    bytes: int
    quality: Quality | None

    def columns(self) -> list[list[float]]:
        """What the table shows of it, one list a column, one value a repeat."""
        return [
            [usage.seconds for usage in self.usages],
            [self.frames],
            [self.frames / usage.seconds for usage in self.usages],
            [usage.cpu for usage in self.usages],
            [usage.peak / 1e6 for usage in self.usages],
            [self.bytes / 1e3],
            [self.bytes / self.frames],
        ]


def cases(plan: Plan) -> list[Case]:
    """What to make."""
    if plan.quick:
        return [
            Case(Clip("learning-rate", 854, 480, 15), ("mp4", "gif"), 1, samples=16),
            Case(Clip("learning-rate", 1920, 1080, 10), ("mp4",), 1, samples=16),
        ]
    scenes = ("oscillation", "learning-rate")
    large = ("mp4", "gif") if memory() > STOCK_GIF_MEMORY else ("mp4",)
    return [
        *(Case(Clip(scene, 854, 480, 15), ("mp4", "gif"), 2) for scene in scenes),
        # a rate that both tools' GIFs can play, so that both show the same frames
        Case(Clip("learning-rate", 854, 480, 20), ("gif",), 2),
        Case(Clip("oscillation", 1920, 1080, 60), ("mp4",), 2),
        Case(Clip("learning-rate", 1920, 1080, 60), large, 2),
    ]


def run(plan: Plan) -> str:
    """Make all, and return the table."""
    rows: list[list[str]] = []
    failures = []
    for case in cases(plan):
        name = f"{case.clip.scene} {case.clip.setting}"
        try:
            rows += _case(case, plan.place(f"clips/{name}"))
        except RuntimeError as error:  # the others took minutes and are still worth having
            failures.append(f"\n{name}: failed: {error}")
    if not rows:
        raise RuntimeError("".join(failures))
    return table(HEAD, rows, texts=3) + "".join(failures)


def _case(case: Case, place: Path) -> list[list[str]]:
    name = f"{case.clip.scene} {case.clip.setting}"
    runs: dict[str, Make] = {}
    for form in case.formats:
        runs[f"{name} {form} lranim"] = partial(_lranim, case.clip, form, place)
        runs[f"{name} {form} manim"] = partial(_manim, case.clip, form, place)
    if case.together:
        runs[f"{name} {ALL} lranim"] = partial(_lranim, case.clip, ALL, place)
        runs[f"{name} png manim"] = partial(_manim, case.clip, "png", place)
    once = [run for run in runs if "mp4 " not in run] if case.once else []
    usages = interleaved(runs, case.repeats, once)
    ours = {form: _ours(case, form, place, usages[f"{name} {form} lranim"]) for form in case.formats}
    stock = _stock(case, place, {form: usages[f"{name} {form} manim"] for form in case.formats})
    if case.together:
        files = ALL.split("+")
        size = sum((place / f"lranim-{ALL}" / f"clip.{form}").stat().st_size for form in files)
        ours[ALL] = Outcome(usages[f"{name} {ALL} lranim"], ours["mp4"].frames, size, None)
        size = sum(_found(place, form).stat().st_size for form in files)
        one_by_one = [usages[f"{name} {form} manim"] for form in files]
        turns = [in_turn(turn) for turn in zip(*one_by_one, strict=False)]
        stock[ALL] = Outcome(turns, stock["mp4"].frames, size, None)
    return [row for form in ours for row in _rows(name, form, ours[form], stock[form])]


def _lranim(clip: Clip, forms: str, place: Path) -> Usage:
    return measure(clip.lranim(forms.replace("+", ","), place / f"lranim-{forms}"))


def _manim(clip: Clip, form: str, place: Path) -> Usage:
    media = place / f"manim-{form}"
    shutil.rmtree(media, ignore_errors=True)
    return measure(clip.manim(form, media))


def _found(place: Path, form: str) -> Path:
    """Find the file that stock manim made; the partial ones have folders of their own."""
    files = (place / f"manim-{form}").rglob(f"*.{form}")
    return next(path for path in files if "partial_movie_files" not in path.parts)


def _ours(case: Case, form: str, place: Path, usages: list[Usage]) -> Outcome:
    """Judge lranim's file by the frames it draws; a GIF made alone is drawn at the rate that it plays."""
    path = place / f"lranim-{form}" / f"clip.{form}"
    clip = replace(case.clip, fps=round(inspect(path).fps))
    # the engine ends a GIF with a few frames that lead back to its beginning
    judge = Judge(path, case.samples, slack=clip.fps // 4 if form == "gif" else 0)
    clip.draw(judge.take)
    return Outcome(usages, judge.frames, path.stat().st_size, judge.quality())


def _stock(case: Case, place: Path, usages: dict[str, list[Usage]]) -> dict[str, Outcome]:
    """Judge stock manim's files by the frames that it draws itself, drawn once for all of them."""
    judges = {form: Judge(_found(place, form), case.samples) for form in case.formats}

    def take(frame: object, repeat: int) -> None:
        for judge in judges.values():
            judge.take(frame, repeat)

    case.clip.draw_stock(take)
    return {
        form: Outcome(usages[form], judge.frames, judge.path.stat().st_size, judge.quality())
        for form, judge in judges.items()
    }


def _rows(name: str, form: str, ours: Outcome, stock: Outcome) -> list[list[str]]:
    """Three rows: lranim, stock manim, and the one over the other."""
    rows = []
    for tool, outcome in (("lranim", ours), ("manim", stock)):
        cells = [number(median(column)) for column in outcome.columns()]
        quality = outcome.quality
        cells += [number(quality.psnr), f"{quality.ssim:.5f}"] if quality else ["", ""]
        rows.append([name, form, tool, *cells])
    ratios = [times(ratio(a, b)) for a, b in zip(ours.columns(), stock.columns(), strict=True)]
    if ours.quality and stock.quality:
        more = ours.quality.psnr - stock.quality.psnr, ours.quality.ssim - stock.quality.ssim
        ratios += [f"{more[0]:+.1f}", f"{more[1]:+.5f}"]
    else:
        ratios += ["", ""]
    rows.append(["", "", "**ratio**", *ratios])
    return rows
