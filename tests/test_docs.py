"""What the documentation says is what the program does."""

from __future__ import annotations

import importlib.util
import json
import re
import shlex
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from lranim.catalogue import registry
from lranim.cli import cli

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_help_page_is_up_to_date() -> None:
    """docs/cli.md holds the help texts as they are printed now (make docs renews it)."""
    spec = importlib.util.spec_from_file_location("help_texts", ROOT / "scripts" / "help_texts.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert (ROOT / "docs" / "cli.md").read_text(encoding="utf-8") == module.page()


def test_readme_names_every_scene_and_its_options() -> None:
    """The table of scenes has a row a scene, and every option of it."""
    rows = dict(re.findall(r"^\| `([a-z-]+)` \|.*\| (.*) \|$", README, flags=re.MULTILINE))
    assert set(rows) == set(registry.scenes())
    for name, info in registry.scenes().items():
        flags = set(re.findall(r"--[a-z]+", rows[name]))
        assert flags == {f"--{field}" for field in info.load_light().Params.model_fields}


COMMANDS = re.findall(
    r"^lranim (render|trace|storyboard|check|list)\b(.*?)(?:\s+#.*)?$", README, flags=re.MULTILINE
)


@pytest.mark.parametrize(("command", "rest"), COMMANDS, ids=[" ".join(pair).strip() for pair in COMMANDS])
def test_readme_commands_are_accepted(
    command: str, rest: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every lranim command of the README is right; rendering ones are tried as a dry run."""
    monkeypatch.chdir(tmp_path)
    words = shlex.split(rest)
    if "./my_scene.py" in words:
        assert CliRunner().invoke(cli, ["new", "scene", "my_scene.py"]).exit_code == 0
    if "--log" in words:
        log = Path(words[words.index("--log") + 1])
        log.parent.mkdir()
        rows = [{"step": step, "loss": 1 / step, "eval_loss": 2 / step} for step in range(1, 9)]
        log.write_text(json.dumps({"log_history": rows}))
    before = set(tmp_path.rglob("*"))
    extra = {"render": ["--dry-run"], "storyboard": ["--help"], "check": ["--help"]}.get(command, [])
    result = CliRunner().invoke(cli, [command, *words, *extra])
    assert result.exit_code == 0, result.output
    assert set(tmp_path.rglob("*")) == before


def test_links_of_the_pages_lead_somewhere() -> None:
    """Every relative link and picture in the Markdown files is a file of the repository."""
    for page in (
        ROOT / name
        for name in (
            "README.md",
            "CONTRIBUTING.md",
            "CHANGELOG.md",
            "docs/cli.md",
            "docs/themes.md",
            "bench/README.md",
        )
    ):
        for link in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
            if "://" not in link:
                assert (page.parent / link).exists(), f"{page.name}: {link}"


def test_changelog_and_version_agree() -> None:
    """The changelog has a section for what is not released yet, and the version is that of pyproject.toml."""
    import lranim

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == lranim.__version__
    assert "## [Unreleased]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


THEMES_PAGE = (ROOT / "docs" / "themes.md").read_text(encoding="utf-8")


def test_the_documented_theme_draws(tmp_path: Path, staged: Callable[..., Any]) -> None:
    """The file that the page shows is taken as it stands, can be read, and its colours are in the picture."""
    from lranim.look.theme import weak_text
    from lranim.look.themes import theme_of
    from lranim.video import engine

    (text,) = re.findall(r"```toml\n(.*?)```", THEMES_PAGE, flags=re.DOTALL)
    (tmp_path / "school.toml").write_text(text, encoding="utf-8")
    theme = theme_of(str(tmp_path / "school.toml"))
    assert weak_text(theme) == []
    with staged("slope", theme=str(tmp_path / "school.toml"), steps=1) as scene:
        engine.play(scene)
        picture = scene.renderer.still(scene)[..., :3].reshape(-1, 3)
    found = {"#" + "".join(f"{level:02X}" for level in pixel) for pixel in np.unique(picture, axis=0)}
    assert {theme.background, theme.panel, theme.cost, theme.point} <= found


def test_the_page_names_every_theme_and_key() -> None:
    """No more and no less than there are."""
    from lranim.look.theme import THEMES
    from lranim.look.theme_file import ThemeFile

    assert re.findall(r"^\| `(\w+)` \|", THEMES_PAGE, flags=re.MULTILINE) == list(THEMES)
    listed = dict(re.findall(r"^- (\w+)\b([^-]*)", THEMES_PAGE, flags=re.MULTILINE))
    for table in ("colours", "sizes", "waits"):
        keys = ThemeFile.model_fields[table].annotation.model_fields
        assert re.findall(r"`(\w+)`", listed[table.capitalize()]) == list(keys), table
