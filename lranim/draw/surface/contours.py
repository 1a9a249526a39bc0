"""Contour lines of a sampled function by marching squares (numpy only)."""

from __future__ import annotations

import numpy as np

from lranim.core.types import Array


def below(values: Array, x: Array, y: Array, level: float) -> list[Array]:
    """Closed outlines of the region where the sampled function lies below `level`.

    Each crossing of a grid edge joins two cells, so with a border of "above" put around the grid, all
    pieces close; pieces run with the region on their left. Derived here from the usual marching squares.

    Parameters
    ----------
    values
        Samples ``(n, m)``, first axis along `x`.
    x, y
        Grid coordinates ``(n,)`` and ``(m,)``, ascending.
    level
        The level of the line.

    Returns
    -------
    Outlines ``(k, 2)``, first point = last point; holes are outlines too (fill by the even-odd rule).

    Examples
    --------
    >>> grid = np.linspace(-2, 2, 41)
    >>> [circle] = below(grid[:, None] ** 2 + grid**2, grid, grid, 1.0)
    >>> bool(np.allclose(np.hypot(*circle.T), 1, atol=0.01))
    True
    """
    # The border sits at the same coordinates as the outermost samples: outlines follow the frame exactly.
    v = np.pad(np.asarray(values, dtype=float) - level, 1, constant_values=np.inf)
    x, y = np.pad(x, 1, mode="edge"), np.pad(y, 1, mode="edge")
    n, m = v.shape
    i, j = (k.ravel() for k in np.indices((n - 1, m - 1)))
    corner = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)]  # anticlockwise
    inside = [v[c] < 0 for c in corner]
    flat = [a * m + b for a, b in corner]
    # An edge of the grid by its lower corner and its direction; cell edge k runs from corner k to k + 1.
    edge = [2 * flat[0], 2 * flat[1] + 1, 2 * flat[3], 2 * flat[0] + 1]
    leaves = [inside[k] & ~inside[(k + 1) % 4] for k in range(4)]
    enters = [~inside[k] & inside[(k + 1) % 4] for k in range(4)]
    # A piece goes from an edge where a walk around the cell leaves the region to one where it enters it
    # again: the next one if the centre is inside too (then outside corners are cut off), else the last one.
    joined = sum(v[c] for c in corner) < 0
    follow: dict[int, int] = {}
    for k in range(4):
        after = [enters[(k + d) % 4] for d in (1, 2, 3)]
        ahead = np.where(after[0], 1, np.where(after[1], 2, 3))
        last = np.where(after[2], 3, np.where(after[1], 2, 1))
        end = np.choose((k + np.where(joined, ahead, last)) % 4, edge)
        follow.update(zip(edge[k][leaves[k]].tolist(), end[leaves[k]].tolist(), strict=True))
    outlines = []
    while follow:
        first, at = follow.popitem()
        loop = [first]
        while at != first:
            loop.append(at)
            at = follow.pop(at)
        outlines.append(_crossings(np.array([*loop, first]), v, x, y))
    return outlines


def _crossings(edges: Array, v: Array, x: Array, y: Array) -> Array:
    """Where the level is crossed on each of these grid edges, ``(k, 2)``."""
    m = v.shape[1]
    i, j = np.divmod(edges // 2, m)
    i2, j2 = i + (edges % 2 == 0), j + (edges % 2 == 1)
    v1, v2 = np.minimum(v[i, j], 1e300), np.minimum(v[i2, j2], 1e300)
    t = v1 / (v1 - v2)
    return np.stack([x[i] + t * (x[i2] - x[i]), y[j] + t * (y[j2] - y[j])], axis=-1)
