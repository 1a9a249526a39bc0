"""Animations that teach gradient descent and the learning rate."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from lranim.version import __version__

__all__ = ["InputError", "LranimError", "Rendered", "Trace", "__version__", "render", "trace"]

_HOMES = {
    "InputError": "lranim.errors",
    "LranimError": "lranim.errors",
    "Rendered": "lranim.api.results",
    "Trace": "lranim.api.results",
    "render": "lranim.api.functions",
    "trace": "lranim.api.functions",
    "load_ipython_extension": "lranim.cli.magics",
}
"""The module of each name: imported when the name is asked for, so that ``import lranim`` stays light."""

if TYPE_CHECKING:
    from lranim.api.functions import render, trace
    from lranim.api.results import Rendered, Trace
    from lranim.cli.magics import load_ipython_extension as load_ipython_extension
    from lranim.errors import InputError, LranimError
else:

    def __getattr__(name: str) -> object:
        """Import what is asked for."""
        if name in _HOMES:
            return getattr(importlib.import_module(_HOMES[name]), name)
        raise AttributeError(f"module 'lranim' has no attribute {name!r}")

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
