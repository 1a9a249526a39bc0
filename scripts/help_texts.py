"""Writes docs/cli.md: the help text of every command and of every scene, as the command line prints it."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from lranim.catalogue import registry
from lranim.cli import cli

PAGE = Path(__file__).parent.parent / "docs" / "cli.md"
HEAD = """# The command line

Made by `make docs` from the programs' own help.

What is drawn, and what is written beside it, is in the language of `--lang`, and without it in English on
every machine. `LC_ALL`, `LC_MESSAGES` and `LANG` choose the language of what is read in the terminal:
`lranim list`, and the help of the scenes' options and costs. There `--lang` goes before them. JSON is for
programs: that of `lranim list` is English unless `--lang` asks for another language. The commands' own help
and errors are English.
"""


def page() -> str:
    """Put the page together."""
    calls = [[], ["list"], ["render"], *(["render", name] for name in registry.scenes())]
    calls += [
        ["new"],
        ["build"],
        ["slides"],
        ["gallery"],
        ["explore"],
        ["trace"],
        ["storyboard"],
        ["check"],
        ["schema"],
    ]
    calls += [["cache"], ["cache", "list"], ["cache", "verify"], ["cache", "prune"], ["doctor"]]
    parts = [HEAD]
    for call in calls:
        about = {"prog_name": "lranim", "terminal_width": 100, "env": {"LC_ALL": "C"}}
        result = CliRunner().invoke(cli, [*call, "--help"], **about)
        text = result.output.rstrip()
        if (
            call[:1] == ["render"] and len(call) == 2
        ):  # a scene: its own options only, the others are those of render
            text = text[text.index(f"Options of {call[1]}:") :]
        parts.append(f"## {' '.join(['lranim', *call])}\n\n```\n{text}\n```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
