from __future__ import annotations

import importlib.metadata
import json
import platform
import shutil
import types
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import lranim
from lranim.draw.beats import Beat
from lranim.errors import InputError
from lranim.look.theme import THEMES
from lranim.render import cache
from lranim.render.artifacts import Artifact, CaptionFile, Clip
from lranim.render.cache import content_key, file_hash, look_up, sidecar
from lranim.render.captions import caption_names
from lranim.render.job import Job

SOURCES = (
    "core/costs.py",
    "draw/board.py",
    "look/theme.py",
    "look/locales/en.toml",
    "render/gif.py",
    "data.py",
    "params.py",
)


@pytest.fixture
def job(dots: Callable[..., Job]) -> Job:
    """A job of the small scene."""
    return dots(formats=("gif", "png"))


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the package's source, from which the key is made then."""
    package = tmp_path / "package"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(Path(lranim.__file__).parent, package, ignore=ignored)
    monkeypatch.setattr(cache, "lranim", types.SimpleNamespace(__file__=str(package / "__init__.py")))
    return package


def test_key_knows_the_content_only(job: Job) -> None:
    """Where the files go, what they are called and which formats there are does not change a pixel."""
    key = content_key(job)
    assert len(key) == 64
    assert content_key(replace(job, out_dir=Path("elsewhere"), name="x", formats=("webm",))) == key


@pytest.mark.parametrize(
    "change",
    [
        {"params": {"steps": 4}},
        {"params": {"rest": 0.5}},
        {"theme": "light"},
        {"lang": "zh"},
        {"width": 242},
        {"height": 138},
        {"width": 136, "height": 240},
        {"fps": 6},
        {"transparent": True},
    ],
    ids=str,
)
def test_key_changes_with_the_request(dots: Callable[..., Job], change: dict[str, Any]) -> None:
    """Each part of a request that shows in the picture is in the key."""
    assert content_key(dots(**change)) != content_key(dots())


@pytest.mark.parametrize(
    "change",
    [
        {"name": "another"},
        {"background": "#101419"},
        {"series": THEMES["dark"].series[:3]},
        {"tangent_dash": (1.0, 1.0)},
        {"fonts": ("DejaVu Sans",)},
        {"sizes": replace(THEMES["dark"].sizes, trail=3.1)},
        {"waits": replace(THEMES["dark"].waits, read=9.0)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_key_changes_with_any_value_of_the_theme(job: Job, change: dict[str, Any]) -> None:
    """A theme of one's own counts by what it says, not by what its file is called."""
    assert content_key(replace(job, theme=replace(job.theme, **change))) != content_key(job)


@pytest.mark.parametrize("name", SOURCES)
def test_key_changes_with_the_source(job: Job, sources: Path, name: str) -> None:
    """Another line in what draws, computes, says or encodes is another clip."""
    key = content_key(job)
    with (sources / name).open("a") as file:
        file.write("\n# another line\n")
    assert content_key(job) != key


@pytest.mark.parametrize("name", ["cli/render.py", "look/locales/zh.toml"])
def test_key_does_not_change_with_what_draws_nothing(job: Job, sources: Path, name: str) -> None:
    """The command line, the words of another language, and where the package lies."""
    key = content_key(job)
    with (sources / name).open("a") as file:
        file.write("\n# another line\n")
    assert content_key(job) == key


def test_key_changes_with_what_is_in_the_data(
    lesson: Callable[..., Job], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other numbers in the file make another clip, other blanks do not; a file that is gone is refused."""
    monkeypatch.setattr(cache, "font_files", lambda families: [])
    path = tmp_path / "points.csv"

    def key(text: str) -> str:
        path.write_text(text)
        return content_key(lesson("cost", tmp_path, params={"data": str(path)}))

    keys = [key(text) for text in ("1,2\n3,4\n", "x,y\n\n1.0,2\n3,4.0\n", "1,2\n3,4.5\n", "1,2\n3,4\n5,6\n")]
    assert keys[0] == keys[1]
    assert len(set(keys)) == 3
    job = lesson("cost", tmp_path, params={"data": str(path)})
    path.unlink()
    with pytest.raises(InputError, match="there is no file"):
        content_key(job)


def test_same_source_same_key(job: Job, sources: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy of the package in another place has the key of the original."""
    copied = content_key(job)
    monkeypatch.setattr(cache, "lranim", lranim)
    assert content_key(job) == copied


def test_key_changes_with_scene_fonts_and_libraries(
    job: Job, dots_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The scene's file, the font files, each library's version and Python's."""
    keys = [content_key(job)]

    def changed() -> None:
        keys.append(content_key(job))

    scene = dots_folder / "dots.py"
    text = scene.read_text()
    with monkeypatch.context() as patch:
        scene.write_text(text + "\n")
        changed()
        scene.write_text(text)
        font = tmp_path / "font.otf"
        font.write_bytes(b"another font")
        patch.setattr(cache, "font_files", lambda families: [font])
        changed()
    with monkeypatch.context() as patch:
        patch.setattr(platform, "python_version", lambda: "3.99.0")
        changed()
    version = importlib.metadata.version
    for library in cache.LIBRARIES:
        with monkeypatch.context() as patch:
            patch.setattr(
                importlib.metadata, "version", lambda name, odd=library: "0" if name == odd else version(name)
            )
            changed()
    assert len(set(keys)) == len(keys) == 4 + len(cache.LIBRARIES)
    assert content_key(job) == keys[0]


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
            Artifact(path=str(path), format=form, **about, bytes=path.stat().st_size, sha256=file_hash(path))
        )
    captions = []
    for form, name in caption_names(job).items():
        path = job.out_dir / name
        path.write_text(f"an {form} file", encoding="utf-8")
        captions.append(CaptionFile(path=str(path), lang="en", format=form, sha256=file_hash(path)))
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


def test_miss_with_another_key(job: Job, there: Clip) -> None:
    """Files of another request."""
    assert look_up(job, "another key") is None


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
        assert [file.path for file in found.files] == [str(folder / name) for name in names]
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


def test_miss_without_a_sidecar(job: Job, there: Clip) -> None:
    """Files alone say nothing about how they were made."""
    sidecar(job).unlink()
    assert look_up(job, "the key") is None


def test_miss_when_the_sidecar_lacks_anything(job: Job, there: Clip) -> None:
    """Each key is needed, in the clip, its files, beats and captions; unknown ones are refused."""
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
        for key in set(place(there.as_dict())) - {"path"}:
            assert not kept(lambda data, place=place, key=key: place(data).pop(key)), key
        assert not kept(lambda data, place=place: place(data).update(odd=1))
