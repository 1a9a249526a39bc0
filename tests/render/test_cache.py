from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lranim.batch.published import found, look_up, sidecar
from lranim.files import file_hash
from lranim.look.text import Beat
from lranim.video.captions import caption_names
from lranim.video.clip import Artifact, CaptionFile, Clip
from lranim.video.job import Job


@pytest.fixture
def job(dots: Callable[..., Job]) -> Job:
    """A job of the small scene."""
    return dots(formats=("gif", "png"))


@pytest.fixture
def there(job: Job) -> Clip:
    """Files as an earlier run of the job left them."""
    job.out_dir.mkdir()
    artifacts = []
    for form in job.formats:
        path = job.out_dir / f"{job.name}.{form}"
        path.write_bytes(f"a {form}, drawn".encode())
        about: dict[str, Any] = {"width": 240, "height": 136, "fps": 5, "frames": 3, "duration_s": 0.6}
        artifacts.append(
            Artifact(
                path=path,
                format=form,
                **about,
                bytes=path.stat().st_size,
                sha256=file_hash(path),
            )
        )
    captions = []
    for form, name in caption_names(job).items():
        path = job.out_dir / name
        path.write_text(f"an {form} file", encoding="utf-8")
        captions.append(CaptionFile(path=path, lang="en", format=form, sha256=file_hash(path)))
    clip = Clip(
        scene=job.scene,
        params=job.params,
        lang=job.lang,
        theme=job.theme.name,
        cached=False,
        seconds=1.5,
        artifacts=tuple(artifacts),
        alt="A dot.",
        beats=(Beat(t=0.0, text="学习"), Beat(t=0.4, text="b")),
        captions=tuple(captions),
        key="the key",
    )
    sidecar(job).write_text(json.dumps(clip.as_dict(), ensure_ascii=False), encoding="utf-8")
    return clip


def test_hit(job: Job, there: Clip) -> None:
    """What is there comes back as it was written, and says that it was there."""
    assert look_up(job, "the key") == replace(there, cached=True)


def test_hit_for_some_of_the_formats(job: Job, there: Clip) -> None:
    """Formats not asked for are not looked at, nor captions for a poster; one that is not there is a miss."""
    for name in ("dots.gif", "dots.en.srt"):
        (job.out_dir / name).unlink()
    found = look_up(replace(job, formats=("png",)), "the key")
    assert found is not None
    assert found.artifacts == there.artifacts[1:]
    assert found.captions == ()
    assert look_up(replace(job, formats=("png", "mp4")), "the key") is None


def test_hit_where_the_files_lie_now(
    job: Job, there: Clip, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that was copied, or is reached from elsewhere: its own files are looked at and named."""
    shutil.copytree(job.out_dir, tmp_path / "copy")
    monkeypatch.chdir(tmp_path / "copy")
    for folder in (tmp_path / "copy", Path(), Path("../copy")):
        found = look_up(replace(job, out_dir=folder), "the key")
        assert found is not None
        names = ("dots.gif", "dots.png", "dots.en.srt", "dots.en.vtt")
        assert [file.path for file in found.files] == [folder / name for name in names]
    (tmp_path / "copy" / "dots.gif").write_bytes(b"damaged")
    assert look_up(replace(job, out_dir=Path()), "the key") is None
    assert look_up(job, "the key") is not None


@pytest.mark.parametrize("damage", ["flip", "cut", "longer", "empty", "gone", "folder"])
@pytest.mark.parametrize("form", ["gif", "png", "en.srt", "en.vtt"])
def test_miss_when_a_file_is_damaged(job: Job, there: Clip, form: str, damage: str) -> None:
    """Any change to any file."""
    path = job.out_dir / f"dots.{form}"
    content = path.read_bytes()
    path.unlink()
    if damage == "folder":
        path.mkdir()
    elif damage != "gone":
        middle = len(content) // 2
        flipped = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
        damaged = {"flip": flipped, "cut": content[:-1], "longer": content + b"\0", "empty": b""}
        path.write_bytes(damaged[damage])
    assert look_up(job, "the key") is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"x"',
        b"3",
        b"{}",
        b"\xff\xfe",
        b'{"artifacts": 3}',
        b'{"artifacts": [null]}',
    ],
    ids=repr,
)
def test_miss_when_the_sidecar_is_damaged(job: Job, there: Clip, content: bytes) -> None:
    """Whatever it holds, it is no error."""
    sidecar(job).write_bytes(content)
    assert look_up(job, "the key") is None


@pytest.mark.parametrize("name", ["dots.json", "dots.gif", "dots.en.srt"])
def test_miss_where_something_else_lies(
    job: Job, there: Clip, obstruct: Callable[[Path], None], name: str
) -> None:
    """It is not waited for."""
    obstruct(job.out_dir / name)
    assert look_up(job, "the key") is None


def test_miss_when_the_sidecar_was_altered(job: Job, there: Clip) -> None:
    """Whatever it says of the clip; where its files lay and how long they took is of no interest."""
    data = json.loads(sidecar(job).read_text())
    for change in {"alt": "A ball."}, {"beats": data["beats"][:1]}, {"params": {}}, {"scene": "ball"}:
        sidecar(job).write_text(json.dumps(data | change))
        assert found(job, "the key") == "dots.json is damaged"
    sidecar(job).write_text(json.dumps(data | {"seconds": 9.9}))
    assert look_up(job, "the key") is not None


def test_miss_without_a_sidecar(job: Job, there: Clip) -> None:
    """Files alone say nothing about how they were made."""
    sidecar(job).unlink()
    assert look_up(job, "the key") is None


def test_miss_when_the_sidecar_lacks_anything(job: Job, there: Clip) -> None:
    """Each key that counts is needed, also of files, beats and captions; unknown ones are refused."""
    whole = json.dumps(there.as_dict())

    def kept(change: Callable[[dict[str, Any]], object]) -> bool:
        data = json.loads(whole)
        change(data)
        sidecar(job).write_text(json.dumps(data))
        return look_up(job, "the key") is not None

    assert kept(lambda data: None)
    places: list[Callable[[dict[str, Any]], dict[str, Any]]]
    places = [lambda data: data]
    places += [lambda data, part=part: data[part][0] for part in ("artifacts", "beats", "captions")]
    for place in places:
        for key in set(place(there.as_dict())) - {"path", "cached", "seconds"}:
            assert not kept(lambda data, place=place, key=key: place(data).pop(key)), key
        assert not kept(lambda data, place=place: place(data).update(odd=1))
