"""The runs of a contest: what each is called, and how it ends, in the scene's language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lranim.core.results import arrival
from lranim.core.rules import RULES
from lranim.core.types import Status, Trajectory
from lranim.draw.following import as_far_as_shown, breaks_off
from lranim.draw.lesson_scene import LessonScene
from lranim.look.text import number, short

Ending = Literal["arrived", "away", "open", "diverged", "leaves"]

ROLES: dict[Ending, str] = {
    "arrived": "gradient",
    "away": "rate",
    "open": "rate",
    "diverged": "minimum",
    "leaves": "minimum",
}
"""The colour of each ending."""


@dataclass(frozen=True, kw_only=True)
class Entrant:
    """One of several runs that are compared on a map.

    Parameters
    ----------
    run
        A trajectory in two variables, as far as it is shown.
    name, short
        What it is called, and at the end of its cost curve.
    heads
        Name and learning rate, the same shorter, and the short name alone.
    kind, words
        How it ends, and how that is said.
    arrival
        The step from which it stays near a minimum, or None.
    """

    run: Trajectory
    name: str
    short: str
    heads: tuple[str, ...]
    kind: Ending
    words: str
    arrival: int | None

    @property
    def role(self) -> str:
        """The colour of its ending."""
        return ROLES[self.kind]


def ending(run: Trajectory, steps: int, grows: bool | None = None) -> Ending:
    """How a run of so many steps ends.

    Whether it diverges is judged from its steps, unless theory says whether it `grows` for ever: a heavy ball
    may go far before it comes back, and few steps do not tell.
    """
    if grows:
        return "diverged"
    if grows is None and breaks_off(run, steps):
        return "leaves"
    if grows is None and (run.status is Status.DIVERGED or as_far_as_shown(run).steps < steps):
        return "diverged"
    if not run.cost_function.minima:
        return "open"
    return "away" if arrival(run) is None else "arrived"


def entrant_of(
    scene: LessonScene, run: Trajectory, steps: int, role: str, grows: bool | None = None
) -> Entrant:
    """Give a run its words.

    Parameters
    ----------
    scene
        In whose language they are.
    run
        A trajectory in two variables.
    steps
        How many steps it was to have.
    role
        The colour of its name.
    grows
        Whether theory says that it diverges; None where there is none.
    """
    own, key, kind = run.rule.name in RULES, run.rule.name.replace("-", "_"), ending(run, steps, grows)
    name = scene.say(f"contest.name_{key}") if own else run.rule.name
    less = scene.say(f"contest.short_{key}") if own else name
    rate = f"  <muted>η = {short(float(run.lr[0]))}</muted>"
    arrived = arrival(run) if kind == "arrived" else None
    told = {"arrival": arrived or 0, "away": number(run.errors[-1]), "cost": short(float(run.cost[-1]), 3)}
    return Entrant(
        run=as_far_as_shown(run),
        name=name,
        short=less,
        heads=(
            f"<{role}>{name}</{role}>{rate}",
            f"<{role}>{less}</{role}>{rate}",
            f"<{role}>{less}</{role}>",
        ),
        kind=kind,
        words=scene.say(f"contest.verdict_{kind}", **told),
        arrival=arrived,
    )
