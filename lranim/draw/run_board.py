"""Losses of a training from its log, and the story that they tell."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lranim.draw.chart import Chart
from lranim.draw.lesson_scene import LessonScene
from lranim.draw.run_axes import RunCurve, loss_axis, step_axis
from lranim.draw.stage import ease
from lranim.logs import Log, RunState, Series, run_state
from lranim.logs.log import series
from lranim.logs.state import level
from lranim.look.text import short

SECONDS = 6.0
"""How long a training is watched."""

CHIPS = {
    RunState.DIVERGED: "minimum",
    RunState.FAILING: "minimum",
    RunState.UNDERFITTING: "rate",
    RunState.OVERFITTING: "minimum",
    RunState.GOOD: "gradient",
}
"""The colour of each state."""


def counted(scene: LessonScene, log: Log, step: float) -> str:
    """A place in the log in words: ``step 1,500``, ``epoch 2.5``."""
    count = f"{step:,.0f}" if step == round(step) else f"{step:,.4g}"
    return scene.say(f"run.at_{log.unit}", count=count)


class RunBoard:
    """Puts the train and validation losses of a log into a scene.

    Parameters
    ----------
    scene
        The scene to draw in.
    log
        A log with both.
    """

    def __init__(self, scene: LessonScene, log: Log) -> None:
        self.scene, self.log = scene, log
        losses = log.train_loss, log.valid_loss
        names = scene.say("run.train"), scene.say("run.validation")
        self.across = step_axis(scene.say(f"run.{log.unit}"), *losses)
        up = loss_axis(scene.say("run.loss"), *losses)
        self.chart = Chart(scene.setter, scene.layout.body, self.across, up, names=names)
        self.curves = [
            RunCurve(self.chart, one, style, name)
            for one, style, name in zip(losses, scene.theme.series, names, strict=False)
        ]
        self.show(self.across.low)
        scene.add(self.chart.still, self.chart.moving)

    def show(self, step: float) -> None:
        """Draw both up to a step."""
        for curve in self.curves:
            curve.show(step)

    def play(self, seconds: float) -> None:
        """Play the training, equally fast at all steps."""
        low, high = (
            min(float(one.step[0]) for one in (self.log.train_loss, self.log.valid_loss)),
            self.across.high,
        )
        self.scene.move(seconds, lambda share: self.show(low + (high - low) * share), self.chart.moving)

    def mark(self, step: float, text: str, role: str) -> None:
        """Mark a step."""
        marker = self.chart.marker(step, text, role).set_alpha(0.0)
        self.scene.move(self.scene.theme.waits.caption, lambda u: marker.set_alpha(ease(u)), marker.parts)

    def tint(self, step: float, role: str) -> None:
        """Tint what comes after a step."""
        band = self.chart.band(step, self.across.high, role).set_alpha(0.0)
        self.scene.move(self.scene.theme.waits.caption, lambda u: band.set_alpha(ease(u)), band.parts)


def only_validation(log: Log) -> bool:
    """Whether of a training that diverged the train loss did not: the validation loss alone is no number."""
    return run_state(replace(log, valid_loss=series())) is not RunState.DIVERGED


def diverged_at(losses: Series) -> float:
    """The step at which a loss that diverged is no number any more, or passes its first again.

    Examples
    --------
    >>> from lranim.logs.log import series
    >>> diverged_at(series(step=[1, 2, 3, 4], value=[4.0, 1.0, 9.0, float("nan")]))
    3.0
    """
    step, value = losses.step, losses.value
    known = np.isfinite(value)
    lowest = int(np.argmin(np.where(known, value, np.inf)))
    first = float(value[known][0])
    lost = np.flatnonzero(~known[lowest:] | (value[lowest:] > first))
    return float(step[lowest + lost[0]]) if len(lost) else float(step[lowest])


def tell_run(scene: LessonScene, log: Log) -> None:
    """Tell the story of a training: its losses, what they show, and which checkpoint to keep."""
    waits, state = scene.theme.waits, run_state(log)
    train, valid = level(log.train_loss)[1], log.valid_loss.finite
    best = log.best if log.best is not None else float(valid.step[-1])
    told: dict[str, object] = {
        "count": f"{len(log.train_loss):,}",
        "others": f"{len(log.valid_loss):,}",
        "first": short(float(train[0]), 3),
        "last": short(float(train[-1]), 3),
        "at": counted(scene, log, best),
        "lowest": short(float(np.interp(best, valid.step, valid.value)), 3),
        "judged": short(float(last), 3) if np.isfinite(last := log.valid_loss.value[-1]) else "NaN",
    }
    ending, lost = state.value, log.train_loss
    if state is RunState.DIVERGED and only_validation(log):
        ending, lost = "lost", log.valid_loss
    scene.beat("run.start", **told)
    board = RunBoard(scene, log)
    scene.hold(waits.read)
    scene.beat("run.play", **told)
    board.play(SECONDS)

    scene.beat(f"run.state_{ending}", **told)
    chip = scene.say(f"run.chip_{ending}")
    scene.judge(chip, CHIPS[state])
    if state is RunState.DIVERGED:
        end = diverged_at(lost)
        board.tint(end, "minimum")
        board.mark(end, scene.say("run.ended", at=counted(scene, log, end)), "minimum")
    elif state is RunState.OVERFITTING:
        board.tint(best if log.lowest is None else log.lowest, "minimum")
    scene.hold(waits.read)

    scene.beat(f"run.end_{ending}", **told)
    if state is not RunState.FAILING:
        # A trainer may have judged by something else, such as accuracy.
        named = best == log.best_step and best != log.lowest
        board.mark(best, scene.say("run.best_named" if named else "run.best", at=told["at"]), "gradient")
    scene.alt = scene.say("run.alt", chip=chip, **told)
    scene.hold(waits.end)
