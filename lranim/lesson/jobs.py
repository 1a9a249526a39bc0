"""The jobs of one clip of a lesson file."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from lranim.catalogue import registry
from lranim.errors import InputError
from lranim.lesson.combinations import Combination, Wrong, combinations
from lranim.lesson.file import LOOK_KEYS, Entry, Look
from lranim.lesson.options import Misfit, Options
from lranim.look.theme import Theme
from lranim.look.themes import theme_of
from lranim.video.job import Job, check_name
from lranim.video.limits import limit_of
from lranim.video.settings import Settings, job_of, settings, size_of

NAMES = {key: key for key in LOOK_KEYS}
"""What the settings are called in a lesson file."""

NAMED = ("lang", "theme", "transparent")
"""Settings that enter the name of a clip."""


@dataclass(frozen=True, kw_only=True)
class Around:
    """What all clips of a lesson share: its defaults, the folders, and what was looked up."""

    defaults: Look
    folder: Path
    out_dir: Path
    theme: Callable[[str], Theme] = field(default_factory=lambda: functools.cache(theme_of))
    options: dict[str, Options] = field(default_factory=dict)


def jobs_of(index: int, entry: Entry, around: Around) -> list[tuple[Job, Settings]]:
    """Make the jobs of a clip, in the order of its combinations; what turns out the same comes once.

    Raises
    ------
    Wrong
        The first thing that is wrong with the clip.
    """
    found: dict[str, tuple[Job, Settings]] = {}
    options = _options(index, entry.scene, around)
    for one in combinations(index, entry, around.defaults, options):
        job, how = _job(index, entry, one, options, around)
        if found.setdefault(job.name, (job, how))[0] == job:
            continue
        if entry.name is not None:
            text = f"name is {entry.name}, but the clip comes more than once; leave it out"
            raise Wrong(("clip", index, "name"), text)
        unnamed = ", ".join(key for key in LOOK_KEYS if key in one.places and key not in NAMED)
        text = f"two combinations would both be called {job.name}"
        text += f" (not part of a name: {unnamed})" if unnamed else ""
        raise Wrong(("clip", index, "matrix"), f"{text}; give each a [[clip]] with a name")
    return list(found.values())


def _options(index: int, scene: str, around: Around) -> Options:
    if scene not in around.options:
        try:
            info = registry.get(str(around.folder / scene) if registry.is_path(scene) else scene)
            around.options[scene] = Options(info, around.folder)
        except InputError as error:
            raise Wrong(("clip", index, "scene"), str(error)) from None
    return around.options[scene]


def _job(
    index: int, entry: Entry, one: Combination, options: Options, around: Around
) -> tuple[Job, Settings]:
    groups = {key: str(path[2]) for key, path in one.places.items() if len(path) > 3}
    try:
        params = options.check(one.params, groups)
    except Misfit as error:
        raise Wrong(one.places.get(error.field, ("clip", index)), str(error)) from None
    about = (options.reference, params.model_dump(mode="json"), params.defaults())
    try:
        theme = _theme(one.look["theme"], around)
    except InputError as error:
        raise Wrong(one.places.get("theme", ("clip", index)), str(error)) from None
    try:
        how = _settings(one)
        job = job_of(*about, how, lang=one.look["lang"], theme=theme, out_dir=around.out_dir, name=entry.name)
        check_name(job.name, "name")
    except InputError as error:
        named = (key for key in re.findall(r"\w+", str(error)) if key in one.places)
        raise Wrong(one.places.get(next(named, ""), ("clip", index)), str(error)) from None
    return job, replace(how, notes=(*how.notes, *params.notes()))


def _theme(name: str, around: Around) -> Theme:
    return around.theme(str(around.folder / name) if name.lower().endswith(".toml") else name)


def _settings(one: Combination) -> Settings:
    look = one.look
    limit = look.get("max_size")
    size = look.get("size")
    if size is not None:
        size = size_of(size if isinstance(size, str) else ",".join(map(str, size)), NAMES["size"])
    return settings(
        look.get("quality"),
        size,
        look.get("fps"),
        tuple(dict.fromkeys(look["formats"])) if "formats" in look else None,
        look.get("transparent", False),
        look.get("gif_width"),
        look.get("gif_loops"),
        None if limit is None else limit_of(limit, NAMES["max_size"]),
        look.get("for"),
        names=NAMES,
    )
