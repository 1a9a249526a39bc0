"""``lranim doctor``: what is there, what is missing, how to get it."""

from __future__ import annotations

import importlib
import importlib.metadata
import json
import platform
import shutil
import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import click

from lranim.cli.output import emit
from lranim.errors import InputError
from lranim.plugins.entry_points import found  # not later: see the end of that module
from lranim.version import __version__

SETUP = "run make setup, or pip install lranim again"
LOW_DISK_GB = 1.0


@dataclass(frozen=True)
class Check:
    """One thing looked for: whether it is there, what was found, and how to get it if it is not."""

    name: str
    ok: bool
    found: str
    remedy: str = ""
    needed: bool = True


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One object {ok, checks} on stdout.")
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Check fonts, codecs and libraries.

    Exit code 1 when something that is needed is missing.
    """
    checks = [_python(), *_libraries(), *_encoders(), *_fonts(), *_plugins(), *_media(Path("media"))]
    checks = [replace(check, remedy="") if check.ok else check for check in checks]
    ok = all(check.ok or not check.needed for check in checks)
    if as_json:
        rows = [asdict(check) for check in checks]
        emit(json.dumps({"ok": ok, "checks": rows}, ensure_ascii=False))
    else:
        width = max(len(check.name) for check in checks)
        for check in checks:
            mark = "ok" if check.ok else "MISSING" if check.needed else "warning"
            remedy = f"  -> {check.remedy}" if check.remedy else ""
            emit(f"{mark:7}  {check.name:{width}}  {check.found}{remedy}")
    ctx.exit(0 if ok else 1)


def _python() -> Check:
    system = f"{platform.system()} {platform.release()} {platform.machine()}"
    right = sys.version_info >= (3, 11)
    return Check("python", right, f"{platform.python_version()} on {system}", "install Python 3.11 or newer")


def _libraries() -> list[Check]:
    checks = [Check("lranim", ok=True, found=__version__)]
    for name in ("manim", "numpy", "av", "typst", "pango", "cairo"):
        try:
            # Installed is not enough: a system library may be missing.
            module = importlib.import_module({"pango": "manimpango"}.get(name, name))
            told = {"pango": "pango_version", "cairo": "cairo_version_string"}.get(name)
            version = str(getattr(module, told)()) if told else importlib.metadata.version(name)
            checks.append(Check(name, ok=True, found=version))
        except Exception as error:
            found = " ".join(f"cannot be imported: {error}".split())
            checks.append(Check(name, ok=False, found=found, remedy=SETUP))
    return checks


def _encoders() -> list[Check]:
    remedy = "install PyAV's own wheel: pip install --force-reinstall --only-binary av av"
    checks = []
    for codec, form in {"libx264": "mp4", "libvpx-vp9": "webm", "gif": "gif", "png": "png"}.items():
        try:
            from av.codec import Codec

            ok, found = True, f"{Codec(codec, 'w').long_name} ({form})"
        except Exception:
            ok, found = False, f"not there: {form} cannot be written"
        checks.append(Check(f"{codec} encoder", ok, found, remedy))
    return checks


def _fonts() -> list[Check]:
    from lranim.look.fonts import HOW_TO_INSTALL, check_fonts
    from lranim.look.text import DEFAULT_LANG, all_text, languages
    from lranim.look.theme import DEFAULT_THEME
    from lranim.look.themes import theme_of
    from lranim.video.ready import NUMBERS

    families = theme_of(DEFAULT_THEME).fonts
    report = check_fonts(families, NUMBERS)
    if not report.checked:
        return [Check("fonts", ok=False, found=report.warning, remedy="install fontconfig", needed=False)]
    used = f"{report.used}, not {report.wanted}" if report.warning else report.used
    checks = [Check("theme font", not report.warning, used, HOW_TO_INSTALL, needed=False)]
    for lang in languages():
        ok, found = True, f"every character of the {lang} texts has a font"
        try:
            check_fonts(families, all_text(lang) + NUMBERS).raise_for_missing()
        except InputError as error:
            ok, found = False, str(error)
        checks.append(Check(f"glyphs {lang}", ok, found, HOW_TO_INSTALL, needed=lang == DEFAULT_LANG))
    return checks


def _plugins() -> list[Check]:
    from lranim.catalogue import registry
    from lranim.look.themes import themes
    from lranim.plugins import tables
    from lranim.plugins.entry_points import Unusable

    made = [
        (table.kind, plugin, table.made(plugin))
        for table in (
            *(registry.plugin_scenes(), tables.costs(), tables.rules(), tables.schedules()),
            themes(),
        )
        for plugin in found(table.kind)
    ]
    checks = []
    for kind, plugin, product in made:
        broken = isinstance(product, Unusable)
        about = f"{kind} of {plugin.package} {plugin.version}{f': {product}' if broken else ''}"
        remedy = f"tell the makers of {plugin.package}, or remove it"
        checks.append(Check(f"plugin {plugin.name}", not broken, about, remedy, needed=False))
    return checks


def _media(folder: Path) -> list[Check]:
    from lranim.video.places import check_folder

    ok, said = True, f"{folder.absolute()} can be written"
    try:
        check_folder(folder)
    except InputError as error:
        ok, said = False, str(error)
    there = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    free = shutil.disk_usage(there).free / 1e9
    room = f"make room: long clips in 4K need up to {LOW_DISK_GB:.0f} GB"
    return [
        Check("media folder", ok, said, "go to another folder, or use -o"),
        Check("free disk", free >= LOW_DISK_GB, f"{free:.1f} GB", room, needed=False),
    ]
