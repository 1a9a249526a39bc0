"""``python -m lranim``."""

from __future__ import annotations

from lranim.cli import main

# The guard matters: a worker process started by "spawn" imports this module again.
if __name__ == "__main__":
    main()
