"""One job from request to files: the only place that enters manim's configuration."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from manim import config, logger, tempconfig

from lranim import registry
from lranim.draw.lesson_scene import LessonScene
from lranim.render import cache
from lranim.render.artifacts import CaptionFile, Clip
from lranim.render.captions import CAPTIONS, Cue, caption_names, cues, files_of
from lranim.render.check import checked, checked_captions, rate_of, size_of
from lranim.render.encode import SINKS, Encoders
from lranim.render.gif import closing
from lranim.render.job import Job
from lranim.render.renderer import Frame, FrameRenderer
from lranim.render.workplace import locked, publish, told, working_folder


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
        background_color=job.theme.background,
        media_dir=str(folder),
        disable_caching=True,
        verbosity="ERROR",
        progress_bar="none",
        seed=0,
    ):
        renderer = FrameRenderer(take, stills=stills)
        params = scene_class.params_type.model_validate(job.params)
        yield scene_class(params=params, theme=job.theme, lang=job.lang, renderer=renderer)


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
            artifacts = tuple(checked(job, work, form, frames[form]) for form in job.formats)
            captions = _caption(job, work, cues(scene.beats, float(scene.time)))
            clip = Clip(
                scene=job.scene,
                params=job.params,
                lang=job.lang,
                theme=job.theme.name,
                cached=False,
                seconds=round(time.monotonic() - began, 3),
                artifacts=artifacts,
                alt=scene.alt,
                beats=tuple(scene.beats),
                captions=captions,
                key=key,
            )
            text = json.dumps(clip.as_dict(), ensure_ascii=False, indent=1) + "\n"
            with told(work / f"{job.name}.json") as path:
                path.write_text(text, encoding="utf-8")
            publish(work, job.out_dir, [path.name for path in files_of(job)])
    return clip


def _caption(job: Job, work: Path, cues: list[Cue]) -> tuple[CaptionFile, ...]:
    """Write the captions into the working folder."""
    files = []
    for form, name in caption_names(job).items():
        with told(work / name) as path:
            path.write_bytes(CAPTIONS[form](cues).encode("utf-8"))
        files.append(checked_captions(job, path, cues))
    return tuple(files)


def _encode(
    job: Job, work: Path, progress: Callable[[int, int | None], None] | None
) -> tuple[LessonScene, dict[str, int]]:
    """Draw the clip once and write its files into the working folder; the scene, and each file's frames."""
    scene_class: Any = registry.scenes()[job.scene].load_scene_class()
    sizes = {form: size_of(job, form) for form in job.formats}
    sinks = {
        form: SINKS[form](
            work / f"{job.name}.{form}",
            width=width,
            height=height,
            fps=job.fps,
            rate=rate_of(job, form),
            transparent=job.transparent,
            turning=scene_class.turning_camera,
            frame_size=(job.width, job.height),
        )
        for form, (width, height) in sizes.items()
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
        loop = closing(job, first, last) if "gif" in sinks else []
        for frame in loop:
            encoders.write(frame, only="gif")
    if progress is not None:
        progress(done, done)
    return scene, {form: done + (len(loop) if form == "gif" else 0) for form in sinks}
