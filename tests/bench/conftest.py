"""Make `bench` importable: it lies beside the tests and is never installed."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
