from __future__ import annotations

import functools
import importlib.metadata
import platform
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import lranim
from lranim.batch import keys
from lranim.batch.keys import inputs_of
from lranim.catalogue import registry
from lranim.draw import scene as lesson_scene
from lranim.errors import InputError
from lranim.look.text import texts
from lranim.look.theme import THEMES
from lranim.video import engine
from lranim.video.job import Job

SOURCES = (
    "core/costs.py",
    "draw/board.py",
    "look/theme.py",
    "video/gif.py",
    "options/data.py",
    "params.py",
)


@pytest.fixture
def job(dots: Callable[..., Job]) -> Job:
    """A job of the small scene."""
    return dots(formats=("gif", "png"))


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the package's source, from which the key is made then."""
    package = tmp_path / "package"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(keys.PACKAGE, package, ignore=ignored)
    monkeypatch.setattr(keys, "PACKAGE", package)
    return package


@pytest.fixture
def same_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine is looked at once, and not for each key: nothing of it changes while a test runs."""
    monkeypatch.setattr(keys, "machine_parts", functools.cache(keys.machine_parts))


def test_key_knows_the_content_only(job: Job) -> None:
    """Where the files go, what they are called and which formats there are does not change a pixel."""
    key = inputs_of(job).key
    assert len(key) == 64
    assert inputs_of(replace(job, out_dir=Path("elsewhere"), name="x", formats=("webm",))).key == key


@pytest.mark.parametrize("name", SOURCES)
def test_key_changes_with_the_source(job: Job, sources: Path, name: str) -> None:
    """Another line in what draws, computes, says or encodes is another clip."""
    key = inputs_of(job).key
    with (sources / name).open("a") as file:
        file.write("\n# another line\n")
    assert inputs_of(job).key != key


@pytest.mark.parametrize("name", ["cli/render.py", "look/locales/zh.toml"])
def test_key_does_not_change_with_what_draws_nothing(
    job: Job, sources: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The command line, the words of another language, and where the package lies."""
    key = inputs_of(job).key
    with (sources / name).open("a") as file:
        file.write("\n# another line\n")
    assert inputs_of(job).key == key
    monkeypatch.setattr(keys, "PACKAGE", Path(lranim.__file__).parent)
    assert inputs_of(job).key == key


def test_key_changes_with_what_is_in_the_data(
    lesson: Callable[..., Job], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other numbers in the file make another clip, other blanks do not; a file that is gone is refused."""
    monkeypatch.setattr(keys, "font_files", lambda families: [])
    path = tmp_path / "points.csv"

    def key(text: str) -> str:
        path.write_text(text)
        return inputs_of(lesson("cost", tmp_path, params={"data": str(path)})).key

    made = [key(text) for text in ("1,2\n3,4\n", "x,y\n\n1.0,2\n3,4.0\n", "1,2\n3,4.5\n", "1,2\n3,4\n5,6\n")]
    assert made[0] == made[1]
    assert len(set(made)) == 3
    job = lesson("cost", tmp_path, params={"data": str(path)})
    moved = tmp_path / "elsewhere.csv"
    moved.write_text(path.read_text())
    assert inputs_of(lesson("cost", tmp_path, params={"data": str(moved)})).key == inputs_of(job).key
    path.unlink()
    with pytest.raises(InputError, match="there is no file"):
        inputs_of(job)


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("oscillation.title", True),
        ("verdict.bounces", True),
        ("panel.step", True),
        ("slope.title", False),
        ("help.options", False),
        ("help.scene.oscillation.step", False),
    ],
)
def test_key_changes_with_the_texts_of_the_scene(
    lesson: Callable[..., Job], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, counts: bool
) -> None:
    """Its own and those that scenes share, not those of other scenes, nor what is read in the terminal."""
    job = lesson("oscillation", tmp_path)
    before = keys.inputs_of(job)
    changed = {**texts("en"), text: texts("en").get(text, "") + " more"}
    monkeypatch.setattr(keys, "texts", lambda lang: changed)
    after = keys.inputs_of(job)
    assert after.changes(before) == ([f"text en {text} has changed"] if counts else [])
    assert (after.key != before.key) == counts


@pytest.mark.thorough
def test_key_has_every_text_that_a_scene_says(
    lesson: Callable[..., Job], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What scenes say while they play is in their keys; so one may not borrow the words of another."""
    said: set[str] = set()
    say = lesson_scene.say
    monkeypatch.setattr(
        lesson_scene, "say", lambda lang, key, **told: said.add(key) or say(lang, key, **told)
    )
    for name in registry.names():
        said.clear()
        job = lesson(name, tmp_path)
        with engine.staged(job, tmp_path, lambda frame, repeat: None, stills=True) as scene:
            engine.play(scene)
        counted = {
            part.removeprefix("text en ") for part in keys.inputs_of(job, {}).clip if part.startswith("text")
        }
        assert said, name
        assert said <= counted, name


@pytest.mark.usefixtures("same_machine")
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_key_changes_with_any_part(lesson: Callable[..., Job], tmp_path: Path, data: st.DataObject) -> None:
    """Another value of an option, of the theme, of a version, source or font is another key."""
    job = lesson(data.draw(st.sampled_from(["oscillation", "slope", "learning-rate"])), tmp_path)
    before = keys.inputs_of(job)
    part = data.draw(st.sampled_from(sorted({**before.clip, **before.machine})))
    value = data.draw(
        st.text(max_size=20).filter(lambda text: text != {**before.clip, **before.machine}[part])
    )
    changed = [
        {**side, part: value} if part in side else dict(side) for side in (before.clip, before.machine)
    ]
    after = keys.Inputs(*changed)
    assert after.key != before.key
    assert len(after.changes(before)) == 1
    assert after.changes(before)[0].startswith(part)
    shuffled = [dict(data.draw(st.permutations(sorted(side.items())))) for side in changed]
    assert keys.Inputs(*shuffled).key == after.key


@pytest.mark.usefixtures("same_machine")
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_key_changes_with_the_job(lesson: Callable[..., Job], tmp_path: Path, data: st.DataObject) -> None:
    """Two requests have one key if and only if they are the same but for their place and formats."""
    job = lesson("learning-rate", tmp_path)
    changes: dict[str, st.SearchStrategy[Any]] = {
        "params": st.fixed_dictionaries(
            {}, optional={"lr": st.sampled_from([0.1, 0.2, 0.3]), "steps": st.integers(20, 22)}
        ).map(lambda some: job.params | some),
        "lang": st.sampled_from(["en", "zh"]),
        "theme": st.sampled_from([*THEMES.values(), replace(THEMES["dark"], text="#E8EAEE")]),
        "width": st.sampled_from([240, 242]),
        "height": st.sampled_from([job.height, job.height + 2]),
        "fps": st.sampled_from([5, 10]),
        "transparent": st.booleans(),
        "gif_width": st.sampled_from([None, 120]),
        "gif_loops": st.sampled_from([0, 1]),
        "max_size": st.sampled_from([None, 10**6]),
    }
    names = data.draw(st.lists(st.sampled_from(sorted(changes)), max_size=3, unique=True))
    other = replace(job, **{name: data.draw(changes[name]) for name in names})
    moved = replace(other, out_dir=Path("elsewhere"), name="x", formats=("webm",))
    assert (inputs_of(moved).key == inputs_of(job).key) == (other == job)


def test_key_changes_with_scene_fonts_and_libraries(
    job: Job, dots_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The scene's file, the font files, each library's version and Python's."""
    made = [inputs_of(job).key]

    def changed() -> None:
        made.append(inputs_of(job).key)

    scene = dots_folder / "dots.py"
    text = scene.read_text()
    with monkeypatch.context() as patch:
        scene.write_text(text + "\n")
        changed()
        scene.write_text(text)
        font = tmp_path / "font.otf"
        font.write_bytes(b"another font")
        patch.setattr(keys, "font_files", lambda families: [font])
        changed()
    with monkeypatch.context() as patch:
        patch.setattr(platform, "python_version", lambda: "3.99.0")
        changed()
    version = importlib.metadata.version
    for library in keys.LIBRARIES:
        with monkeypatch.context() as patch:
            patch.setattr(
                importlib.metadata, "version", lambda name, odd=library: "0" if name == odd else version(name)
            )
            changed()
    assert len(set(made)) == len(made) == 4 + len(keys.LIBRARIES)
    assert inputs_of(job).key == made[0]
