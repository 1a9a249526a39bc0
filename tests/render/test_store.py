from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lranim.batch.cache import Store
from lranim.batch.render import make
from lranim.files import file_hash
from lranim.video import engine
from lranim.video.clip import Clip
from lranim.video.job import Job

FORMATS = ("mp4", "gif", "png", "webm")
PARTS = ("mp4", "gif", "png", "webm", "srt", "vtt")


def never(*args: Any) -> Any:
    """Stand in for the engine where nothing may be drawn."""
    raise AssertionError("it was drawn")


def quiet(done: int, total: int | str | None) -> None:
    """Show no progress."""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """An empty store."""
    return Store(tmp_path / "store")


@pytest.fixture
def job(dots: Callable[..., Job]) -> Job:
    """A short clip in every format."""
    return dots(formats=FORMATS, params={"steps": 1, "rest": 0.2})


@pytest.fixture
def drawn(job: Job, store: Store) -> Clip:
    """The clip, drawn and kept."""
    return make(job, engine.produce, quiet, store=store)


def test_a_clip_is_drawn_once(job: Job, drawn: Clip, store: Store, tmp_path: Path) -> None:
    """Another folder and another name get the same bytes from the store, under their own names."""
    other = replace(job, out_dir=tmp_path / "other", name="another")
    copy = make(other, never, quiet, store=store)
    assert (drawn.cached, copy.cached) == (False, True)
    assert [row.sha256 for row in copy.files] == [row.sha256 for row in drawn.files]
    assert [row.path.name for row in copy.artifacts] == [f"another.{form}" for form in FORMATS]
    for row in copy.files:
        assert file_hash(row.path) == row.sha256
        assert row.path.stat().st_nlink == 1, "an edit in place must not reach the store"
    again = make(other, never, quiet)
    assert again.cached


def test_some_of_the_formats(job: Job, drawn: Clip, store: Store, tmp_path: Path) -> None:
    """What was drawn with others serves alone too, and formats drawn later are added."""
    one = replace(job, out_dir=tmp_path / "one", formats=("gif",))
    assert make(one, never, quiet, store=store).cached
    fresh = Store(tmp_path / "fresh")
    make(replace(job, formats=("gif",), out_dir=tmp_path / "a"), engine.produce, quiet, store=fresh)
    make(replace(job, formats=("png",), out_dir=tmp_path / "b"), engine.produce, quiet, store=fresh)
    both = replace(job, formats=("png", "gif"), out_dir=tmp_path / "c")
    assert make(both, never, quiet, store=fresh).cached


@pytest.mark.thorough_after(6)
@pytest.mark.parametrize("damage", ["flip", "cut", "gone"])
@pytest.mark.parametrize("part", PARTS)
def test_a_damaged_part_is_drawn_again(
    job: Job, drawn: Clip, store: Store, tmp_path: Path, part: str, damage: str
) -> None:
    """Any change to any kind of file in the store: it is told, the clip drawn anew, and the store mended."""
    file = next(store.entries()).folder / part
    content = file.read_bytes()
    middle = len(content) // 2
    flipped = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
    file.unlink()
    if damage != "gone":
        file.write_bytes({"flip": flipped, "cut": content[:-1]}[damage])
    assert next(store.entries()).damaged() == [part]
    assert store.state(job, drawn.key) == f"its {part} in the cache is damaged"
    again = make(replace(job, out_dir=tmp_path / "other"), engine.produce, quiet, store=store)
    assert not again.cached
    assert [row.sha256 for row in again.files] == [row.sha256 for row in drawn.files]
    assert (store.state(job, drawn.key), next(store.entries()).damaged()) == ("there", [])


def test_what_is_no_file(
    job: Job, drawn: Clip, store: Store, tmp_path: Path, obstruct: Callable[[Path], None]
) -> None:
    """A clip counts as missing or damaged where something else lies in its files' place."""
    place = next(store.entries()).folder
    obstruct(store.folder / "inputs" / f"{drawn.key}.json")
    assert store.inputs(drawn.key) is None
    for part, state in (("gif", "its gif in the cache is damaged"), ("clip.json", "missing")):
        obstruct(place / part)
        assert store.state(job, drawn.key) == state
        assert store.fetch(job, drawn.key, tmp_path) is None
        assert next(store.entries()).damaged() == [part]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"3", b'{"key": "x"}', b"\xff"], ids=repr)
def test_a_damaged_description(job: Job, drawn: Clip, store: Store, tmp_path: Path, content: bytes) -> None:
    """It counts for nothing, and is written anew."""
    entry = next(store.entries())
    (entry.folder / "clip.json").write_bytes(content)
    assert store.state(job, drawn.key) == "missing"
    assert next(store.entries()).damaged() == ["clip.json"]
    assert not make(replace(job, out_dir=tmp_path / "other"), engine.produce, quiet, store=store).cached
    assert store.state(job, drawn.key) == "there"


def test_a_store_that_cannot_be_written(job: Job, tmp_path: Path) -> None:
    """A file is in its way: the clip is made all the same."""
    (tmp_path / "store").write_text("in the way")
    clip = make(job, engine.produce, quiet, store=Store(tmp_path / "store"))
    assert not clip.cached
    assert make(job, never, quiet, store=Store(tmp_path / "store")).cached


def test_prune(job: Job, store: Store, tmp_path: Path) -> None:
    """The longest unused goes first; using a clip makes it young again, and removing one leaves nothing."""
    clips = [
        make(replace(job, formats=("png",), fps=fps), engine.produce, quiet, store=store)
        for fps in (5, 10, 20)
    ]
    now = time.time()
    for days, clip in zip((30, 20, 10), clips, strict=True):
        place = next(entry.folder for entry in store.entries() if entry.key == clip.key)
        os.utime(place / "clip.json", (now - days * 86400, now - days * 86400))
    assert [entry.key for entry in store.entries()] == [clip.key for clip in reversed(clips)]
    first = replace(job, formats=("png",), fps=5, out_dir=tmp_path / "other")
    make(first, never, quiet, store=store)
    assert next(store.entries()).key == clips[0].key
    assert [entry.key for entry in store.prune(older_s=15 * 86400)] == [clips[1].key]
    sizes = [entry.bytes for entry in store.entries()]
    assert [entry.key for entry in store.prune(most_bytes=sizes[0])] == [clips[2].key]
    assert store.inputs(clips[2].key) is None
    assert store.inputs(clips[0].key) is not None
    assert [entry.key for entry in store.prune(most_bytes=0)] == [clips[0].key]
    assert list(store.clips.glob("*/*")) == []
    assert list((store.folder / "inputs").iterdir()) == []
