"""``lranim doctor``: what is there, what is missing, how to get it."""

from __future__ import annotations

import importlib
import importlib.metadata
import json
import platform
import shutil
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from lranim.cli.output import emit
from lranim.errors import InputError
from lranim.plugins.entry_points import found  # not later: see the end of that module
from lranim.version import __version__

SETUP = "run make setup, or pip install lranim again"
LOW_DISK_GB = 1.0


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing looked for: whether it is there, what was found, and how to get it if it is not."""

    name: str
    ok: bool
    found: str
    needed: bool = True
    remedy: str = ""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One object {ok, checks} on stdout.")
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Check fonts, codecs and libraries.

    Exit code 1 when something that is needed is missing.
    """
    checks = [_python(), *_libraries(), *_encoders(), *_fonts(), *_plugins(), *_media(Path("media"))]
    ok = all(check.ok or not check.needed for check in checks)
    if as_json:
        emit(json.dumps({"ok": ok, "checks": [asdict(check) for check in checks]}, ensure_ascii=False))
    else:
        width = max(len(check.name) for check in checks)
        for check in checks:
            mark = "ok" if check.ok else "MISSING" if check.needed else "warning"
            remedy = f"  -> {check.remedy}" if check.remedy else ""
            emit(f"{mark:7}  {check.name:{width}}  {check.found}{remedy}")
    ctx.exit(0 if ok else 1)


def _python() -> Check:
    system = f"{platform.system()} {platform.release()} {platform.machine()}"
    return Check(
        name="python",
        ok=sys.version_info >= (3, 11),
        found=f"{platform.python_version()} on {system}",
        remedy="" if sys.version_info >= (3, 11) else "install Python 3.11 or newer",
    )


def _libraries() -> list[Check]:
    versions: dict[str, Callable[[], str]] = {
        "manim": lambda: importlib.metadata.version("manim"),
        "numpy": lambda: importlib.metadata.version("numpy"),
        "av": lambda: importlib.metadata.version("av"),
        "typst": lambda: importlib.metadata.version("typst"),
        "pango": lambda: str(importlib.import_module("manimpango").pango_version()),
        "cairo": lambda: str(importlib.import_module("cairo").cairo_version_string()),
    }
    checks = [Check(name="lranim", ok=True, found=__version__)]
    for name, version in versions.items():
        module = {"pango": "manimpango"}.get(name, name)
        try:
            importlib.import_module(module)  # installed is not enough: a system library may be missing
            checks.append(Check(name=name, ok=True, found=version()))
        except Exception as error:
            found = " ".join(f"cannot be imported: {error}".split())
            checks.append(Check(name=name, ok=False, found=found, remedy=SETUP))
    return checks


def _encoders() -> list[Check]:
    uses = {"libx264": "mp4", "libvpx-vp9": "webm", "gif": "gif", "png": "png"}
    checks = []
    for codec, form in uses.items():
        try:
            from av.codec import Codec

            checks.append(
                Check(name=f"{codec} encoder", ok=True, found=f"{Codec(codec, 'w').long_name} ({form})")
            )
        except Exception:
            remedy = "install PyAV's own wheel: pip install --force-reinstall --only-binary av av"
            found = f"not there: {form} cannot be written"
            checks.append(Check(name=f"{codec} encoder", ok=False, found=found, remedy=remedy))
    return checks


def _fonts() -> list[Check]:
    from lranim.look.fonts import HOW_TO_INSTALL, check_fonts
    from lranim.look.text import languages
    from lranim.look.theme import DEFAULT_THEME
    from lranim.look.themes import theme_of
    from lranim.video.fontcheck import NUMBERS

    families = theme_of(DEFAULT_THEME).fonts
    report = check_fonts(families, NUMBERS)
    if not report.checked:
        return [
            Check(name="fonts", ok=False, needed=False, found=report.warning, remedy="install fontconfig")
        ]
    theme = Check(
        name="theme font",
        ok=not report.warning,
        needed=False,
        found=report.used if not report.warning else f"{report.used}, not {report.wanted}",
        remedy=HOW_TO_INSTALL if report.warning else "",
    )
    return [theme, *(_glyphs(lang, families) for lang in languages())]


def _glyphs(lang: str, families: tuple[str, ...]) -> Check:
    from lranim.look.fonts import HOW_TO_INSTALL, check_fonts
    from lranim.look.text import DEFAULT_LANG, all_text
    from lranim.video.fontcheck import NUMBERS

    name, needed = f"glyphs {lang}", lang == DEFAULT_LANG
    try:
        check_fonts(families, all_text(lang) + NUMBERS).raise_for_missing()
    except InputError as error:
        return Check(name=name, ok=False, needed=needed, found=str(error), remedy=HOW_TO_INSTALL)
    return Check(name=name, ok=True, needed=needed, found=f"every character of the {lang} texts has a font")


def _plugins() -> list[Check]:
    from lranim.catalogue import registry
    from lranim.look.themes import themes
    from lranim.plugins import tables
    from lranim.plugins.files import Unusable

    known = (
        registry.plugin_scenes(),
        tables.costs(),
        tables.rules(),
        tables.schedules(),
        themes(),
    )
    checks = []
    for table in known:
        for plugin in found(table.kind):
            made = table.made(plugin)
            broken = isinstance(made, Unusable)
            about = f"{table.kind} of {plugin.package} {plugin.version}"
            checks.append(
                Check(
                    name=f"plugin {plugin.name}",
                    ok=not broken,
                    needed=False,
                    found=f"{about}: {made}" if broken else about,
                    remedy=f"tell the makers of {plugin.package}, or remove it" if broken else "",
                )
            )
    return checks


def _media(folder: Path) -> list[Check]:
    from lranim.video.places import check_folder

    try:
        check_folder(folder)
        writable = Check(name="media folder", ok=True, found=f"{folder.absolute()} can be written")
    except InputError as error:
        writable = Check(
            name="media folder", ok=False, found=str(error), remedy="go to another folder, or use -o"
        )
    there = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    free = shutil.disk_usage(there).free / 1e9
    enough = free >= LOW_DISK_GB
    disk = Check(
        name="free disk",
        ok=enough,
        needed=False,
        found=f"{free:.1f} GB",
        remedy="" if enough else f"make room: long clips in 4K need up to {LOW_DISK_GB:.0f} GB",
    )
    return [writable, disk]
