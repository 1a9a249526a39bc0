"""Several runs in step with each other: small boards above, their costs over one another below."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lranim.core.types import Trajectory
from lranim.draw.axis import BEFORE, Axis
from lranim.draw.chart import Chart
from lranim.draw.layout import Box
from lranim.draw.lesson_scene import LessonScene
from lranim.draw.small_board import small_boards
from lranim.draw.stage import AIM, ease

CHART, LOW_CHART = 0.75, 0.4
"""Height of the chart, where the boards' is 1, and where there are two rows of these."""

BEYOND = 1.3
"""Where a run goes up, costs are shown up to so many times that of the start."""


class Race:
    """Puts small boards and a chart of some runs into a scene and plays their steps, all at one pace.

    Parameters
    ----------
    scene
        The scene to draw in.
    runs
        Trajectories in one variable of one cost.
    names
        What stands above each board and at the end of its curve.
    endings
        What stands below each board in the end.
    step
        The name of the chart's axis across.

    Attributes
    ----------
    names
        The names in the colours of their curves, for captions.
    """

    def __init__(
        self,
        scene: LessonScene,
        runs: Sequence[Trajectory],
        names: Sequence[str],
        endings: Sequence[str],
        *,
        step: str,
    ) -> None:
        self.scene = scene
        self.steps = max(run.steps for run in runs)
        styles = scene.theme.series[: len(runs)]
        self.names = [
            f"<{style.role}>{name}</{style.role}>" for style, name in zip(styles, names, strict=True)
        ]
        titles = [f"η = {name}" for name in self.names]
        above, below = self._rooms(len(runs))
        self.boards = small_boards(scene.setter, above, runs, titles, endings)
        # What goes higher is for the boards to tell; the others would have no room.
        top = BEYOND * max(float(run.cost[0]) for run in runs)
        heights = [np.minimum(run.cost, top) for run in runs]
        name = f"J({runs[0].cost_function.variables[0]})"
        self.chart = Chart(
            scene.setter,
            below,
            Axis(-BEFORE * self.steps, self.steps, step),
            Axis.around(*heights, label=name, zero=True),
            names=names,
        )
        self.curves = [
            self.chart.curve(np.arange(run.steps + 1), run.cost, style, name)
            for run, style, name in zip(runs, styles, names, strict=True)
        ]
        scene.add(self.chart.still, self.chart.moving)
        scene.add(*scene.formula(runs[0].cost_function))
        for board in self.boards:
            scene.add(board.still, board.moving, board.chip)
        self.show(0.0)

    def _rooms(self, count: int) -> tuple[list[Box], Box]:
        """Boxes of the boards, and of the chart."""
        layout = self.scene.layout
        if not layout.chip_below:
            above, below = layout.body.rows(1.0, CHART, gap=layout.gap)
            return above.columns(*[1.0] * count, gap=layout.gap), below
        if count == 3:
            # In a tall frame three boards leave the last of four places.
            *boxes, below = layout.body.grid(4, gap=layout.gap, aspect=0.8)
            return boxes, below
        above, below = layout.body.rows(1.0, CHART if count == 2 else LOW_CHART, gap=layout.gap)
        return above.grid(count, gap=layout.gap, aspect=0.8), below

    def show(self, progress: float, *, detailed: bool = True) -> None:
        """Draw the moment at which so many steps are done."""
        done = int(progress)
        gone = done + ease((progress - done - AIM) / (1 - AIM))
        for board in self.boards:
            board.show(progress, detailed=detailed)
        for curve in self.curves:
            # All begin in one place, where their names would only be in each other's way.
            curve.show(gone).set_alpha(ease(2 * gone))

    def walk(self, start: float, end: float, seconds: float) -> None:
        """Play the steps from point `start` to point `end` in so many seconds each."""
        end = min(end, self.steps)
        if start >= end:
            return
        detailed = seconds >= self.scene.theme.waits.step

        def draw(share: float) -> None:
            self.show(start + (end - start) * share, detailed=detailed)

        moving = [self.chart.moving, *(board.moving for board in self.boards)]
        self.scene.move(seconds * (end - start), draw, *moving)

    def finish(self) -> None:
        """Let the verdicts come to view."""
        chips = [board.chip for board in self.boards]
        self.scene.move(
            self.scene.theme.waits.caption,
            lambda share: [board.verdict(share) for board in self.boards],
            *chips,
        )
