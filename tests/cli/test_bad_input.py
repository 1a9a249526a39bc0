"""Every mistake costs one line on stderr and exit code 2, and nothing is written."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from lranim.look import fonts
from lranim.video import ready

SIZES = ("0,0", "9000,100", "100,3000", "100," + "9" * 5000, "1000", "-5,3")
RATES = ("0", "-5", "29.97", "1000000")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ("render wlak", "there is no scene wlak; did you mean walk?"),
        ("render zzz", "there is no scene zzz; there are: two-ways, walk"),
        ("trace wlak --step 1", "there is no scene wlak; did you mean walk?"),
        ("storyboard wlak", "there is no scene wlak; did you mean walk?"),
        ("render walk wlak --dry-run", "there is no scene wlak"),
        ("render wlak --help", "there is no scene wlak"),
        (
            "render walk --lr 0.1",
            "walk has no option --lr; it takes --step, --start, --steps, --cost, --bold",
        ),
        ("render walk --stpes 3", "walk has no option --stpes; did you mean --steps?"),
        ("render walk --formta gif", "walk has no option --formta; did you mean --format?"),
        ("render walk two-ways --step 1", "--step is not an option of two-ways; give it to walk alone"),
        ("render --all --lr 1", "--lr is not an option of walk; give it to two-ways alone"),
        ("render --all --foo 1", "two-ways, walk have no option --foo; did you mean --for?"),
        ("render walk --step", "Option '--step' requires an argument."),
        ("render walk --step --force", "--step is --force; it must be a finite number"),
        (
            "render walk --step 0",
            "--step is 0; it must be a finite number greater than 0 and at most 20 (walk: ",
        ),
        ("render two-ways --lr -inf", "--lr is -inf; it must be a finite number greater than 0"),
        ("trace two-ways --lr -1", "--lr is -1; it must be a finite number greater than 0"),
        ("render walk --steps 10000000", "--steps is 10000000; it must be a whole number from 1 to 1000"),
        ("render walk --start -99", "--start -99 is outside -7 to 13 (walk)"),
        ("render walk --cost ravine", "--cost is ravine; it must be one of bowl, gentle-bowl"),
        ("render two-ways --start 3", "--start is 3; it must be 2 numbers, such as 1.5,-2"),
        ("render walk --bold=1", "Option '--bold' does not take a value."),
        (
            "storyboard walk -r 16,8192",
            '-r is 16,8192; it must be width and height in px, such as "1280,720", each',
        ),
        *(
            (f"render walk -r {size}", f"-r is {size}; it must be width and height in px, such as")
            for size in SIZES
        ),
        *(
            (f"render walk --fps {rate}", f"--fps is {rate}; it must be a whole number of frames")
            for rate in RATES
        ),
        ("render walk -j 0", "Invalid value for '-j' / '--jobs': 0 is not in the range 1<=x<=256"),
        ("render walk -q x", "Invalid value for '-q' / '--quality': 'x' is not one of"),
        (
            "render walk --format mp4,mpg",
            "--format is mp4,mpg; it must be a list of some of mp4, gif, webm, png",
        ),
        ("render walk --format ,", "--format is ,; it must be a list of some of mp4, gif, webm, png"),
        ("render walk -t --format mp4", "mp4 cannot hold transparency; use webm"),
        ("render walk --gif-width 8", "--gif-width is 8; it must be a whole number of px from 16 to 8192"),
        ("render walk --gif-width 2000", "--gif-width 2000 is more than the picture's 1280; a GIF is made"),
        ("render walk --gif-width 400 --format mp4", "--gif-width 400 needs a GIF; add gif to --format"),
        (
            "render walk --gif-loops -1",
            "--gif-loops is -1; it must be how often the GIF plays before it stops",
        ),
        ("render walk --gif-loops 1 --format mp4", "--gif-loops 1 needs a GIF; add gif to --format"),
        ("render walk --max-size 5", "--max-size is 5; it must be the most that a video or a GIF may take"),
        (
            "render walk --max-size 1kB",
            "--max-size is 1kB; it must be the most that a video or a GIF may take",
        ),
        ("render walk --max-size 1MB --format png", "--max-size is for videos and GIFs; add one to --format"),
        ("render walk --for mail --max-size 1MB", "--max-size and --for mail are both limits; give one"),
        *(
            (f"render walk --lang={lang}", f"'{lang}' is not one of 'en', 'zh'")
            for lang in ("de", "../../en", "")
        ),
        ("storyboard walk --lang ZH", "Invalid value for '--lang': 'ZH' is not one of 'en', 'zh'."),
        ("list --lang zh_CN", "Invalid value for '--lang': 'zh_CN' is not one of 'en', 'zh'."),
        ("trace walk --lang zh", "walk has no option --lang"),
        ("render walk --theme drak", "there is no theme drak; did you mean dark?"),
        ("render walk --name a/b", "the name a/b has a slash in it; give the folder with -o"),
        ("render walk --name ..", "the name '..' is empty"),
        ("render walk two-ways --name a", "--name a is for one clip, not for 2"),
        ("render", "name the scenes to render, or give --all"),
        ("render walk --all", "name the scenes to render, or give --all"),
        ("trace", "Missing argument 'SCENE'."),
        ("trace walk --format xml", "Invalid value for '--format': 'xml' is not one of 'json', 'csv'."),
        ("trace walk two-ways", "Got unexpected extra argument"),
        ("storyboard walk -o a.jpg", "-o a.jpg is not a PNG; give a file name that ends in .png"),
        ("paint", "No such command 'paint'"),
        ("--paint", "No such option '--paint'"),
        ("render walk -x", "No such option '-x'"),
    ],
)
def test_a_mistake_costs_one_line(refused, args: str, said: str) -> None:
    """The line names the value and the remedy."""
    assert said in refused(*args.split(" "))


@pytest.mark.parametrize("value", ["", " ", "a\nb", "x" * 300])
def test_a_name_that_cannot_be_a_file(refused, value: str) -> None:
    """Empty, too long, or with a line break in it."""
    assert "Error: the name " in refused("render", "walk", "--name", value)


def test_a_file_in_the_way_of_the_folder(refused, tmp_path: Path) -> None:
    """The file is named."""
    (tmp_path / "media").write_text("")
    assert "the folder media cannot be made: media is a file; choose another with -o" in refused(
        "render", "walk"
    )
    assert "is a file" in refused("render", "walk", "-o", "media/below/it")
    assert "is a file" in refused("storyboard", "walk")
    assert "a{b} cannot be used: manim refuses { in a path" in refused("render", "walk", "-o", "a{b}")


def test_a_folder_in_the_way_of_the_file(refused, tmp_path: Path) -> None:
    """The folder is named before anything is drawn."""
    (tmp_path / "media" / "walk.gif").mkdir(parents=True)
    assert "media/walk.gif cannot be written: it is a folder" in refused("render", "walk")


@pytest.mark.skipif(not Path("/sys").is_dir(), reason="needs a folder that nobody can write to")
def test_a_folder_without_permission(refused, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that cannot be written to is refused; root is refused by the kernel alone."""
    import lranim.video.places as targets

    monkeypatch.setattr(targets.os, "access", lambda path, mode: False)
    assert "no permission in " in refused("render", "walk", "-o", "out")


def test_a_glyph_that_no_font_has(refused, monkeypatch: pytest.MonkeyPatch) -> None:
    """The characters are named, with what to install."""
    import lranim.video.ready as fontcheck

    monkeypatch.setattr(fontcheck, "all_text", lambda lang: "abc\U00013000")
    line = refused("render", "walk")
    assert "no installed font has \U00013000 (U+13000); " in line
    assert "fonts-noto-cjk" in line
    assert "no installed font has" in refused("storyboard", "walk")


def test_a_picture_too_large_for_memory(refused, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it would take, what there is, and what helps; two at a time take twice as much."""
    monkeypatch.setattr(ready, "available", lambda: 4 * 10**9)
    line = refused("render", "walk", "-r", "7680,4320")
    assert "a clip of 7680x4320 as mp4,gif,png needs about 6.7 GB of memory, 4.0 GB are free" in line
    many = refused("render", "walk", *("--step", "1", "--step", "2", "--step", "3"), "-q", "k", "-j", "3")
    assert "3 clips of 3840x2160 as mp4,gif,png need about 5.6 GB" in many
    assert "fewer clips at a time (-j)" in many


def test_a_missing_font_is_a_warning(run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another font is used, and that is said."""
    import lranim.video.ready as fontcheck

    report = fonts.FontReport(
        checked=True, wanted=fonts.CJK_FONT, present=("DejaVu Sans",), used="DejaVu Sans", missing=""
    )
    monkeypatch.setattr(fontcheck, "check_fonts", lambda families, text: report)
    result = run("render", "--all")
    assert result.exit_code == 0
    assert result.stderr.count("Warning: ") == 1
    assert "Warning: the font Noto Sans CJK SC is not installed, DejaVu Sans is used instead" in result.stderr


def test_the_unexpected_costs_one_line_too(run, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error that nobody foresaw: one line, exit 1; with LRANIM_DEBUG its traceback."""
    from lranim.catalogue import registry

    monkeypatch.setattr(registry, "scenes", lambda: 1 / 0)
    result = run("list")
    assert result.exit_code == 1
    assert result.stderr == (
        "Error: unexpected ZeroDivisionError: division by zero; "
        "run it again with LRANIM_DEBUG=1 to see where\n"
    )
    monkeypatch.setenv("LRANIM_DEBUG", "1")
    assert "Traceback" in run("list").stderr


def test_a_full_disk_behind_stdout(spawn) -> None:
    """Results that cannot be written are an error, without a traceback at exit."""
    if sys.platform != "linux":
        pytest.skip("needs /dev/full")
    process = spawn("list", before="sys.stdout = open('/dev/full', 'w')")
    assert process.communicate(timeout=60)[1] == "Error: stdout cannot be written: No space left on device\n"
    assert process.returncode == 1


@pytest.mark.parametrize(
    "words",
    [
        "list \udcff",
        "render walk --name \udcff",
        "render walk -o \udced\udca0\udc80",
        "trace train-valid --log \udcff",
    ],
)
def test_bytes_that_are_no_text(refused: Any, words: str) -> None:
    """Neither files nor JSON could hold them."""
    assert "is no text in UTF-8; give another name" in refused(*words.split())
