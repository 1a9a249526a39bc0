"""The numbers behind a picture, as Python and JSON have them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lranim.errors import InputError

if TYPE_CHECKING:
    import numpy.typing as npt

    from lranim.core.results import Numbers
    from lranim.core.types import Array, Trajectory


@dataclass(frozen=True, kw_only=True, eq=False)
class Trace:
    """The numbers of a scene, as arrays; `as_dict` is what ``lranim trace`` prints.

    Parameters
    ----------
    scene
        Name of the scene.
    params
        Its options, JSON-ready, defaults included.
    numbers
        One descent (`Trajectory`), several that are compared (`Runs`), or a table (`Table`).

    Examples
    --------
    >>> from lranim import trace
    >>> trace("oscillation", steps=3).x[:, 0]
    array([13. , 11.5, 10. ,  8.5])
    """

    scene: str
    params: dict[str, Any]
    numbers: Numbers

    @property
    def trajectory(self) -> Trajectory:
        """The descent of a scene that shows one."""
        from lranim.core.types import Trajectory

        if not isinstance(self.numbers, Trajectory):
            raise InputError(f"{self.scene} is not one descent; its numbers are in .{self._where}")
        return self.numbers

    @property
    def runs(self) -> Mapping[str | float, Trajectory]:
        """The descents of a scene that compares several, by what tells them apart."""
        from lranim.core.results import Runs

        if not isinstance(self.numbers, Runs):
            raise InputError(f"{self.scene} does not compare descents; its numbers are in .{self._where}")
        return self.numbers.runs

    @property
    def columns(self) -> Mapping[str, npt.NDArray[Any]]:
        """The columns of a scene whose numbers are a table, such as the losses of a training."""
        from lranim.core.results import Table

        if not isinstance(self.numbers, Table):
            raise InputError(f"{self.scene} has no table; its numbers are in .{self._where}")
        return self.numbers.columns

    @property
    def x(self) -> Array:
        """The points ``(T + 1, n)`` of the descent."""
        return self.trajectory.x

    @property
    def cost(self) -> Array:
        """The cost ``(T + 1,)`` at each point."""
        return self.trajectory.cost

    @property
    def grad(self) -> Array:
        """The gradient ``(T + 1, n)`` at each point."""
        return self.trajectory.grad

    @property
    def lr(self) -> Array:
        """The learning rate ``(T,)`` of each step."""
        return self.trajectory.lr

    @property
    def step(self) -> Array:
        """Each step ``(T, n)``."""
        return self.trajectory.step

    def as_dict(self) -> dict[str, Any]:
        """Give plain numbers, lists and dicts, the same as ``lranim trace --format json`` prints."""
        return {"scene": self.scene, "params": self.params} | as_dict(self.numbers)

    def __repr__(self) -> str:
        """Say what it is in one line: the arrays would fill a screen."""
        return f"<Trace of {self.scene}: .{self._where}>"

    @property
    def _where(self) -> str:
        from lranim.core.results import Runs, Table

        if isinstance(self.numbers, Runs):
            return "runs"
        return "columns" if isinstance(self.numbers, Table) else "trajectory"


def as_dict(numbers: Numbers) -> dict[str, Any]:
    """Build the JSON shape of a scene's numbers; what is not finite is None."""
    from lranim.core.results import Runs, Table  # brings numpy, which the help does without

    if isinstance(numbers, Runs):
        return {"runs": [{numbers.key: value} | _trajectory(run) for value, run in numbers.runs.items()]}
    if isinstance(numbers, Table):
        return {"rows": _rows(numbers.columns, numbers.rows())}
    return _trajectory(numbers)


def _trajectory(trajectory: Trajectory) -> dict[str, Any]:
    columns: dict[str, list[Any]] = {
        "t": list(range(trajectory.steps + 1)),
        "x": trajectory.x.tolist(),
        "cost": trajectory.cost.tolist(),
        "grad": trajectory.grad.tolist(),
        "lr": [*trajectory.lr.tolist(), None],
        "step": [*trajectory.step.tolist(), None],
    }
    return {
        "cost": trajectory.cost_function.name,
        "status": trajectory.status.value,
        "steps": _rows(columns, zip(*columns.values(), strict=True)),
    }


def _rows(names: Iterable[str], rows: Iterable[Sequence[Any]]) -> list[dict[str, Any]]:
    return [{name: _finite(value) for name, value in zip(names, row, strict=True)} for row in rows]


def _finite(value: Any) -> Any:
    """Put None for what JSON cannot say."""
    if isinstance(value, list):
        return [_finite(item) for item in value]
    if isinstance(value, float) and not (-float("inf") < value < float("inf")):
        return None
    return value
