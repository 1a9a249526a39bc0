"""Fonts and glyphs, as fontconfig knows them."""

from __future__ import annotations

import shutil
import subprocess
from typing import Any

import pytest

from lranim.errors import InputError, RenderError
from lranim.look import fonts
from lranim.look.fonts import CJK_FONT, FontReport, check_fonts

needs_fontconfig = pytest.mark.skipif(shutil.which("fc-list") is None, reason="needs fontconfig")


def a_family() -> str:
    """Name a family that is installed."""
    listed = subprocess.run(["fc-list", ":charset=61", "family"], capture_output=True, text=True, check=True)
    return listed.stdout.splitlines()[0].split(",")[0]


@needs_fontconfig
def test_a_family_that_is_there() -> None:
    """The first family present is the one used, and nothing is said."""
    family = a_family()
    report = check_fonts((family,), "abc \n\t")
    assert report == FontReport(checked=True, wanted=family, present=(family,), used=family, missing="")
    assert report.warning == ""
    report.raise_for_missing()


@needs_fontconfig
def test_a_family_that_is_not_there() -> None:
    """The next one is used, or fontconfig's substitute, with a warning that names both."""
    family = a_family()
    second = check_fonts(("No Such: Font-Family, 7", family), "abc")
    assert (second.present, second.used, second.missing) == ((family,), family, "")
    assert second.warning.startswith(
        f"the font No Such: Font-Family, 7 is not installed, {family} is used instead; "
    )
    assert check_fonts(("No Such Font",), "abc").used not in ("", "No Such Font")


@needs_fontconfig
def test_a_character_that_no_font_has() -> None:
    """Each missing character is named once, with its code and what to install."""
    report = check_fonts((a_family(),), "a\U0010fffdb\U0010fffd\U0010fffc")
    assert report.missing == "\U0010fffd\U0010fffc"
    with pytest.raises(InputError, match=r"U\+10FFFD\), .* \(U\+10FFFC\); leave them out or install Noto"):
        report.raise_for_missing()


def test_without_fontconfig_nothing_is_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where fc-list is missing, rendering goes on with a warning."""
    monkeypatch.setattr(fonts.shutil, "which", lambda program: None)
    report = check_fonts(("A", "B"), "abc")
    assert not report.checked
    assert "fc-list is not installed" in report.warning
    report.raise_for_missing()


def stopped(times: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have fontconfig's programs killed so often before they answer."""
    real, left = subprocess.run, [times]

    def run(command: list[str], **how: Any) -> Any:
        if left[0]:
            left[0] -= 1
            return subprocess.CompletedProcess(command, -9, "", "")
        return real(command, **how)

    monkeypatch.setattr(fonts.subprocess, "run", run)


def test_a_program_that_is_killed_has_not_said_no(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is asked again, so that no other font is drawn than the one that is there."""
    expected = check_fonts([CJK_FONT], "")
    stopped(1, monkeypatch)
    assert check_fonts([CJK_FONT], "") == expected


def test_a_program_that_is_killed_again_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rather than a picture in another font."""
    stopped(2, monkeypatch)
    with pytest.raises(RenderError, match="fc-list was stopped by signal 9; render again"):
        check_fonts([CJK_FONT], "")
