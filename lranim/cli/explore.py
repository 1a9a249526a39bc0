"""``lranim explore``."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lranim.cli.options import PATH, lang_option, replace_option
from lranim.cli.output import check_page, write_own
from lranim.errors import InputError, nearest
from lranim.look.text import DEFAULT_LANG

if TYPE_CHECKING:
    from lranim.core.types import Cost

DEFAULT_COST = "bowl"
DEFAULT_RULE = "gradient-descent"
MOST_STEPS = 200


@click.command(short_help="Write a page in which one moves the learning rate.")
@click.option("--cost", metavar="NAME", help=f"Cost function.  [default: {DEFAULT_COST}]")
@click.option("--function", metavar="TEXT", help='A function of your own, such as "x**4 - 3*x**2 + x".')
@click.option(
    "--domain", metavar="LOW,HIGH[,LOW,HIGH]", help="What is shown of that.  [default: what suits it]"
)
@click.option("--rule", metavar="NAME", default=DEFAULT_RULE, show_default=True, help="Rule at first.")
@click.option("--lr", metavar="RATE", help="Learning rate at first.  [default: one that suits the cost]")
@click.option("--start", metavar="X[,Y]", help="Start at first.  [default: the cost's own]")
@click.option(
    "--steps",
    type=click.IntRange(1, MOST_STEPS),
    metavar="N",
    default=30,
    show_default=True,
    help="Steps at first.",
)
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
    from lranim.explore.page import page  # brings numpy

    _check_rule(options["rule"])
    cost = _cost(options)
    lr = None if options["lr"] is None else _numbers("--lr", options["lr"], 1)[0]
    if lr is not None and not 1e-9 <= lr <= 1e6:
        raise InputError(f"--lr is {options['lr']}; it must be a number from 1e-9 to 1e6")
    start = cost.start if options["start"] is None else _start(cost, options["start"])
    out = out or Path("media") / f"{_name(options)}.html"
    check_page(out)
    same = {key: options[key] for key in ("rule", "lang", "steps", "function")}
    text = page(cost, lr=lr, start=start, **same)
    write_own(out, text, "explore", force=force)


def _check_rule(name: str) -> None:
    from lranim.explore.page import RULES
    from lranim.plugins.tables import rules

    if name in RULES:
        return
    if name in rules():
        known = ", ".join(RULES)
        raise InputError(
            f"--rule {name} cannot be on a page; it has these of lranim's own rules only: {known}"
        )
    raise InputError(f"--rule {name} is not known; {nearest(name, RULES)}")


def _cost(options: dict[str, Any]) -> Cost:
    from lranim.function.parse import parse
    from lranim.function.tree import variables
    from lranim.params import own_cost
    from lranim.plugins.tables import costs

    name, function, domain = (options[key] for key in ("cost", "function", "domain"))
    if function is None:
        if domain is not None:
            raise InputError("--domain goes with --function; the other costs have a domain of their own")
        known, name = costs(), DEFAULT_COST if name is None else name
        if name not in known:
            raise InputError(f"--cost {name} is not known; {nearest(name, known)}")
        return known[name]
    if name is not None:
        raise InputError(f"--cost is {name} and --function is given; give one of them, not both")
    try:
        names = variables(parse(function))
        ends = None if domain is None else _numbers("--domain", domain, 2 * len(names))
        return own_cost(function, ends, len(names))
    except ValueError as error:
        # Of the ends themselves the formula's side does not know what they were typed for.
        flag = "" if str(error).startswith("--") else f"--domain is {domain}; "
        raise InputError(f"{flag}{error}") from error


def _start(cost: Cost, text: str) -> tuple[float, ...]:
    from lranim.params import check_start

    point = _numbers("--start", text, cost.dim)
    try:
        check_start(cost, point)
    except ValueError as error:
        raise InputError(str(error)) from error
    return point


def _numbers(flag: str, text: str, *counts: int) -> tuple[float, ...]:
    try:
        values = tuple(float(part) for part in text.split(","))
    except ValueError:
        values = ()
    if len(values) not in counts or not all(map(math.isfinite, values)):
        many = " or ".join("one number" if count == 1 else f"{count} numbers" for count in counts)
        commas = " with commas between" if max(counts) > 1 else ""
        raise InputError(f"{flag} is {text}; it must be {many}{commas}")
    return values


def _name(options: dict[str, Any]) -> str:
    from lranim.video.names import default_name

    defaults: dict[str, Any] = {"cost": DEFAULT_COST, "rule": DEFAULT_RULE, "steps": 30}
    keys = ("cost", "function", "domain", "rule", "lr", "start", "steps")
    values = {key: defaults.get(key) if options[key] is None else options[key] for key in keys}
    return default_name("explore", values, defaults, lang=options["lang"])
