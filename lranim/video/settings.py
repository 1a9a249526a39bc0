"""How to render: what can be asked for, one model for every way to ask, and the job that it comes to."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, WithJsonSchema

from lranim.errors import InputError
from lranim.look.tables import Table
from lranim.options.fields import value_text
from lranim.video.job import FORMATS, Job, default_name, gif_rate, nearest_gif_rate
from lranim.video.limits import (
    DEFAULT,
    DESTINATIONS,
    FLAGS,
    LEAST,
    MAX_FPS,
    MAX_LOOPS,
    MAX_SIDE,
    MIN_SIDE,
    QUALITIES,
    TALLEST,
    UNITS,
    amount,
    size_text,
)

if TYPE_CHECKING:
    from lranim.look.theme import Theme
    from lranim.params import SceneParams


@dataclass(frozen=True)
class Settings:
    """How to render, and what of it is not as asked (`notes`, for stderr)."""

    width: int
    height: int
    fps: int
    formats: tuple[str, ...]
    transparent: bool
    gif_width: int | None
    gif_loops: int
    max_size: int | None
    notes: tuple[str, ...]


def fitting(fits: Callable[[Any], bool]) -> AfterValidator:
    """Refuse what does not fit; what a value must be is said by the description of its field."""

    def check(value: Any) -> Any:
        if not fits(value):
            raise ValueError
        return value

    return AfterValidator(check)


def one_of(choices: Collection[str]) -> tuple[AfterValidator, WithJsonSchema]:
    """Check a text for being one of some."""
    return fitting(lambda text: text in choices), WithJsonSchema({"type": "string", "enum": list(choices)})


def _sides(value: Any) -> Any:
    """Read ``W,H`` in px; W;H, W-H (as in manim) and WxH are taken too."""
    if isinstance(value, str):
        match = re.fullmatch(r"\s*(\d{1,6})\s*[,;x-]\s*(\d{1,6})\s*", value, flags=re.ASCII)
        return match and (int(match[1]), int(match[2]))
    return tuple(value) if isinstance(value, list) else value


def _small(value: Any) -> Any:
    return value.strip().lower() if isinstance(value, str) else value


def _bytes(value: Any) -> Any:
    return int(amount(value, UNITS) or 0) if isinstance(value, str) else value


Side = Annotated[int, Field(ge=MIN_SIDE, le=MAX_SIDE)]
_SIDE = {"type": "integer", "minimum": MIN_SIDE, "maximum": MAX_SIDE}
Size = Annotated[
    tuple[Side, Side],
    BeforeValidator(_sides),
    fitting(lambda size: size[1] <= TALLEST * size[0]),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": r"^\s*[0-9]+\s*[,;x-]\s*[0-9]+\s*$"},
                {"type": "array", "items": _SIDE, "minItems": 2, "maxItems": 2},
            ]
        }
    ),
]
Limit = Annotated[
    int,
    BeforeValidator(_bytes),
    Field(ge=LEAST),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": r"^[0-9]{1,9}(\.[0-9]{1,9})? ?[kKmMgGtT][bB]$"},
                {"type": "integer", "minimum": LEAST},
            ]
        }
    ),
]
Quality = Annotated[str, *one_of(QUALITIES)]
Format = Annotated[str, BeforeValidator(_small), *one_of(FORMATS)]
Destination = Annotated[str, *one_of(DESTINATIONS)]
_LETTERS = ", ".join(f"{letter} ({w}x{h} at {fps})" for letter, (w, h, fps) in QUALITIES.items())


class RenderOptions(Table):
    """What can be asked of any clip, wherever it is asked: by flags, in lesson files, from Python.

    A field's description is what its value must be, as the end of "it must be …".
    """

    size: Size | None = Field(
        None,
        description=f'width and height in px, such as "1280,720", each from {MIN_SIDE} to {MAX_SIDE}, '
        f"the height at most {TALLEST} times the width",
    )
    quality: Quality | None = Field(
        None, description=f"one of manim's letters: {_LETTERS}; size and fps win over it"
    )
    fps: int | None = Field(
        None, ge=1, le=MAX_FPS, description=f"a whole number of frames a second from 1 to {MAX_FPS}"
    )
    formats: Annotated[list[Format], Field(min_length=1, max_length=100)] | None = Field(
        None, description=f"a list of some of {', '.join(FORMATS)}"
    )
    transparent: bool | None = Field(None, description="true for no background, or false")
    gif_width: Side | None = Field(
        None,
        description=f"a whole number of px from {MIN_SIDE} to {MAX_SIDE}, at most the picture's width",
    )
    gif_loops: int | None = Field(
        None,
        ge=0,
        le=MAX_LOOPS,
        description="how often the GIF plays before it stops, a whole number from 0 (for ever) "
        f"to {MAX_LOOPS}",
    )
    max_size: Limit | None = Field(
        None,
        description=f"the most that a video or a GIF may take, a number and one of {', '.join(UNITS)}, "
        f'such as "5MB", or a whole number of bytes; at least {size_text(LEAST)}',
    )
    for_: Destination | None = Field(
        None,
        alias="for",
        description="where it goes, in place of max_size: one of "
        + ", ".join(f"{name} ({size_text(size)})" for name, size in DESTINATIONS.items()),
    )

    def settings(self, names: Mapping[str, str] = FLAGS) -> Settings:
        """Put the settings together; `names` says what they are called where they were given.

        Raises
        ------
        InputError
            They contradict each other.
        """
        width, height, rate = QUALITIES[self.quality] if self.quality else DEFAULT
        notes: list[str] = []
        if self.size:
            width, height = (side + side % 2 for side in self.size)
            if (width, height) != self.size:
                asked = f"{self.size[0]}x{self.size[1]}"
                notes.append(f"{asked} has an odd side, which video cannot have: {width}x{height} is used")
        transparent = bool(self.transparent)
        formats = tuple(dict.fromkeys(self.formats or ("webm" if transparent else "mp4", "gif", "png")))
        if transparent and "mp4" in formats:
            both = f"{names['transparent']} and {names['formats']} mp4"
            raise InputError(f"{both} do not go together: mp4 cannot hold transparency; use webm")
        for key in ("gif_width", "gif_loops"):
            if getattr(self, key) is not None and "gif" not in formats:
                given = f"{names[key]} {getattr(self, key)}"
                raise InputError(f"{given} needs a GIF; add gif to {names['formats']}, or leave it out")
        if self.gif_width is not None and self.gif_width > width:
            given = f"{names['gif_width']} {self.gif_width}"
            raise InputError(f"{given} is more than the picture's {width}; a GIF is made smaller only")
        destination = f"{names['for']} {self.for_}"
        if self.max_size and self.for_:
            raise InputError(f"{names['max_size']} and {destination} are both limits; give one")
        limit = DESTINATIONS[self.for_] if self.for_ else self.max_size
        if limit and set(formats) == {"png"}:
            given = destination if self.for_ else names["max_size"]
            raise InputError(
                f"{given} is for videos and GIFs; add one to {names['formats']}, or leave it out"
            )
        rate, note = _rate(self.fps or rate, formats, asked=bool(self.fps or self.quality))
        gif_width = None if self.gif_width == width else self.gif_width  # one job, and one key in the cache
        return Settings(
            *(width, height, rate, formats, transparent, gif_width, self.gif_loops or 0, limit),
            notes=(*notes, *note),
        )


RENDER_KEYS = tuple(field.alias or name for name, field in RenderOptions.model_fields.items())
"""What the fields are called in `FLAGS` and in lesson files."""


def _rate(fps: int, formats: tuple[str, ...], *, asked: bool) -> tuple[int, list[str]]:
    """The rate to render at, and what to say of a GIF that plays at another one than was asked for."""
    if "gif" not in formats:
        return fps, []
    beside, why = gif_rate(fps), "its clock counts hundredths of a second"
    if {"mp4", "webm"} & set(formats):
        notes = [f"the GIF plays at {beside} frames a second, not {fps} ({why})"]
        return fps, notes if asked and beside != fps else []
    if beside == fps or not asked:
        return beside, []
    near = nearest_gif_rate(fps)
    return near, [f"a GIF cannot play at {fps} frames a second ({why}): {near} is used"]


Model = TypeVar("Model", bound=RenderOptions)


def asked(
    model: type[Model],
    given: Mapping[str, Any],
    names: Mapping[str, str] = FLAGS,
    write: Callable[[Any], str] = value_text,
    *,
    strict: bool = False,
) -> Model:
    """Check what is asked for; texts stand for numbers unless it is `strict`, and None for what is not given.

    Raises
    ------
    InputError
        In one line: the first value that will not do, called as in `names`, and what would.
    """
    try:
        return model.model_validate(given, strict=strict)
    except ValidationError as error:
        key = str(error.errors()[0]["loc"][0])
        must = next(field for name, field in model.model_fields.items() if key in (name, field.alias))
        value = write(given[key]) or "empty"
        raise InputError(f"{names.get(key, key)} is {value}; it must be {must.description}") from None


def job_of(
    scene: str,
    params: SceneParams,
    how: Settings,
    *,
    lang: str,
    theme: Theme,
    out_dir: Path,
    name: str | None = None,
) -> Job:
    """Make the job of one clip of a scene, or of the file of one; without a name it gets its default one."""
    values = params.model_dump(mode="json")
    if name is None:
        stem = theme.stem or theme.name
        name = default_name(
            scene, values, params.defaults(), lang=lang, theme=stem, transparent=how.transparent
        )
    settings: dict[str, Any] = {key: value for key, value in vars(how).items() if key != "notes"}
    return Job(scene=scene, params=values, lang=lang, theme=theme, out_dir=out_dir, name=name, **settings)
