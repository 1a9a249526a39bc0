"""A Jupyter notebook with its clips inside: no other file is needed, also when it is run again."""

from __future__ import annotations

import io
import json
import textwrap
from pathlib import Path
from typing import Any
from urllib.parse import quote

from lranim.catalogue.registry import name_of
from lranim.export.colours import colours
from lranim.export.deck import LANG_TAGS, Deck, Slide, Wishes, caption_below, not_as_asked
from lranim.export.stills import ends_of
from lranim.export.template import base64_of, data_url, environment, line, markdown
from lranim.video.clip import Artifact, Clip

COMFORTABLE_MB = 25
"""A larger notebook is slow in an editor, and sites do not show it."""

POSTER_PX = 960
"""Width of the picture that stands where a clip does not play."""


def write(deck: Deck, path: Path, wishes: Wishes) -> list[str]:
    """Write a notebook that shows its clips as it is opened, and again when it is run.

    A video is inside the cell that shows it, as text, and inside what the cell has shown. A GIF is an
    attachment of a Markdown cell, which needs half the room. Cells are marked as slides for ``nbconvert``.

    Parameters
    ----------
    deck
        Of which each slide becomes a few cells.
    path
        The file.
    wishes
        What moves, and whether it loops. No video of a notebook begins by itself: a page has many.

    Returns
    -------
    list of str
        What is not as asked.

    Raises
    ------
    InputError
        A clip has nothing that moves.
    """
    ground = colours(deck).background
    cells = [_words(f"# {markdown(deck.title)}", "slide")] if deck.title else []
    for slide in deck.slides:
        cells += _cells(slide, wishes, ground)
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    title = line(deck.heading)
    about = {
        "generator": "lranim slides",
        "title": title,
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        "language_info": {"name": "python"},
    }
    book = {"nbformat": 4, "nbformat_minor": 5, "metadata": about, "cells": cells}
    with path.open("w", encoding="utf-8", newline="\n") as file:
        json.dump(book, file, ensure_ascii=False, indent=1)
        file.write("\n")
    lines = not_as_asked(deck, wishes)
    size = path.stat().st_size / 1e6
    if size > COMFORTABLE_MB:
        lines.append(
            f"the notebook has {size:.0f} MB, and over {COMFORTABLE_MB} an editor gets slow; "
            "take fewer clips, smaller ones, or --media gif"
        )
    return lines


def _cells(slide: Slide, wishes: Wishes, ground: str) -> list[dict[str, Any]]:
    cells = [_words(f"## {markdown(slide.title)}", "slide")]
    videos = []
    for number, clip in enumerate(slide.clips):
        row = wishes.moving(clip)
        below = caption_below(slide, clip)
        if not row.is_video:
            cells.append(_picture(clip, row, below))
            continue
        videos.append(
            {
                "mark": f"clip_{number + 1}",  # where its data is put
                "data": data_url(row.path.read_bytes(), row.kind),
                "poster": _poster(clip, ground),
                "width": row.width,
                "height": row.height,
                "alt": line(clip.alt),
                "lang": LANG_TAGS.get(clip.lang, clip.lang),
                "below": line(below),
            }
        )
    if videos:
        cells.append(_shown(videos, wishes))
    if slide.caption:
        cells.append(_words(markdown(slide.caption), "-"))
    if slide.notes:
        cells.append(_words("\n".join(f"- {markdown(words)}" for words in slide.notes), "notes"))
    return cells


def _words(text: str, kind: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {"slideshow": {"slide_type": kind}}, "source": text}


def _picture(clip: Clip, row: Artifact, below: str) -> dict[str, Any]:
    name = f"{name_of(clip.scene)}{row.path.suffix}"
    text = f"![{markdown(clip.alt)}](attachment:{quote(name)})"
    cell = _words(f"{text}\n\n{markdown(below)}" if below else text, "-")
    cell["attachments"] = {name: {row.kind: base64_of(row.path.read_bytes())}}
    return cell


def _shown(videos: list[dict[str, Any]], wishes: Wishes) -> dict[str, Any]:
    """A cell that shows videos side by side, and what it has shown."""
    template = environment().get_template("notebook.html.j2")
    html = template.render(clips=videos, loop_clips=wishes.loop)
    code = ["# Shows clips that are inside this cell, as text.", "from IPython.display import display", ""]
    pieces = []
    rest = html
    for video in videos:
        head, _, rest = rest.partition(f'src="{video["mark"]}"')
        pieces += [repr(f'{head}src="'), video["mark"]]
        rest = f'"{rest}'
        code += [f'{video["mark"]} = """', *textwrap.wrap(video["data"], 20_000), '"""']
        html = html.replace(f'src="{video["mark"]}"', f'src="{video["data"]}"')
    pieces.append(repr(rest))
    alt = "\n".join(video["alt"] for video in videos)
    joined = ",\n    ".join(pieces)
    code += [
        f"html = (\n    {joined},\n)",
        f'display({{"text/html": "".join(html).replace("\\n", ""), "text/plain": {alt!r}}}, raw=True)',
    ]
    data = {"text/html": html.replace("\n", ""), "text/plain": alt}
    # Thousands of letters that nobody reads: JupyterLab, Jupyter Book and nbconvert each have a word for it.
    about = {
        "slideshow": {"slide_type": "-"},
        "jupyter": {"source_hidden": True},
        "tags": ["hide-input"],
        "transient": {"remove_source": True},
    }
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": about,
        "outputs": [{"output_type": "display_data", "data": data, "metadata": {}}],
        "source": "\n".join(code),
    }


def _poster(clip: Clip, ground: str) -> str:
    """The last frame: nothing begins by itself here, and this one also prints."""
    last = ends_of(clip, ground)[1]
    last.thumbnail((POSTER_PX, POSTER_PX))
    buffer = io.BytesIO()
    last.save(buffer, "jpeg", quality=88, optimize=True)
    return data_url(buffer.getvalue(), "image/jpeg")
