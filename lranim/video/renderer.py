"""Plays a scene's animations and hands over the frames; no files, no cache, no partial movies."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt
from manim import Mobject, Scene
from manim.renderer.cairo_renderer import CairoRenderer
from manim.utils.family import extract_mobject_family_members

from lranim.draw.camera import LessonCamera
from lranim.draw.scene import Motion

Frame = npt.NDArray[np.uint8]
"""RGBA, ``(height, width, 4)``, straight alpha, never changed once handed over."""


class FrameRenderer(CairoRenderer):
    """manim's cairo renderer, with the frames going to a function in place of a file writer.

    Frame i of an animation shows its state at the end of that frame, so the last frame of each animation is
    its end state and no state is shown twice. The time counts frames, so it is exact.

    Parameters
    ----------
    take
        Called with a frame and for how many frames it stands.
    stills
        Draw no frame: animations jump to their end and only time passes. Who wants a picture calls `still`.

    Whenever the picture has come to rest, before the first animation and after each one, `on_rest` is called.
    """

    def __init__(self, take: Callable[[Frame, int], None], *, stills: bool = False) -> None:
        super().__init__(camera_class=LessonCamera)
        self.take = take
        self.stills = stills
        self.on_rest: Callable[[], None] = lambda: None
        self.count = 0
        self.straight = self.camera.background_opacity >= 1
        self.canvases = Canvases(self.camera)

    def init_scene(self, scene: Scene, session_spec: Any, file_writer_settings: Any) -> None:
        """Give the scene the one attribute of a file writer that it asks for."""
        self.file_writer = SimpleNamespace(sections=[], subcaptions=[])

    def play(self, scene: Scene, *args: Any, **kwargs: Any) -> None:
        """Play animations, frame by frame."""
        if not self.num_plays:
            self.on_rest()
        scene.compile_animation_data(*args, **kwargs)
        scene.begin_animations()
        rate = self.camera.frame_rate
        frames = max(1, round(scene.duration * rate))
        if not scene.is_current_animation_frozen_frame():
            self._move(scene, frames)
        elif not self.stills:
            self.take(self.still(scene), frames)
        for animation in scene.animations or ():
            animation.finish()
            animation.clean_up_from_scene(scene)
        self.count += frames
        self.time = self.count / rate
        self.num_plays += 1
        self.on_rest()

    def _move(self, scene: Scene, frames: int) -> None:
        """Draw what stands still once, and what moves over a copy of it for each frame."""
        # What a Motion moves is settled when it begins; other animations may swap mobjects as they go.
        settled = all(isinstance(animation, Motion) for animation in scene.animations or ())
        moments = [scene.duration * (index + 1) / frames for index in range(frames)]
        if self.stills:
            if not settled or _integrates(scene):  # others end in the same state without their moments
                for moment in moments:
                    scene.update_to_time(moment)
            return
        ground = self.canvases.blank()
        self.camera.capture_mobjects(scene.static_mobjects)
        family = extract_mobject_family_members(scene.moving_mobjects, use_z_index=True) if settled else None
        for moment in moments:
            scene.update_to_time(moment)
            self.canvases.copy_of(ground)
            if family is None:
                self.camera.capture_mobjects(scene.moving_mobjects)
            else:
                self._draw(mobject for mobject in family if len(mobject.points))
            self.take(self.get_frame(), 1)

    def _draw(self, mobjects: Iterable[Mobject]) -> None:
        """Draw mobjects in this order, in runs of one kind."""
        camera: Any = self.camera
        for kind, run in itertools.groupby(mobjects, camera.type_or_raise):
            camera.display_funcs[kind](list(run), camera.pixel_array)

    def still(self, scene: Scene) -> Frame:
        """The scene as it is now."""
        self.canvases.blank()
        self.static_image = None
        self.update_frame(scene)
        return self.get_frame()

    def get_frame(self) -> Frame:  # type: ignore[override]  # manim says integers of 64 bits; they are bytes
        """The picture as a frame that is not drawn on again.

        On a see-through ground cairo multiplies colours by their alpha, which is undone in a copy.
        """
        pixels: Any = self.camera.pixel_array
        if self.straight:
            frame: Frame = pixels
            return frame
        frame = pixels.copy()
        alpha = frame[..., 3]
        soft = (alpha > 0) & (alpha < 255)
        part = frame[soft].astype(np.uint16)
        part[:, :3] = np.minimum(255, (part[:, :3] * 255 + part[:, 3:] // 2) // part[:, 3:])
        frame[soft] = part.astype(np.uint8)
        return frame


def _integrates(scene: Scene) -> bool:
    """Whether something adds up small steps of time, so that none of them may be left out."""
    return bool(scene.updaters) or any(
        part.has_time_based_updater() for part in scene.get_mobject_family_members()
    )


class Canvases:
    """The arrays that a camera draws on, each used again once nobody holds its frame any more.

    A fresh array of 1080p costs 5 ms a frame, most of it the system handing out zeroed pages; a frame that
    the encoders have let go of is there already.
    """

    def __init__(self, camera: Any) -> None:
        self.camera = camera
        self.free_count: dict[int, int] = {}
        self.arrays: list[Frame] = []

    def blank(self) -> Frame:
        """Have the camera draw on an array that shows the background."""
        return self.copy_of(self.camera.background)

    def copy_of(self, picture: Frame) -> Frame:
        """Have the camera draw on an array that shows this picture."""
        canvas = self._unused(picture.shape)
        np.copyto(canvas, picture)
        self.camera.pixel_array = canvas
        return canvas

    def _unused(self, shape: tuple[int, ...]) -> Frame:
        self.camera.pixel_array = None
        for index in range(len(self.arrays)):
            if sys.getrefcount(self.arrays[index]) == self.free_count[id(self.arrays[index])]:
                return self.arrays[index]
        self.arrays.append(np.empty(shape, np.uint8))
        # The drawing context, kept by the camera, holds the array too.
        self.camera.get_cairo_context(self.arrays[-1])
        self.free_count[id(self.arrays[-1])] = sys.getrefcount(self.arrays[-1])
        return self.arrays[-1]
