"""The key of a clip's content: SHA-256 of all that can change its pixels or bytes, by name."""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import json
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lranim.catalogue import registry
from lranim.files import file_hash
from lranim.look.fonts import font_files
from lranim.look.text import READ, texts
from lranim.look.theme import DEFAULT_THEME, THEMES
from lranim.options.fields import options_of
from lranim.plugins.entry_points import as_loaded, source_title, sources
from lranim.plugins.tables import behind
from lranim.video.job import Job

PACKAGE = Path(__file__).parent.parent

SOURCES = ("core", "function", "logs", "look", "options", "draw", "video", "params.py")
"""What of the package can change a picture."""

LIBRARIES = (
    "manim",
    "numpy",
    "scipy",
    "mpmath",
    "av",
    "pillow",
    "typst",
    "manimpango",
    "pycairo",
    "srt",
    "svgelements",
)


@dataclass(frozen=True)
class Inputs:
    """What a clip is made from, by name, so that it can be told which part has changed.

    Parameters
    ----------
    clip
        What is the clip's own: the request, its scene's source, the texts of its language.
    machine
        What clips share that are made here: the source of the package, versions, fonts.
    """

    clip: Mapping[str, str]
    machine: Mapping[str, str]

    @property
    def key(self) -> str:
        """The key of the content."""
        return hashlib.sha256(json.dumps([self.clip, self.machine], sort_keys=True).encode()).hexdigest()

    def changes(self, before: Inputs) -> list[str]:
        """What is different from before, sorted by name: what was there and what is, where that is short."""
        return differences({**before.clip, **before.machine}, {**self.clip, **self.machine}, _CHANGES)


_CHANGES = "{} is new", "{} is gone", "{} has changed", "{} was {}, is {}"


def differences(
    old: Mapping[str, str], new: Mapping[str, str], words: tuple[str, str, str, str]
) -> list[str]:
    """What differs, sorted by name.

    `words` tell it where something is in `new` alone, in `old` alone, too long to be told, and short.
    """

    def told(name: str) -> str:
        before, after = old.get(name), new.get(name)
        if before is None or after is None:
            return words[0 if before is None else 1].format(name)
        long = name.startswith(("source ", "text ", "font ")) or max(len(before), len(after)) > 40
        return words[2].format(name) if long else words[3].format(name, before, after)

    return [told(name) for name in sorted({*old, *new}) if old.get(name) != new.get(name)]


def inputs_of(job: Job, machine: Mapping[str, str] | None = None) -> Inputs:
    """What a job's clip is made from: the request without its place and its formats, and all that draws it.

    Parameters
    ----------
    job
        The request. What is in the files that its options name counts, not what they are called.
    machine
        `machine_parts` of the fonts of the job's theme, where they are known already.

    Raises
    ------
    InputError
        The scene or a file that an option names cannot be read.
    """
    info = registry.get(job.scene)
    params_class = info.load_light().Params
    paths = {option.field for option in options_of(params_class).values() if option.is_path}
    about: dict[str, Any] = {
        "scene": info.name,
        "content": params_class.model_validate(job.params).content(),
        "lang": job.lang,
        "size": f"{job.width}x{job.height}",
        "fps": job.fps,
        "transparent": job.transparent,
        "gif width": job.gif_width,
        "gif loops": job.gif_loops,
        "max size": job.max_size,
        **{f"option {name}": value for name, value in job.params.items() if name not in paths},
        **{f"theme {name}": value for name, value in asdict(job.theme).items() if name != "stem"},
        f"source scenes/{info.path.name}": source_hash(info.path),
        **{f"text {job.lang} {key}": text for key, text in _texts_of(job).items()},
        **_plugin_parts(job, info),
    }
    clip = {name: value if isinstance(value, str) else json.dumps(value) for name, value in about.items()}
    return Inputs(clip, machine_parts(job.theme.fonts) if machine is None else machine)


def _texts_of(job: Job) -> dict[str, str]:
    """The texts that may be drawn: the scene's own group, and those that belong to no scene."""
    others = set(registry.names()) - {job.scene}
    drawn = {key: text for key, text in texts(job.lang).items() if not key.startswith(READ)}
    return {key: text for key, text in drawn.items() if key.partition(".")[0] not in others}


def _plugin_parts(job: Job, info: registry.SceneInfo) -> dict[str, str]:
    """Versions and sources of the plugins that draw the clip or that its options name."""
    words = [one for value in job.params.values() for one in (value if isinstance(value, list) else [value])]
    used = behind(word for word in words if isinstance(word, str))
    parts = {}
    for plugin in [info.plugin, *used] if info.plugin else used:
        parts[f"plugin {plugin.package}"] = plugin.version
        for name, path in sources(plugin.module).items():
            parts[source_title(plugin.package, name)] = source_hash(path)
    return parts


def outdated(inputs: Inputs) -> str | None:
    """What this process would draw as it was, not as it now is; None if there is nothing of that kind."""
    # The scene's own file is read again when it has changed.
    fresh = [part for name, part in inputs.clip.items() if name.startswith("source scenes/")]
    for name, before in sorted(as_loaded().items()):
        now = inputs.clip.get(name, before)
        if now != before and now not in fresh:
            return name
    return None


def machine_parts(fonts: tuple[str, ...] = THEMES[DEFAULT_THEME].fonts) -> dict[str, str]:
    """What of this machine and this installation can change pixels or bytes, by name.

    Parameters
    ----------
    fonts
        Families, the preferred one first; the files that they are drawn from count.
    """
    import cairo  # not at the top: `lranim list` does without these
    import manimpango

    parts = {
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        "cairo": cairo.cairo_version_string(),
        "pango": str(manimpango.pango_version()),
        **{name: importlib.metadata.version(name) for name in LIBRARIES},
    }
    for name in SOURCES:
        part = PACKAGE / name
        for path in sorted(part.rglob("*.py")) if part.is_dir() else [part]:
            parts[f"source {path.relative_to(PACKAGE).as_posix()}"] = source_hash(path)
    for path in font_files(fonts):
        parts[f"font {path.name}"] = source_hash(path)
    return parts


def source_hash(path: Path) -> str:
    """SHA-256 of a file that is read once a process unless the system says that it was changed."""
    state = path.stat()
    return _hash(path, state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino)


@functools.lru_cache(maxsize=4096)
def _hash(path: Path, *state: int) -> str:
    return file_hash(path)
