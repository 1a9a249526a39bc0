"""`lranim trace`: the numbers, exactly."""

from __future__ import annotations

import csv
import io
import json
import subprocess

import pytest


def test_json_has_the_documented_shape(run) -> None:
    """Scene, params with defaults, cost, status, and a row a point; the last has no rate and no step."""
    result = run("trace", "walk", "--start", "4", "--steps", "2")
    assert result.stderr == ""
    trace = json.loads(result.stdout)
    assert list(trace) == ["scene", "params", "cost", "status", "steps"]
    assert trace["params"] == {"step": 1.5, "start": 4.0, "steps": 2, "cost": "bowl", "bold": False}
    assert trace["cost"] == "bowl"
    assert trace["steps"][0] == {"t": 0, "x": [4.0], "cost": 2.0, "grad": [2.0], "lr": 1.0, "step": [-1.5]}
    assert [row["x"] for row in trace["steps"]] == [[4.0], [2.5], [4.0]]
    assert (trace["steps"][2]["lr"], trace["steps"][2]["step"]) == (None, None)


def test_csv_columns_are_the_variables(run) -> None:
    """One variable or two, columns have the names on the picture's axes."""
    one = run("trace", "walk", "--start", "4", "--steps", "1", "--format", "csv").stdout
    assert one == "t,a,cost,grad_a,lr,step_a\n0,4.0,2.0,2.0,1.0,-1.5\n1,2.5,1.25,-1.0,,\n"
    two = run("trace", "two-ways", "--start", "-1,1e-3", "--format", "csv").stdout
    assert two.splitlines()[0] == "t,a,b,cost,grad_a,grad_b,lr,step_a,step_b"


def test_numbers_round_trip(run) -> None:
    """Every digit is there: JSON and CSV parse to the same floats."""
    args = ("trace", "two-ways", "--lr", "0.123456789012345", "--steps", "20")
    steps = json.loads(run(*args).stdout)["steps"]
    rows = list(csv.DictReader(io.StringIO(run(*args, "--format", "csv").stdout)))
    assert [[float(row["a"]), float(row["b"])] for row in rows] == [step["x"] for step in steps]
    assert [float(row["cost"]) for row in rows] == [step["cost"] for step in steps]


def test_a_descent_that_diverges_is_valid_json(run) -> None:
    """Divergence is a result, and nothing in it is Infinity or NaN, which JSON does not have."""
    result = run("trace", "two-ways", "--lr", "1e300", "--steps", "50")
    trace = json.loads(result.stdout, parse_constant=pytest.fail)
    assert trace["status"] == "diverged"


def test_a_reader_that_leaves_is_no_error(spawn) -> None:
    """`| head` ends in silence."""
    process = spawn("trace", "walk", "--steps", "1000", "--format", "csv")
    head = subprocess.run(
        ["head", "-n", "1"], stdin=process.stdout, capture_output=True, text=True, check=True
    )
    process.stdout.close()
    assert head.stdout == "t,a,cost,grad_a,lr,step_a\n"
    assert process.stderr.read() == ""
    assert process.wait(60) == 0
    process.stderr.close()


def test_descents_that_are_compared(real) -> None:
    """Each under "runs" with its own key, the same rows as alone; in CSV its value is the first column."""
    words = ("learning-rate-compare", "--lr", "0.3", "--lr", "1", "--steps", "2")
    trace = json.loads(real("trace", *words).stdout)
    assert list(trace) == ["scene", "params", "runs"]
    assert [list(one) for one in trace["runs"]] == [["lr", "cost", "status", "steps"]] * 2
    assert [one["lr"] for one in trace["runs"]] == [0.3, 1.0]
    alone = json.loads(real("trace", "learning-rate", "--lr", "0.3", "--steps", "2").stdout)
    assert trace["runs"][0] == {"lr": 0.3} | {key: alone[key] for key in ("cost", "status", "steps")}

    args = ("schedule", "--schedule", "constant", "--schedule", "one-cycle", "--steps", "20")
    rows = list(csv.DictReader(io.StringIO(real("trace", *args, "--format", "csv").stdout)))
    assert [row["run"] for row in rows] == ["constant"] * 21 + ["one-cycle"] * 21
    runs = json.loads(real("trace", *args).stdout)["runs"]
    assert [float(row["a"]) for row in rows] == [step["x"][0] for one in runs for step in one["steps"]]
    assert (rows[20]["lr"], rows[20]["step_a"], rows[21]["t"]) == ("", "", "0")


def test_a_table_has_rows(real) -> None:
    """Under "rows" in JSON, with what is not a number as null, and as it is in CSV."""
    trace = json.loads(real("trace", "lr-finder", "--steps", "20").stdout, parse_constant=pytest.fail)
    assert list(trace) == ["scene", "params", "rows"]
    text = real("trace", "lr-finder", "--steps", "20", "--format", "csv").stdout
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == len(trace["rows"])
    assert list(rows[0]) == list(trace["rows"][0])
    assert [float(row["loss"]) for row in rows] == [row["loss"] for row in trace["rows"]]
