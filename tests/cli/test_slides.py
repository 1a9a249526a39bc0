"""What an author does with a lesson or with clips: make a deck of them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lranim.cli import cli
from lranim.export import formats
from lranim.export.deck import Deck, Wishes
from lranim.export.formats import FORMATS
from lranim.export.places import FILES
from lranim.video.clip import sealed

LESSON = """
title = "Steps"

[defaults]
size = "160,90"
fps = 5
formats = ["png"]
lang = ["zh", "en"]

[[clip]]
scene = "slope"
title = "Slopes"
notes = "Look."
slide = "both"
params = { steps = 1 }

[[clip]]
scene = "oscillation"
slide = "both"
params = { steps = 1 }

[[clip]]
scene = "oscillation"
lang = "en"
params = { steps = 2 }
"""

Slides = Callable[..., Result]


@pytest.fixture
def slides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Slides:
    """Call ``lranim slides`` in an empty folder with a cache of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LRANIM_CACHE", str(tmp_path / "cache"))
    (tmp_path / "lesson.toml").write_text(LESSON)

    def call(*args: str) -> Result:
        return CliRunner().invoke(cli, ["slides", *args], prog_name="lranim")

    return call


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Deck, Wishes]]:
    """The decks that exporters get, in place of what they write of them."""
    found: list[tuple[Deck, Wishes]] = []

    def write(deck: Deck, path: Path, wishes: Wishes) -> list[str]:
        found.append((deck, wishes))
        if path.is_dir():
            (path / FILES).mkdir()
        (path / "index.html" if path.is_dir() else path).write_text("a deck")
        return ["as an example"]

    monkeypatch.setattr(formats.Format, "write", property(lambda form: write))
    return found


def test_a_lesson_is_built_and_becomes_a_deck(
    slides: Slides, written: list[tuple[Deck, Wishes]], tmp_path: Path
) -> None:
    """Its clips are rendered with a video, once; its titles, notes and groups make the slides."""
    result = slides("lesson.toml", "-j", "1")
    assert (result.exit_code, result.stdout) == (0, "lesson.pptx\n"), result.stderr
    assert "Note: as an example" in result.stderr
    ((deck, wishes),) = written
    assert (deck.title, wishes) == ("Steps", Wishes())
    assert [(slide.lang, slide.title, len(slide.clips)) for slide in deck.slides] == [
        ("zh", "Slopes", 2),
        ("en", "Slopes", 2),
        ("en", deck.slides[2].title, 1),
    ]
    assert deck.slides[2].title.startswith("A fixed step never gets there")
    assert deck.slides[0].notes[0] == "Look."
    assert [row.format for row in deck.slides[0].clips[0].artifacts] == ["png", "mp4"]
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "media").iterdir()}
    again = slides("lesson.toml", "--lang", "en", "--only", "slope*", "--json", "-o", "my deck.html")
    assert json.loads(again.stdout) == {
        "format": "reveal",
        "path": "my deck.html",
        "slides": 1,
        "clips": ["slope.steps=1"],
    }
    assert before == {path: path.stat().st_mtime_ns for path in (tmp_path / "media").iterdir()}


def test_clips_are_named_by_files_or_their_folder(
    slides: Slides, written: list[tuple[Deck, Wishes]], rendered_clips: Path
) -> None:
    """Each comes once; --per-slide puts them beside each other within a language."""
    names = [str(rendered_clips / f"slope.steps=1{form}") for form in (".mp4", ".json")]
    assert slides(*names, "--to", "reveal", "--steps", "--no-loop").exit_code == 0
    twice = str(shutil.copytree(rendered_clips, "twice"))
    both = (str(rendered_clips / "slope.steps=1.zh.json"), str(rendered_clips), twice)
    assert slides(*both, "--per-slide", "2", "--title", "T", "-o", "x.pptx").exit_code == 0
    Path("school.pptx").touch()
    asked = ("--aspect", "4:3", "--media", "gif", "--no-autoplay", "--template", "school.pptx")
    assert slides(str(rendered_clips), "--only", "osc*", "-o", "y.pptx", *asked).exit_code == 0
    wrong = slides(str(rendered_clips), "--only", "steep*", "-o", "z.pptx")
    assert (wrong.exit_code, Path("z.pptx").exists()) == (2, False)
    assert "--only steep* is the name of no clip" in wrong.stderr
    (one, wishes), (all_, _), (named, others) = written
    assert others == Wishes(aspect="4:3", media="gif", autoplay=False, template=Path("school.pptx"))
    assert [clip.scene for slide in named.slides for clip in slide.clips] == ["oscillation"]
    assert [len(slide.clips) for slide in one.slides] == [1]
    assert (wishes.steps, wishes.loop, Path("slides/index.html").is_file()) == (True, False, True)
    assert [(slide.lang, len(slide.clips)) for slide in all_.slides] == [("zh", 2), ("en", 2), ("en", 2)]
    assert all_.title == "T"


@pytest.fixture(scope="module")
def rendered_clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with three clips, one of them Chinese."""
    folder = tmp_path_factory.mktemp("clips") / "media"
    small = ("--steps", "1", "-r", "96,54", "--fps", "5", "--format", "mp4", "-j", "1", "-o", str(folder))
    for args in (("slope", "oscillation"), ("slope", "--lang", "zh")):
        assert CliRunner().invoke(cli, ["render", *args, *small]).exit_code == 0
    return folder


CHECK = "check slope --steps 1 --lang en --theme dark -r 160,90 --clean-too"


@pytest.mark.thorough_after(4)
@pytest.mark.parametrize(
    ("command", "name"),
    [
        *((f"slides {{clips}} --to {form}", f"deck{FORMATS[form].suffix}") for form in FORMATS),
        ("slides {clips} --to reveal", "deck.html"),
        ("gallery {clips}", "index.html"),
        ("explore", "page.html"),
        ("schema", "schema.json"),
        ("storyboard slope --steps 1 -r 160,90", "story.png"),
        (CHECK, "checked.png"),
        (CHECK, "checked"),
    ],
)
def test_a_file_of_others_stays(slides: Slides, rendered_clips: Path, command: str, name: str) -> None:
    """Each command replaces what it wrote itself; with --force also what somebody else did."""
    words = [*command.format(clips=rendered_clips).split(), "-o", name]
    for _ in range(2):
        done = CliRunner().invoke(cli, words)
        assert done.exit_code == 0, done.output
    path = Path(name)
    if path.is_dir():
        (path,) = (file for file in path.iterdir() if file.is_file())
    path.write_text("mine, about lranim slides")
    done = CliRunner().invoke(cli, words)
    assert (done.exit_code, done.stdout, path.read_text()) == (2, "", "mine, about lranim slides")
    told = (
        f"Error: {path} was not written by lranim {words[0]}, or was changed since; name another file with -o"
    )
    assert (done.stderr.startswith(told), done.stderr.count("\n")) == (True, 1)
    assert CliRunner().invoke(cli, [*words, "--force"]).exit_code == 0
    assert path.read_bytes() != b"mine, about lranim slides"


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (["none.toml"], 2, "none.toml"),
        (["lesson.toml", "media/a.json"], 2, "lesson.toml is a lesson, which makes a deck by itself"),
        (["lesson.toml", "-o", "x.odp"], 2, "x.odp ends like no deck; say what it is with --to, one of pptx"),
        (["lesson.toml", "--to", "pdf", "-o", "x.pptx"], 2, "x.pptx does not end in .pdf"),
        (["lesson.toml", "--to", "pdf", "--template", "a.pptx"], 2, "--template a.pptx is for --to pptx"),
        (["lesson.toml", "--steps"], 2, "--steps is for --to reveal, not pptx"),
        (["lesson.toml", "--only", "steep"], 2, "--only steep is the name of no clip"),
        (["lesson.toml", "-o", "lesson.toml/x.pptx"], 2, "lesson.toml is a file"),
        (["nothing.json"], 2, "the clip nothing.json cannot be read: there is no such file"),
        (["."], 2, "the folder . has no clips"),
    ],
)
def test_bad_input_is_one_line(
    slides: Slides, written: list[tuple[Deck, Wishes]], args: list[str], code: int, words: str
) -> None:
    """With the documented exit code; nothing is rendered or written."""
    result = slides(*args)
    assert result.exit_code == code
    assert words in result.stderr
    assert len(result.stderr.splitlines()) <= 3  # click's own begin with the usage
    assert sorted(path.name for path in Path().iterdir()) == ["lesson.toml"]
    assert not written


def test_no_clip_in_that_language(slides: Slides, rendered_clips: Path, tmp_path: Path) -> None:
    """A deck has at least one slide."""
    only = tmp_path / "only"
    only.mkdir()
    for path in rendered_clips.glob("slope.steps=1.[!z]*"):
        shutil.copy(path, only)
    result = slides(str(only), "--lang", "zh")
    assert (result.exit_code, result.stderr) == (
        2,
        "Error: no clip is in the language zh; leave --lang out for all of them\n",
    )


@pytest.mark.parametrize("out", [".", "..", "sub/.."])
def test_a_folder_without_a_name(
    slides: Slides, rendered_clips: Path, out: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A deck can be put into the folder that one is in, or above it; what is there stays."""
    Path("sub").mkdir()
    monkeypatch.chdir("sub" if out == ".." else ".")
    done = slides(str(rendered_clips), "--to", "reveal", "-o", out)
    assert done.exit_code == 0, done.stderr
    assert Path(out, "index.html").is_file()
    assert Path(out, "lesson.toml").is_file()


def test_a_slide_takes_four(slides: Slides, written: list[tuple[Deck, Wishes]]) -> None:
    """More could not be followed."""
    entry = '[[clip]]\nscene = "slope"\nslide = "s"\nparams = {{ steps = {} }}\n'
    look = '[defaults]\nsize = "64,36"\nfps = 5\nformats = ["gif"]\n'
    Path("lesson.toml").write_text(look + "".join(entry.format(steps) for steps in range(1, 6)))
    result = slides("lesson.toml", "--media", "gif", "-j", "1")
    assert (result.exit_code, written) == (2, [])
    assert "Error: the slide s has 5 clips in en; take at most 4 for each\n" in result.stderr


def test_an_open_or_locked_deck(
    slides: Slides, written: list[tuple[Deck, Wishes]], rendered_clips: Path
) -> None:
    """Exit code 3, and it stays as it was."""
    from lranim.batch.workplace import locked

    Path("x.pptx").write_text("old")
    with locked(Path(), "x.pptx"):
        held = slides(str(rendered_clips), "-o", "x.pptx", "--no-wait", "--force")
    Path(".~lock.x.pptx#").touch()
    opened = slides(str(rendered_clips), "-o", "x.pptx")
    assert (held.exit_code, opened.exit_code, Path("x.pptx").read_text()) == (3, 3, "old")
    assert "x.pptx is being written by another run" in held.stderr
    assert "x.pptx is open in another program; close it there" in opened.stderr


def test_a_clip_that_cannot_be_rendered(
    slides: Slides, written: list[tuple[Deck, Wishes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told, exit code 1, and there is no deck."""
    from lranim.errors import RenderError
    from lranim.video import engine

    def fail(*args: object, **how: object) -> None:
        raise RenderError("no luck")

    monkeypatch.setattr(engine, "produce", fail)
    result = slides("lesson.toml", "-j", "1")
    assert (result.exit_code, written, Path("lesson.pptx").exists()) == (1, [], False)
    assert "Error: slope.steps=1.zh: no luck" in result.stderr
    assert result.stderr.count("Error: ") == 1  # a deck lacks a clip already: the others are not begun
    english = slides("lesson.toml", "--lang", "en", "-j", "1")
    assert "Error: slope.steps=1: no luck" in english.stderr


def test_a_clip_that_changes_meanwhile(
    slides: Slides, rendered_clips: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The deck could have files of two renderings: there is none, and a line says so."""
    folder = shutil.copytree(rendered_clips, tmp_path / "clips")

    def write(deck: Deck, path: Path, wishes: Wishes) -> list[str]:
        path.write_text("a deck")
        place = deck.slides[0].clips[0].sidecar
        place.write_text(json.dumps(sealed(json.loads(place.read_text()) | {"alt": "Another."})))
        return []

    monkeypatch.setattr(formats.Format, "write", property(lambda form: write))
    result = slides(str(folder), "-o", "deck.pptx")
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert "was written by another run meanwhile; make the deck again" in result.stderr
    assert not (tmp_path / "deck.pptx").exists()
