"""``lranim explore``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from lranim.cli.options import PATH, lang_option, replace_option
from lranim.cli.output import check_page, write_own
from lranim.errors import InputError, nearest
from lranim.look.text import DEFAULT_LANG

DEFAULT_COST = "bowl"
DEFAULT_RULE = "gradient-descent"


@click.command(short_help="Write a page in which one moves the learning rate.")
@click.option("--cost", metavar="NAME", help=f"Cost function.  [default: {DEFAULT_COST}]")
@click.option("--function", metavar="TEXT", help='A function of your own, such as "x**4 - 3*x**2 + x".')
@click.option(
    "--domain", metavar="LOW,HIGH[,LOW,HIGH]", help="What is shown of that.  [default: what suits it]"
)
@click.option("--rule", metavar="NAME", help=f"Rule at first.  [default: {DEFAULT_RULE}]")
@click.option("--lr", metavar="RATE", help="Learning rate at first.  [default: one that suits the cost]")
@click.option("--start", metavar="X[,Y]", help="Start at first.  [default: the cost's own]")
@click.option("--steps", metavar="N", help="Steps at first, up to 200.  [default: 30]")
@lang_option("Language of all words in the page.", DEFAULT_LANG)
@click.option(
    "-o",
    "--out",
    type=PATH,
    metavar="FILE",
    help="The page.  [default: media/explore.option=value....html]",
)
@replace_option
def command(out: Path | None, force: bool, **options: Any) -> None:
    """Write a page in which a reader moves the learning rate and the start.

    The page computes the descent itself, as the scenes do, and shows which rates crawl, settle, jump, bounce
    or diverge. It is one file that works from the disk: it loads nothing and sends nothing.
    """
    from lranim.explore.page import CurvePage, SurfacePage, page  # brings numpy
    from lranim.options.fields import checked
    from lranim.params import check_start

    keys = ("cost", "function", "domain", "rule", "lr", "start", "steps")
    given = {key: options[key] for key in keys if options[key] is not None}
    kind = SurfacePage if _variables(options) == 2 else CurvePage
    params: Any = checked(kind, "explore", given, typed=True)
    start = params.objective.start if params.start is None else params.start
    start = start if isinstance(start, tuple) else (start,)
    try:
        check_start(params.objective, start)
    except ValueError as error:
        raise InputError(str(error)) from error
    out = out or Path("media") / f"{_name(options)}.html"
    check_page(out)
    same = {key: getattr(params, key) for key in ("rule", "lr", "steps", "function")}
    write_own(out, page(params.objective, lang=options["lang"], start=start, **same), "explore", force=force)


def _variables(options: dict[str, Any]) -> int:
    """How many variables there are; of what cannot be used it is said later what is wrong."""
    from lranim.function.formula import parse, variables
    from lranim.plugins.tables import costs

    if options["function"] is not None:
        try:
            return len(variables(parse(options["function"])))
        except ValueError:
            return 1
    name, known = options["cost"] or DEFAULT_COST, costs()
    if name not in known:
        raise InputError(f"--cost {name} is not known; {nearest(name, known)}")
    return known[name].dim


def _name(options: dict[str, Any]) -> str:
    from lranim.video.job import default_name

    defaults: dict[str, Any] = {"cost": DEFAULT_COST, "rule": DEFAULT_RULE, "steps": 30}
    keys = ("cost", "function", "domain", "rule", "lr", "start", "steps")
    values = {key: defaults.get(key) if options[key] is None else options[key] for key in keys}
    return default_name("explore", values, defaults, lang=options["lang"])
