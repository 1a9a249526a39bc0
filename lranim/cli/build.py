"""``lranim build``."""

from __future__ import annotations

import functools
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lranim.cli.errors import report
from lranim.cli.globs import only
from lranim.cli.output import emit_clip, emit_plan, note
from lranim.cli.settings import whole
from lranim.video.ready import check_places

if TYPE_CHECKING:
    from lranim.batch.cache import Store
    from lranim.batch.render import Plan


@click.command()
@click.argument("lesson", type=click.Path(path_type=Path), metavar="LESSON.toml")
@click.option(
    "-o", "--out", type=click.Path(path_type=Path), default="media", show_default=True, help="Folder."
)
@click.option(
    "-j",
    "--jobs",
    callback=whole(1, 256),
    metavar="N",
    default=str(os.cpu_count() or 1),
    help="Clips at a time.  [default: one a core]",
)
@click.option("-k", "--keep-going", is_flag=True, help="Go on after a clip that failed.")
@click.option(
    "--only", metavar="GLOB", multiple=True, help="Only clips of such names, as in --only 'slope*'."
)
@click.option("--force", is_flag=True, help="Render again what is there already.")
@click.option("--dry-run", is_flag=True, help="Say what would be rendered, and write nothing.")
@click.option("--why", is_flag=True, help="Say of each clip why it is rendered.")
@click.option(
    "--no-wait", is_flag=True, help="Do not wait for another run that writes the same clip: exit 3."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a clip on stdout, not paths.")
@click.option(
    "--cluster",
    metavar="ADDRESS",
    help="Render on a Dask cluster: tcp://HOST:8786, or local:N for N processes.",
)
@click.option(
    "--cache", type=click.Path(path_type=Path), metavar="DIR", help="Where finished clips are kept."
)
@click.pass_context
def command(ctx: click.Context, /, **options: Any) -> None:
    """Render every clip of a lesson that is not there yet or has changed.

    The paths written go to stdout, one a line; everything else goes to stderr. Clips that are there already
    are checked and not rendered; the longest of the others come first. A scene file that the lesson names is
    run, also by --dry-run: it says which options it has.
    """
    from lranim.batch.cache import open_store
    from lranim.batch.render import plans
    from lranim.lesson import read_lesson

    lesson = read_lesson(options["lesson"], options["out"])
    jobs = [clip.job for clip in lesson.clips]
    jobs = only(options["only"], jobs, [job.name for job in jobs])
    check_places(jobs)
    store = open_store(options["cache"])
    found = plans(jobs, store, force=options["force"])
    missing = [plan for plan in found if plan.there is None]
    for line in lesson.notes if missing else ():
        note(f"Note: {line}")
    for plan in missing:
        if options["why"] or plan.damaged:
            note(f"{plan.job.name}: {plan.why}")
    if options["dry_run"]:
        _emit_plans(found, missing, as_json=options["as_json"])
        return
    ctx.exit(_build(found, store, options))


def _emit_plans(found: Sequence[Plan], missing: Sequence[Plan], *, as_json: bool) -> None:
    for plan in missing:
        emit_plan(plan.job, as_json=as_json)
    kept = sum(plan.kept for plan in missing)
    note(f"{len(missing) - kept} of {len(found)} clips would be rendered, {kept} copied from the cache")


def _build(found: Sequence[Plan], store: Store, options: dict[str, Any]) -> int:
    """Make what is missing, say how it went; the exit code."""
    from lranim.batch.pool import exit_code
    from lranim.cli.batch import make_missing

    began = time.monotonic()
    for plan in found:
        if plan.there is not None:
            emit_clip(plan.job, plan.there, as_json=options["as_json"])
    missing = [plan for plan in found if plan.there is None]
    emit = functools.partial(emit_clip, as_json=options["as_json"])
    outcomes = make_missing(missing, store, options, emit) if missing else []
    failed = [outcome for outcome in outcomes if outcome.error]
    for outcome in failed:
        report(f"{outcome.job.name}: {outcome.error}", outcome.details)
    clips = [outcome.clip for outcome in outcomes if outcome.clip]
    idle = len(missing) - len(outcomes)
    counts = {
        "rendered": sum(not clip.cached for clip in clips),
        "copied from the cache": sum(clip.cached for clip in clips),
        "there already": len(found) - len(missing),
        "failed": len(failed),
        "not begun (-k goes on after a failure)": idle,
    }
    words = [f"{count} {what}" for what, count in counts.items() if count]
    note(f"{len(found)} clips: {', '.join(words)}; {time.monotonic() - began:.1f} s")
    return exit_code(outcomes)
