"""`--function`: the user's own function on the command line and in a lesson file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click.testing
import hypothesis
import numpy as np
import pytest
from hypothesis import strategies as st

import lranim
from lranim.batch import render
from lranim.catalogue.registry import get
from lranim.cli import cli
from lranim.errors import InputError
from lranim.function.formula import FUNCTIONS
from lranim.lesson import read_lesson
from lranim.video.settings import RenderOptions, job_of


def call(*args: str, code: int = 0, **env: str) -> click.testing.Result:
    """Call the command line with the scenes that there are."""
    result = click.testing.CliRunner().invoke(cli, args, prog_name="lranim", env=env)
    assert result.exit_code == code, result.output
    return result


def trace(*args: str) -> dict[str, Any]:
    """What `lranim trace` prints."""
    found: dict[str, Any] = json.loads(call("trace", *args).stdout)
    return found


def test_trace_follows_the_closed_form_in_one_variable() -> None:
    """On (x - 2)^2 each step leaves 1 - 2 lr of the way: 2 + 3.6 (0.4)^t from 5.6."""
    found = trace("learning-rate", "--function", "(x-2)**2", "--start", "5.6", "--lr", "0.3")
    assert (found["cost"], found["params"]["cost"], found["params"]["function"]) == (
        "function",
        None,
        "(x-2)**2",
    )
    for row in found["steps"]:
        x = 2 + 3.6 * 0.4 ** row["t"]
        assert row["x"][0] == pytest.approx(x, rel=1e-12)
        assert row["cost"] == pytest.approx((x - 2) ** 2, rel=1e-9, abs=1e-18)
        assert row["grad"][0] == pytest.approx(2 * (x - 2), rel=1e-6, abs=1e-12)


def test_trace_follows_the_closed_form_in_two_variables() -> None:
    """On x^2 + 10 y^2 the two variables shrink by 1 - 2 lr and 1 - 20 lr."""
    found = trace("surface", "--function", "x**2 + 10*y**2", "--start", "3,-2", "--lr", "0.04")
    for row in found["steps"]:
        wanted = [3 * 0.92 ** row["t"], -2 * 0.2 ** row["t"]]
        assert row["x"] == pytest.approx(wanted, rel=1e-9)
    text = call("trace", "surface", "--function", "x**2 + 10*y**2", "--format", "csv").stdout
    assert text.startswith("t,x,y,cost,grad_x,grad_y,lr,step_x,step_y\n")


HOSTILE = [
    "__import__('os').system('touch hacked')",
    "(lambda: 1)()",
    "x.__class__",
    "[x for x in (1,)]",
    "open('hacked','w')",
    "exec(x)",
    "x if x else x",
    "f'{x}'",
    "x**x**x**x",
    "9**9**9**9*x",
    "x**1000000",
    "10**100000000*x",
    "(" * 3000 + "x" + ")" * 3000,
    "x+" * 5000 + "x",
    "x\nimport os",
    "x\0",
    "x;x",
    "x:=1",
    "1",
    "x+y+a",
    "log(-1-x**2)",
    "1/0*x",
    "exp((x-x)**(-1)+x)",
    "abs((x-x)**(-1))*x",
    "(x-x)/(x-x)",
    "1e308*1e308*x",
    "\N{CYRILLIC SMALL LETTER HA}**2",
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_text_costs_one_line_and_writes_nothing(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is refused with exit code 2, for each command, before any file is made."""
    monkeypatch.chdir(tmp_path)
    for command in ("render slope", "trace slope", "storyboard slope", "explore"):
        result = call(*command.split(), f"--function={text}", code=2)
        assert result.stdout == ""
        assert result.stderr.startswith("Error: --function is ")
        assert len(result.stderr.splitlines()) == 1
        assert len(result.stderr) < 400
    assert list(tmp_path.iterdir()) == []


def test_a_hostile_text_is_refused_alike_in_a_lesson_and_from_python(tmp_path: Path) -> None:
    """A division by what is always 0, however deep."""
    path = tmp_path / "lesson.toml"
    path.write_text(LESSON.format(function="exp((x-x)**(-1)+x)"), encoding="utf-8")
    for ask in (lambda: read_lesson(path, tmp_path), lambda: lranim.trace("slope", function="x/sin(x-x)")):
        with pytest.raises(InputError, match=r"function is .*; it has no finite value"):
            ask()


ODD = [
    *("sin(x**(-0.5))", "(-1)**x", "0**x", "sqrt(x)*sqrt(-x)", "log(x)*log(-x)", "x/1e12/1e12/1e12"),
    *("exp(" * 20 + "x" + ")" * 20, "1/(1+" * 20 + "x" + ")" * 20, "x/" * 74 + "x", "+".join(["x"] * 74)),
    *(
        "*".join(f"(x-{k})" for k in range(25)),
        "sin(1e12*x)",
        "tan(tan(tan(x)))",
        "x**(1e-12)",
        "e**(e**(e**x))",
    ),
]
LEAVES = st.sampled_from(["x", "0", "1", "2", "pi", "1e12", "1e-12", "(-1)", "0.5"])
FORMULAS = st.recursive(
    LEAVES,
    lambda part: st.one_of(
        st.builds("({0}){1}({2})".format, part, st.sampled_from("+-*/"), part),
        st.builds("({0})**{1}".format, part, st.sampled_from(["2", "(-1)", "0.5", "(1/3)", "12", "0"])),
        st.builds("{1}({0})".format, part, st.sampled_from(FUNCTIONS)),
    ),
    max_leaves=8,
)


@pytest.mark.filterwarnings("error")
@hypothesis.settings(derandomize=True, max_examples=60, deadline=10_000, database=None)
@hypothesis.given(text=st.one_of(st.sampled_from(ODD), FORMULAS))
def test_any_formula_is_answered_or_refused_in_one_line(text: str) -> None:
    """Its numbers, or why there are none."""
    for scene in ("learning-rate", "descent"):
        result = click.testing.CliRunner().invoke(cli, ["trace", scene, f"--function={text}"])
        if result.exit_code:
            assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1), (text, result.output)


def test_help_and_list_tell_of_it_in_each_language() -> None:
    """In the scene's help and in the list, in the words of the terminal or of --lang."""
    assert "--function" in (text := call("render", "slope", "--help", LC_ALL="C").stdout)
    assert "a function of your own in place of a cost" in " ".join(text.split())
    assert "such as -3,3" in " ".join(text.split())
    chinese = "".join(call("render", "surface", "--lang", "zh", "--help").stdout.split())
    assert "自己写的函数" in chinese
    assert "先是第一个变量的范围，再是第二个的" in chinese
    for lang, words in (("en", "a function of your own"), ("zh", "自己写的函数")):
        rows = {
            row["name"]: row["params"] for row in json.loads(call("list", "--json", "--lang", lang).stdout)
        }
        for scene in ("slope", "learning-rate", "oscillation", "descent", "learning-rate-compare", "surface"):
            assert words in rows[scene]["function"]["description"]
            assert "domain" in rows[scene]
        assert "function" not in rows["steep"]


LESSON = """
[[clip]]
scene = "learning-rate"
params = {{ function = "{function}", domain = [-3, 3] }}
matrix = {{ lr = [0.01, 0.1] }}

[[clip]]
scene = "surface"
matrix = {{ function = ["x**2 + y**2", "x**2 + 10*y**2"] }}
"""


def test_a_lesson_file_takes_functions(tmp_path: Path) -> None:
    """Alone and in a matrix; each clip has a name of its own."""
    path = tmp_path / "lesson.toml"
    path.write_text(LESSON.format(function="x**4 - 3*x**2 + x"), encoding="utf-8")
    jobs = [clip.job for clip in read_lesson(path, tmp_path).clips]
    assert [job.params["function"] for job in jobs] == ["x**4 - 3*x**2 + x"] * 2 + [
        "x**2 + y**2",
        "x**2 + 10*y**2",
    ]
    assert jobs[0].params["domain"] == [-3.0, 3.0]
    assert len({job.name for job in jobs}) == 4
    path.write_text(LESSON.format(function="x**4 +"), encoding="utf-8")
    with pytest.raises(InputError, match=r"lesson.toml, line 4: params.function is x\*\*4 \+; "):
        read_lesson(path, tmp_path)


def job_with(tmp_path: Path, scene: str, **options: Any) -> Any:
    """A small job of a scene."""
    params = get(scene).load_light().Params(**options)
    from lranim.look.themes import theme_of

    how = RenderOptions(size="160,90", fps=5, formats=["png"]).settings()
    about = {"lang": "en", "theme": theme_of("dark"), "out_dir": tmp_path, "name": None}
    return job_of(scene, params, how, **about)


@pytest.mark.thorough_after(1)
@pytest.mark.parametrize(
    ("scene", "function"), [("learning-rate", "x**4 - 3*x**2 + x"), ("surface", "x**2 + 10*y**2")]
)
def test_a_clip_is_rendered(tmp_path: Path, scene: str, function: str) -> None:
    """Small, in one variable and in two: the poster is there and the alt text has the function's numbers."""
    job = job_with(tmp_path, scene, function=function, steps=2)
    clip = render.render(job)
    assert {Path(artifact.path).suffix for artifact in clip.artifacts} == {".png"}
    told = json.loads((tmp_path / f"{job.name}.json").read_text(encoding="utf-8"))
    assert told["params"]["function"] == function
    assert np.isfinite(told["seconds"])
    assert ("x**2 + 10*y**2" in told["alt"]) == (scene == "surface")
