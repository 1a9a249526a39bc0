"""Where and with what the numbers were made."""

from __future__ import annotations

import datetime
import os
import platform
import subprocess
import sys
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = ("lranim", "manim", "av", "numpy", "pycairo", "Pillow", "matplotlib")


def processor() -> str:
    """Name of the processor."""
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    if sys.platform == "darwin":
        said = subprocess.run(["sysctl", "-n", "machdep.cpu.brand_string"], capture_output=True, check=False)
        return said.stdout.decode().strip()
    return platform.processor() or platform.machine()


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def memory() -> float:
    """How much memory there is (GiB)."""
    return float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)


def system() -> str:
    """Name of the operating system and its kernel."""
    if sys.platform == "darwin":
        return f"macOS {platform.mac_ver()[0]}"
    with suppress(OSError):
        return f"{platform.freedesktop_os_release()['PRETTY_NAME']}, {platform.system()} {platform.release()}"
    return platform.platform()


def versions() -> str:
    """Versions of Python and of what draws and encodes."""
    found = [f"Python {platform.python_version()}"]
    for name in PACKAGES:
        with suppress(PackageNotFoundError):
            found.append(f"{name} {version(name)}")
    return ", ".join(found)


def description() -> str:
    """The lines above the tables."""
    now = datetime.datetime.now().astimezone()
    command = " ".join(["python -m bench", *sys.argv[1:]])
    lines = [
        f"machine:  {processor()}, {cores()} cores, {memory():.0f} GiB; {system()}",
        f"date:     {now:%Y-%m-%d %H:%M %Z}, load {os.getloadavg()[0]:.1f} at the start",
        f"versions: {versions()}",
        f"command:  {command}",
    ]
    return "\n".join(lines)
