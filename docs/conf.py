"""How the site is built: ``make site``."""

from __future__ import annotations

import sys
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Any

from sphinx import addnodes
from sphinx.util.inspect import TypeAliasForwardRef

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "lranim"
author = "lranim contributors"
release = version = version_of("lranim")

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "made_pages",
    "typst_math",
]
exclude_patterns = ["_ext", "_static", "maths"]  # maths/ is put into the pages of the scenes

# What backticks name in a docstring is linked where it is in the reference, and is plain code elsewhere.
default_role = "py:obj"
nitpicky = True
nitpick_ignore_regex = [
    ("py:obj", ".*"),
    # Types of other projects: linking them would need the network.
    ("py:class", r"(numpy|np|npt|collections|pathlib|enum|abc|os|pydantic)\..*"),
    # What stands for a type, and types of the parts that draw, which the reference does not have.
    ("py:class", r"Array|Theme|lranim\.plugins\.entry_points\.T|lranim\.(draw|look|video)\..*"),
]

myst_heading_anchors = 3

autodoc_default_options = {"members": True, "member-order": "bysource"}
# Inside of Mapping and Callable Sphinx prints the aliases below as they are represented.
TypeAliasForwardRef.__repr__ = lambda self: self.name
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
autodoc_preserve_defaults = True
autodoc_type_aliases = {name: name for name in ("Array", "Gradient", "Schedule")}
napoleon_google_docstring = False
napoleon_use_rtype = False

smartquotes_action = "D"  # dashes alone: quotation marks are often part of what is to be typed

html_theme = "furo"
html_title = "lranim"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_js_files = ["site.js"]
html_copy_source = False
html_show_copyright = False
html_show_sourcelink = False
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#1A5FD0", "color-brand-content": "#1A5FD0"},
    "dark_css_variables": {"color-brand-primary": "#5AA9FF", "color-brand-content": "#5AA9FF"},
}


COLON = "\ue000"
LONG = 40


def _hide_colons(app: Any, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """Keep napoleon from taking what stands before a colon in "The stages: …" for a property's type."""
    if what in ("attribute", "data", "property"):
        lines[:] = [line.replace(":", COLON) for line in lines]


def _show_colons(app: Any, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    lines[:] = [line.replace(COLON, ":") for line in lines]


def _leave_out_long_values(app: Any, domain: str, kind: str, content: Any) -> None:
    """Leave out the value of a table or the like; that of a plain number tells something."""
    for signature in content.parent.findall(addnodes.desc_signature):
        for part in list(signature.findall(addnodes.desc_annotation)):
            if part.astext().strip().startswith("=") and len(part.astext()) > LONG:
                part.parent.remove(part)


def setup(app: Any) -> None:
    """Be there before and after napoleon, which comes at 500."""
    app.connect("object-description-transform", _leave_out_long_values)
    app.connect("autodoc-process-docstring", _hide_colons, priority=400)
    app.connect("autodoc-process-docstring", _show_colons, priority=600)
