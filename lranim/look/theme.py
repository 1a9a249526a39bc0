"""Themes: the colours, fonts, sizes and waits of a picture, as data."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """Text sizes and line widths.

    Text is measured as its em square in percent of the frame's height, so that it can be judged at any
    size: capitals are 0.73 em high, and nothing that must be read may have letters under 2.2 % of the
    height. Lines are in manim's stroke units (at 1080 rows one unit is about 1.35 px).
    """

    title: float = 6.6
    chip: float = 4.4
    step: float = 7.6
    rule: float = 5.4
    numbers: float = 5.2
    caption: float = 5.0
    label: float = 4.3
    tick: float = 3.8

    curve: float = 6.0
    axis: float = 2.0
    grid: float = 1.5
    trail: float = 3.0
    tangent: float = 4.0
    arrow: float = 7.0
    rim: float = 3.0
    dot: float = 2.0
    """Radius of the current point, in percent of the frame's height."""


@dataclass(frozen=True, kw_only=True)
class Waits:
    """Durations in seconds."""

    caption: float = 0.2
    """A fade: of a caption into the next one, of a verdict into view."""
    read: float = 1.2
    """Time to read one caption before the next thing moves."""
    explain: float = 1.8
    """A first step, with its rule put together part by part."""
    step: float = 0.75
    """A step that the eye should follow."""
    quick: float = 0.34
    """A step of a long row of steps."""
    end: float = 2.4
    """How long the last frame holds."""


@dataclass(frozen=True, kw_only=True)
class Theme:
    """Colours by role, as ``#RRGGBB``, with the fonts, sizes and waits.

    `point_text` is the colour of text about the point: on white, a yellow that stands out as a dot is too
    weak to read. Fonts are families, preferred first; the first one has the Latin and the Chinese glyphs,
    so that both languages look alike and a picture does not depend on the machine's fall-backs.
    """

    name: str
    background: str
    text: str
    muted: str
    panel: str
    grid: str
    point: str
    point_text: str
    minimum: str
    gradient: str
    rate: str
    cost: str
    fonts: tuple[str, ...] = ("Noto Sans CJK SC", "Noto Sans", "DejaVu Sans")
    sizes: Sizes = field(default_factory=Sizes)
    waits: Waits = field(default_factory=Waits)


THEMES: dict[str, Theme] = {
    theme.name: theme
    for theme in (
        Theme(
            name="dark",
            background="#101418",
            text="#E8EAED",
            muted="#8A94A0",
            panel="#171D24",
            grid="#2A323B",
            point="#FFD23F",
            point_text="#FFD23F",
            minimum="#FF5D5D",
            gradient="#3DDC97",
            rate="#FF9F43",
            cost="#5AA9FF",
        ),
        Theme(
            name="light",
            background="#FFFFFF",
            text="#1B1F24",
            muted="#5F6873",
            panel="#F6F8FA",
            grid="#E3E7EC",
            point="#E0A100",
            point_text="#8A5A00",
            minimum="#D92D20",
            gradient="#0B7A53",
            rate="#B94F08",
            cost="#1E6BE3",
        ),
    )
}

DEFAULT_THEME = "dark"
