"""One job from request to files: the only place that enters manim's configuration."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from manim import config, logger, tempconfig

from lranim.catalogue import registry
from lranim.draw.scene import LessonScene
from lranim.errors import InputError
from lranim.look.text import Beat
from lranim.params import SceneParams
from lranim.video.budget import budget_of
from lranim.video.captions import CAPTIONS, Cue, caption_names, cues
from lranim.video.check import checked, checked_captions, rate_of, size_of
from lranim.video.clip import CaptionFile, Draft
from lranim.video.encode import SINKS
from lranim.video.flashes import FlashSink
from lranim.video.gif import closing
from lranim.video.job import Job, Progress
from lranim.video.renderer import Frame, FrameRenderer
from lranim.video.sink import Encoders, FileSink, Sink, told

Take = Callable[[Frame, int], None]
"""Called with each frame of a clip in order, and for how many frames it stands."""


@dataclass(frozen=True, kw_only=True)
class Story:
    """What a scene has told once it is played: its alt text, its beats, and how long it took (s)."""

    alt: str
    beats: tuple[Beat, ...]
    seconds: float


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


def scene_class_of(job: Job) -> type[LessonScene]:
    """The class of the job's scene.

    Raises
    ------
    InputError
        Its file has none that lranim can play.
    """
    info = registry.get(job.scene)
    scene_class = info.load_scene_class()
    if not issubclass(scene_class, LessonScene):
        raise InputError(f"{info.path}: {info.class_name} must be a LessonScene (lranim.draw.scene)")
    if job.params and scene_class.params_type is SceneParams:
        raise InputError(f"{info.path}: {info.class_name} does not say params_type = Params; add it")
    return scene_class


@contextmanager
def staged(
    job: Job,
    folder: Path,
    take: Take,
    *,
    stills: bool = False,
) -> Iterator[LessonScene]:
    """The job's scene, ready to be played, under its configuration.

    With `stills` no frame is drawn while it plays: see `FrameRenderer`.

    manim reads its configuration when a scene is made, so the scene is made in here.
    """
    scene_class = scene_class_of(job)
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


def play(scene: LessonScene) -> Story:
    """Run the scene's story."""
    scene.setup()
    scene.construct()
    scene.tear_down()
    return Story(alt=scene.alt, beats=tuple(scene.beats), seconds=float(scene.time))


def produce(job: Job, work: Path, progress: Progress) -> Draft:
    """Draw a clip and write its files, checked, into a folder under their final names.

    Parameters
    ----------
    job
        What to render.
    work
        A folder that nobody else uses.
    progress
        Called after each drawn frame with the frames done and the frames in all (None until known).

    Raises
    ------
    RenderError
        When a file cannot be written or fails its check.
    """
    story, sinks, frames = _encode(job, work, progress)
    return Draft(
        artifacts=tuple(checked(job, work, form, frames[form], sink) for form, sink in sinks.items()),
        captions=_caption(job, work, cues(story.beats, story.seconds)),
        alt=story.alt,
        beats=story.beats,
    )


def _caption(job: Job, work: Path, cues: list[Cue]) -> tuple[CaptionFile, ...]:
    """Write the captions into the working folder."""
    files = []
    for form, name in caption_names(job).items():
        with told(work / name) as path:
            path.write_bytes(CAPTIONS[form](cues).encode("utf-8"))
        files.append(checked_captions(job, path, cues))
    return tuple(files)


def _encode(job: Job, work: Path, progress: Progress) -> tuple[Story, dict[str, FileSink], dict[str, int]]:
    """Write the files of a clip, drawn once, into the working folder.

    Returns
    -------
    Its story, and by format what wrote each file, and how many frames went into it.
    """
    scene_class = scene_class_of(job)
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
            loops=job.gif_loops,
            budget=budget_of(job),
        )
        for form, (width, height) in sizes.items()
    }
    done = 0
    first: Frame | None = None
    last: Frame | None = None
    every: dict[str, Sink] = {"flashes": FlashSink(job.fps, _ground(job)), **sinks}
    with Encoders(every) as encoders:

        def take(frame: Frame, repeat: int) -> None:
            nonlocal done, first, last
            encoders.write(frame, repeat)
            done += repeat
            first, last = frame if first is None else first, frame
            progress(done, None)

        with staged(job, work, take) as scene:
            story = play(scene)
        loop = closing(job, first, last) if "gif" in sinks else []
        for frame in loop:
            encoders.write(frame, only="gif")
    progress(done, done)
    return story, sinks, {form: done + (len(loop) if form == "gif" else 0) for form in sinks}


def _ground(job: Job) -> tuple[int, int, int] | None:
    """What a see-through clip is taken to be laid on: what its theme is made for."""
    if not job.transparent:
        return None
    red, green, blue = bytes.fromhex(job.theme.background[1:])
    return red, green, blue
