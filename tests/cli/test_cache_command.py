from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from lranim.batch.cache import SIGNATURE, TAG, Store, default_folder
from lranim.files import file_hash
from lranim.video.clip import Artifact, Clip

Run = Callable[..., Result]


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store with three clips that were used 1, 10 and 40 days ago: 1, 2 and 3 MB of GIF."""
    monkeypatch.setenv("LRANIM_CACHE", str(tmp_path / "cache"))
    store = Store(default_folder())
    for number, days in enumerate((1, 10, 40), start=1):
        place = store.clips / f"{number}{number}" / (str(number) * 64)
        place.mkdir(parents=True)
        (place / "gif").write_bytes(b"x" * number * 1_000_000)
        shape = {"width": 240, "height": 136, "fps": 10, "frames": 1, "duration_s": 0.1, "bytes": 1}
        row = Artifact(path=Path("a.gif"), format="gif", sha256=file_hash(place / "gif"), **shape)
        about = {"scene": "dots", "params": {}, "lang": "en", "theme": "dark", "alt": "", "beats": ()}
        clip = Clip(key=str(number) * 64, artifacts=(row,), **about)
        (place / "clip.json").write_text(json.dumps(clip.as_dict()))
        used = time.time() - days * 86400 - 5
        os.utime(place / "clip.json", (used, used))
    return store


def test_list(run: Run, kept: Store) -> None:
    """A line a clip, the last used first, and the sum."""
    result = run("cache", "list")
    assert result.exit_code == 0
    assert [line.split()[:4] for line in result.stdout.splitlines()] == [
        ["1.00", "MB", "1", "d"],
        ["2.00", "MB", "1", "w"],
        ["3.00", "MB", "6", "w"],
    ]
    assert all(line.endswith("dots en dark  gif 240x136") for line in result.stdout.splitlines())
    assert result.stderr.strip() == f"3 clips, 6.0 MB in {kept.folder}"


def test_verify(run: Run, kept: Store) -> None:
    """Sound clips are counted; a damaged one is named, and removed when asked."""
    assert (run("cache", "verify").exit_code, run("cache", "verify").stdout) == (0, "")
    place = next(kept.entries()).folder
    (place / "gif").write_bytes(b"x")
    result = run("cache", "verify")
    assert (result.exit_code, result.stdout) == (1, "111111111111  gif damaged  dots en dark  gif 240x136\n")
    assert "Error: the cache is damaged" in result.stderr
    assert run("cache", "verify", "--remove").exit_code == 0
    assert not place.exists()
    assert run("cache", "verify").stderr.strip() == "2 clips read, 0 damaged"


@pytest.mark.parametrize(
    ("args", "left"),
    [
        (("--older-than", "30d"), "12"),
        (("--older-than", "2 w"), "12"),
        (("--max-size", "3.5MB"), "12"),
        (("--max-size", "1500 kb"), "1"),
        (("--max-size", "5GB"), "123"),
        (("--max-size", "4MB", "--older-than", "5d"), "1"),
        (("--all",), ""),
    ],
    ids=str,
)
def test_prune(run: Run, kept: Store, args: tuple[str, ...], left: str) -> None:
    """By size, by age, by both, or all."""
    result = run("cache", "prune", *args)
    assert result.exit_code == 0, result.stderr
    assert "".join(entry.key[0] for entry in kept.entries()) == left
    assert result.stderr.startswith(f"{3 - len(left)} clips removed")


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ((), "nothing to do; give --max-size, --older-than or --all"),
        (("--max-size", "5"), "--max-size is 5; it must be a number and one of kB, MB, GB, TB, such as 5GB"),
        (("--max-size", "-5MB"), "--max-size is -5MB; it must be a number"),
        (
            ("--older-than", "5y"),
            "--older-than is 5y; it must be a number and one of m, h, d, w, such as 30d",
        ),
    ],
    ids=str,
)
def test_bad_input(run: Run, kept: Store, args: tuple[str, ...], message: str) -> None:
    """One line, exit code 2, nothing removed."""
    result = run("cache", "prune", *args)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"Error: {message}")
    assert len(list(kept.entries())) == 3


def test_no_cache_yet(run: Run, tmp_path: Path) -> None:
    """An empty cache is no error, and is not made by looking."""
    result = run("cache", "--cache", str(tmp_path / "none"), "list")
    assert (result.exit_code, result.stdout) == (0, "")
    assert not (tmp_path / "none").exists()


def foreign(folder: Path) -> dict[Path, str]:
    """Put files of others into a folder, some named almost as in a cache; what they hold, by path."""
    names = (".env", "sub/.part", "v1/a/b", f"v1/aa/{'a' * 63}/gif", "v2/x", "inputs/mine.json", "clip.json")
    outside = folder.parent / "outside"
    for path in (*(folder / name for name in names), outside / ("3" * 64) / "gif"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("mine")
        os.utime(path, (0, 0))
    (folder / "v1" / "bb").symlink_to(outside)
    return {path: path.read_text() for path in folder.parent.rglob("*") if path.is_file()}


@pytest.mark.parametrize("args", [("list",), ("verify", "--remove"), ("prune", "--all")], ids=str)
def test_a_folder_of_somebody_else(run: Run, tmp_path: Path, args: tuple[str, ...]) -> None:
    """It is refused in one line, by a build too, and left as it is."""
    before = foreign(tmp_path / "mine")
    lesson = tmp_path / "lesson.toml"
    lesson.write_text('[[clip]]\nscene = "walk"\n')
    for command in (
        ["cache", "--cache", tmp_path / "mine", *args],
        ["build", lesson, "--cache", tmp_path / "mine"],
    ):
        result = run(*command)
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr.startswith(f"Error: {tmp_path / 'mine'} is not a cache of lranim, since ")
        assert result.stderr.count("\n") == 1
    lesson.unlink()
    assert {path: path.read_text() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_prune_removes_its_own_files_only(run: Run, kept: Store) -> None:
    """Also where files of others lie in a cache, which its tag tells to be one; no link is followed."""
    (kept.folder / TAG).write_bytes(SIGNATURE)
    entry = next(kept.entries())
    (entry.folder / "notes.txt").write_text("mine")
    (entry.folder / "mp4").symlink_to(kept.folder / ".env")
    stale = entry.folder / ".gif.0123456789ab"
    stale.write_text("half")
    before = foreign(kept.folder)
    assert run("cache", "prune", "--all").exit_code == 0
    own = [path for path in before if path.parent.name in {str(number) * 64 for number in (1, 2, 3)}]
    own = [path for path in own if kept.folder in path.parents and path.name != "notes.txt"]
    left = {path: path.read_text() for path in kept.folder.parent.rglob("*") if path.is_file()}
    assert left == {path: text for path, text in before.items() if path not in own}
    assert list(kept.entries()) == []


def test_a_cache_without_a_tag(run: Run, kept: Store) -> None:
    """Those of earlier versions have none: it is one as long as all names in it are of a cache's own."""
    (kept.folder / "inputs").mkdir()
    (kept.folder / "inputs" / f"{'1' * 64}.json").write_text("{}")
    (kept.folder / "durations.json").write_text("{}")
    assert run("cache", "list").exit_code == 0
    (kept.folder / "inputs" / "mine.json").write_text("{}")
    result = run("cache", "list")
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"{kept.folder}/inputs/mine.json is there" in result.stderr
    shutil.rmtree(kept.folder / "inputs")
    shutil.rmtree(kept.clips)
    assert run("cache", "list").exit_code == 2, "one file alone, of no rare name, makes no cache"
