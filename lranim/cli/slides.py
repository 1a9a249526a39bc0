"""``lranim slides``."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lranim.cli.output import emit, note
from lranim.cli.settings import whole
from lranim.cli.targets import force_option
from lranim.errors import InputError
from lranim.export.deck import MOST_ON_A_SLIDE, Wishes
from lranim.export.formats import FORMATS, Format
from lranim.files import check_file
from lranim.look.text import languages

if TYPE_CHECKING:
    from lranim.export.deck import Deck


@click.command(short_help="Make a deck of a lesson or of clips.")
@click.argument(
    "sources", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="LESSON.toml|CLIP…"
)
@click.option(
    "--to",
    type=click.Choice(list(FORMATS)),
    help="What comes out.  [default: what -o ends in, else pptx]",
)
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="The file, or the folder of a deck for the browser.  [default: the lesson's name]",
)
@click.option("--template", type=click.Path(path_type=Path), metavar="FILE", help="Your own .pptx or .potx.")
@click.option(
    "--media", type=click.Choice(["mp4", "gif"]), default="mp4", show_default=True, help="What moves."
)
@click.option(
    "--aspect", type=click.Choice(["16:9", "4:3"]), default="16:9", show_default=True, help="Shape."
)
@click.option("--no-loop", is_flag=True, help="Stop at a clip's end.")
@click.option("--no-autoplay", is_flag=True, help="A clip begins on a click.")
@click.option("--steps", is_flag=True, help="A click plays to the next stage of the story (reveal).")
@click.option("--lang", multiple=True, type=click.Choice(languages()), help="Only clips in this language.")
@click.option("--only", metavar="GLOB", multiple=True, help="Only clips of such names.")
@click.option(
    "--per-slide",
    callback=whole(1, MOST_ON_A_SLIDE),
    metavar="N",
    default="1",
    help=f"Clips beside each other, up to {MOST_ON_A_SLIDE}.",
)
@click.option("--title", help="Of the deck.  [default: the lesson's]")
@click.option(
    "--clips",
    type=click.Path(path_type=Path),
    metavar="DIR",
    default="media",
    show_default=True,
    help="Where a lesson's clips are, or are rendered.",
)
@click.option(
    "-j",
    "--jobs",
    callback=whole(1, 256),
    metavar="N",
    default=str(os.cpu_count() or 1),
    help="Clips to render at a time.  [default: one a core]",
)
@force_option
@click.option("--no-wait", is_flag=True, help="Do not wait for another run that writes the same: exit 3.")
@click.option(
    "--cache", type=click.Path(path_type=Path), metavar="DIR", help="Where finished clips are kept."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout, not the path.")
@click.pass_context
def command(ctx: click.Context, /, sources: tuple[Path, ...], **options: Any) -> None:
    """Make a deck of a lesson, or of clips that are named by any of their files, or by their folder.

    Clips of a lesson that are not there yet are rendered first. The path of the deck goes to stdout.
    """
    from lranim.cli.deck_clips import Failed, read_deck
    from lranim.export.places import check_target
    from lranim.video.places import check_folder

    form = _format(options["to"], options["out"])
    path = options["out"] or _default(sources[0], form)
    if path.name in ("", ".."):  # such a folder has a name all the same
        path = path.resolve()
    wishes = _wishes(form, options)
    check_target(path, form, force=options["force"])
    check_folder(path.parent)
    try:
        deck = read_deck(sources, options)
    except Failed as failed:
        ctx.exit(failed.args[0])
    for line in _write(deck, path, form, wishes, options):
        note(f"Note: {line}")
    _tell(deck, path, form, as_json=options["as_json"])


def _format(name: str | None, out: Path | None) -> Format:
    """The format that is asked for, or else the first one whose files end like this one."""
    if name is not None:
        return FORMATS[name]
    suffix = out.suffix.lower() if out is not None else ""
    if not suffix:
        return FORMATS["pptx" if out is None else "reveal"]
    for form in FORMATS.values():
        if suffix in (form.suffix, form.file_suffix):
            return form
    raise InputError(f"{out} ends like no deck; say what it is with --to, one of {', '.join(FORMATS)}")


def _default(source: Path, form: Format) -> Path:
    stem = source.stem if source.suffix.lower() == ".toml" else "slides"
    if not form.suffix:
        return Path(f"{stem}-slides" if stem != "slides" else stem)
    return Path(f"{stem}.{form.name}{form.suffix}" if form.suffix == ".md" else f"{stem}{form.suffix}")


def _wishes(form: Format, options: dict[str, Any]) -> Wishes:
    template = options["template"]
    if template is not None and form.name != "pptx":
        raise InputError(f"--template {template} is for --to pptx, not {form.name}; leave it out")
    if template is not None:
        check_file(template, "give a .pptx or .potx as --template")
    if options["steps"] and form.name != "reveal":
        raise InputError(f"--steps is for --to reveal, not {form.name}; leave it out")
    return Wishes(
        aspect=options["aspect"],
        media=options["media"],
        loop=not options["no_loop"],
        autoplay=not options["no_autoplay"],
        steps=options["steps"],
        template=template,
    )


def _write(deck: Deck, path: Path, form: Format, wishes: Wishes, options: dict[str, Any]) -> list[str]:
    """Write the deck; what is not as asked, line by line.

    Raises
    ------
    InputError
        It cannot be written there.
    """
    from lranim.export.places import in_its_place
    from lranim.video.clip import refuse_changed

    try:
        waits = None if options["no_wait"] else note
        with in_its_place(path, form, force=options["force"], waits=waits) as made:
            lines = form.write(deck, made, wishes)
            refuse_changed(deck.clips)
            return lines
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror or error}") from error


def _tell(deck: Deck, path: Path, form: Format, *, as_json: bool) -> None:
    if not as_json:
        emit(str(path))
        return
    clips = [clip.name for slide in deck.slides for clip in slide.clips]
    emit(
        json.dumps(
            {"format": form.name, "path": str(path), "slides": len(deck.slides), "clips": clips},
            ensure_ascii=False,
        )
    )
