"""Scenes to files. The package can be called: ``lranim.render("slope")`` is `lranim.python.render`.

A function and a package of one name would hide each other, whichever was imported last.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

import lranim.plugins  # noqa: F401  before manim: where a package cannot be read manim is to go on

if TYPE_CHECKING:
    from lranim.rendered import Rendered


class _Callable(ModuleType):
    def __call__(self, scene: Any, **options: Any) -> Rendered:
        from lranim.python import render

        return render(scene, **options)

    @property
    def __signature__(self) -> Any:
        """That of the function, for ``help`` and for notebooks."""
        import inspect

        from lranim.python import render

        return inspect.signature(render)

    @property
    def __doc__(self) -> str | None:  # type: ignore[override]
        """That of the function, too, and how it is called: ``help(lranim.render)`` begins with it.

        Of a module, which this is, ``help`` shows no signature.
        """
        import inspect
        import textwrap

        from lranim.python import render

        first, _, rest = (inspect.getdoc(render) or "").partition("\n")
        signature = inspect.signature(render)
        plain = [one.replace(annotation=one.empty) for one in signature.parameters.values()]
        call = f"render{signature.replace(parameters=plain, return_annotation=signature.empty)}"
        wrapped = textwrap.fill(call, 100, subsequent_indent=" " * len("render("))
        return f"{first}\n\n{wrapped}\n{rest}"


sys.modules[__name__].__class__ = _Callable
