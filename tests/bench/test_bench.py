"""The bench's own helpers; nothing here looks at a clock's verdict."""

from __future__ import annotations

import math
import os
import sys

import numpy as np
import pytest

from bench.meter import measure
from bench.quality import C1, psnr, square_error, ssim
from bench.repeats import interleaved, median, ratio


def flat(value: int, size: tuple[int, int] = (24, 40)) -> np.ndarray:
    """A picture of one grey."""
    return np.full((*size, 3), value, np.uint8)


@pytest.mark.parametrize("step", [1, 5, 255])
def test_psnr_of_a_constant_difference(step: int) -> None:
    """A difference of d in every sample is 20 log10(255 / d) dB, whichever picture is the brighter."""
    for pair in ((flat(0), flat(step)), (flat(step), flat(0))):
        assert psnr(square_error(*pair)) == pytest.approx(20 * math.log10(255 / step))


def test_ssim_agrees_with_the_definition_window_by_window() -> None:
    """The block sums give what each 8 × 8 window gives on its own; odd rests of a side are left out."""
    rng = np.random.default_rng(1)
    a, b = (rng.integers(0, 256, (19, 26, 3), dtype=np.uint8) for _ in range(2))
    luma = np.array([0.2126, 0.7152, 0.0722])
    c2 = (0.03 * 255) ** 2
    found = []
    for top in range(0, 16 - 7, 4):
        for left in range(0, 24 - 7, 4):
            x, y = ((p @ luma)[top : top + 8, left : left + 8] for p in (a, b))
            cov = np.mean((x - x.mean()) * (y - y.mean()))
            first = (2 * x.mean() * y.mean() + C1) / (x.mean() ** 2 + y.mean() ** 2 + C1)
            found.append(first * (2 * cov + c2) / (x.var() + y.var() + c2))
    assert ssim(a, b) == pytest.approx(np.mean(found))


def test_repeats_are_interleaved_and_turned_round(capsys: pytest.CaptureFixture[str]) -> None:
    """Each repeat runs everything once, every other one backwards, and results stay with their run."""
    order: list[str] = []

    def note(name: str) -> int:
        order.append(name)
        return len(order)

    results = interleaved({"a": lambda: note("a"), "b": lambda: note("b")}, 3)
    assert order == ["a", "b", "b", "a", "a", "b"]
    assert results == {"a": [1, 4, 5], "b": [2, 3, 6]}
    assert capsys.readouterr().out == ""


def test_ratio_is_taken_within_each_repeat() -> None:
    """A repeat that is slow for both does not move the ratio."""
    assert ratio([1, 100, 1], [2, 200, 2]) == 0.5
    assert median([3, 1]) == 2


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are measured on POSIX only")
def test_usage_is_that_of_the_command_alone() -> None:
    """Memory of the command's child counts, memory of the one who measures does not."""
    ballast = bytearray(b"x" * (200 << 20))
    child = "x = bytearray(b'x' * (60 << 20))"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}], check=True)"
    usage = measure([sys.executable, "-c", code])
    assert 60 << 20 < usage.peak < 160 << 20 < len(ballast)
    assert usage.cpu > 0
    assert usage.seconds > 0


def test_failing_command_is_told() -> None:
    """What a command said last reaches the reader."""
    with pytest.raises(RuntimeError, match="out of ink"):
        measure([sys.executable, "-c", "raise SystemExit('out of ink')"])
