"""Writes docs/cli.md: the help text of every command and of every scene, as the command line prints it."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from lranim import registry
from lranim.cli import cli

PAGE = Path(__file__).parent.parent / "docs" / "cli.md"


def page() -> str:
    """Put the page together."""
    calls = [[], ["list"], ["render"], *(["render", name] for name in registry.scenes())]
    calls += [["trace"], ["storyboard"], ["doctor"]]
    parts = ["# The command line\n\nMade by `make docs` from the programs' own help.\n"]
    for call in calls:
        result = CliRunner().invoke(cli, [*call, "--help"], prog_name="lranim", terminal_width=100)
        text = result.output.rstrip()
        if len(call) == 2:  # a scene: its own options only, the others are those of render
            text = text[text.index(f"Options of {call[1]}:") :]
        parts.append(f"## {' '.join(['lranim', *call])}\n\n```\n{text}\n```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
