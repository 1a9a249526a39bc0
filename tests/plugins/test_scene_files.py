"""Scene files that are named by their path, and the one that ``lranim new scene`` writes."""

from __future__ import annotations

import json
import os
import pickle
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click.testing
import pytest

import lranim
from lranim.batch.keys import inputs_of
from lranim.catalogue import registry
from lranim.cli import cli
from lranim.errors import InputError
from lranim.lesson import read_lesson
from lranim.lesson.file import lesson_schema
from lranim.look.text import languages
from lranim.video.settings import RenderOptions, job_of

Call = Callable[..., click.testing.Result]
SMALL = ("-r", "96,54", "--fps", 5, "--format", "png")


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Call the command line in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return lambda *args: click.testing.CliRunner().invoke(cli, [str(arg) for arg in args], prog_name="lranim")


@pytest.fixture
def scene(call: Call) -> Path:
    """The scene to start from, as ``lranim new`` writes it."""
    assert call("new", "scene", "my_scene.py").stdout == "my_scene.py\n"
    return Path("my_scene.py")


def test_it_is_written_for_its_name(scene: Path) -> None:
    """The class has the name that goes with the file's, and nothing speaks of an example."""
    text = scene.read_text(encoding="utf-8")
    assert "class MyScene(LessonScene):" in text
    assert "Example" not in text
    info = registry.get("./my_scene.py")
    assert (info.name, info.class_name, info.reference) == ("my-scene", "MyScene", "./my_scene.py")
    assert info.summary == "A learning rate that halves: long steps first, short ones near the end."
    assert set(info.load_light().texts) == set(languages())


def test_numbers_come_without_drawing(scene: Path, call: Call) -> None:
    """Trace and help know the file's own options; the rate is halved after so many steps."""
    rows = json.loads(call("trace", "my_scene.py", "--lr", 0.4, "--every", 2, "--steps", 4).stdout)
    assert rows["scene"] == "my-scene"
    assert [row["lr"] for row in rows["steps"]] == [0.4, 0.4, 0.2, 0.2, None]
    assert "--every" in call("render", scene.absolute(), "--help").stdout
    result = call("trace", "my_scene.py", "--every", 0)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("Error: --every is 0; it must be ")


def test_it_is_rendered_and_found_again_until_it_changes(scene: Path, call: Call) -> None:
    """Files are called after the stem; another text in the file makes another clip.

    A page of clips, which may be somebody else's, names their scene files and executes none.
    """
    command = ("render", "./my_scene.py", "--steps", 2, *SMALL, "--json")
    first = json.loads(call(*command).stdout)
    assert (first["scene"], first["cached"]) == ("./my_scene.py", False)
    assert Path("media/my-scene.steps=2.png").exists()
    assert first["beats"][0]["text"] == "Start at a = 13, with a learning rate of 0.9."
    assert json.loads(call(*command).stdout)["cached"]
    scene.write_text(scene.read_text(encoding="utf-8").replace("Start at", "Begin at"), encoding="utf-8")
    again = json.loads(call(*command).stdout)
    assert (again["cached"], again["beats"][0]["text"][:8]) == (False, "Begin at")
    scene.write_text("open('run', 'w')\n")
    page = Path(call("gallery", "media").stdout.strip()).read_text(encoding="utf-8")
    assert "<span>./my_scene.py</span> <span>--cost</span> <span>bowl</span>" in page
    assert not Path("run").exists()


def test_what_runs_is_what_the_file_says_now(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also after a change that leaves size and second as they were, which Python's own cache overlooks."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    path = tmp_path / "a.py"
    found = []
    for nanosecond, word in enumerate(("one", "two")):
        path.write_text(f"WORD = '{word}'\n")
        os.utime(path, ns=(10**18 + nanosecond, 10**18 + nanosecond))
        found.append(registry.get(str(path)).load_module().WORD)
    assert found == ["one", "two"]


def test_two_files_of_one_name(scene: Path) -> None:
    """Each keeps its own options, which can still be pickled after the other was read."""
    other = Path("course/my_scene.py")
    other.parent.mkdir()
    other.write_text(scene.read_text(encoding="utf-8"), encoding="utf-8")
    first, second = (registry.get(str(path)).load_light().Params for path in (scene, other))
    assert first is not second
    assert type(pickle.loads(pickle.dumps(first()))) is first
    assert type(pickle.loads(pickle.dumps(second()))) is second


def test_what_a_file_prints_is_no_result(scene: Path, call: Call) -> None:
    """It goes to stderr, so that stdout is JSON."""
    scene.write_text(scene.read_text(encoding="utf-8") + "\nprint('made by me')\n", encoding="utf-8")
    result = call("trace", "my_scene.py", "--steps", 1)
    assert json.loads(result.stdout)["scene"] == "my-scene"
    assert "made by me" in result.stderr


@pytest.mark.thorough
def test_its_pictures_can_be_read(scene: Path, call: Call) -> None:
    """The layout check finds nothing, in each of its languages; a language it lacks is not looked at."""
    result = call("check", "./my_scene.py", "--theme", "dark", "-r", "640,360", "--steps", 4, "-j", 1)
    assert (result.exit_code, result.stdout[:34]) == (0, "nothing wrong in 1 scene, 2 clips,"), result.output


def test_a_lesson_names_it_from_its_own_folder(scene: Path, call: Call) -> None:
    """The path is relative to the lesson; its options are checked; the schema takes it."""
    Path("course").mkdir()
    scene.rename("course/my_scene.py")
    lesson = Path("course/lesson.toml")
    lesson.write_text('[[clip]]\nscene = "./my_scene.py"\nparams = { every = 2 }\n')
    (clip,) = read_lesson(lesson, Path("media")).clips
    assert (clip.job.scene, clip.job.name) == ("course/my_scene.py", "my-scene.every=2")
    assert call("render", clip.job.scene, "--every", 2, "--dry-run").exit_code == 0
    from jsonschema import Draft202012Validator

    valid = Draft202012Validator(lesson_schema()).is_valid
    assert valid({"clip": [{"scene": "./my_scene.py", "params": {"every": 2}}]})
    assert not valid({"clip": [{"scene": "my_scene", "params": {"every": 2}}]})
    lesson.write_text('[[clip]]\nscene = "./other.py"\n')
    words = "line 2: there is no file course/other.py; lranim new scene writes one to start from"
    with pytest.raises(InputError, match=words):
        read_lesson(lesson, Path("media"))


def test_the_key_does_not_hang_on_where_it_lies(scene: Path, tmp_path: Path) -> None:
    """The same file by another path is the same clip."""

    def inputs(reference: str) -> Any:
        params = registry.get(reference).load_light().Params()
        how = RenderOptions(size="96,54", fps=5, formats=["png"]).settings()
        from lranim.look.themes import theme_of

        about = {"lang": "en", "theme": theme_of("dark"), "out_dir": tmp_path}
        return inputs_of(job_of(reference, params, how, **about), {})

    assert inputs("my_scene.py") == inputs(str(scene.absolute()))


CALLS = """
import typing
class Params(SceneParams):
    key: typing.Callable = print
"""

BODY = """
from lranim.params import SceneParams
from lranim.draw.scene import LessonScene
def numbers(params):
    return None
class Params(SceneParams):
    pass
"""


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("./a.py", None, "there is no file ./a.py; lranim new scene writes one to start from"),
        ("./a", "", "./a is no scene file; give the path of one, such as ./my_scene.py"),
        ("my-scene.py", "", "my-scene.py cannot be a scene file; call it in small letters and digits with"),
        ("a.py", "def (", "a.py is not valid Python: invalid syntax"),
        ("a.py", "", "a.py has no class A; the Scene class must be called so"),
        ("a.py", "class A: pass", "a.py has no Params; a scene file needs Params and numbers(params)"),
        ("a.py", f"{BODY}class A: pass\nParams = dict", "a.py: Params must be a subclass of SceneParams"),
        (
            "a.py",
            f"{BODY}class A: pass\n{CALLS}",
            "a.py: Params cannot be made into options: Cannot generate a JsonSchema",
        ),
        (
            "a.py",
            f"{BODY}class A: pass\nTEXTS = {{'en': {{'title': 'A set {{ of steps'}}}}",
            "a.py: the text title in en of TEXTS has a single brace",
        ),
        ("a.py", "import nowhere\nclass A: pass", "a.py cannot be loaded: ModuleNotFoundError: No module"),
        ("a.py", f"{BODY}class A: pass", "a.py: A must be a LessonScene (lranim.draw.scene)"),
        (
            "a.py",
            f"{BODY}    lr: float = 1\nclass A(LessonScene): pass",
            "a.py: A does not say params_type = Params; add it",
        ),
        ("a.py", f"{BODY}A = 1\nTEXTS = {{'en': 1}}", "a.py: TEXTS must be a table of texts a language"),
        ("a.py", f"{BODY}A = 1\nTEXTS = {{'en': {{'title': 1}}}}", "a.py: TEXTS must be a table of texts"),
        (
            "a.py",
            f"{BODY}A = 1\nTEXTS = {{'en': {{}}, 'zh': {{'title': '斜率'}}}}",
            "a.py: TEXTS has title in zh and not in en",
        ),
        ("a.py", f"{BODY}A = 1\nTEXTS = {{'zh': {{'title': '斜率'}}}}", "a has no words in en, only in zh"),
    ],
)
def test_files_that_will_not_do(call: Call, name: str, text: str | None, words: str) -> None:
    """One line, exit code 2, and nothing written."""
    if text is not None:
        Path(name).write_text(text, encoding="utf-8")
    result = call("render", name, *SMALL)
    assert (result.exit_code, result.stdout) == (2, "")
    lines = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
    assert len(lines) == 1
    assert words in lines[0]
    assert not list(Path().glob("media/*.*"))


@pytest.mark.parametrize(
    ("title", "why"),
    [
        ("", "it must be 1 to 500 characters in one line, 0 were given"),
        ("<rate> </rate>", "it must be 1 to 500 characters in one line"),
        ("two\nlines", "it must be 1 to 500 characters in one line"),
        ("half\0", "it must be 1 to 500 characters in one line"),
        ("word " * 800, "it must be 1 to 500 characters in one line, 4000 were given"),
        ("<bogus>rate</bogus>", "there is no role bogus; known: "),
        ("{nothing}", "KeyError: 'nothing'"),
    ],
)
def test_texts_that_cannot_be_drawn(scene: Path, call: Call, title: str, why: str) -> None:
    """One line that names the file, the text and its language."""
    text = scene.read_text(encoding="utf-8")
    scene.write_text(re.sub(r'"title": ".*"', lambda _: f'"title": {title!r}', text), encoding="utf-8")
    result = call("render", "./my_scene.py", *SMALL)
    assert (result.exit_code, result.stdout) == (2, "")
    (line,) = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
    assert "my_scene.py: the text title in en cannot be drawn with" in line
    assert why in line


@pytest.mark.parametrize("error", ["GeneratorExit", "BaseException"])
@pytest.mark.parametrize("place", ["    def construct(self) -> None:\n        ", "class Params"])
def test_a_file_that_raises_anything(scene: Path, call: Call, error: str, place: str) -> None:
    """It is told in one line, with what is known of it, and exit code 1."""
    text = scene.read_text(encoding="utf-8")
    raising = f"raise {error}(3)\n"
    changed = f"{raising}\n\n{place}" if place == "class Params" else f"{place}{raising}        "
    scene.write_text(text.replace(place, changed, 1), encoding="utf-8")
    result = call("render", "./my_scene.py", *SMALL)
    (line,) = [line for line in result.stderr.splitlines() if "Error" in line]
    assert (result.exit_code, result.stdout) == (1, "")
    assert line.startswith(f"Error: unexpected {error}: 3; run it again with LRANIM_DEBUG=1")


def test_a_file_that_exits(scene: Path, call: Call) -> None:
    """Neither its numbers nor its drawing end a command or a notebook without a word."""
    text = scene.read_text(encoding="utf-8")
    top, below = text.split("    def construct(self) -> None:\n")
    scene.write_text(f"{top}    def construct(self) -> None:\n        raise SystemExit(3)\n\n{below}")
    result = call("render", "./my_scene.py", *SMALL)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines()[-1].startswith("Error: unexpected SystemExit: 3; run it again with")
    scene.write_text(f"{text}\n\ndef numbers(params):\n    raise SystemExit(3)\n")
    result = call("trace", "./my_scene.py")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: unexpected SystemExit: 3")
    with pytest.raises(InputError, match=r"^./my_scene.py ends the program with exit code 3$"):
        lranim.trace("./my_scene.py")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (
            ["my_scene.py"],
            "my_scene.py does not end in .toml; for a scene write lranim new scene my_scene.py",
        ),
        (["scene"], "lranim new scene takes the name of one file, such as my_scene.py"),
        (["scene", "a.py", "b.py"], "lranim new scene takes the name of one file, such as my_scene.py"),
        (["scene", "my-scene.py"], "my-scene.py cannot be a scene file; call it in small letters and digits"),
        (["scene", "scene.toml"], "scene.toml cannot be a scene file; call it in small letters and digits"),
        (["scene", "two_valley"], "two_valley has no .py at its end; write lranim new scene two_valley.py"),
        (["scene", "slope.py"], "slope.py would have the name of lranim's own scene slope; choose another"),
        (["a.toml", "b.toml"], "a.toml b.toml are several names; give that of one lesson"),
        (["scene", "there.py"], "there.py is there already; choose another name, or replace it with --force"),
    ],
)
def test_new_refuses(call: Call, args: list[str], words: str) -> None:
    """One line each, and nothing written."""
    Path("there.py").touch()
    result = call("new", *args)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"Error: {words}")
    assert os.listdir() == ["there.py"]


@pytest.mark.thorough
def test_stock_manim_plays_it(scene: Path) -> None:
    """The file runs without lranim's command line, with its defaults."""
    command = [sys.executable, "-m", "manim", "-r", "96,54", "--fps", "5", "--disable_caching", "--dry_run"]
    done = subprocess.run([*command, "my_scene.py", "MyScene"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.thorough
def test_workers_find_it(scene: Path, call: Call) -> None:
    """Two clips at a time, each in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "lranim", "render", "./my_scene.py", "--steps", "2", "--steps", "3", "-j", "2"]
        + [str(word) for word in SMALL],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in Path("media").glob("*.png")) == [
        "my-scene.steps=2.png",
        "my-scene.steps=3.png",
    ]
