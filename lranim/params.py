"""The base of every scene's options: a frozen pydantic model, and the fields that scenes share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from lranim.core.costs import COSTS
from lranim.core.types import Cost


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

    def content(self) -> str:
        """What stands in files that options name, or a hash of it; a clip is drawn anew when that changes."""
        return ""


def _names(dim: int) -> list[str]:
    return [name for name, cost in COSTS.items() if cost.dim == dim]


def _of_dim(dim: int) -> Any:
    """A cost's name, for scenes that draw costs of so many variables."""
    number = {1: "one variable", 2: "two variables"}[dim]

    def check(name: str) -> str:
        if name in _names(dim):
            return name
        choice = ", ".join(_names(dim))
        if name in COSTS:
            other = COSTS[name].dim
            raise ValueError(
                f"--cost is {name}, a cost of {other} variable{'s' * (other > 1)}; "
                f"this scene draws costs of {number}: {choice}"
            )
        raise ValueError(f"--cost is {name}; it must be one of {choice}")

    choices: dict[str, Any] = {"enum": _names(dim)}
    return Annotated[str, AfterValidator(check), Field(json_schema_extra=choices)]


def check_start(cost: Cost, start: tuple[float, ...], flag: str = "--start") -> None:
    """Refuse a start, or another point given by `flag`, outside the cost's domain.

    Raises
    ------
    ValueError
        With the value, the domain, and how to write a start.
    """
    inside = all(low <= x <= high for x, (low, high) in zip(start, cost.domain, strict=True))
    if not inside:
        given = ",".join(f"{x:g}" for x in start)
        ranges = " and ".join(
            f"{name} from {low:g} to {high:g}"
            for name, (low, high) in zip(cost.variables, cost.domain, strict=True)
        )
        raise ValueError(f"{flag} is {given}; it must lie in the domain of {cost.name}: {ranges}")


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


if TYPE_CHECKING:
    CurveCost = str
    SurfaceCost = str
else:
    CurveCost = _of_dim(1)
    SurfaceCost = _of_dim(2)
Steps = Annotated[int, Field(ge=1, le=500, json_schema_extra={"unit": "steps"})]


class CurveParams(SceneParams):
    """What scenes on a curve share: its cost, where the descent starts, and how long it goes on."""

    cost: CurveCost = Field("bowl", description="cost function")
    start: float = Field(
        13.0,
        description="first value of the variable, in the cost's domain (unless given, the cost's own start)",
    )
    steps: Steps = Field(29, description="number of steps")

    @model_validator(mode="before")
    @classmethod
    def _start_of_cost(cls, values: Any) -> Any:
        if isinstance(values, dict) and "start" not in values:
            name = values.get("cost", cls.model_fields["cost"].default)
            if name in COSTS and COSTS[name].dim == 1:
                return {**values, "start": COSTS[name].start[0]}
        return values

    @model_validator(mode="after")
    def _start_in_domain(self) -> Self:
        check_start(COSTS[self.cost], (self.start,))
        return self


class SurfaceParams(SceneParams):
    """What scenes on a surface share: its cost, where the descent starts, and how long it goes on."""

    cost: SurfaceCost = Field("bowl-2d", description="cost function")
    seed: int = Field(1, ge=0, le=2**32 - 1, description="seed from which the start is drawn")
    start: tuple[float, float] | None = Field(
        None, description="first values of the two variables, in the cost's domain, in place of a drawn start"
    )
    lr: float = Field(0.1, gt=0, le=100, description="learning rate (unless given, one that suits the cost)")
    steps: Steps = Field(20, description="number of steps")

    @model_validator(mode="before")
    @classmethod
    def _rate_of_cost(cls, values: Any) -> Any:
        if isinstance(values, dict) and "lr" not in values:
            name = values.get("cost", cls.model_fields["cost"].default)
            if name in COSTS:
                return {**values, "lr": COSTS[name].lr}
        return values

    @model_validator(mode="after")
    def _start_in_domain(self) -> Self:
        if self.start is not None:
            check_start(COSTS[self.cost], self.start)
            if self.seed != type(self).model_fields["seed"].default:
                given = ",".join(f"{x:g}" for x in self.start)
                raise ValueError(f"--start is {given} and --seed is {self.seed}; give one of them, not both")
        return self
