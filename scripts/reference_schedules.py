"""Writes tests/core/data/schedules.json: learning rates as torch.optim.lr_scheduler and optax give them.

Run in an environment of its own: ``pip install torch optax``, then ``python scripts/reference_schedules.py``.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax
import optax
import torch
from torch.optim import lr_scheduler

DATA = Path(__file__).parent.parent / "tests" / "core" / "data" / "schedules.json"
LR, STEPS, LOW, WARM = 0.3, 20, 0.03, 6
SHOWN = 31  # rates of the steps 0 to 30: what comes after the last step differs most

jax.config.update("jax_enable_x64", True)  # or optax computes with seven digits


def torch_rates(make: Callable[[Any], Any], shown: int = SHOWN) -> list[float]:
    """Note the rate that each step of an optimizer has."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=LR)
    scheduler = make(optimizer)
    rates = [optimizer.param_groups[0]["lr"]]
    for _ in range(1, shown):
        optimizer.step()
        scheduler.step()
        rates.append(optimizer.param_groups[0]["lr"])
    return [float(rate) for rate in rates]


def torch_warmup_cosine(optimizer: Any) -> Any:
    """Chain the two parts, as torch's documentation advises; its warm-up cannot start at a rate of 0."""
    rising = lr_scheduler.LinearLR(optimizer, start_factor=LOW / LR, total_iters=WARM)
    falling = lr_scheduler.CosineAnnealingLR(optimizer, T_max=STEPS - WARM, eta_min=LOW)
    return lr_scheduler.SequentialLR(optimizer, [rising, falling], milestones=[WARM])


def torch_one_cycle(steps: int, share: float) -> list[float]:
    """Give the rates of a one-cycle, which refuses to be asked for more than its steps."""
    return torch_rates(
        lambda optimizer: lr_scheduler.OneCycleLR(
            optimizer, max_lr=LR, total_steps=steps, pct_start=share, div_factor=25, final_div_factor=1e4
        ),
        steps,
    )


def from_torch() -> dict[str, list[float]]:
    """Rates by the call that made them."""
    s = lr_scheduler
    return {
        "ConstantLR(factor=1)": torch_rates(lambda o: s.ConstantLR(o, factor=1)),
        "LinearLR(1, 0.1, total_iters=20)": torch_rates(lambda o: s.LinearLR(o, 1, LOW / LR, STEPS)),
        "CosineAnnealingLR(T_max=20, eta_min=0.03)": torch_rates(
            lambda o: s.CosineAnnealingLR(o, STEPS, eta_min=LOW)
        ),
        "SequentialLR([LinearLR(0.1, total_iters=6), CosineAnnealingLR(14, 0.03)])": torch_rates(
            torch_warmup_cosine
        ),
        "StepLR(step_size=7, gamma=0.1)": torch_rates(lambda o: s.StepLR(o, 7, gamma=0.1)),
        "ExponentialLR(gamma=0.01 ** (1 / 20))": torch_rates(
            lambda o: s.ExponentialLR(o, gamma=0.01 ** (1 / STEPS))
        ),
        "OneCycleLR(total_steps=20, pct_start=0.3)": torch_one_cycle(STEPS, 0.3),
        "OneCycleLR(total_steps=21, pct_start=7 / 21)": torch_one_cycle(STEPS + 1, (WARM + 1) / (STEPS + 1)),
    }


def from_optax() -> dict[str, list[float]]:
    """Rates by the call that made them."""
    schedules = {
        "constant_schedule(0.3)": optax.constant_schedule(LR),
        "linear_schedule(0.3, 0.03, 20)": optax.linear_schedule(LR, LOW, STEPS),
        "cosine_decay_schedule(0.3, 20, alpha=0.1)": optax.cosine_decay_schedule(LR, STEPS, alpha=LOW / LR),
        "warmup_cosine_decay_schedule(0.03, 0.3, 6, 20, 0.03)": optax.warmup_cosine_decay_schedule(
            LOW, LR, WARM, STEPS, LOW
        ),
        "exponential_decay(0.3, 7, 0.1, staircase=True)": optax.exponential_decay(LR, 7, 0.1, staircase=True),
        "exponential_decay(0.3, 20, 0.01)": optax.exponential_decay(LR, STEPS, 0.01),
        "cosine_onecycle_schedule(20, 0.3, 0.3)": optax.cosine_onecycle_schedule(STEPS, LR, 0.3, 25.0, 1e4),
    }
    return {call: [float(rate(t)) for t in range(SHOWN)] for call, rate in schedules.items()}


if __name__ == "__main__":
    warnings.simplefilter("ignore")  # torch's SequentialLR warns of how it calls its own parts
    versions = {"torch": torch.__version__.partition("+")[0], "optax": optax.__version__}
    parts = {"versions": versions, "torch": from_torch(), "optax": from_optax()}
    text = json.dumps(parts, indent=1)
    DATA.write_text(
        text.replace(",\n   ", ",").replace("[\n   ", "[").replace("\n  ]", "]") + "\n", encoding="utf-8"
    )
