"""Builds that are killed, stopped, out of space or run twice: what is done is valid, a rerun completes it."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import click.testing
import psutil
import pytest

import lranim
from lranim.cli import cli
from lranim.export.gallery import find_clips

LESSON = """
[defaults]
size = "160,90"
fps = 5
formats = ["gif", "png"]

[[clip]]
scene = "slope"
params = { steps = 1 }

[[clip]]
scene = "oscillation"
lang = "zh"
formats = ["mp4", "gif", "png"]
params = { steps = 1 }
"""
NAMES = ("slope.steps=1", "oscillation.steps=1.zh")
FILES = (2 + 3) + 2 * 2 + 2  # pictures, captions, sidecars

Tree = dict[str, bytes]


class Course:
    """A lesson in a folder of its own, with a cache and temporary files of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        (home / "temp").mkdir(parents=True, exist_ok=True)
        (home / "lesson.toml").write_text(LESSON)
        self.media = home / "media"

    def start(self, *args: str, **how: object) -> subprocess.Popen[str]:
        """Begin a build, in a session of its own."""
        env = {
            **os.environ,
            "PYTHONPATH": str(Path(lranim.__file__).parents[1]),
            "LRANIM_CACHE": str(self.home / "cache"),
            "TMPDIR": str(self.home / "temp"),
        }
        return subprocess.Popen(
            [sys.executable, "-m", "lranim", "build", "lesson.toml", *args],
            cwd=self.home,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env=env,
            **how,  # type: ignore[call-overload]
        )

    def build(self, *args: str) -> tuple[int, str, str]:
        """Build to the end: exit code, stdout, stderr."""
        process = self.start(*args)
        stdout, stderr = process.communicate(timeout=300)
        return process.returncode, stdout, stderr

    def tree(self) -> Tree:
        """What lies under final names, working folders left out; sidecars without how long it took."""
        found = {}
        for path in sorted(self.media.glob("[!.]*")):
            content = path.read_bytes()
            if path.suffix == ".json":
                data = json.loads(content)
                data.pop("seconds")
                content = json.dumps(data).encode()
            found[path.name] = content
        return found

    def all_files(self) -> list[str]:
        """Everything below the output folder and among temporary files, but what the next run uses.

        That are locks, and the folder for text of a process that was killed.
        """
        places = [*self.media.rglob("*"), *(self.home / "temp").rglob("*")]
        return sorted(path.name for path in places if not re.search("/lranim-(locks|text)-", str(path)))


@pytest.fixture(scope="session")
def finished(once: Callable[[str, Callable[[Path], None]], Path]) -> Course:
    """A course that was built undisturbed."""

    def build(home: Path) -> None:
        course = Course(home)
        code, _, stderr = course.build("-j", "2")
        assert (code, len(course.tree())) == (0, FILES), stderr

    return Course(once("finished", build))


@pytest.fixture(scope="session")
def clean(finished: Course) -> Tree:
    """The files of a build that nothing disturbed."""
    return finished.tree()


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """A lesson of which nothing is built."""
    return Course(tmp_path / "course")


def family(process: subprocess.Popen[str]) -> list[psutil.Process]:
    """All processes of the build's session that run."""
    found = []
    for one in psutil.process_iter():
        with contextlib.suppress(psutil.Error, ProcessLookupError):
            if os.getsid(one.pid) == process.pid and one.status() != psutil.STATUS_ZOMBIE:
                found.append(one)
    return found


def wait_for(condition: Callable[[], object], seconds: float = 30) -> None:
    """Poll until it holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def check_valid(course: Course, clean: Tree) -> None:
    """Nothing under a final name is other than in a clean build."""
    tree = course.tree()
    assert tree == {name: clean[name] for name in tree}
    if tree:
        assert find_clips(course.media).left_out == ()


def check_rerun(course: Course, clean: Tree, *args: str) -> str:
    """The same build once more: it completes the files, each as in a clean build, and leaves nothing else.

    It runs in this process, which has manim already; nothing here is left from the build before.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(course.home)
        patch.setenv("LRANIM_CACHE", str(course.home / "cache"))
        patch.setenv("TMPDIR", str(course.home / "temp"))
        patch.setattr(tempfile, "tempdir", str(course.home / "temp"))
        done = click.testing.CliRunner().invoke(cli, ["build", "lesson.toml", "-j", "1", *args])
    assert done.exit_code == 0, done.stderr
    assert course.tree() == clean
    assert course.all_files() == sorted(clean)
    return done.stderr


@pytest.mark.thorough_after(1)
@pytest.mark.parametrize("seed", range(20))
def test_killed_at_any_time(course: Course, clean: Tree, seed: int) -> None:
    """SIGKILL for the build or one of its processes: none outlives it, no file is half there."""
    chance = random.Random(seed)
    process = course.start("-j", "2")
    time.sleep(chance.uniform(0.2, 2.8))
    running = family(process)
    if seed % 2 == 0 and process.poll() is None:
        process.kill()
    elif running:
        with contextlib.suppress(psutil.Error):
            chance.choice(running).kill()
    process.communicate(timeout=60)
    wait_for(lambda: not family(process))
    check_valid(course, clean)
    check_rerun(course, clean)


@pytest.mark.thorough_after(1)
@pytest.mark.parametrize(
    ("number", "moment"),
    [(signal.SIGTERM, "rendering"), (signal.SIGINT, "starting"), (signal.SIGINT, "rendering")],
)
def test_stopped(course: Course, clean: Tree, number: signal.Signals, moment: str) -> None:
    """SIGTERM and Ctrl-C: one line, the documented exit code, nothing half-written, no process left."""
    process = course.start("-j", "2")
    if moment == "rendering":
        wait_for(lambda: list(course.media.glob(".lranim-*/*")) or process.poll() is not None)
    else:
        wait_for(lambda: len(family(process)) > 1 or process.poll() is not None)
    process.send_signal(number)
    _, stderr = process.communicate(timeout=60)
    assert (process.returncode, stderr.splitlines()[-1]) == (130, "Interrupted.")
    wait_for(lambda: not family(process))
    assert course.all_files() == sorted(course.tree())
    check_valid(course, clean)
    check_rerun(course, clean)


def test_a_damaged_file_is_mended(finished: Course, course: Course, clean: Tree) -> None:
    """Each kind of file of a finished build: it is told, and made good from the cache without the engine."""
    shutil.copytree(finished.media, course.media)
    shutil.copytree(finished.home / "cache", course.home / "cache")
    damages = itertools.cycle(["flip", "cut", "gone"])
    for name in [name for name in clean if name.startswith("oscillation") and not name.endswith(".json")]:
        file, damage = course.media / name, next(damages)
        content = file.read_bytes()
        middle = len(content) // 2
        flipped = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
        file.unlink()
        if damage != "gone":
            file.write_bytes({"flip": flipped, "cut": content[:-1]}[damage])
        stderr = check_rerun(course, clean, "--why").splitlines()
        assert stderr[0] == f"{NAMES[1]}: {name} is {'gone' if damage == 'gone' else 'damaged'}"
        assert stderr[-1].startswith("2 clips: 1 copied from the cache, 1 there already; ")


@pytest.mark.thorough
def test_two_builds_at_once(course: Course, clean: Tree) -> None:
    """Both end well, each clip is drawn once, and it is said which clip another run holds."""
    from lranim.batch.workplace import locked

    held = f"{NAMES[0]} is being written by another run (process {os.getpid()}"
    lines = []
    with locked(course.media, NAMES[0]):
        builds = [course.start("-j", "2") for _ in range(2)]
        for build in builds:
            assert build.stderr is not None
            for line in build.stderr:
                lines.append(line)
                if held in line:
                    break
    for build in builds:
        lines += build.communicate(timeout=120)[1].splitlines()
    assert [build.returncode for build in builds] == [0, 0], lines
    assert sum("rendered in" in line for line in lines) == len(NAMES)
    assert sum(held in line for line in lines) == 2
    check_valid(course, clean)
    assert course.all_files() == sorted(clean)


def test_no_wait(course: Course, clean: Tree) -> None:
    """With --no-wait a clip that another build is writing is an error, exit code 3."""
    from lranim.batch.workplace import locked

    with locked(course.media, NAMES[0]):
        code, _, stderr = course.build("--no-wait", "-k")
    assert code == 3
    held = f"media/{NAMES[0]} is being written by another run (process {os.getpid()}"
    assert f"Error: {NAMES[0]}: {held}" in stderr
    check_valid(course, clean)
    check_rerun(course, clean)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    """Mount a file system of so many kB."""
    places = []

    def mount(size: int) -> Path:
        place = tmp_path / "disk"
        place.mkdir()
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", str(place)],
            capture_output=True,
            check=False,
        )
        if done.returncode:
            pytest.skip("mounting a file system needs root")
        places.append(place)
        return place

    yield mount
    for place in places:
        subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.mark.thorough_after(1)
@pytest.mark.parametrize("size", [32, 4])
def test_a_full_disk(course: Course, clean: Tree, small_disk: Callable[[int], Path], size: int) -> None:
    """No space left: exit 1 and a line that says so, nothing corrupt; with space it completes."""
    disk = small_disk(size)
    course.media.symlink_to(disk)
    code, _, stderr = course.build("-j", "2", "-k")
    assert code == 1, stderr
    assert all("no space left" in line for line in stderr.splitlines() if line.startswith("Error: "))
    assert any(line.startswith("Error: ") for line in stderr.splitlines())
    check_valid(course, clean)
    subprocess.run(["mount", "-o", "remount,size=64m", str(disk)], check=True)
    check_rerun(course, clean)


def test_a_full_disk_under_the_cache(course: Course, clean: Tree, small_disk: Callable[[int], Path]) -> None:
    """The clips are made all the same; what the cache could not keep is no error."""
    (course.home / "cache").symlink_to(small_disk(16))
    check_rerun(course, clean)
