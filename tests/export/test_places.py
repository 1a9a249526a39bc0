"""A deck takes its place as a whole, and what others put beside it stays."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lranim.errors import InputError, LockedError
from lranim.export.formats import FORMATS
from lranim.export.places import check_target

EXCHANGE = """
import itertools, os, shutil, signal, sys
from pathlib import Path
from lranim.export.formats import FORMATS
from lranim.export.places import FILES, in_its_place

folder, form, name, kill = Path(sys.argv[1]), FORMATS[sys.argv[2]], sys.argv[3], int(sys.argv[4])
page, files = folder / name, folder / name
if form.beside:
    files = files.with_name(f"{files.stem}-media")
else:
    page = page / "index.html"
CHANGES = {"os.rename", "os.remove", "os.rmdir", "os.mkdir"}


def write(state):
    with in_its_place(folder / name, form) as made:
        place = made.parent / files.name / FILES
        place.mkdir(parents=True)
        for clip in ("a.mp4", "b.mp4", state):
            (place / clip).write_text(state)
        (made.parent / page.relative_to(folder)).write_text(f"{state} {FILES}")


def stop(*what):
    raise KeyboardInterrupt


def die(moment):
    signal.signal(signal.SIGTERM, stop)
    count = itertools.count()
    sys.addaudithook(
        lambda event, what: event in CHANGES and next(count) == moment and os.kill(os.getpid(), kill)
    )


def left():
    places = (place for place in folder.rglob("*") if place.is_file() or not any(place.iterdir()))
    return {str(place.relative_to(folder)) for place in places}


ended = False
for moment in itertools.count():
    shutil.rmtree(folder, ignore_errors=True)
    write("old")
    old = files / page.read_text().split()[1]
    mine = [files / "mine.png", old / "mine.png", old / "b.mp4"]
    for file in mine:
        file.write_text("mine")
    child = os.fork()
    if not child:
        die(moment)
        try:
            write("new")
        except KeyboardInterrupt:
            os._exit(1)
        os._exit(0)
    code = os.waitpid(child, 0)[1]
    if code == 0:
        break
    state, place = page.read_text().split()
    assert state in ("old", "new"), state
    for clip in ("a.mp4", state):
        assert (files / place / clip).read_text() == state
    assert all(file.read_text() == "mine" for file in mine)
    write("new")
    place = files / page.read_text().split()[1]
    assert left() == {
        str(file.relative_to(folder))
        for file in (page, *mine, *(place / clip for clip in (".lranim", "a.mp4", "b.mp4", "new")))
    }, left()
print(moment)
"""


@pytest.mark.thorough_after(1)
@pytest.mark.parametrize("kill", [signal.SIGKILL, signal.SIGTERM])
@pytest.mark.parametrize(("form", "name"), [("reveal", "deck"), ("marp", "deck.md")])
def test_a_run_that_is_killed(tmp_path: Path, form: str, name: str, kill: signal.Signals) -> None:
    """At each change of a folder: the deck is the old or the new one; files of others and edited ones stay.

    The next run writes the new one and removes all that is left of the old one.
    """
    words = [sys.executable, "-c", EXCHANGE, tmp_path / "a folder", form, name, str(int(kill))]
    done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert int(done.stdout) > 15


@pytest.mark.parametrize(
    ("form", "name", "made", "words"),
    [
        (
            "reveal",
            "deck",
            "deck/index.html",
            "{}/index.html was not written by lranim slides",
        ),
        ("reveal", "deck", "deck", "{} is a file; name a folder with -o"),
        ("pptx", "deck.pptx", "deck.pptx/x", "{} cannot be written: it is a folder; move it"),
        ("pptx", "deck.pdf", "", "{} does not end in .pptx, as a pptx file does; change -o or --to"),
        (
            "marp",
            "deck.md",
            "deck.md",
            "{} was not written by lranim slides, or was changed",
        ),
        ("marp", "deck.md", "deck-media", "deck-media is a file; name a folder with -o, or move it away"),
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
