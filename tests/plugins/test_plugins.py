"""Packages that add to lranim: the example of this folder, and others that are broken in every way."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import click.testing
import numpy as np
import pytest

import lranim
from lranim.batch.keys import inputs_of
from lranim.catalogue import registry, scene_file
from lranim.cli import cli, doctor
from lranim.errors import InputError
from lranim.lesson import read_lesson
from lranim.lesson.file import lesson_schema
from lranim.look.themes import theme_of, themes
from lranim.options.fields import options_of
from lranim.plugins import entry_points as plugins
from lranim.plugins import tables
from lranim.video.job import Job
from lranim.video.settings import RenderOptions, job_of

SOURCE = Path(__file__).parent / "lecture"

Call = Callable[..., click.testing.Result]


def build(folder: Path) -> None:
    """Build the example's wheel and install it into a folder, without network."""
    source = folder.with_name("lecture-source")
    shutil.copytree(SOURCE, source, ignore=shutil.ignore_patterns("__pycache__"))
    how = ["--quiet", "--no-index", "--no-deps", "--no-build-isolation", "--no-compile", "--target"]
    command = [sys.executable, "-m", "pip", "install", *how, str(folder), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def forget() -> None:
    """Forget which plugins there are."""
    cached = (plugins.found, plugins._installed, plugins._made, options_of)
    for one in (*cached, plugins.remember, scene_file._module_of_package, scene_file._load_light):
        one.cache_clear()
    for kept in (plugins._skipped, plugins._late, plugins._loaded, scene_file._read):
        kept.clear()
    for name in [name for name in sys.modules if name.partition(".")[0] in ("lecture", "twin", "rival")]:
        del sys.modules[name]


Install = Callable[[Path], None]


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Put a folder of installed packages on the path."""

    def put(folder: Path) -> None:
        monkeypatch.syspath_prepend(str(folder))
        forget()

    yield put
    forget()


@pytest.fixture
def lecture(once: Callable[..., Path], install: Install) -> Path:
    """The example package, built and installed as its users would."""
    folder = once("lecture-site", build)
    install(folder)
    return folder


@pytest.fixture
def copy(lecture: Path, tmp_path: Path, install: Install) -> Path:
    """The example package, installed where it may be changed."""
    folder = tmp_path / "site"
    shutil.copytree(lecture, folder)
    install(folder)
    return folder


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Call the command line in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return lambda *args: click.testing.CliRunner().invoke(cli, [str(arg) for arg in args], prog_name="lranim")


def package(folder: Path, name: str, points: str, **files: str) -> None:
    """Write a package as if it were installed, with entry points and modules."""
    (folder / name).mkdir(parents=True)
    (folder / name / "__init__.py").write_text("")
    for stem, text in files.items():
        (folder / name / f"{stem}.py").write_text(text)
    info = folder / f"{name}-2.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 2.0\n")
    (info / "entry_points.txt").write_text(points)


def job(scene: str, folder: Path, **options: Any) -> Job:
    """A small clip of a scene."""
    params = registry.get(scene).load_light().Params(**options)
    how = RenderOptions(size="96,54", fps=5, formats=["png"]).settings()
    about = {"lang": "en", "theme": theme_of("dark"), "out_dir": folder}
    return job_of(registry.get(scene).reference, params, how, **about)


def test_every_kind_is_found(lecture: Path) -> None:
    """A scene, a cost, a rule, a schedule and a theme stand after lranim's own, and can be used."""
    assert list(registry.scenes())[-1] == "nudge"
    assert list(registry.scenes())[:-1] == registry.names()
    assert list(tables.costs())[-1] == "double-well"
    assert list(tables.rules())[-1] == "clipped"
    assert tables.rules()["clipped"](0.5).name == "clipped"
    assert tables.schedules()["sawtooth"].make(0.3, 9)(3) == 0.3
    assert list(themes())[-1] == "chalk"
    assert (theme_of("chalk").name, theme_of("chalk").background) == ("chalk", "#10251C")
    assert theme_of("chalk").text == theme_of("dark").text


def test_the_scene_is_read_without_its_drawing_part(lecture: Path) -> None:
    """Neither manim nor the scene's own module is imported for the list and the numbers."""
    code = (
        "import sys; from lranim.catalogue.registry import get; i = get('nudge'); light = i.load_light();"
        "print(len(light.numbers(light.Params()).x), i.summary);"
        "sys.exit(any(name in sys.modules for name in ('manim', 'lecture.nudge')))"
    )
    env = {"PYTHONPATH": str(lecture), "PATH": ""}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env, check=False)
    words = "4 A nudge down the hill, with steps of limited length.\n"
    assert (done.returncode, done.stdout, done.stderr) == (0, words, "")


def test_lists_help_schema_and_doctor_have_them(lecture: Path, call: Call) -> None:
    """Whatever tells what there is tells of plugins, too."""
    assert call("list").stdout.splitlines()[-1].startswith("nudge ")
    (row,) = (row for row in json.loads(call("list", "--json").stdout) if row["name"] == "nudge")
    assert row["params"]["longest"]["default"] == 1.0
    assert "--longest" in call("render", "nudge", "--help").stdout
    assert "nudge" in lesson_schema()["$defs"]
    rows = {check.name: check for check in doctor._plugins()}
    assert list(rows) == [
        f"plugin {name}" for name in ("nudge", "double-well", "clipped", "sawtooth", "chalk")
    ]
    assert all(row.ok for row in rows.values())
    assert rows["plugin chalk"].found == "theme of lecture 1.0"


def test_a_clip_of_a_plugin(lecture: Path, call: Call) -> None:
    """It is drawn in the plugin's theme with its own words, and found again the second time."""
    command = ("render", "nudge", "-r", "96,54", "--fps", 5, "--theme", "chalk", "--format", "png", "--json")
    first, second = (json.loads(call(*command).stdout) for _ in range(2))
    assert (first["scene"], first["theme"]) == ("nudge", "chalk")
    assert (first["cached"], second["cached"]) == (False, True)
    assert [beat["text"] for beat in first["beats"]] == ["Start at a = 13.", "After 3 steps at a = 10."]
    assert Path("media/nudge.chalk.png").exists()


def test_options_take_them(lecture: Path, call: Call, tmp_path: Path) -> None:
    """A cost, a rule and a schedule of a plugin are values of options as lranim's own are."""
    rows = json.loads(call("trace", "learning-rate", "--cost", "double-well", "--lr", 0.05).stdout)
    assert (rows["cost"], rows["status"], rows["steps"][0]["x"]) == ("double-well", "converged", [1.5])
    assert rows["steps"][0]["grad"] == [7.5]
    assert "double-well  two valleys of the same depth" in call("render", "slope", "--help").stdout
    result = call("trace", "surface", "--cost", "double-well")
    words = "Error: --cost is double-well, a cost of 1 variable; this scene draws costs of two variables: "
    assert (result.exit_code, result.stderr[: len(words)]) == (2, words)
    result = call("trace", "schedule", "--schedule", "sawtooth", "--steps", 30, "--noise", 0)
    (run,) = json.loads(result.stdout)["runs"]
    assert [round(row["lr"], 9) for row in run["steps"][8:12]] == [0.08, 0.04, 0.4, 0.36]
    result = call("trace", "optimizers", "--optimizer", "clipped,adam", "--cost", "ravine", "--steps", 2)
    assert json.loads(result.stdout)["runs"][0]["steps"][0]["step"][1] == -1.0
    parts = inputs_of(job("slope", tmp_path, cost="double-well"), {}).clip
    assert parts["plugin lecture"] == "1.0"
    assert "source lecture lecture/costs.py" in parts


def test_a_language_that_a_plugin_has_no_words_in(lecture: Path, call: Call) -> None:
    """Asked for by name it is refused in one line; among all it is left out with a note."""
    result = call("render", "nudge", "--lang", "zh", "--dry-run")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("Error: nudge has no words in zh, only in en (TEXTS in ")
    result = call("render", "--all", "--lang", "zh", "--dry-run")
    assert (result.exit_code, result.stderr) == (0, "Note: nudge is left out: it has no words in zh\n")


def test_the_key_has_the_plugin_s_source(copy: Path, tmp_path: Path) -> None:
    """Another source or another version makes another clip of what the plugin draws, and of nothing else."""
    scene, own = job("nudge", tmp_path), job("slope", tmp_path)
    before = inputs_of(scene, {}), inputs_of(own, {})
    (copy / "lecture/words.toml").touch()
    assert inputs_of(scene, {}).changes(before[0]) == ["source lecture lecture/words.toml is new"]
    (copy / "lecture/words.toml").unlink()
    path = copy / "lecture/rules.py"
    path.write_text(path.read_text() + "\n")
    assert inputs_of(scene, {}).changes(before[0]) == ["source lecture lecture/rules.py has changed"]
    metadata = copy / "lecture-1.0.dist-info/METADATA"
    metadata.write_text(metadata.read_text().replace("Version: 1.0", "Version: 1.1"))
    forget()
    assert "plugin lecture was 1.0, is 1.1" in inputs_of(scene, {}).changes(before[0])
    assert inputs_of(own, {}) == before[1]


def test_a_lesson_of_a_plugin(lecture: Path, tmp_path: Path) -> None:
    """A lesson names a plugin's scene and theme as it names lranim's own."""
    path = tmp_path / "lesson.toml"
    path.write_text('[[clip]]\nscene = "nudge"\ntheme = "chalk"\nparams = { longest = 2 }\n')
    (clip,) = read_lesson(path, tmp_path).clips
    assert (clip.job.scene, clip.job.name) == ("nudge", "nudge.longest=2.chalk")
    assert clip.job.theme == theme_of("chalk")


BROKEN = {
    "scenes": {
        "no-import": "no_import.py cannot be loaded: ModuleNotFoundError: No module named 'not_there_at_all'",
        "no-syntax": "no_syntax.py is not valid Python: invalid syntax",
        "no-params": "no_params.py has no Params; a scene file needs Params and numbers(params)",
        "no-class": "no_class.py has no class NoClass; the Scene class must be called so",
        "no-file": "there is no file of a module twin.nowhere",
        "no-package": "nowhere.scene cannot be found: ModuleNotFoundError: No module named 'nowhere'",
        "bad-texts": "bad_texts.py: TEXTS must be a table of texts a language",
        "leaves": "leaves.py cannot be loaded: SystemExit: 3",
        "half-said": "half_said.py: TEXTS has end in zh and not in en",
        "bad-option": "bad_option.py: Params cannot be made into options: Cannot generate a JsonSchema",
        "an-object": "its value is twin.leaves:Leaves; a scene is a module, so leave out what follows",
        "odd-file": "its file is Odd.py; call it in small letters and digits",
        "slope": "lranim has a scene of that name itself; give it another name",
        "An_Odd Name": "its name must be small letters and digits, with hyphens between words",
    },
    "costs": {
        "exits": "twin.exits:COST cannot be imported: SystemExit: 3",
        "bowl": "lranim has a cost of that name itself; give it another name",
        "other-name": "its name is bowl; it must be that of its entry point, other-name",
        "a-number": "it is of type int; it must be a Cost",
        "no-attribute": "twin.parts:no_attribute cannot be imported: AttributeError",
        "fails": "its function fails: RuntimeError: of two lines",
        "no-numbers": "its grad makes points of shape (2, 1) into [13. 13.]; it must be finite numbers",
        "two-starts": "it says dim = 1, with 1 ranges in domain, 1 variables and 2 numbers in start",
        "three": "it says dim = 3, with 3 ranges in domain, 3 variables and 3 numbers in start",
        "outside": "its start (50.0,) lies outside of its domain ((-7.0, 13.0),)",
        "backwards": "its domain has a range from 13.0 to -7.0; it must be finite and grow",
        "no-rate": "its lr is -0.1; it must be a finite number greater than 0",
        "flat-minima": "its minima are ((3.0, 0.0),); each must have a number for each variable",
        "flat-hessian": "its hessian is [[2.0, 0.0], [0.0, 2.0]]; it must be None or of shape (1, 1)",
        "uphill": "its grad in a is 18 at (-6.0,), where its value has a slope of -18",
        "steepest": "its grad in a is ",
        "rows-only": "its value fails: IndexError: too many indices",
        "no-start": "it cannot be used: TypeError: object of type 'NoneType' has no len()",
    },
    "rules": {
        "no-rule": "it is of type int; it must be a function that returns a Rule",
        "no-import": "No module named 'not_there_at_all'",
        "returns": "it is of type int; it must be a Rule",
        "no-default": "it needs size; give each argument a default",
        "no-step": "its step gives [-0.05 -0.4 ] for a gradient of 2 numbers; it must be",
        "long-step": "its step gives (array([0.5]), None) for a gradient of 2 numbers",
        "lost-step": "its step gives (array([nan, nan]), None) for a gradient of 2 numbers",
        "no-init": "its step fails: AttributeError: 'numpy.ndarray' object has no attribute 'velocity'",
    },
    "schedules": {
        "no-kind": "it is of type int; it must be a ScheduleKind",
        "no-rates": "its make fails: ZeroDivisionError",
        "one-rate": "it makes an array of 10 steps into 0.5; it must be an array of 10 rates",
        "no-end": "its rates from 0.5 over 10 steps are [inf, ",
    },
    "themes": {
        "no-theme": "it is of type int; it must be a Theme, a dict or the path of a file",
        "no-colour": 'colours.cost is "blue"; it must be #RGB or #RRGGBB',
        "no-toml": "there is no file nowhere.toml",
    },
}
"""What is broken, by kind and name, and what is said of it."""

PLACES = {
    ("scenes", "no-file"): "twin.nowhere",
    ("scenes", "no-package"): "nowhere.scene",
    ("scenes", "an-object"): "twin.leaves:Leaves",
    ("scenes", "odd-file"): "twin.Odd",
    ("scenes", "slope"): "twin.no_params",
    ("scenes", "An_Odd Name"): "twin.no_params",
    ("costs", "exits"): "twin.exits:COST",
    ("costs", "bowl"): "twin.parts:COST",
    ("costs", "other-name"): "twin.parts:COST",
    ("costs", "a-number"): "twin.parts:number",
    ("rules", "no-rule"): "twin.parts:number",
    ("rules", "no-import"): "twin.no_import:rule",
    ("rules", "returns"): "twin.parts:one",
    ("rules", "no-default"): "twin.parts:of",
    ("schedules", "no-kind"): "twin.parts:number",
    ("themes", "no-theme"): "twin.parts:number",
    ("themes", "no-colour"): "twin.parts:theme",
    ("themes", "no-toml"): "twin.parts:file",
}
"""Where they are that are not in a module, or in twin.parts, under their name."""

SCENE = '''"""A scene."""
import sys
from lranim.params import SceneParams


class Params(SceneParams):
    pass


def numbers(params):
    return None


class {name}:
    pass


{more}
'''

CALLS = """
import typing


class Params(SceneParams):
    key: typing.Callable = print
"""

PARTS = """
from dataclasses import replace
import numpy as np
from lranim.core.costs import COSTS
from lranim.core.rules import RULES
from lranim.core.schedules import ScheduleKind

print("a plugin that talks")
number = 7
COST = COSTS["bowl"]
narrow = replace(COST, name="narrow")
file = "nowhere.toml"
theme = {"colours": {"cost": "blue"}}
no_numbers = replace(COST, name="no-numbers", grad=lambda x: x[..., 0])
two_starts = replace(COST, name="two-starts", start=(1.0, 2.0))
three = replace(COST, name="three", dim=3, domain=COST.domain * 3, variables=tuple("abc"), start=(1.0,) * 3)
outside = replace(COST, name="outside", start=(50.0,))
backwards = replace(COST, name="backwards", domain=((13.0, -7.0),))
no_rate = replace(COST, name="no-rate", lr=-0.1)
flat_minima = replace(COST, name="flat-minima", minima=((3.0, 0.0),))
flat_hessian = replace(COST, name="flat-hessian", hessian=[[2.0, 0.0], [0.0, 2.0]])
uphill = replace(COST, name="uphill", grad=lambda x: 6 - 2 * x)
steepest = replace(
    COST, name="steepest", value=lambda x: np.exp(30 * x[..., 0]), grad=lambda x: 15 * np.exp(30 * x),
    domain=((0.0, 1.0),), start=(0.5,), minima=(),
)
rows_only = replace(COST, name="rows-only", value=lambda x: COST.value(x[:, :]))
no_start = replace(COST, name="no-start", start=None)
RULE = RULES["gradient-descent"]()


def no_step():
    return replace(RULE, name="no-step", step=lambda state, grad, lr, t: -lr * grad)


def long_step():
    return replace(RULE, name="long-step", step=lambda state, grad, lr, t: (grad[:1], state))


def lost_step():
    return replace(RULE, name="lost-step", step=lambda state, grad, lr, t: (grad * float("nan"), state))


def no_init():
    return replace(RULE, name="no-init", init=lambda x: x.velocity)


def schedule(name, rate):
    return ScheduleKind(name=name, summary="", formula="", make=lambda lr, steps: rate)


no_rates = schedule("no-rates", lambda t: 1 / t)
one_rate = schedule("one-rate", lambda t: 0.5)
no_end = schedule("no-end", lambda t: float("inf") + t)


def fails():
    print("a function that talks")
    raise RuntimeError("of two\\nlines")


def one():
    return 1


def of(size):
    return 1
"""

TALK = ("a plugin that talks", "a function that talks")
"""What they print."""


@pytest.fixture
def twin(tmp_path: Path, install: Install) -> Path:
    """A package in which everything is broken."""
    points = ""
    for kind, names in BROKEN.items():
        points += f"[lranim.{kind}]\n"
        for name in names:
            place = ("twin." if kind == "scenes" else "twin.parts:") + name.replace("-", "_")
            points += f"{name} = {PLACES.get((kind, name), place)}\n"
    folder = tmp_path / "twin-site"
    scene = SCENE.format
    files = {
        "no_import": scene(name="NoImport", more="import not_there_at_all"),
        "no_syntax": "def (",
        "no_params": "class NoParams:\n    pass\n",
        "no_class": scene(name="Other", more=""),
        "bad_texts": scene(name="BadTexts", more='TEXTS = {"title": "A scene"}'),
        "half_said": scene(
            name="HalfSaid", more='TEXTS = {"en": {"t": "A"}, "zh": {"t": "甲", "end": "乙"}}'
        ),
        "leaves": scene(name="Leaves", more="sys.exit(3)"),
        "bad_option": scene(name="BadOption", more=CALLS),
        "Odd": scene(name="Odd", more=""),
        "parts": PARTS,
        "exits": "import sys\nsys.exit(3)",
    }
    package(folder, "twin", points, **files)
    install(folder)
    return folder


def test_broken_plugins_are_named_and_left_out(twin: Path, call: Call) -> None:
    """Each is said once, in one line on stderr, with the reason; all else works as ever."""
    result = call("list")
    assert (result.exit_code, [line.split()[0] for line in result.stdout.splitlines()]) == (
        0,
        registry.names(),
    )
    lines = result.stderr.splitlines()
    assert len(lines) == len(BROKEN["scenes"])
    for line in lines:
        name, reason = line.removeprefix("Note: plugin ").split(" of package twin was skipped: ")
        assert BROKEN["scenes"][name] in reason
        assert "Unusable" not in reason
    assert call("list").stderr == ""
    assert call("trace", "slope").exit_code == 0


def test_doctor_knows_why(twin: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every broken plugin has a row; what one prints does not get among the results."""
    rows = doctor._plugins()
    assert capsys.readouterr().out == ""
    assert len(rows) == sum(map(len, BROKEN.values()))
    for row in rows:
        assert (row.ok, row.needed) == (False, False)
        name, kind = row.name.removeprefix("plugin "), row.found.split()[0]
        assert BROKEN[f"{kind}s"][name] in row.found
        assert "Unusable" not in row.found


def test_a_broken_plugin_that_is_asked_for(twin: Path, call: Call) -> None:
    """Naming it costs one line with the reason."""
    result = call("render", "no-params")
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert result.stderr.startswith("Error: plugin no-params of package twin cannot be used: ")
    result = call("render", "slope", "--theme", "no-theme", "--dry-run")
    assert result.exit_code == 2
    assert "Note: plugin no-theme of package twin was skipped: it is of type int" in result.stderr
    result = call("trace", "optimizers", "--optimizer", "returns,adam")
    assert (result.exit_code, result.stdout) == (2, "")
    *_, error = result.stderr.splitlines()
    assert error.startswith("Error: --optimizer is returns; it must be one of gradient-descent, ")
    assert error.endswith(", adamw (optimizers)")


UNREADABLE = {
    "no-equals": ("entry_points.txt", b"[other]\njust words\n", "has a line without =: just words"),
    "no-text": ("entry_points.txt", b"[other]\n\xff = twin\n", "is not UTF-8 text (byte 8)"),
    "no-pipe": ("entry_points.txt", os.mkfifo, "is not a file"),
    "no-folder": ("entry_points.txt", os.mkdir, "is not a file"),
    "no-name": ("METADATA", b"Version: 2.0\n", "does not say its name and version"),
    "no-words": ("METADATA", b"Name: \xff\n", "is not UTF-8 text (byte 6)"),
    "no-end": ("METADATA", os.mkfifo, "is not a file"),
}
"""A file of the metadata of a package, what is in its place, and what is said of it."""

PATIENCE_S = 100
"""So long may a command take which must not wait for ever (s)."""

RENDER = ("-m", "lranim", "render", "oscillation", "-r", "96,54", "--format", "png")


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a folder, with the packages that are there."""
    return subprocess.run(
        [sys.executable, "-P", *words],
        env={"PYTHONPATH": str(folder), "PATH": "", "LRANIM_CACHE": str(folder / "cache")},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
    )


@pytest.mark.thorough_after(1)
@pytest.mark.parametrize(
    "command",
    [("-m", "lranim", "list"), RENDER, ("-c", "import lranim.judge.check")],
    ids=["list", "render", "worker"],
)
def test_packages_that_cannot_be_read(tmp_path: Path, command: tuple[str, ...]) -> None:
    """Each is named in one line, and neither lranim nor manim, which reads them as well, ends or waits."""
    for name, (file, content, _) in UNREADABLE.items():
        name = name.replace("-", "_")
        package(tmp_path, name, f"[lranim.scenes]\n{name} = {name}\n")
        path = tmp_path / f"{name}-2.0.dist-info" / file
        path.unlink()
        path.write_bytes(content) if isinstance(content, bytes) else content(path)
    done = run(tmp_path, *command)
    assert done.returncode == 0, done.stderr
    notes = [line for line in done.stderr.splitlines() if line.startswith("Note: ")]
    assert sorted(notes) == sorted(
        f"Note: package {tmp_path}/{name.replace('-', '_')}-2.0.dist-info was skipped: {file} {words}; "
        "install it again, or remove it"
        for name, (file, _, words) in UNREADABLE.items()
    )


def test_a_cluster_needs_packages_that_can_be_read(tmp_path: Path) -> None:
    """Dask reads all entry points by itself, in its workers, too: nothing is started."""
    package(tmp_path, "twin", "[other]\njust words\n")
    (tmp_path / "lesson.toml").write_text('[[clip]]\nscene = "slope"\n')
    done = run(tmp_path, "-m", "lranim", "build", "lesson.toml", "--cluster", "local:1")
    words = "Error: --cluster cannot be used: twin cannot be read; install it again, or remove it\n"
    assert (done.returncode, done.stderr.splitlines(True)[-1]) == (2, words)


LIST = (
    "from lranim.plugins import entry_points; entry_points.LONGEST_S = 1.6;"
    "from lranim.cli import main; main()"
)
"""The command line, with less patience."""

KEEPS_ON = """
import sys, time
while True:
    try:
        print("on", file=sys.stderr, flush=True)
        time.sleep(9)
    except {}:
        pass
"""

UNRULY = {
    "base": ("raise BaseException('of \\x1b[31mred')", r"it cannot be used: BaseException: of \x1b[31mred"),
    "generator": ("raise GeneratorExit('x')", "it cannot be used: GeneratorExit: x"),
    "interrupt": ("raise KeyboardInterrupt('x')", "it cannot be used: KeyboardInterrupt: x"),
    "keeps-on": (KEEPS_ON.format("Exception"), "it took more than 1.6 s"),
    "late": ("while True:\n    pass", "it took more than 0.1 s, after keeps-on had been late"),
    "r\x1b[31med": ("", "its name must be small letters and digits, with hyphens between words"),
}
"""What a plugin's module does, and what is said of it."""


@contextlib.contextmanager
def unruly(folder: Path, **bodies: str) -> Iterator[subprocess.Popen[str]]:
    """List the scenes, with a package whose scenes are these."""
    files = {
        f"scene_{at}": f"class Scene{at}:\n    pass\n\n\n{body}" for at, body in enumerate(bodies.values())
    }
    points = "".join(f"{name} = twin.scene_{at}\n" for at, name in enumerate(bodies))
    package(folder, "twin", f"[lranim.scenes]\n{points}", **files)
    env = {"PYTHONPATH": str(folder), "PATH": ""}
    command = [sys.executable, "-P", "-c", LIST, "list"]
    pipes: Any = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "encoding": "utf-8"}
    with subprocess.Popen(command, env=env, **pipes) as process:
        try:
            yield process
        finally:
            process.kill()


def test_plugins_that_raise_anything_or_catch_everything(tmp_path: Path) -> None:
    """Each is named in one line that a terminal can show, and those that take too long share the time."""
    with unruly(tmp_path, **{name: body for name, (body, _) in UNRULY.items()}) as process:
        _, said = process.communicate(timeout=PATIENCE_S)
    notes = [
        f"Note: plugin {name} of package twin was skipped: {words}\n" for name, (_, words) in UNRULY.items()
    ]
    assert (process.returncode, said.replace("on\n", "")) == (0, "".join(notes).replace("\x1b", r"\x1b"))


@pytest.mark.parametrize(
    ("caught", "stop", "code", "words"),
    [
        ("BaseException", False, 1, "Error: plugin x of package twin cannot be stopped; remove it"),
        ("BaseException", True, 130, "Error: plugin x of package twin cannot be stopped; remove it"),
        ("Exception", True, 130, "Interrupted."),
    ],
)
def test_a_plugin_that_does_not_end(tmp_path: Path, caught: str, stop: bool, code: int, words: str) -> None:
    """One that cannot be stopped ends the command; Ctrl-C is not taken for an error of the plugin's."""
    with unruly(tmp_path, x=KEEPS_ON.format(caught)) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "on\n"
        if stop:
            process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, said.replace("on\n", "")) == (code, f"{words}\n")


def test_two_packages_with_the_same_name(tmp_path: Path, install: Install, call: Call) -> None:
    """The first package by name has it; the other one is said to be left out."""
    for name in ("twin", "rival"):
        text = SCENE.format(name="Same", more="")
        package(tmp_path / "site", name, f"[lranim.scenes]\nsame = {name}.same\n", same=text)
    install(tmp_path / "site")
    result = call("list")
    assert [line.split()[0] for line in result.stdout.splitlines()] == [*registry.names(), "same"]
    assert result.stderr == (
        "Note: plugin same of package twin was skipped: "
        "package rival has a scene of that name; remove one of them\n"
    )


def test_a_package_in_development(tmp_path: Path, install: Install) -> None:
    """One that setuptools has put in place the old way, with an egg-info folder, is found as well."""
    site = tmp_path / "site"
    package(site, "rival", "[lranim.costs]\nnarrow = rival.parts:narrow\n", parts=PARTS)
    info = (site / "rival-2.0.dist-info").rename(site / "rival.egg-info")
    (info / "METADATA").rename(info / "PKG-INFO")
    install(site)
    assert list(tables.costs())[-1] == "narrow"


def test_nobody_pays_for_plugins_that_are_not_there() -> None:
    """Without any, entry points are not even parsed."""
    code = (
        "import sys; from lranim.catalogue import registry; registry.scenes();"
        "sys.exit(any(name in sys.modules for name in ('importlib.metadata', 'numpy', 'pydantic')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.thorough
def test_other_processes_see_plugins(lecture: Path, tmp_path: Path) -> None:
    """Workers find the scene and the theme by themselves."""
    command = ["render", "nudge", "--longest", "1", "--longest", "2", "-j", "2", "--theme", "chalk"]
    done = subprocess.run(
        [sys.executable, "-m", "lranim", *command, "-r", "96,54", "--fps", "5", "--format", "png"],
        env={"PYTHONPATH": str(lecture), "PATH": ""},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in (tmp_path / "media").glob("*.png")) == [
        "nudge.chalk.png",
        "nudge.longest=2.chalk.png",
    ]


def test_numbers_first_then_a_change(copy: Path, tmp_path: Path) -> None:
    """What a notebook has traced is loaded: a package that changes after that is not rendered with."""
    lranim.trace("slope", cost="double-well", steps=2)
    path = copy / "lecture/costs.py"
    path.write_text(path.read_text() + "\n")
    with pytest.raises(InputError, match=r"source lecture lecture/costs.py has changed since it was loaded"):
        lranim.render("slope", cost="double-well", steps=2, out=tmp_path, resolution=(96, 54))


def test_the_drawing_part_of_a_scene_is_read_again(copy: Path, tmp_path: Path) -> None:
    """What draws after a change of the scene's file is what it says now."""
    assert not hasattr(registry.get("nudge").load_module(), "LATER")
    path = copy / "lecture/nudge.py"
    path.write_text(path.read_text() + "\nLATER = True\n")
    assert registry.get("nudge").load_module().LATER


def test_sound_costs_that_are_hard_to_differentiate(recwarn: pytest.WarningsRecorder) -> None:
    """A kink, a pole, single precision, a wave and a great height are no fault of the gradient."""
    bowl, single = tables.costs()["bowl"], np.float32

    def check(value: Callable[[Any], Any], grad: Callable[[Any], Any], low: float, high: float) -> None:
        about = {"value": lambda x: value(x[..., 0]), "grad": grad, "domain": ((low, high),)}
        tables._check_slopes(replace(bowl, **about))

    check(np.abs, np.sign, -1, 1)
    check(lambda a: 1 / a, lambda x: -1 / x**2, -1, 1)
    check(lambda a: np.square(single(a)), lambda x: 2 * single(x), 2, 3)
    check(lambda a: np.sin(40 * a) + a**2, lambda x: 40 * np.cos(40 * x) + 2 * x, -3, 3)
    check(lambda a: 1e9 + a**2, lambda x: 2 * x, -1, 1)
    check(np.sqrt, lambda x: 0.5 / np.sqrt(x), -1, 1)
    assert not recwarn.list
