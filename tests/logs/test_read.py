from __future__ import annotations

import dataclasses
import json
import os
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lranim.errors import InputError
from lranim.logs import Log, Series, read_log

Read = Callable[[str | bytes], Log]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Write a file, whose name tells nothing, and read it."""

    def write(content: str | bytes) -> Log:
        path = tmp_path / "run.log"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_log(path)

    return write


ROWS: list[dict[str, Any]] = [
    {"step": 1, "loss": 2.5, "learning_rate": 0.1, "epoch": 0.5, "grad_norm": 1.5},
    {"step": 2, "loss": 1.25, "learning_rate": 0.05, "epoch": 1.0, "grad_norm": 1.2},
    {"step": 2, "eval_loss": 2.0, "eval_runtime": 3.1, "epoch": 1.0},
]
MEANS = {"step": 2, "train_loss": 1.66, "train_runtime": 99.0, "total_flos": 1e15}
SWIFT = [
    {"loss": 2.5, "lr": 0.1, "epoch": 0.1, "global_step/max_steps": "1/2", "percentage": "50.00%"},
    {"loss": 1.25, "lr": 0.05, "epoch": 0.2, "global_step/max_steps": "2/2", "percentage": "100.00%"},
    {"eval_loss": 2.0, "epoch": 0.2, "global_step/max_steps": "2/2"},
    {"train_runtime": 9.0, "train_loss": 7.0, "global_step/max_steps": "2/2"},
    {"last_model_checkpoint": "v0/checkpoint-2", "best_model_checkpoint": "v0/checkpoint-2", "memory": 1},
]
LISTS = {"step": [1, 2], "loss": [2.5, 1.25], "val_loss": [None, 2], "lr": [0.1, 0.05], "n": 2, "x": [0]}
LINES = "".join(json.dumps(row) + "\n" for row in ROWS)
SAME: dict[str, str | bytes] = {
    "plain": "step,loss,val_loss,lr\n1,2.5,,0.1\n2,1.25,2,0.05\n",
    "a German spreadsheet": "\ufeffStep;Train Loss;Val Loss;Learning Rate\r\n1;2,5;;0,1\r\n2;1,25;2;0,05\r\n",
    "tabs": "global_step\ttraining_loss\tvalid_loss\tlr-Adam\n1\t2.5\t\t1e-1\n2\t1.25\t2\t5e-2",
    "odd order and cells": "# mine\n\nlr,eval/loss,iter,train/loss,x\n0.1,None,1,2.5,x\n5%,2,2/9, 1.25 ,y\n",
    "Weights & Biases": '"Step","sun-1 - train/loss","sun-1 - eval/loss","lr"\n1,2.5,"",0.1\n2,1.25,2,.05\n',
    "names again": "step,loss,val_loss,lr\n1,2.5,,0.1,,\nstep,loss,val_loss,lr\n2,1.25,2,0.05\n",
    "an old Mac": "step,loss,val_loss,lr\r1,2.5,,0.1\r2,1.25,2,0.05",
    "a spreadsheet's own mark": "sep=;\r\nstep;loss;val_loss;lr\r\n1;2,5;;0,1\r\n2;1,25;2;0,05\r\n",
    "the same in quotes": '"sep=,"\nstep,loss,val_loss,lr\n1,2.5,n/a,0.1\n2,1.25,2,0.05\n',
    "UTF-16": "step\tloss\tval_loss\tlr\r\n1\t2.5\t\t0.1\r\n2\t1.25\t2\t0.05\r\n".encode("utf-16"),
    "rows backwards": "step,loss,val_loss,lr\n2,1.25,2,0.05\n1,2.5,,0.1\n",
    "JSON lines": LINES + "\n" + json.dumps(MEANS),
    "JSON lines with a mark": "\ufeff" + LINES,
    "ms-swift": "".join(json.dumps(row) + "\n" for row in SWIFT),
    "a trainer's state": json.dumps({"best_metric": 1, "log_history": [*ROWS, MEANS]}, indent=2),
    "the same in one line": json.dumps({"log_history": [*ROWS, MEANS], "best_model_checkpoint": None}),
    "the same in a few": '{"log_history": [' + ",\n".join(map(json.dumps, ROWS)) + "\n]\n}",
    "its rows alone": json.dumps(ROWS),
    "Keras's lists": json.dumps(LISTS),
    "the same in many lines": json.dumps(LISTS, indent=1),
}


def told(series: Series) -> str:
    """A series in short: ``1:2.5 2:1.25``."""
    return " ".join(f"{step:g}:{value:g}" for step, value in zip(series.step, series.value, strict=True))


@pytest.mark.parametrize("name", SAME)
def test_every_kind_is_told_by_its_content(read: Read, name: str) -> None:
    """The same training is read from each, by the usual names of losses and rates, whatever else is there."""
    log = read(SAME[name])
    losses = told(log.train_loss), told(log.valid_loss), told(log.lr)
    assert (log.unit, *losses, log.best) == ("step", "1:2.5 2:1.25", "2:2", "1:0.1 2:0.05", 2)
    backwards = ("its rows go backwards; they are read from the last to the first",)
    assert log.notes == (backwards if name == "rows backwards" else ())


EPOCHS = "epoch,step,loss\n" + "".join(f"{k // 3},{k % 3},{9 - k}\n" for k in range(9))
ANEW = "its steps begin anew with each epoch; they are counted on"
RESUMED = "step,loss\n100,4\n200,3\n300,2\n400,9\n200,2.9\n300,1.9\n300,1.8\n"
BACK = "its steps go back 1 time, first from 400 to 200, as if resumed; the later rows count"
CUT = "its last line, 4, is cut and left out"
GAPS = "step,val_loss\n1,2\n2,nan\n3,1\n4,nan\n5,1\n6,nan\n"
LATE = '{"step": 5, "loss": 2}\n{"eval_loss": 1.5}\n{"step": 9, "loss": 1}\n{"eval_loss": 1}'


@pytest.mark.parametrize(
    ("content", "field", "expected", "notes"),
    [
        # What is counted: steps, else epochs, else rows; rows without a step stand at the last one.
        ("epoch,loss\n0,3\n1,2\n", "train_loss", "0:3 1:2", ()),
        ("loss\n3\n2\n", "train_loss", "1:3 2:2", ()),
        ("step,loss\n1,3\nnan,2\n3,1\n", "train_loss", "1:2 3:1", ()),
        (LATE, "valid_loss", "5:1.5 9:1", ()),
        # Of several columns the plainest name that has values at all is taken; a bound is no rate.
        ("step,train_loss_epoch,train_loss,loss\n1,9,4,2\n", "train_loss", "1:2", ()),
        ("step,loss,train_loss,lm_loss\n1,,4,8\n", "train_loss", "1:4", ()),
        ("step,lr_min,lr-Adam-momentum,lr-SGD/pg1,loss__MIN\n1,7,8,0.5,9\n", "lr", "1:0.5", ()),
        # A training that is resumed: the later rows count, and the last one of a step.
        (RESUMED, "train_loss", "100:4 200:2.9 300:1.8", (BACK,)),
        ("step,loss,lr\n200,3,\n400,9,7\n200,2,\n", "lr", "", (BACK,)),
        # Steps that begin anew with each epoch are counted on, but not where one goes back within an epoch.
        (EPOCHS, "train_loss", " ".join(f"{k}:{9 - k}" for k in range(9)), (ANEW,)),
        ("epoch,step,loss\n0,200,3\n0,400,9\n0,200,1.5\n", "train_loss", "200:1.5", (BACK,)),
        # Losses that are no numbers stay, but NaN that stand for empty cells.
        ("step,loss\n1,2\n2,inf\n3,nan\n4,-inf\n5,NaN\n", "train_loss", "1:2 2:inf 3:nan 4:-inf 5:nan", ()),
        ("step,loss\n1,1e308\n2,-1e101\n3,1e-101\n", "train_loss", "1:inf 2:-inf 3:0", ()),  # no squares
        (f'{{"loss": NaN}}\n{{"loss": 1{400 * "0"}}}\n', "train_loss", "1:nan 2:inf", ()),
        (GAPS, "valid_loss", "1:2 3:1 5:1", ()),
        (GAPS + "7,1\n", "valid_loss", "1:2 2:nan 3:1 4:nan 5:1 6:nan 7:1", ()),
        (GAPS + "7,nan\n8,nan\n", "valid_loss", "1:2 3:1 5:1 6:nan 7:nan 8:nan", ()),
        # JSON: lists of several lengths, a list in a row of numbers, and a row of means alone.
        ('{"loss": [3, 2, NaN], "val_loss": [3.5, 2.5]}', "valid_loss", "1:3.5 2:2.5", ()),
        ('{"step": 1, "loss": 2, "betas": [0.9, 0.99]}', "train_loss", "1:2", ()),
        (json.dumps([{"step": 1, "eval_loss": 2}, MEANS]), "train_loss", "", ()),
        # A last line that is cut, as while the training runs, is left out.
        ("step,loss\n1,3\n2,2\n3", "train_loss", "1:3 2:2", (CUT,)),
        ("step,loss\n1,3\n2,2\n3,1.5e-\n\n", "train_loss", "1:3 2:2", (CUT,)),
        ('step,loss\n1,3\n2,2\n"3', "train_loss", "1:3 2:2", (CUT,)),
        (LINES + '{"loss": 0.5, "st\n\n', "train_loss", "1:2.5 2:1.25", (CUT,)),
    ],
)
def test_which_rows_count(read: Read, content: str, field: str, expected: str, notes: tuple[str]) -> None:
    """Of trainings that are resumed, cut, diverged, or written in their own way; what is odd is noted."""
    log = read(content)
    assert (told(getattr(log, field)), log.notes) == (expected, notes)


REFUSED: list[tuple[str | bytes, str]] = [
    ("step,loss\n1,2\n2\n3,1\n", "line 3: cells: 1, names: 2"),
    ("step,loss\n1,2\n2,1,9\n3,1\n", "line 3: cells: 3, names: 2"),
    ("step,loss\n\n1,2\n2,oops\n3,1\n", "line 4: 'oops' in column loss is no number"),
    ("step;loss\n1;2,5x\n2;1\n", "line 2: '2,5x' in column loss is no number"),
    ("step,accuracy\n1,2\n", "it has step, accuracy; name a column loss, val_loss or lr"),
    ("step loss\n1 2\n2 1\n", "it has step loss; part its columns by commas, semicolons or tabs"),
    ("run 12\nstep,loss\n1,2\n", "line 2: cells: 2, names: 1"),
    (b"step,loss,\xe9t\xe9\n1,2,3\n", "is not UTF-8 text (byte 10); save it as UTF-8"),
    (b"\xff\xff\x00", "is not UTF-8 text (byte 0)"),
    (b"\x1f\x8b\x08\x00 ", "is compressed; unpack it, and give the file that comes out"),
    (b"PK\x03\x04\x14\x00", "is compressed"),
    ("1,2\n2,1\n", "has no line of names above its numbers"),
    ("", "has no rows yet"),
    ("step,loss\n", "has no rows yet"),
    ("step,loss\n1\n", "has no rows yet; its last line, 2, is cut and left out"),
    ('step,loss\n1,"' + "x" * 140_000, "line 2: field larger than field limit"),
    ('{\n  "log_history": [\n    {"loss": 1,', "enclosed in double quotes: line 3"),
    ('{"loss": 1,\n', "is no complete JSON"),
    ("{'loss': 2.5, 'epoch': 0.1}\n{'loss': 2.4, 'epoch': 0.2}\n", "lines as Python prints them"),
    ('{\n "epoch": 1\n}', "has no loss or rate that lranim knows; it has epoch"),
    ('{"log_history": []}', "has no rows yet"),
    ('{"log_history": [{"reward": 1, "step": 2}]}', "it has reward, step"),
    ("[" * 100_000, "is no complete JSON (maximum recursion depth"),
    ('{"loss": "x"}\n{"loss": null}\n', "it has loss"),
    ('{"\\ud800": 1}\n{"x": 2}\n', r"it has \ud800, x"),
    *((f"{LINES}\n{row}\n{LINES}", "line 5: it is no JSON object") for row in ('{"st', "[1]", "null", "\0")),
    # A line without end would have to be held in memory.
    ("step,loss\n" + 200_000 * "step,loss", "line 2 is over a million characters long"),
    (LINES + 30_000 * LINES.replace("\n", " "), "line 4 is over a million characters long"),
]


@pytest.mark.parametrize(("content", "said"), REFUSED)
def test_refused_in_one_line(read: Read, content: str | bytes, said: str) -> None:
    """With the file, the line, what is wrong there, and what to do."""
    with pytest.raises(InputError) as caught:
        read(content)
    assert said in str(caught.value)
    assert "run.log" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("number", [1, 2, 1500, 2099])
@pytest.mark.parametrize(("head", "row"), [("step,loss\n", "{},1"), ("", '{{"step": {}, "loss": 1}}')])
def test_a_broken_line_is_named_wherever_it_is(read: Read, number: int, head: str, row: str) -> None:
    """Far down, too, and in the first line of all."""
    lines = [row.format(k) for k in range(2100)]
    lines[number - 1] = lines[number - 1][:-2]
    with pytest.raises(InputError, match=rf"line {number + bool(head)}\b"):
        read(head + "\n".join(lines))


def test_the_best_checkpoint(read: Read) -> None:
    """It is the one that the log names, if it goes so far, else that of the lowest finite validation loss."""
    rows = [{"step": step, "loss": 1, "eval_loss": loss} for step, loss in ((1, 2), (2, 1.5), (3, 1.75))]
    names = {None: 2, "out/checkpoint-3": 3, "out\\checkpoint-1\\": 1, "checkpoint-9": 2, "x": 2}
    for name, best in names.items():
        assert read(json.dumps({"best_model_checkpoint": name, "log_history": rows})).best == best
    assert read("step,loss,val_loss\n1,3,2\n2,2,nan\n3,1,1.5\n4,0.5,1.75\n").best == 3
    assert read("step,loss\n1,3\n").best is None


def test_what_is_no_file(tmp_path: Path) -> None:
    """Refused with what to give."""
    for path, said in (
        (tmp_path / "none", "there is no file"),
        (tmp_path, "has no event files of TensorBoard in it"),
        (Path("/dev/null"), "is not a file"),
        (Path("x" * 5000), "cannot be read: File name too long"),
    ):
        with pytest.raises(InputError, match=said):
            read_log(path)


def test_a_folder_of_a_trainer(tmp_path: Path) -> None:
    """Its own file is read, else that of the last checkpoint."""
    for step in (9, 10):
        path = tmp_path / "hf" / f"checkpoint-{step}" / "trainer_state.json"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps([{"step": k, "loss": 1} for k in range(step + 1)]))
    assert read_log(tmp_path / "hf").train_loss.step[-1] == 10
    assert read_log(tmp_path / "hf" / "checkpoint-9").train_loss.step[-1] == 9
    (tmp_path / "hf" / "logging.jsonl").write_text('{"step": 1, "loss": 2}\n{"step": 11, "loss": 1}\n')
    assert read_log(tmp_path / "hf").train_loss.step[-1] == 11


def test_a_file_that_grows_is_read_anew(tmp_path: Path) -> None:
    """And its fingerprint is another; one that has the same numbers has the same. None can be written to."""
    table = "step,loss,val_loss\n1,3,3\n2,2,2.5\n3,1,2.75\n"
    path, same = tmp_path / "run.csv", tmp_path / "same.csv"
    path.write_text(table)
    same.write_text(table.replace(",", ";"))
    first = read_log(path)
    assert read_log(path) is first
    assert first.contents == "train loss (3 values), validation loss (3 values)"
    assert first.table("valid_loss").rows() == [(1, 3), (2, 2.5), (3, 2.75)]
    with pytest.raises(ValueError, match="read-only"):
        first.train_loss.value[0] = 0
    others = [dataclasses.replace(first, best_step=3.0), dataclasses.replace(first, unit="epoch")]
    for k, changed in enumerate((table.replace("3,1,2.75", "3,1,9.75"), table + "4,0.5,3\n")):
        path.write_text(changed)
        os.utime(path, ns=(10**18 + k, 10**18 + k))
        others.append(read_log(path))
    assert read_log(same).fingerprint() == first.fingerprint()
    assert len({log.fingerprint() for log in (first, *others)}) == 5


@pytest.mark.parametrize("more", [{"text": "x" * 500}, {f"loss {k} of {{}}": 1 for k in range(9)}])
def test_memory_does_not_follow_the_size_of_the_file(tmp_path: Path, more: dict[str, Any]) -> None:
    """Few bytes are kept for each further row, however much stands in it, and whatever it is called."""
    used = []
    for count in (4000, 12_000):
        path = tmp_path / f"{count}.jsonl"
        line = json.dumps({"loss": 1.25, "lr": 1e-5, **more}) + "\n"
        path.write_text("".join(line.replace("{}", str(k)) for k in range(count)))
        tracemalloc.start()
        try:
            assert len(read_log(path).train_loss) == count
            used.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
    assert used[1] - used[0] < 8000 * 200


def test_too_much_is_refused(read: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before it fills the memory: rows without end, and a document that would have to be there as a whole."""
    path = tmp_path / "state.json"
    path.write_text("[")
    os.truncate(path, 1 << 30)
    with pytest.raises(InputError, match="has 1024 MB, too many for a JSON document; give JSON lines"):
        read_log(path)
    monkeypatch.setattr("lranim.logs.read.MOST_ROWS", 3)
    assert len(read("step,loss\n1,3\n2,2\n3,1\n").train_loss) == 3
    with pytest.raises(InputError, match="has more than 3 rows; give a part of them"):
        read("step,loss\n1,3\n2,2\n3,1\n4,1\n")
