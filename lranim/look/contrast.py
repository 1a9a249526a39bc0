"""How well one colour can be read on another: WCAG 2.1's contrast ratio."""

from __future__ import annotations

from lranim.look.theme import ROLES, Theme

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
