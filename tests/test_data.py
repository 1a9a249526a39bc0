from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from lranim.core.least_squares import Samples
from lranim.errors import InputError
from lranim.options import data
from lranim.options.data import fingerprint, read_samples


@pytest.fixture
def read(tmp_path: Path):
    """Write a file, and read it."""

    def write(content: str | bytes) -> Samples:
        path = tmp_path / "points.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_samples(str(path))

    return write


@pytest.mark.parametrize(
    "content",
    [
        "1,2\n3,-4.5\n",
        "x,y\n1,2\n3,-4.5",
        "\ufeffhours,points\r\n\r\n1,2\r\n3,-4.5\r\n\r\n",
        '"x";"y"\n"1";"2"\n3;-4.5\n',
        "x\ty\n1e0\t2\n 3 \t -4.5 \n",
        "1,2,\n3,-4.5,,\n,\n",
    ],
    ids=["plain", "names", "Windows", "semicolons", "tabs", "empty cells"],
)
def test_two_columns_of_numbers(read, content: str) -> None:
    """With names or without, commas, semicolons or tabs, and whatever a spreadsheet leaves at the ends."""
    found = read(content)
    assert (found.x.tolist(), found.y.tolist()) == ([1.0, 3.0], [2.0, -4.5])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "points.csv has no numbers in it; give a CSV file of two columns of numbers, x and y"),
        ("1,2\n", "points.csv: a line needs two samples at least, got 1"),
        ("2,1\n2,3\n", "points.csv: every x is 2: a line needs samples at two different x at least"),
        ("1,2\n3,abc\n", "points.csv, line 2, column 2 (y): 'abc' is not a finite number"),
        ("x,y\n\n1,2\n,3\n", "points.csv, line 4, column 1 (x): '' is not a finite number"),
        ("1,2\nx,y\n", "line 2, column 1 (x): 'x' is not a finite number"),
        ("1,2\n3,NaN\n", "line 2, column 2 (y): 'NaN' is not a finite number"),
        ("1,2\n3,1e999\n", "line 2, column 2 (y): '1e999' is not a finite number"),
        ("1,5;2\n2,5;3\n", "line 1, column 1 (x): '1,5' is not a finite number"),
        ("1,2\n3," + "4x" * 99, "'" + "4x" * 19 + "4…' is not a finite number"),
        ("1\n2\n", "points.csv, line 1 has 1 column; give a CSV file"),
        ("1,2\n3,4,5\n", "points.csv, line 2 has 3 columns; give a CSV file"),
        ('1,2\n3,"4\n5', "points.csv, line 3, column 2 (y): '4\\n5' is not a finite number"),
        ("1," + "2" * 200_000, "points.csv, line 1: field larger than field limit"),
        (
            "1,2\n3,-1e308\n",
            "y of sample 2 is -1e+308: it must be 0, or from 1e-50 to 1e+50 in size",
        ),
        ("1e-320,1\n2,2\n", "points.csv: x of sample 1 is 9.99989e-321: it must be 0, or from 1e-50"),
        (b"x,y\n1,\xe9\n", "points.csv is not UTF-8 text (byte 6); give a CSV file"),
        ("x,y\n1,2".encode("utf-16"), "points.csv is not UTF-8 text (byte 0)"),
        (b"PK\x03\x04\x00\x00", "has no numbers in it"),
    ],
)
def test_what_is_no_sample(read, content: str | bytes, said: str) -> None:
    """One line names the file, and where it can the line, the column, and what stands there."""
    with pytest.raises(InputError) as caught:
        read(content)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("nowhere.csv", "there is no file nowhere.csv; give a CSV file of two columns of numbers, x and y"),
        ("/dev/zero", "/dev/zero is not a file"),
        ("a\0b", "cannot be read: embedded null byte"),
        ("x" * 5000, "cannot be read: "),
    ],
)
def test_what_is_no_file(path: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path that leads nowhere, to a folder or to a device is refused, and none of them is read."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError) as caught:
        read_samples(path)
    assert said in str(caught.value)


def test_a_file_that_cannot_be_opened(read, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's reason is in the line."""

    def refuse(*args: object, **kwargs: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("builtins.open", refuse)
    with pytest.raises(InputError, match="cannot be read: Permission denied"):
        read("1,2\n3,4\n5,6\n")


def test_a_file_is_read_again_when_it_has_changed(read) -> None:
    """Once is enough for a file that stands still."""
    assert read("1,2\n3,4\n").y.tolist() == [2.0, 4.0]
    before = data._read.cache_info().hits
    assert read("1,2\n3,40\n").y.tolist() == [2.0, 40.0]
    assert data._read.cache_info().hits == before


def test_a_million_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Are read in seconds, the second time in none; more than the limit are refused, not read to the end."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=100_000).round(3)
    path = tmp_path / "points.csv"
    path.write_text(10 * "".join(f"{a},{2 * a}\n" for a in x.tolist()))
    began = time.process_time()
    found = read_samples(str(path))
    assert time.process_time() - began < 20
    assert len(found.x) == 1_000_000
    assert np.array_equal(found.x[:100_000], x)
    assert read_samples(str(path)) is found
    monkeypatch.setattr(data, "MOST_ROWS", 1000)
    data._read.cache_clear()
    with pytest.raises(InputError, match=r"points\.csv has more than 1000 rows; give a part of them"):
        read_samples(str(path))


def test_the_fingerprint_is_that_of_the_numbers(read) -> None:
    """Names, blanks and the way a number is written do not change it; a number, a row and the order do."""
    first = fingerprint(read("1,2\n3,4\n"))
    assert len(first) == 64
    assert fingerprint(read("x;y\n\n1.0;2e0\n3;4")) == first
    changed = ("1,2\n3,5\n", "1,2\n3,4\n3,4\n", "3,4\n1,2\n", "2,1\n4,3\n")
    others = {fingerprint(read(text)) for text in changed}
    assert len(others | {first}) == 5
