"""From a lesson file to the jobs of its clips: each checked, with the line of what is wrong."""

from __future__ import annotations

import functools
import itertools
import math
import re
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from lranim.catalogue import registry
from lranim.errors import InputError, nearest
from lranim.lesson.file import LOOK_KEYS, Entry, LessonFile, Look
from lranim.lesson.lines import clip_lines, line_of
from lranim.look.tables import complaint, read_toml, shown
from lranim.look.text import DEFAULT_LANG
from lranim.look.theme import DEFAULT_THEME, Theme
from lranim.look.themes import theme_of
from lranim.options.fields import Misfit, checked, options_of
from lranim.video.captions import clash
from lranim.video.job import Job, check_name
from lranim.video.settings import RenderOptions, Settings, job_of

MOST_CLIPS = 10_000
"""A lesson of more is taken for a slip of the pen."""

NAMED = ("lang", "theme", "transparent")
"""Settings that enter the name of a clip."""

NAMES = {key: key for key in LOOK_KEYS}
"""What the settings are called in a lesson file."""

Place = tuple[str | int, ...]
"""Keys and indices that lead to a place in the file."""


class Wrong(Exception):
    """Something is wrong at a place in the file."""

    def __init__(self, path: Sequence[str | int], text: str) -> None:
        super().__init__(text)
        self.path = path


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


@dataclass(frozen=True, kw_only=True)
class Around:
    """What all clips of a lesson share: its defaults, the folders, and what was looked up."""

    defaults: Look
    folder: Path
    out_dir: Path
    theme: Callable[[str], Theme] = field(default_factory=lambda: functools.cache(theme_of))
    scenes: dict[str, registry.SceneInfo] = field(default_factory=dict)

    def scene(self, place: Place, name: str) -> registry.SceneInfo:
        """Look up a scene."""
        if name not in self.scenes:
            try:
                self.scenes[name] = registry.get(str(self.folder / name) if registry.is_path(name) else name)
                self.scenes[name].load_light()
            except InputError as error:
                raise Wrong((*place, "scene"), str(error)) from None
        return self.scenes[name]


def jobs_of(index: int, entry: Entry, around: Around) -> list[tuple[Job, Settings]]:
    """Make the jobs of a clip, in the order of its combinations; what turns out the same comes once.

    Raises
    ------
    Wrong
        The first thing that is wrong with the clip.
    """
    found: dict[str, tuple[Job, Settings]] = {}
    place: Place = ("clip", index)
    info = around.scene(place, entry.scene)
    axes = _axes(place, entry, info)
    look, places = _look(place, entry, around.defaults, axes)
    for given, shared in _combinations(place, axes, look, options_of(info.load_light().Params)):
        job, how = _job(place, entry.name, entry.params | given, shared, places, info, around)
        if found.setdefault(job.name, (job, how))[0] == job:
            continue
        if entry.name is not None:
            text = f"name is {entry.name}, but the clip comes more than once; leave it out"
            raise Wrong((*place, "name"), text)
        unnamed = ", ".join(key for key in LOOK_KEYS if key in places and key not in NAMED)
        text = f"two combinations would both be called {job.name}"
        text += f" (not part of a name: {unnamed})" if unnamed else ""
        raise Wrong((*place, "matrix"), f"{text}; give each a [[clip]] with a name")
    return list(found.values())


def _combinations(
    place: Place, axes: Mapping[str, list[Any]], look: dict[str, Any], options: Collection[str]
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Multiply out a clip, as options and settings: its first key varies slowest, its languages fastest."""
    rows: dict[str, Sequence[Any]] = dict(axes)
    for key, usual in (("theme", DEFAULT_THEME), ("lang", DEFAULT_LANG)):
        if key not in axes:
            given = look.pop(key, usual)
            rows[key] = [given] if isinstance(given, str) else list(dict.fromkeys(given))
    if (count := math.prod(map(len, rows.values()))) > MOST_CLIPS:
        raise Wrong(
            (*place, "matrix"),
            f"the clip comes in {count:,} combinations; a lesson has at most {MOST_CLIPS:,} clips",
        )
    for values in itertools.product(*rows.values()):
        chosen = dict(zip(rows, values, strict=True))
        given = {key: chosen.pop(key) for key in [*chosen] if key in options}
        yield given, look | chosen


def _axes(place: Place, entry: Entry, info: registry.SceneInfo) -> dict[str, list[Any]]:
    """The matrix, each of its values known to be of the right kind."""
    options = options_of(info.load_light().Params)
    given = {**dict.fromkeys(entry.given(), "the clip"), **dict.fromkeys(entry.params, "params")}
    for key in entry.params:
        if key not in options:
            hint = "that is a key of the clip itself" if key in LOOK_KEYS else nearest(key, options)
            raise Wrong((*place, "params", key), f"{info.name} has no option {key}; {hint}")
    axes = {}
    for key, values in entry.matrix.items():
        where = (*place, "matrix", key)
        if key not in options and key not in LOOK_KEYS:
            known = [*options, *LOOK_KEYS]
            raise Wrong(where, f"matrix has no {key} for {info.name}; {nearest(key, known)}")
        if key in given:
            raise Wrong(where, f"{key} is given in matrix and in {given[key]}; give it once")
        if not isinstance(values, list) or not values:
            about = "it must be a list of values, such as { lr = [0.1, 0.3] }"
            raise Wrong(where, f"matrix.{key} is {shown(values)}; {about}")
        axes[key] = values if key in options else [_setting(where, key, value) for value in values]
    return axes


def _setting(where: Place, key: str, value: Any) -> Any:
    """One of a matrix's values for a key of `LOOK_KEYS`."""
    try:
        setting = Look.model_validate({key: value}).given()[key]
    except ValidationError as error:
        words = complaint({**error.errors()[0], "loc": (key,), "input": value}, Look)
        raise Wrong(where, f"matrix.{words}") from None
    if key in ("lang", "theme") and not isinstance(setting, str):
        raise Wrong(where, f"matrix.{key} has {shown(value)} in it; give each {key} by itself")
    return setting


def _look(
    place: Place, entry: Entry, defaults: Look, axes: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Place]]:
    """The settings of a clip that do not vary, and where each key of it is given."""
    own, limits = entry.given(), ("max_size", "for")
    gone: set[str] = set()  # of the defaults: what a clip says wins
    if "quality" in own or "quality" in axes:  # it stands for both
        gone |= {"size", "fps"}
    if "gif" not in own.get("formats", ["gif"]):
        gone |= {"gif_width", "gif_loops"}
    if any(key in own or key in axes for key in limits) or set(own.get("formats", ())) == {"png"}:
        gone |= {*limits}
    base = {key: value for key, value in defaults.given().items() if key not in gone}
    places: dict[str, Place] = {
        **{key: ("defaults", key) for key in base},
        **{key: (*place, key) for key in own},
        **{key: (*place, "params", key) for key in entry.params},
        **{key: (*place, "matrix", key) for key in axes},
        **({"name": (*place, "name")} if entry.name is not None else {}),
    }
    return {key: value for key, value in {**base, **own}.items() if key not in axes}, places


def _job(
    place: Place,
    name: str | None,
    given: Mapping[str, Any],
    look: dict[str, Any],
    places: Mapping[str, Place],
    info: registry.SceneInfo,
    around: Around,
) -> tuple[Job, Settings]:
    groups = {key: str(path[2]) for key, path in places.items() if len(path) > 3}
    params_class = info.load_light().Params
    options = options_of(params_class)
    given = {
        key: str(around.folder / value)
        if options[key].is_path and isinstance(value, str) and value
        else value
        for key, value in given.items()
    }
    lang, theme = look.pop("lang"), look.pop("theme")
    blamed = ""
    try:
        params = checked(
            *(params_class, info.name, given),
            named=lambda field: f"{groups.get(field, 'params')}.{field}",
            write=shown,
        )
        blamed = "theme"
        worn = around.theme(str(around.folder / theme) if theme.lower().endswith(".toml") else theme)
        blamed = ""
        how = RenderOptions.model_validate(look).settings(NAMES)
        about = {"lang": lang, "theme": worn, "out_dir": around.out_dir, "name": name}
        job = job_of(info.reference, params, how, **about)
        check_name(job.name, "name")
    except InputError as error:
        if isinstance(error, Misfit):
            blamed = error.field
        elif not blamed:
            blamed = next((key for key in re.findall(r"\w+", str(error)) if key in places), "")
        raise Wrong(places.get(blamed, place), str(error)) from None
    return job, replace(how, notes=(*how.notes, *params.notes()))
