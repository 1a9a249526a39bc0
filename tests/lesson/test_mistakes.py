"""What is wrong with a lesson, in one line each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lranim.errors import InputError
from lranim.lesson import read_lesson

Refused = Callable[[str], str]

RATE = '[[clip]]\nscene = "learning-rate"\n'
SLOPE = '[[clip]]\nscene = "slope"\n'


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "line 1: there is no [[clip]]; lranim new writes a lesson to start from"),
        ("clip = []\n", "line 1: clip is []; it must be a list of tables, a [[clip]] for each, of which "),
        (
            '\n[clip]\nscene = "a"\n',
            'line 2: clip is { scene = "a" }; it must be a list of tables, a [[clip]]',
        ),
        (f'titel = "a"\n{RATE}', "line 1: there is no key titel; did you mean title?"),
        (f"[defaults]\nfsp = 30\n{RATE}", "line 2: there is no key defaults.fsp; did you mean fps?"),
        (
            f'[defaults]\nscene = "a"\n{RATE}',
            "line 2: there is no key defaults.scene; did you mean clip.scene?",
        ),
        (
            f'{SLOPE}title = {{ fr = "pente" }}\n',
            'line 3: clip.title is { fr = "pente" }; it must be a heading for the slide, of up to 300',
        ),
        (f"{SLOPE}notes = 3\n", "line 3: clip.notes is 3; it must be notes for the speaker, of up to 20000"),
        ("[[clip]]\n", "line 1: clip.scene is missing; it must be the name of a scene"),
        (
            f'{SLOPE}[[clip]]\nscene = "slop"\n',
            "line 4: there is no scene slop; did you mean slope?",
        ),
        (f"{RATE}lr = 0.3\n", "line 3: lr is an option of learning-rate; write it as params = { lr = … }"),
    ],
)
def test_the_file_as_a_whole(refused: Refused, text: str, line: str) -> None:
    """Clips and keys that are missing or unknown."""
    assert refused(text).startswith(f"lesson.toml, {line}")


@pytest.mark.parametrize(
    ("key", "value", "must"),
    [
        ("fps", "300", "a whole number of frames a second from 1 to 240"),
        ("size", '"720p"', 'width and height in px, such as "1280,720", each from 16 to 8192'),
        ("size", "[8, 8]", "width and height in px"),
        ("size", "[1, 2, 3]", "width and height in px"),
        ("formats", '"mp4"', "a list of some of mp4, gif, webm, png"),
        ("formats", '["mp4", "avi"]', "a list of some of mp4, gif, webm, png"),
        ("lang", '"xx"', "one or a list of en, zh"),
        ("theme", '"sepia"', "one or a list of dark, light, contrast, or of paths of TOML files of your own"),
        ("transparent", '"yes"', "true for no background, or false"),
        ("gif_width", "3", "a whole number of px from 16 to 8192"),
        ("max_size", "5", "the most that a video or a GIF may take"),
        ("for", '"fax"', "where it goes, in place of max_size: one of github (10 MB), gslides (50 MB)"),
    ],
)
@pytest.mark.parametrize("table", ["defaults", "clip"])
def test_settings(refused: Refused, table: str, key: str, value: str, must: str) -> None:
    """A setting's line has its key, its value and what it must be, in the defaults and in a clip."""
    row = f"{key} = {value}\n"
    text = f"[defaults]\n{row}{RATE}" if table == "defaults" else f"{RATE}{row}"
    line = 2 if table == "defaults" else 3
    assert refused(text).startswith(f"lesson.toml, line {line}: {table}.{key} is {value}; it must be {must}")


@pytest.mark.parametrize(
    ("scene", "params", "words"),
    [
        (
            "learning-rate",
            "lr = 7e9",
            "params.lr is 7e+09; it must be a finite number greater than 0 and at most 100 "
            "(learning-rate: learning rate)",
        ),
        ("learning-rate", f"steps = 0x{'f' * 9000}", "params.steps is 0xfff"),
        ("learning-rate", f"lr.{'.'.join('a' * 90)} = 1", "params.lr is { a = { a ="),
        ("learning-rate", "start = 50", "params.start is 50; it must lie in the domain of bowl"),
        ("learning-rate", 'cost = "bowll"', "params.cost is bowll; it must be one of bowl, gentle-bowl"),
        ("learning-rate", "lrr = 1", "learning-rate has no option lrr; did you mean lr?"),
        (
            "learning-rate",
            'lang = "en"',
            "learning-rate has no option lang; that is a key of the clip itself",
        ),
        ("surface", "start = [1]", "params.start is [1]; it must be 2 numbers, such as [1.5, -2] (surface"),
        ("learning-rate-compare", "lr = [0.1, 0.1]", "params.lr 0.1 is given 2 times; give each value once"),
        ("cost", 'data = "gone.csv"', "there is no file gone.csv; give a CSV file of two columns"),
        ("cost", "data = 2024-05-06", "params.data is 2024-05-06; it must be text (cost: CSV file"),
    ],
)
def test_options(refused: Refused, scene: str, params: str, words: str) -> None:
    """An option is checked as strictly as TOML allows, and told in the words of lranim render."""
    text = f'{SLOPE}[[clip]]\nscene = "{scene}"\n[clip.params]\n{params}\n'
    assert refused(text).startswith(f"lesson.toml, line 6: {words}")


@pytest.mark.parametrize(
    ("rows", "line", "words"),
    [
        ("matrix.lr = 0.1", 3, "matrix.lr is 0.1; it must be a list of values, such as { lr = [0.1, 0.3] }"),
        ("matrix.lr = []", 3, "matrix.lr is []; it must be a list of values"),
        (
            "[clip.matrix]\n# a\nlr = [0.1,\n0]",
            5,
            "matrix.lr is 0; it must be a finite number greater than 0",
        ),
        ("params.lr = 1\nmatrix.lr = [1]", 4, "lr is given in matrix and in params; give it once"),
        ("fps = 9\nmatrix.fps = [9]", 4, "fps is given in matrix and in the clip; give it once"),
        ("matrix.fsp = [9]", 3, "matrix has no fsp for learning-rate; did you mean fps?"),
        ("matrix.fps = [9, 0]", 3, "matrix.fps is 0; it must be a whole number of frames a second"),
        ('matrix.lang = [["en"]]', 3, 'matrix.lang has ["en"] in it; give each lang by itself'),
        (
            'matrix.theme = ["light", "x.toml"]',
            3,
            "there is no file x.toml; give the path of a theme file, or one of dark, light, contrast",
        ),
        (
            "matrix.fps = [9, 10]",
            3,
            "two combinations would both be called learning-rate (not part of a name: fps); give each",
        ),
        ('name = "a"\nmatrix.lr = [1, 2]', 3, "name is a, but the clip comes more than once; leave it out"),
        (
            f"matrix.lr = {[k / 1000 for k in range(1, 102)]}\nmatrix.steps = {list(range(1, 101))}",
            3,
            "the clip comes in 10,100 combinations; a lesson has at most 10,000 clips",
        ),
    ],
)
def test_the_matrix(refused: Refused, rows: str, line: int, words: str) -> None:
    """A matrix is checked key by key before anything is multiplied out."""
    assert refused(f"{RATE}{rows}\n").startswith(f"lesson.toml, line {line}: {words}")


def test_files_of_one_name_in_a_matrix(refused: Refused) -> None:
    """Where it is a path's folder that differs, nothing is said to be left out of the name."""
    for folder in ("one", "two"):
        Path(folder).mkdir()
        Path(folder, "points.csv").write_text("x,y\n0,1\n1,2\n2,4\n")
    text = '[[clip]]\nscene = "cost"\nmatrix.data = ["one/points.csv", "two/points.csv"]\n'
    assert refused(text).endswith("would both be called cost.data=points; give each a [[clip]] with a name")


def test_too_many_clips_together(refused: Refused, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is that of the whole lesson."""
    monkeypatch.setattr("lranim.lesson.clips.MOST_CLIPS", 2)
    text = f"{RATE}matrix.lr = [0.1, 0.2]\n{SLOPE}"
    assert refused(text) == "lesson.toml, line 4: the lesson has more than 2 clips; split it"


@pytest.mark.parametrize(
    ("defaults", "rows", "line", "words"),
    [
        (
            "fps = 9",
            'transparent = true\nformats = ["mp4"]',
            5,
            "transparent and formats mp4 do not go together",
        ),
        ('formats = ["mp4"]', "transparent = true", 5, "transparent and formats mp4 do not go together"),
        (
            "fps = 9",
            'formats = ["png"]\ngif_width = 90',
            6,
            "gif_width 90 needs a GIF; add gif to formats, or",
        ),
        ("gif_width = 2000", "", 2, "gif_width 2000 is more than the picture's 1280; a GIF is made smaller"),
        (
            "gif_loops = 1\nfps = 9",
            'formats = ["mp4"]\ngif_loops = 2',
            7,
            "gif_loops 2 needs a GIF; add gif to",
        ),
        (
            "fps = 9",
            'formats = ["png"]\nfor = "mail"',
            6,
            "for mail is for videos and GIFs; add one to formats",
        ),
        ("fps = 9", 'max_size = "1MB"\nfor = "mail"', 5, "max_size and for mail are both limits; give one"),
        ("fps = 9", 'name = "a/b"', 5, "the name a/b has a slash in it"),
        ("fps = 9", 'name = " "', 5, "the name ' ' is empty"),
        (
            "fps = 9",
            f'name = "{"é" * 150}"',
            5,
            f"the name {'é' * 40}… is longer than 200 bytes; give a shorter",
        ),
    ],
)
def test_what_contradicts_itself(refused: Refused, defaults: str, rows: str, line: int, words: str) -> None:
    """The checks are those of lranim render, in the words of the file; the line is the one to blame."""
    assert refused(f"[defaults]\n{defaults}\n{RATE}{rows}\n").startswith(f"lesson.toml, line {line}: {words}")


@pytest.mark.parametrize(
    ("first", "second", "names", "file"),
    [
        ('name = "a"', 'name = "a.en"', ("a", "a.en"), "a.en.srt"),
        ('name = "a"', 'name = "A"', ("a", "A"), "A.mp4"),
        ('name = "\u00e9"', 'name = "e\u0301"', ("\u00e9", "e\u0301"), "e\u0301.mp4"),
        ("params.lr = 0.9", "params.lr = 0.90", ("learning-rate.lr=0.9",) * 2, "learning-rate.lr=0.9.mp4"),
    ],
)
def test_two_clips_of_one_file(
    refused: Refused, first: str, second: str, names: tuple[str, str], file: str
) -> None:
    """Both are said with their lines; what is one name to some file systems is one here."""
    assert refused(f"{RATE}{first}\n{SLOPE}\n{RATE}{second}\nfps = 10\n") == (
        f"lesson.toml, line 7: the clips {names[0]} (line 1) and {names[1]} (line 7) would both write "
        f"{file}; give one a name or change it"
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a = \n", "lesson.toml is not TOML: Invalid value (at line 1, column 5)"),
        ("a = 1\na = 2", "lesson.toml is not TOML: Cannot overwrite a value (at line 2, column 6)"),
        (f"a = {'[' * 10_000}{']' * 10_000}\n", "lesson.toml is not TOML: too many brackets within brackets"),
        (f"{'.'.join('a' * 50_000)} = 1\n", "lesson.toml has a key of more than 100 parts with dots"),
        ('["a b"' + " . 'c d'" * 50_000 + "]\n", "lesson.toml has a key of more than 100 parts with dots"),
        ("#" * 2_000_001, "lesson.toml has 2,000,001 bytes, and 2,000,000 are the most"),
        (f"a = {'9' * 5000}\n", "lesson.toml cannot be read: "),
    ],
)
def test_no_toml(refused: Refused, text: str, words: str) -> None:
    """The parser's own words have line and column; what is too deep or too large for it is no crash."""
    assert refused(text).startswith(words)


def test_files_that_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing file, a folder and what is no UTF-8 are told apart."""
    monkeypatch.chdir(tmp_path)
    Path("latin.toml").write_bytes('title = "é"'.encode("latin-1"))
    for path, words in {
        "gone.toml": r"there is no file gone\.toml; lranim new writes one to start from",
        ".": r"\. is not a file; lranim new writes one",
        "latin.toml": r"latin\.toml is not UTF-8 text \(byte 9\); save it as UTF-8",
    }.items():
        with pytest.raises(InputError, match=words):
            read_lesson(Path(path), Path("media"))
