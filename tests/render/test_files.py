from __future__ import annotations

from pathlib import Path

import pytest

from lranim.files import in_place_of


def test_a_file_takes_the_place_of_another_as_a_whole(tmp_path: Path) -> None:
    """Until all is written the old one stands; then only the new one does."""
    path = tmp_path / "a.json"
    path.write_text("old")
    with in_place_of(path) as part:
        part.write_text("new")
        assert (path.read_text(), part.parent, part.name[0]) == ("old", tmp_path, ".")
    assert (path.read_text(), list(tmp_path.iterdir())) == ("new", [path])


def _fail(part: Path, error: type[BaseException]) -> None:
    part.write_text("half")
    raise error


@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt])
def test_whatever_is_raised_the_old_file_stays(tmp_path: Path, error: type[BaseException]) -> None:
    """Nothing half-written is left, with or without a file that was there before."""
    path = tmp_path / "学习 a.json"
    for before in ([], [path]):
        for there in before:
            there.write_text("old")
        with pytest.raises(error), in_place_of(path) as part:
            _fail(part, error)
        assert list(tmp_path.iterdir()) == before
    assert path.read_text() == "old"


def test_long_names(tmp_path: Path) -> None:
    """A name as long as a file system takes has room for the one beside it."""
    path = tmp_path / ("x" * 250)
    with in_place_of(path) as part:
        part.write_text("new")
    assert path.read_text() == "new"
