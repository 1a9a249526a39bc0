"""The clips of a batch that are missing: fetched or rendered, with their progress on stderr."""

from __future__ import annotations

import contextlib
import functools
import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from lranim.batch.cache import Durations, Expectation, Store
from lranim.batch.pool import Outcome, run
from lranim.batch.render import MakeJob, Plan
from lranim.cli.board import Board, board
from lranim.cli.jobs import warn_of_looks
from lranim.video.clip import Clip, given_up
from lranim.video.job import Job
from lranim.video.ready import check_memory

if TYPE_CHECKING:
    from lranim.batch.cluster import Cluster

Emit = Callable[[Job, Clip], None]


def make_missing(missing: Sequence[Plan], store: Store, options: dict[str, Any], emit: Emit) -> list[Outcome]:
    """Fetch what the store has, and render the rest, the longest first.

    Parameters
    ----------
    missing
        What is not in its folder.
    store
        Where finished clips are kept, and how long they took.
    options
        Those of ``lranim build``.
    emit
        Called with each finished clip.

    Returns
    -------
    list of Outcome
        Of the clips that were begun.
    """
    known = Durations.load(store.folder)
    kept = [plan.job for plan in missing if plan.kept]
    drawn = sorted((plan.job for plan in missing if not plan.kept), key=functools.partial(_rank, known))
    warn_of_looks(drawn)
    if drawn and not options["cluster"]:
        check_memory(drawn, options["jobs"])
    jobs = [*kept, *drawn]
    expected = [*(Expectation(0.0, 0) for _ in kept), *map(known.expect, drawn)]
    with contextlib.ExitStack() as stack:
        cluster = _cluster(stack, options) if drawn else None
        at_once = options["jobs"] if cluster is None else cluster.workers
        shown = stack.enter_context(board(jobs, expected, at_once))
        how = {
            "on_result": functools.partial(
                _show, shown, known, {id(job): k for k, job in enumerate(jobs)}, emit
            ),
            "work": MakeJob(store, wait=not options["no_wait"]),
            "force": options["force"],
            "keep_going": options["keep_going"],
        }
        try:
            outcomes = run(kept, 1, on_progress=shown.frames, **how)
            if drawn and (options["keep_going"] or not any(outcome.error for outcome in outcomes)):
                how["on_progress"] = lambda index, *news: shown.frames(len(kept) + index, *news)
                outcomes += _draw(drawn, cluster, options, how)
        finally:
            known.save()
    return outcomes


def _rank(known: Durations, job: Job) -> float:
    """Longest first, and before them the new ones: any may be long, and the end must not wait for it."""
    one = known.expect(job)
    return -one.seconds if one else -math.inf


def _cluster(stack: contextlib.ExitStack, options: dict[str, Any]) -> Cluster | None:
    """Connect to the cluster that was asked for, before anything is shown or made."""
    if not options["cluster"]:
        return None
    from lranim.batch.cluster import open_cluster

    return stack.enter_context(open_cluster(options["cluster"]))


def _draw(
    jobs: Sequence[Job],
    cluster: Cluster | None,
    options: dict[str, Any],
    how: dict[str, Any],
) -> list[Outcome]:
    if cluster is None:
        return run(jobs, options["jobs"], ordered=False, **how)
    from lranim.batch.cluster import run_on_cluster

    work = how.pop("work")
    return run_on_cluster(jobs, cluster, store=work.store, wait=work.wait, **how)


def _show(shown: Board, known: Durations, places: dict[int, int], emit: Emit, outcome: Outcome) -> None:
    """Tell the end of one job, and learn how long it took."""
    job, clip = outcome.job, outcome.clip
    if clip is None:
        shown.finished(places[id(job)], None)  # its time says nothing about the others
        shown.say(f"{job.name}: failed")
        return
    if not clip.cached:
        known.learn(job, clip.seconds, max(row.frames for row in clip.artifacts))
    shown.finished(places[id(job)], None if clip.cached else f"{job.name}: rendered in {clip.seconds:.1f} s")
    for line in given_up(job, clip):
        shown.say(f"Note: {line}")
    with shown.aside():
        emit(job, clip)
