from __future__ import annotations

import errno
import fcntl
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

import lranim
from lranim.batch import workplace
from lranim.batch.render import Produce, make
from lranim.batch.workplace import PREFIX, locked, publish, working_folder
from lranim.errors import InputError, LockedError, RenderError
from lranim.export.gallery import find_clips
from lranim.files import file_hash
from lranim.video.captions import caption_names, files_of
from lranim.video.clip import Artifact, CaptionFile, Draft
from lranim.video.job import Job

MINE = rf"\(process {os.getpid()} on \S+: .*\)"


@contextmanager
def at_work(folder: Path, name: str = "x") -> Iterator[Path]:
    """A lock and a working folder under it."""
    with locked(folder, name), working_folder(folder, name) as work:
        yield work


def test_a_second_run_on_the_same_files_is_refused(tmp_path: Path) -> None:
    """One line that names the files and the remedy; other names and other folders are free."""
    with locked(tmp_path, "a"):
        with pytest.raises(
            LockedError, match=rf"/a is being written by another run {MINE}; .* -o or --name$"
        ):
            locked(tmp_path, "a").__enter__()
        with locked(tmp_path, "b"), locked(tmp_path / "sub", "a"):
            pass
    with locked(tmp_path, "a"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_one_lock_for_all_ways_to_write_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative path and a symbolic link lead to the same files; names as long as can be have one, too."""
    (tmp_path / "media").mkdir()
    (tmp_path / "link").symlink_to("media")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(workplace, "PATIENCE_S", 0.0)
    for name in ("a", "学" * 85):
        with at_work(tmp_path / "media", name):
            for other in (Path("media"), Path("link"), tmp_path / "link" / ".." / "media"):
                with pytest.raises(LockedError):
                    locked(other, name).__enter__()
    assert list((tmp_path / "media").iterdir()) == []


def test_one_run_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many take turns, make the folder and the lock, sweep and remove them: none is let in twice."""
    monkeypatch.setattr(workplace, "POLL_S", 0.0)
    inside, done = threading.Lock(), []

    def turns() -> None:
        for turn in range(60):
            with locked(tmp_path / "out", "ab"[turn % 2], waits=lambda line: None):
                if turn % 2:
                    with working_folder(tmp_path / "out", "b") as work:
                        (work / "half").touch()
                        assert inside.acquire(blocking=False)
                        (work / "half").unlink()
                        inside.release()
            done.append(turn)

    threads = [threading.Thread(target=turns) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(done), list(tmp_path.glob("out/*"))) == (240, [])


HOLD = """
import pathlib, sys
from lranim.batch.workplace import locked, working_folder
with locked(pathlib.Path(sys.argv[1]), "a"), working_folder(pathlib.Path(sys.argv[1]), "a") as work:
    (work / "half.mp4").touch()
    print(work, flush=True)
    sys.stdin.read()
"""
READ_ALL = ("--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search")
"""So that the other user can read the interpreter and lranim."""


@pytest.mark.parametrize(
    "elsewhere",
    [
        ("env", "TMPDIR=/dev"),
        ("unshare", "--pid", "--fork", "--kill-child", "--mount-proc"),
        ("setpriv", "--reuid=65534", "--clear-groups", *READ_ALL),
    ],
    ids=["temporary folder", "container", "user"],
)
def test_a_run_from_elsewhere(tmp_path: Path, elsewhere: tuple[str, ...]) -> None:
    """It is met, and its working folder is left alone, until it is dead, when all that it left goes."""
    with suppress(FileNotFoundError):
        if subprocess.run([*elsewhere, sys.executable, "-c", ""], stderr=subprocess.PIPE).returncode == 0:
            break_in(tmp_path, elsewhere)
            return
    pytest.skip(f"this system or this user has no {elsewhere[0]}")


def break_in(folder: Path, elsewhere: tuple[str, ...]) -> None:
    """Hold a lock in a process that is started so, and try what another run would do."""
    folder.chmod(0o777)
    root = str(Path(lranim.__file__).parents[1])
    with subprocess.Popen(
        [*elsewhere, sys.executable, "-c", HOLD, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": root},
    ) as process:
        work = Path(process.stdout.readline().strip())
        with pytest.raises(LockedError, match=r"/a is being written by another run \(process \d+ on "):
            locked(folder, "a").__enter__()
        with at_work(folder, "b"):
            assert (work / "half.mp4").exists()
        process.kill()  # and nobody asks about it: its number stays taken
        with locked(folder, "a", waits=lambda line: None):
            pass
        with at_work(folder, "b"):
            assert not work.exists()
    assert list(folder.iterdir()) == []


def test_a_link_in_the_place_of_a_lock(tmp_path: Path) -> None:
    """Where others can write they may leave one: it is named, and what it leads to is as it was."""
    mine = tmp_path / "mine.txt"
    mine.write_text("mine")
    with locked(tmp_path, "a"):
        (lock,) = tmp_path.glob(".lranim-*")
    lock.symlink_to(mine)
    with pytest.raises(InputError, match=rf"cannot be written: .* \({lock.name}\); .* -o$"):
        locked(tmp_path, "a").__enter__()
    with at_work(tmp_path, "b"):
        pass
    os.replace(mine, tmp_path / "other.txt")
    lock.unlink()
    os.link(tmp_path / "other.txt", lock)
    with locked(tmp_path, "a"):
        pass
    assert (tmp_path / "other.txt").read_text() == "mine"


def test_a_file_system_without_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line with what the system says."""

    def refuse(*args: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(InputError, match=r"^the folder .* cannot be written: No locks available; .* -o$"):
        locked(tmp_path, "a").__enter__()


def test_working_folder_is_private_and_gone_afterwards(tmp_path: Path) -> None:
    """It lies in the folder itself, nobody else can look in, and the folders made for it go with it."""
    folder = tmp_path / "a" / "b"
    with at_work(folder) as work:
        assert (work.parent, work.stat().st_mode & 0o777) == (folder, 0o700)
        (work / "sub").mkdir()
        (work / "sub" / "half.mp4").write_text("half")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("error", [ValueError, OSError, KeyboardInterrupt])
def test_no_trace_after_a_failure(tmp_path: Path, error: type[BaseException]) -> None:
    """Errors pass as they are; folders that were there before stay, those made for it go."""
    (tmp_path / "a").mkdir()
    with pytest.raises(error), at_work(tmp_path / "a" / "b" / "c"):
        raise error
    assert [path.name for path in tmp_path.rglob("*")] == ["a"]


@pytest.mark.parametrize("name", ["file/sub", "new/" + "x" * 300, "dangling"])
def test_a_folder_that_cannot_be_made(tmp_path: Path, name: str) -> None:
    """One line with the folder and the remedy, and no half of its path is left behind."""
    (tmp_path / "file").write_text("in the way")
    (tmp_path / "dangling").symlink_to("nowhere/at/all")
    before = sorted(tmp_path.iterdir())
    with (
        pytest.raises(InputError, match=r"^the folder .* cannot be written: .*; choose another with -o$"),
        at_work(tmp_path / name),
    ):
        pass
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("call", ["os.open", "tempfile.mkdtemp"])
def test_a_full_disk_is_no_mistake_of_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """It is told as a full disk, not as a wrong folder, and nothing stays."""

    def full(*args: object, **kwargs: object) -> str:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "x")

    with monkeypatch.context() as patch:
        patch.setattr(call, full)
        with pytest.raises(RenderError, match="no space left on"), at_work(tmp_path / "a"):
            pass
    assert list(tmp_path.iterdir()) == []


def test_leftovers_of_killed_runs_are_swept(tmp_path: Path) -> None:
    """Those whose lock nobody holds, of the same name and of others; nothing that is named otherwise."""
    with at_work(tmp_path, "live") as live, at_work(tmp_path, "x") as own:
        stem = own.stem
        dead = [f"{stem}.abcd_123", f"{PREFIX}{'a' * 16}.efgh4567", f"{PREFIX}{'b' * 16}.lock"]
        kept = [stem, f"{stem}.mine", f"x{stem}.abcd_123", f"{PREFIX}notes.txt", f"{PREFIX}notes.abcd_123"]
        for folder in (*dead[:2], *kept):
            (tmp_path / folder).mkdir()
            (tmp_path / folder / "half.mp4").write_text("half")
        (tmp_path / dead[2]).write_text("")
        with working_folder(tmp_path, "x") as again:
            there = {path.name for path in tmp_path.iterdir()}
            assert there == {*kept, f"{stem}.lock", again.name, f"{live.stem}.lock", live.name}
    assert {path.name for path in tmp_path.iterdir()} == set(kept)


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What `publish` does, in order."""
    events: list[tuple[str, str]] = []

    def watched(kind: str, original: Callable[..., object], at: int) -> Callable[..., object]:
        def call(*args: Path) -> object:
            events.append((kind, args[at].name))
            return original(*args)

        return call

    monkeypatch.setattr(workplace, "fsync_file", watched("safe", workplace.fsync_file, 0))
    monkeypatch.setattr(os, "replace", watched("move", os.replace, 1))
    return events


def test_publish_in_order_and_safe_first(tmp_path: Path, events: list[tuple[str, str]]) -> None:
    """All is on the disk before the first file is moved, and the files are moved in the order given."""
    work, out = tmp_path / "work", tmp_path / "out"
    work.mkdir()
    out.mkdir()
    (out / "b").write_text("earlier")
    names = ["b", "a", "c"]
    for name in names:
        (work / name).write_text(name)
    publish(work, out, names)
    assert events == [("safe", name) for name in names] + [("move", name) for name in names]
    assert {path.name: path.read_text() for path in out.iterdir()} == {"a": "a", "b": "b", "c": "c"}
    assert list(work.iterdir()) == []


def test_publish_moves_nothing_if_a_file_is_not_there(tmp_path: Path, events: list[tuple[str, str]]) -> None:
    """One line with the format; the earlier files are as they were."""
    work, out = tmp_path / "work", tmp_path / "out"
    work.mkdir()
    out.mkdir()
    (out / "x.mp4").write_text("earlier")
    (work / "x.mp4").write_text("new")
    with pytest.raises(RenderError, match=r"^gif: No such file or directory: x\.gif$"):
        publish(work, out, ["x.mp4", "x.gif"])
    assert ("move", "x.mp4") not in events
    assert (out / "x.mp4").read_text() == "earlier"


def drawing(word: str) -> Produce:
    """Write a word into every file, so that files of words of one length have one size."""

    def produce(job: Job, work: Path, progress: object) -> Draft:
        names = [path.name for path in files_of(job)[:-1]]
        for name in names:
            (work / name).write_text(f"{word} {name}")
        about: dict[str, Any] = {"width": 16, "height": 16, "fps": 5, "frames": 1, "duration_s": 0.2}
        rows = [
            Artifact(path=Path(name), format=form, bytes=0, sha256=file_hash(work / name), **about)
            for form, name in zip(job.formats, names, strict=False)
        ]
        captions = [
            CaptionFile(path=Path(name), lang="en", format=form, sha256=file_hash(work / name))
            for form, name in caption_names(job).items()
        ]
        return Draft(artifacts=tuple(rows), captions=tuple(captions), alt=word, beats=())

    return produce


@pytest.mark.parametrize("moves", range(6))
def test_a_signal_between_two_moves(
    dots: Callable[..., Job], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moves: int
) -> None:
    """No reader takes the files of two renderings for one clip, and the same run once more mends it."""
    old, new = dots(name="x", params={"steps": 1}), dots(name="x", params={"steps": 2})
    make(old, drawing("old"), lambda *news: None)
    replace, left = os.replace, iter(range(moves))

    def stopped(*args: Any) -> None:
        if next(left, None) is None:
            raise KeyboardInterrupt
        replace(*args)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", stopped)
        with pytest.raises(KeyboardInterrupt):
            make(new, drawing("new"), lambda *news: None)
    shown = find_clips(old.out_dir)
    assert [clip.alt for clip in shown.clips] == (["old"] if moves == 0 else [])
    assert len(shown.left_out) == (moves > 0)
    assert not make(new, drawing("new"), lambda *news: None).cached
    assert [clip.alt for clip in find_clips(old.out_dir).clips] == ["new"]
    assert {path.read_text().split()[0] for path in files_of(new)[:-1]} == {"new"}
