"""What the functions give: a finished clip, which a notebook shows, and the numbers behind a picture."""

from __future__ import annotations

import base64
import math
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy.typing as npt
from markupsafe import Markup, escape

from lranim.core.results import Numbers, Runs, Table
from lranim.core.types import Array, Trajectory
from lranim.errors import InputError
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


@dataclass(frozen=True, kw_only=True, eq=False)
class Trace:
    """The numbers of a scene, as arrays; `as_dict` is what ``lranim trace`` prints.

    Parameters
    ----------
    scene
        Name of the scene.
    params
        Its options, JSON-ready, defaults included.
    numbers
        One descent (`Trajectory`), several that are compared (`Runs`), or a table (`Table`).

    Examples
    --------
    >>> from lranim import trace
    >>> trace("oscillation", steps=3).x[:, 0]
    array([13. , 11.5, 10. ,  8.5])
    """

    scene: str
    params: dict[str, Any]
    numbers: Numbers

    @property
    def trajectory(self) -> Trajectory:
        """The descent of a scene that shows one."""
        if not isinstance(self.numbers, Trajectory):
            raise InputError(f"{self.scene} is not one descent; its numbers are in .{self._where}")
        return self.numbers

    @property
    def runs(self) -> Mapping[str | float, Trajectory]:
        """The descents of a scene that compares several, by what tells them apart."""
        if not isinstance(self.numbers, Runs):
            raise InputError(f"{self.scene} does not compare descents; its numbers are in .{self._where}")
        return self.numbers.runs

    @property
    def columns(self) -> Mapping[str, npt.NDArray[Any]]:
        """The columns of a scene whose numbers are a table, such as the losses of a training."""
        if not isinstance(self.numbers, Table):
            raise InputError(f"{self.scene} has no table; its numbers are in .{self._where}")
        return self.numbers.columns

    @property
    def x(self) -> Array:
        """The points ``(T + 1, n)`` of the descent."""
        return self.trajectory.x

    @property
    def cost(self) -> Array:
        """The cost ``(T + 1,)`` at each point."""
        return self.trajectory.cost

    @property
    def grad(self) -> Array:
        """The gradient ``(T + 1, n)`` at each point."""
        return self.trajectory.grad

    @property
    def lr(self) -> Array:
        """The learning rate ``(T,)`` of each step."""
        return self.trajectory.lr

    @property
    def step(self) -> Array:
        """Each step ``(T, n)``."""
        return self.trajectory.step

    def as_dict(self) -> dict[str, Any]:
        """Give plain numbers, lists and dicts, the same as ``lranim trace --format json`` prints."""
        return {"scene": self.scene, "params": self.params} | as_dict(self.numbers)

    def __repr__(self) -> str:
        """Say what it is in one line: the arrays would fill a screen."""
        return f"<Trace of {self.scene}: .{self._where}>"

    @property
    def _where(self) -> str:
        if isinstance(self.numbers, Runs):
            return "runs"
        return "columns" if isinstance(self.numbers, Table) else "trajectory"


def as_dict(numbers: Numbers) -> dict[str, Any]:
    """Build the JSON shape of a scene's numbers; what is not finite is None."""
    if isinstance(numbers, Runs):
        return {"runs": [{numbers.key: value} | _trajectory(run) for value, run in numbers.runs.items()]}
    if isinstance(numbers, Table):
        return {"rows": _rows(numbers.columns, numbers.rows())}
    return _trajectory(numbers)


def _trajectory(trajectory: Trajectory) -> dict[str, Any]:
    columns: dict[str, list[Any]] = {
        "t": list(range(trajectory.steps + 1)),
        "x": trajectory.x.tolist(),
        "cost": trajectory.cost.tolist(),
        "grad": trajectory.grad.tolist(),
        "lr": [*trajectory.lr.tolist(), None],
        "step": [*trajectory.step.tolist(), None],
    }
    return {
        "cost": trajectory.cost_function.name,
        "status": trajectory.status.value,
        "steps": _rows(columns, zip(*columns.values(), strict=True)),
    }


def _rows(names: Iterable[str], rows: Iterable[Sequence[Any]]) -> list[dict[str, Any]]:
    return [{name: _finite(value) for name, value in zip(names, row, strict=True)} for row in rows]


def _finite(value: Any) -> Any:
    """Put None for what JSON cannot say."""
    if isinstance(value, list):
        return [_finite(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
