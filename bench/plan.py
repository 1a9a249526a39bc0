"""How much of the bench to run, and where."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Plan:
    """What each part gets.

    Parameters
    ----------
    quick
        Fewer repeats, smaller clips: the ratios in about three minutes.
    folder
        For the files that are made.
    """

    quick: bool
    folder: Path

    def repeats(self, full: int) -> int:
        """How often to run what the full bench runs `full` times."""
        return 1 if self.quick else full

    def place(self, name: str) -> Path:
        """A folder of this name for one part's files."""
        place = self.folder / name
        place.mkdir(parents=True, exist_ok=True)
        return place
