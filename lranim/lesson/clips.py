"""From a lesson file to the jobs of its clips."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from lranim.errors import InputError
from lranim.lesson.combinations import MOST_CLIPS, Wrong, jobs_of
from lranim.lesson.file import LessonFile
from lranim.lesson.lines import clip_lines, line_of
from lranim.look.tables import complaint, read_toml
from lranim.render.job import Job


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
    line
        Where its ``[[clip]]`` stands in the file.
    """

    job: Job
    title: str
    notes: str
    line: int


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """A lesson: its clips in the order of the file, and what of its settings is not as asked (`notes`)."""

    path: Path
    title: str
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
    text = read_toml(path, "lranim new writes one")
    data = tomllib.loads(text)
    try:
        file = LessonFile.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        words = complaint(first, LessonFile)
        raise InputError(f"{path}, line {line_of(text, first['loc'])}: {words}") from None
    notes: dict[str, None] = {}
    try:
        lines = clip_lines(text, len(file.clip))
        clips: list[LessonClip] = []
        for index, (entry, line) in enumerate(zip(file.clip, lines, strict=True)):
            for job, how in jobs_of(index, entry, file.defaults, path.parent, out_dir):
                clips.append(LessonClip(job=job, title=entry.title, notes=entry.notes, line=line))
                notes.update(dict.fromkeys(how.notes))
                if len(clips) > MOST_CLIPS:
                    raise Wrong(["clip", index], f"the lesson has more than {MOST_CLIPS} clips; split it")
    except Wrong as wrong:
        raise InputError(f"{path}, line {line_of(text, wrong.path)}: {wrong}") from None
    _refuse_twins(path, clips)
    return Lesson(path=path, title=file.title, clips=tuple(clips), notes=tuple(notes))


def _refuse_twins(path: Path, clips: Sequence[LessonClip]) -> None:
    lines: dict[str, int] = {}
    for clip in clips:
        if clip.job.name in lines:
            raise InputError(
                f"{path}, line {clip.line}: a clip is called {clip.job.name}, as the one of line "
                f"{lines[clip.job.name]} is; give one of them another name, or remove it"
            )
        lines[clip.job.name] = clip.line
