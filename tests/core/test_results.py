"""What a scene's numbers are beside one trajectory."""

from __future__ import annotations

import numpy as np
import pytest

from lranim.core.results import Runs, Table


def test_no_run_is_an_error() -> None:
    """There is nothing to compare."""
    with pytest.raises(ValueError, match="no run for any lr"):
        Runs(key="lr", runs={})


def test_rows_are_plain_numbers() -> None:
    """Whole numbers stay whole, words stay words."""
    table = Table({"run": np.array(["a", "b"]), "epoch": np.arange(2), "loss": np.array([1.0, np.nan])})
    [(run, epoch, loss), (_, _, last)] = table.rows()
    assert (run, epoch, loss) == ("a", 0, 1.0)
    assert [type(value) for value in (run, epoch, loss)] == [str, int, float]
    assert np.isnan(last)


@pytest.mark.parametrize(
    "columns", [{}, {"a": np.arange(2), "b": np.arange(3)}, {"a": np.zeros((2, 2))}, {"a": np.array(1.0)}]
)
def test_columns_have_one_length(columns: dict[str, np.ndarray]) -> None:
    """Else they are no table."""
    with pytest.raises(ValueError, match="must have one length"):
        Table(columns)
