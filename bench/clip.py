"""A clip to be made: by which commands, and what its true frames are."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from manim import tempconfig
from manim.renderer.cairo_renderer import CairoRenderer
from manim.scene.scene_file_writer import SceneFileWriter

from bench.meter import ROOT
from lranim.catalogue import registry
from lranim.look.text import DEFAULT_LANG
from lranim.look.theme import DEFAULT_THEME
from lranim.look.themes import theme_of
from lranim.video import engine
from lranim.video.job import Job

Take = Callable[[Any, int], None]
"""Called with a frame, ``(H, W, 4)`` RGBA, and for how many frames it stands."""


@dataclass(frozen=True)
class Clip:
    """A scene, a size (px), a rate (frames/s), and the scene's options that are not defaults.

    Examples
    --------
    >>> Clip("oscillation", 854, 480, 15).setting
    '480p15'
    """

    scene: str
    width: int
    height: int
    fps: int
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def setting(self) -> str:
        """Size and rate in short."""
        return f"{self.height}p{self.fps}"

    def lranim(self, formats: str, out: Path) -> list[str]:
        """The command that makes it with lranim."""
        flags = [text for name, value in self.options.items() for text in (f"--{name}", str(value))]
        where = ["-o", str(out), "--name", "clip", "--force"]
        return [
            sys.executable,
            "-m",
            "lranim",
            "render",
            self.scene,
            *flags,
            *self._size(),
            "--format",
            formats,
            *where,
        ]

    def manim(self, form: str, media: Path) -> list[str]:
        """The command that makes it with stock manim, which only knows the scene's defaults."""
        assert not self.options
        quiet = ["-v", "ERROR", "--progress_bar", "none", "--silent"]
        file = ROOT / "scenes" / f"{self.scene.replace('-', '_')}.py"
        name = self.scene.title().replace("-", "")
        where = ["--disable_caching", "--media_dir", str(media)]
        return [
            sys.executable,
            "-m",
            "manim",
            "render",
            *self._size(),
            "--format",
            form,
            *quiet,
            *where,
            str(file),
            name,
        ]

    def _size(self) -> list[str]:
        return ["-r", f"{self.width},{self.height}", "--fps", str(self.fps)]

    def job(self, out: Path, formats: tuple[str, ...] = ("mp4",)) -> Job:
        """The same as lranim's engine takes it."""
        params = registry.scenes()[self.scene].load_light().Params.model_validate(self.options)
        return Job(
            scene=self.scene,
            params=params.model_dump(mode="json"),
            lang=DEFAULT_LANG,
            theme=theme_of(DEFAULT_THEME),
            width=self.width,
            height=self.height,
            fps=self.fps,
            formats=formats,
            transparent=False,
            out_dir=out,
            name="clip",
        )

    def draw(self, take: Take) -> None:
        """Draw the frames that lranim encodes."""
        with (
            tempfile.TemporaryDirectory(prefix="bench-") as folder,
            engine.staged(self.job(Path(folder)), Path(folder), take) as scene,
        ):
            engine.play(scene)

    def draw_stock(self, take: Take) -> None:
        """Draw the frames that stock manim encodes: its player, with a file writer that hands them over."""

        class Tap(SceneFileWriter):
            def write_frame(self, pixels: Any, *, repeat: int = 1) -> None:
                take(pixels, repeat)

        scene_class: Any = registry.scenes()[self.scene].load_scene_class()
        size = {"pixel_width": self.width, "pixel_height": self.height, "frame_rate": self.fps}
        quiet = {"disable_caching": True, "verbosity": "ERROR", "progress_bar": "none", "dry_run": True}
        with (
            tempfile.TemporaryDirectory(prefix="bench-") as folder,
            tempconfig({**size, **quiet, "media_dir": folder}),
        ):
            camera = scene_class().camera_class
            scene_class(renderer=CairoRenderer(file_writer_class=Tap, camera_class=camera)).render()
