"""The package as it is installed: what a wheel holds, what an import costs, what is pinned."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import Distribution, PackageNotFoundError, distribution, packages_distributions
from pathlib import Path, PurePosixPath

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONSTRAINTS = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()


@pytest.fixture(scope="module")
def wheel_files(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Build a wheel from a copy of the sources, without network, and list what is in it."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    for name in ("lranim", "scenes"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    command = [
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-index",
        "--no-build-isolation",
        "-w",
        str(folder),
        str(source),
    ]
    done = subprocess.run(
        [sys.executable, "-m", "pip", *command], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    (wheel,) = folder.glob("*.whl")
    return set(zipfile.ZipFile(wheel).namelist())


def closure() -> dict[str, Distribution]:
    """Everything that lranim and its dev extra need on this Python and system, as installed."""
    project = PYPROJECT["project"]
    wanted = [
        Requirement(line) for line in (*project["dependencies"], *project["optional-dependencies"]["dev"])
    ]
    found: dict[str, Distribution] = {}
    seen: set[str] = set()
    while wanted:
        requirement = wanted.pop()
        if str(requirement) in seen:
            continue
        seen.add(str(requirement))
        there = found[canonicalize_name(requirement.name)] = distribution(requirement.name)
        extras = {"", *requirement.extras}
        for line in there.requires or ():
            needed = Requirement(line)
            if needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in extras):
                wanted.append(needed)
    return found


@pytest.mark.parametrize("module", ["lranim", "lranim.core", "lranim.cli"])
def test_import_does_not_import_manim(module: str) -> None:
    """Importing the package, its numbers or its command line leaves manim alone."""
    code = f"import sys, {module}; sys.exit('manim' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_what_is_imported_is_declared() -> None:
    """Each distribution that lranim or a scene imports stands in pyproject.toml: none comes along by luck."""
    imported = {
        name.split(".")[0]
        for folder in ("lranim", "scenes")
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_bytes()))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom) and not node.level
            else []
        )
    }
    providers = packages_distributions()
    foreign = imported - set(sys.stdlib_module_names) - {"lranim"}
    needed = {canonicalize_name(providers[name][0]) for name in foreign}
    project = PYPROJECT["project"]
    lines = [*project["dependencies"], *project["optional-dependencies"]["cluster"]]
    declared = {canonicalize_name(Requirement(line).name) for line in lines}
    assert needed - declared == set()


def test_scenes_are_lranim_scenes() -> None:
    """The folder scenes/ is imported as lranim.scenes, from anywhere, and not as scenes."""
    code = (
        "import importlib.util, lranim.scenes, sys; sys.exit(importlib.util.find_spec('scenes') is not None)"
    )
    assert subprocess.run([sys.executable, "-I", "-c", code], check=False).returncode == 0


def test_wheel_has_no_other_top_level_package(wheel_files: set[str]) -> None:
    """Nobody's site-packages gets a package called scenes, tests or bench from us."""
    tops = {PurePosixPath(name).parts[0] for name in wheel_files}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"lranim"}


def test_wheel_holds_every_source_file(wheel_files: set[str]) -> None:
    """Each module, locale file and marker on disk is in the wheel: none was forgotten in pyproject.toml."""
    expected = {
        PurePosixPath(
            "lranim", *(("scenes",) if folder == "scenes" else ()), *path.relative_to(ROOT / folder).parts
        )
        for folder in ("lranim", "scenes")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".toml", ".typed"}
    }
    assert {str(path) for path in expected} - wheel_files == set()


def test_constraints_are_plain_pins() -> None:
    """Each line of constraints.txt is name==version, each name once."""
    pin = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*==[0-9][0-9A-Za-z.]*")
    assert [line for line in CONSTRAINTS if not pin.fullmatch(line)] == []
    names = [canonicalize_name(line.split("==")[0]) for line in CONSTRAINTS]
    assert len(names) == len(set(names))


def test_constraints_pin_all_that_gets_installed() -> None:
    """Whatever the dependencies and the dev tools pull in has a pin."""
    pinned = {canonicalize_name(line.split("==")[0]) for line in CONSTRAINTS}
    assert set(closure()) - pinned == set()


def test_pins_suit_the_oldest_python() -> None:
    """No pinned release asks for more than Python 3.11.0 (Debian 12 has 3.11.2, some want 3.11.5)."""
    asked = {}
    for line in CONSTRAINTS:
        name, version = line.split("==")
        try:
            there = distribution(name)
        except PackageNotFoundError:  # pinned for another system or Python
            continue
        if there.version == version:
            asked[name] = there.metadata.get("Requires-Python") or ""
    assert {name: spec for name, spec in asked.items() if "3.11.0" not in SpecifierSet(spec)} == {}
