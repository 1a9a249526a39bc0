"""From a lesson file to the jobs of its clips."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from lranim.catalogue import registry
from lranim.errors import InputError
from lranim.lesson.combinations import MOST_CLIPS, Wrong
from lranim.lesson.file import LessonFile
from lranim.lesson.jobs import Around, jobs_of
from lranim.lesson.lines import clip_lines, line_of
from lranim.look.tables import complaint, read_toml
from lranim.video.captions import clash
from lranim.video.job import Job


@dataclass(frozen=True, kw_only=True)
class LessonClip:
    """One clip of a lesson.

    Parameters
    ----------
    job
        What to render.
    title
        The slide's heading; empty if there is none.
    notes
        Notes for the speaker.
    slide
        Clips with the same word share a slide; empty for one of its own.
    line
        Where its ``[[clip]]`` stands in the file.
    """

    job: Job
    title: str
    notes: str
    slide: str
    line: int


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """A lesson: its clips in the order of the file, and what of its settings is not as asked (`notes`).

    The title is a text, or one for each language; `in_language` picks it.
    """

    path: Path
    title: str | Mapping[str, str]
    clips: tuple[LessonClip, ...]
    notes: tuple[str, ...]


def read_lesson(path: Path, out_dir: Path) -> Lesson:
    """Read a lesson file.

    Parameters
    ----------
    path
        The file. Paths in it (of themes, of data) are relative to its folder.
    out_dir
        Where the clips' files will be.

    Raises
    ------
    InputError
        The first thing that is wrong with it, in one line with the file's name and line.
    """
    text = read_toml(path, "lranim new writes one to start from")
    data = tomllib.loads(text)
    asked: dict[str, None] = {}
    clips: list[LessonClip] = []
    try:
        file = _file(data)
        around = Around(defaults=file.defaults, folder=path.parent, out_dir=out_dir)
        lines = clip_lines(text, len(file.clip))
        for index, (entry, line) in enumerate(zip(file.clip, lines, strict=True)):
            for job, how in jobs_of(index, entry, around):
                title, notes = (in_language(words, job.lang) for words in (entry.title, entry.notes))
                slide = entry.slide.strip()
                clips.append(LessonClip(job=job, title=title, notes=notes, slide=slide, line=line))
                asked.update(dict.fromkeys(how.notes))
            if len(clips) > MOST_CLIPS:
                raise Wrong(("clip", index), f"the lesson has more than {MOST_CLIPS:,} clips; split it")
    except Wrong as wrong:
        raise InputError(f"{path}, line {line_of(text, wrong.path)}: {wrong}") from None
    _refuse_clash(path, clips)
    return Lesson(path=path, title=file.title, clips=tuple(clips), notes=tuple(asked))


def in_language(words: str | Mapping[str, str], lang: str) -> str:
    """What a lesson says in a language: its one text, or that language's; empty if there is none.

    Examples
    --------
    >>> in_language("Slope ", "zh"), in_language({"en": "Slope", "zh": "斜率"}, "zh")
    ('Slope', '斜率')
    >>> in_language({"en": "Slope"}, "zh")
    ''
    """
    return (words if isinstance(words, str) else words.get(lang, "")).strip()


def _file(data: Mapping[str, Any]) -> LessonFile:
    try:
        return LessonFile.model_validate(data)
    except ValidationError as error:
        first: Any = error.errors()[0]
    if first["type"] == "missing" and first["loc"] == ("clip",):
        raise Wrong((), "there is no [[clip]]; lranim new writes a lesson to start from")
    deep = {"clip": 3, "defaults": 2}.get(first["loc"][0], 1)
    place = first["loc"][:deep]  # the rest is within the key's value
    if first["type"] not in ("missing", "extra_forbidden"):
        first["input"] = functools.reduce(lambda table, key: table[key], place, data)
    raise Wrong(place, _option_hint(data, place) or complaint({**first, "loc": place}, LessonFile))


def _option_hint(data: Mapping[str, Any], place: tuple[str | int, ...]) -> str:
    """What to say of a key of a clip that is an option of its scene; nothing of any other."""
    if len(place) < 3 or place[2] in LessonFile.model_fields:
        return ""
    scene, key = data["clip"][place[1]].get("scene"), place[2]
    info = registry.scenes().get(scene) if isinstance(scene, str) else None
    if info is None or key not in info.load_light().Params.model_fields:
        return ""
    return f"{key} is an option of {scene}; write it as params = {{ {key} = … }}"


def _refuse_clash(path: Path, clips: Sequence[LessonClip]) -> None:
    if found := clash(clip.job for clip in clips):
        one, other = (clips[index] for index in found[:2])
        raise InputError(
            f"{path}, line {other.line}: the clips {one.job.name} (line {one.line}) and {other.job.name} "
            f"(line {other.line}) would both write {found[2].name}; give one a name or change it"
        )
