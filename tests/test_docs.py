"""What the documentation says is what the program does."""

from __future__ import annotations

import importlib.util
import re
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from lranim import registry
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
    r"^lranim (render|trace|storyboard|list)\b(.*?)(?:\s+#.*)?$", README, flags=re.MULTILINE
)


@pytest.mark.parametrize(("command", "rest"), COMMANDS, ids=[" ".join(pair).strip() for pair in COMMANDS])
def test_readme_commands_are_accepted(
    command: str, rest: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every lranim command of the README is right; rendering ones are tried as a dry run."""
    monkeypatch.chdir(tmp_path)
    extra = {"render": ["--dry-run"], "storyboard": ["--help"]}.get(command, [])
    result = CliRunner().invoke(cli, [command, *rest.split(), *extra])
    assert result.exit_code == 0, result.output
    assert list(tmp_path.iterdir()) == []


def test_links_of_the_pages_lead_somewhere() -> None:
    """Every relative link and picture in the Markdown files is a file of the repository."""
    for page in (
        ROOT / name
        for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/cli.md", "bench/README.md")
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
