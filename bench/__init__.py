"""lranim beside its peers: time, memory, size and quality, as ratios from one run (see README.md)."""
