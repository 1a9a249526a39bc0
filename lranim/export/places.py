"""Where an export goes: a deck is exchanged as a whole, and what others put beside its files stays."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from lranim.batch.workplace import locked, publish, working_folder
from lranim.errors import InputError, LockedError
from lranim.export.formats import Format
from lranim.files import file_hash
from lranim.video.places import check_own, is_own

FILES = "files-00000000"
"""The folder of a deck's files while it is written; then its name tells their content and the page's.

So a page never finds the files of another deck, whenever a run is killed: files that belong to a new page
lie beside those of the old one, until the page itself is replaced.
"""

MANIFEST = ".lranim"
"""A file in that folder: SHA-256 and path of the page and of each file, as ``sha256sum -c`` reads them."""


def media_folder(path: Path) -> Path:
    """The folder beside a deck's file that has its clips and pictures."""
    return path.with_name(f"{path.stem}-media")


def check_target(path: Path, form: Format, *, force: bool = False) -> None:
    """Refuse a place that cannot be written, before anything is made.

    Raises
    ------
    InputError
        Something else is in the way, or the name has another format's suffix.
    LockedError
        An office program has the file open.
    """
    page, folder = _parts(path, form)
    if folder is not None and folder.exists() and not folder.is_dir():
        raise InputError(f"{folder} is a file; name a folder with -o, or move it away")
    wanted = form.suffix or form.file_suffix
    if page == path and path.suffix.lower() != wanted:
        raise InputError(f"{path} does not end in {wanted}, as a {form.name} file does; change -o or --to")
    for sign in (f".~lock.{path.name}#", f"~${path.name}", f"~${path.name[2:]}"):
        if (path.parent / sign).exists():
            raise LockedError(
                f"{path} is open in another program; close it there, or choose another name with -o "
                f"(if no program has it open, remove {path.parent / sign})"
            )
    own = is_own if folder is None else lambda page, command: _is_listed(page, folder)
    check_own(page, "slides", force=force, own=own)


@contextmanager
def in_its_place(
    path: Path, form: Format, *, force: bool = False, waits: Callable[[str], None] | None = None
) -> Iterator[Path]:
    """A path of the same name in a private folder; what is written there is moved to `path` at the end.

    If something is raised, what was at `path` stays. A folder for a deck that is one is there already.
    Of another run that writes the same, `waits` is told once; without it that is an error.
    """
    page, folder = _parts(path, form)
    held = (folder or path).name  # decks of several formats may share a folder
    with locked(path.parent, held, waits), working_folder(path.parent, held) as work:
        made = work / path.name
        if folder == path:
            made.mkdir()
        yield made
        check_target(path, form, force=force)
        names = [str(page.relative_to(path.parent))]
        if folder is not None:
            files = _named(work / names[0], work / folder.name / FILES)
            names = [str(file.relative_to(work)) for file in files] + names
            for name in names:
                there = path.parent / name
                there.parent.mkdir(parents=True, exist_ok=True)
                if (
                    there != page
                    and not force
                    and there.is_file()
                    and file_hash(there) != file_hash(work / name)
                ):
                    raise InputError(f"{there} was changed; name another deck with -o, or give --force")
        publish(work, path.parent, names)
        if folder is not None:
            with suppress(OSError):  # the deck is there; the next run tries again
                _remove_replaced(page, (path.parent / names[0]).parent)


def _parts(path: Path, form: Format) -> tuple[Path, Path | None]:
    """The file with which a deck opens, and the folder of its other files if it has one."""
    if not form.suffix and path.suffix.lower() != form.file_suffix:
        return path / "index.html", path
    return path, media_folder(path) if form.beside else None


def _named(page: Path, files: Path) -> list[Path]:
    """Name the folder of a deck's files after all that is in the deck; its files, the list of them first."""
    sums = {str(file.relative_to(files)): file_hash(file) for file in _files(files)}
    text = page.read_bytes()
    digest = hashlib.sha256(os.fsencode(str(sums)) + text).hexdigest()[:8]
    named = files.rename(files.with_name(f"files-{digest}"))
    page.write_bytes(text.replace(FILES.encode(), named.name.encode()))
    rows = {os.path.relpath(page, named): file_hash(page), **sums}
    (named / MANIFEST).write_bytes(os.fsencode("".join(f"{rows[name]}  {name}\n" for name in rows)))
    return [named / name for name in (MANIFEST, *sums)]


def _files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*") if file.is_file())


def _lists(folder: Path) -> Iterator[tuple[Path, dict[str, str]]]:
    """Each folder of files of a deck, and the SHA-256 of these and of its page by their paths."""
    for path in folder.glob(f"files-*/{MANIFEST}"):
        if path.is_file():
            rows = (line.partition("  ") for line in os.fsdecode(path.read_bytes()).splitlines())
            yield path.parent, {name: digest for digest, _, name in rows}


def _is_listed(page: Path, folder: Path) -> bool:
    """Whether a page is as it was written."""
    return page.is_file() and file_hash(page) in {
        rows.get(os.path.relpath(page, files)) for files, rows in _lists(folder)
    }


def _remove_replaced(page: Path, current: Path) -> None:
    """Remove the files that the page had before, unless they were changed since."""
    for folder, rows in _lists(current.parent):
        if folder == current or os.path.relpath(page, folder) not in rows:
            continue
        for file in _files(folder):
            if rows.get(str(file.relative_to(folder))) == file_hash(file):
                file.unlink()
        (folder / MANIFEST).unlink()
    for place in sorted(current.parent.glob("files-*/**"), reverse=True):
        with suppress(OSError):  # it has files
            place.rmdir()
