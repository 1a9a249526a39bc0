"""What tests of pictures share: a scene made ready under its job's configuration, or its whole story told."""

from __future__ import annotations

import os
import shutil
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

# What is read in the terminal follows the machine's language, and what the tests read is English.
os.environ.pop("LC_ALL", None)
os.environ["LC_MESSAGES"] = "C"

# Where the tests run in the background Ctrl-C is ignored, and the programs they start would ignore it too.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the later cases of a test with ``thorough_after(count)``: they repeat what the first ones show."""
    cases: Counter[str] = Counter()
    for item in items:
        mark = item.get_closest_marker("thorough_after")
        if mark:
            test = item.nodeid.partition("[")[0]
            cases[test] += 1
            if cases[test] > mark.args[0]:
                item.add_marker("thorough")


OBSTACLES: dict[str, Callable[[Path], object]] = {
    "pipe": os.mkfifo,
    "device": lambda path: path.symlink_to("/dev/zero"),
    "folder": Path.mkdir,
    "nested": lambda path: path.write_text("[" * 200_000),
    "nested a little less": lambda path: path.write_text("[" * 900 + "]" * 900),
}


@pytest.fixture(params=OBSTACLES)
def obstruct(request: pytest.FixtureRequest) -> Callable[[Path], None]:
    """Put something in the place of a file that nobody expects there."""

    def put(path: Path) -> None:
        path.unlink()
        OBSTACLES[request.param](path)

    return put


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of this run of the tests see."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def once(shared: Path) -> Callable[[str, Callable[[Path], None]], Path]:
    """Fill a folder in the first process that asks for it, for all: ``once("clips", render)``."""

    def filled(name: str, fill: Callable[[Path], None]) -> Path:
        folder, done = shared / name, shared / f"{name}.done"
        with FileLock(shared / f"{name}.lock"):
            if not done.exists():
                folder.mkdir()
                fill(folder)
                done.touch()
        return folder

    return filled


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A headless Chromium for a module; its loop would be in the way of the others that run one."""
    found = shutil.which("chromium")
    playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    if found is None:
        pytest.skip("needs chromium")
    flags = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
    flags += ["--disable-component-update", "--disable-sync"]
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=found, args=flags)
        yield chromium
        chromium.close()


def _job(
    name: str, options: dict[str, Any], theme: str, lang: str, size: tuple[int, int], fps: int, folder: Path
) -> Any:
    from lranim.catalogue import registry
    from lranim.look.themes import theme_of
    from lranim.video.job import Job

    params = registry.get(name).load_light().Params(**options)
    return Job(
        scene=name,
        params=params.model_dump(mode="json"),
        lang=lang,
        theme=theme_of(theme),
        width=size[0],
        height=size[1],
        fps=fps,
        formats=("png",),
        transparent=False,
        out_dir=folder,
        name="clip",
    )


@pytest.fixture(scope="session")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., AbstractContextManager[Any]]:
    """Make a scene ready: ``with staged("slope", theme="light", cost="bowl") as scene``."""
    from lranim.video import engine

    folder = tmp_path_factory.mktemp("scenes")

    def make(
        name: str,
        *,
        theme: str = "dark",
        lang: str = "en",
        size: tuple[int, int] = (426, 240),
        fps: int = 10,
        take: Callable[..., None] | None = None,
        **options: Any,
    ) -> AbstractContextManager[Any]:
        job = _job(name, options, theme, lang, size, fps, folder)
        return engine.staged(job, folder, take or (lambda frame, repeat: None), stills=take is None)

    return make


@pytest.fixture(scope="session")
def tell(staged: Callable[..., AbstractContextManager[Any]]) -> Callable[..., Any]:
    """Run a whole story without drawing; ``look(scene)`` is called at the end of each motion."""
    from lranim.video import engine

    def run(name: str, *, look: Callable[[Any], None] | None = None, **how: Any) -> Any:
        with staged(name, **how) as scene:
            if look is not None:
                move = scene.move

                def watched(*args: Any) -> None:
                    move(*args)
                    look(scene)

                scene.move = watched
            engine.play(scene)
            if look is not None:
                look(scene)
        return scene

    return run


@pytest.fixture(scope="session")
def faults(tell: Callable[..., Any]) -> Callable[..., set[str]]:
    """What the layout check finds in a story; with ``marks=False``, but for marks on the labels of axes."""
    from lranim.judge.picture import Easel
    from lranim.judge.rules import judge

    def find(name: str, *, marks: bool = True, **how: Any) -> set[str]:
        easels: list[Easel] = []
        found: set[str] = set()

        def look(scene: Any) -> None:
            easels[:] = easels or [Easel(scene)]
            judged = judge(easels[0].picture())
            found.update(
                one.message for one in judged if marks or one.kind != "overlap" or one.by.startswith('"')
            )

        tell(name, look=look, **how)
        return found

    return find


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Keys of the texts that scenes ask for from now on."""
    from lranim.draw import scene as lesson_scene

    keys: set[str] = set()
    say = lesson_scene.say

    def listen(lang: str, key: str, **values: object) -> str:
        keys.add(key)
        return say(lang, key, **values)

    monkeypatch.setattr(lesson_scene, "say", listen)
    return keys
