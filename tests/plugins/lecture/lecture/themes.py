"""A theme, as the path of a theme file."""

from __future__ import annotations

from pathlib import Path

CHALK = Path(__file__).with_name("chalk.toml")
