"""What is read of a finished clip, and what is refused."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from lranim.errors import InputError
from lranim.video.clip import Clip, NotAClip, clips_in, read_clip


@pytest.fixture
def folder(rendered: Path, tmp_path: Path) -> Path:
    """A copy of the clips, under a name with a space and Chinese."""
    return Path(shutil.copytree(rendered, tmp_path / "my 学习率"))


NAME = "slope.steps=1.light"


@pytest.mark.parametrize("suffix", [".json", ".mp4", ".gif", ".png", ".en.vtt"])
def test_a_clip_is_named_by_any_of_its_files(folder: Path, suffix: str) -> None:
    """And its files are those in its folder, wherever they were made."""
    clip = read_clip(folder / f"{NAME}{suffix}")
    assert (clip.name, clip.scene, clip.lang, clip.theme) == (NAME, "slope", "en", "light")
    files = [row.path for row in clip.artifacts] + [row.path for row in clip.captions]
    assert all(path.parent == folder and path.is_file() for path in files)
    assert (clip.params["steps"], clip.beats[0].t, bool(clip.alt)) == (1, 0.0, True)
    assert clip.moving is not None
    assert (clip.moving.format, clip.need("webm", "gif").format, clip.get("webm")) == ("mp4", "gif", None)


def test_a_caption_of_a_clip_whose_name_says_the_language(folder: Path) -> None:
    """Its captions do not say it twice."""
    assert read_clip(folder / "slope.steps=1.zh.light.srt").lang == "zh"


def test_clips_of_a_folder_come_by_name_and_other_files_are_left_out(folder: Path) -> None:
    """A JSON file of another kind is no reason to stop; a damaged clip is."""
    (folder / "package.json").write_text('{"name": "slides"}')
    names = [clip.name for clip in clips_in(folder)]
    assert names == sorted(names)
    assert len(names) == 4
    (folder / f"{NAME}.gif").write_bytes(b"GIF89a")
    with pytest.raises(InputError, match=f"{NAME}.gif is damaged: .*render the clip again with --force"):
        clips_in(folder)


def test_what_is_no_clip(folder: Path) -> None:
    """One line that says what is wrong and what to do."""
    (folder / "package.json").write_text('{"name": "slides"}')
    with pytest.raises(NotAClip, match=r"package\.json is not the JSON of a clip .scene: Field required"):
        read_clip(folder / "package.json")
    (folder / "package.json").write_text("{")
    with pytest.raises(NotAClip, match="Invalid JSON"):
        read_clip(folder / "package.json")
    with pytest.raises(InputError, match=r"none\.mp4 cannot be read: there is no such file; lranim render"):
        read_clip(folder / "none.mp4")
    (folder / "none.mp4").write_bytes(b"a video")
    with pytest.raises(InputError, match=r"none\.json, which .*none\.mp4 needs, cannot be read: there is no"):
        read_clip(folder / "none.mp4")
    (folder / "empty").mkdir()
    with pytest.raises(InputError, match="empty has no clips; lranim render -o"):
        clips_in(folder / "empty")


@pytest.mark.parametrize("suffix", [".mp4", ".en.srt"])
def test_a_file_that_is_gone(folder: Path, suffix: str) -> None:
    """It is named."""
    (folder / f"{NAME}{suffix}").unlink()
    with pytest.raises(InputError, match=f"{NAME}{suffix} cannot be read: it is gone; render the clip again"):
        read_clip(folder / f"{NAME}.json")


@pytest.mark.parametrize("suffix", [".mp4", ".en.vtt"])
def test_a_file_of_the_same_size_that_is_another(folder: Path, suffix: str) -> None:
    """Its hash tells."""
    path = folder / f"{NAME}{suffix}"
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(InputError, match=f"{NAME}{suffix} is damaged: it is not what its JSON says"):
        read_clip(folder / f"{NAME}.json")


def test_a_format_that_the_clip_lacks(clips: tuple[Clip, ...]) -> None:
    """It says which ones there are, and how to get it."""
    with pytest.raises(
        InputError, match="has no webm, only mp4, gif, png; render it again with --format webm"
    ):
        clips[0].need("webm")


def test_a_json_that_was_altered(folder: Path) -> None:
    """Each word and number of it counts, but not where its files were and how long they took."""
    place = folder / f"{NAME}.json"
    data = json.loads(place.read_text())
    kept = {
        "cached": True,
        "seconds": 9.9,
        "artifacts": [{**row, "path": row["path"].rpartition("/")[2]} for row in data["artifacts"]],
    }
    place.write_text(json.dumps(data | kept))
    assert read_clip(place).name == NAME
    for key in ("alt", "scene", "lang", "key"):
        place.write_text(json.dumps(data | {key: "another"}))
        with pytest.raises(InputError, match=f"{NAME}.json is damaged: it is not what was written; render"):
            clips_in(folder)
    data["beats"][0]["text"] += "!"
    place.write_text(json.dumps(data))
    with pytest.raises(InputError, match="is damaged"):
        read_clip(place)


@pytest.mark.parametrize("suffix", [".json", ".mp4", ".en.srt"])
def test_what_is_no_file(folder: Path, obstruct: Callable[[Path], None], suffix: str) -> None:
    """It is named in one line, at once."""
    obstruct(folder / f"{NAME}{suffix}")
    with pytest.raises(
        InputError, match=f"^[^\n]*{NAME}{suffix}[^\n]*(cannot be read: |is not the|is damaged)"
    ):
        read_clip(folder / f"{NAME}.gif")


def test_a_clip_of_an_earlier_version(folder: Path) -> None:
    """Captions and beats may be missing, and the hash of all that is said."""
    place = folder / f"{NAME}.json"
    data = json.loads(place.read_text())
    del data["captions"], data["sha256"]
    data["beats"] = []
    place.write_text(json.dumps(data))
    clip = read_clip(place)
    assert (clip.captions, clip.beats) == ((), ())
