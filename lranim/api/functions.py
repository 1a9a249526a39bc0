"""lranim called from Python: what the commands ``render`` and ``trace`` do, as functions."""

from __future__ import annotations

import contextlib
import operator
import os
import sys
import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, InstanceOf

from lranim.catalogue import registry
from lranim.errors import InputError, LranimError, RenderError, check_text
from lranim.look.text import languages
from lranim.look.theme import Theme
from lranim.look.themes import theme_of
from lranim.options.fields import checked
from lranim.video.settings import RenderOptions, asked, job_of, one_of

if TYPE_CHECKING:
    from lranim.api.results import Rendered, Trace
    from lranim.params import SceneParams

ELSEWHERE = {"size": "resolution", "formats": "format", "for": "destination"}
"""What lesson files call an argument that has another name here."""

NAMES = {
    **{key: key for key in ("transparent", "gif_width", "gif_loops", "max_size", "out", "name")},
    **ELSEWHERE,
}
"""What the settings are called here, for messages."""


class Arguments(RenderOptions):
    """The arguments of `render` beside a scene's options."""

    lang: Annotated[str, *one_of(languages())] = Field(description=f"one of {', '.join(languages())}")
    theme: str | InstanceOf[Theme] = Field(description="a theme's name, its TOML file, or a Theme")
    out: str = Field(description="a folder")
    name: str | None = Field(description="a text")
    force: bool = Field(description="True or False")


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
    given = {**locals()}
    from lranim.api.results import Rendered
    from lranim.batch.pool import in_one_line, render_job
    from lranim.video.clip import given_up
    from lranim.video.ready import check_looks, check_memory, check_places

    plain = {name: _plain(value) for name, value in given.items() if name not in ("scene", "options")}
    plain |= {key: plain.pop(name) for key, name in ELSEWHERE.items()}
    if isinstance(plain["formats"], str):
        plain["formats"] = plain["formats"].split(",")
    wanted = asked(Arguments, plain, NAMES, repr, strict=True)
    how = wanted.settings(NAMES)
    worn = theme_of(wanted.theme) if isinstance(wanted.theme, str) else wanted.theme
    for key in ELSEWHERE.keys() & options.keys():
        raise InputError(f"{key} is called {ELSEWHERE[key]} here")
    info, params = _chosen(scene, options)
    about: dict[str, Any] = {"lang": wanted.lang, "theme": worn, "out_dir": Path(wanted.out)}
    job = job_of(info.reference, params, how, name=wanted.name, **about)
    check_places([job], names=NAMES)
    warned = [*how.notes, *params.notes(), *check_looks([job])]
    check_memory([job], 1, names=NAMES)
    try:
        with contextlib.redirect_stdout(sys.stderr):  # whatever a library prints, as in the commands
            clip = render_job(job, lambda done, total: None, wanted.force)
    except (LranimError, KeyboardInterrupt):
        raise
    except BaseException as error:
        raise RenderError(in_one_line(error)) from error
    for line in [*warned, *given_up(job, clip)]:
        warnings.warn(line, stacklevel=2)
    return Rendered(clip.beside(job.out_dir.absolute() / f"{job.name}.json"))


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
    from lranim.api.results import Trace

    info, params = _chosen(scene, options)
    try:
        numbers = info.load_light().numbers(params)
    except SystemExit as error:  # which would end whoever asks
        raise InputError(f"{info.reference} ends the program with exit code {error.code}") from error
    return Trace(scene=info.name, params=params.model_dump(mode="json"), numbers=numbers)


def _chosen(
    scene: str | os.PathLike[str], options: Mapping[str, Any]
) -> tuple[registry.SceneInfo, SceneParams]:
    """Look up a scene, and check its options as strictly as a lesson file does: "0.9" is no number."""
    if not isinstance(scene, str | os.PathLike):
        raise InputError(f"scene is {scene!r}; it must be the name of a scene or the path of a scene file")
    info = registry.get(os.fspath(scene))
    values = {field: _plain(value) for field, value in options.items()}
    params_class = info.load_light().Params
    return info, checked(params_class, info.name, values, named=lambda field: field, write=repr)


def _plain(value: Any) -> Any:
    """Make what JSON has of numpy's numbers and arrays, of other whole numbers, of tuples and of paths."""
    if isinstance(value, os.PathLike):
        value = os.fspath(value)
    if isinstance(value, str):
        return check_text(value)
    if hasattr(value, "tolist"):
        return value.tolist()
    if hasattr(value, "__index__") and not isinstance(value, int):
        return operator.index(value)
    several = isinstance(value, Iterable) and not isinstance(value, Mapping)
    return [_plain(item) for item in value] if several else value
