"""Plays a scene's animations and hands over the frames; no files, no cache, no partial movies."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt
from manim import Scene
from manim.renderer.cairo_renderer import CairoRenderer

from lranim.render.camera import LessonCamera

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
        Draw nothing while playing: animations jump to their end and only time passes. The one who wants a
        picture calls `still`.
    """

    def __init__(self, take: Callable[[Frame, int], None], *, stills: bool = False) -> None:
        super().__init__(camera_class=LessonCamera)
        self.take, self.stills = take, stills
        self.count = 0
        self.straight = self.camera.background_opacity >= 1

    def init_scene(self, scene: Scene, session_spec: Any, file_writer_settings: Any) -> None:
        """Give the scene the one attribute of a file writer that it asks for."""
        self.file_writer = SimpleNamespace(sections=[], subcaptions=[])

    def play(self, scene: Scene, *args: Any, **kwargs: Any) -> None:
        """Play animations, frame by frame."""
        scene.compile_animation_data(*args, **kwargs)
        scene.begin_animations()
        rate = self.camera.frame_rate
        frames = max(1, round(scene.duration * rate))
        if self.stills:
            scene.update_to_time(scene.duration)
        elif scene.is_current_animation_frozen_frame():
            self.take(self.still(scene), frames)
        else:
            self.save_static_frame_data(scene, scene.static_mobjects)
            for index in range(1, frames + 1):
                scene.update_to_time(scene.duration * index / frames)
                self.update_frame(scene, scene.moving_mobjects)
                self.take(self.get_frame(), 1)
            self.static_image = None
        for animation in scene.animations or ():
            animation.finish()
            animation.clean_up_from_scene(scene)
        self.count += frames
        self.time = self.count / rate
        self.num_plays += 1

    def still(self, scene: Scene) -> Frame:
        """The scene as it is now."""
        self.static_image = None
        self.update_frame(scene)
        return self.get_frame()

    def get_frame(self) -> Frame:  # type: ignore[override]  # manim says integers of 64 bits; they are bytes
        """A copy of the picture; cairo multiplies colours by their alpha, which is undone here."""
        pixels: Any = self.camera.pixel_array
        frame: Frame = pixels.copy()
        if not self.straight:
            alpha = frame[..., 3]
            soft = (alpha > 0) & (alpha < 255)
            part = frame[soft].astype(np.uint16)
            part[:, :3] = np.minimum(255, (part[:, :3] * 255 + part[:, 3:] // 2) // part[:, 3:])
            frame[soft] = part.astype(np.uint8)
        return frame
