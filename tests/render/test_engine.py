from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import click.testing
import numpy as np
import pytest
from manim import config, logger
from PIL import Image, ImageSequence

from lranim.batch import keys, render
from lranim.batch.workplace import PREFIX
from lranim.cli import cli
from lranim.errors import RenderError
from lranim.video import check, gif
from lranim.video.check import inspect
from lranim.video.clip import Artifact, Clip
from lranim.video.encode import SINKS
from lranim.video.engine import manim_config
from lranim.video.job import Job

Dots = Callable[..., Job]
Tree = Callable[[Path], dict[str, tuple[Any, ...]]]
Spawn = Callable[..., subprocess.Popen[str]]

QUICK = {"formats": ("gif", "png")}
SIZE = ("-r", "240,136", "--fps", "5")
LONG = ("--steps", "3000", "--format", "mp4,gif")
"""A run of the small scene that goes on for longer than anyone waits."""


def manim_state() -> tuple[dict[str, Any], int]:
    """All that a render may change and must bring back."""
    return dict(config.items()), logger.level


@pytest.fixture(autouse=True)
def _clean(temp: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever a test does, manim's configuration is as before, and no temporary file is left."""
    monkeypatch.setattr(keys, "SOURCES", ())  # so that nobody's edit meanwhile turns a hit into a miss
    before = manim_state()
    yield
    assert manim_state() == before


def names(folder: Path) -> list[str]:
    """What lies in a folder."""
    return sorted(path.name for path in folder.iterdir())


def all_of(name: str, *forms: str) -> list[str]:
    """Names of the files of a clip that has a video or a GIF."""
    return sorted(f"{name}.{form}" for form in (*forms, "en.srt", "en.vtt", "json"))


def by_format(clip: Clip) -> dict[str, Artifact]:
    """The files of a clip."""
    return {artifact.format: artifact for artifact in clip.artifacts}


# A real clip, decoded


def test_nothing_but_the_named_files(clip: Clip) -> None:
    """The four files, their captions and the sidecar, each readable like any other file."""
    folder = clip.artifacts[0].path.parent
    forms = ("mp4", "gif", "webm", "png", "en.srt", "en.vtt", "json")
    assert names(folder) == sorted(f"oscillation.{form}" for form in forms)
    mask = os.umask(0)
    os.umask(mask)
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o666 & ~mask}


def test_the_shape_of_the_sidecar(clip: Clip) -> None:
    """The documented keys in the documented order (and the key of the content last), text as UTF-8."""
    path = clip.artifacts[0].path.with_suffix(".json")
    data = json.loads(path.read_text(encoding="utf-8"))
    documented = ["scene", "params", "lang", "theme", "cached", "seconds", "artifacts", "alt", "beats"]
    facts = [
        "path",
        "format",
        "width",
        "height",
        "fps",
        "frames",
        "duration_s",
        "bytes",
        "sha256",
    ]
    assert list(data) == [*documented, "captions", "key", "sha256"]
    assert [list(row) for row in data["captions"]] == [["path", "lang", "format", "sha256"]] * 2
    assert [(row["lang"], row["format"]) for row in data["captions"]] == [("en", "srt"), ("en", "vtt")]
    assert [list(row) for row in data["artifacts"]] == [facts] * 4
    assert [row["format"] for row in data["artifacts"]] == ["mp4", "gif", "webm", "png"]
    assert {tuple(beat) for beat in data["beats"]} == {("t", "text")}
    assert (data["scene"], data["lang"], data["theme"], data["cached"]) == (
        "oscillation",
        "en",
        "dark",
        False,
    )
    own = {"function": None, "domain": None}
    assert data["params"] == {"cost": "bowl", **own, "start": 13.0, "steps": 2, "step": 1.5}
    assert data["seconds"] > 0
    assert data["alt"]
    assert data == json.loads(json.dumps(clip.as_dict()))
    assert "\\u" not in path.read_text(encoding="utf-8")
    for row in data["artifacts"]:
        assert [type(row[key]) for key in facts] == [*(str, str, int, int, int, int, float, int, str)]


def test_sizes_and_hashes(clip: Clip) -> None:
    """Of the files as they lie there."""
    for artifact in clip.artifacts:
        assert artifact.bytes == artifact.path.stat().st_size
    for file in clip.files:
        assert file.sha256 == keys.file_hash(file.path)


def test_mp4(clip: Clip) -> None:
    """H.264 with 4:2:0, its index first; what the sidecar says is what a decoder finds."""
    mp4 = by_format(clip)["mp4"]
    with av.open(mp4.path) as file:
        stream = file.streams.video[0]
        times = [frame.time for frame in file.decode(stream)]
        assert (stream.codec_context.name, stream.pix_fmt) == ("h264", "yuv420p")
        assert (stream.width, stream.height) == (mp4.width, mp4.height) == (240, 136)
        assert stream.average_rate == mp4.fps == 5
        assert float(stream.duration * stream.time_base) == pytest.approx(mp4.duration_s)
    assert times == pytest.approx([k / 5 for k in range(mp4.frames)])
    assert mp4.duration_s == mp4.frames / 5 > 5
    content = mp4.path.read_bytes()
    assert 0 < content.index(b"moov") < content.index(b"mdat")


@pytest.mark.parametrize("transparent", [False, True])
def test_the_way_back(dots: Dots, transparent: bool) -> None:
    """A GIF of a fair rate ends with pictures between the last and the first; other formats do not."""
    files = by_format(render.render(dots(fps=20, transparent=transparent, formats=("gif", "webm", "png"))))
    more = 0 if transparent else round(gif.CLOSING_S * 20)
    assert files["gif"].frames == files["webm"].frames + more
    with Image.open(files["gif"].path) as image:
        shown = [np.asarray(frame.convert("RGBA")).astype(int) for frame in ImageSequence.Iterator(image)]
    with Image.open(files["png"].path) as image:
        poster = np.asarray(image.convert("RGBA")).astype(int)
    apart = [np.abs(frame - poster)[poster[..., 3] == 255].mean() for frame in shown]
    assert apart[-1 - more] < 1
    if more:
        way = [np.abs(frame - shown[0]).mean() for frame in shown[-1 - more :]]
        assert way == sorted(way, reverse=True)
        assert way[-1] < 0.7 * way[0]


def last_frame(path: str) -> np.ndarray:
    """The last picture of a video."""
    with av.open(path) as file:
        *_, frame = file.decode(video=0)
        return frame.to_ndarray(format="rgb24").astype(int)


def test_poster_is_the_last_frame(clip: Clip) -> None:
    """In full in the GIF, and up to the codecs' loss in the videos."""
    files = by_format(clip)
    with Image.open(files["png"].path) as image:
        assert (image.format, image.mode, image.size) == ("PNG", "RGB", (240, 136))
        poster = np.asarray(image).astype(int)
    assert (files["png"].fps, files["png"].frames, files["png"].duration_s) == (0, 1, 0.0)
    for form in ("mp4", "webm"):
        apart = np.abs(last_frame(files[form].path) - poster)
        assert apart.mean() < 3, form
    with Image.open(files["gif"].path) as image:
        *_, last = (np.asarray(frame.convert("RGB")).astype(int) for frame in ImageSequence.Iterator(image))
    assert np.abs(last - poster).mean() < 1
    assert poster.std() > 10


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_transparent(lesson: Dots, tmp_path: Path, theme: str) -> None:
    """Alpha in WebM, GIF and PNG; soft edges have the colour of what is drawn, not of the background."""
    about: dict[str, Any] = {"params": {"steps": 1}, "theme": theme, "formats": ("webm", "gif", "png")}
    clear = render.render(lesson("oscillation", tmp_path / "clear", transparent=True, **about))
    solid = render.render(lesson("oscillation", tmp_path / "solid", **about | {"formats": ("png",)}))
    files = by_format(clear)
    with av.open(files["webm"].path) as file:
        assert file.streams.video[0].metadata["alpha_mode"] == "1"
    with Image.open(files["gif"].path) as image:
        assert image.convert("RGBA").getpixel((1, 1))[3] == 0
    with Image.open(files["png"].path) as image, Image.open(solid.artifacts[0].path) as other:
        assert image.mode == "RGBA"
        assert image.getpixel((1, 1))[3] == 0
        ground = Image.new("RGBA", image.size, {"dark": "#101418", "light": "#FFFFFF"}[theme])
        laid = Image.alpha_composite(ground, image).convert("RGB")
        apart = np.abs(np.asarray(laid).astype(int) - np.asarray(other))
    assert (apart.mean(), apart.max()) == (pytest.approx(0, abs=0.3), pytest.approx(0, abs=8))


# The same request, the same bytes


def test_same_request_same_bytes(clip: Clip, spawn: Spawn, tmp_path: Path) -> None:
    """In other processes, with other hash seeds, working folders and time zones."""
    args = ("render", "oscillation", *SIZE, "--steps", "2", "--format", "mp4,gif,webm,png", "--json")
    runs = []
    for folder, seed, zone in (("one", "1", "Asia/Shanghai"), ("two", "2", "America/St_Johns")):
        (tmp_path / folder).mkdir()
        env = {"PYTHONHASHSEED": seed, "TZ": zone}
        runs.append(spawn(*args, real=True, cwd=tmp_path / folder, **env))
    expected = json.loads(json.dumps(clip.as_dict()))
    for run in runs:
        stdout, stderr = run.communicate(timeout=300)
        assert run.returncode == 0, stderr
        data = json.loads(stdout)
        assert [row["sha256"] for row in data["artifacts"]] == [a.sha256 for a in clip.artifacts]
        assert [row["path"] for row in data["artifacts"]] == [
            f"media/oscillation.steps=2.{form}" for form in ("mp4", "gif", "webm", "png")
        ]
        assert [row["sha256"] for row in data["captions"]] == [row.sha256 for row in clip.captions]
        for key in ("scene", "params", "lang", "theme", "cached", "alt", "beats", "key"):
            assert data[key] == expected[key], key


# What is there already


def test_a_hit_touches_nothing(dots: Dots, tree: Tree) -> None:
    """The second run finds the files, says so, and leaves them as they are; its sidecar too."""
    job = dots()
    first = render.render(job)
    before = tree(job.out_dir)
    second = render.render(job)
    assert (first.cached, second.cached) == (False, True)
    assert replace(second, cached=False, seconds=first.seconds) == first
    assert tree(job.out_dir) == before


@pytest.mark.parametrize(
    "change",
    [
        {"params": {"rest": 0.6}},
        {"theme": "light"},
        {"width": 242},
        {"height": 138},
        {"fps": 10},
        {"formats": ("gif", "png", "webm")},
    ],
    ids=str,
)
def test_a_miss_after_any_change(dots: Dots, change: dict[str, Any]) -> None:
    """Another request is rendered, and then it is the one that is there."""
    render.render(dots(**QUICK))
    asked = dots(**QUICK | change)
    assert not render.render(asked).cached
    assert render.render(asked).cached


@pytest.mark.parametrize("form", ["gif", "en.vtt"])
@pytest.mark.parametrize("damage", ["flip", "cut", "gone", "sidecar"])
def test_damaged_files_are_rendered_again(dots: Dots, damage: str, form: str) -> None:
    """The whole clip comes back, byte for byte, its captions too."""
    job = dots(**QUICK)
    first = render.render(job)
    hurt = job.out_dir / f"dots.{form}"
    content = hurt.read_bytes()
    middle = len(content) // 2
    if damage == "sidecar":
        (job.out_dir / "dots.json").write_text('{"scene": "do')
    elif damage == "gone":
        hurt.unlink()
    else:
        flipped = content[:middle] + bytes([content[middle] ^ 16]) + content[middle + 1 :]
        hurt.write_bytes(flipped if damage == "flip" else content[:-20])
    again = render.render(job)
    assert not again.cached
    assert again.files == first.files
    assert hurt.read_bytes() == content
    assert render.render(job).cached


def test_force(dots: Dots, tree: Tree) -> None:
    """Renders what is there, and the bytes are the same."""
    job = dots(**QUICK)
    first = render.render(job)
    before = tree(job.out_dir)
    again = render.render(job, force=True)
    assert (again.cached, again.artifacts) == (False, first.artifacts)
    after = tree(job.out_dir)
    assert all(after[name][1] != before[name][1] for name in before)
    assert names(job.out_dir) == all_of("dots", "gif", "png")


def test_progress(dots: Dots) -> None:
    """Frames done after each drawn one, the total at the end; nothing for a clip that is there."""
    job = dots(**QUICK)
    seen: list[tuple[int, int | None]] = []
    clip = render.render(job, lambda done, total: seen.append((done, total)))
    frames = by_format(clip)["gif"].frames
    assert seen[-2:] == [(frames, None), (frames, frames)]
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    seen.clear()
    render.render(job, lambda done, total: seen.append((done, total)))
    assert seen == []


# Failures


class Odd:
    """A sink that fails when it is told to."""

    def __init__(self, path: Path, *, at: str, error: Exception, **about: Any) -> None:
        self.path, self.at, self.error = path, at, error

    def write(self, frame: np.ndarray, repeat: int) -> None:
        """Leave half a file."""
        self.path.write_text("half")
        self._maybe("write")

    def close(self) -> None:
        """Finish."""
        self._maybe("close")

    def abort(self) -> None:
        """Leave the file to the engine."""

    def _maybe(self, at: str) -> None:
        if at == self.at:
            raise self.error


def interrupt(done: int, total: int | None) -> None:
    """Press Ctrl-C in the middle."""
    if done > 6:
        raise KeyboardInterrupt


TROUBLES: dict[str, tuple[type[BaseException], str]] = {
    "scene": (ZeroDivisionError, "on purpose"),
    "progress": (KeyboardInterrupt, "^$"),
    "write": (RenderError, "^gif: broken pen$"),
    "close": (RenderError, "^gif: no space left on .*: free some, or choose another folder with -o$"),
    "size": (RenderError, "^gif: came out as 1x136, not 240x136$"),
    "frames": (RenderError, r"^gif: came out with \d+ frames, not \d+$"),
    "length": (RenderError, r"^gif: came out 99.00 s long, not \d\.\d0 s$"),
    "half": (RenderError, "^dots.gif: cannot be read back"),
}


@pytest.mark.parametrize("trouble", list(TROUBLES))
@pytest.mark.parametrize("earlier", [True, False], ids=["earlier output", "new folder"])
def test_a_failure_leaves_no_trace(
    dots: Dots, tmp_path: Path, tree: Tree, monkeypatch: pytest.MonkeyPatch, trouble: str, earlier: bool
) -> None:
    """Earlier files are not touched, new folders are gone again, and the next run works."""
    job = dots(tmp_path / "a" / "b", **QUICK)
    if earlier:
        render.render(job)
        (job.out_dir / "notes.txt").write_text("mine")
    before = tree(tmp_path)
    asked = replace(job, params=job.params | {"broken": trouble == "scene"})
    error, line = TROUBLES[trouble]

    def odd(path: Path, **about: Any) -> Odd:
        kinds = {"write": ValueError("broken pen"), "close": OSError(28, "No space left on device")}
        return Odd(path, at=trouble, error=kinds.get(trouble, ValueError()), **about)

    def wrong(path: Path) -> Any:
        media = inspect(path)
        changes = {
            "size": {"width": 1},
            "frames": {"frames": media.frames - 1},
            "length": {"duration_s": 99.0},
        }
        return replace(media, **changes[trouble]) if path.suffix == ".gif" else media

    with monkeypatch.context() as patch:
        if trouble in ("write", "close", "half"):
            patch.setitem(SINKS, "gif", odd)
        if trouble in ("size", "frames", "length"):
            patch.setattr(check, "inspect", wrong)
        with pytest.raises(error, match=line):
            render.render(asked, interrupt if trouble == "progress" else None, force=True)
    assert tree(tmp_path) == before
    assert render.render(job).cached == earlier


@pytest.mark.parametrize("at", [3, 14])
def test_the_folder_is_removed_meanwhile(dots: Dots, at: int, tmp_path: Path) -> None:
    """One line, exit code 1, and it stays removed; the next run makes it again."""
    job = dots(tmp_path / "a" / "b")

    def remove(done: int, total: int | None) -> None:
        if done >= at and (tmp_path / "a").exists():
            shutil.rmtree(tmp_path / "a")

    with pytest.raises(RenderError) as caught:
        render.render(job, remove)
    assert "\n" not in str(caught.value)
    assert "No such file" in str(caught.value)
    assert names(tmp_path) == []
    assert not render.render(job).cached


def working(folder: Path, process: subprocess.Popen[str]) -> Path:
    """Wait for the working folder of a process in which something lies already."""
    deadline = time.monotonic() + 120
    while True:
        for found in folder.glob(f"{PREFIX}*"):
            with contextlib.suppress(OSError):
                if any(found.iterdir()):
                    return found
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.thorough_after(1)
@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_at_any_moment(
    dots: Dots, spawn: Spawn, tmp_path: Path, tree: Tree, signum: signal.Signals
) -> None:
    """One line, exit code 130, the earlier files as they were and nothing else anywhere."""
    render.render(dots(name="x", **QUICK))
    before = tree(tmp_path)
    process = spawn("render", "dots", *SIZE, *LONG, "--name", "x")
    working(tmp_path / "media", process)
    moment = random.uniform(0, 0.5)
    time.sleep(moment)
    process.send_signal(signum)
    stdout, stderr = process.communicate(timeout=60)
    assert (process.returncode, stdout, stderr) == (130, "", "Interrupted.\n"), moment
    assert tree(tmp_path) == before, moment


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_killed(dots: Dots, spawn: Spawn, tmp_path: Path, tree: Tree, temp: Path) -> None:
    """Nobody can tidy up then: the earlier files are whole, and the next run sweeps and works."""
    job = dots(name="x", **QUICK)
    render.render(job)
    before = tree(tmp_path)
    process = spawn("render", "dots", *SIZE, *LONG, "--name", "x")
    left = working(tmp_path / "media", process)
    process.kill()
    process.communicate()
    for file in temp.iterdir():  # of lettering in the making: the system's to clean
        file.unlink()
    assert left.exists()
    assert {name: about for name, about in tree(tmp_path).items() if PREFIX not in name} == before
    assert render.render(job).cached
    assert not render.render(job, force=True).cached
    assert names(job.out_dir) == all_of("x", "gif", "png")


def ran(*args: object) -> tuple[int, list[str], list[str]]:
    """Exit code and lines of the command line, run in this process."""
    result = click.testing.CliRunner().invoke(cli, [str(arg) for arg in args], prog_name="lranim")
    return result.exit_code, result.stdout.splitlines(), result.stderr.splitlines()


def test_two_runs_at_once(dots: Dots, spawn: Spawn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second one ends with 3 and one line; the files of the first are whole."""
    monkeypatch.chdir(tmp_path)
    args = ("render", "dots", *SIZE, "--steps", "60", "--format", "mp4,gif,png", "--name", "x")
    first = spawn(*args)
    working(tmp_path / "media", first)
    code, lines, errors = ran(*args, "--force")
    assert first.poll() is None, "it was over too soon for this test"
    assert (code, lines) == (3, [])
    typed = f"(process {first.pid} on {socket.gethostname()}: lranim {' '.join(args)})"
    assert errors == [
        f"Error: media/x is being written by another run {typed}; wait for it, or choose another -o or --name"
    ]
    stdout, stderr = first.communicate(timeout=300)
    assert (first.returncode, len(stdout.splitlines())) == (0, 6), stderr
    assert names(tmp_path / "media") == all_of("x", "gif", "mp4", "png")
    for row in json.loads((tmp_path / "media" / "x.json").read_text())["artifacts"]:
        assert row["sha256"] == keys.file_hash(Path(row["path"]))
        assert row["frames"] == inspect(Path(row["path"])).frames
    assert ran(*args)[0] == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 600 kB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(disk)]
    if sys.platform != "linux" or shutil.which("mount") is None or os.geteuid() != 0:
        pytest.skip("only root can mount a small file system, and only Linux has tmpfs")
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this machine lets nobody mount a file system")
    yield disk
    # Lazily: FFmpeg may keep a file open whose index it could not write.
    subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_full_disk(dots: Dots, small_disk: Path, tree: Tree) -> None:
    """With any room too small: one line that says so, exit code 1, the earlier files as they were."""
    media, block = small_disk / "media", 4096
    args = ("render", "dots", "-r", "640,360", "--fps", "10", "--steps", "6", "-o", media, "--name", "x")
    code, _, errors = ran(*args)
    assert code == 0, errors
    used = sum(-(-path.stat().st_size // block) * block for path in media.iterdir())
    for share in (0.0, 0.2, 0.5, 0.8, 1.0):
        room = round(share * (used - block) / block) * block
        filler = small_disk / "filler"
        with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while file.write(bytes(block)):
                pass
        os.truncate(filler, filler.stat().st_size - room)
        before = tree(small_disk)
        code, lines, errors = ran(*args, "--force")
        assert (code, lines, len(errors)) == (1, [], 1), errors
        assert "no space left on " in errors[0]
        assert errors[0].endswith(": free some, or choose another folder with -o")
        assert tree(small_disk) == before, share
        filler.unlink()
    assert ran(*args, "--force")[0] == 0


# Places


def test_odd_places(dots: Dots, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative path with a dash first, spaces, an apostrophe, Chinese, percent signs and a colon."""
    monkeypatch.chdir(tmp_path)
    word = "-it's 100% 学习率 %d a:b"
    clip = render.render(dots(Path(word), name=word, formats=("mp4", "gif", "webm", "png")))
    assert [artifact.path for artifact in clip.artifacts] == [
        Path(word, f"{word}.{form}") for form in ("mp4", "gif", "webm", "png")
    ]
    assert names(tmp_path / word) == all_of(word, "mp4", "gif", "webm", "png")
    assert names(tmp_path) == [word]
    assert render.render(dots(tmp_path / word, name=word, formats=("webm",))).cached


def test_a_dash_on_the_command_line(dots: Dots, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder and a name that look like options."""
    monkeypatch.chdir(tmp_path)
    code, lines, errors = ran("render", "dots", *SIZE, "-o", "-odd", "--name", "-x", "--format", "gif")
    forms = ("gif", "en.srt", "en.vtt", "json")
    assert (code, lines) == (0, [f"-odd/-x.{form}" for form in forms]), errors
    assert names(tmp_path / "-odd") == all_of("-x", "gif")


def test_a_symbolic_link(dots: Dots, tmp_path: Path) -> None:
    """The files go where the link leads, and the link stays one."""
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    clip = render.render(dots(tmp_path / "link", **QUICK))
    assert clip.artifacts[0].path == tmp_path / "link" / "dots.gif"
    assert (tmp_path / "link").is_symlink()
    assert names(tmp_path / "real") == all_of("dots", "gif", "png")
    assert render.render(dots(tmp_path / "real", **QUICK)).cached


# manim's configuration


def _fail_inside(error: type[BaseException]) -> None:
    assert (config.pixel_width, config.frame_rate) == (242, 7)
    raise error


def test_configuration_is_set_and_brought_back() -> None:
    """Inside it holds; afterwards, a failure included, the configuration and the logger are as before."""
    before = manim_state()
    for error in (ZeroDivisionError, KeyboardInterrupt):
        with pytest.raises(error), manim_config(pixel_width=242, frame_rate=7, verbosity="CRITICAL"):
            _fail_inside(error)
        assert manim_state() == before


# Long rests


@pytest.mark.thorough
def test_ten_minutes_of_rest(dots: Dots) -> None:
    """Held frames are told, not copied: 3,000 of them take no more memory than two, and little time."""
    began = time.process_time()
    peaks = []
    for rest in (0.4, 600.0):
        tracemalloc.start()
        try:
            clip = render.render(dots(params={"steps": 1, "rest": rest}))
            peaks.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
    assert time.process_time() - began < 10
    assert [artifact.frames > 3000 for artifact in clip.artifacts] == [True, True, False]
    assert peaks[1] - peaks[0] < 20 * 240 * 136 * 4
    assert sum(artifact.bytes for artifact in clip.artifacts) < 300_000
