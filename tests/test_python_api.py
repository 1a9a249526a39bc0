"""lranim from Python: the functions, their errors, and what a notebook shows."""

from __future__ import annotations

import base64
import importlib
import json
import os
import re
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
from click.testing import CliRunner
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

import lranim
from lranim.api import results
from lranim.api.results import Rendered
from lranim.cli import cli, magics
from lranim.errors import InputError, LockedError, RenderError
from lranim.look.themes import theme_of

SMALL: dict[str, Any] = {"steps": 1, "resolution": (160, 90), "fps": 10, "theme": "light"}
TYPED = ("render", "slope", "--steps", "1", "-r", "160,90", "--fps", "10", "--theme", "light")


def python(code: str, folder: Path | None = None) -> str:
    """What a new interpreter prints."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=False, cwd=folder
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def clip(once: Any) -> Rendered:
    """A small clip of the slope scene."""
    folder = once("python", lambda folder: lranim.render("slope", out=folder, **SMALL) and None)
    return lranim.render("slope", out=folder, **SMALL)


def test_importing_it_is_light() -> None:
    """The package alone brings neither numpy nor click; naming render brings no manim."""
    code = """
    import sys, lranim
    heavy = {"numpy", "click", "pydantic", "manim", "IPython"} & set(sys.modules)
    from lranim import render, trace
    print(sorted(heavy), callable(render), "manim" in sys.modules)
    """
    assert python(code) == "[] True False\n"


def test_help_is_that_of_the_function() -> None:
    """It says how the function is called, and brings no manim."""
    code = """
    import lranim, pydoc, sys
    text = pydoc.render_doc(lranim.render, renderer=pydoc.plaintext)
    print("render(scene: " in text, "Width of the GIF" in text, "manim" in sys.modules)
    """
    assert python(code) == "True True False\n"


class Five:
    """A whole number of another library."""

    def __index__(self) -> int:
        return 5


@pytest.mark.parametrize("fps", [np.int64(5), np.array(5), Five()])
def test_whole_numbers_of_any_kind(fps: Any, asked: list[Any]) -> None:
    """Whatever Python takes as an index is one."""
    with pytest.raises(LockedError):
        lranim.render("slope", steps=fps, fps=fps)
    (job, _) = asked
    assert (job.fps, type(job.fps), job.params["steps"]) == (5, int, 5)


def test_what_is_offered_is_there() -> None:
    """Each public name can be had, is listed, and anything else is an AttributeError."""
    for name in lranim.__all__:
        assert getattr(lranim, name) is not None
        assert name in dir(lranim)
    with pytest.raises(AttributeError, match="has no attribute 'rendr'"):
        lranim.rendr  # noqa: B018


@pytest.mark.thorough
def test_a_user_s_types_are_checked(tmp_path: Path) -> None:
    """A strictly typed program that uses it is accepted, and one that misuses it is not."""
    code = """
    from pathlib import Path
    from lranim import Rendered, Trace, render, trace

    clip: Rendered = render("slope", quality="l", steps=3)
    video: Path | None = clip.mp4
    numbers: Trace = trace("slope")
    first: float = float(numbers.x[0, 0])
    """
    wrong = 'render("slope", quality="low")\n'
    (tmp_path / "use.py").write_text(textwrap.dedent(code) + wrong)
    command = [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", "use.py"]
    env = os.environ | {"MYPYPATH": str(Path(lranim.__file__).parents[1])}
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, env=env)
    errors = [line for line in done.stdout.splitlines() if "error:" in line]
    assert len(errors) == 1, done.stdout
    assert errors[0].startswith("use.py:9: error: Argument")


def test_the_numbers_are_those_of_the_command() -> None:
    """`as_dict` is the JSON of lranim trace: for one descent, several, and a table."""
    for scene, options, flags in [
        ("oscillation", {"steps": 5}, ["--steps", "5"]),
        ("surface", {"start": (1.5, -2), "steps": 3}, ["--start", "1.5,-2", "--steps", "3"]),
        ("learning-rate-compare", {"steps": 4}, ["--steps", "4"]),
        ("train-valid", {}, []),
        ("lr-finder", {"steps": 20}, ["--steps", "20"]),  # with numbers that are not finite
    ]:
        printed = CliRunner().invoke(cli, ["trace", scene, *flags]).stdout
        assert lranim.trace(scene, **options).as_dict() == json.loads(printed)


def test_a_trace_has_arrays() -> None:
    """One descent has them at once; where there is something else, the error says where."""
    one = lranim.trace("oscillation", steps=5)
    assert one.x.shape == (6, 1)
    assert np.array_equal(one.x[1:], one.x[:-1] + one.step)
    assert repr(one) == "<Trace of oscillation: .trajectory>"
    many = lranim.trace("learning-rate-compare", steps=4)
    assert all(run.steps == 4 for run in many.runs.values())
    with pytest.raises(InputError, match=r"learning-rate-compare is not one descent; .* \.runs"):
        many.x  # noqa: B018
    with pytest.raises(InputError, match=r"oscillation does not compare descents; .* \.trajectory"):
        one.runs  # noqa: B018
    with pytest.raises(InputError, match=r"learning-rate-compare has no table; .* \.runs"):
        many.columns  # noqa: B018
    assert "epoch" in lranim.trace("train-valid").columns


@pytest.mark.parametrize(
    ("options", "line"),
    [
        ({"lr": -1}, "lr is -1; it must be a finite number greater than 0 and at most 100 (learning-rate: "),
        ({"lr": "0.9"}, "lr is '0.9'; it must be a finite number"),
        ({"lrr": 1}, "learning-rate has no option lrr; did you mean lr?"),
        ({"start": 99.0}, "start is 99; it must lie in the domain of bowl: a from -7 to 13 (learning-rate)"),
        ({"fps": True}, "fps is True; it must be a whole number of frames a second from 1 to 240"),
        ({"format": ["gif", 1]}, "format is ['gif', 1]; it must be a list of some of mp4"),
        ({"resolution": 320}, "resolution is 320; it must be width and height in px, such as"),
        ({"transparent": "yes"}, "transparent is 'yes'; it must be true for no background"),
        ({"force": 1}, "force is 1; it must be True or False"),
        ({"theme": 5}, "theme is 5; it must be a theme's name, its TOML file, or a Theme"),
        ({"lang": None}, "lang is None; it must be one of en, zh"),
        ({"name": 3}, "name is 3; it must be a text"),
        ({"out": 3}, "out is 3; it must be a folder"),
        ({"formats": ["gif"]}, "formats is called format here"),
        ({"quality": "low"}, "quality is 'low'; it must be one of manim's letters: l (854x480 at 15)"),
        (
            {"destination": "moon"},
            "destination is 'moon'; it must be where it goes, in place of max_size: one of github",
        ),
        ({"theme": "drak"}, "there is no theme drak; did you mean dark?"),
        ({"max_size": 5}, "max_size is 5; it must be the most"),
        ({"transparent": True, "format": "mp4"}, "transparent and format mp4 do not go together"),
        ({"name": "a/b"}, "the name a/b has a slash in it; give the folder with out and the name"),
    ],
)
def test_a_mistake_is_one_line(
    options: dict[str, Any], line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is wrong is called as it was given, and nothing is written."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError) as caught:
        lranim.render("learning-rate", **options)
    assert str(caught.value).startswith(line)
    assert caught.value._render_traceback_() == [f"Error: {caught.value}"]
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_scene() -> None:
    """The nearest name is given."""
    with pytest.raises(InputError, match="there is no scene oscilation; did you mean oscillation"):
        lranim.render("oscilation")
    with pytest.raises(InputError, match="scene is 3; it must be the name of a scene or the path"):
        lranim.trace(3)  # type: ignore[arg-type]


def test_what_breaks_is_one_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error that nobody foresaw is a RenderError with its cause."""
    from lranim.batch import pool

    monkeypatch.setattr(pool, "render_job", lambda *args: 1 / 0)
    with pytest.raises(RenderError, match="unexpected ZeroDivisionError") as caught:
        lranim.render("slope", out=tmp_path)
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Job and `force` of each clip that is asked for; none is rendered, as if another run had it."""
    from lranim.batch import pool

    seen: list[Any] = []

    def locked(job: Any, progress: Any, force: bool) -> None:
        seen[:] = [job, force]
        raise LockedError("another run is writing it")

    monkeypatch.setattr(pool, "render_job", locked)
    return seen


DEFAULTS: dict[str, Any] = {
    "scene": "slope",
    "lang": "en",
    "width": 1280,
    "height": 720,
    "fps": 60,
    "formats": ("mp4", "gif", "png"),
    "transparent": False,
    "gif_width": None,
    "gif_loops": 0,
    "max_size": None,
    "out_dir": Path("media"),
    "name": "slope",
}


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ({}, {}),
        ({"quality": "l"}, {"width": 854, "height": 480, "fps": 15}),
        ({"resolution": (320, 180), "fps": 12}, {"width": 320, "height": 180, "fps": 12}),
        ({"format": ["mp4", "gif"], "gif_width": 200}, {"formats": ("mp4", "gif"), "gif_width": 200}),
        (
            {"format": "webm", "transparent": True},
            {"formats": ("webm",), "transparent": True, "name": "slope.alpha"},
        ),
        ({"max_size": 20_000}, {"max_size": 20_000}),
        ({"max_size": "2MB"}, {"max_size": 2_000_000}),
        ({"lang": "zh", "out": "clips"}, {"lang": "zh", "out_dir": Path("clips"), "name": "slope.zh"}),
        ({"name": "mine"}, {"name": "mine"}),
    ],
)
def test_what_is_asked_for_is_what_is_rendered(
    asked: list[Any],
    options: dict[str, Any],
    found: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each setting reaches the job, the others are the command's, and lranim's own errors come through."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(LockedError, match="another run is writing it"):
        lranim.render("slope", **options)
    job, force = asked
    assert {key: getattr(job, key) for key in DEFAULTS} == DEFAULTS | found
    assert (job.theme.name, force) == ("dark", False)


def test_force_and_theme_are_taken(asked: list[Any], tmp_path: Path) -> None:
    """Render again what is there, and in another look."""
    with pytest.raises(LockedError):
        lranim.render("slope", force=True, theme="light", out=tmp_path)
    job, force = asked
    assert (job.theme.name, force, job.name) == ("light", True, "slope.light")


def test_a_path_is_an_option_s_value(tmp_path: Path) -> None:
    """A log is named by a Path as by its text."""
    log = tmp_path / "run.csv"
    log.write_text("step,lr\n1,0.1\n2,0.2\n")
    assert lranim.trace("schedule", log=log).params["log"] == str(log)


def test_the_files_are_those_of_the_command(clip: Rendered, capsys: pytest.CaptureFixture[str]) -> None:
    """Paths, words and story stand in the JSON beside the files; the command finds them there already."""
    about = json.loads(clip.sidecar.read_text())
    assert clip.alt == about["alt"]
    assert [beat.text for beat in clip.beats] == [row["text"] for row in about["beats"]]
    assert [path.suffix for path in (clip.mp4, clip.gif, clip.png) if path] == [".mp4", ".gif", ".png"]
    assert clip.webm is None
    assert all(path.is_absolute() and path.is_file() for path in clip.files)
    assert set(clip.files) == set(clip.sidecar.parent.glob(f"{clip.sidecar.stem}*.*"))
    assert clip.cached
    assert clip.params["steps"] == 1
    assert capsys.readouterr() == ("", "")
    done = CliRunner().invoke(cli, [*TYPED, "--json", "-o", str(clip.sidecar.parent)])
    assert json.loads(done.stdout)["cached"] is True


def test_a_theme_and_numbers_of_numpy_are_taken(clip: Rendered) -> None:
    """A Theme in place of its name, and numpy's numbers, give the same clip."""
    options = SMALL | {"theme": theme_of("light"), "steps": np.int64(1)}
    assert lranim.render("slope", out=clip.sidecar.parent, **options).cached


def test_what_is_not_as_asked_is_a_warning(tmp_path: Path) -> None:
    """An odd side is rounded up, and the warning points to the caller."""
    importlib.import_module("manim")  # with warnings of its own
    with pytest.warns(UserWarning, match="161x90 has an odd side") as seen:
        lranim.render("slope", out=tmp_path, format="png", **(SMALL | {"resolution": "161,90"}))
    assert seen[0].filename == __file__


def test_a_notebook_plays_it(clip: Rendered) -> None:
    """The player holds the whole video and its captions, with controls and a text for who cannot see it."""
    html = clip._repr_html_()
    assert clip.mp4
    (video,) = re.findall(r'<video src="data:video/mp4;base64,([^"]*)"', html)
    assert base64.b64decode(video) == clip.mp4.read_bytes()
    (track,) = re.findall(
        r'<track kind="captions" srclang="en" label="en" src="data:text/vtt;base64,(.*?)"', html
    )
    assert base64.b64decode(track).startswith(b"WEBVTT")
    assert "controls loop muted playsinline" in html
    assert 'aria-label="' in html
    assert repr(clip).startswith("<Rendered slope.steps=1.light: mp4, gif, png in ")
    assert len(repr(clip)) < 200


def test_the_player_suits_any_clip(clip: Rendered) -> None:
    """Whatever its words are, and not wider than a notebook is."""
    (row, *rest) = clip.clip.artifacts
    about = replace(clip.clip, alt='a < 3 & "b"', artifacts=(replace(row, width=1600, height=900), *rest))
    html = replace(clip, clip=about)._repr_html_()
    assert 'aria-label="a &lt; 3 &amp; &#34;b&#34;"' in html
    assert 'width="800" height="450"' in html


def test_without_video_there_is_a_picture(clip: Rendered) -> None:
    """The GIF and the poster go along, with the text, for programs that show no video."""
    data, about = clip._repr_mimebundle_()
    assert set(data) == {"text/plain", "text/html", "image/gif", "image/png"}
    assert clip.gif
    assert base64.b64decode(data["image/gif"]) == clip.gif.read_bytes()
    assert about["image/gif"]["alt"] == clip.alt
    gif = replace(clip, clip=replace(clip.clip, artifacts=clip.clip.artifacts[1:]))
    assert gif._repr_html_().startswith('<figure style="margin: 0"><img src="data:image/gif;base64,')


def test_a_large_one_is_linked_to(clip: Rendered, monkeypatch: pytest.MonkeyPatch) -> None:
    """Above the limit the notebook gets a link that it can follow, and says what to do."""
    monkeypatch.chdir(clip.sidecar.parent)
    monkeypatch.setattr(results, "EMBEDDED", 1)
    html = clip._repr_html_()
    assert 'src="slope.steps%3D1.light.mp4"' in html
    assert "too large to be inside the notebook, which plays slope.steps=1.light.mp4 instead" in html
    assert set(clip._repr_mimebundle_()[0]) == {"text/plain", "text/html"}


CELLS = [
    "%load_ext lranim\nfrom lranim import render",
    "render('slope', steps=1, resolution=(160, 90), fps=10, theme='light')",
    "%%lranim render slope --steps 1 -r 160,90 --fps 10 --theme light",
    "rate = 0.3",
    "%%lranim\n# the numbers\nlranim trace learning-rate --lr {rate} \\\n  --steps 1 --format csv",
    "%lranim render learning-rate --lr -1",
]


@pytest.mark.thorough
def test_in_a_notebook(tmp_path: Path) -> None:
    """A kernel plays the clip of the function and of the magic, prints numbers, tells a mistake in a line."""
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    book = nbformat.v4.new_notebook(cells=cells)
    with pytest.raises(CellExecutionError):
        NotebookClient(book, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}).execute()
    _, function, magic, _, numbers, wrong = (cell.outputs for cell in book.cells)
    for outputs in (function, magic):
        (shown,) = outputs
        assert '<video src="data:video/mp4;base64,' in shown.data["text/html"]
        assert "image/gif" in shown.data
    assert function[0].data["text/html"] == magic[0].data["text/html"]
    assert numbers[0].text == "t,a,cost,grad_a,lr,step_a\n0,13.0,101.0,20.0,0.3,-6.0\n1,7.0,17.0,8.0,,\n"
    (error,) = wrong
    assert error.traceback == [
        "Error: --lr is -1; it must be a finite number greater than 0 and at most 100 "
        "(learning-rate: learning rate)"
    ]


def test_the_magics(clip: Rendered, capsys: pytest.CaptureFixture[str]) -> None:
    """A cell that is one line, a cell of several commands, and a mistake, in a shell of this process."""
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell()
    shell.history_manager.enabled = False
    published: list[dict[str, Any]] = []
    shell.display_pub.publish = lambda data, metadata=None, **more: published.append(data)
    shell.display_formatter.active_types = ["text/plain", "text/html", "image/png"]
    for _ in range(2):
        assert shell.run_cell("%reload_ext lranim").success
    assert shell.input_transformers_cleanup.count(magics.alone) == 1
    shell.user_ns["count"] = 2
    assert shell.run_cell("%%lranim\ntrace slope --steps {count} --format csv").success
    assert len(capsys.readouterr().out.splitlines()) == 4
    out = clip.sidecar.parent
    assert shell.run_cell(f"%%lranim {' '.join(TYPED)} -o {out}").success
    assert published[0]["text/html"] == clip._repr_html_()
    assert shell.run_cell(f"%lranim {' '.join(TYPED)} -o {out} --dry-run").success
    assert capsys.readouterr().out.split()[-1] == str(clip.sidecar)
    assert not shell.run_cell("%%lranim\ntrace slope --steps 1 --format csv\ntrace slope --steps 0").success
    said = capsys.readouterr()
    assert said.out.startswith("t,a,cost")
    assert "Error: --steps is 0; it must be" in said.out
    assert "Traceback" not in said.out + said.err
    assert not shell.run_cell("%lranim trace 'slope").success
    assert "Error: trace 'slope cannot be read: No closing quotation" in capsys.readouterr().out
    assert len(published) == 1
    page = out / "explore.html"
    assert shell.run_cell(f"%lranim explore --cost ravine -o {page}").success
    assert published[1]["text/html"].startswith('<iframe title="explore" srcdoc="&lt;!doctype html&gt;')
    picture = out / "walk.png"
    assert shell.run_cell(f"%lranim storyboard slope --steps 1 -r 160,90 -o {picture}").success
    assert "image/png" in shell.display_formatter.format(magics._made(str(picture)))[0]


def test_what_a_command_says_in_a_notebook(clip: Rendered, monkeypatch: pytest.MonkeyPatch) -> None:
    """Clips of render and of build are shown, notes and warnings passed on, mistakes are one error."""
    about = json.dumps(json.loads(clip.sidecar.read_text()) | {"cached": True, "key": clip.clip.key})
    shown: list[Any] = []
    said = "rendering 1 of 2\nNote: one\nWarning: two\n"
    for words in (["render", "slope"], ["build", "lesson.toml"]):
        monkeypatch.setattr(magics, "_called", lambda given: (0, f"{about}\n" * ("--json" in given), said))
        magics.run(words, shown.append)
        assert shown[:2] == ["Note: one", "Warning: two"]
        assert [one.alt for one in shown[2:]] == [clip.alt]
        shown.clear()
    monkeypatch.setattr(magics, "_called", lambda given: (2, "", "Error: one\nError: two\n"))
    with pytest.raises(magics.CommandError, match=r"^one; two$"):
        magics.run(["build", "lesson.toml"], shown.append)
    monkeypatch.setattr(magics, "_called", lambda given: (1, "", ""))
    with pytest.raises(magics.CommandError, match=r"^list ended with exit code 1$"):
        magics.run(["list"], shown.append)
