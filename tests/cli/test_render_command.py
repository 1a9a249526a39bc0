"""`lranim render`: which jobs come out of what is typed, and what is reported."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from lranim.errors import InputError, LockedError, RenderError


def test_the_default_job(run, engine) -> None:
    """A scene alone: 1280x720 at 60, mp4, gif and poster in media/, the options' defaults filled in."""
    result = run("render", "walk")
    (job,) = engine.jobs
    assert (job.scene, job.lang, job.theme.name) == ("walk", "en", "dark")
    assert job.params == {"step": 1.5, "start": None, "steps": 4, "cost": "bowl", "bold": False}
    assert (job.width, job.height, job.fps, job.formats) == (1280, 720, 60, ("mp4", "gif", "png"))
    assert (job.out_dir, job.name, job.transparent, engine.forced) == (Path("media"), "walk", False, [False])
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "media/walk.mp4",
        "media/walk.gif",
        "media/walk.png",
        "media/walk.en.srt",
        "media/walk.en.vtt",
        "media/walk.json",
    ]


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ("-q l", (854, 480, 15)),
        ("-ql", (854, 480, 15)),
        ("-pq l --dry-run", (854, 480, 15)),
        ("-q h", (1920, 1080, 60)),
        ("-q k", (3840, 2160, 60)),
        ("-r 1000x600 --fps 25", (1000, 600, 25)),
        ("-q h --fps 24", (1920, 1080, 24)),
        ("--format png --fps 7", (1280, 720, 7)),
        ("--format gif", (1280, 720, 20)),
        ("--format gif,png --fps 24", (1280, 720, 25)),
        ("--format gif --fps 100", (1280, 720, 50)),
        ("--format mp4,gif --fps 24", (1280, 720, 24)),
    ],
)
def test_size_and_rate(run, engine, monkeypatch, args: str, expected: tuple[int, int, int]) -> None:
    """Manim's quality letters; -r and --fps win over them; a GIF alone gets a rate it can play."""
    import lranim.cli.render as render

    monkeypatch.setattr(render, "emit_plan", lambda job, as_json: engine.jobs.append(job))
    assert run("render", "walk", *args.split()).exit_code == 0
    (job,) = engine.jobs
    assert (job.width, job.height, job.fps) == expected


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ("-r 999,601 --fps 50", "Note: 999x601 has an odd side, which video cannot have: 1000x602 is used"),
        ("--format gif --fps 60", "Note: a GIF cannot play at 60 frames a second (its clock "),
        ("--fps 60", "Note: the GIF plays at 20 frames a second, not 60 (its clock"),
    ],
)
def test_what_is_not_as_asked_is_said(run, args: str, said: str) -> None:
    """Odd sizes and GIF rates that are changed are said on stderr."""
    result = run("render", "walk", *args.split())
    assert said in result.stderr
    assert said not in result.stdout


def test_nothing_is_said_when_all_is_as_asked(run) -> None:
    """A rate that every format can play gets no note."""
    assert "Note" not in run("render", "walk", "--fps", "50").stderr


def test_limits(run, engine) -> None:
    """A limit in bytes, or the place that has one, and the rounds of the GIF; by default there are none."""
    for args in ("", "--max-size 1.5MB", "--for wechat", "--gif-loops 3"):
        assert run("render", "walk", *args.split()).exit_code == 0
    jobs = [(job.max_size, job.gif_loops) for job in engine.jobs]
    assert jobs == [(None, 0), (1_500_000, 0), (5_000_000, 0), (None, 3)]
    assert {job.name for job in engine.jobs} == {"walk"}


def test_what_was_given_up_is_said(run, engine) -> None:
    """One line on stderr for each file that has less of something to keep to its limit."""
    engine.given_up = "10 frames a second"
    result = run("render", "walk", "--for", "mail")
    assert "Note: walk.gif: 10 frames a second, to stay under 2 MB (" in result.stderr
    assert result.stderr.count("Note:") == 1


def test_transparent(run, engine) -> None:
    """-t writes webm, gif and poster under a name of their own, and asks for no background."""
    result = run("render", "walk", "-t")
    assert result.stdout.splitlines()[0] == "media/walk.alpha.webm"
    assert engine.jobs[0].formats == ("webm", "gif", "png")
    assert engine.jobs[0].transparent


def test_options_enter_the_name(run) -> None:
    """What is not a default is in the name, in the order of the fields."""
    result = run(
        "render", "two-ways", "--theme", "light", "--start", "-1.5,2", "--lr=0.5", "--steps", "3", "--dry-run"
    )
    assert result.stdout.splitlines()[0] == "media/two-ways.lr=0.5.start=-1.5,2.light.mp4"


def test_options_before_the_scene(run, engine) -> None:
    """The order of words does not matter, and the last of a repeated general option wins."""
    assert run("render", "--step", "2", "-q", "h", "walk", "-q", "l").exit_code == 0
    assert (engine.jobs[0].params["step"], engine.jobs[0].height) == (2.0, 480)


def test_several_scenes_and_all(run, engine) -> None:
    """Scenes in the order given, each once; --all takes them all; an option that all have is for all."""
    run("render", "walk", "two-ways", "walk", "--steps", "9")
    assert [(job.scene, job.params["steps"]) for job in engine.jobs] == [("walk", 9), ("two-ways", 9)]
    engine.jobs.clear()
    run("render", "--all", "--force")
    assert [job.scene for job in engine.jobs] == ["two-ways", "walk"]
    assert engine.forced[-2:] == [True, True]


def test_json_is_one_object_a_line(run) -> None:
    """--json prints the sidecar's shape for each clip."""
    lines = run("render", "--all", "--json").stdout.splitlines()
    clips = [json.loads(line) for line in lines]
    assert [clip["scene"] for clip in clips] == ["two-ways", "walk"]
    assert list(clips[0])[:9] == [
        "scene", "params", "lang", "theme", "cached", "seconds", "artifacts", "alt", "beats",
    ]  # fmt: skip


def test_dry_run_writes_nothing(run, engine, tmp_path: Path) -> None:
    """--dry-run prints the paths, or the clips without artifacts, and draws nothing."""
    paths = run("render", "walk", "--dry-run", "-o", "deep/er").stdout.splitlines()
    forms = ("mp4", "gif", "png", "en.srt", "en.vtt", "json")
    assert paths == [f"deep/er/walk.{form}" for form in forms]
    clip = json.loads(run("render", "walk", "--dry-run", "--json").stdout)
    assert (clip["scene"], clip["artifacts"], clip["beats"]) == ("walk", [], [])
    assert engine.jobs == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("word", ["it's", "two words", "学习率", "100%", "50%d", "-dash", "a.b"])
def test_unusual_names_and_folders(run, tmp_path: Path, word: str) -> None:
    """Apostrophes, spaces, Chinese and per cent signs are letters like any other."""
    result = run("render", "walk", f"--name={word}", "-o", tmp_path / word, "--format", "png")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [str(tmp_path / word / f"{word}.{form}") for form in ("png", "json")]
    assert (tmp_path / word / f"{word}.png").read_text() == "drawn"


def test_a_failing_clip_does_not_stop_the_others(run, engine) -> None:
    """The rest is rendered, the failure is listed with its reason, exit code 1."""
    engine.failures["two-ways"] = RenderError("the disk is full")
    result = run("render", "--all", "--format", "png")
    assert result.exit_code == 1
    assert result.stdout.splitlines() == ["media/walk.png", "media/walk.json"]
    assert result.stderr.splitlines()[-1] == "Error: two-ways: the disk is full"


@pytest.mark.parametrize(
    ("failure", "code", "line"),
    [
        (RenderError("no frames"), 1, "Error: no frames"),
        (LockedError("media/walk is being written"), 3, "Error: media/walk is being written"),
        (InputError("too large"), 2, "Error: too large"),
        (
            OSError(28, "No space left on device", "media/walk.mp4"),
            1,
            "Error: No space left on device: media/walk.mp4",
        ),
        (
            ValueError("x\ny"),
            1,
            "Error: unexpected ValueError: x y; run it again with LRANIM_DEBUG=1 to see where",
        ),
        (KeyboardInterrupt(), 130, "Interrupted."),
    ],
)
def test_exit_codes_of_one_clip(run, engine, failure: BaseException, code: int, line: str) -> None:
    """A lone clip ends the run with its own code, and one line."""
    engine.failures["walk"] = failure
    result = run("render", "walk")
    assert (result.exit_code, result.stdout, result.stderr.splitlines()[-1]) == (code, "", line)
    assert "Traceback" not in result.stderr


def test_a_crash_shows_its_traceback_when_debugging(run, engine, monkeypatch) -> None:
    """LRANIM_DEBUG=1 shows where."""
    monkeypatch.setenv("LRANIM_DEBUG", "1")
    engine.failures["walk"] = ValueError("x")
    assert "Traceback (most recent call last)" in run("render", "walk").stderr


def test_stdout_has_results_only(run) -> None:
    """What a library prints while it draws goes to stderr."""
    result = run("render", "walk")
    assert "a library that prints" in result.stderr
    assert "a library that prints" not in result.stdout


def test_preview_opens_the_first_file(run, monkeypatch) -> None:
    """-p hands the first file to the desktop, and survives that there is none."""
    import subprocess

    opened: list[list[str]] = []
    monkeypatch.setattr(subprocess, "Popen", lambda command, **kwargs: opened.append(command))
    import lranim.video.ready

    monkeypatch.setattr(lranim.video.ready, "require_fonts", lambda theme, lang, scenes: "")
    assert run("render", "walk", "-p", "--format", "gif,mp4").exit_code == 0
    assert opened[0][1:] == ["media/walk.gif"]

    def missing(command: list[str], **kwargs: object) -> None:
        raise FileNotFoundError

    monkeypatch.setattr(subprocess, "Popen", missing)
    result = run("render", "walk", "-p")
    assert result.exit_code == 0
    assert "Warning: media/walk.mp4 cannot be opened" in result.stderr


INSTALL = """
import time
import lranim.batch.render
from lranim.video.clip import Clip
{render}
lranim.batch.render.render = render
"""

SLOW = INSTALL.format(
    render="""
def render(job, progress, force):
    job.out_dir.mkdir()
    try:
        print("started", file=sys.stderr, flush=True)
        time.sleep(60)
    finally:
        job.out_dir.rmdir()
"""
)


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_with_130_and_no_trace(spawn, tmp_path: Path, signum: signal.Signals) -> None:
    """An interrupted render tidies up, says so in one line and exits with 130."""
    process = spawn("render", "walk", before=SLOW)
    for line in process.stderr:
        if line == "started\n":
            break
    process.send_signal(signum)
    stdout, stderr = process.communicate(timeout=30)
    assert (process.returncode, stdout, stderr) == (130, "", "Interrupted.\n")
    assert list(tmp_path.iterdir()) == []
