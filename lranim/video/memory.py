"""How much memory a clip takes while it is made, and how much there is."""

from __future__ import annotations

from pathlib import Path

from lranim.video.job import Job

BASE = 250 << 20
"""What a process takes before its first frame (bytes), most of it manim."""

PER_PIXEL = {"mp4": 60, "gif": 55, "webm": 145, "png": 20}
"""What each format takes (bytes a pixel of the frame): frames that wait, and what its encoder holds."""

DRAWING = 60
"""What the drawing takes (bytes a pixel): the frames in the making and in use."""

LIMITS = (
    (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory.current")),
    (
        Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
        Path("/sys/fs/cgroup/memory/memory.usage_in_bytes"),
    ),
)
"""What a Linux container may use and what it uses (bytes), in control groups of version 2 and 1."""


def needed(job: Job) -> int:
    """Estimate the most memory that a clip takes, in bytes; its length does not matter.

    The numbers were measured at 1080p and 2160p (peak resident size), and rounded up.
    """
    return BASE + job.width * job.height * (DRAWING + sum(PER_PIXEL[form] for form in job.formats))


def available() -> int:
    """Memory that can be had without swapping, in bytes, within the limit of a container."""
    import psutil  # not at the top: `lranim list` does without it

    free = int(psutil.virtual_memory().available)
    for limit, used in LIMITS:
        try:
            free = min(free, int(limit.read_text()) - int(used.read_text()))
        except (OSError, ValueError):  # no such file, or "max": no limit
            continue
    return max(free, 0)
