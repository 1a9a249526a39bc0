"""``lranim build``, and how the missing clips of a lesson are made."""

from __future__ import annotations

import contextlib
import fnmatch
import functools
import math
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from lranim.cli.options import (
    PATH,
    again_option,
    cache_option,
    folder_option,
    jobs_option,
    json_option,
    no_wait_option,
    only_option,
)
from lranim.cli.output import emit_clip, emit_plan, note, report_all
from lranim.cli.progress import Emit, board
from lranim.errors import InputError, nearest

if TYPE_CHECKING:
    from lranim.batch.cache import Durations
    from lranim.batch.pool import Outcome
    from lranim.batch.render import Plan
    from lranim.lesson import Lesson, LessonClip
    from lranim.video.job import Job

One = TypeVar("One")


@click.command()
@click.argument("lesson", type=PATH, metavar="LESSON.toml")
@folder_option
@jobs_option()
@click.option("-k", "--keep-going", is_flag=True, help="Go on after a clip that failed.")
@only_option
@again_option
@click.option("--dry-run", is_flag=True, help="Say what would be rendered, and write nothing.")
@click.option("--why", is_flag=True, help="Say of each clip why it is rendered.")
@no_wait_option
@json_option("paths")
@click.option(
    "--cluster",
    metavar="ADDRESS",
    help="Render on a Dask cluster: tcp://HOST:8786, or local:N for N processes.",
)
@cache_option
@click.pass_context
def command(ctx: click.Context, /, **options: Any) -> None:
    """Render every clip of a lesson that is not there yet or has changed.

    The paths written go to stdout, one a line; everything else goes to stderr. Clips that are there already
    are checked and not rendered; the longest of the others come first. A scene file that the lesson names is
    run, also by --dry-run: it says which options it has.
    """
    from lranim.batch.pool import exit_code
    from lranim.lesson import read_lesson

    lesson = read_lesson(options["lesson"], options["out"])
    found = planned(
        lesson, only(options["only"], lesson.clips, [clip.job.name for clip in lesson.clips]), options
    )
    missing = [plan for plan in found if plan.there is None]
    if options["dry_run"]:
        for plan in missing:
            emit_plan(plan.job, as_json=options["as_json"])
        kept = sum(plan.kept for plan in missing)
        note(f"{len(missing) - kept} of {len(found)} clips would be rendered, {kept} copied from the cache")
        return
    began = time.monotonic()
    emit = functools.partial(emit_clip, as_json=options["as_json"])
    for plan in found:
        if plan.there is not None:
            emit(plan.job, plan.there)
    outcomes = make_missing(missing, options, emit)
    clips = [outcome.clip for outcome in outcomes if outcome.clip]
    counts = {
        "rendered": sum(not clip.cached for clip in clips),
        "copied from the cache": sum(clip.cached for clip in clips),
        "there already": len(found) - len(missing),
        "failed": len(outcomes) - len(clips),
        "not begun (-k goes on after a failure)": len(missing) - len(outcomes),
    }
    words = [f"{count} {what}" for what, count in counts.items() if count]
    note(f"{len(found)} clips: {', '.join(words)}; {time.monotonic() - began:.1f} s")
    ctx.exit(exit_code(outcomes))


def only(globs: Sequence[str], ones: Sequence[One], names: Sequence[str]) -> list[One]:
    """Those of which one of the patterns of ``--only`` matches the name; without patterns all.

    Raises
    ------
    InputError
        A pattern matches no name.

    Examples
    --------
    >>> only(["s*"], [1, 2, 3], ["slope", "cost", "steep"])
    [1, 3]
    """
    matched = {glob: {name for name in names if fnmatch.fnmatchcase(name, glob)} for glob in globs}
    for glob, found in matched.items():
        if not found:
            raise InputError(f"--only {glob} is the name of no clip; {nearest(glob, names)}")
    wanted = set().union(*matched.values()) if globs else set(names)
    return [one for one, name in zip(ones, names, strict=True) if name in wanted]


def planned(lesson: Lesson, clips: Sequence[LessonClip], options: dict[str, Any]) -> list[Plan]:
    """What there is to do for some clips of a lesson; say of them what is to be said."""
    from lranim.batch.cache import open_store
    from lranim.batch.render import plans
    from lranim.video.ready import check_places

    jobs = [clip.job for clip in clips]
    check_places(jobs)
    found = plans(jobs, open_store(options["cache"]), force=options.get("force", False))
    missing = [plan for plan in found if plan.there is None]
    for line in lesson.notes if missing else ():
        note(f"Note: {line}")
    for plan in missing:
        if options.get("why") or plan.damaged:
            note(f"{plan.job.name}: {plan.why}")
    return found


def make_missing(missing: Sequence[Plan], options: dict[str, Any], emit: Emit) -> list[Outcome]:
    """Fetch what the store has, and render the rest, the longest first; say what failed.

    Parameters
    ----------
    missing
        What is not in its folder.
    options
        Those of ``lranim build``, some of which other commands do not have.
    emit
        Called with each finished clip.

    Returns
    -------
    list of Outcome
        Of the clips that were begun.
    """
    if not missing:
        return []
    from lranim.batch.cache import Durations, Expectation, open_store
    from lranim.batch.pool import run
    from lranim.batch.render import MakeJob
    from lranim.video.ready import check_looks, check_memory

    store = open_store(options["cache"])
    known = Durations.load(store.folder)
    kept = [plan.job for plan in missing if plan.kept]
    drawn = sorted((plan.job for plan in missing if not plan.kept), key=functools.partial(_rank, known))
    for line in check_looks(drawn):
        note(f"Warning: {line}")
    address = options.get("cluster") if drawn else None
    if drawn and not address:
        check_memory(drawn, options["jobs"])
    jobs = [*kept, *drawn]
    keep_going = options.get("keep_going", False)
    how = {"force": options.get("force", False), "keep_going": keep_going}
    with contextlib.ExitStack() as stack:
        cluster = None
        if address:  # connected to before anything is shown or made
            from lranim.batch.cluster import open_cluster, run_on_cluster

            cluster = stack.enter_context(open_cluster(address))
        expected = [*(Expectation(0.0, 0) for _ in kept), *map(known.expect, drawn)]
        shown = stack.enter_context(board(jobs, expected))
        places = {id(job): k for k, job in enumerate(jobs)}

        def show(outcome: Outcome) -> None:
            if (clip := outcome.clip) and not clip.cached:
                known.learn(outcome.job, clip.seconds, max(row.frames for row in clip.artifacts))
            shown.ended(places[id(outcome.job)], outcome, emit)
            if outcome.error:
                shown.say(f"{outcome.job.name}: failed")

        work = MakeJob(store, wait=not options["no_wait"])
        later = lambda index, *news: shown.frames(len(kept) + index, *news)  # noqa: E731
        try:
            outcomes = run(kept, 1, show, on_progress=shown.frames, work=work, **how)
            if keep_going or not any(outcome.error for outcome in outcomes):
                if cluster is None:
                    how |= {"work": work, "ordered": False}
                    outcomes += run(drawn, options["jobs"], show, on_progress=later, **how)
                else:
                    how |= {"store": store, "wait": work.wait}
                    outcomes += run_on_cluster(drawn, cluster, on_result=show, on_progress=later, **how)
        finally:
            known.save()
    report_all(outcomes)
    return outcomes


def _rank(known: Durations, job: Job) -> float:
    """Longest first, and before them the new ones: any may be long, and the end must not wait for it."""
    one = known.expect(job)
    return -one.seconds if one else -math.inf
