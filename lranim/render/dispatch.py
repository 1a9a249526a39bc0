"""Many jobs on a cluster: a thread a clip here, which holds its lock and publishes what comes back."""

from __future__ import annotations

import contextlib
import functools
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from queue import SimpleQueue
from typing import Any

from lranim.render.artifacts import Clip
from lranim.render.crew import GRACE_S
from lranim.render.handout import Cluster
from lranim.render.job import Job
from lranim.render.making import make
from lranim.render.outcome import Outcome, outcome_of
from lranim.render.pool import no_empty_folders
from lranim.render.store import Store


def run_on_cluster(
    jobs: Sequence[Job],
    cluster: Cluster,
    on_result: Callable[[Outcome], None],
    *,
    on_progress: Callable[[int, int, int | str | None], None] = lambda index, done, total: None,
    force: bool = False,
    store: Store | None = None,
    wait: bool = False,
    keep_going: bool = True,
) -> list[Outcome]:
    """Render jobs on a cluster, begun in their order; what is called, is called in this thread.

    Parameters
    ----------
    jobs
        What to render.
    cluster
        Where.
    on_result
        Called once a job, as soon as it is done.
    on_progress
        Called with the job's index, the frames done and the frames in all (None until known); with a line in
        their place when the job waits for another run.
    force
        Render again what is there already.
    store
        Where finished clips are kept.
    wait
        Whether to wait for another run that is writing the same files.
    keep_going
        Whether one that fails does not stop the others. Else no other is begun; those that run may end.

    Returns
    -------
    list of Outcome
        Of the jobs that were begun, in the order of the jobs.

    Raises
    ------
    KeyboardInterrupt
        After what ran on the cluster was given up.
    """
    said: SimpleQueue[tuple[int, Any]] = SimpleQueue()

    def clip_of(index: int) -> Clip:
        def tell(done: int, total: int | str | None) -> None:
            said.put((index, (done, total)))

        waits = (lambda line: tell(0, line)) if wait else None
        return make(jobs[index], cluster.produce, tell, force=force, store=store, waits=waits)

    def run(index: int) -> None:
        said.put((index, outcome_of(jobs[index], functools.partial(clip_of, index))))

    waiting = list(reversed(range(len(jobs))))
    threads: dict[int, threading.Thread] = {}
    outcomes: dict[int, Outcome] = {}
    failed = False
    at_once = 0
    with no_empty_folders(jobs), contextlib.ExitStack() as stack:
        stack.callback(_end, threads, cluster)
        while threads or (waiting and not failed):
            # One more than there are workers, which comes while another clip is on its way. Not two a worker:
            # Dask blames the death of a worker on all the clips that wait there.
            at_once = at_once or cluster.workers + 1
            while waiting and not failed and len(threads) < at_once:
                index = waiting.pop()
                threads[index] = threading.Thread(target=run, args=(index,), daemon=True)
                threads[index].start()
            index, news = said.get()
            if not isinstance(news, Outcome):
                on_progress(index, *news)
                continue
            threads.pop(index).join()
            outcomes[index] = news
            at_once = 0
            failed = failed or (news.error is not None and not keep_going)
            on_result(news)
    return [outcomes[index] for index in sorted(outcomes)]


def _end(threads: Mapping[int, threading.Thread], cluster: Cluster) -> None:
    """Give up what still runs, and wait until it has tidied up."""
    if threads:
        cluster.give_up()
    deadline = time.monotonic() + GRACE_S
    for thread in threads.values():  # one that waits for another run's lock ends with the process
        thread.join(max(0.0, deadline - time.monotonic()))
