from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path

import pytest

from lranim.errors import InputError
from lranim.logs import read_log

TABLE = "step,loss,val_loss\n1,3,3\n2,2,2.5\n3,1,2.75\n"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (TABLE, "CSV"),
        ('{"step": 1, "loss": 2}\n', "JSON lines"),
        ('\ufeff{"step": 1, "loss": 2}\n{"step": 2, "loss": 1}\n', "JSON lines"),
        ('{"log_history": [{"step": 1, "loss": 2}]}', "trainer state"),
        ('{\n"log_history": [\n{"step": 1, "loss": 2}\n]\n}\n', "trainer state"),
        ('[{"step": 1, "loss": 2}]', "trainer state"),
        ('{"step": 1, "loss": 2, "betas": [0.9, 0.99]}', "JSON lines"),
        ('{"loss": [2, 1], "val_loss": [3, 2]}', "trainer state"),
    ],
)
@pytest.mark.parametrize("name", ["x", "trainer_state.json", "data.csv"])
def test_told_by_the_content(tmp_path: Path, content: str, kind: str, name: str) -> None:
    """Whatever the file is called."""
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    log = read_log(path)
    assert log.kind == kind
    assert log.train_loss.step[0] == 1


def test_what_is_no_file(tmp_path: Path) -> None:
    """Refused with what to give."""
    for path, said in (
        (tmp_path / "none", "there is no file"),
        (tmp_path, "has no event files of TensorBoard in it"),
        (Path("/dev/null"), "is not a file"),
    ):
        with pytest.raises(InputError, match=said):
            read_log(path)


def test_a_folder_of_a_trainer(tmp_path: Path) -> None:
    """Its own file is read, else that of the last checkpoint."""
    for step in (9, 10):
        folder = tmp_path / "hf" / f"checkpoint-{step}"
        folder.mkdir(parents=True)
        (folder / "trainer_state.json").write_text(
            json.dumps({"log_history": [{"step": k, "loss": 1 / k} for k in range(1, step + 1)]})
        )
    assert read_log(tmp_path / "hf").train_loss.step[-1] == 10
    assert read_log(tmp_path / "hf" / "checkpoint-9").train_loss.step[-1] == 9
    (tmp_path / "hf" / "logging.jsonl").write_text('{"step": 1, "loss": 2}\n{"step": 11, "loss": 1}\n')
    assert read_log(tmp_path / "hf").train_loss.step[-1] == 11


def test_a_file_that_grows_is_read_anew(tmp_path: Path) -> None:
    """And its fingerprint is another; one that has the same numbers has the same."""
    path, same = tmp_path / "run.csv", tmp_path / "same.csv"
    path.write_text(TABLE)
    same.write_text(TABLE.replace(",", ";"))
    first = read_log(path)
    assert read_log(path) is first
    assert read_log(same).fingerprint() == first.fingerprint()
    os.utime(path, ns=(10**18, 10**18))
    before = read_log(path)
    path.write_text(TABLE.replace("3,1,2.75", "3,1,9.75"))
    os.utime(path, ns=(2 * 10**18, 2 * 10**18))
    assert (before.valid_loss.value[-1], read_log(path).valid_loss.value[-1]) == (2.75, 9.75)
    assert read_log(path).fingerprint() != first.fingerprint()
    path.write_text(TABLE + "4,0.5,3\n")
    assert read_log(path).fingerprint() != first.fingerprint()
    assert dataclasses.replace(first, best_step=3.0).fingerprint() != first.fingerprint()
    assert (first.best, first.contents) == (2, "train loss (3 values), validation loss (3 values)")


def test_nothing_in_it_can_be_written_to(tmp_path: Path) -> None:
    """Logs are shared."""
    path = tmp_path / "run.csv"
    path.write_text(TABLE)
    with pytest.raises(ValueError, match="read-only"):
        read_log(path).train_loss.value[0] = 0
