"""A scene's data read from a file: refused in one line before anything is written, and named after it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

GOOD = "x,y\n1,2\n2,4.5\n3,5\n"


@pytest.mark.parametrize(
    ("content", "options", "said"),
    [
        (None, [], "there is no file points.csv; give a CSV file of two columns of numbers, x and y"),
        (GOOD, ["--seed", "3"], "--data is points.csv and --seed is 3; give one of them, not both (cost)"),
        (GOOD, ["--count", "9"], "--data is points.csv and --count is 9; give one of them, not both"),
        (GOOD, ["--noise", "0"], "--data is points.csv and --noise is 0; give one of them, not both"),
    ],
)
@pytest.mark.parametrize("command", ["render", "trace", "storyboard", "check"])
def test_refused_in_one_line(
    real, tmp_path: Path, command: str, content: str | None, options: list[str], said: str
) -> None:
    """By every command, with exit code 2."""
    if content is not None:
        (tmp_path / "points.csv").write_text(content)
    before = sorted(tmp_path.iterdir())
    result = real(command, "cost", "--data", "points.csv", *options)
    assert (result.exit_code, result.stdout) == (2, "")
    [line] = result.stderr.splitlines()
    assert line.startswith("Error: ")
    assert said in line
    assert sorted(tmp_path.iterdir()) == before


def test_clips_are_named_after_the_file(real, tmp_path: Path) -> None:
    """Not after its folder; two that would have one name are refused."""
    for name in ("one/points.csv", "two/points.csv", "two/other.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(GOOD)
    paths = real("render", "cost", "--data", "one/points.csv", "--data", "two/other.csv", "--dry-run").stdout
    assert "media/cost.data=points.mp4\n" in paths
    assert "media/cost.data=other.mp4\n" in paths
    twice = real("render", "cost", "--data", "one/points.csv", "--data", "two/points.csv", "--dry-run")
    assert twice.exit_code == 2
    assert twice.stderr == (
        "Error: the clips cost.data=points and cost.data=points would both write cost.data=points.mp4; "
        "render one at a time, each with its --name\n"
    )


def test_trace_of_a_file(real, tmp_path: Path) -> None:
    """The rows are of the file's samples, and the option is told as it was given."""
    (tmp_path / "points.csv").write_text(GOOD)
    trace = json.loads(real("trace", "cost", "--data", "points.csv").stdout)
    assert trace["params"] == {"seed": 1, "count": 12, "noise": 0.5, "data": "points.csv"}
    for row in trace["rows"][::20]:
        a = row["a"]
        mean = ((2 - a) ** 2 + (4.5 - 2 * a) ** 2 + (5 - 3 * a) ** 2) / 3
        assert row["cost"] == pytest.approx(mean)


@pytest.mark.parametrize("kind", ["pipe", "folder", "device"])
@pytest.mark.parametrize(
    "args",
    [
        "trace train-valid --log {}.csv",
        "trace cost --data {}.csv",
        "build {}.toml",
        "slides {}.toml -o deck.pptx",
        "slides lesson.toml -o deck.pptx --template {}.pptx",
        "render slope --theme {}.toml",
        "render ./{}.py",
    ],
)
def test_what_may_never_end_is_not_opened(real, tmp_path: Path, args: str, kind: str) -> None:
    """A pipe, a folder or a device in place of a file: one line, before anything is rendered."""
    (tmp_path / "lesson.toml").write_text('[[clip]]\nscene = "slope"\n')
    for suffix in (".csv", ".toml", ".pptx", ".py"):
        place = tmp_path / (kind + suffix)
        make = {"pipe": os.mkfifo, "folder": os.mkdir, "device": lambda path: path.symlink_to("/dev/zero")}
        make[kind](place)
    result = real(*args.format(kind).split())
    assert (result.exit_code, result.stdout) == (2, "")
    [line] = result.stderr.splitlines()
    assert f"{kind}." in line
    assert "is not a file; " in line or "has no event files" in line


def test_a_line_that_never_ends(real, tmp_path: Path) -> None:
    """A file without line ends is not read as a whole."""
    with (tmp_path / "points.csv").open("wb") as file:
        file.truncate(1 << 40)
    result = real("trace", "cost", "--data", "points.csv")
    assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1)
    assert "points.csv, line 1 is over a million characters long" in result.stderr


def test_half_a_character_in_a_log(real, tmp_path: Path) -> None:
    """JSON can name a column so; a message about it can be printed all the same."""
    (tmp_path / "run.jsonl").write_text('{"step": 1, "loss": 2, "\\ud800": 3}\n')
    result = real("trace", "train-valid", "--log", "run.jsonl")
    assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1)
    assert r"in columns step, loss, \ud800" in result.stderr
