from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from lranim.batch import keys
from lranim.batch.cache import Store
from lranim.batch.published import sidecar
from lranim.batch.render import Plan, make, plans
from lranim.video import engine
from lranim.video.clip import sealed
from lranim.video.job import Job


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """An empty store."""
    return Store(tmp_path / "store")


@pytest.fixture
def job(dots: Callable[..., Job]) -> Job:
    """A poster."""
    return dots(formats=("png",), params={"steps": 1, "rest": 0.2})


def plan(job: Job, store: Store, **how: bool) -> Plan:
    """What one job needs."""
    return plans([job], store, **how)[0]


def draw(job: Job, store: Store) -> None:
    """Draw it."""
    make(job, engine.produce, lambda done, total: None, store=store)


def test_new_then_there(job: Job, store: Store, tmp_path: Path) -> None:
    """Nothing there, then all, then all but in another folder, then all but to be drawn again."""
    new = plan(job, store)
    assert (new.there, new.kept, new.why, new.damaged) == (None, False, "it is not there yet", False)
    draw(job, store)
    assert plan(job, store).there is not None
    moved = plan(replace(job, out_dir=tmp_path / "other"), store)
    assert (moved.there, moved.kept, moved.damaged) == (None, True, False)
    assert plan(job, store, force=True).why == "--force"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"params": {"steps": 2, "rest": 0.2}}, "option steps was 1, is 2"),
        ({"lang": "zh"}, "lang was en, is zh; text en "),
        ({"fps": 10}, "fps was 5, is 10"),
        ({"width": 320}, "size was 240x136, is 320x136"),
        ({"gif_width": 120}, "gif width was null, is 120"),
        ({"gif_loops": 1}, "gif loops was 0, is 1"),
        ({"max_size": 10**6}, "max size was null, is 1000000"),
        ({"theme": "light"}, "theme background was #101418, is #FFFFFF; theme cost was #5AA9FF"),
    ],
    ids=lambda value: str(value)[:12],
)
def test_why_the_request(
    job: Job, store: Store, dots: Callable[..., Job], change: dict[str, object], why: str
) -> None:
    """What is different from the clip that is there."""
    draw(job, store)
    changed = dots(**({"formats": ("png",), "params": {"steps": 1, "rest": 0.2}} | change))
    assert plan(changed, store).why.startswith(why)


def test_why_a_library(job: Job, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Versions and sources are told too, a few of them by name."""
    draw(job, store)
    machine = keys.machine_parts()
    later = {**machine, "numpy": "99.0", "source core/costs.py": "x"}
    monkeypatch.setattr("lranim.batch.render.machine_parts", lambda fonts: later)
    assert plan(job, store).why == f"numpy was {machine['numpy']}, is 99.0; source core/costs.py has changed"
    monkeypatch.setattr("lranim.batch.render.machine_parts", lambda fonts: dict.fromkeys(machine, "x"))
    assert plan(job, store).why.endswith(f" and {len(machine) - 4} more")


def test_damage_is_told(job: Job, store: Store) -> None:
    """In the folder, in the store, in both; a file that is gone is not damaged."""
    draw(job, store)
    picture = job.out_dir / "dots.png"
    picture.write_bytes(b"x")
    assert (plan(job, store).kept, plan(job, store).damaged) == (True, True)
    assert plan(job, store).why == "dots.png is damaged"
    (next(store.entries()).folder / "png").write_bytes(b"y")
    both = plan(job, store)
    assert (both.kept, both.damaged) == (False, True)
    assert both.why == "dots.png is damaged, and its png in the cache is damaged"
    picture.unlink()
    assert plan(job, store).why == "dots.png is gone, and its png in the cache is damaged"


def test_without_a_record(job: Job, store: Store) -> None:
    """The store was emptied, or the sidecar is from somewhere else."""
    draw(job, store)
    about = json.loads(sidecar(job).read_text()) | {"key": "of another time"}
    sidecar(job).write_text(json.dumps(sealed(about)))
    assert plan(job, store).why == "it was made from something else, of which there is no record"
    sidecar(job).write_text("{")
    assert plan(job, store).why == "its JSON is damaged, or of another version"
