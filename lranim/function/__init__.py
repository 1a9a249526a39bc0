"""A function that the user writes as text, made into a `lranim.core.types.Cost`."""

from __future__ import annotations

from lranim.core.types import Cost


def cost_of(text: str, domain: tuple[tuple[float, float], ...] | None = None) -> Cost:
    """Make a cost of a formula in x, in a, in x and y, or in a and b.

    Parameters
    ----------
    text
        The formula: numbers, pi, e, ``+ - * / **``, brackets and exp, log, sqrt, sin, cos, tan, sinh, cosh,
        tanh, abs.
    domain
        ``((low, high), ...)`` for each variable: what is shown, in place of what the function's shape says.

    Returns
    -------
    Cost
        The same object for the same text. Its `minima` are the strict local minima in its domain; there may
        be none.

    Raises
    ------
    ValueError
        One line that says what of the text or the domain cannot be used, and what to write.

    Examples
    --------
    >>> cost = cost_of("(a - 3)**2 + 1")
    >>> cost.minima, cost.domain, cost.formula
    (((3.0,),), ((-1.0, 7.0),), '(a - 3)^2 + 1')
    """
    # Only who asks for a function waits for what finds its minima.
    from lranim.function.cost import cost_of as make

    return make(text, domain and tuple((float(low), float(high)) for low, high in domain))
