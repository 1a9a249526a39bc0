"""The base of all scenes: theme, text, beats, and motion as a function of time."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial, reduce
from typing import Any, ClassVar, Self
from unicodedata import category

import numpy as np
from manim import Animation, Camera, Group, Mobject, Scene, linear

from lranim.core.story import facts
from lranim.core.types import Array, Cost, Trajectory
from lranim.draw.camera import LessonCamera, Painted
from lranim.draw.layout import CAP, TAIL, Layout
from lranim.draw.lettering import Lettering, Paragraph, Parts, Typesetter, colour
from lranim.draw.shapes import Shape, rounded_box
from lranim.errors import InputError
from lranim.look.fonts import font_of
from lranim.look.text import (
    DEFAULT_LANG,
    Beat,
    candidates,
    filled,
    number,
    plain,
    say,
    short,
    spans,
    texts,
    trimmed,
)
from lranim.look.theme import DEFAULT_THEME, ROLES, Theme
from lranim.look.themes import theme_of
from lranim.params import SceneParams

VERDICT_ROLES = {"lands": "gradient", "settles": "gradient", "bounces": "minimum", "diverges": "minimum"}
VERDICT_ROLES |= {"falls": "minimum", "leaves": "minimum"}
"""The colour of a verdict: green where the run gets there, red where it never will, else that of rates."""


TITLE = 0.53
"""The most of its row that a title takes where the verdict stands beside it."""

LONGEST = 500
"""The most characters of a text: setting one takes a time that grows with their cube."""

ONE_LINE = 0.88
"""A caption that must shrink to less than this share of its size to be one line is broken."""


def role_of(ending: str) -> str:
    """The colour of an ending of `lranim.core.story.ending`, or of a verdict's name."""
    return VERDICT_ROLES.get(ending.partition(".")[0], "rate")


def place(cost: Cost, x: Array, *, reached: bool = True) -> str:
    """A point as sentences write it: ``a = 3`` on a curve, ``(1, −1)`` on a surface.

    One that was `reached` has the digits of the panel's numbers; on a curve others have all that matter.
    """
    width = max(high - low for low, high in cost.domain)
    digits = max(2, 3 - math.ceil(math.log10(width)))
    whole = cost.dim == 1 and not reached
    words = ", ".join(short(float(v)) if whole else trimmed(float(v), digits) for v in x)
    return f"{cost.variables[0]} = {words}" if cost.dim == 1 else f"({words})"


def words_of(run: Trajectory) -> dict[str, object]:
    """What a story may name of a run, as it is written: `lranim.core.story.facts`, points by `place`."""
    cost, found = run.cost_function, facts(run)
    points = {
        name: place(cost, value, reached=name not in ("start", "target", "lowest"))
        for name, value in found.items()
        if isinstance(value, np.ndarray)
    }
    lengths = {name: number(found[name]) for name in ("away", "before", "after")}
    return {**found, **points, **lengths, "nearest": trimmed(found["nearest"])}


def ease(share: float) -> float:
    """Rest to rest, without a corner: the smootherstep polynomial."""
    u = min(1.0, max(0.0, share))
    return u * u * u * (u * (6 * u - 15) + 10)


class Fading:
    """All that is seen of some mobjects when this is made: `set_alpha` fades each part from what it was.

    Examples
    --------
    >>> faint, gone = Shape(fill="#FFFFFF", opacity=0.5), Shape(fill="#FFFFFF").set_alpha(0.0)
    >>> _ = Fading(faint, gone).set_alpha(0.5)
    >>> faint.opacity, gone.opacity
    (0.25, 0.0)
    """

    def __init__(self, *mobjects: Mobject) -> None:
        family = [part for mobject in mobjects for part in mobject.get_family()]
        parts = [part for part in family if isinstance(part, Shape | Painted) and part.opacity > 0]
        self.parts = [(part, part.opacity / part.rest_opacity) for part in parts]

    def set_alpha(self, opacity: float) -> Self:
        """Set the opacity of the whole."""
        for part, share in self.parts:
            part.set_alpha(opacity * share)
        return self


class Motion(Animation):
    """Draws some mobjects anew for each moment of a stretch of time.

    What is drawn depends on the share of time alone, so frames may be skipped or drawn in any order.
    """

    def __init__(self, mobject: Mobject, draw: Callable[[float], object], run_time: float) -> None:
        super().__init__(mobject, run_time=run_time, rate_func=linear, introducer=True)
        self.draw_at = draw

    def _setup_scene(self, scene: Scene) -> None:
        """Leave the scene's stacking order alone: adding the group of what moves would put it on top."""

    def begin(self) -> None:
        """Start without the deep copy of the mobjects that manim makes to blend from."""
        self.interpolate(0)

    def finish(self) -> None:
        """End at the end."""
        self.interpolate(1)

    def interpolate(self, alpha: float) -> None:
        """Draw the moment at this share of the run time."""
        self.draw_at(min(1.0, max(0.0, alpha)))


class LessonScene(Scene):
    """A scene of a lesson: numbers come from `core`, the look from a theme, the words from a language.

    Parameters
    ----------
    params
        The scene's options; the defaults when stock manim makes the scene.
    theme
        The look.
    lang
        The language.
    """

    params_type: ClassVar[type[SceneParams]] = SceneParams
    texts: ClassVar[Mapping[str, Mapping[str, str]]] = {}
    """Texts of the scene's own by language and key, for a scene that has none in ``look/locales``."""
    turning_camera: ClassVar[bool] = False
    """Whether all of the picture moves for most of the time; video is encoded accordingly."""
    has_verdict: ClassVar[bool] = True
    """Whether the scene calls `verdict`: else no room is kept for it."""

    def __init__(
        self,
        params: SceneParams | None = None,
        theme: Theme | None = None,
        lang: str = DEFAULT_LANG,
        camera_class: type[Camera] = LessonCamera,
        **kwargs: Any,
    ) -> None:
        super().__init__(camera_class=camera_class, **kwargs)
        self.params: Any = params if params is not None else self.params_type()
        self.theme = theme if theme is not None else theme_of(DEFAULT_THEME)
        self.lang = lang
        self.beats: list[Beat] = []
        self.alt = ""
        self.on_picture: Callable[[bool], None] = lambda telling: None
        self.prefix = re.sub("(?<!^)(?=[A-Z])", "-", type(self).__name__).lower()
        """What its texts in ``look/locales`` are under: its name on the command line."""

    def setup(self) -> None:
        """Lay out the frame; manim calls this before `construct`."""
        self.camera.background_color = self.theme.background
        self.layout = Layout(self.camera.frame_width, self.camera.frame_height, chip=self.has_verdict)
        share = 100 * self.layout.unit / self.layout.frame.height
        if share < 1:
            self.theme = replace(self.theme, sizes=self.theme.sizes.thinner(share))
        font = font_of(self.theme.fonts)
        self.setter = Typesetter(self.theme, font, self.layout.unit, self.layout.least)
        self.title_end = self.layout.title.left
        self.caption: Paragraph | None = None
        self.chip: tuple[Mobject, ...] = ()

    def say(self, key: str, **values: object) -> str:
        """One text in the scene's language, the most special that there is: its own, or one of lranim's.

        For ``end.settles.local`` that may be one of ``end.settles`` or ``end``, of the scene or of all.
        """
        own, ours = self.texts.get(self.lang, {}), texts(self.lang)
        keys = list(candidates(self.prefix, key))
        name = next((one for table in (own, ours) for one in keys if one in table), key)
        try:
            text = filled(own[name], **values) if name in own else say(self.lang, name, **values)
            if unknown := {role for _, role in spans(text)} - {"", *ROLES}:
                raise ValueError(f"there is no role {', '.join(unknown)}; known: {', '.join(ROLES)}")
            if not plain(text).strip() or len(text) > LONGEST or any(category(char) == "Cc" for char in text):
                raise ValueError(f"it must be 1 to {LONGEST} characters in one line, {len(text)} were given")
            return text
        except (LookupError, ValueError, AttributeError, TypeError) as error:
            known = ", ".join(values) or "nothing"
            there = name in own or name in ours
            why = (
                f"cannot be drawn with {known}: {type(error).__name__}: {error}" if there else "is not there"
            )
            raise InputError(
                f"{inspect.getfile(type(self))}: the text {name} in {self.lang} {why}"
            ) from error

    def listed(self, key: str, parts: Iterable[str]) -> str:
        """Several texts as one, each `other` joined to the `one` before it by the text of a key."""
        return reduce(lambda one, other: self.say(key, one=one, other=other), parts)

    def stage(self, key: str, *motions: Sequence[Callable[[], object]], **values: object) -> None:
        """Tell a stage of the story: its sentence, and what moves as it stands there; none without motion."""
        plays = [play for motion in motions for play in motion]
        if motions and not plays:
            return
        self.beat(key, **values)
        for play in plays or [partial(self.hold, self.theme.waits.read)]:
            play()

    def title(self, key: str, **values: object) -> Paragraph:
        """Write the title, top left."""
        room = self.layout.title
        wide = room.width * (TITLE if self.has_verdict and not self.layout.chip_below else 1.0)
        words = self.say(key, **values)
        line = self.setter.fit(words, self.theme.sizes.title, wide, bold=True, lines=2, height=room.height)
        self.add(line.within(room))
        self.title_end = room.left + line.advance
        return line

    def formula(self, cost: Cost) -> list[Lettering]:
        """Set the cost as a formula at the right of the title, for `add`; nothing where it has no room."""
        room, left = self.layout.title, self.title_end + 4 * self.layout.unit
        formula = self.setter.cost_formula(cost, room.right - left)
        if formula is None:
            return []
        return [formula.at(room.right - formula.advance, float(room.centre[1]) - CAP * formula.em / 2)]

    def verdict(self, ending: str) -> None:
        """Fade in how a run ended, one of `lranim.core.story.ending`, as a chip beside the title or below."""
        self.judge(self.say(f"verdict.{ending}"), role_of(ending))

    def judge(self, text: str, role: str) -> None:
        """Fade in a chip with these words in the place of the one that is there."""
        unit, sizes, room = self.layout.unit, self.theme.sizes, self.layout.chip
        if not self.layout.chip_below:
            room = room.inset(self.title_end + 3.2 * unit - room.left, 0, 0, 0)
        words = self.setter.fit(text, sizes.chip, room.width - 2.4 * unit, role, bold=True, lines=2)
        side = min(2 * unit, (room.width - words.advance) / 2)
        # Large words, or two lines of them, need more height: below the title there is none above.
        more = max(0.0, words.drop + (CAP + 2 * TAIL) * words.em + 1.8 * unit - room.height)
        up = 0.0 if self.layout.chip_below else more / 2
        room = room.inset(0, up - more, room.width - words.advance - 2 * side, -up)
        words.within(room.inset(side, 0, side, 0))
        frame = Shape(stroke=colour(self.theme, role), width=sizes.tangent)
        self._change_chip(frame.draw(rounded_box(room, side**2 / unit)), words)

    def withdraw(self) -> None:
        """Fade the chip out: what it says no longer holds."""
        self._change_chip()

    def _change_chip(self, *chip: Mobject) -> None:
        old, self.chip = self.chip, chip
        self.swap(old, chip)
        self._settle(*chip)

    def _settle(self, *mobjects: Mobject) -> None:
        """Put what has come to rest below what moves: what lies above is drawn again for every frame."""
        self.bring_to_back(*mobjects)

    def picture(self) -> None:
        """Say that the present moment shows best what this beat is about; else its end stands for it."""
        self.on_picture(True)

    def beat(self, key: str, **values: object) -> None:
        """Begin a stage of the story: its sentence fades in at the bottom, its time and text are kept."""
        if self.beats:
            # A run of one or two steps leaves little to show between two sentences: each stays to be read.
            left = self.theme.waits.read - (float(self.time) - self.beats[-1].t)
            if left > 0.1:
                self.hold(left)
            self.on_picture(False)
        text = self.say(key, **values)
        room, size = self.layout.caption, self.theme.sizes.caption
        line = self.setter.fit(
            text, size, room.width, lines=self.layout.lines, height=room.height, least=ONE_LINE * size
        ).within(room)
        self.beats.append(Beat(t=round(float(self.time), 4), text=plain(text)))
        old, self.caption = self.caption, line
        if old is None:
            # The first picture is complete: a clip that has not started yet shows it too.
            self.add(line)
            return
        self.add(old)
        self.swap([old], [line])
        self._settle(line)

    def move(self, seconds: float, draw: Callable[[float], object], *moving: Mobject) -> None:
        """Play a motion: `draw` is called with the share of time, and changes only `moving`."""
        self.play(Motion(Group(*moving), draw, seconds))

    def advance(
        self, show: Callable[[float], object], start: float, end: float, seconds: float, *moving: Mobject
    ) -> None:
        """Play from one progress to a later one at a steady pace; `show` changes only `moving`."""
        if start < end:
            self.move(seconds, lambda share: show(start + (end - start) * share), *moving)

    def swap(self, old: Sequence[Mobject], new: Sequence[Mobject], seconds: float | None = None) -> None:
        """Fade mobjects out, and then others, in the scene already or not, into view; or either alone."""
        there = self.get_mobject_family_members()
        self.add(*(mobject for mobject in new if mobject not in there))
        leaving, coming, pace = Fading(*old), Fading(*new), 2 if old and new else 1

        def draw(share: float) -> None:
            leaving.set_alpha(1.0 - ease(pace * share))
            coming.set_alpha(ease(pace * share - (pace - 1)))

        self.move(self.theme.waits.caption if seconds is None else seconds, draw, *old, *new)
        self.remove(*old)

    def reveal(self, *new: Mobject, seconds: float | None = None) -> None:
        """Fade mobjects, in the scene already or not, into view."""
        self.swap((), new, seconds)

    def appear(self, seconds: float, *parts: Shape | Parts) -> None:
        """Fade in parts of the scene of which nothing is seen."""
        self.move(seconds, lambda share: [part.set_alpha(ease(share)) for part in parts], *parts)

    def hold(self, seconds: float) -> None:
        """Show the picture as it is for a while."""
        self.wait(seconds)
