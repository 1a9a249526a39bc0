"""A finished clip as Python has it: its files, and how a notebook shows it."""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from markupsafe import Markup, escape

from lranim.look.text import Beat
from lranim.video.clip import Artifact, Clip
from lranim.video.limits import size_text

EMBEDDED = 10_000_000
"""A larger file (bytes) is linked to, and not put inside a notebook."""

WIDEST = 800
"""Width (px) at which a notebook shows a clip at most, as the notebooks of ``lranim slides`` do."""

KINDS = {"mp4": "video/mp4", "webm": "video/webm", "gif": "image/gif", "png": "image/png", "vtt": "text/vtt"}


@dataclass(frozen=True, repr=False)
class Rendered:
    """A finished clip. As the last line of a notebook's cell it plays there.

    Parameters
    ----------
    clip
        What the JSON beside the files says.

    Notes
    -----
    The video is put inside the notebook, which can then be moved and sent by itself, up to `EMBEDDED` bytes.
    A larger one is linked to, and a line below says so. A GIF and a poster that were rendered with it go
    along for programs that show notebooks without video.
    """

    clip: Clip

    @property
    def sidecar(self) -> Path:
        """The JSON file; the clip's other files are in the same folder."""
        return self.clip.sidecar

    @property
    def scene(self) -> str:
        """Name of the scene."""
        return self.clip.scene

    @property
    def params(self) -> dict[str, Any]:
        """Its options, JSON-ready, defaults included."""
        return self.clip.params

    @property
    def alt(self) -> str:
        """What the clip shows, in words."""
        return self.clip.alt

    @property
    def beats(self) -> tuple[Beat, ...]:
        """The stages of its story: when each begins (s) and what it says."""
        return self.clip.beats

    @property
    def cached(self) -> bool:
        """Whether its files were there already."""
        return self.clip.cached

    @property
    def mp4(self) -> Path | None:
        """The video, None if none was asked for."""
        return self._path("mp4")

    @property
    def webm(self) -> Path | None:
        """The video with transparency, None if none was asked for."""
        return self._path("webm")

    @property
    def gif(self) -> Path | None:
        """The GIF, None if none was asked for."""
        return self._path("gif")

    @property
    def png(self) -> Path | None:
        """The poster, None if none was asked for."""
        return self._path("png")

    @property
    def files(self) -> tuple[Path, ...]:
        """Every file: clip, captions, and the JSON beside them."""
        return (*(row.path for row in self.clip.files), self.sidecar)

    def __repr__(self) -> str:
        """Name the clip and its formats."""
        formats = ", ".join(row.format for row in self.clip.artifacts)
        return f"<Rendered {self.sidecar.stem}: {formats} in {_relative(self.sidecar.parent)}>"

    def _repr_html_(self) -> str:
        """A player with controls and captions, or a picture that moves, or the poster."""
        return self._player(self.clip.need("mp4", "webm", "gif", "png"))

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, str], dict[str, Any]]:
        """The player, and the GIF and the poster for programs that do not show it."""
        data = {"text/plain": repr(self), "text/html": self._repr_html_()}
        about: dict[str, Any] = {}
        for form in ("gif", "png"):
            row = self.clip.get(form)
            if row and row.bytes <= EMBEDDED:
                data[KINDS[form]] = _base64(row.path)
                about[KINDS[form]] = {"alt": self.alt, "width": min(row.width, WIDEST)}
        return data, about

    def _player(self, row: Artifact) -> str:
        url, note = self._url(row)
        look = "max-width: 100%; height: auto"
        width = min(row.width, WIDEST)
        size = f'width="{width}" height="{round(row.height * width / row.width)}" style="{look}"'
        alt = escape(" ".join(self.alt.split()))
        if row.format in ("gif", "png"):
            shown = f'<img src="{url}" alt="{alt}" {size}>'
        else:
            shown = (
                f'<video src="{url}" controls loop muted playsinline preload="metadata" {size} '
                f'aria-label="{alt}">{self._captions()}</video>'
            )
        below = f"<figcaption>{note}</figcaption>" if note else ""
        return f'<figure style="margin: 0">{shown}{below}</figure>'

    def _url(self, row: Artifact) -> tuple[str, str]:
        """Where a page finds a file, and what to say of that."""
        if row.bytes <= EMBEDDED:
            return f"data:{KINDS[row.format]};base64,{_base64(row.path)}", ""
        place = _relative(row.path)
        note = escape(
            f"{size_text(row.bytes)}: too large to be inside the notebook, which plays {place} instead. "
            f'Keep that file beside it, or render it smaller with max_size="{size_text(EMBEDDED)}".'
        )
        return quote(place.replace(os.sep, "/")), note

    def _captions(self) -> Markup:
        tracks = (
            Markup('<track kind="captions" srclang="{}" label="{}" src="data:text/vtt;base64,{}">').format(
                row.lang, row.lang, _base64(row.path)
            )
            for row in self.clip.captions
            if row.format == "vtt"
        )
        return Markup("").join(tracks)

    def _path(self, form: str) -> Path | None:
        row = self.clip.get(form)
        return row.path if row else None


def _relative(path: Path) -> str:
    """A path as it is read from the current folder, where it lies in it."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _base64(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode("ascii")
