"""The base of every scene's options: a frozen pydantic model, shared fields, and what is descended."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Annotated, Any, ClassVar, Self

import numpy as np
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from lranim.core.costs import has_value, is_own
from lranim.core.starts import draw_start
from lranim.core.types import Array, Cost
from lranim.function import cost_of
from lranim.function.formula import parse, shown, variables
from lranim.plugins.tables import costs, enum_of


class SceneParams(BaseModel):
    """Options of a scene.

    Each field has a default, a range, a description and, in ``json_schema_extra``, a unit. The command
    line, lesson files and the published JSON schema are all made from it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    def defaults(self) -> dict[str, Any]:
        """What each option would be if it alone had not been given; a default may hang on another option.

        Returns
        -------
        dict
            JSON-ready, in field order.
        """
        values = self.model_dump(mode="json")
        found = {}
        for name in values:
            others = {key: value for key, value in values.items() if key != name}
            try:
                found[name] = self.model_validate(others).model_dump(mode="json")[name]
            except ValueError:
                # The others do not go with the default (a start with another cost): then it is no default.
                found[name] = None
        return found

    def notes(self) -> tuple[str, ...]:
        """What of files that options name is not as one would think, a line each, for stderr."""
        return ()

    def content(self) -> str:
        """What stands in files that options name, or a hash of it; a clip is drawn anew when that changes."""
        return ""


def check_once(flag: str, values: Sequence[str | float]) -> None:
    """Refuse a list that has a value more than once: what is compared must differ.

    Raises
    ------
    ValueError
        With the value and how often it was given.
    """
    for value in values:
        if (times := values.count(value)) > 1:
            words = f"{value:g}" if isinstance(value, float) else value
            raise ValueError(f"{flag} {words} is given {times} times; give each value once")


VARIABLES = {1: "one variable", 2: "two variables"}


def named_cost(dim: int) -> tuple[Any, ...]:
    """What an option checks that names a cost, for scenes that draw costs of so many variables."""

    def choices() -> list[str]:
        return [name for name, cost in costs().items() if cost.dim == dim]

    def check(name: str) -> str:
        known = costs().get(name)
        if known is not None and known.dim == dim:
            return name
        choice = ", ".join(choices())
        if known is not None:
            other = known.dim
            raise ValueError(
                f"--cost is {name}, a cost of {other} variable{'s' * (other > 1)}; "
                f"this scene draws costs of {VARIABLES[dim]}: {choice}"
            )
        raise ValueError(f"--cost is {name}; it must be one of {choice}")

    return AfterValidator(check), Field(json_schema_extra=enum_of(choices))


def own_cost(function: str, domain: tuple[float, ...] | None, dim: int) -> Cost:
    """Make the cost of a user's own function.

    Parameters
    ----------
    function
        Its formula.
    domain
        Lowest and highest value of each variable in a row, as typed; None for what suits the function.
    dim
        Number of variables that are wanted.

    Raises
    ------
    ValueError
        In one line: what of them cannot be used, and what would do.

    Examples
    --------
    >>> own_cost("x**2", (-1, 3), 1).domain
    ((-1.0, 3.0),)
    """
    names = variables(parse(function))
    if len(names) != dim:
        number, other = ("one variable", "learning-rate") if len(names) == 1 else ("two variables", "surface")
        raise ValueError(
            f"--function is {shown(function.strip())}, which has {number}; "
            f"this scene draws functions of {VARIABLES[dim]}: try {other}"
        )
    if domain is None:
        return cost_of(function)
    ends = tuple(zip(domain[::2], domain[1::2], strict=True))
    if not all(low < high for low, high in ends) or not np.isfinite(domain).all():
        raise ValueError(f"--domain is {_typed(domain)}; write numbers, the lower end of a range first")
    try:
        return cost_of(function, ends)
    except ValueError as error:
        # Of the ends themselves the formula's side does not know what they were typed for.
        flag = "" if str(error).startswith("--") else f"--domain is {_typed(domain)}; "
        raise ValueError(f"{flag}{error}") from error


def check_start(cost: Cost, start: Sequence[float] | Array, flag: str = "--start") -> None:
    """Refuse a start, or another point given by `flag`, outside the cost's domain or where it has no value.

    Raises
    ------
    ValueError
        With the value, the domain, and how to write a start.
    """
    given, called = _typed(start), "the function" if is_own(cost) else cost.name
    if not all(low <= x <= high for x, (low, high) in zip(start, cost.domain, strict=True)):
        ranges = " and ".join(
            f"{name} from {low:g} to {high:g}"
            for name, (low, high) in zip(cost.variables, cost.domain, strict=True)
        )
        other = "; --domain sets another one" if is_own(cost) else ""
        raise ValueError(f"{flag} is {given}; it must lie in the domain of {called}: {ranges}{other}")
    if not has_value(cost, np.array(start, dtype=np.float64)):
        raise ValueError(
            f"{flag} is {given}, where {called} has no finite value or slope; give another point"
        )


def check_first_steps(
    cost: Cost, start: Sequence[float] | Array, steps_for: Callable[[Array], Mapping[str, Array]]
) -> None:
    """Refuse a first step to where the cost has no value: there would be nothing to draw.

    Parameters
    ----------
    cost
        The cost.
    start
        Where the steps start, ``(n,)``.
    steps_for
        Makes the first steps ``(n,)`` for the slope at the start, each by what sets its length.

    Raises
    ------
    ValueError
        With the step, and what to do.
    """
    here = np.array(start, dtype=np.float64)
    for words, step in steps_for(cost.grad(here)).items():
        if not has_value(cost, here + step):
            raise ValueError(
                f"{words}; its first step would lead from {_typed(here)} to {_typed(here + step)}, where the "
                "cost has no finite value; give a smaller one, or another --start"
            )


def _typed(point: Sequence[float] | Array) -> str:
    return ",".join(f"{x:g}" for x in point)


CurveCost = Annotated[str, *named_cost(1)]
SurfaceCost = Annotated[str, *named_cost(2)]
EDGE = 0.04
"""So far beyond a start of one's own the view ends, as a share of its width."""

MOST = 100.0
"""The highest learning rate that a scene takes."""

Steps = Annotated[int, Field(ge=1, le=500, json_schema_extra={"unit": "steps"})]


class Objective(SceneParams):
    """What a scene descends: a cost by its name, or a function of the user's own.

    `CurveObjective` and `SurfaceObjective` are for the two kinds of scenes.
    """

    cost: str | None = Field(None, description="cost function")
    function: str | None = Field(
        None, description='a function of your own in place of a cost, such as "x**4 - 3*x**2 + x"'
    )

    dim: ClassVar[int]
    unnamed: ClassVar[str] = ""
    """The cost that is meant where the scene's default is to name none."""

    @classmethod
    def suited(cls, cost: Cost) -> dict[str, Any]:
        """What options are for a cost when they are not given."""
        return {}

    def first_steps(self, slope: Array) -> dict[str, Array]:
        """The first step ``(n,)`` of each run for the slope at the start, by what sets its length."""
        return {}

    @property
    def objective(self) -> Cost:
        """The cost that is descended."""
        if self.function is not None:
            domain = getattr(self, "domain", None) or _wider(self.function, getattr(self, "start", None))
            return own_cost(self.function, domain, self.dim)
        return costs()[self.cost or self.unnamed]

    @property
    def called(self) -> str:
        """What the objective is called in a sentence: the cost's name, or the function as it was written."""
        return self.function or self.cost or self.unnamed

    @model_validator(mode="before")
    @classmethod
    def _one_of_them(cls, values: Any) -> Any:
        if not isinstance(values, dict):
            return values
        cost, function, domain = (values.get(name) for name in ("cost", "function", "domain"))
        if not isinstance(function, str):
            if function is None and domain is not None:
                raise ValueError("--domain goes with --function; the other costs have a domain of their own")
            cost = cls.model_fields["cost"].default if cost is None else cost
            known = costs().get(cost or cls.unnamed)
            suited = cls.suited(known) if known is not None and known.dim == cls.dim else {}
            return suited | values | {"cost": cost}
        if cost is not None:
            raise ValueError(f"--cost is {cost} and --function is given; give one of them, not both")
        try:
            ends = None if domain is None else tuple(map(float, domain))
        except (TypeError, ValueError):
            return values  # the field itself will say what is wrong with it
        if ends is not None and len(ends) != 2 * cls.dim:
            return values
        own = own_cost(function, ends, cls.dim)
        with suppress(ValueError):
            # Another view of it is no other descent.
            usual = own_cost(function, None, cls.dim)
            if all(a <= x <= b for x, (a, b) in zip(usual.start, own.domain, strict=True)):
                own = usual
        return cls.suited(own) | values | {"cost": None, "function": " ".join(function.split())}


def _wider(function: str, start: object) -> tuple[float, float] | None:
    """A view of a function of one variable that holds a start outside of the one that suits it; else None."""
    if not isinstance(start, float):
        return None
    with suppress(ValueError):
        low, high = own_cost(function, None, 1).domain[0]
        ends = min(low, start - EDGE * (high - start)), max(high, start + EDGE * (start - low))
        if ends != (low, high):
            return own_cost(function, ends, 1).domain[0]
    return None


class CurveObjective(Objective):
    """What a scene on a curve descends."""

    cost: CurveCost | None = Field("bowl", description="cost function")
    domain: Annotated[tuple[float, float], Field(examples=[[-3, 3]])] | None = Field(
        None, description="what is shown of the function of your own (unless given, what suits it)"
    )

    dim = 1


class SurfaceObjective(Objective):
    """What a scene on a surface descends."""

    cost: SurfaceCost | None = Field("bowl-2d", description="cost function")
    function: str | None = Field(
        None, description='a function of your own in place of a cost, such as "x**2 + 3*y**2"'
    )
    domain: Annotated[tuple[float, float, float, float], Field(examples=[[-3, 3, -2, 2]])] | None = Field(
        None,
        description="what is shown of the function of your own, the range of one variable and then of the "
        "other (unless given, what suits it)",
    )

    dim = 2


class CurveParams(CurveObjective):
    """What scenes on a curve share: its cost, where the descent starts, and how long it goes on."""

    start: float = Field(
        13.0,
        description="first value of the variable, in the domain of the cost (unless given, its own start)",
    )
    steps: Steps = Field(29, description="number of steps")

    @classmethod
    def suited(cls, cost: Cost) -> dict[str, Any]:
        """The cost's own start."""
        return {"start": cost.start[0]}

    @model_validator(mode="after")
    def _start_in_domain(self) -> Self:
        check_start(self.objective, (self.start,))
        check_first_steps(self.objective, (self.start,), self.first_steps)
        return self


class SurfaceParams(SurfaceObjective):
    """What scenes on a surface share: its cost, where the descent starts, and how long it goes on."""

    seed: int = Field(1, ge=0, le=2**32 - 1, description="seed from which the start is drawn")
    start: tuple[float, float] | None = Field(
        None, description="first values of the two variables, in the cost's domain, in place of a drawn start"
    )
    lr: float = Field(0.1, gt=0, le=MOST, description="learning rate (unless given, one that suits the cost)")
    steps: Steps = Field(20, description="number of steps")

    @classmethod
    def suited(cls, cost: Cost) -> dict[str, Any]:
        """A learning rate."""
        return {"lr": min(cost.lr, MOST)}

    @model_validator(mode="after")
    def _start_in_domain(self) -> Self:
        if self.start is not None:
            check_start(self.objective, self.start)
            if self.seed != type(self).model_fields["seed"].default:
                given = ",".join(f"{x:g}" for x in self.start)
                raise ValueError(f"--start is {given} and --seed is {self.seed}; give one of them, not both")
        check_first_steps(self.objective, self.first, self.first_steps)
        return self

    @property
    def first(self) -> Array:
        """Where the descent starts."""
        return draw_start(self.objective, self.seed) if self.start is None else np.array(self.start)

    def first_steps(self, slope: Array) -> dict[str, Array]:
        """The step of gradient descent."""
        return {f"--lr is {self.lr:g}": -self.lr * slope}
