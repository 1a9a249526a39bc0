"""A descent on a curve, complete: picture at the left, panel at the right, walked step by step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from manim import VMobject

from lranim.core.theory import Verdict, verdict
from lranim.core.types import NEAR, Trajectory
from lranim.draw.curve_picture import CurvePicture
from lranim.draw.following import as_far_as_shown, views_of
from lranim.draw.layout import Box
from lranim.draw.lens import Lens
from lranim.draw.lesson_scene import LessonScene
from lranim.draw.panel import ARRIVALS, Panel
from lranim.draw.stage import AIM, Stage, ease
from lranim.draw.terms import Line
from lranim.look.text import number, short


def panel_of(scene: LessonScene, run: Trajectory, *, rule: str, lines: Sequence[Line], target: str) -> Panel:
    """The panel of a run, with its words in the scene's language; `target` names the minimum."""
    told: dict[str, object] = {"steps": run.steps, "within": NEAR, "target": target}
    told |= {"arrival": run.first_within() or 0, "count": "{count}"}
    words = {name: scene.say(f"panel.{name}", **told) for name in ("step", "of", "cost", *ARRIVALS)}
    if not run.cost_function.minima:
        words |= dict.fromkeys(ARRIVALS, scene.say("panel.no_minimum"))
    return Panel(scene.setter, scene.layout.panel, run, rule=rule, lines=lines, words=words)


def never_arrives(run: Trajectory) -> bool:
    """Whether no number of further steps would bring the run to the minimum."""
    return verdict(run) in (Verdict.BOUNCES, Verdict.DIVERGES)


class Board:
    """Puts plot, stage and panel of one run into a scene and plays its steps.

    Parameters
    ----------
    scene
        The scene to draw in.
    run
        A trajectory in one variable. A run that leaves the domain is followed by wider and wider views, and
        shown as far as `FARTHEST` allows.
    rule
        The rule as a formula, for the panel.
    lines
        The rule with its real numbers.
    ruler
        Whether to mark the length of each step below the axis.
    tag
        What to write at the arrow of the step from point k; by default the step's length and sign.
    """

    def __init__(
        self,
        scene: LessonScene,
        run: Trajectory,
        *,
        rule: str,
        lines: Sequence[Line],
        ruler: bool = False,
        tag: Callable[[int], str] | None = None,
    ) -> None:
        run = as_far_as_shown(run)
        self.scene, self.run = scene, run
        setter = scene.setter
        self.cost = run.cost_function
        # Numbers keep off the arcs of the ruler, and off the dot where it comes down to the axis.
        drop = 4.2 if ruler else 3.4
        self.views = views_of(run)
        ground = scene.layout.picture
        self.picture = CurvePicture(setter, scene.say, self.cost, ground, self.views, drop=drop)
        self.plot, self.box = self.picture.plot, self.picture.box
        self.target = run.target
        tag = tag or (lambda k: number(float(run.step[k, 0]), sign=True))
        self.stage = Stage(setter, self.plot, run, ruler=ruler, tag=tag)
        self.panel = panel_of(scene, run, rule=rule, lines=lines, target=short(float(self.target[0])))
        self.extra: list[Stage] = []
        self.done = 0.0
        scene.add(self.picture, self.panel.still, self.panel.moving, self.stage)

    def changing(self, start: float, end: float) -> list[VMobject]:
        """What changes while progress goes from `start` to `end`."""
        return [*self.panel.changing(start, end), self.stage, *self.extra]

    @property
    def crossing(self) -> int | None:
        """The point from which a step first lands on the other side of the minimum, or None."""
        side = np.sign(self.run.x[:, 0] - self.target[0])
        turned = np.flatnonzero(side[:-1] * side[1:] < 0)
        return int(turned[0]) if len(turned) and self.cost.minima else None

    def show(self, progress: float) -> None:
        """Draw picture and panel at the moment at which so many steps are done."""
        self.done = progress
        self.stage.put(progress)
        self.panel.show(progress)
        for stage in self.extra:
            stage.put(progress)

    def walk(self, start: int, end: int, seconds: float) -> None:
        """Play the steps from point `start` to point `end`, each this long."""
        for stage in (self.stage, *self.extra):
            stage.detailed = seconds > self.scene.theme.waits.quick
        k, end = start, min(end, self.run.steps)
        while k < end:
            if self.views[k + 1] is not self.views[k]:
                self.part(k, 0.0, 1.0, seconds)
                k += 1
                continue
            last = k + 1
            while last < end and self.views[last + 1] is self.views[k] and self._seen(last) == self._seen(k):
                last += 1
            count = last - k
            # Steps too short to see are counted quickly, so that nobody waits for nothing.
            pace = seconds if self._seen(k) else seconds * 0.3
            self.scene.move(pace * count, partial(self._pace, k, last), *self.changing(k, last))
            k = last

    def _pace(self, start: int, end: int, share: float) -> None:
        self.show(start + (end - start) * share)

    def _seen(self, k: int) -> bool:
        """Whether the step from point `k` can be seen in its view."""
        view = self.views[k]
        return bool(abs(self.run.step[k, 0]) > 0.004 * (view.right - view.left))

    def part(self, k: int, start: float, end: float, seconds: float) -> None:
        """Play a part of the step from point `k`: up to `AIM` its arrow grows, then the point moves."""
        before, after = self.views[k], self.views[k + 1]
        if after is before:
            changing = self.changing(k + start, k + end)
            self.scene.move(seconds, lambda share: self.show(k + start + (end - start) * share), *changing)
            return

        def zoom(share: float) -> None:
            progress = start + (end - start) * share
            self.picture.look_at(before.towards(after, ease(progress / AIM)))
            self.show(k + progress)

        # A step that leaves the view is told more slowly, as two things change at once.
        self.scene.move(seconds * 2, zoom, self.picture, *self.changing(k + start, k + end))

    def explain(self, k: int) -> None:
        """Play the step from point `k` slowly, with a rest between its arrow and its move."""
        waits = self.scene.theme.waits
        self.part(k, 0.0, AIM, waits.explain / 2)
        self.scene.picture()
        self.scene.hold(waits.read)
        self.part(k, AIM, 1.0, waits.explain / 2)

    def end(self) -> None:
        """Say in the panel whether the run arrived."""
        ending = "never" if never_arrives(self.run) else "not_in"
        self.scene.move(
            self.scene.theme.waits.caption,
            lambda share: self.panel.end(ending),
            *self.panel.changing(self.run.steps, self.run.steps),
        )

    def magnify(self, reach: float) -> None:
        """Open a magnified view of the neighbourhood of the minimum, in the empty part of the picture."""
        box, scene = self.box, self.scene
        left = box.left + 0.27 * box.width
        top = box.top - 0.06 * box.height
        if self.plot.title_end > left - 2.5 * scene.setter.unit:
            # Below the formula that is there, with its frame.
            top = min(box.top - 0.13 * box.height, self.plot.title_foot - 2.2 * scene.setter.unit)
        window = Box(left, box.bottom + 0.42 * box.height, box.right - 0.27 * box.width, top)
        # There the words have room; beside the small arrow they would stand among the lines.
        tag, self.stage.words = self.stage.words, None
        self.lens = Lens(scene.setter, self.plot, self.run, window, 1.3 * reach, tag)
        self.extra.append(self.lens.stage)
        scene.add(*self.lens.parts)
        self.show(self.done)
        scene.move(scene.theme.waits.caption, self.lens.open, *self.lens.parts)

    def measure(self) -> None:
        """Mark in the magnified view how near the run came to the minimum."""
        bar, words = self.lens.gap()
        self.scene.add(bar, words)

        def appear(share: float) -> None:
            bar.set_alpha(ease(share))
            words.set_alpha(ease(share))

        self.scene.move(self.scene.theme.waits.caption, appear, bar, words)
