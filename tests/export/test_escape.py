from __future__ import annotations

import html
import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from lranim.export import template as escape

AWKWARD = [
    '</script><b>&amp; <!-- --> 学习率 🙂 $x_1$ 100% #1 \\end{document} `code` {{ x }} it\'s "so"',
    "1. one",
    "- one -- two --- three",
    "# not a heading #",
    "see https://example.com, example.com and :smile: ![a](b) [c][d] <d@e.f>",
    "a... (c) 0:04 ~~a~~ ^b^ ==c== *d* _e_ | f | \\",
    "::: {.notes}",
    "+ one",
    "=====",
]
SIGNS = st.text(st.sampled_from("ab 1\\`*_{}[]()#+-.!|~^$@:=<>&\"'/%学🙂\n"), max_size=30)


def shown(markup: str) -> str:
    """The text of a heading as a Markdown reader shows it, and that it is nothing else."""
    page = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(f"# {markup}")
    found = re.fullmatch(r"<h1>([^<]*)</h1>\n", page)
    assert found, page
    return html.unescape(found[1])


@pytest.mark.parametrize("text", AWKWARD)
def test_markdown_shows_a_text_as_it_is(text: str) -> None:
    """A reader of Markdown finds every sign, and no markup."""
    assert shown(escape.markdown(text)) == escape.line(text)


@settings(max_examples=150, deadline=None)
@given(SIGNS)
def test_markdown_shows_any_text_as_it_is(text: str) -> None:
    """The same for signs in any order, also at the beginning of a paragraph."""
    assert shown(escape.markdown(text)) == escape.line(text)
    paragraph = MarkdownIt("commonmark").render(escape.markdown(text))
    if escape.line(text):
        found = re.fullmatch(r"<p>([^<]*)</p>\n", paragraph)
        assert found, paragraph
        assert html.unescape(found[1]) == escape.line(text)


def test_plain_words_stay_readable() -> None:
    """What means nothing in Markdown is not touched."""
    text = 'Step-size 0.1 (too small), at 0:04: 5 + 3 = 8; it\'s 100% "fine"! 学习率，太大。 −2 × η'
    assert escape.markdown(text) == text


def test_a_name_between_colons_is_no_picture() -> None:
    """Marp makes pictures of such names, and of emoji, from a site."""
    assert escape.markdown(":smile: 🙂") == "\\:smile: &#x1F642;"


@settings(max_examples=50, deadline=None)
@given(SIGNS)
def test_no_expression_for_vue(text: str) -> None:
    """Two braces in a row never come out in a Vue template."""
    assert "{{" not in escape.vue(escape.markdown(text)).replace("\\", "")


@settings(max_examples=50, deadline=None)
@given(st.text(st.sampled_from("->!a "), max_size=12))
def test_a_comment_cannot_be_ended(text: str) -> None:
    """No two hyphens stand in a row."""
    assert "--" not in escape.comment(text)


def test_yaml_is_one_string() -> None:
    """A YAML string in quotes is one of JSON."""
    for text in AWKWARD:
        assert json.loads(escape.yaml(text)) == escape.line(text)


@settings(max_examples=50, deadline=None)
@given(SIGNS)
def test_tex_has_no_bare_sign(text: str) -> None:
    """Every sign with a meaning for TeX is a command or escaped, and braces are in pairs."""
    rest = re.sub(r"\\text[a-z]+\{\}|\\[{}$%&#_]|\{[\[\]]\}|-\{\}", "", escape.tex(text))
    assert not set(rest) & set("\\{}$%&#_~^[]`\"'<>|")


def test_tex_keeps_signs_apart_that_it_would_join() -> None:
    """Two or three hyphens stay hyphens."""
    assert escape.tex("a--b---c-d") == "a-{}-b-{}-{}-c-d"
