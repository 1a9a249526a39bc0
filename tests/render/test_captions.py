"""Captions: their times, their lines, their files as real readers find them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import pytest
import srt

from lranim.errors import RenderError
from lranim.look.text import Beat, is_wide
from lranim.video.captions import (
    CAPTIONS,
    GAP_S,
    WIDTH,
    Cue,
    caption_names,
    cues,
    files_of,
    lines_of,
)
from lranim.video.check import checked_captions, inspect_captions
from lranim.video.clip import Clip
from lranim.video.job import Job


def beats(*rows: tuple[float, str]) -> list[Beat]:
    """Beats at these times."""
    return [Beat(t=t, text=text) for t, text in rows]


def wide(line: str) -> int:
    """Columns of a line."""
    return sum(2 if is_wide(char) else 1 for char in line)


def read(path: Path) -> list[tuple[float, float, str]]:
    """Start, end and text of each caption, as FFmpeg finds them."""
    found = []
    with av.open(str(path)) as file:
        assert [stream.type for stream in file.streams] == ["subtitle"]
        for packet in file.demux(file.streams.subtitles[0]):
            for part in packet.decode():
                words = part.ass.decode("utf-8").split(",", 8)[8].replace("\\N", "\n")
                start = float(packet.pts * packet.time_base)
                found.append((start, start + float(packet.duration * packet.time_base), words))
    return found


def test_each_lasts_until_the_next() -> None:
    """Less a pause; the last one to the end."""
    made = cues(beats((0.0, "One."), (1.5, "Two."), (4.0, "Three.")), 7.25)
    assert [(cue.start, cue.end) for cue in made] == [(0.0, 1.42), (1.5, 3.92), (4.0, 7.25)]
    assert [cue.lines for cue in made] == [("One.",), ("Two.",), ("Three.",)]
    assert pytest.approx(1.5 - 1.42) == GAP_S


@pytest.mark.parametrize(
    ("rows", "duration", "expected"),
    [
        ([], 3.0, []),
        ([(0.0, "")], 3.0, []),
        ([(0.0, " \n")], 3.0, []),
        ([(1.0, "a"), (1.0, "b")], 3.0, [(1.0, 3.0)]),
        ([(1.0, "a"), (1.1, "b")], 3.0, [(1.0, 1.05), (1.1, 3.0)]),
        ([(1.0, "a"), (3.0, "b")], 3.0, [(1.0, 2.92)]),
        ([(1.0, "a"), (9.0, "b")], 3.0, [(1.0, 3.0)]),
        ([(1 / 3, "a"), (2 / 3, "b")], 1.0, [(0.333, 0.587), (0.667, 1.0)]),
    ],
)
def test_odd_beats(
    rows: list[tuple[float, str]], duration: float, expected: list[tuple[float, float]]
) -> None:
    """None of them lasts no time, overlaps another or outlives the clip."""
    assert [(cue.start, cue.end) for cue in cues(beats(*rows), duration)] == expected


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        ("Equal steps, downhill.", 1),
        ("Now the slope points back, and the next step jumps over again.", 2),
        ("Step = learning rate × slope = 0.3 × 20.00 = 6.00, downhill.", 2),
        ("现在斜率反过来了，下一步往回走。", 1),
        ("在这里，拿斜率当步长太长了：跳过去又跳回来，永远停不下来。", 2),
        ("word " * 30, 4),
        ("x" * 100, 1),
    ],
)
def test_lines(words: str, lines: int) -> None:
    """As few as fit 42 columns, a Chinese character counting two; what cannot be broken stays whole."""
    found = lines_of(words.strip())
    assert len(found) == lines
    assert "".join("".join(found).split()) == "".join(words.split())
    if " " in words or lines > 1:
        assert max(map(wide, found)) <= WIDTH
    assert max(map(wide, found)) - min(map(wide, found)) <= 20


ODD = [
    Cue(start=0.0, end=1.42, lines=("Start at a = 13.", "The lowest cost is at a = 3.")),
    Cue(start=1.5, end=61.042, lines=("a < b & c > d, a --> b, <i>not slanted</i>",)),
    Cue(start=61.1, end=3725.5, lines=("学习率 0.3，步长太大。",)),
]


@pytest.mark.parametrize(("form", "begins"), [("vtt", "WEBVTT\n\n"), ("srt", "1\n")])
def test_a_file_as_ffmpeg_reads_it(tmp_path: Path, form: str, begins: str) -> None:
    """Times to the millisecond, lines, signs of HTML as they are, and Chinese; none are a file, too."""
    path = tmp_path / f"x.{form}"
    path.write_text(CAPTIONS[form](ODD), encoding="utf-8")
    text = path.read_text(encoding="utf-8")
    found = read(path)
    assert [(start, end) for start, end, _ in found] == [(cue.start, cue.end) for cue in ODD]
    words = [text for *_, text in found] if form == "vtt" else [row.content for row in srt.parse(text)]
    assert words == ["\n".join(cue.lines) for cue in ODD]
    assert text.startswith(begins)
    path.write_text(CAPTIONS[form]([]), encoding="utf-8")
    assert inspect_captions(path) == []


def test_the_captions_of_a_clip(clip: Clip) -> None:
    """Both files say what its beats say, when they say it, to the end of the video, as plain UTF-8."""
    video = next(artifact for artifact in clip.artifacts if artifact.format == "mp4")
    assert all(len(lines_of(beat.text)) <= 2 for beat in clip.beats)
    for caption in clip.captions:
        found = read(caption.path)
        assert [start for start, *_ in found] == [beat.t for beat in clip.beats]
        assert [" ".join(words.split("\n")) for *_, words in found] == [beat.text for beat in clip.beats]
        assert found[-1][1] == pytest.approx(video.duration_s, abs=1e-3)
        content = caption.path.read_bytes()
        assert not content.startswith(b"\xef\xbb\xbf")
        assert b"\r" not in content
        content.decode("utf-8")


@pytest.fixture
def job(dots: Callable[..., Job]) -> Job:
    """A job of the small scene."""
    return dots(formats=("gif", "png"))


@pytest.mark.parametrize(
    ("changes", "stem"),
    [
        ({"name": "slope"}, "slope.en"),
        ({"name": "slope", "lang": "zh"}, "slope.zh"),
        ({"name": "learning-rate.lr=0.9.zh", "lang": "zh"}, "learning-rate.lr=0.9.zh"),
        ({"name": "learning-rate.zh.light.alpha", "lang": "zh"}, "learning-rate.zh.light.alpha"),
        ({"name": "learning-rate.zh", "lang": "en"}, "learning-rate.zh.en"),
        ({"name": "zh", "lang": "zh"}, "zh.zh"),
    ],
)
def test_names(job: Job, changes: dict[str, Any], stem: str) -> None:
    """The language is said once; a name that is a language is still a name."""
    named = replace(job, **changes)
    assert caption_names(named) == {"srt": f"{stem}.srt", "vtt": f"{stem}.vtt"}


def test_files_of_a_job(job: Job) -> None:
    """Captions go with what moves, the sidecar is the last."""
    names = [path.name for path in files_of(job)]
    assert names == ["dots.gif", "dots.png", "dots.en.srt", "dots.en.vtt", "dots.json"]
    assert [path.name for path in files_of(replace(job, formats=("png",)))] == ["dots.png", "dots.json"]


@pytest.mark.parametrize("form", list(CAPTIONS))
def test_what_is_not_as_written_is_found(job: Job, tmp_path: Path, form: str) -> None:
    """A file that lost its end, or holds something else, is not published."""
    path = tmp_path / f"dots.en.{form}"
    text = CAPTIONS[form](ODD)
    path.write_text(text, encoding="utf-8")
    assert checked_captions(job, path, ODD).path == job.out_dir / path.name
    path.write_text(text[: text.rindex("00:01:01")], encoding="utf-8")
    with pytest.raises(RenderError, match=f"^{form}: came out with other captions"):
        checked_captions(job, path, ODD)
    path.unlink()
    with pytest.raises(RenderError, match="cannot be read back: No such file"):
        checked_captions(job, path, ODD)
