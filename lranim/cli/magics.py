"""``%lranim`` and ``%%lranim`` in notebooks: commands as they are typed in a terminal, results shown inline.

``%load_ext lranim`` calls `load_ipython_extension`; nothing of IPython is imported before.
"""

from __future__ import annotations

import contextlib
import html
import io
import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lranim.errors import LranimError

SAID = re.compile(r"^(?:Note|Warning): .*", flags=re.MULTILINE)
"""Lines of stderr that are passed on; progress is not."""


class CommandError(LranimError):
    """A command failed; what it said is the message."""


def load_ipython_extension(shell: Any) -> None:
    """Register the two magics."""

    def show(what: Any) -> None:
        if isinstance(what, str):
            print(what)
        else:
            shell.display_pub.publish(*shell.display_formatter.format(what))

    def magic(line: str, cell: str | None = None) -> None:
        # IPython fills {name} and $name into the line only.
        for words in commands(line, shell.var_expand(cell) if cell else ""):
            run(words, show)

    shell.register_magic_function(magic, "line_cell", "lranim")
    if alone not in shell.input_transformers_cleanup:
        shell.input_transformers_cleanup.append(alone)


def alone(lines: list[str]) -> list[str]:
    r"""Take a cell that is one line ``%%lranim …`` for ``%lranim …``: IPython refuses an empty body.

    >>> alone(["%%lranim render slope\n"])
    ['%lranim render slope\n']
    """
    first, *rest = lines or [""]
    if first.startswith("%%lranim") and not "".join(rest).strip():
        return [first[1:]]
    return lines


def commands(line: str, body: str = "") -> Iterator[list[str]]:
    r"""Split what stands beside and below the magic into commands, one a line; ``\`` goes on with the next.

    Raises
    ------
    CommandError
        A quotation mark has no second one.

    Examples
    --------
    >>> list(commands("render slope \\", "  --steps 3\n# and\nlranim trace 'slope'"))
    [['render', 'slope', '--steps', '3'], ['trace', 'slope']]
    """
    for one in re.sub(r"\\[ \t]*\n", " ", f"{line}\n{body}").splitlines():
        try:
            words = shlex.split(one, comments=True)
        except ValueError as error:
            raise CommandError(f"{one.strip()} cannot be read: {error}") from None
        if words[:1] == ["lranim"]:
            del words[0]
        if words:
            yield words


def run(words: list[str], show: Callable[[Any], None]) -> None:
    """Run one command and show what it made: clips, pictures and pages, else what it printed.

    Raises
    ------
    CommandError
        With the line that the command would have printed.
    """
    clips = words[0] in ("render", "build") and not {"--json", "--dry-run", "--help", "-h"} & set(words)
    code, out, err = _called([*words, "--json"] if clips else words)
    for said in SAID.findall(err):
        show(said)
    if clips:
        for line in out.splitlines():
            show(_rendered(line))
    elif out.strip():
        show(_made(out.rstrip("\n")))
    if code:
        said = [text.removeprefix("Error: ") for text in err.splitlines() if text.startswith("Error: ")]
        raise CommandError("; ".join(said) or f"{words[0]} ended with exit code {code}")


def _called(words: list[str]) -> tuple[int, str, str]:
    """Run a command in this process: its exit code, and what it printed."""
    from lranim.cli import cli

    with contextlib.ExitStack() as stack:
        out = stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
        err = stack.enter_context(contextlib.redirect_stderr(io.StringIO()))
        code = cli.main(words, prog_name="lranim", standalone_mode=False)
    return code if isinstance(code, int) else 0, out.getvalue(), err.getvalue()


def _rendered(line: str) -> Any:
    """A clip from the JSON that a command printed of it."""
    from pydantic import TypeAdapter

    from lranim.api.results import Rendered
    from lranim.video.clip import Clip

    clip = TypeAdapter(Clip).validate_json(line)
    # The captions end in the language too, the JSON file never does: the clip's own file has its stem.
    return Rendered(clip=clip, sidecar=Path(clip.artifacts[0].path).absolute().with_suffix(".json"))


def _made(text: str) -> Any:
    """A picture or a page, of which the path was printed; anything else as it was printed."""
    path = Path(text)
    suffix = path.suffix.lower()
    if "\n" in text or suffix not in (".png", ".html") or not path.is_file():
        return text
    return _Picture(path) if suffix == ".png" else _Page(path)


@dataclass(frozen=True)
class _Picture:
    path: Path

    def _repr_png_(self) -> tuple[bytes, dict[str, Any]]:
        return self.path.read_bytes(), {"alt": self.path.stem}


@dataclass(frozen=True)
class _Page:
    """A page of its own inside a notebook: in a frame that holds its text, so that it stays when moved."""

    path: Path

    def _repr_html_(self) -> str:
        text = html.escape(self.path.read_text(encoding="utf-8"))
        title = html.escape(self.path.stem)
        return (
            f'<iframe title="{title}" srcdoc="{text}" style="width: 100%; height: 780px; border: 0"></iframe>'
        )
