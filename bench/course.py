"""The five GIFs as a teacher draws them with matplotlib; ``python bench/course.py FOLDER RATE…``.

`FuncAnimation` draws one picture a step, `PillowWriter` writes it: 30 of 1000 × 600 px, 2.5 a second.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np

mpl.use("Agg")

from matplotlib import pyplot as plt
from matplotlib.animation import FuncAnimation, PillowWriter
from matplotlib.artist import Artist

STEPS = 29


def cost(a: Any) -> Any:
    """J(a) = (a − 3)² + 1."""
    return (a - 3) ** 2 + 1


def draw(lr: float, path: Path) -> None:
    """Write the GIF of the descent from a = 13 with one learning rate."""
    points = [13.0]
    for _ in range(STEPS):
        points.append(points[-1] - lr * 2 * (points[-1] - 3))

    figure, axes = plt.subplots(figsize=(10, 6), dpi=100)
    curve = np.linspace(-7, 13, 400)
    axes.plot(curve, cost(curve), label="J(a) = (a − 3)² + 1")
    axes.plot([3], [1], "o", color="red", markersize=9, label="minimum")
    (point,) = axes.plot(
        [], [], "o", color="gold", markeredgecolor="black", markersize=10, label="current point"
    )
    box = {"boxstyle": "round", "facecolor": "white", "alpha": 0.8}
    words = axes.text(0.03, 0.95, "", transform=axes.transAxes, verticalalignment="top", bbox=box)
    axes.set(
        xlim=(-7, 13),
        ylim=(0, 120),
        xlabel="a",
        ylabel="J(a)",
        title=f"Gradient descent, learning rate {lr:g}",
    )
    axes.grid(alpha=0.3)
    axes.legend(loc="upper right")

    def update(step: int) -> tuple[Artist, ...]:
        a = points[step]
        point.set_data([a], [cost(a)])
        words.set_text(f"iteration {step}\nη = {lr:.3f}\na = {a:.3f}\nJ(a) = {cost(a):.3f}")
        return point, words

    animation = FuncAnimation(figure, update, frames=len(points), interval=400)
    animation.save(path, writer=PillowWriter(fps=2.5))  # type: ignore[arg-type] # it takes fractions too
    plt.close(figure)


if __name__ == "__main__":
    for rate in sys.argv[2:]:
        draw(float(rate), Path(sys.argv[1], f"{rate}.gif"))
