"""One job from request to files: the only place that enters manim's configuration."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from manim import config, logger, tempconfig

from lranim import registry
from lranim.draw.lesson_scene import LessonScene
from lranim.errors import RenderError
from lranim.look.theme import THEMES
from lranim.render import cache
from lranim.render.artifacts import Artifact, Clip
from lranim.render.encode import SINKS, Encoders, inspect
from lranim.render.job import Job, gif_rate
from lranim.render.renderer import Frame, FrameRenderer
from lranim.render.storyboard import Still, sheet
from lranim.render.workplace import locked, publish, told, working_folder

LOOP_S = 0.05
"""How long a GIF takes from its last picture back to its first (s)."""


@contextmanager
def manim_config(**values: Any) -> Iterator[None]:
    """Set manim's global configuration for a while.

    Raises
    ------
    KeyError
        On a key that manim does not have; `tempconfig` itself drops those silently.
    """
    unknown = sorted(set(values) - set(config.keys()))
    if unknown:
        raise KeyError(f"manim has no configuration {', '.join(unknown)}")
    before, level = config.copy(), logger.level
    try:
        with tempconfig(values):
            yield
    finally:
        # `tempconfig` forgets both: what it had set when it refuses a value, and the logger's level.
        config.update(before)
        logger.setLevel(level)


@contextmanager
def staged(
    job: Job, folder: Path, take: Callable[[Frame, int], None], *, stills: bool = False
) -> Iterator[LessonScene]:
    """The job's scene, ready to be played, under its configuration.

    manim reads its configuration when a scene is made, so the scene is made in here.
    """
    scene_class: Any = registry.scenes()[job.scene].load_scene_class()
    with manim_config(
        pixel_width=job.width,
        pixel_height=job.height,
        frame_rate=job.fps,
        frame_height=8.0,
        frame_width=8.0 * job.width / job.height,
        background_opacity=0.0 if job.transparent else 1.0,
        background_color=THEMES[job.theme].background,
        media_dir=str(folder),
        disable_caching=True,
        verbosity="ERROR",
        progress_bar="none",
        seed=0,
    ):
        renderer = FrameRenderer(take, stills=stills)
        params = scene_class.params_type.model_validate(job.params)
        yield scene_class(params=params, theme=THEMES[job.theme], lang=job.lang, renderer=renderer)


def play(scene: LessonScene) -> None:
    """Run the scene's story."""
    scene.setup()
    scene.construct()
    scene.tear_down()


def render(
    job: Job, progress: Callable[[int, int | None], None] | None = None, *, force: bool = False
) -> Clip:
    """Render a job into its files.

    Parameters
    ----------
    job
        What to render.
    progress
        Called after each drawn frame with the frames done and the frames in all (None until known).
    force
        Render even if the files are there and up to date.

    Returns
    -------
    Clip
        What was written, or found.

    Raises
    ------
    LockedError
        When another run is writing these files.
    InputError
        When the folder cannot be written.
    RenderError
        When a file cannot be written or fails its check. Earlier output is untouched then.
    """
    began = time.monotonic()
    key = cache.content_key(job)
    with locked(job.out_dir, job.name):
        if not force and (clip := cache.look_up(job, key)) is not None:
            return replace(clip, seconds=round(time.monotonic() - began, 3))
        with working_folder(job.out_dir) as work:
            scene, frames = _encode(job, work, progress)
            artifacts = tuple(_checked(job, work, form, frames[form]) for form in job.formats)
            clip = Clip(
                scene=job.scene,
                params=job.params,
                lang=job.lang,
                theme=job.theme,
                cached=False,
                seconds=round(time.monotonic() - began, 3),
                artifacts=artifacts,
                alt=scene.alt,
                beats=tuple(scene.beats),
                key=key,
            )
            text = json.dumps(clip.as_dict(), ensure_ascii=False, indent=1) + "\n"
            with told(work / f"{job.name}.json") as path:
                path.write_text(text, encoding="utf-8")
            publish(work, job.out_dir, [f"{job.name}.{form}" for form in (*job.formats, "json")])
    return clip


def _encode(
    job: Job, work: Path, progress: Callable[[int, int | None], None] | None
) -> tuple[LessonScene, dict[str, int]]:
    """Draw the clip once and write its files into the working folder; the scene, and each file's frames."""
    sinks = {
        form: SINKS[form](
            work / f"{job.name}.{form}",
            width=job.width,
            height=job.height,
            fps=job.fps,
            rate=_rate(job, form),
            transparent=job.transparent,
        )
        for form in job.formats
    }
    done = 0
    first: Frame | None = None
    last: Frame | None = None
    with Encoders(sinks) as encoders:

        def take(frame: Frame, repeat: int) -> None:
            nonlocal done, first, last
            encoders.write(frame, repeat)
            done += repeat
            first, last = frame if first is None else first, frame
            if progress is not None:
                progress(done, None)

        with staged(job, work, take) as scene:
            play(scene)
        loop = _loop(job, first, last) if "gif" in sinks and first is not None and last is not None else []
        for frame in loop:
            encoders.write(frame, only="gif")
    if progress is not None:
        progress(done, done)
    return scene, {form: done + (len(loop) if form == "gif" else 0) for form in sinks}


def _rate(job: Job, form: str) -> int:
    """Frames a second of one of the job's files."""
    return gif_rate(job.fps) if form == "gif" else job.fps


def _loop(job: Job, first: Frame, last: Frame) -> list[Frame]:
    """The frames that take a GIF from its end back to its beginning, so that it loops without a jolt.

    On a see-through ground there are none: a GIF's pixels are there or not, and cannot fade.
    """
    count = 0 if job.transparent or first is last else round(LOOP_S * job.fps)
    steps = [(index + 1) / (count + 1) for index in range(count)]
    return [np.rint(last + (first.astype(np.float32) - last) * share).astype(np.uint8) for share in steps]


def _checked(job: Job, work: Path, form: str, frames: int) -> Artifact:
    """Decode a finished file and describe it.

    Raises
    ------
    RenderError
        When it cannot be decoded or is not what was asked for.
    """
    path = work / f"{job.name}.{form}"
    media = inspect(path)
    if (media.width, media.height) != (job.width, job.height):
        raise RenderError(f"{form}: came out as {media.width}x{media.height}, not {job.width}x{job.height}")
    rate = _rate(job, form)
    # At another rate than the video's: the nearest number of frames, the larger of two.
    wanted = 1 if form == "png" else max(1, (2 * frames * rate + job.fps) // (2 * job.fps))
    if media.frames != wanted:
        raise RenderError(f"{form}: came out with {media.frames} frames, not {wanted}")
    if form != "png" and abs(media.duration_s - wanted / rate) > 0.5 / rate:
        raise RenderError(f"{form}: came out {media.duration_s:.2f} s long, not {wanted / rate:.2f} s")
    return Artifact(
        path=str(job.out_dir / path.name),
        format=form,
        width=media.width,
        height=media.height,
        fps=round(media.fps),
        frames=media.frames,
        duration_s=media.duration_s,
        bytes=path.stat().st_size,
        sha256=cache.file_hash(path),
    )


def storyboard(job: Job, out: Path) -> Path:
    """Draw one PNG of a clip: the telling moment of each beat, or its end, with its time and caption.

    Parameters
    ----------
    job
        The clip; its size is that of each picture.
    out
        The file to write.

    Returns
    -------
    Path
        `out`.
    """
    stills: dict[int, Still] = {}
    with tempfile.TemporaryDirectory(prefix="lranim-") as folder, locked(out.parent, out.name):
        with staged(job, Path(folder), lambda frame, repeat: None, stills=True) as scene:

            def keep(telling: bool) -> None:
                if telling or len(scene.beats) not in stills:
                    stills[len(scene.beats)] = Still(scene.renderer.still(scene), scene.beats[-1])

            scene.on_picture = keep
            play(scene)
            keep(False)
        with working_folder(out.parent) as work:
            with told(work / out.name) as path:
                sheet(list(stills.values()), THEMES[job.theme]).save(path, "PNG")
            publish(work, out.parent, [out.name])
    return out
