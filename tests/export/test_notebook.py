from __future__ import annotations

import base64
import copy
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from lranim.export import notebook
from lranim.export.deck import Deck, Wishes
from lranim.video.clip import Clip


def clips_of(deck: Deck) -> list[Clip]:
    """The clips as they stand on the slides."""
    return [clip for slide in deck.slides for clip in slide.clips]


def test_its_clips_are_inside(deck: Deck, tmp_path: Path) -> None:
    """It is a valid notebook and shows, before it has run, each video byte by byte, with its text."""
    path = tmp_path / "my notebook 学.ipynb"
    assert notebook.write(deck, path, Wishes()) == []
    assert list(tmp_path.iterdir()) == [path]
    book = nbformat.read(path, 4)
    nbformat.validate(book)
    code = [cell for cell in book.cells if cell.cell_type == "code"]
    assert len(code) == len(deck.slides)
    shown = "".join(cell.outputs[0].data["text/html"] for cell in code)
    found = re.findall(r'src="data:video/mp4;base64,([^"]*)"', shown)
    clips = clips_of(deck)
    assert [base64.b64decode(data) for data in found] == [
        clip.need("mp4").path.read_bytes() for clip in clips
    ]
    assert "\n".join(cell.outputs[0].data["text/plain"] for cell in code).split("\n") == [
        clip.alt for clip in clips
    ]
    assert shown.count(" loop") == 4
    kinds = [cell.metadata.slideshow.slide_type for cell in book.cells]
    assert kinds.count("notes") == 3


def test_running_it_shows_the_same(deck: Deck, tmp_path: Path) -> None:
    """A kernel that runs it in an empty folder shows what was there before."""
    path = tmp_path / "deck.ipynb"
    notebook.write(deck, path, Wishes())
    book = nbformat.read(path, 4)
    before = copy.deepcopy(book)
    empty = tmp_path / "empty"
    empty.mkdir()
    NotebookClient(book, kernel_name="python3", resources={"metadata": {"path": str(empty)}}).execute()
    for old, new in zip(before.cells, book.cells, strict=True):
        if old.cell_type == "code":
            assert new.outputs[0].data == old.outputs[0].data


@pytest.mark.thorough
def test_as_a_page_it_shows_clips_and_no_code(deck: Deck, tmp_path: Path) -> None:
    """Without any option, nbconvert leaves the letters of the videos out."""
    nbconvert = pytest.importorskip("nbconvert", reason="needs nbconvert")
    notebook.write(deck, tmp_path / "deck.ipynb", Wishes())
    page, _ = nbconvert.HTMLExporter().from_filename(str(tmp_path / "deck.ipynb"))
    assert "from IPython.display" not in re.sub("<[^>]*>", "", page)
    assert page.count("<video ") == len(clips_of(deck))


def test_gifs_are_attachments(deck: Deck, tmp_path: Path) -> None:
    """A GIF is attached to the cell that shows it, and no code is needed."""
    notebook.write(deck, tmp_path / "gif.ipynb", Wishes(media="gif"))
    cells = nbformat.read(tmp_path / "gif.ipynb", 4).cells
    assert all(cell.cell_type == "markdown" for cell in cells)
    attached = [next(iter(cell.attachments.values()))["image/gif"] for cell in cells if "attachments" in cell]
    assert [base64.b64decode(data) for data in attached] == [
        clip.need("gif").path.read_bytes() for clip in clips_of(deck)
    ]


def test_the_same_bytes(deck: Deck, tmp_path: Path) -> None:
    """A notebook written twice is the same file."""
    for name in ("one.ipynb", "two.ipynb"):
        notebook.write(deck, tmp_path / name, Wishes())
    assert (tmp_path / "one.ipynb").read_bytes() == (tmp_path / "two.ipynb").read_bytes()


def test_clips_that_end(deck: Deck, tmp_path: Path) -> None:
    """They do not loop when that is not wanted."""
    notebook.write(deck, tmp_path / "deck.ipynb", Wishes(loop=False))
    cells = nbformat.read(tmp_path / "deck.ipynb", 4).cells
    shown = "".join(cell.outputs[0].data["text/html"] for cell in cells if cell.cell_type == "code")
    assert (shown.count("<video"), shown.count(" loop")) == (4, 0)


def test_a_large_one_is_noted(deck: Deck, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said when an editor will be slow."""
    monkeypatch.setattr(notebook, "COMFORTABLE_MB", 0)
    assert "--media gif" in notebook.write(deck, tmp_path / "deck.ipynb", Wishes())[0]
