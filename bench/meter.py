"""What a command takes: time, processor time, memory."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
LAUNCHER = Path(__file__).with_name("launcher.py")


@dataclass(frozen=True)
class Usage:
    """What some commands took.

    Parameters
    ----------
    seconds
        Wall time (s).
    cpu
        User and system time of the processes and all their children (s).
    peak
        Resident memory of the largest process at its largest (bytes).
    """

    seconds: float
    cpu: float
    peak: int


def measure(command: Sequence[str]) -> Usage:
    """Run a command in the repository's folder.

    Raises
    ------
    RuntimeError
        When it fails; with the end of what it said.
    """
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        report = Path(folder, "usage.json")
        run = subprocess.run(
            [sys.executable, "-I", "-S", str(LAUNCHER), str(report), *command],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        if run.returncode:
            said = run.stdout.decode(errors="replace").strip()[-2000:]
            raise RuntimeError(f"{' '.join(command)} failed:\n{said}")
        return Usage(**json.loads(report.read_text()))


def in_turn(parts: Sequence[Usage]) -> Usage:
    """What commands measured one by one take one after another."""
    return Usage(
        sum(part.seconds for part in parts),
        sum(part.cpu for part in parts),
        max(part.peak for part in parts),
    )
