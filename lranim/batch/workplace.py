"""Where a job works: a lock on its files' name, a private folder beside them, and publishing all at once."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import re
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from lranim.errors import InputError, LockedError
from lranim.files import fsync_file
from lranim.video.sink import explain, told

PREFIX = ".lranim-"
ATTEMPTS = 10
POLL_S = 0.1
"""How often a lock that is held is tried (s)."""
PATIENCE_S = 1.0
"""How long a run that tidies up after a dead one may hold its lock (s)."""

_HIDDEN = re.compile(rf"({re.escape(PREFIX)}[0-9a-f]{{16}})\.(lock|[a-z0-9_]{{8}})")
"""The names of locks and working folders; the second ending is `mkdtemp`'s."""


@contextmanager
def locked(folder: Path, name: str, waits: Callable[[str], None] | None = None) -> Iterator[None]:
    """Hold the files of this name in this folder, which is made if need be, for one run.

    The lock lies beside the files while it is held, so that other users, other temporary folders and other
    containers meet it. The system lets go of it when its holder dies, however it dies; what the file says of
    its holder is for people only. Folders made for it are gone afterwards if nothing was published.

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
    InputError
        When the folder cannot be made or written.
    RenderError
        When the disk is full.
    """
    lock = _lock(folder, name)
    made = [path for path in (folder, *folder.parents) if not path.exists()]
    handle = None
    try:
        handle = _take(lock, f"{folder / name} is being written by another run", waits)
        yield
    finally:
        if handle is not None:
            _let_go(handle, lock)
        for path in made:
            with suppress(OSError):  # something was published into it, or it is gone already
                path.rmdir()


def _lock(folder: Path, name: str) -> Path:
    return folder / f"{PREFIX}{hashlib.sha256(os.fsencode(name)).hexdigest()[:16]}.lock"


@contextmanager
def _explained(folder: Path) -> Iterator[None]:
    """Turn what the system says about writing in a folder into an error that names it."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise explain("folder", folder.absolute() / PREFIX, error) from error
        inside = error.filename and Path(error.filename).parent == folder
        where = f" ({Path(error.filename).name})" if inside else ""
        raise InputError(
            f"the folder {folder} cannot be written: {error.strerror}{where}; choose another with -o"
        ) from error


def _take(lock: Path, held: str, waits: Callable[[str], None] | None) -> int:
    """Hold a lock, after waiting for it."""
    patience: float | None = time.monotonic() + PATIENCE_S
    while True:
        with _explained(lock.parent):
            handle = _hold(lock)
        if handle is not None:
            break
        if patience is not None and time.monotonic() > patience:
            patience, held = None, held + _whose(lock)
            if waits is None:
                raise LockedError(f"{held}; wait for it, or choose another -o or --name")
            waits(f"{held}; waiting for it")
        time.sleep(POLL_S)
    with suppress(OSError):  # the disk may be full, the lock another user's; it holds all the same
        if os.fstat(handle).st_nlink == 1:  # not another name of somebody's file
            os.fchmod(handle, 0o644)  # others must read it to meet it
            os.ftruncate(handle, 0)
            os.write(handle, f"process {os.getpid()} on {socket.gethostname()}: {_command()}".encode())
    return handle


def _hold(lock: Path) -> int | None:
    """Make and hold a lock file, whose handle no program inherits; None where somebody else holds it."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            lock.parent.mkdir(parents=True, exist_ok=True)
            with ExitStack() as stack:
                handle = _open(lock)
                stack.callback(os.close, handle)
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if os.path.samestat(os.fstat(handle), os.lstat(lock)):
                    stack.pop_all()
                    return handle
        except BlockingIOError:
            return None
        except (FileNotFoundError, FileExistsError):  # another run has just removed the lock, or its folder
            if attempt == ATTEMPTS:
                raise
    return None


def _open(lock: Path) -> int:
    flags = os.O_NOFOLLOW | os.O_NONBLOCK  # it may be anything, where others can write
    try:
        return os.open(lock, os.O_RDWR | os.O_CREAT | flags, 0o644)
    except PermissionError:
        if not os.access(lock.parent, os.W_OK):
            raise
    try:
        return os.open(lock, os.O_RDONLY | flags)  # enough for another user's
    except PermissionError as error:
        raise BlockingIOError from error  # not yet for others to read


def _let_go(handle: int, lock: Path) -> None:
    with suppress(OSError):  # it may be gone, or in a folder where only its owner may remove it
        if os.path.samestat(os.fstat(handle), os.lstat(lock)):
            lock.unlink()
    os.close(handle)


def _command() -> str:
    """What was typed, as far as this process knows: a forked worker has its parent's words."""
    words = [Path(sys.argv[0]).name, *sys.argv[1:]]
    return " ".join(words).replace("__main__.py", "lranim", 1)


def _whose(lock: Path) -> str:
    """Who holds a lock, in brackets; nothing where that cannot be told."""
    with suppress(OSError), open(os.open(lock, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
        text = (file.read(500) or b"").decode(errors="replace")
        return f" ({text})" if text and text.isprintable() else ""
    return ""


@contextmanager
def working_folder(folder: Path, name: str) -> Iterator[Path]:
    """A private folder for who has `locked` this name, on the file system of `folder`, gone afterwards.

    Raises
    ------
    InputError
        When the folder cannot be written.
    RenderError
        When the disk is full.
    """
    with _explained(folder):
        lock = _lock(folder, name)
        _sweep(lock)
        work = Path(tempfile.mkdtemp(prefix=f"{lock.stem}.", dir=folder))
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _sweep(mine: Path) -> None:
    """Remove locks and working folders of dead runs: of those whose lock can be had, and of one's own."""
    for left in mine.parent.glob(f"{PREFIX}*"):
        if not (hidden := _HIDDEN.fullmatch(left.name)):
            continue
        lock = mine.with_name(f"{hidden[1]}.lock")
        with suppress(OSError):
            handle = None if lock == mine else _hold(lock)
            if handle is not None or lock == mine:
                shutil.rmtree(left, ignore_errors=True)  # nothing happens where it is the lock
            if handle is not None:
                _let_go(handle, lock)


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
