"""Themes: the colours, line styles, fonts, sizes and waits of a picture, as data; how readable they are."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

ROLES = {
    "text": "text",
    "muted": "muted",
    "point": "point_text",
    "minimum": "minimum",
    "gradient": "gradient",
    "rate": "rate",
    "cost": "cost",
    "first": "first",
    "second": "second",
    "third": "third",
    "fourth": "fourth",
}
"""Names of colour roles in texts and formulas, and the theme's field behind each."""


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
    dot: float = 2.0
    """Radius of the current point, in percent of the frame's height."""

    def thinner(self, share: float) -> Sizes:
        """Lines of this share of their width, for a layout whose unit is this share of the usual one.

        Examples
        --------
        >>> Sizes().thinner(0.5).curve
        3.0
        """
        lines = ("curve", "axis", "grid", "trail", "tangent")
        return replace(self, **{name: getattr(self, name) * share for name in lines})


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
class LineStyle:
    """What tells one line from others beside it, colour being one sign of three.

    Parameters
    ----------
    role
        Its colour's field of `Theme`.
    dash
        Lengths of dashes and gaps in turn, in percent of the frame's height; none for a solid line.
    marker
        The mark of its points, a key of `lranim.draw.shapes.MARKERS`.
    """

    role: str
    dash: tuple[float, ...] = ()
    marker: str = "disc"


SERIES = (
    LineStyle(role="first"),
    LineStyle(role="second", dash=(2.2, 1.6), marker="diamond"),
    LineStyle(role="third", dash=(0.5, 1.5), marker="square"),
    LineStyle(role="fourth", dash=(2.2, 1.4, 0.5, 1.4), marker="triangle"),
)
"""The lines of a chart, in their order: train before validation, one rate after another."""


@dataclass(frozen=True, kw_only=True)
class Theme:
    """Colours by role, as ``#RRGGBB``, with line styles, fonts, sizes and waits.

    `point_text` is the colour of text about the point: on white, a yellow that stands out as a dot is too
    weak to read. Fonts are families, preferred first; the first one has the Latin and the Chinese glyphs,
    so that both languages look alike and a picture does not depend on the machine's fall-backs.

    Nothing is told by colour alone. The point is a disc and a minimum a ring, the tangent may be dashed
    (`tangent_dash`), the lines of a chart differ in dashes and marks (`series`), and verdicts are words. The
    colours from `first` to `fourth` are those of lines beside one another, and mean nothing else.
    """

    name: str
    stem: str = ""
    """Stem of the file that it came from, for the names of clips; empty for a built-in one."""
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
    first: str
    second: str
    third: str
    fourth: str
    tangent_dash: tuple[float, ...] = ()
    """Lengths of dashes and gaps of the tangent, in percent of the frame's height; none for a solid line."""
    wire: bool = False
    """Whether a surface's faces stay near the background and its lines carry it, so that marks stand out."""
    series: tuple[LineStyle, ...] = SERIES
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
            first="#B794F6",
            second="#4DD0E1",
            third="#F48FB1",
            fourth="#C5CCD3",
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
            first="#7A3FD1",
            second="#0B7285",
            third="#C2257B",
            fourth="#4A5460",
        ),
        # Safe for colour-blind eyes: Okabe and Ito's yellow, vermilion, bluish green, reddish purple and sky
        # blue as they are, on black. There the weakest of them still has 5.4:1 (4.7:1 on the panel), so that
        # none had to be changed; on white five of the seven fall under 3.5:1. Orange and blue are left out:
        # orange comes nearest to yellow and to vermilion, and blue on black has 4.0:1.
        # Source: Okabe and Ito, Color Universal Design (2008), https://jfly.uni-koeln.de/color/.
        Theme(
            name="contrast",
            background="#000000",
            text="#FFFFFF",
            muted="#B8C0C8",
            panel="#12161B",
            grid="#2A3036",
            point="#F0E442",
            point_text="#F0E442",
            minimum="#D55E00",
            gradient="#009E73",
            rate="#CC79A7",
            cost="#56B4E9",
            first="#B9A7FF",
            second="#7FE0E0",
            third="#E69F00",
            fourth="#D0D0D0",
            tangent_dash=(1.8, 1.6),
            wire=True,
            sizes=Sizes(curve=7.5, axis=2.5, grid=2.0, trail=4.0, tangent=4.6, arrow=9.0, dot=2.3),
        ),
    )
}

DEFAULT_THEME = "dark"


READABLE = 4.5
"""Least contrast of text, WCAG 2.1, success criterion 1.4.3."""


def luminance(code: str) -> float:
    r"""Relative luminance of ``#RRGGBB``: 0 for black, 1 for white.

    .. math:: L = 0.2126 R + 0.7152 G + 0.0722 B,\quad
              C = c / 12.92 \text{ if } c \le 0.04045 \text{ else } ((c + 0.055) / 1.055)^{2.4}

    Examples
    --------
    >>> luminance("#FFFFFF")
    1.0

    References
    ----------
    W3C, Web Content Accessibility Guidelines 2.1 (2018), "relative luminance"; the threshold is the one of
    IEC 61966-2-1, which WCAG rounds to 0.03928.
    """
    red, green, blue = (int(code[k : k + 2], 16) / 255 for k in (1, 3, 5))
    linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (red, green, blue))
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours ``#RRGGBB``, from 1 to 21: (lighter + 0.05) / (darker + 0.05).

    Examples
    --------
    >>> round(contrast("#000000", "#FFFFFF"), 2), round(contrast("#767676", "#FFFFFF"), 2)
    (21.0, 4.54)

    References
    ----------
    W3C, Web Content Accessibility Guidelines 2.1 (2018), "contrast ratio".
    """
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def weak_text(theme: Theme) -> list[str]:
    """Say which colours of text are under `READABLE` on the background or on the panel, each by its key.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from lranim.look.theme import THEMES
    >>> weak_text(THEMES["light"])
    []
    >>> weak_text(replace(THEMES["light"], rate="#FF9F43"))
    ['rate #FF9F43 on the panel #F6F8FA has 1.91:1']
    """
    found = []
    for key in ROLES.values():
        code = str(getattr(theme, key))
        grounds = {"background": theme.background, "panel": theme.panel}
        ratio, name = min((contrast(code, ground), name) for name, ground in grounds.items())
        if ratio < READABLE:
            found.append(f"{key} {code} on the {name} {grounds[name]} has {ratio - 0.005:.2f}:1")
    return found
