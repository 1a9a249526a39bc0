"""A training from its log: its losses, or its learning rate above its loss, and the story that they tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from lranim.draw.chart.chart import BEFORE, Axis, Chart, stacked, ticks
from lranim.draw.chart.curves import Band, Curve, Marker
from lranim.draw.scene import LessonScene
from lranim.logs import Log, RunState, Series, Shape, rate_shape, run_state, thinned
from lranim.logs.log import GROUPS, level, series, spike
from lranim.look.text import short
from lranim.look.theme import LineStyle

SECONDS = 6.0
"""How long a training is watched."""

DRAWN = 900
"""So many points of a series are drawn at most: more than there are pixels for in a small frame."""

WIDE = 20.0
"""Losses whose level changes by more than this factor have a log axis."""

ROOM = 0.5
"""So far above the highest level spikes are shown, as a share of the levels' range."""

HALF, FLAT = 0.5, 0.2
"""An axis begins at 0 where the losses come down to half of its top, or fall by less than a fifth."""

EXPLODED = 100.0
"""What is more than this many times the first loss leaves the chart."""

LONG = 1e4
"""From so many steps on, commas stand between their thousands."""

FAINT = 0.45
"""Opacity of the losses as they are, behind their level."""

CHIPS = {RunState.UNDERFITTING: "rate", RunState.GOOD: "gradient"}
"""The colour of each state but the bad ones, which are red."""

ENDINGS = {Shape.FLAT: "_flat", Shape.RISE: "_way", Shape.FALL: "_way"}
"""The end of the last text's key that goes with the way of a rate, where it is not ``_loss``."""

FEWEST = 2
"""Losses are drawn beside a rate where there are so many at least."""

Line = tuple[Series, LineStyle | str, str]
"""A series, its style and its name."""


def step_axis(label: str, *drawn: Series) -> Axis:
    """The axis of what is counted, from 0 where that is near."""
    steps = np.concatenate([one.step for one in drawn])
    low, high = float(steps.min()), float(steps.max())
    if 0 < low <= 0.1 * high:
        low = 0.0
    if low == high:
        low, high = low - 1.0, high + 1.0
    low -= BEFORE * (high - low)
    # As they are facts in words, too; so long ones are few.
    places = ticks(low, high, 4).tolist() if high >= LONG else []
    return Axis(low, high, label, ticks=tuple((place, f"{place:,.0f}") for place in places) or None)


def loss_axis(label: str, *losses: Series) -> Axis:
    """The axis of losses: by their level, with room for spikes; a log one for falls by orders of magnitude.

    Examples
    --------
    >>> axis = loss_axis("loss", series(step=[1, 2, 3], value=[9.0, 0.09, 0.001]))
    >>> axis.log, axis.low < 0.001, axis.high > 9.0
    (True, True, True)
    """
    levels = np.concatenate([level(one)[1] for one in losses])
    highest = max(float(one.finite.value.max()) for one in losses)
    first = max(abs(float(one.finite.value[0])) for one in losses)
    levels = levels[levels <= max(EXPLODED * first, float(levels.min()))]
    low, high = float(levels.min()), float(levels.max())
    if low > 0 and high / low > WIDE:
        return Axis(low / 1.5, min(max(highest, high), 3 * high) * 1.2, label, log=True)
    if low == high:
        return Axis.around([low], label=label)
    top = min(max(highest, high), high + ROOM * (high - low))
    # On an axis of its own range alone, the noise of a loss that stays where it is would look like much.
    zero = low >= 0 and (low < HALF * top or high - low < FLAT * high)
    return Axis.around([0.0 if zero else low, top], label=label, zero=zero, room=0.05)


class LogBoard:
    """Puts series of a log into a scene, in a chart or in charts above one another, and plays their steps.

    The rows are of each chart its axis up, and its series, with style and name each.
    """

    def __init__(self, scene: LessonScene, log: Log, *rows: tuple[Axis, Sequence[Line]]) -> None:
        self.scene, lines = scene, [line for _, lines in rows for line in lines]
        across = step_axis(scene.say(f"run.{log.unit}"), *(one for one, *_ in lines))
        # All go along the same steps, which the lowest one names.
        bare, names = Axis(across.low, across.high, ticks=()), [name for *_, name in lines if name]
        axes = [(bare if row is not rows[-1] else across, row[0]) for row in rows]
        boxes = scene.layout.body.rows(*[1.0] * len(rows), gap=scene.layout.gap)
        self.charts = stacked(scene.setter, boxes, axes, names)
        self.low, self.high = min(float(one.step[0]) for one, *_ in lines), across.high
        self.curves: list[Curve] = []
        for chart, (_, own) in zip(self.charts, rows, strict=True):
            for line in own:
                self._draw(chart, *line)
        self.show(across.low)
        for chart in self.charts:
            scene.add(chart.still, chart.moving)

    def _draw(self, chart: Chart, drawn: Series, style: LineStyle | str, name: str) -> None:
        """Draw a series, two finite values at least: where it is noisy, its level over its faint values."""
        width, points = chart.setter.theme.sizes.curve, thinned(drawn.step, drawn.value, DRAWN)
        if style != "rate" and len(drawn.finite) >= 2 * GROUPS:
            self.curves.append(Curve(chart, *points, style, dash=(), opacity=FAINT, head=False))
            self.curves.append(Curve(chart, *level(drawn), style, name, dash=(), width=width))
        else:
            few = int(len(points[0]) <= GROUPS)
            self.curves.append(Curve(chart, *points, style, name, dash=(), width=width, every=few))

    def show(self, step: float) -> None:
        """Draw all up to a step; before its first, nothing of a curve is there."""
        for curve in self.curves:
            begun = step >= curve.x[0]
            if begun != (curve.alpha > 0):
                curve.set_alpha(float(begun))
            curve.draw_to(float(np.interp(step, curve.x, np.arange(len(curve.x)))))

    def play(self, start: float, end: float) -> None:
        """Play the training from one step to another, as fast as all of it would be in `SECONDS`."""
        seconds = max(SECONDS * (end - start) / (self.high - self.low), 1.0)
        self.scene.advance(self.show, start, end, seconds, *(chart.moving for chart in self.charts))

    def mark(self, step: float, text: str, role: str) -> None:
        """Mark a step in the first chart."""
        self.scene.reveal(*Marker(self.charts[0], step, text, role))

    def tint(self, step: float, role: str) -> None:
        """Tint what comes after a step in the first chart."""
        self.scene.reveal(*Band(self.charts[0], step, self.high, role))


def counted(scene: LessonScene, log: Log, step: float) -> str:
    """A place in the log in words: ``step 1,500``, ``epoch 2.5``."""
    count = f"{step:,.0f}" if step == round(step) else f"{step:,.4g}"
    return scene.say(f"run.at_{log.unit}", count=count)


def diverged_at(losses: Series) -> float:
    """The step at which a loss that diverged is no number any more, or passes its first again.

    Examples
    --------
    >>> diverged_at(series(step=[1, 2, 3, 4], value=[4.0, 1.0, 9.0, float("nan")]))
    3.0
    """
    step, value = losses.step, losses.value
    known = np.isfinite(value)
    lowest = int(np.argmin(np.where(known, value, np.inf)))
    first = float(value[known][0])
    lost = np.flatnonzero(~known[lowest:] | (value[lowest:] > first))
    return float(step[lowest + lost[0]]) if len(lost) else float(step[lowest])


def tell_losses(scene: LessonScene, log: Log) -> None:
    """Tell the story of a training: its losses, what they show, and which checkpoint to keep."""
    waits, state = scene.theme.waits, run_state(log)
    ending, lost = state.value, log.train_loss
    if state is RunState.DIVERGED:
        if run_state(replace(log, valid_loss=series())) is not RunState.DIVERGED:
            # The validation loss alone is no number.
            ending, lost = "lost", log.valid_loss
        end = diverged_at(lost)
        ending += "" if np.isfinite(lost.value[-1]) else ".nan"
    train, valid = level(log.train_loss)[1], log.valid_loss.finite
    early = valid.step < (end if state is RunState.DIVERGED else np.inf)
    lowest = valid.step[np.argmin(np.where(early, valid.value, np.inf))]
    best = float(lowest) if log.best_step is None else log.best_step
    facts: dict[str, object] = {
        "count": f"{len(log.train_loss):,}",
        "others": f"{len(log.valid_loss):,}",
        "first": short(float(train[0]), 3),
        "last": short(float(train[-1]), 3),
        "at": counted(scene, log, best),
        "lowest": short(float(np.interp(best, valid.step, valid.value)), 3),
        "judged": short(float(last), 3) if np.isfinite(last := log.valid_loss.value[-1]) else "NaN",
    }
    scene.beat("run.start", **facts)
    losses, names = (log.train_loss, log.valid_loss), (scene.say("run.train"), scene.say("run.validation"))
    lines = list(zip(losses, scene.theme.series, names, strict=False))
    board = LogBoard(scene, log, (loss_axis(scene.say("run.loss"), *losses), lines))
    scene.hold(waits.read)
    scene.beat("run.play", **facts)
    board.play(board.low, board.high)

    high = spike(log.train_loss)
    if high is not None and state is not RunState.DIVERGED:
        facts |= {"spike": counted(scene, log, high[0]), "height": short(high[1], 3)}
        scene.beat("run.spike", **facts)
        board.mark(high[0], scene.say("run.spiked", **facts), "muted")
        scene.hold(waits.read)

    scene.beat(f"run.state_{ending}", **facts)
    chip = scene.say(f"run.chip_{ending}")
    scene.judge(chip, CHIPS.get(state, "minimum"))
    if state is RunState.DIVERGED:
        board.tint(end, "minimum")
        board.mark(end, scene.say("run.ended", at=counted(scene, log, end)), "minimum")
    elif state is RunState.OVERFITTING:
        board.tint(best if log.lowest is None else log.lowest, "minimum")
    scene.hold(waits.read)

    scene.beat(f"run.end_{ending}", **facts)
    if state is not RunState.FAILING:
        # A trainer may have judged by something else, such as accuracy.
        named = log.best_step not in (None, log.lowest)
        board.mark(best, scene.say("run.best_named" if named else "run.best", at=facts["at"]), "gradient")
    scene.alt = scene.say("run.alt", chip=chip, **facts)
    scene.hold(waits.end)


def tell_rate(scene: LessonScene, log: Log) -> None:
    """Tell how a learning rate went: its warm-up and its decay, or whatever else, beside the loss."""
    waits, rates, found = scene.theme.waits, log.lr.finite, rate_shape(log.lr)
    facts: dict[str, object] = {
        "count": f"{len(log.lr):,}",
        "begin": short(float(rates.value[0]), 3),
        "peak": short(float(rates.value.max()), 3),
        "end": short(float(rates.value[-1]), 3),
        "at": counted(scene, log, found.peak),
        "turns": found.turns,
    }
    lossy = len(log.train_loss.finite) >= FEWEST
    if lossy:
        levels = level(log.train_loss)[1]
        facts |= {"first": short(float(levels[0]), 3), "last": short(float(levels[-1]), 3)}

    scene.beat("run.start_rate", **facts)
    up = Axis.around(log.lr.value, label=scene.say("run.rate"), zero=True, room=0.1)
    rows: list[tuple[Axis, list[Line]]] = [(up, [(log.lr, "rate", "")])]
    if lossy:
        losses = log.train_loss
        rows.append((loss_axis(scene.say("run.loss"), losses), [(losses, "cost", "")]))
    board = LogBoard(scene, log, *rows)
    scene.hold(waits.read)
    if found.shape is Shape.BOTH:
        scene.beat("run.rise", **facts)
        board.play(board.low, found.peak)
        scene.beat("run.fall", **facts)
        board.play(found.peak, board.high)
    else:
        scene.beat(f"run.{found.shape.value}", **facts)
        board.play(board.low, board.high)

    scene.beat(f"run.end_rate{ENDINGS.get(found.shape, '_loss') if lossy else ''}", **facts)
    if found.shape is not Shape.FLAT:
        board.mark(found.peak, scene.say("run.peak", at=facts["at"]), "rate")
    scene.alt = scene.say("run.alt_rate_loss" if lossy else "run.alt_rate", **facts)
    scene.hold(waits.end)
