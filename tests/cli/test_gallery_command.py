"""What an author does with a folder of clips: make a page of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from lranim.cli import cli
from lranim.files import file_hash

Gallery = Callable[..., Result]


def clip(folder: Path, name: str, **about: Any) -> None:
    """Write a clip of one picture, and the JSON beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.png").write_bytes(b"drawn")
    row = {"path": f"elsewhere/{name}.png", "bytes": 5, "sha256": file_hash(folder / f"{name}.png")}
    row |= {"format": "png", "width": 16, "height": 9, "fps": 0, "frames": 1, "duration_s": 0.0}
    data = {"scene": "slope", "params": {}, "lang": "en", "theme": "dark", "alt": "It moves.", "beats": []}
    (folder / f"{name}.json").write_text(json.dumps(data | {"artifacts": [row]} | about))


@pytest.fixture
def gallery(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Gallery:
    """Call ``lranim gallery`` in a folder that has two clips in ``media``."""
    monkeypatch.chdir(tmp_path)
    clip(tmp_path / "media", "slope")
    clip(tmp_path / "media" / "week 1", "mine", lang="zh")
    return lambda *args: CliRunner().invoke(cli, ["gallery", *args], prog_name="lranim")


def test_a_page_of_the_usual_folder(gallery: Gallery, tmp_path: Path) -> None:
    """It lies beside the clips, and is written again when there are more; a copy makes the same page."""
    for count in (2, 3):
        result = gallery("--title", "Week 1")
        assert (result.exit_code, result.stdout, result.stderr) == (0, "media/index.html\n", "")
        text = (tmp_path / "media" / "index.html").read_text()
        assert (text.count("<article"), text.count("<h1>Week 1</h1>")) == (count, 1)
        clip(tmp_path / "media", "third")
    assert 'src="week%201/mine.png"' in text
    assert str(tmp_path) not in text
    gallery("--title", "Week 1")
    (tmp_path / "media").rename(tmp_path / "moved")
    before = (tmp_path / "moved" / "index.html").read_bytes()
    assert gallery("moved", "--title", "Week 1").exit_code == 0
    assert (tmp_path / "moved" / "index.html").read_bytes() == before


def test_a_page_elsewhere(gallery: Gallery) -> None:
    """Its links lead to the clips, and that they must stay is said; in the folder it may have any name."""
    result = gallery("media", "-o", "site/clips.html")
    assert (result.exit_code, result.stdout) == (0, "site/clips.html\n")
    assert result.stderr == (
        "Note: site/clips.html is not in media: its links lead there, so keep both where they are\n"
    )
    assert 'src="../media/slope.png"' in Path("site/clips.html").read_text()
    assert gallery("-o", "media/pages/all.html").stderr == ""
    assert 'src="../slope.png"' in Path("media/pages/all.html").read_text()


def test_a_clip_that_is_damaged(gallery: Gallery) -> None:
    """The page has the others; it is said, and the exit code tells a script."""
    Path("media/slope.png").write_bytes(b"half")
    result = gallery()
    assert (result.exit_code, result.stdout) == (1, "media/index.html\n")
    assert result.stderr == (
        "Note: left out: media/slope.png is damaged: it is not what its JSON says; "
        "render the clip again with --force\n"
    )
    assert Path("media/index.html").read_text().count("<article") == 1
    Path("media/slope.json").write_text("{")
    Path("media/package.json").write_text("{}")
    result = gallery()
    assert result.stderr.startswith(
        "Note: left out: media/slope.json is not the JSON of a clip (Invalid JSON"
    )
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["none"], "the folder none cannot be shown: it is not there; lranim render -o none makes clips"),
        (["empty"], "the folder empty has no clips that can be shown; lranim render -o empty makes some"),
        (["-o", "media"], "-o media is not a page; give a file name that ends in .html"),
        (["-o", "d.html"], "d.html cannot be written: it is a folder"),
        (["-o", "media/slope.png/x.html"], "media/slope.png is a file"),
    ],
)
def test_what_cannot_be_done(gallery: Gallery, tmp_path: Path, args: list[str], words: str) -> None:
    """One line, and nothing is written."""
    for name in ("empty", "d.html"):
        (tmp_path / name).mkdir()
    before = sorted(tmp_path.rglob("*"))
    result = gallery(*args)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("Error: ")
    assert words in result.stderr
    assert result.stderr.count("\n") == 1
    assert sorted(tmp_path.rglob("*")) == before


def test_a_clip_without_a_poster_that_cannot_be_decoded(gallery: Gallery) -> None:
    """A page without its picture would be no page of it: the clip is left out."""
    clip(Path("media"), "broken")
    data = json.loads(Path("media/broken.json").read_text())
    data["artifacts"][0] |= {"path": "broken.gif", "format": "gif"}
    Path("media/broken.json").write_text(json.dumps(data))
    Path("media/broken.png").rename("media/broken.gif")
    result = gallery()
    assert result.exit_code == 1
    assert result.stderr.startswith("Note: left out: media/broken.gif cannot be decoded: ")
    assert Path("media/index.html").read_text().count("<article") == 2
