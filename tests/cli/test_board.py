"""What a terminal shows while clips are made, and what is left on it afterwards."""

from __future__ import annotations

import io
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from rich.cells import cell_len
from rich.console import Console

from lranim.batch.cache import Expectation
from lranim.cli.board import Board, LiveBoard, board
from lranim.cli.estimate import Batch
from lranim.cli.progress_lines import picture, shortened

NAMES = [
    "oscillation.zh",
    "learning-rate-compare.lr=0.01,0.3,0.99.steps=30.zh",
    "学习率.很长很长的名字.对比.zh",
    "slope",
]


def lines(batch: Batch, names: list[str], width: int = 60, height: int = 24) -> list[str]:
    """The board as plain text."""
    console = Console(file=io.StringIO(), width=width, height=height)
    console.print(picture(names, batch, width, height))
    return console.file.getvalue().splitlines()  # type: ignore[attr-defined]


@pytest.fixture
def halfway() -> Batch:
    """Four clips after 10 s: the first done, the two next at 60 of 120 frames, which are expected of one."""
    time = [0.0]
    batch = Batch([Expectation(10, 120), Expectation(10, 120), None, None], 2, lambda: time[0])
    for index in range(3):
        batch.frames(index, 0, None)
    time[0] = 10.0
    batch.finish(0, counts=True)
    for index in (1, 2):
        batch.frames(index, 60, None)
    return batch


def test_a_line_a_running_clip_and_one_for_all(halfway: Batch) -> None:
    """Name, frames, rate and time left of each; clips done, time and time left of the batch."""
    first, second, last = lines(halfway, NAMES)
    assert first.split()[-3:] == ["60/120", "6/s", "0:10"]
    assert second.split()[-2:] == ["60", "6/s"]
    assert last.startswith("1 of 4 clips")
    assert last.rstrip().endswith(
        "0:10, about 0:10 left"
    )  # 5 s are left of one, 0 s of another, 10 s of the last


@pytest.mark.parametrize("width", [30, 40, 60, 80, 200])
def test_nothing_is_wider_than_the_terminal(halfway: Batch, width: int) -> None:
    """Every line fits, Chinese names too, and figures stand in one place."""
    shown = lines(halfway, NAMES, width)
    assert len(shown) == 3
    assert max(map(cell_len, shown)) <= width
    if width >= 60:
        assert {cell_len(line[: line.index("6/s")]) for line in shown[:2]} == {cell_len(shown[0]) - 11}


@pytest.mark.parametrize("width", range(4, 50))
@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_cut_in_its_middle(name: str, width: int) -> None:
    """It is as long as fits, up to one wide sign, and both its ends stay."""
    cut = shortened(name, width)
    assert min(width - 2, cell_len(name)) <= cell_len(cut) <= width
    head, mark, tail = cut.partition("…")
    assert name.startswith(head)
    assert name.endswith(tail)
    assert bool(mark) == (cut != name)


def test_a_low_terminal_keeps_the_line_of_the_batch() -> None:
    """Of 50 running clips as many are shown as there is room for."""
    batch = Batch([None] * 50, 50, lambda: 0.0)
    for index in range(50):
        batch.frames(index, 1, None)
    shown = lines(batch, [f"clip{index}" for index in range(50)], height=10)
    assert len(shown) == 9
    assert shown[-1].startswith("0 of 50 clips")


def test_a_clip_alone_needs_no_batch() -> None:
    """There is one line, and none before the clip has begun."""
    batch = Batch([None], 1, lambda: 0.0)
    assert lines(batch, ["slope"]) == []
    batch.frames(0, 3, 12)
    assert [line.split()[0] for line in lines(batch, ["slope"])] == ["slope"]


def test_without_a_terminal_there_are_only_lines(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No control codes, even where colours are forced, and nothing of clips that were there."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    jobs = [SimpleNamespace(name=name) for name in NAMES]
    with board(jobs, [None] * 4, 2) as shown:  # type: ignore[arg-type]
        shown.frames(0, 5, None)
        shown.frames(1, 0, "another run writes it")
        shown.finished(0, "slope: rendered in 3.2 s")
        shown.finished(1, None)
        with shown.aside():
            print("result")
    assert type(shown) is Board
    out, err = capsys.readouterr()
    assert (out, err) == ("result\n", "another run writes it\nslope: rendered in 3.2 s\n")


def screen(written: str) -> list[str]:
    """What a terminal shows after this; it knows only the codes that the board uses."""
    rows, row, column = [""], 0, 0
    for code, sign in re.findall(r"\x1b\[([?\d;]*[A-Za-z])|([^\x1b])", written):
        if code.endswith("A"):
            row -= int(code[:-1])
            assert row >= 0
        elif code == "2K":
            rows[row] = ""
        elif sign == "\r":
            column = 0
        elif sign == "\n":
            row, column = row + 1, 0
            rows += [""] * (row + 1 - len(rows))
        elif sign:
            rows[row] = rows[row][:column].ljust(column) + sign + rows[row][column + 1 :]
            column += 1
        else:
            assert code.endswith("m") or code in ("?25l", "?25h"), code
    return [text.rstrip() for text in rows]


def live(batch: Batch) -> LiveBoard:
    """A board of 60 columns that draws only when it must, and writes to a string."""
    console = Console(file=io.StringIO(), width=60, height=20, force_terminal=True, color_system=None)
    return LiveBoard(console, NAMES, batch, ticks=False)


def test_finished_clips_scroll_away_above(halfway: Batch) -> None:
    """A line that is said stands above the board once, the clip's own is gone, and at last the board too."""
    shown = live(halfway)
    file: io.StringIO = shown.console.file  # type: ignore[assignment]
    with shown.live:
        shown.finished(1, "b: rendered in 3.2 s")
        shown.say("a note [bold] with brackets")
        shown.finished(2, None)
        shown.live.refresh()
        rows = screen(file.getvalue())
        assert rows[:2] == ["b: rendered in 3.2 s", "a note [bold] with brackets"]
        assert rows[2].startswith("3 of 4 clips")
        assert not any(rows[3:])
    assert [row for row in screen(file.getvalue()) if row] == rows[:2]
    assert file.getvalue().rindex("?25h") > file.getvalue().rindex("?25l")


def test_results_on_the_same_terminal_are_not_wiped_away(
    halfway: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is printed to stdout in an aside stays, and the board is drawn below."""
    shown = live(halfway)
    file: io.StringIO = shown.console.file  # type: ignore[assignment]
    monkeypatch.setattr(file, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys, "stdout", file)
    with shown.live:
        shown.live.refresh()
        for name in ("a.mp4", "b.mp4", "c.mp4"):
            with shown.aside():
                print(name)
        rows = screen(file.getvalue())
    assert rows[:3] == ["a.mp4", "b.mp4", "c.mp4"]
    assert rows[5].startswith("1 of 4 clips")
    assert [row for row in screen(file.getvalue()) if row] == rows[:3]


CHILD = """
import sys, time
from types import SimpleNamespace
from lranim.cli.board import board
from lranim.cli.output import emit
with board([SimpleNamespace(name=name) for name in ("a", "b")], [None, None], 2) as shown:
    for index, name in enumerate(("a", "b")):
        for frame in range(20):
            shown.frames(index, frame, 20)
            time.sleep(0.03)
        shown.finished(index, f"{name}: rendered")
        with shown.aside():
            emit(f"{name}.mp4")
    if "wait" in sys.argv:
        shown.say("waits")
        time.sleep(60)
"""


@pytest.fixture
def on_a_terminal() -> Callable[..., tuple[subprocess.Popen[bytes], list[bytes], threading.Thread]]:
    """Start the child with stderr on a pseudo-terminal and stdout on a pipe; what it says is gathered."""
    pty = pytest.importorskip("pty")

    def start(*args: str) -> tuple[subprocess.Popen[bytes], list[bytes], threading.Thread]:
        ours, theirs = pty.openpty()
        env = {**os.environ, "TERM": "xterm", "COLUMNS": "60"}
        process = subprocess.Popen(
            [sys.executable, "-c", CHILD, *args], stdout=subprocess.PIPE, stderr=theirs, env=env
        )
        os.close(theirs)
        said: list[bytes] = []

        def gather() -> None:
            try:
                while text := os.read(ours, 65536):
                    said.append(text)
            except OSError:  # Linux: the other end is closed
                pass
            os.close(ours)

        reader = threading.Thread(target=gather)
        reader.start()
        return process, said, reader

    return start


def test_in_a_real_terminal(on_a_terminal) -> None:
    """Bars come and go, the lines stay, and a pipe gets the results untouched."""
    process, said, reader = on_a_terminal()
    out, _ = process.communicate(timeout=60)
    reader.join()
    written = b"".join(said).decode()
    assert (process.returncode, out) == (0, b"a.mp4\nb.mp4\n")
    assert "0 of 2 clips" in written
    assert "1 of 2 clips" in written
    assert [row for row in screen(written) if row] == ["a: rendered", "b: rendered"]


def test_ctrl_c_leaves_a_clean_terminal(on_a_terminal) -> None:
    """The board is wiped away and the cursor is back before anything else is said."""
    process, said, reader = on_a_terminal("wait")
    while b"waits" not in b"".join(said):
        assert process.poll() is None
        reader.join(0.05)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    reader.join()
    board_gone = b"".join(said).decode().partition("Traceback")[0]
    rows = dict.fromkeys(row for row in screen(board_gone) if row)  # one cut off by the signal may come twice
    assert list(rows) == ["a: rendered", "b: rendered", "waits"]
    assert board_gone.rindex("?25h") > board_gone.rindex("?25l")
