"""Trainings as they go on: a range test, and losses beside the curve fitted so far."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import VMobject

from lranim.core.least_squares import predict
from lranim.core.range_test import RangeTest
from lranim.core.training import Training
from lranim.core.types import Array, Trajectory
from lranim.draw.chart.chart import BEFORE, Axis, Chart
from lranim.draw.chart.curves import Band, CostCurves, Curve, Dots, Marker
from lranim.draw.layout import Box
from lranim.draw.lettering import Counter
from lranim.draw.scene import LessonScene, ease

FAINT = 0.4
"""Opacity of losses that were not kept."""

POINTS = 201
"""Points of a fitted curve."""

SLOW = 10
"""Epochs that are slow enough to be followed one by one."""

ENOUGH = 0.6
"""Share of a fit that must lie in its chart to be worth looking at."""

ROOM, TEST_ROOM = 1.25, 1.5
"""Height of the axis of losses of a training and of a range test, in units of the untrained network's: what
explodes leaves the chart."""


def warped(epoch: float) -> float:
    """Where an epoch lies across: early epochs change most, and epoch 0 has no logarithm."""
    return float(np.log1p(epoch))


class TrainingBoard:
    """Puts the losses of a training and its fitted curve into a scene, and plays its epochs.

    The axis of epochs is that of ``log(1 + epoch)``, and time goes along with it, up to the `epochs` of the
    longest training; all are on the samples of this first one.
    """

    def __init__(self, scene: LessonScene, run: Training, epochs: int) -> None:
        self.scene, self.epochs = scene, epochs
        setter, theme, data = scene.setter, scene.theme, run.data
        left, right = scene.layout.split(1.2, 1.0)
        epoch, loss, *names = (
            scene.say(f"train-valid.{key}") for key in ("epoch", "loss", "train", "validation")
        )
        marks = [0, *(10**k for k in range(4) if 10**k < 0.7 * epochs), epochs]
        ticks, end = tuple((warped(k), str(k)) for k in marks), warped(epochs)
        up = Axis(0.0, ROOM * max(run.train[0], run.validation[0]), loss)
        self.losses = Chart(setter, left, Axis(-BEFORE * end, end, epoch, ticks=ticks), up, names=names)
        up = Axis.around(data.train.y, data.validation.y, label="y", room=0.15)
        self.fits = Chart(setter, right, Axis(-1.0, 1.0, "x"), up)

        x, none = np.log1p(np.arange(epochs + 1)), np.full(epochs + 1, np.nan)
        # What is kept of the losses lies over the whole, which turns faint behind it.
        width, series = theme.sizes.curve, theme.series[:2]
        self.whole = [
            Curve(self.losses, x, none, style, name, width=width)
            for style, name in zip(series, names, strict=True)
        ]
        self.kept = [Curve(self.losses, x, none, style, width=width) for style in series]
        self.grid = np.linspace(-1.0, 1.0, POINTS)
        flat = np.zeros(POINTS)
        self.left_behind = Curve(self.fits, self.grid, flat, "muted", dash=(1.2, 1.2), head=False)
        self.fit = Curve(self.fits, self.grid, flat, "point", width=width, head=False)
        for style, heap, radius in zip(series, (data.train, data.validation), (1.25, 0.95), strict=True):
            Dots(self.fits, heap.x, heap.y, style, radius)
        # The epoch of the fitted curve, and left of it that of the one left behind, over their chart.
        size, words = theme.sizes.label, scene.say("train-valid.at", epoch="{count}")
        self.at = Counter(setter, words, size, "point", epochs)
        end, level = self.fits.box.right - self.at.advance, self.fits.box.top - 0.95 * setter.em(size)
        self.at.at(end, level)
        self.was = setter.text(words.format(count=epochs), size, "muted")
        self.was.at(end - 3 * setter.unit, level, 1.0)
        self.moving: tuple[VMobject, ...] = (self.losses.moving, self.fit, self.at)
        self.take(run)
        scene.add(self.losses.still, self.losses.moving, self.fits.still, self.fits.moving, self.at, self.was)

    def take(self, run: Training) -> None:
        """Take up a training, before its first epoch, with nothing of it shown."""
        self.run = run
        with np.errstate(over="ignore", invalid="ignore"):
            self.said = np.nan_to_num(predict(run.weights, self.grid))
        self._tell(self.whole)
        self.show(0.0)
        self._appear(0.0)
        for drawn in (*self.kept, self.left_behind, self.was):
            drawn.set_alpha(0.0)

    def _tell(self, curves: Sequence[Curve]) -> None:
        """Give curves the losses of the run; one that exploded early has none to show at its end."""
        for curve, losses in zip(curves, (self.run.train, self.run.validation), strict=True):
            curve.values(np.append(losses, np.full(self.epochs - self.run.epochs, np.nan)))

    def _appear(self, opacity: float) -> None:
        for part in (*self.whole, self.fit, self.at):
            part.set_alpha(opacity)

    def show(self, epoch: float) -> None:
        """Draw losses and fit at an epoch, or between two."""
        for curve in self.whole:
            curve.draw_to(epoch)
        self._fit_at(epoch)

    def _fit_at(self, epoch: float) -> None:
        # A rate near the limit throws the curve from one side to the other at every epoch: at full speed
        # this would flicker, and half way between the two sides lies a fit that never was. Every second
        # epoch is on the same side.
        epoch = min(round(epoch, 6), self.run.epochs)
        pace = 1 if epoch < SLOW or epoch == int(epoch) else 2
        k = int(epoch) // pace * pace
        after, share = min(k + pace, self.run.epochs), (epoch - k) / pace
        self.fit.values((1 - share) * self.said[k] + share * self.said[after])
        self.at.number.put(round(epoch))

    def train(self, seconds: float) -> None:
        """Play all epochs, as far as there is anything of them to see."""
        self.scene.move(self.scene.theme.waits.caption, lambda u: self._appear(ease(u)), *self.moving)
        end = warped(self.last_seen)
        # On this axis the first epochs take their time as it is.
        self.scene.move(seconds, lambda u: self.show(float(np.expm1(end * (u + ease(u)) / 2))), *self.moving)

    @property
    def last_seen(self) -> int:
        """The last epoch at which there is something to see: the fit, or a loss that leaves its chart."""
        up = self.fits.y
        fit = ((self.said > up.low) & (self.said < up.high)).mean(axis=1) > ENOUGH
        last = int(np.flatnonzero(fit | (self.run.train < self.losses.y.high))[-1]) + 1
        return min(last + last % 2, self.run.epochs)

    def clear(self, run: Training) -> None:
        """Fade out a training, and take up the next one."""
        self.scene.move(self.scene.theme.waits.caption, lambda u: self._appear(1.0 - ease(u)), *self.moving)
        self.take(run)

    def mark(self, text: str) -> None:
        """Mark the best epoch, and tint what comes after it."""
        best = warped(self.run.best_epoch)
        marker = Marker(self.losses, best, text, "gradient")
        band = Band(self.losses, best, warped(self.epochs), "minimum")
        self.scene.reveal(*marker, *band, seconds=2 * self.scene.theme.waits.caption)

    def go_back(self, seconds: float) -> None:
        """Run back to the best epoch; what was learned after it stays, faint."""
        self._tell(self.kept)
        self.left_behind.values(self.said[-1])
        for kept in self.kept:
            kept.draw_to(self.epochs).set_alpha(1.0)
        start, end = warped(self.epochs), warped(self.run.best_epoch)

        def draw(share: float) -> None:
            u = ease(share)
            epoch = float(np.expm1(start + (end - start) * u))
            for whole, kept in zip(self.whole, self.kept, strict=True):
                whole.line.set_alpha(1.0 - (1.0 - FAINT) * u)
                whole.head.set_alpha(1.0 - u)
                kept.draw_to(epoch)
            self.left_behind.set_alpha(u)
            self.was.set_alpha(u)
            self._fit_at(epoch)

        self.scene.move(seconds, draw, *self.moving, self.left_behind, self.was)


SECONDS = (2.2, 1.8, 1.0)
"""How long one watches small rates, those that learn, and those that are too large."""

STYLES = (0, 1, 3)
"""Which of the theme's series the trainings are."""


class RangeTestBoard:
    """Puts the losses of a range test into a scene, and beside them its rates, later trainings.

    It was to have rates from `low` to `high`, at these `steps`, of which it may not have got to the last.
    """

    def __init__(self, scene: LessonScene, test: RangeTest, low: float, high: float, steps: Array) -> None:
        self.scene, self.test = scene, test
        setter, width = scene.setter, scene.theme.sizes.curve
        left, self.room = scene.layout.split(1.3, 1.0)
        rates = Axis(low * (low / high) ** BEFORE, high, scene.say("lr-finder.rate"), log=True)
        self.losses = Axis(0.0, TEST_ROOM * float(test.smoothed[0]), scene.say("lr-finder.loss"))
        self.chart = Chart(setter, left, rates, self.losses)
        raw = Dots(self.chart, test.lr, test.loss, "muted", 0.7, opacity=0.6)
        curve = Curve(self.chart, test.lr, test.smoothed, "cost", width=width)
        first, last = steps[[0, -1]].tolist()
        across = Axis(first - BEFORE * (last - first), last, scene.say("lr-finder.step"))
        self.growth = Chart(setter, self._level(Chart(setter, self.room, across, rates)), across, rates)
        grown = Curve(self.growth, steps[: len(test.lr)], test.lr, "rate", width=width)
        self.moving = raw, curve, grown
        self.show(0.0)
        scene.add(self.chart.still, self.chart.moving, self.growth.still, self.growth.moving)

    def _level(self, chart: Chart) -> Box:
        """The room of the other chart: where that stands beside the test's, both have their feet level."""
        lift = self.chart.plot.bottom - chart.plot.bottom
        return self.room.inset(0.0, 0.0 if self.scene.layout.stacked else max(lift, 0.0), 0.0, 0.0)

    def show(self, step: float) -> None:
        """Draw the test at the moment at which so many steps are done."""
        for drawn in self.moving:
            drawn.draw_to(step)

    def _region(self, low: float, high: float, name: str, role: str) -> None:
        """Tint the rates between two, and name them."""
        self.scene.reveal(*Band(self.chart, low, high, role, self.scene.say(f"lr-finder.region_{name}")))

    def _suggest(self, step: int, text: str, role: str) -> None:
        """Mark the rate of a step."""
        lr, loss = self.test.lr[step], self.test.smoothed[step]
        marker = Marker(self.chart, lr, text, role)
        dot = Dots(self.chart, [lr], [loss], role, self.scene.theme.sizes.dot)
        self.scene.reveal(*marker, dot, seconds=2 * self.scene.theme.waits.caption)

    def tell(self, facts: dict[str, object]) -> None:
        """Play the test as its parts are told, and mark what it suggests."""
        scene, test = self.scene, self.test
        low, high, end = self.chart.x.low, self.chart.x.high, len(test.lr) - 1
        first, lowest = test.fall or (end, end)
        start, turn = test.lr[[first, lowest]].tolist()

        def go_on(start: int, end: int, seconds: float) -> None:
            # Equally fast at all steps, so that the rate grows evenly.
            scene.move(seconds, lambda share: self.show(start + (end - start) * share), *self.moving)

        small = "small" if test.fall else "hasty" if test.exploded else "nothing"
        scene.beat(f"lr-finder.{small}", **facts)
        go_on(0, first, SECONDS[0])
        self._region(low, start, "small", "rate")
        if test.fall:
            scene.beat("lr-finder.falls")
            go_on(first, lowest, SECONDS[1])
            self._region(start, turn, "falls", "gradient")
            scene.beat("lr-finder.large" if test.exploded else "lr-finder.open", **facts)
            go_on(lowest, end, SECONDS[2])
        if test.exploded:
            self._region(turn, high, "large", "minimum")

        scene.beat("lr-finder.pick" if test.fall else "lr-finder.pick_none")
        room = "short" if scene.layout.chip_below else "long"
        self._suggest(test.steepest, scene.say(f"lr-finder.steepest_{room}", **facts), "gradient")
        self._suggest(test.valley, scene.say(f"lr-finder.valley_{room}", **facts), "point")
        scene.hold(scene.theme.waits.read)

    def end(self, facts: dict[str, object]) -> None:
        """End the story of a test alone, with the rate that it found."""
        kind = "log" if self.test.fall else "log_none"
        self.scene.beat(f"lr-finder.end_{kind}", **facts)
        self.scene.alt = self.scene.say(f"lr-finder.alt_{kind}", **facts)
        self.scene.hold(self.scene.theme.waits.end)

    def try_out(self, runs: Sequence[Trajectory], names: Sequence[str], seconds: float) -> None:
        """Put trainings in the place of the rates, and play them in step with each other."""
        scene, step = self.scene, self.scene.say("lr-finder.step")
        styles = [scene.theme.series[k] for k in STYLES]
        lines = list(zip([run.cost for run in runs], styles, names, strict=True))
        scene.swap((self.growth.still, self.growth.moving), ())

        def made(room: Box) -> CostCurves:
            return CostCurves(scene.setter, room, lines, step, self.losses)

        chart = made(self._level(made(self.room)))

        def show(progress: float) -> None:
            for curve in chart.runs:
                curve.draw_to(progress)

        show(0.0)
        scene.reveal(chart.still, chart.moving)
        scene.advance(show, 0.0, max(run.steps for run in runs), seconds, chart.moving)
