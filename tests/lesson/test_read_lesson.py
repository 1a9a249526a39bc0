"""From a lesson file to jobs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import click.testing
import pytest

from lranim.cli import cli
from lranim.lesson import Lesson, in_language, read_lesson
from lranim.video.job import Job

Read = Callable[[str], Lesson]

ARTICLE = (
    "cost",
    "descent",
    "direction",
    "learning-rate",
    "learning-rate-compare",
    "lr-finder",
    "oscillation",
    "schedule",
    "slope",
    "steep",
    "surface",
    "train-valid",
)
"""The scenes of the article that the example is made from."""


def jobs(lesson: Lesson) -> list[Job]:
    """The jobs of a lesson."""
    return [clip.job for clip in lesson.clips]


def names(lesson: Lesson) -> list[str]:
    """The names of its clips."""
    return [job.name for job in jobs(lesson)]


def test_defaults_reach_every_clip_and_a_clip_wins(read: Read) -> None:
    """What a clip says replaces the default, key by key."""
    lesson = read("""
[defaults]
size = "640,360"
fps = 20
formats = ["gif", "png"]
lang = "zh"
theme = "light"
gif_width = 320
[[clip]]
scene = "slope"
[[clip]]
scene = "steep"
size = [800, 600]
formats = ["mp4", "mp4"]
lang = "en"
""")
    slope, steep = jobs(lesson)
    assert (slope.width, slope.height, slope.fps, slope.gif_width) == (640, 360, 20, 320)
    assert (slope.formats, slope.lang, slope.theme.name) == (("gif", "png"), "zh", "light")
    assert (steep.width, steep.height, steep.fps, steep.gif_width) == (800, 600, 20, None)
    assert (steep.formats, steep.lang, steep.theme.name) == (("mp4",), "en", "light")
    assert names(lesson) == ["slope.zh.light", "steep.light"]


@pytest.mark.parametrize(
    ("keys", "limit", "loops"),
    [
        ("", 10 * 10**6, 1),
        ('max_size = "1.5MB"', 1_500_000, 1),
        ('for = "mail"\ngif_loops = 0', 2 * 10**6, 0),
        ('matrix = { for = ["wechat"], gif_loops = [3] }', 5 * 10**6, 3),
        ('formats = ["mp4"]', 10 * 10**6, 0),
        ('formats = ["png"]', None, 0),
    ],
)
def test_a_clip_has_one_limit(read: Read, keys: str, limit: int | None, loops: int) -> None:
    """A clip's own limit replaces the default, whichever of the two keys says it; a poster has none."""
    defaults = '[defaults]\nfor = "github"\ngif_loops = 1'
    (job,) = jobs(read(f'{defaults}\n[[clip]]\nscene = "slope"\n{keys}\n'))
    assert (job.max_size, job.gif_loops) == (limit, loops)


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("", (640, 360, 20)),
        ('quality = "h"', (1920, 1080, 60)),
        ('quality = "h"\nfps = 25', (1920, 1080, 25)),
        ('quality = "h"\nsize = "100,50"', (100, 50, 60)),
        ('matrix = { quality = ["h"] }', (1920, 1080, 60)),
    ],
)
def test_a_quality_stands_for_size_and_rate(read: Read, keys: str, expected: tuple[int, int, int]) -> None:
    """A clip's quality wins over the defaults' size and rate, and loses to its own."""
    (job,) = jobs(read(f'[defaults]\nsize = "640,360"\nfps = 20\n[[clip]]\nscene = "slope"\n{keys}\n'))
    assert (job.width, job.height, job.fps) == expected


def test_the_first_key_of_a_matrix_varies_slowest(read: Read) -> None:
    """Every combination comes once, languages of the defaults vary fastest."""
    lesson = read("""
[defaults]
lang = ["en", "zh"]
[[clip]]
scene = "learning-rate"
[clip.matrix]
steps = [3, 4]
lr = [0.1, 0.9]
""")
    assert [(job.params["steps"], job.params["lr"], job.lang) for job in jobs(lesson)] == [
        (steps, lr, lang) for steps in (3, 4) for lr in (0.1, 0.9) for lang in ("en", "zh")
    ]


def test_what_turns_out_the_same_comes_once(read: Read) -> None:
    """As with lranim render, 0.9 and 0.90 are one clip, and a language named twice is one."""
    lesson = read(
        '[[clip]]\nscene = "learning-rate"\nlang = ["en", "en"]\nname = "one"\nmatrix.lr = [0.9, 0.90]\n'
    )
    assert names(lesson) == ["one"]


def test_options_that_are_lists(read: Read) -> None:
    """A list is a value in params, and one of several in a matrix; pydantic's tuples are met."""
    lesson = read("""
[[clip]]
scene = "surface"
params = { start = [1, -2.5] }
[[clip]]
scene = "learning-rate-compare"
[clip.matrix]
lr = [[0.1, 0.3], [0.3, 0.9]]
""")
    surface, *pairs = jobs(lesson)
    assert surface.params["start"] == [1.0, -2.5]
    assert [job.params["lr"] for job in pairs] == [[0.1, 0.3], [0.3, 0.9]]


def test_jobs_are_those_of_render(read: Read, tmp_path: Path) -> None:
    """The same request in a lesson and on the command line makes the same files."""
    lesson = read("""
[[clip]]
scene = "learning-rate"
params = { steps = 20 }
[clip.matrix]
lr = [0.01, 0.3]
theme = ["light"]
lang = ["en", "zh"]
""")
    plan = ["--steps", "20", "--lr", "0.01", "--lr", "0.3", "--theme", "light", "--format", "png"]
    printed = []
    for lang in ("en", "zh"):
        words = ["render", "learning-rate", *plan, "--lang", lang, "--dry-run"]
        printed += click.testing.CliRunner().invoke(cli, words).stdout.split()
    assert {f"media/{name}.png" for name in names(lesson)} == {p for p in printed if p.endswith(".png")}


def test_paths_start_at_the_lesson(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Data and themes are found beside the lesson, from wherever it is read, and named by their stems."""
    course = tmp_path / "course"
    (course / "look").mkdir(parents=True)
    (course / "points.csv").write_text("1,2\n2,3\n3,5\n")
    (course / "look" / "school.toml").write_text('name = "School"\nbackground = "#001122"\n')
    (course / "lesson.toml").write_text(
        '[defaults]\ntheme = "look/school.toml"\n[[clip]]\nscene = "cost"\nparams = { data = "points.csv" }\n'
    )
    monkeypatch.chdir(tmp_path)
    (job,) = jobs(read_lesson(Path("course/lesson.toml"), Path("out")))
    assert job.params["data"] == "course/points.csv"
    assert (job.theme.name, job.theme.background) == ("School", "#001122")
    assert (job.name, job.out_dir) == ("cost.data=points.school", Path("out"))


def test_titles_and_notes_stay_out_of_the_job(read: Read) -> None:
    """They are kept for slides, without the blanks around them, beside the line of the clip."""
    plain = read('[[clip]]\nscene = "slope"\n').clips[0]
    lesson = read('title = " L "\n\n[[clip]]\nscene = "slope"\ntitle = "T"\nnotes = """\na\nb\n"""\n')
    (clip,) = lesson.clips
    assert (in_language(lesson.title, "en"), clip.title, clip.notes, clip.line) == ("L", "T", "a\nb", 3)
    assert clip.job == plain.job


def test_what_is_not_as_asked_is_said_once(read: Read) -> None:
    """The notes of the settings are those of lranim render, each once."""
    lesson = read('[defaults]\nfps = 30\nlang = ["en", "zh"]\n[[clip]]\nscene = "slope"\nsize = "641,360"\n')
    assert lesson.notes == (
        "641x360 has an odd side, which video cannot have: 642x360 is used",
        "the GIF plays at 25 frames a second, not 30 (its clock counts hundredths of a second)",
    )


def test_titles_and_notes_in_each_language(read: Read) -> None:
    """A table has a text for each; one that it does not have is empty."""
    lesson = read(
        'title = { en = "L", zh = "课" }\n[[clip]]\nscene = "slope"\nlang = ["en", "zh"]\n'
        'title = { en = "T", zh = " 题 " }\nnotes.en = "N"\n'
    )
    assert [(clip.title, clip.notes) for clip in lesson.clips] == [("T", "N"), ("题", "")]
    assert [in_language(lesson.title, lang) for lang in ("en", "zh")] == ["L", "课"]


def test_byte_order_marks_and_line_ends_of_windows(read: Read) -> None:
    """A file from a Windows editor reads like any other."""
    assert names(read('\ufeff[[clip]]\r\nscene = "slope"\r\nnotes = """\r\na\r\nb"""\r\n')) == ["slope"]


def test_a_thousand_combinations(read: Read) -> None:
    """A large matrix is multiplied out, each clip with a name of its own."""
    rates = ", ".join(f"0.{k:03}" for k in range(1, 251))
    lesson = read(f'[[clip]]\nscene = "learning-rate"\n[clip.matrix]\nsteps = [1, 2, 3, 4]\nlr = [{rates}]\n')
    assert len(set(names(lesson))) == 1000


def test_the_example_is_the_whole_article(read: Read) -> None:
    """What lranim new writes has every scene of the article in every language, and reads without errors."""
    lesson = read(files("lranim.lesson").joinpath("example.toml").read_text(encoding="utf-8"))
    assert {(job.scene, job.lang) for job in jobs(lesson)} == {
        (scene, lang) for scene in ARTICLE for lang in ("en", "zh")
    }
    assert {job.params["lr"] for job in jobs(lesson) if job.scene == "learning-rate"} == {
        0.01,
        0.1,
        0.3,
        0.9,
        0.99,
    }
    assert {(job.width, job.height, job.fps, job.formats) for job in jobs(lesson)} == {
        (1280, 720, 30, ("mp4", "gif", "png"))
    }
    assert any(clip.notes for clip in lesson.clips)
    titles = {(clip.job.lang, clip.title) for clip in lesson.clips}
    assert len(titles) == 2 * len(ARTICLE)
    assert all(title and title.isascii() == (lang == "en") for lang, title in titles)


def test_reading_does_not_import_manim() -> None:
    """A lesson is read without what draws, so that nothing to do costs next to nothing."""
    example = str(files("lranim.lesson").joinpath("example.toml"))
    code = (
        "import sys; from pathlib import Path; from lranim.lesson import in_language, read_lesson;"
        f"read_lesson(Path({example!r}), Path('media')); sys.exit('manim' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_what_a_log_lacks_is_told_once(tmp_path: Path) -> None:
    """A lesson says of a log that is still being written what ``lranim render`` says of it."""
    (tmp_path / "run.csv").write_text("step,loss,val_loss\n10,2.0,2.1\n20,1.0,1.2\n30,0.9,1.1\n40,0.")
    path = tmp_path / "lesson.toml"
    path.write_text(
        '[[clip]]\nscene = "train-valid"\nparams = { log = "run.csv" }\nmatrix.lang = ["en", "zh"]\n'
    )
    told = read_lesson(path, tmp_path).notes
    assert len(told) == 1
    assert told[0].endswith("run.csv: its last line, 5, is cut and left out")
