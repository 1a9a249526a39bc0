"""How long a batch takes on so many workers: list scheduling, longest first, and one client that collects."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Costs:
    """What a batch takes beside the rendering.

    Parameters
    ----------
    start
        Before a worker's first clip: starting Python and importing manim (s).
    job
        A worker's for each clip, beside its rendering (s).
    link
        Speed of the link over which the files come back to the client (bytes/s).
    client
        The client's for each clip: hashing, writing, publishing, keeping in the cache (s).
    """

    start: float
    job: float
    link: float
    client: float


@dataclass(frozen=True)
class Run:
    """A simulated batch: how long it takes (s), what holds it back, and the share of time workers render."""

    seconds: float
    bound: str
    busy: float


def simulate(
    seconds: Sequence[float],
    sizes: Sequence[float],
    workers: int,
    costs: Costs,
    *,
    longest_first: bool = True,
) -> Run:
    """Simulate a batch.

    Whenever a worker is free it takes the next clip. Files come back over the link one clip after another, in
    the order in which clips are done, and the client takes care of one at a time while the next comes in.
    No order of the clips can be faster than any of

    - ``start + Σ (job + seconds) / workers``: the workers,
    - ``start + job + max seconds``: the longest clip,
    - ``Σ sizes / link``: the link,
    - ``clips · client``: the client,

    and the largest of these is what holds the batch back. Longest-first order keeps the rendering itself
    within 4/3 of the best: Graham, SIAM J. Appl. Math. 17 (1969) 416, doi:10.1137/0117039.

    Parameters
    ----------
    seconds
        What each clip takes to render (s).
    sizes
        How large its files are (bytes).
    workers
        How many there are.
    costs
        What else it takes.
    longest_first
        Else clips are begun in their order.

    Examples
    --------
    >>> simulate([4.0] * 6, [0.0] * 6, 3, Costs(start=1, job=0, link=1e8, client=0))
    Run(seconds=9.0, bound='workers', busy=0.888...)
    """
    order = list(range(len(seconds)))
    if longest_first:
        order.sort(key=lambda index: -seconds[index])
    free = [costs.start] * min(workers, len(order))
    done: list[tuple[float, float]] = []
    for index in order:
        end = free[0] + costs.job + seconds[index]
        heapq.heapreplace(free, end)
        done.append((end, sizes[index]))
    arrived = published = 0.0
    for end, size in sorted(done):
        arrived = max(arrived, end) + size / costs.link
        published = max(published, arrived) + costs.client
    bounds = {
        "workers": costs.start + sum(costs.job + one for one in seconds) / workers,
        "longest clip": costs.start + costs.job + max(seconds),
        "link": sum(sizes) / costs.link,
        "client": len(order) * costs.client,
    }
    busy = sum(seconds) / (workers * published)
    return Run(published, max(bounds, key=lambda name: bounds[name]), busy)
