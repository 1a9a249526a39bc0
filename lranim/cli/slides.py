"""``lranim slides``: a deck of a lesson, its clips built where they are missing, or of finished clips."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lranim.catalogue import registry
from lranim.cli.build import make_missing, only, planned
from lranim.cli.options import PATH, cache_option, jobs_option, no_wait_option, only_option, replace_option
from lranim.cli.output import emit, note
from lranim.errors import InputError
from lranim.export.deck import MOST_ON_A_SLIDE, Deck, Part, Wishes, deck_of
from lranim.export.formats import FORMATS, Format
from lranim.files import check_file
from lranim.look.text import find, languages

if TYPE_CHECKING:
    from lranim.video.job import Job


@click.command(short_help="Make a deck of a lesson or of clips.")
@click.argument("sources", nargs=-1, required=True, type=PATH, metavar="LESSON.toml|CLIP…")
@click.option(
    "--to",
    type=click.Choice(list(FORMATS)),
    help="What comes out.  [default: what -o ends in, else pptx]",
)
@click.option(
    "-o",
    "--out",
    type=PATH,
    metavar="PATH",
    help="The file, or the folder of a deck for the browser.  [default: the lesson's name]",
)
@click.option("--template", type=PATH, metavar="FILE", help="Your own .pptx or .potx.")
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
@only_option
@click.option(
    "--per-slide",
    type=click.IntRange(1, MOST_ON_A_SLIDE),
    metavar="N",
    default=1,
    help=f"Clips beside each other, up to {MOST_ON_A_SLIDE}.",
)
@click.option("--title", help="Of the deck.  [default: the lesson's]")
@click.option(
    "--clips",
    type=PATH,
    metavar="DIR",
    default="media",
    show_default=True,
    help="Where a lesson's clips are, or are rendered.",
)
@jobs_option()
@replace_option
@no_wait_option
@cache_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout, not the path.")
@click.pass_context
def command(ctx: click.Context, /, sources: tuple[Path, ...], **options: Any) -> None:
    """Make a deck of a lesson, or of clips that are named by any of their files, or by their folder.

    Clips of a lesson that are not there yet are rendered first. The path of the deck goes to stdout.
    """
    from lranim.export.places import check_target
    from lranim.video.places import check_folder

    form = _format(options["to"], options["out"])
    path = options["out"] or _default(sources[0], form)
    if path.name in ("", ".."):  # such a folder has a name all the same
        path = path.resolve()
    wishes = _wishes(form, options)
    check_target(path, form, force=options["force"])
    check_folder(path.parent)
    deck = read_deck(ctx, sources, options)
    for line in _write(deck, path, form, wishes, options):
        note(f"Note: {line}")
    if not options["as_json"]:
        emit(str(path))
        return
    clips = [clip.name for slide in deck.slides for clip in slide.clips]
    about = {"format": form.name, "path": str(path), "slides": len(deck.slides), "clips": clips}
    emit(json.dumps(about, ensure_ascii=False))


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


def read_deck(ctx: click.Context, sources: Sequence[Path], options: dict[str, Any]) -> Deck:
    """Make the deck that the sources are for.

    Parameters
    ----------
    ctx
        Left with an exit code where a clip could not be rendered.
    sources
        One lesson, or clips and folders of clips.
    options
        Those of ``lranim slides``.

    Raises
    ------
    InputError
        A source cannot be used, or nothing is left of them.
    """
    lessons = [path for path in sources if path.suffix.lower() == ".toml"]
    if lessons and len(sources) > 1:
        raise InputError(
            f"{lessons[0]} is a lesson, which makes a deck by itself; give no other clips with it"
        )
    if lessons:
        title, parts = _of_lesson(ctx, lessons[0], options)
    else:
        title, parts = "", _of_files(sources, options)
    wanted = options["lang"]
    parts = [part for part in parts if not wanted or part.clip.lang in wanted]
    if not parts:
        raise InputError(f"no clip is in the language {', '.join(wanted)}; leave --lang out for all of them")
    _check_groups(parts)
    return deck_of(parts, options["title"] if options["title"] is not None else title, _summaries(parts))


def _of_lesson(ctx: click.Context, path: Path, options: dict[str, Any]) -> tuple[str, list[Part]]:
    from lranim.batch.pool import exit_code
    from lranim.lesson import in_language, read_lesson
    from lranim.video.clip import read_clip

    lesson = read_lesson(path, options["clips"])
    chosen = [
        clip
        for clip in only(options["only"], lesson.clips, [clip.job.name for clip in lesson.clips])
        if not options["lang"] or clip.job.lang in options["lang"]
    ]
    if chosen:
        chosen = [replace(clip, job=_with_media(clip.job, options["media"])) for clip in chosen]
        options = {**options, "force": False}  # which is about the deck
        missing = [plan for plan in planned(lesson, chosen, options) if plan.there is None]
        outcomes = make_missing(missing, options, lambda job, clip: None)
        if any(outcome.error for outcome in outcomes):
            ctx.exit(exit_code(outcomes))
    return in_language(lesson.title, chosen[0].job.lang) if chosen else "", [
        Part(
            clip=read_clip(clip.job.out_dir / f"{clip.job.name}.json"),
            title=clip.title,
            notes=clip.notes,
            group=clip.slide or _turn(index, options["per_slide"]),
        )
        for index, clip in enumerate(chosen)
    ]


def _turn(index: int, per_slide: int) -> str:
    return f"{index // per_slide}" if per_slide > 1 else ""


def _with_media(job: Job, media: str) -> Job:
    """The job with what moves among its formats: a video without a background is a webm."""
    wanted = "webm" if media == "mp4" and (job.transparent or "webm" in job.formats) else media
    return job if wanted in job.formats else replace(job, formats=(*job.formats, wanted))


def _of_files(sources: Sequence[Path], options: dict[str, Any]) -> list[Part]:
    from lranim.video.clip import clips_in, read_clip

    found = [clip for path in sources for clip in (clips_in(path) if path.is_dir() else [read_clip(path)])]
    found = list({clip.sidecar: clip for clip in found}.values())
    counts: Counter[str] = Counter()
    parts = []
    for clip in only(options["only"], found, [clip.name for clip in found]):
        if not options["lang"] or clip.lang in options["lang"]:
            parts.append(Part(clip=clip, group=_turn(counts[clip.lang], options["per_slide"])))
            counts[clip.lang] += 1
    return parts


def _check_groups(parts: Sequence[Part]) -> None:
    groups = Counter((part.clip.lang, part.group) for part in parts if part.group)
    for (lang, name), count in groups.items():
        if count > MOST_ON_A_SLIDE:
            raise InputError(
                f"the slide {name} has {count} clips in {lang}; take at most {MOST_ON_A_SLIDE} for each"
            )


def _summaries(parts: Sequence[Part]) -> dict[str, str]:
    known = registry.scenes()
    found = {}
    for part in parts:
        scene, lang = part.clip.scene, part.clip.lang
        summary = known[scene].summary if scene in known else registry.name_of(scene)
        found[f"{lang} {scene}"] = find(lang, f"help.scene.{scene}.summary", summary).rstrip(".。")
    return found
