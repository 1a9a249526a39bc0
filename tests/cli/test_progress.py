"""What a terminal shows while clips are made, and what is left on it afterwards."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from lranim.cli.progress import Board, board


def test_without_a_terminal_there_are_only_lines(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No control codes, even where colours are forced, and nothing of clips that were there."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    jobs = [SimpleNamespace(name=name) for name in "ab"]
    with board(jobs, [None] * 2) as shown:  # type: ignore[arg-type]
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
    """What a terminal shows after this, without blank lines; it knows only the codes that the board uses."""
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
    return [text.rstrip() for text in rows if text.strip()]


LONG = "learning-rate-compare.lr=0.01,0.3,0.99.steps=30.zh"

CHILD = f"""
import sys, time
from types import SimpleNamespace
from lranim.batch.cache import Expectation
from lranim.cli.output import emit
from lranim.cli.progress import board
names = ("{LONG}", "学习率.zh", "c")
with board([SimpleNamespace(name=name) for name in names], [Expectation(1, 20), None, None]) as shown:
    for index, name in enumerate("ab"):
        for frame in range(21):
            shown.frames(index, frame, None)
            time.sleep(0.03)
        shown.finished(index, f"{{name}}: rendered [bold]")
        with shown.aside():
            emit(f"{{name}}.mp4")
    if "wait" in sys.argv:
        shown.say("waits")
        time.sleep(60)
"""


@pytest.fixture
def on_a_terminal() -> Callable[..., tuple[subprocess.Popen[bytes], list[bytes], threading.Thread]]:
    """Start the child with stderr on a pseudo-terminal; what it says there is gathered."""
    pty = pytest.importorskip("pty")

    def start(*args: str) -> tuple[subprocess.Popen[bytes], list[bytes], threading.Thread]:
        ours, theirs = pty.openpty()
        env = {**os.environ, "TERM": "xterm", "COLUMNS": "90"}
        stdout = theirs if "both" in args else subprocess.PIPE
        process = subprocess.Popen(
            [sys.executable, "-c", CHILD, *args], stdout=stdout, stderr=theirs, env=env
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


@pytest.mark.parametrize("both", [False, True])
def test_in_a_real_terminal(on_a_terminal, both: bool) -> None:
    """Bars come and go, the lines stay, and results are untouched, in a pipe or on the same terminal."""
    process, said, reader = on_a_terminal(*["both"] * both)
    out, _ = process.communicate(timeout=60)
    reader.join()
    written = b"".join(said).decode()
    assert process.returncode == 0
    for shown in (
        "0 of 3 clips",
        "1 of 3 clips",
        "2 of 3 clips",
        "/20",
        "学习率.zh",
        "learning-rate-compar…",
    ):
        assert shown in written
    left = ["a: rendered [bold]", "a.mp4", "b: rendered [bold]", "b.mp4"]
    assert screen(written) == (left if both else left[::2])
    assert out == (None if both else b"a.mp4\nb.mp4\n")


def test_ctrl_c_leaves_a_clean_terminal(on_a_terminal) -> None:
    """The board is wiped away and the cursor is back before anything else is said."""
    process, said, reader = on_a_terminal("wait")
    while b"waits" not in b"".join(said):
        assert process.poll() is None
        reader.join(0.05)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    reader.join()
    written = b"".join(said).decode().partition("Traceback")[0]
    rows = dict.fromkeys(screen(written))  # one cut off by the signal may come twice
    assert list(rows) == ["a: rendered [bold]", "b: rendered [bold]", "waits"]
    assert written.rindex("?25h") > written.rindex("?25l")
