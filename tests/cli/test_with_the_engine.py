"""The command line with the real engine and a real scene, small and short."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import lranim

SMALL = ("-r", "160,90", "--fps", "5", "--steps", "2")


def lranim_process(cwd: Path, *args: str) -> subprocess.Popen[str]:
    """Start `python -m lranim` in a session of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "lranim", *args],
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(Path(lranim.__file__).parents[1])},
    )


def lranim_run(cwd: Path, *args: str) -> subprocess.CompletedProcess[str]:
    """Run it to its end."""
    process = lranim_process(cwd, *args)
    stdout, stderr = process.communicate(timeout=300)
    return subprocess.CompletedProcess(args, process.returncode, stdout, stderr)


def test_render_twice(tmp_path: Path) -> None:
    """The second run finds the files of the first, --force renders them again, byte for byte the same."""
    args = ("render", "oscillation", *SMALL, "--format", "gif,png")
    first = lranim_run(tmp_path, *args)
    assert (first.returncode, first.stdout.splitlines()) == (
        0,
        [f"media/oscillation.steps=2.{form}" for form in ("gif", "png", "json")],
    ), first.stderr
    second, again = (
        json.loads(lranim_run(tmp_path, *args, "--json", *more).stdout) for more in ([], ["--force"])
    )
    assert (second["cached"], again["cached"]) == (True, False)
    assert second["artifacts"] == again["artifacts"]
    assert json.loads((tmp_path / "media" / "oscillation.steps=2.json").read_text())["params"]["steps"] == 2


@pytest.mark.parametrize("word", ["it's 100% 学习率 %d"])
def test_unusual_paths_with_the_engine(tmp_path: Path, word: str) -> None:
    """Apostrophe, spaces, Chinese and % in folder and name, for every format."""
    args = ("-o", word, "--name", word)
    clip = lranim_run(tmp_path, "render", "oscillation", *SMALL, *args)
    assert clip.returncode == 0, clip.stderr
    assert sorted(path.name for path in (tmp_path / word).iterdir()) == sorted(
        f"{word}.{form}" for form in ("mp4", "gif", "png", "json")
    )
    board = lranim_run(
        tmp_path, "storyboard", "oscillation", "--steps", "2", "-r", "160,90", "-o", f"{word}/b.png"
    )
    assert (board.returncode, board.stdout) == (0, f"{word}/b.png\n"), board.stderr


def test_workers_write_the_same_bytes(tmp_path: Path) -> None:
    """Two scenes in two processes come out in order, and just as one after the other."""
    args = ("render", "learning-rate", "oscillation", *SMALL, "--json")
    clips = [
        [
            json.loads(line)
            for line in lranim_run(tmp_path, *args, "-o", folder, "-j", jobs).stdout.splitlines()
        ]
        for folder, jobs in (("one", "1"), ("two", "2"))
    ]
    one, two = ([[a["sha256"] for a in clip["artifacts"]] for clip in run] for run in clips)
    assert [clip["scene"] for clip in clips[1]] == ["learning-rate", "oscillation"]
    assert one == two


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_leaves_no_trace(tmp_path: Path, jobs: str) -> None:
    """Interrupted in the middle of drawing: exit code 130, one line, and the folder is as it was."""
    process = lranim_process(tmp_path, "render", "slope", "oscillation", "-j", jobs, "-q", "h")
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
