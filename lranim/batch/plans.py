"""What a batch has to do: which clips are there, which can be fetched, which must be drawn and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lranim.batch.cache import Store
from lranim.batch.keys import Inputs, inputs_of, machine_parts
from lranim.batch.published import CHANGED, found, sidecar_key
from lranim.video.clip import Clip
from lranim.video.job import Job

MOST = 4
"""So many changes are told of one clip; of the others only their number."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What one job of a batch needs.

    Parameters
    ----------
    job
        The job.
    there
        The clip as it lies in its folder, up to date and undamaged; None if it does not.
    kept
        Whether the store has it.
    why
        In a few words why it is not there.
    damaged
        Whether that is because a file is not what it was.
    """

    job: Job
    there: Clip | None = None
    kept: bool = False
    why: str = ""
    damaged: bool = False


def plans(jobs: Sequence[Job], store: Store, *, force: bool = False) -> list[Plan]:
    """Look for each job's files, in its folder and in the store, and read them all.

    Raises
    ------
    InputError
        A file that a scene's option names cannot be used.
    """
    machines = {fonts: machine_parts(fonts) for fonts in {job.theme.fonts for job in jobs}}
    return [_plan(job, store, machines[job.theme.fonts], force) for job in jobs]


def _plan(job: Job, store: Store, machine: Mapping[str, str], force: bool) -> Plan:
    if force:
        return Plan(job=job, why="--force")
    inputs = inputs_of(job, machine)
    there = found(job, inputs.key)
    if isinstance(there, Clip):
        return Plan(job=job, there=there)
    why = _changes(job, inputs, store) if there == CHANGED else there
    state = store.state(job, inputs.key)
    damaged = there.endswith("is damaged") or state not in ("there", "missing")
    if state not in ("there", "missing"):
        why = f"{why}, and {state}"
    return Plan(job=job, kept=state == "there", why=why, damaged=damaged)


def _changes(job: Job, inputs: Inputs, store: Store) -> str:
    """What differs from what the files in the folder were made from."""
    before = store.inputs(sidecar_key(job) or "")
    if before is None:
        return f"{CHANGED}, of which there is no record"
    changes = inputs.changes(before)
    more = f" and {len(changes) - MOST} more" if len(changes) > MOST else ""
    return "; ".join(changes[:MOST]) + more
