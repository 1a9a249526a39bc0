"""``lranim gallery``."""

from __future__ import annotations

from pathlib import Path

import click

from lranim.cli.options import PATH, replace_option
from lranim.cli.output import check_page, note, write_own


@click.command(short_help="Write a page of everything that was rendered.")
@click.argument("folder", metavar="[DIR]", type=PATH, default="media")
@click.option(
    "-o",
    "--out",
    type=PATH,
    metavar="FILE",
    help="The page.  [default: DIR/index.html]",
)
@click.option(
    "--title", default="", help="Heading of the page.  [default: Clips, in the language of most of them]"
)
@replace_option
@click.pass_context
def command(ctx: click.Context, folder: Path, out: Path | None, title: str, force: bool) -> None:
    """Write a page of everything that was rendered into DIR (media) and the folders in it.

    Clips play on hover or focus and can be filtered; each has its options, sizes and alt text, the command
    that made it, and code to embed it. The page works from the disk, without a net. Its links are relative:
    it belongs with the clips. A clip whose files are missing or damaged is left out; the exit code is then 1.
    """
    from lranim.export.gallery import find_clips, page  # brings pydantic

    found = find_clips(folder)
    out = out or folder / "index.html"
    check_page(out)
    made = page(found, folder, out, title)
    write_own(out, made.text, "gallery", force=force)
    for line in made.left_out:
        note(f"Note: left out: {line}")
    if folder.resolve() not in out.resolve().parents:
        note(f"Note: {out} is not in {folder}: its links lead there, so keep both where they are")
    ctx.exit(1 if made.left_out else 0)
