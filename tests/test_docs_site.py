"""The documentation site has what it promises; that it can be built is seen by ``make site``."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from lranim.catalogue import registry
from lranim.cli import cli

DOCS = Path(__file__).parent.parent / "docs"
PAGES = sorted(
    path for path in DOCS.rglob("*.md") if path.parts[len(DOCS.parts)] not in ("scenes", "reference")
)
"""The pages that are written by hand."""


def test_each_scene_has_its_mathematics() -> None:
    """A page of a scene tells more than the formula of its rule."""
    own = {name for name, info in registry.scenes().items() if info.plugin is None}
    assert {path.stem for path in (DOCS / "maths").glob("*.md")} == own


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(DOCS)) for page in PAGES])
def test_links_lead_somewhere(page: Path) -> None:
    """A relative link is a file, or a page that is made of the sources: of a scene, or of a module."""
    for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8")):
        path = (page.parent / link).resolve()
        if "://" in link or path.is_file():
            continue
        place, name = path.parent.relative_to(DOCS).as_posix(), path.name.removesuffix(".md")
        if place == "scenes":
            assert name in {"index", *registry.scenes()}, link
        else:
            assert place == "reference", link
            module = DOCS.parent.joinpath(*name.split("."))
            assert name == "index" or module.is_dir() or module.with_suffix(".py").is_file(), link


def test_every_page_is_in_the_contents() -> None:
    """Each page stands in a list of contents of another."""
    listed = set()
    for page in PAGES:
        for block in re.findall(
            r"```\{toctree\}\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.DOTALL
        ):
            names = [line for line in block.split("\n") if line and not line.startswith(":")]
            listed |= {(page.parent / f"{name}.md").resolve() for name in names}
    assert {page for page in PAGES if "maths" not in page.parts} - listed == {DOCS / "index.md"}


def test_the_command_line_page_has_every_command() -> None:
    """The page of the help texts leaves no command out."""
    page = (DOCS / "cli.md").read_text(encoding="utf-8")
    assert [name for name in cli.list_commands(click.Context(cli)) if f"## lranim {name}\n" not in page] == []
