from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from lranim.errors import InputError
from lranim.logs import Log, columns, read_log
from lranim.logs.names import meaning


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
        "step,loss,val_loss,lr\r1,2.5,,0.1\r2,1.25,2,0.05",
        "sep=;\r\nstep;loss;val_loss;lr\r\n1;2,5;;0,1\r\n2;1,25;2;0,05\r\n",
        '"sep=,"\nstep,loss,val_loss,lr\n1,2.5,,0.1\n2,1.25,2,0.05\n',
        "step\tloss\tval_loss\tlr\r\n1\t2.5\t\t0.1\r\n2\t1.25\t2\t0.05\r\n".encode("utf-16"),
    ],
    ids=[
        "plain",
        "a German spreadsheet",
        "tabs",
        "odd order and cells",
        "Weights & Biases",
        "names again",
        "an old Mac",
        "a spreadsheet's own mark",
        "the same in quotes",
        "UTF-16",
    ],
)
def test_columns_by_their_names(read, content: str | bytes) -> None:
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
            "has no losses and no learning rate that lranim knows; it has step, accuracy; name a column loss",
        ),
        ("step loss\n1 2\n2 1\n", "it has step loss; part its columns by commas, semicolons or tabs"),
        ("run 12\nstep,loss\n1,2\n", "line 2: 2 cells below 1 name; give each row"),
        (b"step,loss,\xe9t\xe9\n1,2,3\n", "is not UTF-8 text (byte 10); save it as UTF-8"),
        (b"\x1f\x8b\x08\x00 ", "is compressed; unpack it, and give the file that comes out"),
        (b"PK\x03\x04\x14\x00", "is compressed"),
        ("1,2\n2,1\n", "has no line of names above its numbers"),
        ("", "has no rows yet"),
        ("step,loss\n", "has no rows yet"),
        ("step,loss\n1\n", "has no rows yet; its last line, 2, is cut and left out"),
        (b"\xff\xff\x00", "is not UTF-8 text (byte 0)"),
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
    often = "step,val_loss\n1,2\n2,nan\n3,1\n4,nan\n5,1\n6,nan\n"
    assert read(often).valid_loss.step.tolist() == [1, 3, 5]
    assert read(often + "7,nan\n8,nan\n").valid_loss.step[-1] == 8


def test_the_best_checkpoint_is_at_a_finite_loss(read) -> None:
    """The lowest that is a number."""
    assert read("step,loss,val_loss\n1,3,2\n2,2,nan\n3,1,1.5\n4,0.5,1.75\n").best == 3


@pytest.mark.parametrize(
    "names", ["train_loss_epoch,loss,train_loss", "loss,train_loss,lm_loss", "val_lr,train_loss,batch_loss"]
)
def test_of_several_columns_one_is_taken(read, names: str) -> None:
    """The one with the plainest name that has values at all."""
    of = {"loss": ("2", "1"), "train_loss": ("4", "3"), "train_loss_epoch": ("9", "9")}
    if names.startswith("loss"):
        of["loss"] = ("", "")
    rows = "".join(
        f"{k + 1},{','.join(of.get(name, ('8', '8'))[k] for name in names.split(','))}\n" for k in (0, 1)
    )
    taken = [2, 1] if names.startswith("train") else [4, 3]
    assert read(f"step,{names}\n{rows}").train_loss.value.tolist() == taken


def test_a_training_that_is_resumed(read) -> None:
    """What came after the checkpoint it went back to is forgotten; the last row of a step wins."""
    log = read("step,loss\n100,4\n200,3\n300,2\n400,9\n200,2.9\n300,1.9\n300,1.8\n")
    assert log.train_loss.step.tolist() == [100, 200, 300]
    assert log.train_loss.value.tolist() == [4, 2.9, 1.8]
    assert log.notes == (
        "its steps go back 1 time, first from 400 to 200, as if resumed; the later rows count",
    )


def test_rows_of_no_step_stand_at_the_last_one(read) -> None:
    """Also where a step is written as NaN."""
    log = read("step,loss\n1,3\nnan,2\n3,1\n")
    assert (log.train_loss.step.tolist(), log.train_loss.value.tolist()) == ([1, 3], [2, 1])


def test_a_training_that_is_resumed_within_an_epoch(read) -> None:
    """Its steps go back without a new epoch: they are not counted on."""
    log = read("epoch,step,loss\n0,1,3\n0,2,2\n0,3,9\n0,2,1.5\n")
    assert (log.train_loss.step.tolist(), log.train_loss.value.tolist()) == ([1, 2], [3, 1.5])
    assert "go back 1 time, first from 3 to 2" in log.notes[0]


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
    for number in (998, 999, 1000, 1999):
        broken = [*lines[:number], "oops", *lines[number:2200]]
        with pytest.raises(InputError, match=f"line {number + 2}: 1 cell below 3 names"):
            read("step,loss,val_loss\n" + "\n".join(broken))
    lines[4000] = "4000,x,"
    with pytest.raises(InputError, match="line 4002: 'x' in column loss is no number"):
        read("step,loss,val_loss\n" + "\n".join(lines))


def test_too_many_rows_are_refused(read, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before they fill the memory."""
    monkeypatch.setattr(columns, "MOST_ROWS", 3)
    assert len(read("step,loss\n1,3\n2,2\n3,1\n").train_loss) == 3
    with pytest.raises(InputError, match="has more than 3 rows; give a part of them"):
        read("step,loss\n1,3\n2,2\n3,1\n4,1\n")


def test_names_without_end_are_not_kept() -> None:
    """A log that has other names in each row does not fill the memory."""
    made = columns.Columns("run")
    for k in range(30):
        made.add([{f"loss {k} {i}": 1.0, "loss": 2.0} for i in range(200)])
    assert len(made.known) <= 100 * columns.MANY + 1
    assert len(made.chosen("train_loss").rows) == 6000


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("lr-Adam", "lr"),
        ("lr-SGD/pg1", "lr"),
        ("lr_min", None),
        ("lr-Adam-momentum", None),
        ("run 1 - eval/loss", "valid_loss"),
        ("loss__MIN", None),
    ],
)
def test_what_a_name_means(name: str, field: str | None) -> None:
    """A bound or a momentum that stands beside a rate is none."""
    found = meaning(name)
    assert (found and found[1]) == field


@pytest.mark.parametrize("head", ["step,loss\n", '{"loss": 1.0}\n'])
def test_a_file_without_line_ends_is_refused(tmp_path: Path, head: str) -> None:
    """Its one line would have to be held in memory as a whole."""
    path = tmp_path / "run.log"
    path.write_text(head + head.strip() * 200_000)
    with pytest.raises(InputError, match=r"run\.log, line 2 is over a million characters long; give"):
        read_log(path)
