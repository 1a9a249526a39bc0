"""The clips of a deck: those of a lesson, built where they are missing, or finished ones that are named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lranim.catalogue import registry
from lranim.cli.errors import report
from lranim.cli.globs import only
from lranim.cli.output import note
from lranim.errors import InputError
from lranim.export.deck import MOST_ON_A_SLIDE, Deck, Part, deck_of
from lranim.look.text import find
from lranim.video.clip import clips_in, read_clip
from lranim.video.ready import check_places

if TYPE_CHECKING:
    from lranim.batch.pool import Outcome
    from lranim.lesson import Lesson, LessonClip
    from lranim.video.job import Job

LESSON_SUFFIX = ".toml"


class Failed(Exception):
    """Some clip could not be rendered, which has been said; the exit code is the argument."""


def read_deck(sources: Sequence[Path], options: dict[str, Any]) -> Deck:
    """Make the deck that the sources are for.

    Parameters
    ----------
    sources
        One lesson, or clips and folders of clips.
    options
        Those of ``lranim slides``.

    Raises
    ------
    Failed
        A clip could not be rendered.
    InputError
        A source cannot be used, or nothing is left of them.
    """
    lessons = [path for path in sources if path.suffix.lower() == LESSON_SUFFIX]
    if lessons and len(sources) > 1:
        raise InputError(
            f"{lessons[0]} is a lesson, which makes a deck by itself; give no other clips with it"
        )
    if lessons:
        title, parts = _of_lesson(lessons[0], options)
    else:
        title, parts = "", _of_files(sources, options)
    wanted = options["lang"]
    parts = [part for part in parts if not wanted or part.clip.lang in wanted]
    if not parts:
        raise InputError(f"no clip is in the language {', '.join(wanted)}; leave --lang out for all of them")
    _check_groups(parts)
    return deck_of(parts, options["title"] if options["title"] is not None else title, _summaries(parts))


def _of_lesson(path: Path, options: dict[str, Any]) -> tuple[str, list[Part]]:
    from lranim.lesson import in_language, read_lesson

    lesson = read_lesson(path, options["clips"])
    chosen = [
        clip
        for clip in only(options["only"], lesson.clips, [clip.job.name for clip in lesson.clips])
        if not options["lang"] or clip.job.lang in options["lang"]
    ]
    if chosen:
        chosen = [replace(clip, job=_with_media(clip.job, options["media"])) for clip in chosen]
        _build(lesson, chosen, options)
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


def _build(lesson: Lesson, chosen: Sequence[LessonClip], options: dict[str, Any]) -> None:
    from lranim.batch.cache import open_store
    from lranim.batch.pool import exit_code
    from lranim.batch.render import plans
    from lranim.cli.batch import make_missing

    jobs = [clip.job for clip in chosen]
    check_places(jobs)
    store = open_store(options["cache"])
    missing = [plan for plan in plans(jobs, store) if plan.there is None]
    for line in lesson.notes if missing else ():
        note(f"Note: {line}")
    for plan in missing:
        if plan.damaged:
            note(f"{plan.job.name}: {plan.why}")
    how = {**options, "force": False, "keep_going": False, "cluster": None}
    outcomes: list[Outcome] = make_missing(missing, store, how, lambda job, clip: None) if missing else []
    for outcome in outcomes:
        if outcome.error:
            report(f"{outcome.job.name}: {outcome.error}", outcome.details)
    if any(outcome.error for outcome in outcomes):
        raise Failed(exit_code(outcomes))


def _of_files(sources: Sequence[Path], options: dict[str, Any]) -> list[Part]:
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
