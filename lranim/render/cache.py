"""Whether a job's files are there already: the key of its content, and the check of what lies on disk."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import platform
from dataclasses import replace
from pathlib import Path
from typing import Any

import lranim
from lranim import registry
from lranim.draw.beats import Beat
from lranim.look.fonts import font_files
from lranim.render.artifacts import Artifact, CaptionFile, Clip
from lranim.render.captions import caption_names
from lranim.render.job import Job

SOURCES = ("core", "look", "draw", "render", "data.py", "params.py")
"""What of the package can change a picture."""

LIBRARIES = ("manim", "numpy", "av", "pillow", "typst", "manimpango", "pycairo", "srt", "svgelements")


def content_key(job: Job) -> str:
    """SHA-256 of everything that can change the job's pixels or bytes.

    That is the request without its place and its formats, what is in the files that its options name, the
    source of the scene and of the package's drawing parts, the texts of its language, the versions of Python
    and of the libraries that draw and encode, and the font files.
    """
    info = registry.scenes()[job.scene]
    request = {
        "scene": job.scene,
        "params": job.params,
        "content": info.load_light().Params.model_validate(job.params).content(),
        "lang": job.lang,
        "theme": repr(job.theme),
        "size": (job.width, job.height, job.fps),
        "transparent": job.transparent,
        "gif_width": job.gif_width,
        "python": platform.python_version(),
        "libraries": {name: importlib.metadata.version(name) for name in LIBRARIES},
    }
    digest = hashlib.sha256(json.dumps(request, sort_keys=True).encode())
    package = Path(lranim.__file__).parent
    files = [info.path]
    for name in SOURCES:
        part = package / name
        files += sorted(part.rglob("*.py")) if part.is_dir() else [part]
    files.append(package / "look" / "locales" / f"{job.lang}.toml")
    files += font_files(job.theme.fonts)
    for path in files:
        digest.update(path.name.encode())
        digest.update(file_hash(path).encode())
    return digest.hexdigest()


def file_hash(path: Path) -> str:
    """SHA-256 of a file, as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sidecar(job: Job) -> Path:
    """The JSON beside the job's files."""
    return job.out_dir / f"{job.name}.json"


def look_up(job: Job, key: str) -> Clip | None:
    """The clip as it lies on disk, if it is just what the job asks for and undamaged, else None."""
    try:
        data: dict[str, Any] = json.loads(sidecar(job).read_text(encoding="utf-8"))
        rows = {row["format"]: row for row in data.pop("artifacts")}
        # The path is the job's: the folder may have been moved or copied, or the sidecar's path be relative.
        paths = {form: job.out_dir / f"{job.name}.{form}" for form in job.formats}
        wanted = tuple(Artifact(**{**rows[form], "path": str(path)}) for form, path in paths.items())
        rows = {row["format"]: row for row in data.pop("captions")}
        paths = {form: job.out_dir / name for form, name in caption_names(job).items()}
        captions = tuple(CaptionFile(**{**rows[form], "path": str(path)}) for form, path in paths.items())
        beats = tuple(Beat(**row) for row in data.pop("beats"))
        clip = Clip(artifacts=wanted, beats=beats, captions=captions, **data)
        if clip.key != key or any(file_hash(Path(row.path)) != row.sha256 for row in clip.files):
            return None
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        # No sidecar, one of another version or a damaged one, or a file gone: all the same, render.
        return None
    return replace(clip, cached=True)
