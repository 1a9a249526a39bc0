"""Logs of trainings, written as trainers write them, and samples."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

Curve = np.ndarray


def rough(values: Curve) -> Curve:
    """Losses with the noise of mini-batches, and spikes."""
    random = np.random.default_rng(0)
    found = values * (1 + 0.06 * random.standard_normal(len(values)))
    found[random.integers(5, len(values) - 5, 3)] *= 2.5
    return found


T = np.linspace(0, 1, 300)
DOWN = 0.3 + 2 * np.exp(-6 * T)
BURST = np.where(T < 0.6, DOWN, np.where(T < 0.75, DOWN * np.exp(30 * (T - 0.6)), np.nan))
RUNS: dict[str, tuple[Curve, Curve, int]] = {
    "good": (rough(12 * DOWN), 12 * DOWN[::20] + 1, 1_000_000),
    "overfitting": (rough(DOWN - 0.25 * T), DOWN[::20] + 0.9 * np.maximum(T[::20] - 0.4, 0), 1500),
    "diverged": (rough(BURST), BURST[::20], 1500),
    "exploded": (rough(BURST)[:220], DOWN[:220:20], 1100),
    "lost": (rough(DOWN), np.append(DOWN[:-20:20] + 0.1, np.nan), 1500),
    "failing": (rough(np.full(300, 2.3)), np.full(15, 2.3), 90),
    "underfitting": (0.003 - 0.002 * T[::30], 0.003 - 0.0019 * T[::30], 10),
}
"""Train loss, validation loss and number of steps of trainings of each state; "lost" is a validation loss."""

RATES: dict[str, Curve] = {
    "constant": np.full(300, 1e-3),
    "cosine": 2e-5 * np.minimum(T / 0.05, (1 + np.cos(np.pi * T)) / 2),
    "waves": 1e-4 * (1 + np.cos(np.pi * (3.99 * T % 1))),
    "rise": 1e-3 * T + 1e-6,
    "fall": 1e-3 - 1e-3 * T,
}
LR = np.geomspace(1e-6, 1, 150)
TESTS: dict[str, Curve] = {
    "test": 2.3 - 1.5 / (1 + (2e-3 / LR) ** 1.5) + (LR / 0.1) ** 2,
    "flat-test": np.full(150, 2.3),
}
"""Losses of range tests."""


@pytest.fixture(scope="session")
def log(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """Write a log by its name, ``good``, ``good cosine`` or ``test``: a trainer's state, or a table."""
    folder = tmp_path_factory.mktemp("logs")

    def written(name: str) -> str:
        run, _, rates = name.partition(" ")
        path = folder / f"{name}.csv"
        if name in TESTS:
            rows = zip(range(0, 1500, 10), LR.tolist(), TESTS[name].tolist(), strict=True)
            path.write_text("iteration;lr;loss\n" + "".join(f"{a};{b!r};{c!r}\n" for a, b, c in rows))
            return str(path)
        if name == "rates":
            path.write_text("lr\n0.1\n0.2\n0.4\n")
            return str(path)
        train, valid, steps = RUNS[run]
        if steps < 50:
            rows = zip(range(1, len(train) + 1), train.tolist(), valid.tolist(), strict=True)
            path.write_text("epoch,loss,val_loss\n" + "".join(f"{a},{b!r},{c!r}\n" for a, b, c in rows))
            return str(path)
        at = np.round(np.linspace(steps / len(train), steps, len(train))).tolist()
        history: list[dict[str, Any]] = [
            {"step": step, "loss": loss, "learning_rate": rate}
            for step, loss, rate in zip(
                at, train.tolist(), RATES.get(rates, RATES["constant"]).tolist(), strict=False
            )
        ]
        history += [
            {"step": step, "eval_loss": one} for step, one in zip(at[::20], valid.tolist(), strict=True)
        ]
        state: dict[str, Any] = {"log_history": sorted(history, key=lambda row: row["step"])}
        if rates == "named":
            state["best_model_checkpoint"] = "out/checkpoint-3333"
        path = path.with_suffix(".json")
        path.write_text(json.dumps(state))
        return str(path)

    return written


WAVE = np.sin(np.arange(30) * 7.0)
SAMPLES: dict[str, tuple[Any, Any]] = {
    "hours": (np.linspace(1, 9, 30), 52 + 4.7 * np.linspace(1, 9, 30) + 6 * WAVE),
    "years": (np.arange(1991.0, 2021.0), 14 + 0.02 * np.arange(30) + 0.1 * WAVE),
    "two": ([1.0, 3.0], [2.0, 1.0]),
    "exact": ([1.0, 2.0, 3.0], [2.0, 4.0, 6.0]),
    "flat": ([1.0, 2.0, 3.0], [0.0, 0.0, 0.0]),
    "tiny": (1e-3 * WAVE, 1e-5 * np.cos(np.arange(30) * 3)),
    "huge": (1e5 * (1.5 + 0.5 * WAVE), -1e9 * (4 + np.cos(np.arange(30) * 3))),
    "uphill": ([50.0, 52.0, 57.0, 60.0], [300.0, 290.0, 270.0, 240.0]),
    "many": (np.arange(12_000.0), 1.5 * np.arange(12_000.0) + 100.0 * (np.arange(12_000) % 200 == 0)),
}


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """Write samples by their name into a CSV file, ``x,y``."""
    folder = tmp_path_factory.mktemp("samples")

    def written(name: str) -> str:
        path = folder / f"{name}.csv"
        rows = zip(*(np.asarray(column).tolist() for column in SAMPLES[name]), strict=True)
        path.write_text("x,y\n" + "".join(f"{a!r},{b!r}\n" for a, b in rows))
        return str(path)

    return written
