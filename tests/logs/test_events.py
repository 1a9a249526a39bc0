from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from lranim.errors import InputError
from lranim.logs import read_log

Scalars = dict[str, list[tuple[int, Any]]]


def write(folder: Path, scalars: Scalars, *, tensors: bool = False, suffix: str = "") -> Path:
    """Write an event file with TensorBoard's own library."""
    writer_module = pytest.importorskip("tensorboard.summary.writer.event_file_writer")
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.compat.proto.summary_pb2 import Summary
    from tensorboard.util.tensor_util import make_tensor_proto

    writer = writer_module.EventFileWriter(str(folder), filename_suffix=suffix)
    for tag, values in scalars.items():
        for step, value in values:
            kind = {"tensor": make_tensor_proto(value)} if tensors else {"simple_value": value}
            writer.add_event(Event(step=step, summary=Summary(value=[Summary.Value(tag=tag, **kind)])))
    writer.close()
    return max(folder.glob("*.tfevents.*"), key=lambda path: path.name)


RUN: Scalars = {
    "train/loss": [(10, 2.0), (20, 1.0), (30, 0.5)],
    "eval/loss": [(20, 1.5), (30, 1.75)],
    "train/learning_rate": [(10, 0.25), (20, 0.125), (30, 0.0)],
    "train/grad_norm": [(10, 1.0)],
}


@pytest.mark.parametrize("tensors", [False, True])
def test_a_file_its_folder_or_the_one_above(tmp_path: Path, tensors: bool) -> None:
    """As Hugging Face and PyTorch write them, and as TensorFlow does; also one that is cut, in a live run."""
    folder = tmp_path / "runs" / "mine"
    folder.mkdir(parents=True)
    path = write(folder, RUN, tensors=tensors)
    for given in (path, folder, folder.parent):
        log = read_log(given)
        assert (log.unit, log.best, log.notes) == ("step", 20, ())
        assert log.train_loss.value.tolist() == [2.0, 1.0, 0.5]
        assert log.valid_loss.step.tolist() == [20, 30]
        assert log.lr.value.tolist() == [0.25, 0.125, 0.0]
    path.write_bytes(path.read_bytes()[:-150])
    assert read_log(path).train_loss.value.tolist() == [2.0, 1.0, 0.5]


def test_folders_of_two_sides(tmp_path: Path) -> None:
    """As Keras writes them: the folder tells tags apart, and is named once; weights are passed over."""
    for side, tag, loss in (("train", "train/loss", 1.0), ("run_validation", "epoch_loss", 2.0)):
        (tmp_path / side).mkdir()
        write(tmp_path / side, {"weights": [(1, [1.0, 2.0])], tag: [(0, 3.0), (1, loss)]}, tensors=True)
    log = read_log(tmp_path)
    assert (log.train_loss.value.tolist(), log.valid_loss.value.tolist()) == ([3, 1], [3, 2])
    assert "train/loss" in log.columns


def test_a_resumed_training_has_two_files(tmp_path: Path) -> None:
    """The later one counts from where it begins."""
    write(tmp_path, {"loss": [(1, 5.0), (2, 4.0), (3, 9.0)]}, suffix=".a")
    write(tmp_path, {"loss": [(2, 3.0)]}, suffix=".b")
    log = read_log(tmp_path)
    assert (log.train_loss.step.tolist(), log.train_loss.value.tolist()) == ([1, 2], [5, 3])


def test_what_cannot_be_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of several trainings, a record that makes no sense, and any where the library is missing."""
    for name in ("run-a", "run-b"):
        (tmp_path / name).mkdir()
        path = write(tmp_path / name, RUN)
    with pytest.raises(InputError, match="of 2 trainings; give one of its folders: run-a, run-b"):
        read_log(tmp_path)
    with path.open("ab") as file:
        pytest.importorskip("tensorboard.summary.writer.record_writer").RecordWriter(file).write(
            b"\xff\xff\xff"
        )
    with pytest.raises(InputError, match=r"^.* cannot be read: .*$"):
        read_log(path)
    monkeypatch.setitem(sys.modules, "tensorboard.backend.event_processing.event_file_loader", None)
    with pytest.raises(InputError, match=r"pip install 'lranim\[tensorboard\]'"):
        read_log(path)
