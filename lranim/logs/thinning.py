"""Fewer points of a long series, with every spike that it has."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from lranim.core.checks import whole
from lranim.core.types import Array


def thinned(x: npt.ArrayLike, y: npt.ArrayLike, count: int) -> tuple[Array, Array]:
    """Keep at most so many points of a series: the first, the last, and of each group the lowest and highest.

    The groups are equally many neighbours each, so that nothing is averaged and no spike is lost. A group in
    which no height is finite keeps its first point: a line drawn through the points breaks there.

    Parameters
    ----------
    x, y
        The points, ``(n,)`` each.
    count
        The most that are kept; 4 or more.

    Returns
    -------
    tuple
        x and y of the points kept, in their order; those given where they are few enough.

    Raises
    ------
    ValueError
        When `count` is below 4, or the two differ in length.

    Examples
    --------
    >>> import numpy as np
    >>> y = np.zeros(1000)
    >>> y[[357, 358]] = 9.0, -9.0
    >>> kept, heights = thinned(np.arange(1000), y, 8)
    >>> kept.tolist(), heights.max().item(), heights.min().item()
    ([0.0, 1.0, 357.0, 358.0, 666.0, 999.0], 9.0, -9.0)

    References
    ----------
    Jugel et al., "M4: A Visualization-Oriented Time Series Data Aggregation" (2014),
    doi:10.14778/2732951.2732953: minimum and maximum of a group are what a drawn line needs of it.
    """
    count = whole("count", count, 4)
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if x.shape != y.shape or x.ndim != 1:
        raise ValueError(f"x and y must have one length, got {x.shape} and {y.shape}")
    if len(x) <= count:
        return x, y
    known = np.isfinite(y)
    groups = (count - 2) // 2
    edges = 1 + np.arange(groups) * (len(x) - 2) // groups
    ends = np.append(edges[1:], len(x) - 1)
    kept = {0, len(x) - 1}
    lows, highs = np.where(known, y, np.inf), np.where(known, y, -np.inf)
    for start, end in zip(edges.tolist(), ends.tolist(), strict=True):
        kept.add(start + int(np.argmin(lows[start:end])))
        kept.add(start + int(np.argmax(highs[start:end])))
    places = np.array(sorted(kept))
    return x[places], y[places]
