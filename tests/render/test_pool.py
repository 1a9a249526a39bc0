"""Several jobs: order, failures and interruption, in this process and in others."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest

from lranim.batch import pool
from lranim.batch.pool import Outcome, exit_code
from lranim.errors import InputError, LockedError, RenderError
from lranim.look.themes import theme_of
from lranim.video.clip import Clip
from lranim.video.job import Job, Progress


def job(scene: str, out_dir: Path = Path("out"), **params: Any) -> Job:
    """Make a job."""
    about: dict[str, Any] = {"width": 16, "height": 16, "fps": 10, "formats": ("png",), "transparent": False}
    return Job(
        scene=scene, params=params, lang="en", theme=theme_of("dark"), out_dir=out_dir, name=scene, **about
    )


def work(job: Job, progress: Progress, force: bool) -> Clip:
    """Do what the job's name says, in this process or a worker."""
    progress(1, 2)
    if job.scene == "slow":
        time.sleep(0.5)
    if job.scene == "fails":
        raise RenderError("it failed")
    if job.scene == "locked":
        raise LockedError("it is locked")
    if job.scene == "odd":
        raise ZeroDivisionError("it broke\nin two lines")
    if job.scene == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if job.scene == "exits":
        os._exit(7)
    if job.scene == "prints":
        print("noise")
        os.write(1, b"more noise\n")
    if job.scene == "hangs":
        job.out_dir.mkdir(parents=True, exist_ok=True)
        mark = job.out_dir / f"{os.getpid()}"
        try:
            mark.write_text("")
            time.sleep(60)
        finally:
            time.sleep(0.2)
            mark.unlink()
    if job.scene in ("plods", "orphans"):
        (job.out_dir / f"{os.getpid()}").write_text("")
        if job.scene == "orphans":
            while len(list(job.out_dir.iterdir())) < 2:
                time.sleep(0.01)
            os.kill(os.getppid(), signal.SIGKILL)
        while True:
            time.sleep(0.1)
            progress(1, 2)
    if job.scene == "scratches":
        folder = tempfile.mkdtemp(dir=job.out_dir)
        atexit.register(shutil.rmtree, folder)
    progress(2, 2)
    params = {"pid": os.getpid(), "parent": os.getppid(), "force": force}
    return Clip(
        scene=job.scene,
        params=params,
        lang="",
        theme="",
        cached=False,
        seconds=0,
        artifacts=(),
        alt="",
        beats=(),
    )


@pytest.fixture(params=[True, False], ids=["forked", "spawned"])
def forks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Workers are forked from a foreman, or new interpreters."""
    if request.param and not pool.FORKS:
        pytest.skip("needs a fork that is safe")
    monkeypatch.setattr(pool, "FORKS", request.param)
    return bool(request.param)


def alive(pid: int) -> bool:
    """Whether there is such a process, and not a dead one that nobody has asked about."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"


def wait_for_the_end_of(pids: list[int]) -> None:
    """Give processes that nobody waits for the moment between closing their pipes and being gone."""
    deadline = time.monotonic() + 10
    while [pid for pid in pids if alive(pid)]:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_one_worker_stays_in_this_process() -> None:
    """Serial: same process, results as they come, progress by index."""
    results: list[Outcome] = []
    progress: list[tuple[int, int, int | None]] = []
    outcomes = pool.run(
        [job("a"), job("b")],
        1,
        results.append,
        on_progress=lambda *seen: progress.append(seen),
        force=True,
        work=work,
    )
    assert results == outcomes
    params = {"pid": os.getpid(), "parent": os.getppid(), "force": True}
    assert [outcome.clip.params for outcome in outcomes] == [params] * 2
    assert progress == [(0, 1, 2), (0, 2, 2), (1, 1, 2), (1, 2, 2)]


@pytest.mark.thorough_after(2)
@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.usefixtures("forks")
def test_a_failure_does_not_stop_the_others(workers: int) -> None:
    """Results come in the order of the jobs, whatever the order they end in, failures among them."""
    names = ["slow", "fails", "a", "odd"]
    results: list[Outcome] = []
    pool.run([job(name) for name in names], workers, results.append, work=work)
    assert [outcome.job.scene for outcome in results] == names
    assert [type(outcome.error) for outcome in results] == [type(None), RenderError, type(None), RenderError]
    assert str(results[1].error) == "it failed"
    assert str(results[3].error).startswith(
        "unexpected ZeroDivisionError: it broke in two lines; run it again"
    )
    assert "raise ZeroDivisionError" in results[3].details
    assert exit_code(results) == 1


@pytest.mark.thorough_after(1)
def test_a_failure_may_stop_the_beginning_of_others(forks: bool) -> None:
    """Those that run are let end and have outcomes, told as soon as they are there; the rest has none."""
    told: list[str] = []
    jobs = [job(name) for name in ("slow", "fails", "quick", "quick", "quick")]
    outcomes = pool.run(
        jobs, 2, lambda outcome: told.append(outcome.job.scene), work=work, keep_going=False, ordered=False
    )
    assert [(outcome.job.scene, outcome.error is None) for outcome in outcomes] == [
        ("slow", True),
        ("fails", False),
    ]
    assert told == ["fails", "slow"]


@pytest.mark.thorough_after(1)
def test_each_job_has_a_process_of_its_own(forks: bool) -> None:
    """Two workers: no job runs here, no two in one process, progress arrives, and no foreman stays."""
    seen: list[tuple[int, int, int | None]] = []
    outcomes = pool.run(
        [job("a"), job("b"), job("c")],
        2,
        lambda outcome: None,
        on_progress=lambda *x: seen.append(x),
        work=work,
    )
    assert len({outcome.clip.params["pid"] for outcome in outcomes} | {os.getpid()}) == 4
    assert {(0, 2, 2), (1, 2, 2), (2, 2, 2)} <= set(seen)
    (parent,) = {outcome.clip.params["parent"] for outcome in outcomes}
    assert (parent != os.getpid(), alive(parent)) == ((True, False) if forks else (False, True))


@pytest.mark.usefixtures("forks")
def test_a_worker_that_dies_is_a_failure() -> None:
    """A worker that is killed or exits says so in one line, and the others are not touched."""
    outcomes = pool.run([job("killed"), job("exits"), job("a")], 3, lambda outcome: None, work=work)
    assert [str(outcome.error) for outcome in outcomes[:2]] == [
        "the worker process was ended by SIGKILL; it may have run out of memory",
        "the worker process ended with code 7 before it was done",
    ]
    assert outcomes[2].clip


def test_a_foreman_that_dies_is_a_failure_of_all(tmp_path: Path) -> None:
    """A foreman that is killed takes the jobs with it that are not done, and no worker lives on."""
    if not pool.FORKS:
        pytest.skip("there is no foreman")
    results: list[Outcome] = []
    names = ["plods", "orphans", "a"]
    pool.run([job(name, tmp_path) for name in names], 2, results.append, work=work)
    assert [outcome.job.scene for outcome in results] == names
    assert {str(outcome.error) for outcome in results} == {
        "the worker process was ended by SIGKILL; it may have run out of memory"
    }
    pids = [int(path.name) for path in tmp_path.iterdir()]
    assert len(pids) == 2
    wait_for_the_end_of(pids)


@pytest.mark.thorough_after(1)
@pytest.mark.usefixtures("forks")
def test_workers_end_as_programs_do(tmp_path: Path) -> None:
    """What was registered to be done at the end of a process is done."""
    outcomes = pool.run([job("scratches", tmp_path), job("a")], 2, lambda outcome: None, work=work)
    assert all(outcome.clip for outcome in outcomes)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.thorough_after(1)
@pytest.mark.usefixtures("forks")
def test_workers_keep_stdout_clean(capfd: pytest.CaptureFixture[str]) -> None:
    """What a worker prints, at any level, goes to stderr."""
    pool.run([job("prints"), job("a")], 2, lambda outcome: None, work=work)
    captured = capfd.readouterr()
    assert captured.out == ""
    assert "more noise" in captured.err


@pytest.mark.parametrize(
    ("errors", "code"),
    [
        ([None, None], 0),
        ([RenderError("")], 1),
        ([InputError("")], 2),
        ([LockedError("")], 3),
        ([None, LockedError("")], 3),
        ([None, InputError("")], 1),
        ([RenderError(""), LockedError("")], 1),
    ],
)
def test_exit_code(errors: list[Any], code: int) -> None:
    """A lone job ends with its own code; of several, locked ones alone end with 3, all else with 1."""
    assert exit_code([Outcome(job=job("a"), error=error) for error in errors]) == code


INTERRUPTIBLE = """
import signal, sys
from pathlib import Path
from lranim.batch import pool
from test_pool import job, work

signal.signal(signal.SIGTERM, signal.default_int_handler)  # as the command line has it
pool.FORKS = bool(sys.argv[2])
try:
    pool.run([job("hangs", Path(sys.argv[1])) for _ in range(3)], 2, print, work=work)
except KeyboardInterrupt:
    sys.exit(130)
"""


def hanging(tmp_path: Path, forks: bool) -> tuple[subprocess.Popen[str], list[int]]:
    """Start a run of three jobs that hang, wait until two of them do; the run, and its processes."""
    out = tmp_path / "deep" / "out"
    paths = [Path(__file__).parent, Path(pool.__file__).parents[2]]
    process = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTIBLE, str(out), "forks" if forks else ""],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths))},
    )
    deadline = time.monotonic() + 30
    while not out.is_dir() or len(list(out.iterdir())) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    pids = {int(path.name) for path in out.iterdir()}
    if forks:
        pids |= {int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1]) for pid in pids}
        assert len(pids) == 3
    return process, sorted(pids)


@pytest.mark.thorough_after(2)
@pytest.mark.parametrize(
    ("signum", "to_group"),
    [(signal.SIGINT, True), (signal.SIGTERM, False), (signal.SIGINT, False), (signal.SIGTERM, True)],
)
def test_ctrl_c_ends_all_workers(tmp_path: Path, forks: bool, to_group: bool, signum: signal.Signals) -> None:
    """Ctrl-C, at the parent alone or at all as a terminal does it: workers tidy up and end in silence."""
    process, pids = hanging(tmp_path, forks)
    (os.killpg if to_group else os.kill)(process.pid, signum)
    stdout, stderr = process.communicate(timeout=30)
    assert (process.returncode, stdout, stderr) == (130, "", "")
    assert list(tmp_path.iterdir()) == []
    assert [pid for pid in pids if alive(pid)] == []


def test_nobody_outlives_a_parent_that_is_killed(tmp_path: Path) -> None:
    """Even if no worker has anything to say: the foreman sees it, the workers tidy up, nothing is left."""
    if not pool.FORKS:
        pytest.skip("needs a foreman")
    process, pids = hanging(tmp_path, True)
    process.kill()
    assert process.communicate(timeout=30) == ("", "")  # the pipes end with the last process that has them
    wait_for_the_end_of(pids)
    assert list(tmp_path.iterdir()) == []
