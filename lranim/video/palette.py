"""A palette for a clip, from its exact colours and how often each is on screen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Colours = npt.NDArray[np.uint8]
Weights = npt.NDArray[np.int64]

GOOD = 1.3
"""Mean squared error that a palette may have, of levels from 0 to 255: 47 dB."""

_FIXED = 16  # colours kept exactly: enough for the flat ones; 128 would cost the soft edges 2 dB
_ROUNDS = 4  # of moving the palette; more change the error by less than a per cent
_CHUNK = 1 << 12  # colours compared with the whole palette at a time
_MANY = 1 << 14  # more colours than this are first merged into cells of 4 levels


def small_palette(
    colours: Colours,
    weights: Weights,
    sizes: Sequence[int],
    kept: Sequence[tuple[int, int, int]] = (),
) -> tuple[Colours, npt.NDArray[np.uint8]]:
    """Return what `choose_palette` does, for the first of some sizes that is good enough, else for the last.

    Good enough is a mean squared error of at most `GOOD` over all pixels of all frames. The entries come in
    order of how much they are used, so that small numbers, which take few bits, are frequent.

    Examples
    --------
    >>> import numpy as np
    >>> greys = np.repeat(np.arange(0, 200, 2, np.uint8)[:, None], 3, axis=1)
    >>> [len(small_palette(greys, np.ones(100, int), sizes)[0]) for sizes in ([8, 64, 90], [8, 100])]
    [64, 100]
    """
    palette, index = colours[:0], np.zeros(len(colours), np.uint8)
    for size in sizes:
        palette, index = choose_palette(colours, weights, size, kept)
        error = ((colours.astype(np.float64) - palette[index]) ** 2).mean(axis=1)
        if len(colours) <= size or np.average(error, weights=weights) <= GOOD:
            break
    order = np.argsort(-np.bincount(index, weights, len(palette)), kind="stable")
    rank = np.empty(len(palette), np.uint8)
    rank[order] = np.arange(len(palette))
    return palette[order], rank[index]


def choose_palette(
    colours: Colours, weights: Weights, size: int, kept: Sequence[tuple[int, int, int]] = ()
) -> tuple[Colours, npt.NDArray[np.uint8]]:
    """Return a palette and, for each colour, the palette entry that stands for it.

    If all colours fit, each is kept exactly. Otherwise the most frequent ones are, and the rest is found by
    splitting the cluster with the largest squared error until the palette is full, then by moving each entry
    to the mean of the colours nearest to it. All sums are of whole numbers, so the result does not depend on
    the machine.

    Parameters
    ----------
    colours
        Different colours, ``(K, 3)``, RGB.
    weights
        How many pixels of all frames have each colour, ``(K,)``.
    size
        Entries in the palette, at most 256.
    kept
        Colours that are kept exactly where they occur, however seldom they are; at most 16.

    Returns
    -------
    palette
        ``(P, 3)`` with P at most `size`.
    index
        ``(K,)``, entries of the palette.

    References
    ----------
    S. P. Lloyd, "Least squares quantization in PCM", IEEE Trans. Inf. Theory 28 (1982),
    doi:10.1109/TIT.1982.1056489

    Examples
    --------
    >>> import numpy as np
    >>> palette, index = choose_palette(np.array([[9, 9, 9], [200, 0, 0]], np.uint8), np.array([5, 1]), 255)
    >>> palette[index].tolist()
    [[9, 9, 9], [200, 0, 0]]
    """
    if len(colours) <= size:
        return colours.copy(), np.arange(len(colours), dtype=np.uint8)
    # stable: colours that are equally frequent keep the order in which they came
    wanted = (colours[:, None] == np.array(kept, np.uint8).reshape(-1, 3)).all(axis=2).any(axis=1)
    order = np.lexsort((-weights, ~wanted))
    fixed = colours[order[:_FIXED]]
    rest = order[_FIXED:]
    points, mass = _merge(colours[rest], weights[rest])
    moving = _split(points, mass, size - len(fixed))
    palette = np.concatenate([fixed.astype(np.float32), moving])
    for _ in range(_ROUNDS):
        owner = _nearest(points, palette)
        total = np.bincount(owner, mass, len(palette))
        sums = np.stack([np.bincount(owner, mass * points[:, c], len(palette)) for c in range(3)], axis=1)
        used = np.flatnonzero(total > 0)
        used = used[used >= len(fixed)]
        moved = np.rint(sums[used] / total[used, None]).astype(np.float32)
        if np.array_equal(moved, palette[used]):
            break
        palette[used] = moved
    return palette.astype(np.uint8), _nearest(colours.astype(np.float64), palette).astype(np.uint8)


def _merge(colours: Colours, weights: Weights) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return points and their mass; a great many colours are merged with their neighbours first."""
    points = colours.astype(np.float64)
    mass = weights.astype(np.float64)
    if len(points) <= _MANY:
        return points, mass
    cells = (colours >> 2).astype(np.int64) @ np.array([1 << 12, 1 << 6, 1])
    _, owner = np.unique(cells, return_inverse=True)
    total = np.bincount(owner, mass)
    means = np.stack([np.bincount(owner, mass * points[:, c]) / total for c in range(3)], axis=1)
    merged: npt.NDArray[np.float64] = np.rint(means)
    return merged, total.astype(np.float64)


def _split(
    points: npt.NDArray[np.float64], mass: npt.NDArray[np.float64], count: int
) -> npt.NDArray[np.float32]:
    """Return at most `count` centres, by splitting the cluster with the largest squared error at its mean."""
    clusters = [np.arange(len(points))]
    spreads = [_spread(points, mass)]
    while len(clusters) < count:
        worst = max(range(len(clusters)), key=lambda i: float(spreads[i].max()))
        if spreads[worst].max() <= 0:
            break
        members = clusters.pop(worst)
        values = points[members, int(spreads.pop(worst).argmax())]
        # below the largest, so that neither half is empty however light the largest one is
        low = values <= min(float(np.average(values, weights=mass[members])), values.max() - 1)
        for half in (members[low], members[~low]):
            clusters.append(half)
            spreads.append(_spread(points[half], mass[half]))
    means = [np.average(points[m], axis=0, weights=mass[m]) for m in clusters]
    return np.rint(means).astype(np.float32)


def _spread(points: npt.NDArray[np.float64], mass: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the weighted squared error about the mean along each axis, ``(3,)``."""
    if len(points) < 2:
        return np.zeros(3)
    weighted = points * mass[:, None]
    spread = (weighted * points).sum(axis=0) - weighted.sum(axis=0) ** 2 / mass.sum()
    return np.where(np.ptp(points, axis=0) > 0, spread, 0.0)


def _nearest(points: npt.NDArray[np.float64], palette: npt.NDArray[np.float32]) -> npt.NDArray[np.intp]:
    """Return the nearest palette entry of each point; the first one where several are equally near.

    Whole numbers below 2**24 throughout, which float32 holds exactly, in whatever order they are added.
    """
    size = (palette**2).sum(axis=1)
    owner = np.empty(len(points), np.intp)
    for start in range(0, len(points), _CHUNK):
        part = points[start : start + _CHUNK].astype(np.float32)
        owner[start : start + _CHUNK] = (size - 2 * part @ palette.T).argmin(axis=1)
    return owner
