from __future__ import annotations

import json
import math
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from lranim.errors import InputError
from lranim.logs import objects, read_log


def write(path: Path, rows: list[dict[str, Any]], *, state: dict[str, Any] | None = None) -> Path:
    """Write rows as JSON lines, or as the history of a trainer's state."""
    if state is None:
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    else:
        path.write_text(json.dumps({**state, "log_history": rows}, indent=2))
    return path


HISTORY: list[dict[str, Any]] = [
    {"epoch": 0.5, "grad_norm": 1.5, "learning_rate": 2e-5, "loss": 2.5, "step": 10},
    {"epoch": 1.0, "grad_norm": 1.2, "learning_rate": 1e-5, "loss": 1.5, "step": 20},
    {"epoch": 1.0, "eval_loss": 1.75, "eval_runtime": 3.1, "eval_samples_per_second": 10.0, "step": 20},
    {"epoch": 1.5, "grad_norm": 1.1, "learning_rate": 0.0, "loss": 1.0, "step": 30},
    {"epoch": 1.5, "eval_loss": 1.8, "eval_runtime": 3.1, "eval_samples_per_second": 10.0, "step": 30},
    {"epoch": 1.5, "step": 30, "total_flos": 1e15, "train_loss": 1.66, "train_runtime": 99.0},
]
"""What Hugging Face's Trainer writes: losses, validation losses, and at the end means of the whole."""


def test_the_state_of_a_trainer(tmp_path: Path) -> None:
    """Losses by step, without the means at the end; the best checkpoint is the one it names."""
    state = {"best_metric": 0.9, "best_model_checkpoint": "out/checkpoint-30", "global_step": 30}
    log = read_log(write(tmp_path / "any name", HISTORY, state=state))
    assert (log.kind, log.unit, log.best) == ("trainer state", "step", 30)
    assert (log.train_loss.step.tolist(), log.train_loss.value.tolist()) == ([10, 20, 30], [2.5, 1.5, 1])
    assert (log.valid_loss.step.tolist(), log.valid_loss.value.tolist()) == ([20, 30], [1.75, 1.8])
    assert log.lr.value.tolist() == [2e-5, 1e-5, 0]
    assert log.epoch.value[-1] == 1.5
    for named, best in (
        (None, 20),
        ("out\\checkpoint-30\\", 30),
        ("checkpoint-10/", 10),
        ("checkpoint-99", 20),
    ):
        other = write(tmp_path / f"best {best}.json", HISTORY, state={"best_model_checkpoint": named})
        assert read_log(other).best == best


def test_the_means_at_the_end_are_no_losses(tmp_path: Path) -> None:
    """Not even where there are no others."""
    rows = [{key: value for key, value in row.items() if key != "loss"} for row in HISTORY]
    log = read_log(write(tmp_path / "state.json", rows, state={}))
    assert (len(log.train_loss), len(log.valid_loss)) == (0, 2)


def test_a_loss_too_large_for_a_float_is_infinite(tmp_path: Path) -> None:
    """JSON may have it."""
    path = tmp_path / "run.jsonl"
    path.write_text('{"step": 1, "loss": 2}\n{"step": 2, "loss": 1' + 400 * "0" + "}\n")
    assert read_log(path).train_loss.value.tolist() == [2, math.inf]


def test_the_lines_of_ms_swift(tmp_path: Path) -> None:
    """Steps are written as 10/500, and rows about the whole end the file."""
    rows = [
        {"loss": 2.5, "lr": 1e-5, "epoch": 0.1, "global_step/max_steps": "10/30", "percentage": "33.33%"},
        {"eval_loss": 2.0, "epoch": 0.1, "global_step/max_steps": "10/30"},
        {"loss": math.nan, "lr": 2e-5, "epoch": 0.2, "global_step/max_steps": "20/30"},
        {"train_runtime": 9.0, "train_loss": 7.0, "epoch": 0.2, "global_step/max_steps": "30/30"},
        {
            "last_model_checkpoint": "v0/checkpoint-20",
            "best_model_checkpoint": "v0/checkpoint-10",
            "memory": 1,
        },
    ]
    log = read_log(write(tmp_path / "logging.jsonl", rows))
    assert (log.kind, log.best) == ("JSON lines", 10)
    assert log.train_loss.step.tolist() == [10, 20]
    assert math.isnan(log.train_loss.value[1])
    assert log.valid_loss.step.tolist() == [10]


@pytest.mark.parametrize("indent", [None, 1])
def test_the_history_of_keras(tmp_path: Path, indent: int | None) -> None:
    """Lists by their names, a value an epoch, however they are laid out; a shorter one has its first rows."""
    path = tmp_path / "history.json"
    history = {"loss": [3.0, 2.0, math.nan], "val_loss": [3.5, 2.5], "accuracy": [0.1, 0.2, 0.3], "n": 3}
    path.write_text(json.dumps(history, indent=indent))
    log = read_log(path)
    assert (log.unit, log.valid_loss.value.tolist()) == ("row", [3.5, 2.5])
    assert log.train_loss.value[:2].tolist() == [3, 2]
    assert math.isnan(log.train_loss.value[2])


def test_validations_without_a_step_stand_at_the_last_one(tmp_path: Path) -> None:
    """As some programs write them."""
    rows = [{"step": 5, "loss": 2.0}, {"eval_loss": 1.5}, {"step": 10, "loss": 1.0}, {"eval_loss": 1.25}]
    assert read_log(write(tmp_path / "run.jsonl", rows)).valid_loss.step.tolist() == [5, 10]


def test_broken_lines(tmp_path: Path) -> None:
    """The last may be cut; another is named by its number."""
    path = write(tmp_path / "run.jsonl", HISTORY)
    text = path.read_text()
    path.write_text(text + '{"loss": 0.5, "st')
    log = read_log(path)
    assert log.notes == ("its last line, 7, is cut and left out",)
    assert len(log.train_loss) == 3
    for broken in ('{"loss": 0.5, "st', "[1, 2]", "null", "\0\0\0"):
        path.write_text(text + "\n" + broken + "\n" + text)
        with pytest.raises(InputError, match=r"run.jsonl, line 8 is no JSON object"):
            read_log(path)


@pytest.mark.parametrize("number", [1, 999, 1000, 1001, 1500, 2000])
def test_a_broken_line_far_down_is_named(tmp_path: Path, number: int) -> None:
    """By its number, wherever the batches end in which lines are read."""
    lines = [f'{{"step": {k}, "loss": 1}}' for k in range(2100)]
    lines[number - 1] = '{"step": 1, "lo'
    path = tmp_path / "run.jsonl"
    path.write_text("\n".join(lines))
    with pytest.raises(InputError, match=f"line {number} is no JSON object"):
        read_log(path)


def test_a_document_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would have to be in memory as a whole."""
    path = write(tmp_path / "trainer_state.json", HISTORY, state={})
    monkeypatch.setattr(objects, "MOST_BYTES", path.stat().st_size - 1)
    with pytest.raises(InputError, match="a JSON document may have 0; give JSON lines"):
        read_log(path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{\n  "log_history": [\n    {"loss": 1,', "line 3: no complete JSON"),
        ("{'loss': 2.5, 'epoch': 0.1}\n{'loss': 2.4, 'epoch': 0.2}\n", "lines as Python prints them"),
        ('{\n "epoch": 1\n}', "has no log_history, as the state of a trainer has; it has epoch"),
        ('{"log_history": []}', "has no rows yet"),
        ('{"log_history": [{"reward": 1, "step": 2}]}', "it has reward, step"),
        ("[" * 100_000, "is no JSON: too many brackets"),
        ('{"loss": "x"}\n{"loss": null}\n', "it has loss"),
    ],
)
def test_refused_in_one_line(tmp_path: Path, content: str, said: str) -> None:
    """With what is there."""
    path = tmp_path / "trainer_state.json"
    path.write_text(content)
    with pytest.raises(InputError) as caught:
        read_log(path)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_memory_does_not_follow_the_size_of_the_file(tmp_path: Path) -> None:
    """About a hundred bytes are kept for each further row, however much stands in it."""
    used = []
    for count in (4000, 12_000):
        path = tmp_path / f"{count}.jsonl"
        row = {"loss": 1.25, "lr": 1e-5, "text": "x" * 500}
        path.write_text("".join(json.dumps({**row, "step": step}) + "\n" for step in range(count)))
        tracemalloc.start()
        try:
            assert len(read_log(path).train_loss) == count
            used.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
    assert used[1] - used[0] < 8000 * 200
