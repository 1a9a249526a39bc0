from __future__ import annotations

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
            kind: dict[str, Any] = (
                {"tensor": make_tensor_proto(value)} if tensors else {"simple_value": value}
            )
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
def test_a_file_or_its_folder(tmp_path: Path, tensors: bool) -> None:
    """As Hugging Face and PyTorch write them, and as TensorFlow does."""
    path = write(tmp_path, RUN, tensors=tensors)
    for given in (path, tmp_path, tmp_path.parent if len(list(tmp_path.parent.iterdir())) == 1 else path):
        log = read_log(given)
        assert (log.kind, log.unit, log.best) == ("TensorBoard", "step", 20)
        assert log.train_loss.value.tolist() == [2.0, 1.0, 0.5]
        assert log.valid_loss.step.tolist() == [20, 30]
        assert log.lr.value.tolist() == [0.25, 0.125, 0.0]


def test_a_cut_file_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    """As while a training runs."""
    path = write(tmp_path, RUN)
    path.write_bytes(path.read_bytes()[:-150])
    assert read_log(path).train_loss.value.tolist() == [2.0, 1.0, 0.5]


def test_folders_of_two_sides(tmp_path: Path) -> None:
    """As Keras writes them; each side's tags are told apart by its folder."""
    for side, loss in (("train", 1.0), ("validation", 2.0)):
        (tmp_path / side).mkdir()
        write(tmp_path / side, {"epoch_loss": [(0, 3.0), (1, loss)]})
    log = read_log(tmp_path)
    assert log.train_loss.value.tolist() == [3, 1]
    assert log.valid_loss.value.tolist() == [3, 2]


def test_a_resumed_training_has_two_files(tmp_path: Path) -> None:
    """The later one counts from where it begins."""
    write(tmp_path, {"loss": [(1, 5.0), (2, 4.0), (3, 9.0)]}, suffix=".a")
    write(tmp_path, {"loss": [(2, 3.0)]}, suffix=".b")
    log = read_log(tmp_path)
    assert (log.train_loss.step.tolist(), log.train_loss.value.tolist()) == ([1, 2], [5, 3])


def test_a_folder_of_several_trainings_is_refused(tmp_path: Path) -> None:
    """With their names."""
    for name in ("run-a", "run-b"):
        (tmp_path / name).mkdir()
        write(tmp_path / name, RUN)
    with pytest.raises(InputError, match="of 2 trainings; give one of its folders: run-a, run-b"):
        read_log(tmp_path)


def test_without_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line says how to install it."""
    path = tmp_path / "events.out.tfevents.1"
    path.write_bytes(b"\x18" + bytes(11) + b"\x09" + bytes(8) + b"\x1a\rbrain.Event:2" + bytes(4))
    from lranim.logs import events

    def missing(name: str) -> Any:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(events, "import_module", missing)
    with pytest.raises(InputError, match=r"pip install 'lranim\[tensorboard\]'"):
        read_log(path)


def test_what_is_no_scalar_is_passed_over(tmp_path: Path) -> None:
    """Weights and histograms stand among the losses, and a name is not given its folder's side twice."""
    folder = tmp_path / "train"
    folder.mkdir()
    write(folder, {"layer/weights": [(1, [1.0, 2.0])], "train/loss": [(1, 3.0), (2, 1.0)]}, tensors=True)
    log = read_log(tmp_path)
    assert log.train_loss.value.tolist() == [3, 1]
    assert log.columns == ("step", "train/loss")


def test_a_record_that_makes_no_sense_is_named(tmp_path: Path) -> None:
    """In one line, though its check sums are right."""
    path = write(tmp_path, RUN)
    writer = pytest.importorskip("tensorboard.summary.writer.record_writer")
    with path.open("ab") as file:
        writer.RecordWriter(file).write(b"\xff\xff\xff")
    with pytest.raises(InputError, match="cannot be read") as caught:
        read_log(path)
    assert len(str(caught.value).splitlines()) == 1
