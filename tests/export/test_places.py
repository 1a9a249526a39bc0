"""A deck takes its place as a whole, and only where nothing of others is."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from lranim.errors import InputError, LockedError
from lranim.export.formats import FORMATS
from lranim.export.places import check_target, in_its_place


def test_a_folder_takes_the_place_of_one_that_it_made(tmp_path: Path) -> None:
    """Nothing of the old one is left, and nothing beside it."""
    path = tmp_path / "deck"
    for name in ("one", "two"):
        check_target(path, FORMATS["reveal"])
        with in_its_place(path, FORMATS["reveal"]) as made:
            (made / name).touch()
    assert sorted(place.name for place in path.rglob("*")) == [".lranim", "two"]
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_with_its_media_beside_it(tmp_path: Path) -> None:
    """Both are replaced together."""
    path = tmp_path / "deck.md"
    for name in ("one", "two"):
        check_target(path, FORMATS["marp"])
        with in_its_place(path, FORMATS["marp"]) as made:
            made.write_text(name)
            (made.parent / "deck-media").mkdir()
            (made.parent / "deck-media" / name).touch()
    assert (path.read_text(), (tmp_path / "deck-media" / "two").exists()) == ("two", True)
    assert sorted(place.name for place in tmp_path.iterdir()) == ["deck-media", "deck.md"]
    assert not (tmp_path / "deck-media" / "one").exists()


@pytest.mark.parametrize("name", ["deck", "deck.html"])
@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt])
def test_what_fails_leaves_the_old_one(tmp_path: Path, name: str, error: type[BaseException]) -> None:
    """A folder or a file, whatever is raised."""

    def fail(made: Path) -> None:
        (made / "index.html" if made.is_dir() else made).write_text("half")
        raise error

    path = tmp_path / name
    with in_its_place(path, FORMATS["reveal"]) as made:
        (made / "index.html" if made.is_dir() else made).write_text("old")
    with pytest.raises(error), in_its_place(path, FORMATS["reveal"]) as made:
        fail(made)
    assert (path / "index.html" if path.is_dir() else path).read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_cannot_be_put_in_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old one comes back."""
    path = tmp_path / "deck"
    with in_its_place(path, FORMATS["reveal"]) as made:
        (made / "index.html").write_text("old")
    replace = os.replace

    def refuse(source: Path, target: Path) -> None:
        if source != path and source.name == path.name:
            raise PermissionError(13, "no")
        replace(source, target)

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(PermissionError), in_its_place(path, FORMATS["reveal"]) as made:
        (made / "index.html").write_text("new")
    monkeypatch.undo()
    assert (path / "index.html").read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("form", "name", "made", "words"),
    [
        ("reveal", "deck", "deck/mine.txt", "the folder {} has files of others in it; name a new one"),
        ("reveal", "deck", "deck", "{} is a file; name a folder with -o"),
        ("pptx", "deck.pptx", "deck.pptx/x", "{} is a folder; name a file with -o"),
        ("pptx", "deck.pdf", "", "{} does not end in .pptx, as a pptx file does; change -o or --to"),
        ("marp", "deck.md", "deck-media/mine.mp4", "deck-media has files of others in it"),
    ],
)
def test_what_is_in_the_way(tmp_path: Path, form: str, name: str, made: str, words: str) -> None:
    """It is named, and nothing is touched."""
    if made:
        (tmp_path / made).parent.mkdir(exist_ok=True)
        (tmp_path / made).touch()
    with pytest.raises(InputError, match=re.escape(words.format(tmp_path / name))):
        check_target(tmp_path / name, FORMATS[form])


@pytest.mark.parametrize("sign", [".~lock.deck.pptx#", "~$deck.pptx", "~$ck.pptx"])
def test_a_file_that_is_open(tmp_path: Path, sign: str) -> None:
    """LibreOffice and PowerPoint leave a file beside one that they have open."""
    (tmp_path / sign).touch()
    with pytest.raises(LockedError, match=r"deck\.pptx is open in another program; close it there"):
        check_target(tmp_path / "deck.pptx", FORMATS["pptx"])
