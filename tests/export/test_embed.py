"""Code that embeds a clip, as far as the clip has files for it."""

from __future__ import annotations

from dataclasses import replace

from lranim.export.gallery import snippets
from lranim.video.clip import Clip


def test_each_kind_of_code(clips: tuple[Clip, ...]) -> None:
    """The alt text is in all of them, and the video has its poster and captions."""
    clip = replace(clips[1], alt="\"a\" <b> [c]\n'd'")
    found = dict(snippets(clip, lambda path: f"x/{path.suffix[1:]}"))
    assert found == {
        "HTML video": (
            '<video src="x/mp4" poster="x/png" width="240" height="136" controls muted loop playsinline '
            'preload="none" aria-label="&#34;a&#34; &lt;b&gt; [c] &#39;d&#39;">'
            '<track kind="captions" src="x/vtt" srclang="en"></video>'
        ),
        "Markdown": "![\"a\" &lt;b&gt; \\[c\\] 'd'](x/gif)",
        "HTML GIF": (
            '<img src="x/gif" width="240" height="136" '
            'alt="&#34;a&#34; &lt;b&gt; [c] &#39;d&#39;" loading="lazy">'
        ),
    }
