from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from lranim.errors import InputError
from lranim.logs import Log, read_log


@pytest.fixture
def read(tmp_path: Path):
    """Write a table, and read it."""

    def write(content: str | bytes) -> Log:
        path = tmp_path / "run.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_log(path)

    return write


@pytest.mark.parametrize(
    "content",
    [
        "step,loss,val_loss,lr\n1,2.5,,0.1\n2,1.25,2,0.05\n",
        "\ufeffStep;Train Loss;Validation Loss;Learning Rate\r\n1;2,5;;0,1\r\n2;1,25;2;0,05\r\n",
        "global_step\ttraining_loss\tvalid_loss\tlr-Adam\n1\t2.5\t\t1e-1\n2\t1.25\t2\t5e-2",
        "# my run\n\nlr,eval/loss,iteration,train/loss,comment\n0.1,None,1,2.5,x\n5%,2.0,2,1.25,y\n\n",
        '"Step","sun-1 - train/loss","sun-1 - eval/loss","sun-1 - lr"\n1,2.5,"","0.1"\n2,1.25,2,0.05\n',
        "step,loss,val_loss,lr\n1,2.5,,0.1\nstep,loss,val_loss,lr\n2,1.25,2,0.05\n",
    ],
    ids=["plain", "a German spreadsheet", "tabs", "odd order and cells", "Weights & Biases", "names again"],
)
def test_columns_by_their_names(read, content: str) -> None:
    """Whatever they are called, in whatever order, and whatever stands between them."""
    log = read(content)
    assert (log.kind, log.unit, log.notes) == ("CSV", "step", ())
    assert log.train_loss.step.tolist() == [1, 2]
    assert log.train_loss.value.tolist() == [2.5, 1.25]
    assert (log.valid_loss.step.tolist(), log.valid_loss.value.tolist()) == ([2], [2])
    assert log.lr.value == pytest.approx([0.1, 0.05])
    assert log.best == 2


def test_keras_counts_epochs_and_others_rows(read) -> None:
    """Steps come before epochs, and epochs before the number of the row."""
    assert read("epoch,loss,val_loss\n0,3,4\n1,2,3\n").unit == "epoch"
    log = read("loss\n3\n2\n")
    assert (log.unit, log.train_loss.step.tolist()) == ("row", [1, 2])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("step,loss\n1,2\n2\n3,1\n", "line 3: 1 cell below 2 names"),
        ("step,loss\n1,2\n2,1,9\n3,1\n", "line 3: 3 cells below 2 names"),
        ("step,loss\n\n1,2\n2,oops\n3,1\n", "line 4: 'oops' in column loss is no number"),
        (
            "step,accuracy\n1,2\n",
            "has no losses and no learning rate that lranim knows; it has step, accuracy",
        ),
        ("1,2\n2,1\n", "has no line of names above its numbers"),
        ("", "has no rows yet"),
        ("step,loss\n", "has no rows yet"),
        ("step,loss\n1\n", "has no rows yet; its last line, 2, is cut and left out"),
        (b"\xff\xfe\x00", "is not UTF-8 text (byte 0)"),
        ('step,loss\n1,"' + "x" * 140_000, "field larger than field limit"),
    ],
)
def test_refused_in_one_line(read, content: str | bytes, said: str) -> None:
    """With the file, the line, and what is wrong there."""
    with pytest.raises(InputError) as caught:
        read(content)
    assert said in str(caught.value)
    assert "run.csv" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("end", ["3", "3,0.", "3,1.5e-", '"3'])
def test_a_last_line_that_is_cut_does_not_count(read, end: str) -> None:
    """A training that still runs is read as far as it has got; a number that is cut is not known to be."""
    log = read("step,loss\n1,3\n2,2\n" + end)
    assert log.train_loss.value[:2].tolist() == [3, 2]
    assert len(log.train_loss) == 2 + (end == "3,0.")
    assert log.notes == (() if end == "3,0." else ("its last line, 4, is cut and left out",))


def test_losses_that_are_no_numbers_stay(read) -> None:
    """They are divergence, unless they come and go in a column that is filled with them."""
    log = read(
        "step,loss,val_loss\n1,2,nan\n2,1,NaN\n3,inf,1.5\n4,nan,nan\n5,NaN,nan\n6,-inf,1.2\n7,nan,nan\n"
    )
    assert log.train_loss.value[:3].tolist() == [2, 1, math.inf]
    assert np.isnan(log.train_loss.value[[3, 4, 6]]).all()
    assert (log.valid_loss.step.tolist(), log.valid_loss.value.tolist()) == ([3, 6], [1.5, 1.2])
    assert read("step,val_loss\n1,2\n2,nan\n3,1\n4,nan\n5,1\n6,nan\n7,nan\n8,nan\n").valid_loss.step[-1] == 8


def test_a_training_that_is_resumed(read) -> None:
    """What came after the checkpoint it went back to is forgotten; the last row of a step wins."""
    log = read("step,loss\n100,4\n200,3\n300,2\n400,9\n200,2.9\n300,1.9\n300,1.8\n")
    assert log.train_loss.step.tolist() == [100, 200, 300]
    assert log.train_loss.value.tolist() == [4, 2.9, 1.8]
    assert log.notes == (
        "its steps go back 1 time, first from 400 to 200, as if resumed; the later rows count",
    )


def test_steps_that_begin_anew_with_each_epoch(read) -> None:
    """They are counted on; rows of the newest first are turned round."""
    rows = "".join(f"{epoch},{step},{4 - epoch - step / 10}\n" for epoch in range(3) for step in range(3))
    log = read("epoch,step,loss\n" + rows)
    assert log.train_loss.step.tolist() == list(range(9))
    assert log.notes == ("its steps begin anew with each epoch; they are counted on",)
    back = read("step,loss\n3,1\n2,2\n1,3\n")
    assert (back.train_loss.step.tolist(), back.train_loss.value.tolist()) == ([1, 2, 3], [3, 2, 1])


def test_long_tables_are_read_in_the_same_way(read) -> None:
    """Thousands of rows, with cells of all kinds among them, in batches and one by one."""
    count = 5321
    lines = [f"{k},{1 / (k + 1)!r},{'' if k % 7 else k / 10}" for k in range(count)]
    lines[2500] = " 2500 , 0.25 ,None"
    log = read("step,loss,val_loss\n" + "\n".join(lines))
    assert log.train_loss.step.tolist() == list(range(count))
    expected = 1 / np.arange(1.0, count + 1)
    expected[2500] = 0.25
    assert log.train_loss.value.tolist() == expected.tolist()
    assert log.valid_loss.step.tolist() == list(range(0, count, 7))
    lines[4000] = "4000,x,"
    with pytest.raises(InputError, match="line 4002: 'x' in column loss is no number"):
        read("step,loss,val_loss\n" + "\n".join(lines))
