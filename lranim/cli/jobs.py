"""From what was typed to jobs, checked as far as that goes without drawing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from lranim.cli.output import note
from lranim.cli.scene_command import Chosen
from lranim.look.theme import Theme
from lranim.video.captions import files_of
from lranim.video.job import Job
from lranim.video.ready import check_looks, check_places
from lranim.video.settings import Settings, job_of


def job_for(
    one: Chosen, how: Settings, *, lang: str, theme: Theme, out_dir: Path, name: str | None = None
) -> Job:
    """Make the job of one scene; without a name it gets its default one."""
    return job_of(
        one.info.reference, one.values, one.defaults, how, lang=lang, theme=theme, out_dir=out_dir, name=name
    )


def check_jobs(jobs: Sequence[Job], paths: Callable[[Job], Iterable[Path]] = files_of) -> None:
    """Refuse what cannot be written or drawn.

    Raises
    ------
    InputError
        A name, a folder, a path or the fonts will not do.
    """
    check_places(jobs, paths)
    warn_of_looks(jobs)


def warn_of_looks(jobs: Sequence[Job]) -> None:
    """Refuse to draw what no font has, and warn of a theme whose text is weak.

    Raises
    ------
    InputError
        Characters would come out as empty boxes.
    """
    for line in check_looks(jobs):
        note(f"Warning: {line}")
