"""The command line with the real engine and a real scene, small and short."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import click.testing
import pytest

import lranim
from lranim.batch import pool
from lranim.cli import cli

SMALL = ("-r", "160,90", "--fps", "5", "--steps", "2")


def lranim_process(cwd: Path, *args: str, python: tuple[str, ...] = (), **env: str) -> subprocess.Popen[str]:
    """Start `python -m lranim` in a session of its own, with options for Python itself."""
    return subprocess.Popen(
        [sys.executable, *python, "-m", "lranim", *args],
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(Path(lranim.__file__).parents[1]), **env},
    )


def lranim_run(cwd: Path, *args: str, **how: Any) -> subprocess.CompletedProcess[str]:
    """Run it to its end."""
    process = lranim_process(cwd, *args, **how)
    stdout, stderr = process.communicate(timeout=300)
    return subprocess.CompletedProcess(args, process.returncode, stdout, stderr)


@pytest.fixture
def temp(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for temporary files, outside of the folder that is worked in."""
    return tmp_path_factory.mktemp("temp")


@pytest.mark.thorough_after(1)
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("render slope {small} <&- >&- 2>&-", 0),
        ("render slope {small} 2>/dev/full", 0),
        ("list --no-such 2>/dev/full", 2),
    ],
)
def test_streams_that_are_closed_or_full(tmp_path: Path, words: str, code: int) -> None:
    """A clip is made all the same, and an exit code tells what no line can."""
    line = words.format(small=f"{' '.join(SMALL)} --format gif -j 1")
    path = {"PYTHONPATH": str(Path(lranim.__file__).parents[1])}
    command = ["sh", "-c", f'exec "$0" -m lranim {line}', sys.executable]
    assert subprocess.run(command, cwd=tmp_path, env={**os.environ, **path}, check=False).returncode == code
    assert (tmp_path / "media" / "slope.steps=2.gif").exists() == (words[0] == "r")


@pytest.mark.thorough
def test_render_three_times(tmp_path: Path) -> None:
    """The second run finds the files of the first; forced, two processes write them again, byte for byte."""
    args = ("render", "slope", "oscillation", *SMALL)
    first = lranim_run(tmp_path, *args, "-j", "1")
    forms = ("mp4", "gif", "png", "en.srt", "en.vtt", "json")
    assert (first.returncode, first.stdout.splitlines()) == (
        0,
        [f"media/{name}.steps=2.{form}" for name in ("slope", "oscillation") for form in forms],
    ), first.stderr
    written = json.loads((tmp_path / "media" / "oscillation.steps=2.json").read_text())
    assert (written["cached"], written["params"]["steps"]) == (False, 2)
    second, again = (
        [json.loads(line) for line in lranim_run(tmp_path, *args, "--json", *more).stdout.splitlines()]
        for more in (("-j", "1"), ("-j", "2", "--force"))
    )
    for clips, cached in ((second, True), (again, False)):
        assert [(clip["scene"], clip["cached"]) for clip in clips] == [
            ("slope", cached),
            ("oscillation", cached),
        ]
    for key in ("artifacts", "captions"):
        assert [clip[key] for clip in again] == [clip[key] for clip in second]
    assert again[1]["artifacts"] == written["artifacts"]


@pytest.mark.thorough_after(1)
@pytest.mark.parametrize("word", ["it's 100% 学习率 %d"])
def test_unusual_paths_with_the_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    """Apostrophe, spaces, Chinese and % in folder and name, for every format."""
    args = ("-o", word, "--name", word)
    clip = lranim_run(tmp_path, "render", "oscillation", *SMALL, *args)
    assert clip.returncode == 0, clip.stderr
    assert sorted(path.name for path in (tmp_path / word).iterdir()) == sorted(
        f"{word}.{form}" for form in ("mp4", "gif", "png", "en.srt", "en.vtt", "json")
    )
    monkeypatch.chdir(tmp_path)
    args = ("storyboard", "oscillation", "--steps", "2", "-r", "160,90", "-o", f"{word}/b.png")
    board = click.testing.CliRunner().invoke(cli, args)
    assert (board.exit_code, board.stdout) == (0, f"{word}/b.png\n"), board.stderr
    assert (tmp_path / word / "b.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.skipif(not pool.FORKS, reason="each worker imports it where none is forked")
def test_workers_share_one_import_of_manim(tmp_path: Path, temp: Path) -> None:
    """A clip a value in two processes: manim is imported once, and no temporary file stays."""
    args = ("render", "learning-rate", "--lr", "0.9", "--lr", "0.3", *SMALL, "--format", "png")
    done = lranim_run(tmp_path, *args, "-j", "2", python=("-X", "importtime"), TMPDIR=str(temp))
    assert (done.returncode, done.stdout.splitlines()) == (
        0,
        [f"media/learning-rate.steps=2{lr}.{form}" for lr in (".lr=0.9", "") for form in ("png", "json")],
    ), done.stderr
    imported = [
        line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if "import time:" in line
    ]
    assert (imported.count("manim"), imported.count("lranim.video.engine")) == (1, 1)
    assert list(temp.iterdir()) == []


@pytest.mark.thorough
def test_a_failing_worker_leaves_no_temporary_files(tmp_path: Path, temp: Path) -> None:
    """One clip's place is taken by a folder as it is drawn: exit code 1, and the other clip is there."""
    args = ("render", "learning-rate", "--lr", "0.9", "--lr", "0.3", *SMALL, "-j", "2")
    process = lranim_process(tmp_path, *args, "--format", "png,gif", TMPDIR=str(temp))
    deadline = time.monotonic() + 120
    while not list(tmp_path.glob("media/.lranim-*")):
        assert process.poll() is None, process.stderr.read()
        assert time.monotonic() < deadline
        time.sleep(0.01)
    (tmp_path / "media" / "learning-rate.steps=2.lr=0.9.png" / "in the way").mkdir(parents=True)
    stdout, stderr = process.communicate(timeout=60)
    assert process.returncode == 1, stderr
    forms = ("png", "gif", "en.srt", "en.vtt", "json")
    assert stdout.splitlines() == [f"media/learning-rate.steps=2.{form}" for form in forms]
    assert "Error: learning-rate.steps=2.lr=0.9: " in stderr
    assert list(temp.iterdir()) == []


@pytest.mark.thorough_after(1)
@pytest.mark.parametrize(
    "args",
    [
        ("render", "slope", "oscillation", *SMALL, "--format", "png", "-j", "2"),
        ("check", "slope", "--lang", "en", "--theme", "dark", "-r", "640,360", "-r", "360,360", "-j", "2"),
    ],
    ids=["render", "check"],
)
def test_modules_of_the_user_are_not_taken_for_those_of_python(tmp_path: Path, args: tuple[str, ...]) -> None:
    """A folder where a teacher keeps a math.py: neither the command nor a worker runs it."""
    for name in ("math", "signal", "random", "manim"):
        (tmp_path / f"{name}.py").write_text("open('run', 'a').write(__name__)\n")
    done = lranim_run(tmp_path, *args)
    assert (done.returncode, (tmp_path / "run").exists()) == (0, False), done.stderr
    assert "resource_tracker" not in done.stderr


@pytest.mark.thorough_after(1)
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_leaves_no_trace(tmp_path: Path, temp: Path, jobs: str) -> None:
    """Interrupted in the middle of drawing: exit code 130, one line, and the folder is as it was."""
    args = ("render", "slope", "oscillation", "-j", jobs, "-q", "h")
    process = lranim_process(tmp_path, *args, TMPDIR=str(temp))
    deadline = time.monotonic() + 120
    while not list(tmp_path.glob("media/*")):
        assert process.poll() is None, process.stderr.read()
        assert time.monotonic() < deadline
        time.sleep(0.05)
    time.sleep(0.5)
    os.killpg(process.pid, signal.SIGINT)
    stdout, stderr = process.communicate(timeout=60)
    assert (process.returncode, stdout, stderr.splitlines()[-1]) == (130, "", "Interrupted.")
    assert "Traceback" not in stderr
    assert list(tmp_path.iterdir()) == []
    assert list(temp.iterdir()) == []


def test_ctrl_c_in_code_of_a_text(tmp_path: Path) -> None:
    """Where it comes while Python runs a text, as for each dataclass, the exit code is 130 all the same."""
    (tmp_path / "held.py").write_text("exec('raise KeyboardInterrupt')\n")
    done = lranim_run(tmp_path, "render", "held.py")
    assert (done.returncode, done.stderr) == (130, "Interrupted.\n")
