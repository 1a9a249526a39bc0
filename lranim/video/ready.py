"""Whether jobs can be rendered, as far as that can be told without drawing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from lranim.errors import InputError
from lranim.look.contrast import READABLE, weak_text
from lranim.video.captions import clash, files_of
from lranim.video.fontcheck import require_fonts
from lranim.video.job import Job
from lranim.video.limits import FLAGS
from lranim.video.memory import available, needed
from lranim.video.names import check_name
from lranim.video.places import check_file, check_folder


def check_memory(jobs: Sequence[Job], at_once: int, *, names: Mapping[str, str] = FLAGS) -> None:
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
            f"{need / 1e9:.1f} GB of memory, {free / 1e9:.1f} GB are free; choose {fewer}a smaller size "
            f"({names['size']}) or fewer formats ({names['formats']})"
        )


def check_places(
    jobs: Sequence[Job],
    paths: Callable[[Job], Iterable[Path]] = files_of,
    *,
    names: Mapping[str, str] = FLAGS,
) -> None:
    """Refuse what cannot be written; `names` says what the settings are called where they were given.

    Raises
    ------
    InputError
        A name, a folder or a path will not do.
    """
    if found := clash(jobs, paths):
        first, second, path = found
        raise InputError(
            f"the clips {jobs[first].name} and {jobs[second].name} would both write {path.name}; "
            f"render one at a time, each with its {names['name']}"
        )
    for job in jobs:
        check_name(job.name, names["name"], names["out"])
    for folder in dict.fromkeys(job.out_dir for job in jobs):
        check_folder(folder, names["out"])
        if "{" in str(folder.absolute()):  # manim takes what follows for the name of one of its own folders
            raise InputError(
                f"the folder {folder.absolute()} cannot be used: manim refuses {{ in a path; "
                f"choose another with {names['out']}"
            )
    for job in jobs:
        for path in paths(job):
            check_file(path)


def check_looks(jobs: Sequence[Job]) -> list[str]:
    """Refuse to draw what no font has.

    Returns
    -------
    list of str
        What to warn of: a font that is not there, a theme whose text is weak.

    Raises
    ------
    InputError
        Characters would come out as empty boxes.
    """
    looks = dict.fromkeys((job.theme, job.lang) for job in jobs)
    fonts = [
        require_fonts(*look, {job.scene for job in jobs if (job.theme, job.lang) == look}) for look in looks
    ]
    weak = [weak_text(theme) for theme in dict.fromkeys(job.theme for job in jobs)]
    found = [*fonts, *(f"hard to read, as text needs {READABLE}:1: {', '.join(one)}" for one in weak if one)]
    return [line for line in found if line]
