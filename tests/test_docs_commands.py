"""The commands, the Python and the files of the documentation's pages do what the pages say.

A page is worked through from top to bottom in one empty folder, as a reader would: blocks marked ``sh`` are
commands, blocks marked ``python`` are run, those that start with ``%%lranim`` are cells of a notebook,
a block behind "Save this as `NAME`" is written to that file, and ``$`` is before a command with its answer.

By default nothing is rendered: ``render`` and ``build`` are tried as a dry run, and of other commands that
draw the options must exist. ``make test-thorough`` runs every command to its end, with clips of 96x54 px at
5 frames a second in place of what the page or its lesson files say; of the benchmark only the options are
looked at.
"""

from __future__ import annotations

import os
import re
import runpy
import shlex
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from bench.__main__ import parser
from lranim.catalogue import registry
from lranim.cli import cli

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
LECTURE = Path(__file__).parent / "plugins" / "lecture"
PAGES = [page for page in sorted(DOCS.glob("*.md")) if page.name != "cli.md"] + sorted(
    DOCS.glob("howto/*.md")
)
SMALL = ["-r", "96,54"]
DRY = ("render", "build")
CHEAP = ("list", "new", "trace", "schema", "doctor")
"""Commands that run as they stand in no time."""

BLOCK = re.compile(r"^([^\n]*)\n*\n( *)```(\S*)\n(.*?)\n\2```$", flags=re.MULTILINE | re.DOTALL)
SAVED = re.compile(r"[Ss]ave this as `([^`]+)`[^`]*:$")
COMMAND = re.compile(r"^ *(?:lranim|manim|pip|python) ", flags=re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text, and the file it is to be saved as."""

    language: str
    text: str
    file: str

    @property
    def commands(self) -> list[list[str]]:
        """The words of each command; a notebook's cell has them without ``lranim``."""
        if self.language == "sh":
            lines = self.text.replace("\\\n", " ").splitlines()
        elif self.cell:
            lines = [f"lranim {line}" for line in self.text.splitlines()[1:]]
        else:
            lines = []
        return [words for line in lines if (words := shlex.split(line, comments=True))]

    @property
    def cell(self) -> bool:
        """Whether it is a cell of a notebook."""
        return self.text.startswith("%%lranim\n")

    @property
    def lesson(self) -> bool:
        """Whether it is a lesson file, or the part of one that can stand alone."""
        return self.language == "toml" and "[[clip]]" in self.text

    @property
    def answers(self) -> list[tuple[list[str], str]]:
        """Each command behind a prompt, with what it prints."""
        parts = re.split(r"^\$ ", self.text, flags=re.MULTILINE)
        return [(shlex.split(part.partition("\n")[0]), part.partition("\n")[2]) for part in parts[1:]]


def blocks(page: Path) -> list[Block]:
    """What a page has a reader do, in order."""
    found = []
    for before, indent, language, text in BLOCK.findall(page.read_text(encoding="utf-8")):
        plain = "\n".join(line.removeprefix(indent) for line in text.splitlines()) + "\n"
        saved = SAVED.search(before)
        found.append(Block(language, plain, saved[1] if saved else ""))
    return found


WORKED = [
    page
    for page in PAGES
    if any(
        block.file or block.commands or block.lesson or block.language == "python" for block in blocks(page)
    )
]
IDS = [page.stem for page in WORKED]


@pytest.mark.parametrize("page", PAGES, ids=[page.stem for page in PAGES])
def test_no_command_is_missed(page: Path) -> None:
    """What looks like a command stands in a block marked as commands."""
    others = [block.text for block in blocks(page) if block.language != "sh"]
    assert [text for text in others if COMMAND.search(text)] == []


@pytest.mark.parametrize("page", PAGES, ids=[page.stem for page in PAGES])
def test_commands_in_sentences_exist(page: Path) -> None:
    """A command that a sentence names exists, with its options."""
    prose = re.sub(r"^ *```.*?^ *```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for text in re.findall(r"`lranim ([^`]+)`", prose.replace("\n", " ")):
        assert_known([word for word in shlex.split(text) if word != "…" and not word.isupper()])


@pytest.mark.parametrize("page", WORKED, ids=IDS)
def test_commands_are_accepted(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command of a page exists, with its options; what can be tried without drawing is tried."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LRANIM_CACHE", str(tmp_path / ".cache"))
    reader = Reader(tmp_path)
    for block in blocks(page):
        if block.file:
            Path(block.file).write_text(block.text, encoding="utf-8")
        for program, *words in block.commands:
            if program != "lranim":
                reader.other(program, words)
            elif words[0] in (*DRY, *CHEAP):
                dry = ["--dry-run"] if words[0] in DRY and not {"--help", "--dry-run"} & set(words) else []
                reader.lranim([*words, *dry], aloud=words[0] != "doctor")
            else:
                assert_known(words)
        if block.lesson:
            Path("part.toml").write_text(block.text, encoding="utf-8")
            reader.lranim(["build", "part.toml", "--dry-run"])
        for (_, *words), answer in block.answers:
            assert CliRunner().invoke(cli, words, prog_name="lranim").output == answer
        if block.language == "python":
            compile(block.text, page.name, "exec")


def assert_known(words: list[str]) -> None:
    """A command that is not run has the options that stand there; a scene's count where it is named."""
    command = cli.get_command(click.Context(cli), words[0])
    assert command, f"lranim {words[0]} is no command"
    text = CliRunner().invoke(cli, [*(word for word in words[:2] if word[0] not in "-."), "--help"]).output
    for word in words[1:]:
        if word.startswith("-"):
            flag = word.partition("=")[0]
            assert re.search(rf"(?<![\w-]){re.escape(flag)}(?![\w-])", text), f"{shlex.join(words)}: {flag}"


@pytest.mark.thorough
@pytest.mark.parametrize("page", WORKED, ids=IDS)
def test_pages_can_be_worked_through(page: Path, tmp_path: Path) -> None:
    """Every command of a page ends well, in order, in one folder; what is drawn is small."""
    reader = Reader(tmp_path)
    for block in blocks(page):
        if block.file:
            (tmp_path / block.file).write_text(small(block.text), encoding="utf-8")
        elif block.language == "python":
            reader.run(
                [
                    sys.executable,
                    "-c",
                    re.sub(r"\brender\(([^()]+)\)", r"render(\1, resolution=(96, 54), fps=5)", block.text),
                ]
            )
        elif block.cell:
            reader.cell([words[1:] for words in block.commands])
        else:
            for program, *words in block.commands:
                if program != "lranim":
                    reader.other(program, words)
                    continue
                more = {"render": [*SMALL, "--fps", "5"], "storyboard": SMALL}.get(words[0], [])
                reader.run([sys.executable, "-m", "lranim", *words, *more])
                if words[0] == "new" and words[1].endswith(".toml"):
                    lesson = tmp_path / words[1]
                    lesson.write_text(small(lesson.read_text(encoding="utf-8")), encoding="utf-8")


def small(text: str) -> str:
    """A lesson whose clips are small; any other text as it is."""
    text = re.sub(r"^gif_width = .*\n", "", text, flags=re.MULTILINE)
    text = re.sub(r'^size = "\S+"', 'size = "96,54"', text, flags=re.MULTILINE)
    return re.sub(r"^fps = \S+", "fps = 5", text, flags=re.MULTILINE)


class Reader:
    """One who works through a page in a folder, without finished clips or plugins at first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.packages = folder / "site-packages"

    def lranim(self, words: list[str], *, aloud: bool = True) -> None:
        """A command that draws nothing, which is to end well; unless aloud, only what it prints counts."""
        if self.packages.exists():
            self.run([sys.executable, "-m", "lranim", *words])
            return
        result = CliRunner().invoke(cli, words, prog_name="lranim")
        assert result.exit_code == 0 or not aloud, f"lranim {shlex.join(words)}: {result.output}"

    def other(self, program: str, words: list[str]) -> None:
        """A command of another program: what pages may have of these."""
        if program == "pip":
            assert words == ["install", "lecture"]
            offline = ["--quiet", "--no-index", "--no-deps", "--no-build-isolation"]
            source = self.folder / "lecture-source"
            shutil.copytree(LECTURE, source, ignore=shutil.ignore_patterns("__pycache__"))
            self.run([sys.executable, "-m", "pip", "install", *offline, "--target", self.packages, source])
        elif program == "manim":
            self.run([sys.executable, "-m", "manim", "--dry_run", *words])
        else:
            assert words[:2] == ["-m", "bench"], words
            parser().parse_args(words[2:])

    def cell(self, commands: list[list[str]]) -> None:
        """A notebook's cell of commands that draw."""
        lines = [
            shlex.join([*words, *SMALL, *(["--fps", "5"] if words[0] == "render" else [])])
            for words in commands
        ]
        text = "%%lranim\n" + "\n".join(lines)
        shell = "from IPython.core.interactiveshell import InteractiveShell; shell = InteractiveShell()"
        code = f"{shell}; shell.run_line_magic('load_ext', 'lranim'); shell.run_cell({text!r}).raise_error()"
        self.run([sys.executable, "-c", code])

    def run(self, command: list[str | Path]) -> None:
        """Run a command, which is to end well."""
        env = {**os.environ, "LRANIM_CACHE": str(self.folder / ".cache"), "PYTHONPATH": str(self.packages)}
        done = subprocess.run(command, cwd=self.folder, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{shlex.join(map(str, command))}\n{done.stderr}"


def test_the_example_package_is_the_one_shown() -> None:
    """The entry points of the page about plugins are those of the package that the tests build."""
    shown = next(block for block in blocks(DOCS / "plugins.md") if "entry-points" in block.text)
    points = tomllib.loads(shown.text)["project"]["entry-points"]
    real = tomllib.loads((LECTURE / "pyproject.toml").read_text(encoding="utf-8"))
    assert points == real["project"]["entry-points"]


@pytest.mark.parametrize("scene", sorted(registry.scenes()))
def test_the_command_of_each_scene_is_accepted(
    scene: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command on a scene's page, which made its picture, is right; ``make gallery`` runs it."""
    monkeypatch.chdir(tmp_path)
    options = runpy.run_path(str(ROOT / "scripts" / "gallery.py"))["OPTIONS"].get(scene, [])
    result = CliRunner().invoke(cli, ["render", scene, *options, "--dry-run"])
    assert result.exit_code == 0, result.output
