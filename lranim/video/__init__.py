"""One clip: from a request to frames, and from frames to checked files."""
