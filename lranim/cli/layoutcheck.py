"""``lranim check``: whether every picture can be read, in each language, theme and shape."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from lranim.cli.options import PATH, jobs_option, json_option, replace_option
from lranim.cli.output import emit, note, report
from lranim.cli.scene_command import Chosen, SceneCommand, choose, named
from lranim.errors import InputError
from lranim.look.text import languages
from lranim.look.theme import THEMES, Theme
from lranim.look.themes import theme_of

if TYPE_CHECKING:
    from lranim.judge.check import Report
    from lranim.video.job import Job

SHAPES = {"16:9": (832, 468), "4:3": (640, 480), "1:1": (560, 560), "9:16": (432, 768)}
"""The shapes of slides and phones, and the size in px at which each is looked at."""


def _langs(ctx: click.Context, param: click.Parameter, value: str | None) -> list[str]:
    """Parse languages with commas between; all of them when none is given."""
    known = click.Choice(languages())
    return [known.convert(part, param, ctx) for part in (languages() if value is None else _parts(value))]


def _themes(ctx: click.Context, param: click.Parameter, value: str | None) -> list[Theme]:
    """Parse themes with commas between; all built-in ones when none is given."""
    return [theme_of(part) for part in (THEMES if value is None else _parts(value))]


def _parts(value: str) -> list[str]:
    return list(dict.fromkeys(part.strip() for part in value.split(",")))


@click.command(cls=SceneCommand, options_metavar="[OPTIONS] [SCENE OPTIONS]")
@click.argument("scenes", metavar="SCENE...", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Check every scene.")
@click.option(
    "--lang",
    "langs",
    callback=_langs,
    metavar="|".join(languages()),
    help=f"Languages, with commas between.  [default: {','.join(languages())}]",
)
@click.option(
    "--theme",
    "themes",
    callback=_themes,
    metavar="NAME|FILE.toml",
    help=f"Themes, with commas between.  [default: {','.join(THEMES)}]",
)
@click.option(
    "-r",
    "--resolution",
    "sizes",
    multiple=True,
    metavar="W,H",
    help=f"Size in px; may be repeated.  [default: {', '.join(SHAPES)}, all small]",
)
@click.option(
    "-o",
    "--out",
    type=PATH,
    help="Draw what is found: a folder, or for one clip a PNG.",
)
@click.option("--clean-too", is_flag=True, help="With -o: draw clips without findings, too.")
@replace_option
@jobs_option()
@json_option("lines")
@click.pass_context
def command(ctx: click.Context, /, **options: Any) -> None:
    """Check that every picture can be read.

    Looks at scenes wherever the picture comes to rest, in each language, theme and shape, and prints a line
    for whatever is wrong: text nearer to the edge than 1.5 % of the frame's shorter side, text that something
    touches, with capitals under 2.2 % of the frame's height or with a contrast under 4.5:1 to what is behind
    it, things that reach out of the frame, and empty pictures. Lines as faint as a grid may cross a text, and
    text that is fading is not judged.

    Exit code 1 when something is found.
    """
    options["langs_given"] = ctx.get_parameter_source("langs") is not ParameterSource.DEFAULT
    variants = _variants(choose(ctx, named(ctx, options)), options)
    from lranim.judge import check as layout_check  # brings manim

    pictures: layout_check.Pictures = "all" if options["clean_too"] else "faulty"
    jobs = [variant.job for variant in variants]
    reports = layout_check.check_all(jobs, options["jobs"], pictures if options["out"] else "none")
    counts = Counter[str]()
    for variant, found in zip(variants, reports, strict=True):
        counts += _told(variant, found, as_json=options["as_json"])
    (note if options["as_json"] else emit)(_summary(counts, len({variant.scene for variant in variants})))
    ctx.exit(1 if counts["findings"] or counts["errors"] else 0)


@dataclass(frozen=True)
class Variant:
    """A clip to look at: its scene with the options as one word, its shape, and where its picture goes."""

    scene: str
    shape: str
    job: Job
    picture: Path

    def __str__(self) -> str:
        """Scene, language, theme and shape."""
        return f"{self.scene} {self.job.lang} {self.job.theme.name} {self.shape}"


def shapes_of(sizes: Sequence[tuple[int, int]]) -> list[str]:
    """Name sizes by their ratio where that is short and of one size alone, else by their pixels.

    Examples
    --------
    >>> shapes_of([(1280, 720), (854, 480), (480, 480), (240, 240)])
    ['16:9', '854x480', '480x480', '240x240']
    """
    ratios = [Fraction(*size) for size in sizes]
    return [
        f"{ratio.numerator}:{ratio.denominator}"
        if max(ratio.numerator, ratio.denominator) <= 21 and ratios.count(ratio) == 1
        else f"{width}x{height}"
        for (width, height), ratio in zip(sizes, ratios, strict=True)
    ]


def _variants(chosen: Sequence[Chosen], options: dict[str, Any]) -> list[Variant]:
    """Every scene in every language, theme and shape; refuse what cannot be drawn or written."""
    out: Path = options["out"] or Path()
    lone = out.suffix.lower() == ".png"
    from lranim.video.job import check_name, default_name
    from lranim.video.places import check_folder, check_own
    from lranim.video.ready import require_fonts
    from lranim.video.settings import RenderOptions, asked, job_of

    sizes = dict.fromkeys(options["sizes"]) or [f"{width},{height}" for width, height in SHAPES.values()]
    hows = [asked(RenderOptions, {"size": size, "formats": ["png"]}).settings() for size in sizes]
    named = list(zip(hows, shapes_of([(how.width, how.height) for how in hows]), strict=True))
    variants = []
    for one, lang, theme, (how, shape) in itertools.product(
        chosen, options["langs"], options["themes"], named
    ):
        if not options["langs_given"] and not one.info.load_light().speaks(lang):
            continue  # a scene with words of its own need not have them in every language
        values, defaults = one.params.model_dump(mode="json"), one.params.defaults()
        scene = default_name(one.info.name, values, defaults)
        name = ".".join([scene, lang, theme.stem or theme.name, shape.replace(":", "x")])
        picture = out if lone else out / f"{name}.check.png"
        about: dict[str, Any] = {"lang": lang, "theme": theme, "out_dir": picture.parent, "name": name}
        job = job_of(one.info.reference, one.params, how, **about)
        variants.append(Variant(scene, shape, job, picture))
    if lone and len(variants) > 1:
        raise InputError(f"-o {out} is one picture, and there are {len(variants)} clips; give a folder")
    if options["clean_too"] and not options["out"]:
        raise InputError("--clean-too goes with -o, which says where to draw")
    for variant in variants if options["out"] else ():
        check_name(variant.job.name)
        check_folder(variant.picture.parent)
        check_own(variant.picture, "check", force=options["force"])
    by_fonts = {theme.fonts: theme for theme in options["themes"]}
    for theme, lang in itertools.product(by_fonts.values(), options["langs"]):
        scenes = {each.job.scene for each in variants if each.job.lang == lang}
        if line := require_fonts(theme, lang, scenes):
            note(f"Warning: {line}")
    for line in dict.fromkeys(line for how in hows for line in how.notes):
        note(f"Note: {line}")
    return variants


def _told(variant: Variant, found: Report, *, as_json: bool) -> Counter[str]:
    """Print what was found in one clip, write its picture, and count."""
    if found.error:
        report(f"{variant}: {found.error}", found.details)
        return Counter(errors=1)
    if found.picture:
        _write(variant.picture, found.picture)
    if as_json:
        path = str(variant.picture) if found.picture else None
        emit(json.dumps(found.as_dict() | {"picture": path}, ensure_ascii=False))
    else:
        for sighting in found.sightings:
            emit(f"{variant} at {sighting.line}")
        if found.picture:
            note(f"{variant}: drawn in {variant.picture}")
    return Counter(clips=1, beats=found.beats, pictures=found.looks, findings=len(found.sightings))


def _write(path: Path, data: bytes) -> None:
    from lranim.batch.workplace import locked, publish, working_folder
    from lranim.video.sink import told

    with locked(path.parent, path.name), working_folder(path.parent, path.name) as work:
        with told(work / path.name) as file:
            file.write_bytes(data)
        publish(work, path.parent, [path.name])


def _summary(counts: Counter[str], scenes: int) -> str:
    """What was found, and in how much."""

    def many(count: int, noun: str) -> str:
        return f"{count} {noun}{'s' * (count != 1)}"

    found = many(counts["findings"], "finding") if counts["findings"] else "nothing wrong"
    looked = [
        many(scenes, "scene"),
        *(many(counts[f"{noun}s"], noun) for noun in ("clip", "beat", "picture")),
    ]
    return f"{found} in {', '.join(looked)}"
