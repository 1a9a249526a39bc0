"""Clips from a Dask cluster: the same bytes, checked; lost workers, unfit ones, and none at all."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import distributed
import psutil
import pytest

from lranim.batch import cluster as opening
from lranim.batch import render
from lranim.batch.cluster import Cluster, open_cluster, run_on_cluster
from lranim.batch.keys import inputs_of
from lranim.batch.pool import Outcome
from lranim.errors import InputError, RenderError
from lranim.video.job import Job

MakeJob = Callable[..., Job]


SCENE = """
from lranim.draw.scene import LessonScene
from lranim.params import SceneParams

class Params(SceneParams):
    pass

def numbers(params):
    return None

class Odd(LessonScene):
    params_type = Params

    def construct(self):
        {}
"""


def quiet(done: int, total: int | str | None) -> None:
    """Nobody asks."""


def content(folder: Path) -> dict[str, bytes]:
    """The files of a folder but for the sidecars, which know how long it took."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix != ".json"}


def until(true: Callable[[], object]) -> None:
    """Wait for something that is bound to come."""
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Two workers on this machine, of which nothing is left at the end: no process and no file."""
    temp, home = tmp_path_factory.mktemp("temp"), tmp_path_factory.mktemp("home")
    for name in ("math", "signal", "manim"):  # a user's own, which no worker may take for another
        (home / f"{name}.py").write_text("open('run', 'w')")
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(temp))
        patch.chdir(home)
        with open_cluster("local:2") as opened:
            assert opened.workers == 2
            yield opened
        assert not (home / "run").exists()
        left = [child for child in psutil.Process().children(recursive=True) if child.pid not in before]
        assert [child.cmdline() for child in left if "resource_tracker" not in str(child.cmdline())] == []
        assert list(temp.iterdir()) == []


@pytest.fixture(scope="module")
def clean(lesson: MakeJob, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the clip that several tests render, as this process renders it."""
    folder = tmp_path_factory.mktemp("clean")
    render.render(oscillation(lesson, folder))
    return folder


def oscillation(lesson: MakeJob, folder: Path) -> Job:
    """The clip that several tests render."""
    return lesson("oscillation", folder, params={"steps": 3})


def test_the_same_bytes(cluster: Cluster, clean: Path, lesson: MakeJob, tmp_path: Path) -> None:
    """Two clips as this process renders them; what is called, is called here; a second run finds them."""
    jobs = [oscillation(lesson, tmp_path / "a"), lesson("slope", tmp_path / "b", params={"steps": 1})]
    told: list[tuple[int, int, int | str | None, int]] = []

    def on_progress(index: int, done: int, total: int | str | None) -> None:
        told.append((index, done, total, threading.get_ident()))

    results: list[Outcome] = []
    outcomes = run_on_cluster(jobs, cluster, results.append, on_progress=on_progress)
    assert [outcome.job for outcome in outcomes] == jobs
    assert sorted(map(id, outcomes)) == sorted(map(id, results))
    assert [outcome.error for outcome in outcomes] == [None, None]
    assert content(tmp_path / "a") == content(clean)
    assert {index for index, *_ in told} == {0, 1}
    assert {thread for *_, thread in told} == {threading.get_ident()}
    again = run_on_cluster(jobs, cluster, lambda outcome: None)
    assert [outcome.clip and outcome.clip.cached for outcome in again] == [True, True]


@pytest.mark.parametrize("keys", [None, "others"])
@pytest.mark.parametrize("protocol", ["tcp", "tls"])
def test_nobody_gets_in_without_the_keys(cluster: Cluster, keys: str | None, protocol: str) -> None:
    """Neither at the scheduler nor at a worker, where other users of this machine could have code run."""
    own = distributed.Security.temporary() if keys else distributed.Security()

    async def knock(address: str) -> None:
        async with distributed.rpc(address, connection_args=own.get_connection_args("client")) as server:
            await asyncio.wait_for(server.identity(), 5)

    for address in (cluster.address, *cluster.client.nthreads()):
        with pytest.raises((OSError, RuntimeError, TypeError, TimeoutError)):
            cluster.client.sync(knock, address.replace("tls", protocol))


def test_a_worker_killed_in_mid_job(cluster: Cluster, clean: Path, lesson: MakeJob, tmp_path: Path) -> None:
    """Its clip is rendered by another one, with the same result."""
    pids = cluster.client.run(os.getpid)
    killed: list[int] = []

    def kill() -> None:
        (busy,) = [worker for worker, tasks in cluster.client.processing().items() if tasks]
        killed.append(pids[busy])
        os.kill(pids[busy], signal.SIGKILL)

    striking = threading.Thread(target=kill)

    def strike(done: int, total: int | str | None) -> None:
        with suppress(RuntimeError):  # it was started before
            striking.start()

    cluster.produce(oscillation(lesson, tmp_path), tmp_path, strike)
    assert killed
    assert content(tmp_path) == content(clean)
    until(lambda: cluster.workers == 2)
    assert killed[0] not in cluster.client.run(os.getpid).values()


def test_a_job_that_kills_its_workers(cluster: Cluster, lesson: MakeJob, tmp_path: Path) -> None:
    """After so many deaths it is an error of one line."""
    before = cluster.client.run_on_scheduler(lambda dask_scheduler: dask_scheduler.allowed_failures)

    def allow(count: int) -> None:
        cluster.client.run_on_scheduler(
            lambda dask_scheduler: setattr(dask_scheduler, "allowed_failures", count)
        )

    allow(0)
    try:
        with pytest.raises(RenderError, match=r"^each worker that was given \S+odd.py died, 1 in all; .*$"):
            cluster.produce(odd(lesson, tmp_path, "import os; os.kill(os.getpid(), 9)"), tmp_path, quiet)
    finally:
        allow(before)
    until(lambda: cluster.workers == 2)


def test_what_is_unexpected_is_told_in_full_to_those_who_ask(
    cluster: Cluster, lesson: MakeJob, tmp_path: Path
) -> None:
    """One line, and the worker's traceback as its note."""
    with pytest.raises(RenderError, match=r"^unexpected ZeroDivisionError: .* LRANIM_DEBUG=1") as caught:
        cluster.produce(odd(lesson, tmp_path, "1 / 0"), tmp_path, quiet)
    assert "Traceback" in caught.value.__notes__[0]
    with pytest.raises(RenderError, match=r"^unexpected SystemExit"):
        cluster.produce(odd(lesson, tmp_path, "raise SystemExit"), tmp_path, quiet)


def odd(lesson: MakeJob, folder: Path, construct: str) -> Job:
    """A job whose scene does this when it is drawn."""
    scene = folder / "odd.py"
    scene.write_text(SCENE.format(construct), encoding="utf-8")
    return lesson(str(scene), folder)


def test_ctrl_c_gives_up_what_runs(cluster: Cluster, lesson: MakeJob, tmp_path: Path) -> None:
    """The worker stops at its next frame and keeps nothing, and here no folder is left."""
    own = replace(cluster, running={}, topic="own")
    cluster.client.subscribe_topic("own", own.hear)

    def interrupt(index: int, done: int, total: int | str | None) -> None:
        raise KeyboardInterrupt

    job = lesson("oscillation", tmp_path / "out", params={"steps": 200}, fps=50)
    with pytest.raises(KeyboardInterrupt):
        run_on_cluster([job], own, lambda outcome: None, on_progress=interrupt)
    assert not (tmp_path / "out").exists()

    def left() -> list[str]:
        def look(dask_worker: Any) -> list[str]:
            return [path for path in os.listdir(dask_worker.local_directory) if path.startswith("clip-")]

        return [path for paths in cluster.client.run(look).values() for path in paths]

    until(lambda: not left())


def test_a_worker_that_would_draw_other_pixels(
    cluster: Cluster, lesson: MakeJob, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is refused at the start, and where it comes later by the clip: one line with the worker and why."""
    here = {**opening.parts_here(), "numpy": "1.0", "font Odd.ttf": "0" * 64}
    with monkeypatch.context() as patch:
        patch.setattr(opening, "machine_parts", lambda: here)
        with pytest.raises(
            InputError,
            match=r"^the worker tls://\S+ would draw other pixels: font Odd.ttf is only here, "
            r"numpy is 1\.0 here and [\d.]+ there; install the same there$",
        ):
            opening._refuse_unfit(cluster.client, cluster.address)
    job = oscillation(lesson, tmp_path)
    other = replace(inputs_of(job), machine=here)
    monkeypatch.setattr(opening, "inputs_of", lambda job: other)
    with pytest.raises(InputError, match=r"^the worker tls://\S+ would draw other pixels: font Odd.ttf"):
        cluster.produce(job, tmp_path, quiet)
    assert list(tmp_path.iterdir()) == []


def test_paths_are_whole_for_workers(
    cluster: Cluster, lesson: MakeJob, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A relative path starts at the folder of who asks, not at that in which a worker was started."""
    (tmp_path / "data.csv").write_text("x,y\n0,0\n1,2\n2,3\n3,7\n")
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path)
    job = lesson("cost", tmp_path / "out", params={"data": "data.csv"}, fps=2)
    assert cluster.produce(job, tmp_path / "work", quiet).artifacts
    assert job.params["data"] == "data.csv"


def test_data_that_the_worker_does_not_have(
    cluster: Cluster, lesson: MakeJob, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that an option names must be there, with the same content."""
    data = tmp_path / "data.csv"
    data.write_text("x,y\n0,0\n1,2\n2,3\n3,7\n")
    job = lesson("cost", tmp_path / "out", params={"data": str(data)})
    here = inputs_of(job)
    monkeypatch.setattr(opening, "inputs_of", lambda job: here)
    data.write_text("x,y\n0,0\n1,2\n2,3\n3,9\n")
    with pytest.raises(InputError, match=r"^the worker tls://\S+ has another content in a file .* same path"):
        cluster.produce(job, tmp_path, quiet)
    data.unlink()
    with pytest.raises(
        InputError, match=r"^the worker tls://\S+ cannot read what cost needs: (?!unexpected).* same path"
    ):
        cluster.produce(job, tmp_path, quiet)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda content: content[:-1], "came back damaged"),
        (lambda content: bytes([content[0] ^ 1]) + content[1:], "came back damaged"),
        (None, "did not come back"),
    ],
)
@pytest.mark.parametrize("form", ["mp4", "en.vtt"])
def test_damaged_bytes(
    lesson: MakeJob, clean: Path, tmp_path: Path, damage: Any, words: str, form: str
) -> None:
    """A file is not written unless it is the one that was made."""
    job = oscillation(lesson, clean)
    clip = render.render(job)
    draft = opening.Draft(artifacts=clip.artifacts, captions=clip.captions, alt="", beats=())
    files = content(clean)
    assert opening.opened(opening.Parcel(draft=draft, files=files), job, tmp_path) == draft
    assert content(tmp_path) == files
    name = f"oscillation.{form}"
    (tmp_path / name).unlink()
    files[name] = damage(files[name]) if damage else b""
    if damage is None:
        del files[name]
    with pytest.raises(RenderError, match=f"^{name} {words}.*run it again$"):
        opening.opened(opening.Parcel(draft=draft, files=files), job, tmp_path)
    assert not (tmp_path / name).exists()


@pytest.mark.parametrize(
    "address", ["", "local", "local:0", "local:-1", "local:1000", "local:2x", "tcp://host", "http://host:80"]
)
def test_addresses_that_cannot_be(address: str) -> None:
    """What is given, and what may be."""
    with (
        pytest.raises(InputError, match=rf"^--cluster is {address}; it must be tcp://HOST:PORT or .*local:N"),
        open_cluster(address),
    ):
        pass


def test_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """One line, soon."""
    monkeypatch.setattr(opening, "TIMEOUT_S", 0.3)
    with (
        pytest.raises(InputError, match=r"^no Dask scheduler answers at tcp://127.0.0.1:1 .*dask scheduler$"),
        open_cluster("tcp://127.0.0.1:1"),
    ):
        pass


def test_without_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """One line with how to get it."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError, match=r"pip install 'lranim\[cluster\]'$"), open_cluster("local:1"):
        pass


def test_workers_that_will_not_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """None at all, or one with several threads: what to start."""
    monkeypatch.setattr(opening, "TIMEOUT_S", 0.3)
    with distributed.LocalCluster(
        n_workers=0,
        threads_per_worker=2,
        processes=False,
        protocol="tcp",
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
        local_directory=str(tmp_path),
        scheduler_kwargs={"local_directory": str(tmp_path)},
    ) as local:
        address = local.scheduler_address
        with pytest.raises(InputError, match="has no workers; start some with: dask worker tcp"):
            enter(address)
        local.scale(1)
        monkeypatch.setattr(opening, "TIMEOUT_S", 10.0)
        with pytest.raises(InputError, match=r"^the worker tcp\S+ has several threads, .*--nthreads 1"):
            enter(address)


def enter(address: str) -> None:
    """Open a cluster, and close it."""
    with open_cluster(address):
        pass


class Fake:
    """Stands in for a cluster: its clips fail, or end when all have begun."""

    workers = 1

    def __init__(self, *failing: str) -> None:
        self.failing = failing
        self.begun: list[str] = []
        self.closed = threading.Event()

    def produce(self, job: Job, work: Path, progress: Any) -> Any:
        """Fail."""
        self.begun.append(job.name)
        progress(1, 2)
        if job.name not in self.failing:
            self.closed.wait(10)
        raise RenderError(f"{job.name} failed")

    def give_up(self) -> None:
        """End what runs."""
        self.closed.set()


def test_a_failure_stops_the_beginning_of_others(dots: MakeJob) -> None:
    """Unless they shall go on; the outcomes are of those begun, in order."""
    jobs = [dots(name=name) for name in "abcd"]
    fake: Any = Fake(*"abcd")
    outcomes = run_on_cluster(jobs, fake, lambda outcome: None, keep_going=True)
    assert [str(outcome.error) for outcome in outcomes] == [f"{name} failed" for name in "abcd"]
    assert set(fake.begun[:2]) < set("abc"), "two threads begin, in whichever order"
    fake = Fake(*"abcd")
    outcomes = run_on_cluster(jobs, fake, lambda outcome: None, keep_going=False)
    begun = "".join(outcome.job.name for outcome in outcomes)
    assert begun in ("a", "ab", "abc")
    assert not jobs[0].out_dir.exists()


def test_what_the_caller_raises_ends_all(dots: MakeJob) -> None:
    """What runs is given up, and no folder is left."""
    jobs = [dots(name=name) for name in "abc"]
    fake: Any = Fake("a")

    def stop(outcome: Outcome) -> None:
        raise BrokenPipeError

    with suppress(BrokenPipeError):
        run_on_cluster(jobs, fake, stop)
    assert fake.closed.is_set()
    assert not jobs[0].out_dir.exists()
