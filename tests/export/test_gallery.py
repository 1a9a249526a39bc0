"""The gallery as it is read in a browser: from the disk, by mouse, keyboard and finger."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from click.testing import CliRunner

from lranim.cli import cli
from lranim.errors import InputError
from lranim.export.commands import command_of
from lranim.export.gallery import find_clips, page, weight
from lranim.export.template import line, markdown, words
from lranim.look.text import say
from lranim.video.clip import read_clip, sealed

SLOPE = "slope.steps=1.light"
ODD = "a+b, 100% #1? & 'c' \"d\" 斜率"
AWKWARD = "</script><b>&amp; \"quoted\" 'it' `x` {{ y }} $z$ [a](b) 学习率 🙂\nnext"


def change(folder: Path, name: str, **about: Any) -> None:
    """Change what the JSON of a clip says."""
    place = folder / f"{name}.json"
    place.write_text(json.dumps(sealed(json.loads(place.read_text()) | about)))


def rename(folder: Path, name: str, other: str) -> None:
    """Give a clip's files another name."""
    for path in folder.glob(f"{name}.*"):
        path.rename(folder / path.name.replace(name, other))
    place = folder / f"{other}.json"
    place.write_text(json.dumps(json.loads(place.read_text())).replace(name, json.dumps(other)[1:-1]))


def keep(folder: Path, name: str, *formats: str) -> None:
    """Leave a clip no files but those of some formats."""
    rows = json.loads((folder / f"{name}.json").read_text())["artifacts"]
    change(folder, name, artifacts=[row for row in rows if row["format"] in formats], captions=[], beats=[])


@pytest.fixture(scope="module")
def folder(rendered: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six clips: two scenes of lranim's in two languages, one of a scene that is gone, one that is a GIF."""
    folder = tmp_path_factory.mktemp("gallery") / "my 学习率 #1?100%"
    shutil.copytree(rendered, folder)
    for path in (*folder.glob(f"{SLOPE}*"),):
        for place in ("week 1", "only"):
            (folder / place).mkdir(exist_ok=True)
            shutil.copy(path, folder / place)
    rename(folder / "week 1", SLOPE, ODD)
    change(folder / "week 1", ODD, scene="gone <b>", theme="my theme", alt=AWKWARD)
    rename(folder / "only", SLOPE, "gif")
    keep(folder / "only", "gif", "gif")
    (folder / "package.json").write_text('{"name": "slides"}')
    (folder / ".hidden").mkdir()
    shutil.copy(folder / f"{SLOPE}.json", folder / ".hidden")
    target = folder / "index.html"
    target.write_text(page(find_clips(folder), folder, target, "Clips & <more>").text, encoding="utf-8")
    return folder


@contextmanager
def opened(browser: Any, folder: Path, hash: str = "", *, before: str = "", **how: Any) -> Iterator[Any]:
    """The page; nothing must be said on the console meanwhile, nor asked for outside of the folder."""
    size = {"width": 1280, "height": 800}
    context = browser.new_context(**{"viewport": size, "reduced_motion": "no-preference"} | how)
    found = context.new_page()
    faults: list[str] = []
    found.on("console", lambda message: faults.append(message.text))
    found.on("pageerror", lambda error: faults.append(str(error)))
    found.on("requestfailed", lambda request: faults.append(f"failed: {request.url}"))
    inside = (folder.as_uri(), "data:")
    found.on("request", lambda request: request.url.startswith(inside) or faults.append(request.url))
    found.set_default_timeout(5000)
    found.add_init_script(before)
    found.goto(f"{(folder / 'index.html').as_uri()}{hash}")
    yield found
    context.close()
    # A video that is let go of while it loads is no fault.
    assert [fault for fault in faults if not fault.startswith("failed:")] == []


def card(found: Any, name: str) -> Any:
    """The card of a clip, by its path."""
    return found.locator("article").filter(has=found.get_by_role("button", name=f"Play {name}", exact=True))


def wait(found: Any, one: Any, playing: bool) -> None:
    """Wait until a card's video plays, with its frames there, or is paused."""
    handle = one.locator("video").element_handle()
    if playing:
        found.wait_for_function("v => v.readyState >= 2 && !v.paused && v.currentTime > 0", arg=handle)
    else:
        found.wait_for_function("v => v.paused", arg=handle)
    assert (
        one.get_by_role("button", name=re.compile("^Play")).get_attribute("aria-pressed")
        == str(playing).lower()
    )


def test_clips_play_while_one_looks_at_them(browser: Any, folder: Path) -> None:
    """Under the mouse and with the keyboard's focus, one at a time; the poster comes first."""
    with opened(browser, folder) as found:
        first, second = (card(found, name) for name in (SLOPE, f"week 1/{ODD}"))
        assert found.evaluate("[...document.querySelectorAll('video')].every(v => v.readyState === 0)")
        first.locator(".play").hover()
        wait(found, first, playing=True)
        assert first.locator("img").is_hidden()
        found.mouse.move(1, 1)
        wait(found, first, playing=False)
        second.get_by_role("button", name="Copy command").focus()
        found.keyboard.press("Shift+Tab")
        wait(found, second, playing=True)
        assert first.locator("img").is_visible()
        found.keyboard.press("Space")
        wait(found, second, playing=False)
        found.keyboard.press("Space")
        wait(found, second, playing=True)
        found.keyboard.press("Tab")
        wait(found, second, playing=False)
        # Nothing but a GIF: its first frame stands for it.
        gif = found.locator("[data-gif]")
        gif.hover()
        moving = found.locator("img.moving")
        moving.wait_for()
        found.wait_for_function("document.querySelector('img.moving').naturalWidth === 240")
        found.mouse.move(1, 1)
        moving.wait_for(state="detached")


def test_a_finger_plays_and_pauses(browser: Any, folder: Path) -> None:
    """On a phone, where nothing hovers; the page is as wide as the screen."""
    with opened(browser, folder, viewport={"width": 390, "height": 844}, has_touch=True) as found:
        assert found.evaluate("document.documentElement.scrollWidth") == 390
        one = card(found, SLOPE)
        for playing in (True, False):
            one.locator(".play").tap()
            wait(found, one, playing)


def test_who_wants_less_motion_must_ask_for_it(browser: Any, folder: Path) -> None:
    """Neither hover nor focus plays, a click does."""
    with opened(browser, folder, reduced_motion="reduce") as found:
        one = card(found, SLOPE)
        one.locator(".play").hover()
        one.get_by_role("button", name="Copy command").focus()
        found.keyboard.press("Shift+Tab")
        found.wait_for_timeout(100)
        assert one.locator("video").evaluate("video => video.paused && video.readyState === 0")
        one.locator(".play").click()
        wait(found, one, playing=True)


def test_filters(browser: Any, folder: Path) -> None:
    """By scene, language, theme and words, with counts; they stand in the address and come from there."""
    with opened(browser, folder, "#scene=slope&theme=none") as found:
        count, cards = found.locator("#count"), found.locator(".card:visible")
        scene, lang = found.get_by_label("Scene"), found.get_by_label("Language")
        assert (count.inner_text(), cards.count(), scene.input_value()) == ("3 of 6 clips", 3, "slope")
        lang.select_option("zh")
        assert (count.inner_text(), cards.count()) == ("1 of 6 clips", 1)
        assert found.url.endswith("#scene=slope&lang=zh")
        assert scene.locator("option").all_inner_texts()[1:] == [
            "gone <b> (0)",
            "oscillation (1)",
            "slope (1)",
        ]
        found.get_by_role("button", name="Show all").click()
        assert (cards.count(), "#" in found.url.rpartition("/")[2]) == (6, False)
        found.get_by_label("Theme").select_option("my theme")
        assert (cards.count(), found.url.rpartition("#")[2]) == (1, "theme=my+theme")
        found.get_by_role("button", name="Show all").click()
        found.get_by_label("Search").fill("Week STEPS")
        assert (count.inner_text(), cards.count()) == ("1 of 6 clips", 1)
        found.get_by_label("Search").fill("nothing is like this")
        assert found.get_by_text("No clip is like that.").is_visible()
        found.locator("#none button").click()
        assert cards.count() == 6
        found.evaluate("location.hash = 'lang=zh'")
        found.wait_for_function("document.getElementById('count').textContent === '2 of 6 clips'")


@pytest.mark.thorough_after(1)
@pytest.mark.parametrize(
    "before", ["delete Navigator.prototype.clipboard;", ""], ids=["selection", "clipboard"]
)
def test_copying(browser: Any, folder: Path, before: str) -> None:
    """Command and code come out as they are, also where there is no clipboard; the command is good."""
    clip = next(clip for clip in find_clips(folder).clips if clip.lang == "zh")
    odd = next(clip for clip in find_clips(folder).clips if clip.name == ODD)
    with opened(browser, folder, before=before) as found:

        def copied(one: Any, name: str) -> str:
            one.get_by_role("button", name=f"Copy {name} of").click()
            one.get_by_role("button", name=f"Copy {name} of").filter(has_text="Copied").wait_for()
            field = found.get_by_label("Search")
            field.fill("")
            field.press("Control+V")
            text: str = field.input_value()
            field.fill("")
            return text

        command = copied(card(found, clip.name), "command")
        assert command == command_of(clip)
        one = card(found, f"week 1/{odd.name}")
        assert copied(one, "command") == command_of(odd)
        one.locator("summary").click()
        gif, html, mark = (copied(one, kind) for kind in ("HTML GIF", "HTML video", "Markdown"))
        # What was copied is put into a page beside this one, and read back.
        code = (
            "code => { const box = document.createElement('div'); box.innerHTML = code; return box.firstChild"
        )
        alt = line(AWKWARD)
        assert found.evaluate(f"{code}.alt }}", gif) == alt
        assert found.evaluate(f"{code}.getAttribute('aria-label') }}", html) == alt
        for text in (gif, html):
            assert (folder / unquote(found.evaluate(f"{code}.getAttribute('src') }}", text))).is_file()
    assert mark.startswith(f"![{markdown(alt)}](week%201/")
    assert (folder / unquote(mark.rpartition("(")[2].rstrip(")"))).is_file()
    done = CliRunner().invoke(cli, [*shlex.split(command)[1:], "--dry-run"])
    assert done.stdout.splitlines()[-1] == f"media/{clip.name}.json"


@pytest.mark.thorough_after(1)
@pytest.mark.parametrize(
    ("scheme", "width"), [("light", 1280), ("dark", 390), ("dark", 1280), ("light", 390)]
)
def test_everybody_can_read_it(browser: Any, folder: Path, scheme: str, width: int) -> None:
    """axe-core finds no fault, with all that can be opened open."""
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="needs axe-playwright-python"
    ).Axe()
    size = {"width": width, "height": 800}
    with opened(browser, folder, viewport=size, color_scheme=scheme) as found:
        found.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        results = axe.run(found)
        assert results.violations_count == 0, results.generate_report()


def test_hidden_folders_are_left_alone(folder: Path) -> None:
    """What cannot be shown of them is nobody's concern either."""
    found = find_clips(folder)
    assert (len(found.clips), found.left_out) == (6, ())


def test_links_lead_to_files(folder: Path) -> None:
    """Each one in the page, whatever the name; and a page elsewhere finds them, too."""
    for target in (folder / "index.html", folder.parent / "site" / "pages" / "index.html"):
        text = page(find_clips(folder), folder, target, "Clips").text
        links = {unescape(link) for link in re.findall(r' (?:src|href|poster|data-gif)="([^"]+)"', text)}
        files = {link for link in links if not link.startswith("data:")}
        target.parent.mkdir(parents=True, exist_ok=True)
        assert len(files) == 5 * 5 + 1
        assert all((target.parent / unquote(link)).is_file() for link in files)


def test_what_is_shown_of_a_clip(folder: Path) -> None:
    """The words of its language, its options, and the size of each file; all of it escaped."""
    text = page(find_clips(folder), folder, folder / "index.html", "Clips & <more>").text
    assert "<title>Clips &amp; &lt;more&gt;</title>" in text
    assert "<b>" not in text
    assert text.count("</script>") == 1
    assert text.count(f">{say('zh', 'help.scene.slope.summary').rstrip('。')}</h2>") == 1
    assert "<dt>steps</dt><dd>1</dd>" in text
    rows = read_clip(folder / f"{SLOPE}.json").artifacts
    sizes = [(f"{row.duration_s:.1f} s" if row.duration_s else "", weight(row.bytes)) for row in rows]
    for row, (seconds, size) in zip(rows, sizes, strict=True):
        link = f'<a href="{SLOPE}.{row.format}" download>{row.format.upper()}</a>'
        assert f"{link}</th><td>240×136</td><td>{seconds}</td><td>{size}</td>" in text


def test_its_own_words_are_those_of_most_clips(browser: Any, rendered: Path, tmp_path: Path) -> None:
    """A page of Chinese clips speaks Chinese, also where a script writes; with as many of each, English."""
    folder = Path(shutil.copytree(rendered, tmp_path / "media"))
    target = folder / "index.html"
    assert '<html lang="en">' in page(find_clips(folder), folder, target, "").text
    (folder / f"{SLOPE}.json").unlink()
    text = page(find_clips(folder), folder, target, "").text
    target.write_text(text, encoding="utf-8")
    own = words("gallery", "zh")
    assert (f"<title>{own['title']}</title>" in text, '<html lang="zh">' in text) == (True, True)
    with opened(browser, folder, "#lang=zh") as found:
        assert found.locator("#count").inner_text() == "3 个动画中的 2 个"
        buttons = found.locator("button:not(.play), summary").all_text_contents()
        assert [said for said in buttons if said.isascii()] == []
        found.locator(".command .copy:visible").first.click()
        found.get_by_text(own["copied"], exact=True).wait_for()


def test_what_cannot_be_shown(rendered: Path, tmp_path: Path) -> None:
    """A clip is left out when a file is gone or is another; without any clip there is no page."""
    folder = Path(shutil.copytree(rendered, tmp_path / "media"))
    (folder / f"{SLOPE}.gif").write_bytes(b"GIF89a")
    (folder / "slope.steps=1.zh.light.vtt").unlink()
    found = find_clips(folder)
    assert [clip.scene for clip in found.clips] == ["oscillation", "oscillation"]
    assert [line.partition(";")[0] for line in found.left_out] == [
        f"{folder / SLOPE}.gif is damaged: it is not what its JSON says",
        f"{folder / 'slope.steps=1.zh.light.vtt'} cannot be read: it is gone",
    ]
    for path in folder.glob("oscillation*"):
        path.unlink()
    with pytest.raises(InputError, match=r"has no clips that can be shown: .*\.gif is damaged"):
        page(find_clips(folder), folder, folder / "index.html", "Clips")
