"""Where a job works: a private folder beside its files, a lock on their name, and publishing all at once."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
from filelock import FileLock, Timeout

from lranim.errors import InputError, LockedError
from lranim.render.files import fsync_file
from lranim.render.sink import explain

PREFIX = ".lranim-"
ATTEMPTS = 10
POLL_S = 0.1
"""How often a lock that is waited for is tried (s)."""


@contextmanager
def locked(folder: Path, name: str, waits: Callable[[str], None] | None = None) -> Iterator[None]:
    """Hold the files of this name in this folder for one run.

    The lock file lies among the machine's temporary files and not beside the clip, so that a folder of
    media holds nothing but media. The system lets go of the lock when its holder dies, however it dies; who
    holds it is written into a file of its own, which is only read while the lock is held.

    Parameters
    ----------
    folder, name
        Where, and the stem of the files.
    waits
        Wait until a run that holds it lets go; called once, with a line that says whose it is.

    Raises
    ------
    LockedError
        When another run holds it, and `waits` is None.
    """
    place = Path(tempfile.gettempdir()) / f"lranim-locks-{os.getuid() if hasattr(os, 'getuid') else 'user'}"
    place.mkdir(mode=0o700, exist_ok=True)
    stem = hashlib.sha256(str(folder.resolve() / name).encode()).hexdigest()[:32]
    lock, owner = FileLock(place / f"{stem}.lock"), place / f"{stem}.owner"
    try:
        lock.acquire(timeout=0)
    except Timeout:
        held = f"{folder / name} is being written by another run{_whose(owner)}"
        if waits is None:
            raise LockedError(f"{held}; wait for it, or choose another -o or --name") from None
        waits(f"{held}; waiting for it")
        lock.acquire(poll_interval=POLL_S)
    try:
        with suppress(OSError):  # the temporary files' disk may be full; the lock holds all the same
            owner.write_text(json.dumps({"pid": os.getpid(), "command": _command()}), encoding="utf-8")
        yield
    finally:
        lock.release()


def _command() -> str:
    """What was typed, as far as this process knows: a forked worker has its parent's words."""
    words = [Path(sys.argv[0]).name, *sys.argv[1:]]
    return " ".join(words).replace("__main__.py", "lranim", 1)


def _whose(owner: Path) -> str:
    """Who holds a lock, in brackets; nothing where that cannot be told."""
    try:
        about = json.loads(owner.read_text(encoding="utf-8"))
        pid, command = int(about["pid"]), str(about["command"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    return f" (process {pid}: {command})" if psutil.pid_exists(pid) else ""


@contextmanager
def working_folder(folder: Path) -> Iterator[Path]:
    """A private folder on the file system of `folder`, which is made if need be.

    Whatever happens, it is gone afterwards, and so are the folders made for it if nothing was published.

    Raises
    ------
    InputError
        When the folder cannot be made or written.
    RenderError
        When the disk is full.
    """
    made = [path for path in (folder, *folder.parents) if not path.exists()]
    work = None
    try:
        work = _make(folder)
        yield work
    finally:
        if work is not None:
            shutil.rmtree(work, ignore_errors=True)
        for path in made:
            with suppress(OSError):  # something was published into it, or it is gone already
                path.rmdir()


def _make(folder: Path) -> Path:
    prefix = f"{PREFIX}{socket.gethostname()}-{os.getpid()}-"
    for attempt in range(1, ATTEMPTS + 1):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _sweep(folder)
            return Path(tempfile.mkdtemp(prefix=prefix, dir=folder))
        except OSError as error:
            if isinstance(error, FileNotFoundError) and attempt < ATTEMPTS:
                continue  # another run that came to nothing has just removed the folder it had made
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise explain("folder", folder.absolute() / prefix, error) from error
            raise InputError(
                f"the folder {folder} cannot be written: {error.strerror}; choose another with -o"
            ) from error
    raise AssertionError("the last attempt returns or raises")


def _sweep(folder: Path) -> None:
    """Remove working folders that a killed run of this machine left."""
    mine = f"{PREFIX}{socket.gethostname()}-"
    for left in folder.glob(f"{PREFIX}*"):
        owner = left.name.removeprefix(mine).partition("-")[0]
        if left.name.startswith(mine) and owner.isdigit() and not psutil.pid_exists(int(owner)):
            shutil.rmtree(left, ignore_errors=True)


@contextmanager
def told(path: Path) -> Iterator[Path]:
    """Turn what the system says about writing a file into an error that names its format."""
    try:
        yield path
    except OSError as error:
        raise explain(path.suffix[1:].lower(), path.absolute(), error) from error


def publish(work: Path, folder: Path, names: list[str]) -> None:
    """Move finished files to their place, in this order, each as a whole and safe on the disk first.

    Raises
    ------
    RenderError
        When one cannot be written.
    """
    for name in names:
        with told(work / name) as path:
            fsync_file(path)
    for name in names:
        with told(folder / name) as path:
            os.replace(work / name, path)
    if os.name == "posix":
        with suppress(OSError):  # all is published, and some file systems cannot do this
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
