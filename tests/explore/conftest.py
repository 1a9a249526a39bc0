"""Pages that are opened in a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lranim.core.types import Cost
from lranim.explore.page import page

Show = Callable[..., Any]


def drawn(shown: Any) -> None:
    """Wait until what has been set is drawn; `wait_for_function` would need eval, which the page forbids."""
    shown.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


@pytest.fixture
def show(browser: Any, tmp_path: Path) -> Iterator[Show]:
    """Open the page of a cost; at the end nothing may have been asked for, and no error been said."""
    seen: list[str] = []
    contexts = []

    def open_page(cost: Cost, *, lang: str = "en", **how: Any) -> Any:
        context = browser.new_context(viewport={"width": 1000, "height": 800}, **how)
        contexts.append(context)
        place = tmp_path / "explore.html"
        place.write_text(
            page(cost, rule="gradient-descent", lang=lang, lr=None, start=cost.start, steps=30),
            encoding="utf-8",
        )
        one = context.new_page()
        one.on("console", lambda message: seen.append(message.text))
        one.on("pageerror", lambda error: seen.append(str(error)))
        one.on("request", lambda request: seen.append(request.url))
        one.goto(place.as_uri())
        one.wait_for_selector("#landscape .last", state="attached")
        drawn(one)
        return one

    yield open_page
    for context in contexts:
        context.close()
    assert {text for text in seen if not text.startswith(("file:", "data:"))} == set()
