"""``python -m bench [--quick] [--only PART] [--keep FOLDER]``: a table a part on stdout."""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import sys
import tempfile
import time
from pathlib import Path

from bench.machine import description
from bench.plan import Plan
from lranim.errors import LranimError

PARTS = ("clips", "surface", "gifs", "limit", "growth", "start", "scale", "decks")


def parser() -> argparse.ArgumentParser:
    """The options."""
    known = argparse.ArgumentParser(prog="python -m bench", description="Measure lranim beside its peers.")
    known.add_argument("--quick", action="store_true", help="the ratios in three minutes")
    known.add_argument(
        "--only", choices=PARTS, action="append", metavar="PART", help=f"one of {', '.join(PARTS)}"
    )
    known.add_argument("--keep", type=Path, metavar="FOLDER", help="leave the files here, to look at them")
    return known


def main() -> None:
    """Run the parts asked for."""
    options = parser().parse_args()
    print(description(), flush=True)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        plan = Plan(options.quick, (options.keep or Path(folder)).absolute())
        done = [_part(name, plan) for name in options.only or PARTS]
    print(f"\n{time.monotonic() - began:.0f} s in all")
    if not all(done):
        sys.exit(1)


def _part(name: str, plan: Plan) -> bool:
    """Run one part, or say what it lacks; whether nothing went wrong."""
    began = time.monotonic()
    part = importlib.import_module(f"bench.{name}")
    missing = [peer for peer in part.NEEDS if importlib.util.find_spec(peer) is None]
    if missing:
        print(
            f"\n{name}: skipped, {missing[0]} is not installed: pip install -c constraints.txt -e '.[bench]'"
        )
        return True
    print(f"{name} …", file=sys.stderr, flush=True)
    try:
        result = part.run(plan)
    except (RuntimeError, LranimError) as error:  # the other parts are still worth having
        print(f"\n{name}: failed: {error}", flush=True)
        return False
    print(f"\n### {part.TITLE}\n\n{result}\n\n({name}: {time.monotonic() - began:.0f} s)", flush=True)
    return True


if __name__ == "__main__":
    main()
