"""The lesson file, as pydantic models: what may stand where."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, Field, StringConstraints

from lranim.errors import InputError
from lranim.look.tables import Table
from lranim.look.text import languages
from lranim.look.themes import theme_names
from lranim.video.job import FORMATS
from lranim.video.limits import DESTINATIONS, UNITS, limit_of, size_text
from lranim.video.settings import MAX_FPS, MAX_LOOPS, MAX_SIDE, MIN_SIDE, QUALITIES, TALLEST, size_of


def _one_of(choices: Sequence[str]) -> Any:
    return _checked(lambda text: text in choices, enum=list(choices))


def _checked(fits: Callable[[str], bool], **schema: Any) -> Any:
    """A text that fits; what it must be is said by the description of its field."""

    def check(text: str) -> str:
        if not fits(text):
            raise ValueError(text)
        return text

    return Annotated[str, AfterValidator(check), Field(json_schema_extra=schema)]


def _is_size(text: str) -> bool:
    try:
        size_of(text)
    except InputError:
        return False
    return True


def _is_limit(text: str) -> bool:
    try:
        limit_of(text)
    except InputError:
        return False
    return True


def _is_theme(name: str) -> bool:
    return name in theme_names() or name.lower().endswith(".toml")


if TYPE_CHECKING:
    Size = str
    Quality = str
    Format = str
    Language = str
    ThemeName = str
    Limit = str
    Destination = str
else:
    Size = _checked(_is_size, pattern=r"^\s*[0-9]+\s*[,;x-]\s*[0-9]+\s*$")
    Quality = _one_of(tuple(QUALITIES))
    Format = _one_of(FORMATS)
    Language = _one_of(languages())
    ThemeName = _checked(
        _is_theme, anyOf=[{"enum": theme_names()}, {"pattern": r"\.[tT][oO][mM][lL]$"}], format="path"
    )
    Limit = _checked(_is_limit, pattern=r"^[0-9]{1,9}(\.[0-9]{1,9})? ?[kKmMgGtT][bB]$")
    Destination = _one_of(tuple(DESTINATIONS))


def _said(most: int) -> Any:
    """A text, or one for each language."""
    text = Annotated[str, StringConstraints(max_length=most)]
    return text | Annotated[dict[Language, text], Field(min_length=1)]


if TYPE_CHECKING:
    Title = str | dict[str, str]
    Notes = str | dict[str, str]
else:
    Title = _said(300)
    Notes = _said(20_000)

Words = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Side = Annotated[int, Field(ge=MIN_SIDE, le=MAX_SIDE)]
Some = Field(min_length=1, max_length=100)

_LETTERS = ", ".join(f"{letter} ({w}x{h} at {fps})" for letter, (w, h, fps) in QUALITIES.items())


class Look(Table):
    """How clips are rendered: the defaults of a lesson, and what a clip has in their place."""

    size: Size | Annotated[list[Side], Field(min_length=2, max_length=2)] | None = Field(
        None,
        description='width and height in px, such as "1280,720" or [1280, 720], '
        f"each from {MIN_SIDE} to {MAX_SIDE}, the height at most {TALLEST} times the width",
    )
    quality: Quality | None = Field(
        None, description=f"one of manim's letters: {_LETTERS}; size and fps win over it"
    )
    fps: int | None = Field(
        None, ge=1, le=MAX_FPS, description=f"a whole number of frames a second from 1 to {MAX_FPS}"
    )
    formats: Annotated[list[Format], Some] | None = Field(
        None, description=f"a list of some of {', '.join(FORMATS)}"
    )
    lang: Language | Annotated[list[Language], Some] | None = Field(
        None, description=f"one or a list of {', '.join(languages())}"
    )
    theme: ThemeName | Annotated[list[ThemeName], Some] | None = Field(
        None,
        description=f"one or a list of {', '.join(theme_names())}, or of paths of TOML files of your own",
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
        'such as "5MB"',
    )
    for_: Destination | None = Field(
        None,
        alias="for",
        description="where it goes, in place of max_size: one of "
        + ", ".join(f"{name} ({size_text(size)})" for name, size in DESTINATIONS.items()),
    )

    def settings(self) -> dict[str, Any]:
        """What is given of `LOOK_KEYS`."""
        given = {field.alias or name: getattr(self, name) for name, field in Look.model_fields.items()}
        return {key: value for key, value in given.items() if value is not None}


class Entry(Look):
    """One ``[[clip]]``: a scene with its options, once or in every combination of a matrix."""

    scene: Words = Field(
        description="the name of a scene, as lranim list shows them, or the path of a scene file"
    )
    params: dict[str, Any] = Field({}, description="a table of the scene's options, such as { lr = 0.3 }")
    matrix: dict[str, Any] = Field(
        {}, description="a table of lists, such as { lr = [0.1, 0.3] }: the clip comes in every combination"
    )
    title: Title = Field(
        "",
        description="a heading for the slide, of up to 300 characters, or one for each language, "
        'such as { en = "…", zh = "…" }',
    )
    notes: Notes = Field(
        "",
        description="notes for the speaker, of up to 20000 characters, or some for each language, "
        'such as { en = "…", zh = "…" }',
    )
    slide: str = Field(
        "",
        max_length=200,
        description="a word of up to 200 characters: clips with the same one share a slide, in each language",
    )
    name: Words | None = Field(
        None, description="the stem of the files, of up to 200 characters, for a clip that comes once"
    )


class LessonFile(Table):
    """The whole file."""

    title: Title = Field(
        "",
        description="the lesson's title, of up to 300 characters, or one for each language, "
        'such as { en = "…", zh = "…" }',
    )
    defaults: Look = Field(
        Look(), description="a table, [defaults]: how clips are rendered unless they say so"
    )
    clip: list[Entry] = Field(
        min_length=1, description="a list of tables, a [[clip]] for each, of which there is at least one"
    )


LOOK_KEYS = tuple(field.alias or name for name, field in Look.model_fields.items())
"""Keys that may stand among the defaults, in a clip and in its matrix."""
