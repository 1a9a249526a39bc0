"""What a clip takes of the memory, against what it really takes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from lranim.video import ready as memory
from lranim.video.job import Job

PEAK = """
import sys
from pathlib import Path
from lranim.catalogue import registry
from lranim.look.theme import THEMES
from lranim.batch import render
from lranim.video.job import Job
params = registry.get("learning-rate").load_light().Params(steps=1).model_dump(mode="json")
job = Job(scene="learning-rate", params=params, lang="en", theme=THEMES["dark"], width=1920, height=1080,
          fps=2, formats=("mp4", "gif"), transparent=False, out_dir=Path(sys.argv[1]), name="a")
render.render(job)
status = Path("/proc/self/status").read_text()  # unlike ru_maxrss, this leaves out who started the process
print(int(status.split("VmHWM:")[1].split()[0]) * 1024)
"""


@pytest.mark.thorough
@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_a_clip_takes_no_more_than_said(lesson: Callable[..., Job], tmp_path: Path) -> None:
    """The peak of a real run lies below the estimate, and not far below it."""
    job = lesson("slope", tmp_path, width=1920, height=1080, formats=("mp4", "gif"))
    done = subprocess.run(
        [sys.executable, "-c", PEAK, str(tmp_path)], capture_output=True, text=True, check=True, timeout=120
    )
    assert 0.6 < int(done.stdout) / memory.needed(job) <= 1


def test_a_container_s_limit_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Less than the machine has, where the container may use less; no limit is no limit."""
    (tmp_path / "max").write_text("3000000\n")
    (tmp_path / "used").write_text("1000000\n")
    monkeypatch.setattr(memory, "LIMITS", ((tmp_path / "max", tmp_path / "used"),))
    assert memory.available() == 2_000_000
    (tmp_path / "max").write_text("max\n")
    assert memory.available() > 2_000_000
