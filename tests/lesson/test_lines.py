"""Where something stands in a TOML file."""

from __future__ import annotations

import time

import pytest

from lranim.lesson.lines import clip_lines, line_of

TEXT = '''title = "a"

[defaults]
fps = 30           # a comment
size = [
  1280,
  720,
]

# of the first
[[clip]]
scene = "slope"
notes = """
[[clip]]
lr = 3
"""
params = { steps = 3,  start = 4 }

[[ clip ]]
scene = "steep"
  [clip.matrix]
  # of steps
  steps = [1,
    2]
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (["title"], 1),
        (["defaults"], 3),
        (["defaults", "fps"], 4),
        (["defaults", "size"], 5),
        (["defaults", "size", 1], 5),
        (["clip"], 11),
        (["clip", 0], 11),
        (["clip", 0, "scene"], 12),
        (["clip", 0, "notes"], 13),
        (["clip", 0, "params"], 17),
        (["clip", 0, "params", "start"], 17),
        (["clip", 1], 19),
        (["clip", 1, "scene"], 20),
        (["clip", 1, "matrix"], 21),
        (["clip", 1, "matrix", "steps", 1], 23),
        (["clip", 1, "absent", "key"], 19),
        (["absent"], 1),
        ([], 1),
    ],
)
def test_the_line_of_each_kind_of_key(path: list[str | int], line: int) -> None:
    """Comments, lists over several lines and texts that look like headers do not mislead it."""
    assert line_of(TEXT, path) == line


def test_headers_in_texts_are_none() -> None:
    """A line within a text is not taken for the header of a clip."""
    assert clip_lines(TEXT, 2) == [11, 19]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("[['clip']]\na = 1\n[[\"clip\"]]\n", [1, 3]),
        ("[[ clip\t]] # one\n", [1]),
        ("# two\nclip = [{a = 1}, {a = 2}]\n", [2, 2]),
        ('[["\\u0063lip"]]\n', [1]),
    ],
)
def test_other_ways_to_write_a_clip(text: str, lines: list[int]) -> None:
    """Quoted headers and lists of inline tables are found, too."""
    assert clip_lines(text, len(lines)) == lines


def test_a_long_file_is_searched_in_no_time() -> None:
    """An error in the last of two thousand clips costs two parses of the file, not two thousand."""
    text = "".join(f'[[clip]]\nscene = "slope"\nname = "{k}"\n' for k in range(2000))
    began = time.process_time()
    assert line_of(text, ["clip", 1999, "name"]) == 6000
    assert time.process_time() - began < 1
