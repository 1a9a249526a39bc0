"""Which columns, keys and tags of a log mean what."""

from __future__ import annotations

import functools
import re

NAMES: dict[str, tuple[str, ...]] = {
    "step": ("global_step_max_steps", "global_step", "step", "steps", "iteration", "iterations", "iter"),
    "epoch": ("epoch", "epochs", "current_epoch"),
    "train_loss": (
        "loss",
        "train_loss",
        "training_loss",
        "loss_train",
        "loss_training",
        "train_loss_step",
        "train_loss_epoch",
        "train_epoch_loss",
        "epoch_loss",
        "batch_loss",
        "lm_loss",
    ),
    "valid_loss": (
        "eval_loss",
        "val_loss",
        "valid_loss",
        "validation_loss",
        "loss_eval",
        "loss_val",
        "loss_valid",
        "loss_validation",
        "val_loss_epoch",
        "valid_epoch_loss",
        "dev_loss",
        "loss_dev",
        "test_loss",
        "loss_test",
    ),
    "lr": (
        "learning_rate",
        "lr",
        "train_learning_rate",
        "train_lr",
        "epoch_learning_rate",
        "train_epoch_learning_rate",
        "epoch_lr",
        "train_epoch_lr",
    ),
}
"""By meaning, the names that have it, in the order in which one is taken before another.

Names are compared in lower case, with underscores for what stands between words: ``Train/Loss`` is
``train_loss``. What stands before `` - `` names a run, as in a table from Weights & Biases. ``lr-Adam`` and
the like are learning rates, too.
"""

TABLE = {name: (rank, field) for field, names in NAMES.items() for rank, name in enumerate(names)}


@functools.lru_cache(maxsize=4096)
def meaning(name: str) -> tuple[int, str] | None:
    """What a column means, and how early it is taken; None if nothing that is read.

    Examples
    --------
    >>> meaning("Training Loss"), meaning("sunny-sun-1 - eval/loss"), meaning("accuracy")
    ((2, 'train_loss'), (0, 'valid_loss'), None)
    """
    plain = re.sub(r"[^a-z0-9]+", "_", name.rpartition(" - ")[2].strip().lower()).strip("_")
    if plain in TABLE:
        return TABLE[plain]
    if plain.startswith("lr_") and not plain.endswith(("_min", "_max", "_momentum")):
        return len(NAMES["lr"]), "lr"
    return None
