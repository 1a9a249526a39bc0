"""``lranim storyboard``."""

from __future__ import annotations

import contextlib
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from lranim.cli.options import PATH, lang_option, look_options, replace_option
from lranim.cli.output import emit, note
from lranim.cli.scene_command import SceneCommand, choose_one
from lranim.errors import InputError
from lranim.look.text import DEFAULT_LANG


@click.command(cls=SceneCommand, options_metavar="[OPTIONS] [SCENE OPTIONS]")
@click.argument("scene", metavar="SCENE")
@look_options
@lang_option("Language of the words in the pictures.", DEFAULT_LANG)
@click.option(
    "-o",
    "--out",
    type=PATH,
    help="The PNG to write.  [default: media/SCENE.option=value....storyboard.png]",
)
@replace_option
@click.pass_context
def command(ctx: click.Context, /, scene: str, out: Path | None, force: bool, **options: Any) -> None:
    """Draw one PNG: a frame a beat, with its caption and time.

    The size (-q, -r; 854x480 by default) is that of each frame.
    """
    from lranim.video.places import check_own
    from lranim.video.ready import check_looks, check_places
    from lranim.video.settings import RenderOptions, asked, job_of

    size = {key: options.pop(key) for key in ("quality", "size")}
    if not any(size.values()):
        size["quality"] = "l"
    how = asked(RenderOptions, {**size, "formats": ["png"]}).settings()
    one = choose_one(ctx, scene)
    job = job_of(one.info.reference, one.params, how, out_dir=Path("media"), **options)
    out = out or job.out_dir / f"{job.name}.storyboard.png"
    if out.suffix.lower() != ".png":
        raise InputError(f"-o {out} is not a PNG; give a file name that ends in .png")
    job = replace(job, out_dir=out.parent, name=out.stem)
    check_places([job], lambda job: [out])
    check_own(out, "storyboard", force=force)
    for line in (
        *(f"Warning: {line}" for line in check_looks([job])),
        *(f"Note: {line}" for line in how.notes),
    ):
        note(line)
    from lranim.batch import storyboard  # brings manim

    with contextlib.redirect_stdout(sys.stderr):
        written = storyboard.storyboard(job, out)
    emit(str(written))
