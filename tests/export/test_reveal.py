"""HTML decks in a real browser: they play, wait and stop, everyone can read them, and no net is asked."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image
from pypdf import PdfReader

from lranim.errors import InputError
from lranim.export import reveal
from lranim.export.deck import Deck, Part, Wishes, deck_of
from lranim.export.places import FILES
from lranim.export.reveal import SCRIPTS, VENDORED, write
from lranim.export.template import TEMPLATES
from lranim.video.clip import Clip

AWKWARD = (
    '</script></title><b>&amp; 学习率 🙂 $x_1$ 100% "it\'s" \\end{document} `code` {{ x }} <!-- <script>'
)

HERE = "Reveal.getCurrentSlide().querySelector('video')"
READY = "window.Reveal && Reveal.isReady()"
PLAYS = (
    "[...Reveal.getCurrentSlide().querySelectorAll('video')]"
    ".every(v => v.readyState >= 2 && !v.paused && v.currentTime > 0)"
)
QUIET = "[...document.querySelectorAll('video')].every(v => v.paused)"

Open = Callable[..., AbstractContextManager[Any]]


@pytest.fixture(scope="module")
def awkward(clips: tuple[Clip, ...]) -> Deck:
    """A title, two clips beside each other, one, and one in the other language with an awkward title."""
    first, second, third, _ = clips
    parts = [
        Part(clip=first, title="Beside each other", group="both", notes=AWKWARD),
        Part(clip=second, group="both"),
        Part(clip=second, title="The slope is the step"),
        Part(clip=third, title=AWKWARD),
    ]
    return deck_of(parts, AWKWARD, {})


@pytest.fixture(scope="module")
def written(awkward: Deck, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """A function that gives the page of the deck, written once for each kind and wishes."""
    room = tmp_path_factory.mktemp("it's a 斜率 room")
    made: dict[str, Path] = {}

    def page(*, single: bool = False, **wishes: Any) -> Path:
        name = "-".join(map(str, wishes.items())) + "deck"
        place = room / (f"{name}.html" if single else name)
        if str(place) not in made:
            if not single:
                place.mkdir()
            assert write(awkward, place, Wishes(**wishes)) == []
            made[str(place)] = place if single else place / "index.html"
        return made[str(place)]

    return page


@pytest.fixture(scope="module")
def tab(browser: Any) -> Any:
    """A tab that can be touched."""
    return browser.new_context(has_touch=True).new_page()


@pytest.fixture
def opened(tab: Any) -> Open:
    """A function that opens a page, on which in the end nothing was complained of or asked from elsewhere."""

    @contextmanager
    def open_page(path: Path, query: str = "", *, motion: bool = True) -> Iterator[Any]:
        complaints: list[str] = []
        asked: list[str] = []
        hear = {
            "console": lambda said: complaints.append(f"{said.type}: {said.text}"),
            "pageerror": lambda error: complaints.append(str(error)),
            "requestfailed": lambda request: complaints.append(f"failed: {request.url[:100]}"),
            "request": lambda request: asked.append(request.url[:300]),
        }
        tab.set_viewport_size({"width": 640, "height": 360})
        tab.emulate_media(reduced_motion="no-preference" if motion else "reduce")
        for event, listen in hear.items():
            tab.on(event, listen)
        try:
            tab.goto(path.as_uri() + query)
            tab.wait_for_function(READY)
            yield tab
        finally:
            tab.goto("about:blank")
            for event, listen in hear.items():
                tab.remove_listener(event, listen)
        folder = path.parent.as_uri()
        assert [url for url in asked if not url.startswith((folder, "data:", "blob:", "about:"))] == []
        # Chromium calls off what it was loading for a video whose slide has gone far away.
        assert [
            words for words in complaints if not words.startswith("failed:") or "/media/" not in words
        ] == []

    return open_page


def shape(page: Any) -> list[int]:
    """Where the deck is: slide and stage."""
    place = page.evaluate("Reveal.getIndices()")
    return [place["h"], place.get("f", -1)]


@pytest.mark.parametrize("single", [False, True])
def test_every_clip_plays_on_its_slide_over_again_and_stops_when_it_leaves(
    written: Callable[..., Path], opened: Open, single: bool
) -> None:
    """On each slide all clips play and begin again after their end; where nobody looks, nothing plays."""
    with opened(written(single=single)) as page:
        assert page.evaluate(QUIET), "the deck's title comes first"
        for number in (1, 2, 3):
            page.keyboard.press("ArrowRight")
            page.wait_for_function(PLAYS)
            others = f"[...document.querySelectorAll('section')][{number}]"
            assert page.evaluate(
                f"[...document.querySelectorAll('video')].every(v => v.paused || {others}.contains(v))"
            )
        page.evaluate(f"{HERE}.currentTime = {HERE}.duration - 0.4")
        page.wait_for_function(f"{HERE}.currentTime < 2 && {HERE}.currentTime > 0 && !{HERE}.paused")
        page.keyboard.press("ArrowLeft")
        page.wait_for_function("Reveal.getIndices().h === 2")
        page.wait_for_function(PLAYS)
        assert page.evaluate(f"{HERE}.currentTime") < 2, "it has been rewound"


def test_the_words_of_the_page_are_those_of_the_deck(
    awkward: Deck, written: Callable[..., Path], opened: Open
) -> None:
    """Titles, captions, notes and alt texts come out as they went in, each in its language."""
    for single in (False, True):
        with opened(written(single=single)) as page:
            titles = page.eval_on_selector_all("h2", "all => all.map(one => one.textContent)")
            notes = page.eval_on_selector_all("aside.notes", "all => all.map(one => one.textContent)")
            langs = page.eval_on_selector_all("section:has(.clips)", "all => all.map(one => one.lang)")
            labels = page.eval_on_selector_all("video", "all => all.map(one => one.ariaLabel)")
            captions = page.eval_on_selector_all(".caption", "all => all.map(one => one.textContent)")
            assert page.title() == AWKWARD
        assert titles == [AWKWARD, *(slide.title for slide in awkward.slides)]
        assert notes == ["".join(slide.notes) for slide in awkward.slides]
        assert langs == ["en", "en", "zh"]
        assert labels == [clip.alt for slide in awkward.slides for clip in slide.clips]
        assert captions == [slide.caption for slide in awkward.slides if slide.caption]


def test_the_deck_has_a_title_slide_if_it_has_a_title(
    awkward: Deck, written: Callable[..., Path], opened: Open, tmp_path: Path
) -> None:
    """It lies within the slide, also on a phone held upright; a deck without a title has none."""
    inside = (
        "(() => { const b = Reveal.getCurrentSlide().querySelector('h2').getBoundingClientRect();"
        " return b.left >= 0 && b.top >= 0 && b.right <= innerWidth && b.bottom <= innerHeight })()"
    )
    with opened(written()) as page:
        assert page.evaluate("Reveal.getTotalSlides()") == 1 + len(awkward.slides)
        assert page.evaluate(inside)
        page.set_viewport_size({"width": 390, "height": 844})
        page.wait_for_function("Reveal.getConfig().width === 540")
        assert page.evaluate(inside)
    write(replace(awkward, title=""), tmp_path, Wishes())
    assert (tmp_path / "index.html").read_text(encoding="utf-8").count("<section") == len(awkward.slides)


def test_what_the_page_says_by_itself_is_in_the_language_of_the_deck(
    clips: tuple[Clip, ...], opened: Open, tmp_path: Path
) -> None:
    """A Chinese deck has no English words, also where reveal.js says them; names of keys stay."""
    write(deck_of([as_part(clips[2]), as_part(clips[3])], "学习率", {}), tmp_path, Wishes())
    with opened(tmp_path / "index.html") as page:
        page.evaluate("Reveal.toggleHelp()")
        said = page.eval_on_selector_all(".r-overlay td:last-child", "all => all.map(one => one.textContent)")
        said += page.eval_on_selector_all(
            ".r-overlay :is(th, .title), .resume-button", "all => all.map(one => one.textContent)"
        )
        said += page.eval_on_selector_all(".controls button", "all => all.map(one => one.ariaLabel)")
        page.evaluate("Reveal.toggleHelp(false)")
        page.keyboard.press("g")
        said.append(page.get_attribute(".jump-to-slide-input", "placeholder"))
        assert len(said) > 20
        assert [words for words in said if words.isascii()] == []


def test_space_and_fingers_turn_the_slides_also_on_a_clip(written: Callable[..., Path], opened: Open) -> None:
    """A focused video does not keep the space bar, and a swipe may begin on a clip; a tap halts the clip."""
    from playwright.sync_api import TimeoutError as TooLate

    with opened(written()) as page:
        page.evaluate("Reveal.slide(1)")
        page.evaluate(f"{HERE}.focus()")
        page.keyboard.press("Space")
        assert shape(page)[0] == 2
        touch = page.context.new_cdp_session(page)

        def swipe(first: int, last: int) -> None:
            points = [("touchStart", first), ("touchMove", (first + last) // 2), ("touchMove", last)]
            for kind, x in points:
                touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": 160}]})
            touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

        for first, last, there in ((420, 220, 3), (220, 420, 2)):
            swipe(first, last)
            page.wait_for_function(f"Reveal.getIndices().h === {there}")
            page.wait_for_function(PLAYS)
        for patience in (3000, 3000, 30000):
            page.wait_for_timeout(400)  # sooner, it is the second half of a double tap
            page.touchscreen.tap(320, 160)
            with suppress(TooLate):  # Chromium may take a tap for the end of the swipe before it
                page.wait_for_function(f"{HERE}.paused", timeout=patience)
                break
        assert page.evaluate(f"{HERE}.paused")


def test_clicks_go_through_the_beats_of_a_clip(
    awkward: Deck, written: Callable[..., Path], opened: Open
) -> None:
    """The clip waits before each next beat; back shows what had been told; then comes a slide."""
    beats = [beat.t for beat in awkward.slides[1].clips[0].beats]
    waits = [*(t - reveal_before() for t in beats[1:]), None]
    with opened(written(steps=True)) as page:
        page.evaluate("Reveal.slide(2)")
        for number, stop in enumerate(waits):
            page.evaluate(f"{HERE}.playbackRate = 16")
            page.wait_for_function(
                f"{HERE}.paused && {HERE}.currentTime > {beats[number]} && !{HERE}.seeking"
            )
            if stop is not None:
                assert page.evaluate(f"{HERE}.currentTime") == pytest.approx(stop, abs=0.02)
                page.mouse.click(320, 160)
        assert shape(page) == [2, len(beats) - 2]
        page.keyboard.press("ArrowLeft")
        page.wait_for_function(f"Math.abs({HERE}.currentTime - {waits[-2]}) < 0.02")
        assert page.evaluate(f"{HERE}.paused")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("PageDown")
        assert shape(page)[0] == 3


def test_a_clip_that_waits_for_its_first_click_has_one_more(awkward: Deck, tmp_path: Path) -> None:
    """One that begins by itself needs none for its first beat."""
    for autoplay in (True, False):
        path = tmp_path / f"{autoplay}.html"
        write(replace(awkward, slides=awkward.slides[1:2]), path, Wishes(steps=True, autoplay=autoplay))
        stages = path.read_text(encoding="utf-8").count('<p class="fragment unseen">')
        assert stages == len(awkward.slides[1].clips[0].beats) - autoplay


def reveal_before() -> float:
    """How long before the next beat a clip waits (s), as the script has it."""
    script = (TEMPLATES / "reveal_deck.js").read_text(encoding="utf-8")
    return float(script.partition("BEFORE = ")[2].partition(";")[0])


def test_captions_are_there_in_both_languages_when_wanted(
    awkward: Deck, written: Callable[..., Path], opened: Open
) -> None:
    """No captions at first, since the clip says the same; C shows those of its language."""
    beats = awkward.slides[2].clips[0].beats
    tracks = f"[...{HERE}.textTracks].map(t => [t.language, t.kind, t.label, t.mode])"
    with opened(written()) as page:
        page.evaluate("Reveal.slide(3)")
        rows = page.evaluate(tracks)
        assert rows == [["zh", "captions", "中文", "disabled"], ["en", "captions", "English", "disabled"]]
        page.keyboard.press("c")
        page.wait_for_function(f"({HERE}.textTracks[0].activeCues || []).length")
        shown = page.evaluate(f"[...{HERE}.textTracks[0].cues].map(cue => cue.text)")
        assert ["".join(words.split()) for words in shown] == ["".join(b.text.split()) for b in beats]
        page.keyboard.press("c")
        assert page.evaluate(f"{HERE}.textTracks[0].mode") == "disabled"


def test_nothing_moves_by_itself_for_who_asked_for_less_motion(
    written: Callable[..., Path], opened: Open
) -> None:
    """Clips stand at their poster and wait for a click; a GIF is its still."""
    with opened(written(), motion=False) as page:
        for number in (3, 1):
            page.evaluate(f"Reveal.slide({number})")
            page.wait_for_function(f"{HERE}.readyState >= 2")
            assert page.evaluate(QUIET)
            assert page.evaluate("Reveal.getConfig().transition") == "none"
    with opened(written(media="gif"), motion=False) as page:
        assert page.evaluate("document.querySelector('img').currentSrc").endswith(".jpg")
    with opened(written(media="gif")) as page:
        page.evaluate("Reveal.slide(1)")
        page.wait_for_function("document.querySelector('img').currentSrc.endsWith('.gif')")


@pytest.mark.thorough_after(1)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(awkward: Deck, opened: Open, tmp_path: Path, theme: str) -> None:
    """No slide has a fault that axe-core knows, best practice included."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    slides = tuple(
        replace(slide, clips=tuple(replace(clip, theme=theme) for clip in slide.clips))
        for slide in awkward.slides
    )
    write(Deck(title="A deck", slides=slides), tmp_path, Wishes(autoplay=False, steps=theme == "dark"))
    # A slide that fades in has no contrast yet: so none fades.
    with opened(tmp_path / "index.html", motion=False) as page:
        for number in range(1 + len(slides)):
            page.evaluate(f"Reveal.slide({number})")
            found = axe.run(page, options={"preload": False}).response["violations"]
            assert [(row["id"], [node["html"] for node in row["nodes"]]) for row in found] == []


def test_the_slide_has_the_shape_that_was_asked_for(written: Callable[..., Path], opened: Open) -> None:
    """4:3 is 960 by 720, its clips lie inside, and a phone held upright gets a slide of its own shape."""
    inside = "(b => b.left >= 0 && b.top >= 0 && b.right <= innerWidth && b.bottom <= innerHeight)"
    all_here = "[...Reveal.getCurrentSlide().querySelectorAll('video')]"
    every = f"{all_here}.every(v => {inside}(v.getBoundingClientRect()))"
    with opened(written(aspect="4:3")) as page:
        config = page.evaluate("Reveal.getConfig()")
        assert (config["width"], config["height"]) == (960, 720)
        page.evaluate("Reveal.slide(1)")
        assert page.evaluate(every)
        page.set_viewport_size({"width": 390, "height": 844})
        page.wait_for_function("Reveal.getConfig().width === 540")
        assert page.evaluate(every)
        assert page.evaluate(f"{HERE}.getBoundingClientRect().width") > 320


def test_printing_gives_a_page_a_slide_with_posters(
    awkward: Deck, written: Callable[..., Path], opened: Open, tmp_path: Path
) -> None:
    """?print-pdf has no video in it, and the posters are on its pages."""
    with opened(written(), "?print-pdf") as page:
        page.wait_for_selector(".pdf-page")
        assert page.evaluate("[...document.querySelectorAll('video')].every(v => !v.currentSrc && v.poster)")
        page.pdf(path=tmp_path / "deck.pdf", prefer_css_page_size=True)
    pages = PdfReader(tmp_path / "deck.pdf").pages
    assert [len(page.images) for page in pages] == [0, *(len(slide.clips) for slide in awkward.slides)]


@pytest.mark.thorough
def test_the_speaker_sees_the_notes(awkward: Deck, written: Callable[..., Path], opened: Open) -> None:
    """S opens the speaker's window, also from a file on disk."""
    with opened(written()) as page:
        page.evaluate("Reveal.slide(2)")
        with page.context.expect_page() as opening:
            page.keyboard.press("s")
        words = awkward.slides[1].notes[-1].split("  ")[-1]
        opening.value.wait_for_function(
            "words => document.querySelector('.speaker-controls-notes .value').textContent.includes(words)",
            arg=words,
        )
        opening.value.close()


def test_without_loop_and_autoplay_the_clip_waits_and_ends(
    written: Callable[..., Path], opened: Open
) -> None:
    """Nothing plays before Enter or a click, and the end stays."""
    with opened(written(loop=False, autoplay=False)) as page:
        page.evaluate("Reveal.slide(2)")
        page.wait_for_function(f"{HERE}.readyState >= 2")
        assert page.evaluate(QUIET)
        page.keyboard.press("Enter")
        page.wait_for_function(PLAYS)
        page.evaluate(f"{HERE}.currentTime = {HERE}.duration - 0.4")
        page.wait_for_function(f"{HERE}.ended")


def test_a_clip_in_two_slides_is_there_once(written: Callable[..., Path], clips: tuple[Clip, ...]) -> None:
    """The folder has one copy of a clip that two slides show, and the page in one file has one as well."""
    folder = written().parent / FILES / "media"
    assert len(list(folder.glob("*.mp4"))) == 3
    assert written(single=True).read_text(encoding="utf-8").count('data-type="video/mp4"') == 3
    copy = folder / f"{clips[1].name}.mp4"
    assert copy.read_bytes() == clips[1].need("mp4").path.read_bytes()


def test_clips_of_the_same_name_keep_apart(clips: tuple[Clip, ...], tmp_path: Path) -> None:
    """Two clips may have one name, as from two folders."""
    twins = [
        replace(clip, sidecar=Path(f"{name}.json"))
        for clip, name in zip(clips[:2], ("Slope #1", "slope #1"), strict=True)
    ]
    write(deck_of(map(as_part, twins), "", {}), tmp_path, Wishes())
    assert {path.name for path in (tmp_path / FILES / "media").glob("*.mp4")} == {
        "Slope-1.mp4",
        "slope-1-2.mp4",
    }
    assert f'data-file="{FILES}/media/slope-1-2.mp4"' in (tmp_path / "index.html").read_text(encoding="utf-8")


def as_part(clip: Clip) -> Part:
    """A clip by itself."""
    return Part(clip=clip)


def test_what_there_is_is_shown(clips: tuple[Clip, ...], tmp_path: Path) -> None:
    """Without captions, beats or a video it is shown all the same; without anything it is refused."""
    bare = replace(clips[0], captions=(), beats=(), artifacts=(clips[0].need("gif"),))
    deck = deck_of([as_part(bare)], "", {})
    said = write(deck, tmp_path / "one.html", Wishes(steps=True))
    assert said == [
        "1 clip has no video; its GIF is shown",
        "a GIF cannot wait at a beat: --steps means nothing for it",
    ]
    nothing = replace(bare, artifacts=())
    with pytest.raises(InputError, match="has no mp4 or webm or gif"):
        write(deck_of([as_part(nothing)], "", {}), tmp_path / "none.html", Wishes())


def test_a_clip_that_one_sees_through_keeps_its_ground(clips: tuple[Clip, ...], tmp_path: Path) -> None:
    """A WebM alone is shown, and its poster is as clear as it is."""
    path = tmp_path / "clear.webm"
    pixels = np.zeros((64, 96, 4), dtype=np.uint8)
    pixels[20:40, 30:60] = (255, 255, 255, 255)
    with av.open(path, "w") as container:
        stream = container.add_stream("libvpx-vp9", rate=10, width=96, height=64, pix_fmt="yuva420p")
        stream.options = {"auto-alt-ref": "0"}
        stream.metadata["alpha_mode"] = "1"
        for _ in range(3):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgba")))
        container.mux(stream.encode())
    row = replace(clips[0].need("mp4"), path=path, format="webm", width=96, height=64)
    assert write(deck_of([as_part(replace(clips[0], artifacts=(row,)))], "", {}), tmp_path, Wishes()) == []
    with Image.open(tmp_path / FILES / "media" / f"{clips[0].name}.png") as poster:
        assert poster.convert("RGBA").getpixel((2, 2))[3] == 0
        assert poster.convert("RGBA").getpixel((45, 30)) == pytest.approx((255, 255, 255, 255), abs=3)


def test_no_file_that_goes_along_names_another_place() -> None:
    """What the page loads has no address to load from, and nothing that would end or change its tag."""
    for path in (*reveal.STYLES, *SCRIPTS):
        tag = "script" if path.suffix == ".js" else "style"
        text = path.read_text(encoding="utf-8") if tag == "style" else str(reveal._script(path))
        banned = ["@import", "url(http", f"</{tag}", *(["<script", "<!--"] if tag == "script" else [])]
        assert [sign for sign in banned if sign in text.lower()] == [], path.name


def test_the_vendored_files_are_those_of_the_release() -> None:
    """Each is as the manifest says, and the script says the same version of itself."""
    manifest = json.loads((VENDORED / "manifest.json").read_text(encoding="utf-8"))
    there = {path.name for path in VENDORED.iterdir()} - {"manifest.json"}
    assert there == set(manifest["sha256"])
    for name, sha256 in manifest["sha256"].items():
        assert hashlib.sha256((VENDORED / name).read_bytes()).hexdigest() == sha256, name
    assert f"`{manifest['version']}`" in (VENDORED / "reveal.js").read_text(encoding="utf-8")
    assert "MIT" in (VENDORED / "reveal.js").read_text(encoding="utf-8")[:300]


def test_every_script_can_be_read_as_it_stands_in_a_page(tmp_path: Path) -> None:
    """What is escaped for a page is still JavaScript."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("needs node")
    for path in SCRIPTS:
        (tmp_path / path.name).write_text(str(reveal._script(path)), encoding="utf-8")
        subprocess.run([node, "--check", str(tmp_path / path.name)], check=True)
