"""lranim called from Python: what the commands ``render`` and ``trace`` do, as functions."""

from __future__ import annotations

import contextlib
import os
import sys
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from lranim.errors import InputError, LranimError, RenderError

if TYPE_CHECKING:
    from lranim.api.rendered import Rendered
    from lranim.api.trace import Trace
    from lranim.look.theme import Theme
    from lranim.video.job import Job


def render(
    scene: str | os.PathLike[str],
    *,
    quality: Literal["l", "m", "h", "p", "k"] | None = None,
    resolution: tuple[int, int] | str | None = None,
    fps: int | None = None,
    format: str | Iterable[str] | None = None,
    transparent: bool = False,
    gif_width: int | None = None,
    gif_loops: int | None = None,
    max_size: int | str | None = None,
    destination: str | None = None,
    lang: str = "en",
    theme: str | os.PathLike[str] | Theme = "dark",
    out: str | os.PathLike[str] = "media",
    name: str | None = None,
    force: bool = False,
    **options: Any,
) -> Rendered:
    """Render a scene into video, GIF and poster, unless the files are there and up to date.

    The files are those that ``lranim render`` writes, and each takes what the other has made.

    Parameters
    ----------
    scene
        Its name, or the path of a scene file.
    quality, resolution, fps
        Size and rate: one of manim's letters, ``(width, height)`` in px, frames a second. Without them it is
        1280x720 at 60 (20 in the GIF).
    format
        What to write: some of ``mp4``, ``gif``, ``webm``, ``png``; as a list, or with commas between.
    transparent
        No background.
    gif_width, gif_loops
        Width of the GIF in px, and how often it plays (0: for ever).
    max_size, destination
        Most that a video or a GIF may take: in bytes or as in ``"5MB"``, or where it goes, as in ``"mail"``.
    lang
        Language of all words in the clip.
    theme
        A theme's name, its TOML file, or a `Theme`.
    out
        Folder of the files.
    name
        Their stem, in place of the scene and its options.
    force
        Render again what is there already.
    **options
        The scene's own, with underscores: ``lr=0.9, start=(1.5, -2)``.

    Returns
    -------
    Rendered
        The files' paths, alt text and story; a notebook shows it as a video.

    Raises
    ------
    InputError
        A value cannot be used. Nothing is written then.
    RenderError
        The clip could not be rendered or written.
    LockedError
        Another run is writing the same files.

    Warns
    -----
    UserWarning
        Something is not quite as asked: another rate for a GIF, a coarser picture.

    Examples
    --------
    >>> from lranim import render
    >>> clip = render("oscillation", quality="l")  # doctest: +SKIP
    >>> clip.mp4.name  # doctest: +SKIP
    'oscillation.mp4'
    """
    from lranim.api.arguments import ELSEWHERE, checked, chosen, one_of, settings_of
    from lranim.look.text import languages
    from lranim.look.themes import theme_of
    from lranim.video.settings import job_of

    given = checked(
        {
            "quality": quality,
            "resolution": resolution,
            "fps": fps,
            "format": format,
            "transparent": transparent,
            "gif_width": gif_width,
            "gif_loops": gif_loops,
            "max_size": max_size,
            "destination": destination,
            "lang": lang,
            "theme": theme,
            "out": out,
            "name": name,
            "force": force,
        }
    )
    how = settings_of(given)
    one_of("lang", given["lang"], languages())
    look = theme_of(given["theme"]) if isinstance(given["theme"], str) else given["theme"]
    info, params = chosen(scene, options, ELSEWHERE)
    job = job_of(
        info.reference,
        params.model_dump(mode="json"),
        params.defaults(),
        how,
        lang=given["lang"],
        theme=look,
        out_dir=Path(given["out"]),
        name=given["name"],
    )
    return _made(job, (*how.notes, *params.notes()), force=given["force"])


def trace(scene: str | os.PathLike[str], **options: Any) -> Trace:
    """Compute the numbers behind a picture, without drawing.

    Parameters
    ----------
    scene
        Its name, or the path of a scene file.
    **options
        The scene's own, with underscores.

    Returns
    -------
    Trace
        The numbers as arrays, and as what ``lranim trace`` prints.

    Raises
    ------
    InputError
        A value cannot be used.

    Examples
    --------
    >>> from lranim import trace
    >>> run = trace("learning-rate", lr=0.9, steps=2)
    >>> run.x[:, 0].tolist(), run.trajectory.status.value
    ([13.0, -5.0, 9.4], 'out-of-steps')
    >>> run.as_dict()["steps"][0]
    {'t': 0, 'x': [13.0], 'cost': 101.0, 'grad': [20.0], 'lr': 0.9, 'step': [-18.0]}
    """
    from lranim.api.arguments import chosen
    from lranim.api.trace import Trace

    info, params = chosen(scene, options)
    try:
        numbers = info.load_light().numbers(params)
    except SystemExit as error:  # which would end whoever asks
        raise InputError(f"{info.reference} ends the program with exit code {error.code}") from error
    return Trace(scene=info.name, params=params.model_dump(mode="json"), numbers=numbers)


def _made(job: Job, notes: Iterable[str], *, force: bool) -> Rendered:
    from lranim.api.arguments import NAMES
    from lranim.api.rendered import Rendered
    from lranim.batch.pool import in_one_line, render_job
    from lranim.video.clip import given_up
    from lranim.video.ready import check_looks, check_memory, check_places

    check_places([job], names=NAMES)
    warned = [*notes, *check_looks([job])]
    check_memory([job], 1, names=NAMES)
    try:
        with contextlib.redirect_stdout(sys.stderr):  # whatever a library prints, as in the commands
            clip = render_job(job, lambda done, total: None, force)
    except (LranimError, KeyboardInterrupt):
        raise
    except BaseException as error:
        raise RenderError(in_one_line(error)) from error
    for line in [*warned, *given_up(job, clip)]:
        warnings.warn(line, stacklevel=3)  # past `render`
    return Rendered(clip.beside(job.out_dir.absolute() / f"{job.name}.json"))
