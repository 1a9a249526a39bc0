"""``python bench/first_frame.py ARGUMENTS``: lranim with these arguments, ended by its first frame."""

from __future__ import annotations

import os
from typing import Any

from lranim.cli import main
from lranim.video import engine


class FirstFrame(engine.FrameRenderer):
    """Ends the process in place of handing over a frame."""

    def __init__(self, take: Any, **how: Any) -> None:
        super().__init__(lambda frame, repeat: os._exit(0), **how)


engine.FrameRenderer = FirstFrame  # type: ignore[misc]
main()
