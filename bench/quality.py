"""How near one picture is to another: PSNR and SSIM."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]
"""``(H, W, 3)``, RGB."""

LUMA = np.array([0.2126, 0.7152, 0.0722])  # BT.709
C1, C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2


def square_error(a: Picture, b: Picture) -> float:
    """Mean of the squared differences of all samples."""
    difference = a.astype(np.int32) - b
    return float(np.mean(difference * difference))


def psnr(error: float) -> float:
    """Peak signal-to-noise ratio (dB) of a mean squared error: ``10 log10(255² / error)``.

    Examples
    --------
    >>> psnr(255.0**2), psnr(0.0)
    (0.0, inf)
    """
    return 10 * math.log10(255**2 / error) if error else math.inf


def ssim(a: Picture, b: Picture) -> float:
    """Mean structural similarity of the luma over 8 × 8 windows, one every 4 px, as in FFmpeg's filter.

    Source: Wang, Bovik, Sheikh, Simoncelli (2004), doi:10.1109/TIP.2003.819861; equal weights in a window.
    """
    x, y = a @ LUMA, b @ LUMA
    mean_x, mean_y = _windows(x), _windows(y)
    spread = _windows(x * x + y * y) - mean_x**2 - mean_y**2  # the sum of both variances
    covariance = _windows(x * y) - mean_x * mean_y
    alike = (2 * mean_x * mean_y + C1) / (mean_x**2 + mean_y**2 + C1)
    return float(np.mean(alike * (2 * covariance + C2) / (spread + C2)))


def _windows(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Means over 8 × 8 windows, one every 4 px; what is left of a side is not looked at."""
    height, width = (side // 4 * 4 for side in values.shape)
    blocks = values[:height, :width].reshape(height // 4, 4, width // 4, 4).mean(axis=(1, 3))
    pairs = blocks[1:] + blocks[:-1]
    windows: npt.NDArray[Any] = (pairs[:, 1:] + pairs[:, :-1]) / 4
    return windows
