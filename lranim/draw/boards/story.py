"""The story of one run, as every scene of a descent tells it: where it starts, and how it ended."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from lranim.core.costs import bottom
from lranim.core.story import FARTHEST, ending
from lranim.core.types import Trajectory
from lranim.draw.scene import LessonScene, words_of

Plays = list[Callable[[], object]]
"""Motions that have not been played yet."""


class Story:
    """Tells the stages of one run; boards that show one are such stories.

    Parameters
    ----------
    scene
        The scene to tell it in.
    run
        The trajectory, as far as it is shown.
    asked
        The number of steps that were asked for.
    settings
        What texts may name beside `words_of` the run.
    farthest
        Where a run is lost, in half widths of the domain.
    """

    def __init__(
        self,
        scene: LessonScene,
        run: Trajectory,
        asked: int,
        settings: dict[str, object],
        farthest: float = FARTHEST,
    ) -> None:
        self.scene, self.run, self.kind = scene, run, ending(run, asked, farthest)
        self.words = words_of(run) | settings

    def stage(self, key: str, *motions: Plays, **values: object) -> None:
        """Tell a stage, in the words of the run; none where nothing is left to move."""
        self.scene.stage(key, *motions, **self.words | values)

    def start(self, *motions: Plays) -> None:
        """Tell where it starts, and what there is to find."""
        cost = self.run.cost_function
        many = cost.dim > 1 and len(cost.minima) > 1
        self.stage(f"start.{'many' if many else bottom(cost)}", *motions)

    def ending(self, *motions: Plays) -> None:
        """Tell how it ended, with the verdict as a chip, and describe the whole in words."""
        scene = self.scene
        self.close()
        scene.verdict(self.kind)
        self.stage(f"end.{self.kind}", *(motions or [[partial(scene.hold, scene.theme.waits.end)]]))
        self.words["verdict"] = scene.say(f"verdict.{self.kind}")
        known = "known" if self.run.cost_function.minima else "open"
        scene.alt = scene.say(f"alt.{known}.{self.kind}", **self.words)

    def close(self) -> None:
        """Say in the panel whether the run arrived."""
        raise NotImplementedError
