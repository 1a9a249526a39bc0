"""What tests of pictures share: a scene made ready under its job's configuration, or its whole story told."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import cache
from pathlib import Path
from typing import Any

import pytest

# Where the tests run in the background Ctrl-C is ignored, and the programs they start would ignore it too.
signal.signal(signal.SIGINT, signal.default_int_handler)


def _job(
    name: str, options: dict[str, Any], theme: str, size: tuple[int, int], fps: int, folder: Path
) -> Any:
    from lranim import registry
    from lranim.render.job import Job

    params = registry.get(name).load_light().Params(**options)
    return Job(
        scene=name,
        params=params.model_dump(mode="json"),
        lang="en",
        theme=theme,
        width=size[0],
        height=size[1],
        fps=fps,
        formats=("png",),
        transparent=False,
        out_dir=folder,
        name="clip",
    )


@pytest.fixture(scope="session")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., AbstractContextManager[Any]]]:
    """Make a scene ready: ``with staged("slope", theme="light", cost="bowl") as scene``."""
    from lranim.draw import lesson_scene
    from lranim.render import engine

    folder = tmp_path_factory.mktemp("scenes")

    def make(
        name: str,
        *,
        theme: str = "dark",
        size: tuple[int, int] = (426, 240),
        fps: int = 10,
        take: Callable[..., None] | None = None,
        **options: Any,
    ) -> AbstractContextManager[Any]:
        job = _job(name, options, theme, size, fps, folder)
        return engine.staged(job, folder, take or (lambda frame, repeat: None), stills=take is None)

    with pytest.MonkeyPatch.context() as patch:
        # Asking fontconfig takes 90 ms a scene, and its answer does not change.
        patch.setattr(lesson_scene, "check_fonts", cache(lesson_scene.check_fonts))
        yield make


@pytest.fixture(scope="session")
def tell(staged: Callable[..., AbstractContextManager[Any]]) -> Callable[..., Any]:
    """Run a whole story without drawing; ``look(scene)`` is called at the end of each motion."""
    from lranim.render import engine

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
