"""The base of all scenes: theme, text, beats, and motion as a function of time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from manim import Animation, Camera, Group, Mobject, Scene, VGroup, linear

from lranim.core.theory import Verdict
from lranim.draw.beats import Beat
from lranim.draw.camera import LessonCamera
from lranim.draw.layout import Layout
from lranim.draw.lettering import Lettering, Typesetter, colour, spans
from lranim.draw.shapes import Shape, rounded_box
from lranim.draw.stage import ease
from lranim.look.fonts import check_fonts
from lranim.look.text import say
from lranim.look.theme import DEFAULT_THEME, THEMES, Theme
from lranim.params import SceneParams

VERDICT_ROLES = {
    Verdict.LANDS: "gradient",
    Verdict.SETTLES: "gradient",
    Verdict.CRAWLS: "rate",
    Verdict.JUMPS: "rate",
    Verdict.WANDERS: "rate",
    Verdict.BOUNCES: "minimum",
    Verdict.DIVERGES: "minimum",
}
"""The colour of each verdict: green where the run gets there, red where it never will."""


def key_of(verdict: Verdict) -> str:
    """The end of a text's key that goes with a verdict."""
    return verdict.name.lower()


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
    turning_camera: ClassVar[bool] = False
    """Whether all of the picture moves for most of the time; video is encoded accordingly."""

    def __init__(
        self,
        params: SceneParams | None = None,
        theme: Theme | None = None,
        lang: str = "en",
        camera_class: type[Camera] = LessonCamera,
        **kwargs: Any,
    ) -> None:
        super().__init__(camera_class=camera_class, **kwargs)
        self.params: Any = params if params is not None else self.params_type()
        self.theme = theme if theme is not None else THEMES[DEFAULT_THEME]
        self.lang = lang
        self.beats: list[Beat] = []
        self.alt = ""
        self.on_picture: Callable[[bool], None] = lambda telling: None

    def setup(self) -> None:
        """Lay out the frame; manim calls this before `construct`."""
        self.camera.background_color = self.theme.background
        self.layout = Layout.of(self.camera.frame_width, self.camera.frame_height)
        self.setter = Typesetter(self.theme, check_fonts(self.theme.fonts, "").used, self.layout.unit)
        self.caption: Lettering = Lettering([], 0.0, 1.0)
        self.chip: VGroup = VGroup()

    def say(self, key: str, **values: object) -> str:
        """One text in the scene's language."""
        return say(self.lang, key, **values)

    def title(self, key: str, **values: object) -> Lettering:
        """Write the title, top left."""
        line = self.setter.text(self.say(key, **values), self.theme.sizes.title, bold=True)
        line.at(*self.layout.title)
        self.add(line)
        self.title_end = self.layout.title[0] + line.advance
        return line

    def verdict(self, verdict: Verdict) -> None:
        """Fade in a verdict as a chip beside the title."""
        role = VERDICT_ROLES[verdict]
        setter, unit, sizes = self.setter, self.layout.unit, self.theme.sizes
        left = self.title_end + 3.2 * unit
        room = self.layout.frame.right - 3 * unit - left - 4 * unit
        words = setter.fit(self.say(f"verdict.{key_of(verdict)}"), sizes.chip, room, role, bold=True)
        words.at(left + 2 * unit, self.layout.title[1] + 0.4 * unit)
        right = left + words.advance + 4 * unit
        low, high = self.layout.title[1] - 1.9 * unit, self.layout.title[1] + 5.6 * unit
        frame = Shape(stroke=colour(self.theme, role), width=sizes.tangent)
        frame.draw(rounded_box(left, low, right, high, 4 * unit))
        self.chip = VGroup(frame, words)
        self.add(self.chip)
        self.move(
            self.theme.waits.caption,
            lambda u: (frame.set_alpha(ease(u)), words.set_alpha(ease(u))),
            self.chip,
        )
        self._settle(self.chip)

    def _settle(self, mobject: Mobject) -> None:
        """Put what has come to rest below what moves: what lies above is drawn again for every frame."""
        self.bring_to_back(mobject)

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
        line = self.setter.fit(text, self.theme.sizes.caption, self.layout.frame.width * 0.94).at(
            *self.layout.caption
        )
        first = not self.beats
        self.beats.append(Beat(t=round(float(self.time), 4), text=plain(text)))
        old, self.caption = self.caption, line
        if first:
            # The first picture is complete: a clip that has not started yet shows it too.
            self.add(line)
            return
        self.add(old, line)

        def draw(share: float) -> None:
            old.set_alpha(1.0 - ease(2 * share))
            line.set_alpha(ease(2 * share - 1))

        self.move(self.theme.waits.caption, draw, old, line)
        self.remove(old)
        self._settle(line)

    def move(self, seconds: float, draw: Callable[[float], object], *moving: Mobject) -> None:
        """Play a motion: `draw` is called with the share of time, and changes only `moving`."""
        self.play(Motion(Group(*moving), draw, seconds))

    def hold(self, seconds: float) -> None:
        """Show the picture as it is for a while."""
        self.wait(seconds)


def plain(markup: str) -> str:
    """A text without its colour tags.

    Examples
    --------
    >>> plain("a step of <gradient>1.5</gradient>")
    'a step of 1.5'
    """
    return "".join(body for body, _ in spans(markup))
