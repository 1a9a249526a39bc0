"""From what was typed to jobs, checked as far as that goes without drawing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from lranim.cli.fontcheck import require_fonts
from lranim.cli.output import note
from lranim.cli.scene_command import Chosen
from lranim.cli.targets import check_file, check_folder
from lranim.errors import InputError
from lranim.look.contrast import READABLE, weak_text
from lranim.look.theme import Theme
from lranim.render.captions import files_of
from lranim.render.job import Job
from lranim.render.memory import available, needed
from lranim.render.names import check_name
from lranim.render.settings import Settings, job_of


def job_for(
    one: Chosen, how: Settings, *, lang: str, theme: Theme, out_dir: Path, name: str | None = None
) -> Job:
    """Make the job of one scene; without a name it gets its default one."""
    return job_of(
        one.info.name, one.values, one.defaults, how, lang=lang, theme=theme, out_dir=out_dir, name=name
    )


def check_memory(jobs: Sequence[Job], at_once: int) -> None:
    """Refuse clips that would not fit into memory, `at_once` of them at a time.

    Raises
    ------
    InputError
        With what they need, what there is and what would help.
    """
    largest = max(jobs, key=needed)
    at_once = min(at_once, len(jobs))
    need, free = needed(largest) * at_once, available()
    if need > free:
        many, verb = (f"{at_once} clips of", "need") if at_once > 1 else ("a clip of", "needs")
        fewer = "fewer clips at a time (-j), " if at_once > 1 else ""
        raise InputError(
            f"{many} {largest.width}x{largest.height} as {','.join(largest.formats)} {verb} about "
            f"{need / 1e9:.1f} GB of memory, {free / 1e9:.1f} GB are free; choose {fewer}a smaller size (-r) "
            "or fewer formats (--format)"
        )


def check_jobs(jobs: Sequence[Job], paths: Callable[[Job], Iterable[Path]] = files_of) -> None:
    """Refuse what cannot be written or drawn.

    Raises
    ------
    InputError
        A name, a folder, a path or the fonts will not do.
    """
    check_places(jobs, paths)
    check_looks(jobs)


def check_looks(jobs: Sequence[Job]) -> None:
    """Refuse to draw what no font has, and warn of a theme whose text is weak.

    Raises
    ------
    InputError
        Characters would come out as empty boxes.
    """
    for theme, lang in dict.fromkeys((job.theme, job.lang) for job in jobs):
        require_fonts(theme, lang)
    for theme in dict.fromkeys(job.theme for job in jobs):
        if weak := weak_text(theme):
            note(f"Warning: hard to read, as text needs {READABLE}:1: {', '.join(weak)}")


def check_places(jobs: Sequence[Job], paths: Callable[[Job], Iterable[Path]] = files_of) -> None:
    """Refuse what cannot be written.

    Raises
    ------
    InputError
        A name, a folder or a path will not do.
    """
    names = Counter(job.name for job in jobs)
    if twice := [name for name, count in names.items() if count > 1]:
        raise InputError(
            f"several clips would be called {twice[0]}; render one at a time, each with its --name"
        )
    for job in jobs:
        check_name(job.name)
    for folder in dict.fromkeys(job.out_dir for job in jobs):
        check_folder(folder)
    for job in jobs:
        for path in paths(job):
            check_file(path)
