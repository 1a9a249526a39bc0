"""The command line: one file a command, imported only when that command is called."""

from __future__ import annotations

import importlib
import signal
from typing import Any

import click

from lranim.cli.output import one_line_errors, open_closed_streams
from lranim.errors import check_text
from lranim.version import __version__

COMMANDS = {
    "list": ("listing", "What can be rendered."),
    "render": ("render", "Render scenes into video, GIF and poster."),
    "new": ("new", "Write a lesson or a scene file to start from."),
    "build": ("build", "Render every clip of a lesson that has changed."),
    "slides": ("slides", "Make a deck of a lesson or of clips."),
    "trace": ("trace", "Print the numbers behind a picture, without drawing."),
    "storyboard": ("storyboard", "Draw one PNG: a frame a beat, with its caption and time."),
    "check": ("layoutcheck", "Check that every picture can be read."),
    "explore": ("explore", "Write a page in which one moves the learning rate."),
    "gallery": ("gallery", "Write a page of everything that was rendered."),
    "schema": ("schema", "Print the JSON schema of lesson files."),
    "cache": ("cache", "List, check and prune the finished clips."),
    "doctor": ("doctor", "Check fonts, codecs and libraries."),
}
"""Each command's module, and its line in ``lranim --help``, which must not cost an import."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called, and whose errors cost one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of the commands in the order of `COMMANDS`."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"lranim.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands' lines without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])

    def make_context(
        self, info_name: str | None, args: list[str], *rest: Any, **kwargs: Any
    ) -> click.Context:
        """Parse lranim's own options."""
        with one_line_errors():
            for word in args:
                check_text(word)
            return super().make_context(info_name, args, *rest, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        """Parse a command's options and run it."""
        with one_line_errors():
            return super().invoke(ctx)


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="lranim")
def cli() -> None:
    """Animations that teach gradient descent and the learning rate."""


def main() -> None:
    """Entry point of the ``lranim`` command."""

    def stop(signum: int, frame: object) -> None:
        raise KeyboardInterrupt

    open_closed_streams()
    signal.signal(signal.SIGTERM, stop)  # so that a polite kill leaves no trace either
    cli.main(prog_name="lranim")
