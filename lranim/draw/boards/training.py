"""Trainings on samples of a curve: both losses beside the curve fitted so far, at any epoch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import VMobject

from lranim.core.least_squares import predict
from lranim.core.training import Training
from lranim.draw.chart.axis import BEFORE, Axis
from lranim.draw.chart.chart import Chart
from lranim.draw.chart.curves import Band, Curve, Dots
from lranim.draw.chart.markers import Marker
from lranim.draw.lettering import Number, Parts
from lranim.draw.scene import LessonScene, ease

FAINT = 0.4
"""Opacity of losses that were not kept."""

POINTS = 201
"""Points of a fitted curve."""

SLOW = 10
"""Epochs that are slow enough to be followed one by one."""

ENOUGH = 0.6
"""Share of a fit that must lie in its chart to be worth looking at."""

ROOM = 1.25
"""Height of the axis of losses, in units of the untrained curve's."""


def warped(epoch: float) -> float:
    """Where an epoch lies across: early epochs change most, and epoch 0 has no logarithm."""
    return float(np.log1p(epoch))


class TrainingBoard:
    """Puts the losses of a training and its fitted curve into a scene, and plays its epochs.

    The axis of epochs is that of ``log(1 + epoch)``, and time goes along with it.

    Parameters
    ----------
    scene
        The scene to draw in.
    run
        The first training; all are on its samples.
    epochs
        Length of the longest training.
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
        for style, heap, size in zip(series, (data.train, data.validation), (1.25, 0.95), strict=True):
            Dots(self.fits, heap.x, heap.y, style, size)
        self._write_epochs()
        self.moving: tuple[VMobject, ...] = (self.losses.moving, self.fit, self.at)
        self.take(run)
        scene.add(self.losses.still, self.losses.moving, self.fits.still, self.fits.moving, self.at, self.was)

    def _write_epochs(self) -> None:
        """Set the epoch of the fitted curve, and left of it that of the one left behind, over their chart."""
        setter, size, box = self.scene.setter, self.scene.theme.sizes.label, self.fits.box
        words = self.scene.say("train-valid.at", epoch="{count}")
        before, _, after = words.partition("{count}")
        word = setter.text(before, size, "point", bold=True)
        self.count = Number(setter, size, "point", digits=0, bold=True, align="left", fences=("", after))
        wide = word.advance + self.count.advance(10.0 ** len(str(self.epochs)) - 1)
        x, y = box.right - wide, box.top - 0.95 * setter.em(size)
        self.at = Parts(word.at(x, y), self.count.at(x + word.advance, y))
        self.was = setter.text(words.format(count=self.epochs), size, "muted")
        self.was.at(x - 3 * setter.unit, y, 1.0)

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
        self.count.put(round(epoch))

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
