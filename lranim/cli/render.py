"""``lranim render``."""

from __future__ import annotations

import functools
import itertools
import sys
from typing import TYPE_CHECKING, Any

import click

from lranim.catalogue import registry
from lranim.cli.options import (
    again_option,
    folder_option,
    jobs_option,
    json_option,
    lang_option,
    look_options,
)
from lranim.cli.output import emit_clip, emit_plan, note, report_all
from lranim.cli.scene_command import SceneCommand, choose, named
from lranim.errors import InputError
from lranim.look.text import DEFAULT_LANG
from lranim.video.job import FORMATS
from lranim.video.limits import DESTINATIONS, size_text

if TYPE_CHECKING:
    from lranim.batch.pool import Outcome
    from lranim.video.job import Job
    from lranim.video.settings import Settings


@click.command(cls=SceneCommand, options_metavar="[OPTIONS] [SCENE OPTIONS]")
@click.argument("scenes", metavar="SCENE...", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Render every scene.")
@look_options
@lang_option("Language of all words in the clip and beside it.", DEFAULT_LANG)
@click.option(
    "--fps",
    metavar="N",
    help="Frames a second, over -q.  [default: 60; 20 in a GIF]",
)
@click.option(
    "--format",
    "formats",
    metavar=",".join(FORMATS),
    help="What to write.  [default: mp4,gif,png]",
)
@click.option(
    "--gif-width",
    metavar="PX",
    help="Width of the GIF, made smaller from the same frames.  [default: as the video]",
)
@click.option(
    "--gif-loops",
    metavar="N",
    help="How often the GIF plays before it stops at its end.  [default: 0, for ever]",
)
@click.option(
    "--max-size",
    metavar="SIZE",
    help="Most that a video or a GIF may take, as in 5MB; it gets coarser until it fits.",
)
@click.option(
    "--for",
    type=click.Choice(list(DESTINATIONS)),
    metavar="PLACE",
    help=f"Most that a place takes: {', '.join(f'{k} {size_text(v)}' for k, v in DESTINATIONS.items())}.",
)
@click.option("-t", "--transparent", is_flag=True, help="No background.  [formats: webm,gif,png]")
@folder_option
@click.option("--name", help="Stem of the files.  [default: SCENE.option=value...]")
@jobs_option(1, "1")
@again_option
@click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
@json_option("paths")
@click.option("-p", "--preview", is_flag=True, help="Open the first file.")
@click.pass_context
def command(ctx: click.Context, /, **options: Any) -> None:
    """Render scenes into video, GIF and poster.

    The paths written go to stdout, one a line; everything else goes to stderr. Without -q and -r the size is
    1280x720. An option of a scene that is given several times, as in --lr 0.9 --lr 0.3, makes one clip a
    value, and several such options make every combination.
    """
    from lranim.batch.pool import exit_code
    from lranim.video.ready import check_looks, check_memory, check_places
    from lranim.video.settings import RENDER_KEYS, RenderOptions, asked

    if options["formats"] is not None:
        options["formats"] = options["formats"].split(",")
    how = asked(RenderOptions, {key: options[key] for key in RENDER_KEYS}).settings()
    jobs = _jobs(ctx, options, how)
    check_places(jobs)
    for line in check_looks(jobs):
        note(f"Warning: {line}")
    check_memory(jobs, options["jobs"])
    for line in how.notes:
        note(f"Note: {line}")
    if options["dry_run"]:
        for job in jobs:
            emit_plan(job, as_json=options["as_json"])
        return
    outcomes = _run(jobs, options)
    if options["preview"] and outcomes[0].clip:
        _open(str(outcomes[0].clip.artifacts[0].path))
    ctx.exit(exit_code(outcomes))


def _jobs(ctx: click.Context, options: dict[str, Any], how: Settings) -> list[Job]:
    from lranim.video.settings import job_of

    names = named(ctx, options)
    for name in [*names] if options["every"] else []:
        if not registry.get(name).load_light().speaks(options["lang"]):  # a plugin's
            note(f"Note: {name} is left out: it has no words in {options['lang']}")
            names.remove(name)
    chosen = choose(ctx, names)
    if not chosen:
        raise InputError(f"there is no scene in {registry.scenes_folder()}")
    if options["name"] is not None and len(chosen) > 1:
        raise InputError(f"--name {options['name']} is for one clip, not for {len(chosen)}; leave it out")
    about = {key: options[key] for key in ("lang", "theme", "name")}
    return [job_of(one.info.reference, one.params, how, out_dir=options["out"], **about) for one in chosen]


def _run(jobs: list[Job], options: dict[str, Any]) -> list[Outcome]:
    from lranim.batch import pool
    from lranim.cli.progress import board

    emit = functools.partial(emit_clip, as_json=options["as_json"])
    with board(jobs, [None] * len(jobs)) as shown:
        indices = itertools.count()  # results come in the order of the jobs

        def on_result(outcome: Outcome) -> None:
            there = f"{outcome.job.name}: was there already"
            shown.ended(next(indices), outcome, emit, there)

        how = {"on_progress": shown.frames, "force": options["force"]}
        outcomes = pool.run(jobs, options["jobs"], on_result, **how)
    report_all(outcomes, named=len(outcomes) > 1)
    return outcomes


def _open(path: str) -> None:
    import subprocess

    opener = "open" if sys.platform == "darwin" else "xdg-open"
    try:
        subprocess.Popen(
            [opener, path], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
    except OSError:
        note(f"Warning: {path} cannot be opened: there is no {opener}")
