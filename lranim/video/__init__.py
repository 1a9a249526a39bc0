"""One clip: from a request to frames, and from frames to checked files."""

import lranim.plugins.entry_points  # noqa: F401  before manim: where a package cannot be read manim is to go on
