"""``lranim storyboard``."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

import click

from lranim.cli.jobs import check_jobs, job_for
from lranim.cli.language import lang_option
from lranim.cli.output import emit, note
from lranim.cli.scene_command import SceneCommand, choose_one
from lranim.cli.settings import size_options
from lranim.cli.targets import force_option
from lranim.errors import InputError
from lranim.look.text import DEFAULT_LANG
from lranim.look.theme import Theme
from lranim.video.places import check_own
from lranim.video.settings import settings


@click.command(cls=SceneCommand, options_metavar="[OPTIONS] [SCENE OPTIONS]")
@click.argument("scene", metavar="SCENE")
@size_options
@lang_option("Language of the words in the pictures.", DEFAULT_LANG)
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    help="The PNG to write.  [default: media/SCENE.option=value....storyboard.png]",
)
@force_option
@click.pass_context
def command(
    ctx: click.Context,
    scene: str,
    quality: str | None,
    resolution: tuple[int, int] | None,
    theme: Theme,
    lang: str,
    out: Path | None,
    force: bool,
) -> None:
    """Draw one PNG: a frame a beat, with its caption and time.

    The size (-q, -r; 854x480 by default) is that of each frame.
    """
    how = settings(quality if quality or resolution else "l", resolution, formats=("png",))
    one = choose_one(ctx, scene)
    if out is None:
        plain = job_for(one, how, lang=lang, theme=theme, out_dir=Path("media"))
        out = plain.out_dir / f"{plain.name}.storyboard.png"
    if out.suffix.lower() != ".png":
        raise InputError(f"-o {out} is not a PNG; give a file name that ends in .png")
    job = job_for(one, how, lang=lang, theme=theme, out_dir=out.parent, name=out.stem)
    check_jobs([job], lambda job: [out])
    check_own(out, "storyboard", force=force)
    for line in how.notes:
        note(f"Note: {line}")
    from lranim.batch import storyboard  # brings manim

    with contextlib.redirect_stdout(sys.stderr):
        written = storyboard.storyboard(job, out)
    emit(str(written))
