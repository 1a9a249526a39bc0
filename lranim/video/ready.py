"""Whether jobs can be rendered, as far as that can be told without drawing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from lranim.catalogue import registry
from lranim.errors import InputError
from lranim.look.fonts import check_fonts
from lranim.look.text import all_text
from lranim.look.theme import READABLE, Theme, weak_text
from lranim.video.captions import clash, files_of
from lranim.video.job import Job, check_name
from lranim.video.limits import FLAGS
from lranim.video.places import check_file, check_folder

BASE = 250 << 20
"""What a process takes before its first frame (bytes), most of it manim."""

PER_PIXEL = {"mp4": 60, "gif": 55, "webm": 145, "png": 20}
"""What each format takes (bytes a pixel of the frame): frames that wait, and what its encoder holds."""

DRAWING = 60
"""What the drawing takes (bytes a pixel): the frames in the making and in use."""

LIMITS = (
    (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory.current")),
    (
        Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
        Path("/sys/fs/cgroup/memory/memory.usage_in_bytes"),
    ),
)
"""What a Linux container may use and what it uses (bytes), in control groups of version 2 and 1."""


def needed(job: Job) -> int:
    """Estimate the most memory that a clip takes, in bytes; its length does not matter.

    The numbers were measured at 1080p and 2160p (peak resident size), and rounded up.
    """
    return BASE + job.width * job.height * (DRAWING + sum(PER_PIXEL[form] for form in job.formats))


def available() -> int:
    """Memory that can be had without swapping, in bytes, within the limit of a container."""
    import psutil  # not at the top: `lranim list` does without it

    free = int(psutil.virtual_memory().available)
    for limit, used in LIMITS:
        try:
            free = min(free, int(limit.read_text()) - int(used.read_text()))
        except (OSError, ValueError):  # no such file, or "max": no limit
            continue
    return max(free, 0)


NUMBERS = "0123456789+\N{MINUS SIGN}.,\N{MULTIPLICATION SIGN}\N{INFINITY}?⁰¹²³⁴⁵⁶⁷⁸⁹⁻"
"""What numbers on screen are made of (`lranim.look.text.number`)."""


def require_fonts(theme: Theme, lang: str, scenes: Iterable[str] = ()) -> str:
    """Refuse to draw text that no installed font has; a line when the theme's first font is not there.

    Parameters
    ----------
    theme, lang
        What it is drawn in.
    scenes
        Which scenes are drawn: those that bring texts of their own must have all of them in the language.

    Returns
    -------
    str
        What to warn of; empty when all is as wanted.

    Raises
    ------
    InputError
        Some characters would come out as empty boxes, or a scene has not the words.
    """
    own = [text for scene in scenes for text in own_texts(registry.get(scene), lang)]
    report = check_fonts(theme.fonts, "\n".join([all_text(lang) + NUMBERS, *own]))
    report.raise_for_missing()
    return report.warning


def own_texts(info: registry.SceneInfo, lang: str) -> list[str]:
    """The texts in a language that a scene brings; none of a scene of lranim's own.

    Raises
    ------
    InputError
        It has none in that language.
    """
    if not info.given and info.plugin is None:
        return []
    light = info.load_light()
    texts = light.texts
    if not light.speaks(lang):
        raise InputError(
            f"{info.name} has no words in {lang}, only in {', '.join(texts)} (TEXTS in {info.path})"
        )
    return list(texts.get(lang, {}).values())


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
