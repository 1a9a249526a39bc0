"""``python -m lranim``."""

from __future__ import annotations

import sys

# The guard matters: a worker process started by "spawn" imports this module again.
if __name__ == "__main__":
    if not sys.flags.safe_path:
        del sys.path[0]  # the current folder, where a math.py of the user's is not the one that is imported

    from lranim.cli import main

    main()
