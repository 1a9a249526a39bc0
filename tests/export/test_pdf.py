from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader

from lranim.export import pdf
from lranim.export.deck import Deck, Part, Wishes, deck_of
from lranim.video.clip import Clip


@pytest.fixture(scope="module")
def handout(clips: tuple[Clip, ...], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A handout of two slides, one with two clips and one in Chinese."""
    first, second, third, _ = clips
    parts = [
        Part(clip=first, title="Beside & each *other* #1", group="both", notes="Wait, then ask."),
        Part(clip=second, group="both"),
        Part(clip=third, title="</b> 学习率 $x_1$ [a] <b>"),
    ]
    path = tmp_path_factory.mktemp("hand out 讲义") / "hand out 讲义.pdf"
    assert pdf.write(deck_of(parts, "Steps & slopes", {}), path, Wishes()) == []
    return path


def text_of(path: Path, number: int) -> str:
    """The words of a page, without line breaks."""
    return "".join(PdfReader(path).pages[number].extract_text().split())


def test_a_page_a_clip(handout: Path, clips: tuple[Clip, ...]) -> None:
    """Each page has a clip's title, what happens in it, a picture a stage and its words."""
    pages = PdfReader(handout).pages
    assert len(pages) == 3
    titles = ["Beside & each *other* #1 (1/2)", "Beside & each *other* #1 (2/2)", "</b> 学习率 $x_1$ [a] <b>"]
    for number, (clip, title) in enumerate(zip(clips[:3], titles, strict=True)):
        words = text_of(handout, number)
        for text in (title, clip.alt, *(beat.text for beat in clip.beats)):
            assert "".join(text.split()) in words
        assert f"{number + 1}/3" in words
        assert len(pages[number].images) == len(clip.beats)
    assert "Wait,thenask." in text_of(handout, 0)


def test_readers_learn_what_it_is(handout: Path, clips: tuple[Clip, ...]) -> None:
    """Title, language, tags and alternative text are in the file, as PDF/UA asks; no date is."""
    reader = PdfReader(handout)
    root = reader.trailer["/Root"]
    assert reader.metadata is not None
    assert reader.metadata.title == "Steps & slopes"
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"]
    assert b"pdfuaid" in root["/Metadata"].get_data()
    objects = (reader.get_object(number) for number in range(1, int(reader.trailer["/Size"])))
    figures = [found["/Alt"] for found in objects if isinstance(found, dict) and found.get("/S") == "/Figure"]
    assert sorted(figures) == sorted(beat.text for clip in clips[:3] for beat in clip.beats)


def test_the_same_bytes(clips: tuple[Clip, ...], tmp_path: Path) -> None:
    """A handout made twice is the same file, and nothing stays beside it."""
    deck = deck_of([Part(clip=clips[0])], "", {})
    paths = [tmp_path / "one.pdf", tmp_path / "two.pdf"]
    for path in paths:
        pdf.write(deck, path, Wishes())
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert sorted(tmp_path.iterdir()) == sorted(paths)


def test_a_sign_that_no_font_has(deck: Deck, tmp_path: Path) -> None:
    """It is said, and the handout is there all the same."""
    lines = pdf.write(deck, tmp_path / "deck.pdf", Wishes())
    assert all("no installed font has 🙂" in words for words in lines)
    assert len(PdfReader(tmp_path / "deck.pdf").pages) == 4


def test_a_page_has_ink_in_its_margins_nowhere(handout: Path, tmp_path: Path) -> None:
    """On paper: pictures inside the margins, and white outside."""
    if shutil.which("pdftoppm") is None:
        pytest.skip("needs pdftoppm")
    command = ["pdftoppm", "-r", "40", "-png", "-f", "1", "-l", "1", str(handout), str(tmp_path / "page")]
    subprocess.run(command, check=True)
    with Image.open(next(tmp_path.glob("*.png"))) as file:
        page = file.convert("L")
    assert page.size == (331, 468)
    left, top, right, bottom = page.point(lambda value: 255 * (value < 200)).getbbox()
    assert left >= 26
    assert right <= 306
    assert top >= 20
    assert bottom <= 460
