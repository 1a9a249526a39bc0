"""Animations that teach gradient descent and the learning rate."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

__version__ = "0.1.0"

__all__ = ["InputError", "LranimError", "Rendered", "Trace", "__version__", "render", "trace"]

_HOMES = {
    "InputError": "lranim.errors",
    "LranimError": "lranim.errors",
    "Rendered": "lranim.rendered",
    "Trace": "lranim.traced",
    "trace": "lranim.python",
    "load_ipython_extension": "lranim.magics",
}
"""The module of each name: imported when the name is asked for, so that ``import lranim`` stays light."""

if TYPE_CHECKING:
    from lranim.errors import InputError, LranimError
    from lranim.magics import load_ipython_extension as load_ipython_extension
    from lranim.python import render, trace
    from lranim.rendered import Rendered
    from lranim.traced import Trace
else:

    def __getattr__(name: str) -> object:
        """Import what is asked for; `render` is the package of that name, which can be called."""
        if name in ("render", "python"):
            return importlib.import_module(f"lranim.{name}")
        if name in _HOMES:
            return getattr(importlib.import_module(_HOMES[name]), name)
        raise AttributeError(f"module 'lranim' has no attribute {name!r}")

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
