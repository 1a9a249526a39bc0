"""The commands and the Python of the tutorial and the how-to pages do what the pages say.

A page is worked through from top to bottom in one empty folder, as a reader would: blocks marked ``sh`` are
commands, blocks marked ``python`` are run, and a block behind "Save this as `NAME`" is written to that file.

By default nothing is rendered: ``render`` and ``build`` are tried as a dry run, and of other commands that
draw the options must exist. ``make test-thorough`` runs every command to its end, with clips of 96x54 px at
5 frames a second in place of what the page or its lesson files say.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from lranim.cli import cli

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "docs" / "tutorial.md", *sorted((ROOT / "docs" / "howto").glob("*.md"))]
SMALL = ["-r", "96,54"]
DRY = ("render", "build")
CHEAP = ("list", "new", "trace", "schema")
"""Commands that run as they stand in no time."""

BLOCK = re.compile(
    r"^([^\n]*)\n*\n( *)```(sh|python|toml|text)\n(.*?)\n\2```$", flags=re.MULTILINE | re.DOTALL
)
SAVED = re.compile(r"[Ss]ave this as `([^`]+)`[^`]*:$")


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text, and the file it is to be saved as."""

    language: str
    text: str
    file: str

    @property
    def commands(self) -> list[list[str]]:
        """The words of each command, without ``lranim``."""
        lines = [shlex.split(line, comments=True) for line in self.text.replace("\\\n", " ").splitlines()]
        assert all(line[0] == "lranim" for line in lines if line), self.text
        return [line[1:] for line in lines if line]


def blocks(page: Path) -> list[Block]:
    """What a page has a reader do, in order."""
    found = []
    for before, indent, language, text in BLOCK.findall(page.read_text(encoding="utf-8")):
        plain = "\n".join(line.removeprefix(indent) for line in text.splitlines()) + "\n"
        saved = SAVED.search(before)
        found.append(Block(language, plain, saved[1] if saved else ""))
    return found


def work_through(page: Path) -> list[Block]:
    """The blocks that something is to be done with."""
    return [block for block in blocks(page) if block.file or block.language in ("sh", "python")]


WORKED = [page for page in PAGES if work_through(page)]
IDS = [page.stem for page in WORKED]


def test_no_command_is_missed() -> None:
    """Every line of the pages that starts with lranim stands in a block marked as commands."""
    for page in PAGES:
        lines = re.findall(r"^ *lranim .+$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
        run = [line for block in blocks(page) if block.language == "sh" for line in block.text.splitlines()]
        assert [line.strip() for line in lines] == [line for line in run if line.startswith("lranim ")], (
            page.name
        )


@pytest.mark.parametrize("page", WORKED, ids=IDS)
def test_commands_are_accepted(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command of a page exists, with its options; what can be tried without drawing is tried."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LRANIM_CACHE", str(tmp_path / ".cache"))
    for block in work_through(page):
        if block.file:
            Path(block.file).write_text(block.text, encoding="utf-8")
        for words in block.commands if block.language == "sh" else ():
            if words[0] in (*DRY, *CHEAP):
                dry = ["--dry-run"] if words[0] in DRY and "--help" not in words else []
                result = CliRunner().invoke(cli, [*words, *dry])
                assert result.exit_code == 0, f"{shlex.join(words)}: {result.output}"
            else:
                assert_known(words)
        if block.language == "python":
            compile(block.text, page.name, "exec")


def assert_known(words: list[str]) -> None:
    """A command that is not run has the options that stand there; a scene's count where it is named."""
    command = cli.get_command(click.Context(cli), words[0])
    assert command, f"lranim {words[0]} is no command"
    text = CliRunner().invoke(cli, [*(word for word in words[:2] if word[0] != "-"), "--help"]).output
    for word in words[1:]:
        if word.startswith("-"):
            flag = word.partition("=")[0]
            assert re.search(rf"(?<![\w-]){re.escape(flag)}(?![\w-])", text), f"{shlex.join(words)}: {flag}"


@pytest.mark.thorough
@pytest.mark.parametrize("page", WORKED, ids=IDS)
def test_pages_can_be_worked_through(page: Path, tmp_path: Path) -> None:
    """Every command of a page ends well, in order, in one folder; what is drawn is small."""
    for block in work_through(page):
        if block.file:
            small = re.sub(r"^size = .*$", 'size = "96,54"', block.text, flags=re.MULTILINE)
            small = re.sub(r"^fps = .*$", "fps = 5", small, flags=re.MULTILINE)
            (tmp_path / block.file).write_text(small, encoding="utf-8")
        elif block.language == "python":
            small = re.sub(r"\brender\(([^()]+)\)", r"render(\1, resolution=(96, 54), fps=5)", block.text)
            run([sys.executable, "-c", small], tmp_path)
        else:
            for words in block.commands:
                more = {"render": [*SMALL, "--fps", "5"], "storyboard": SMALL}.get(words[0], [])
                run([sys.executable, "-m", "lranim", *words, *more], tmp_path)


def run(command: list[str], folder: Path) -> None:
    """Run a command as a reader does, who has no finished clips yet."""
    env = {**os.environ, "LRANIM_CACHE": str(folder / ".cache")}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{shlex.join(command)}\n{done.stderr}"
