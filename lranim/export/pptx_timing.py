"""When the videos of a slide play: the tree of time nodes that PowerPoint writes for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pptx.oxml import parse_xml
from pptx.oxml.xmlchemy import BaseOxmlElement

NAMESPACE = "http://schemas.openxmlformats.org/presentationml/2006/main"

VOLUME = 80_000
"""PowerPoint's own, in thousandths of a percent."""


@dataclass(frozen=True, kw_only=True)
class Movie:
    """A video on a slide: the id of its shape, and how long it lasts (s)."""

    shape: int
    seconds: float


def timing(movies: Sequence[Movie], *, autoplay: bool, loop: bool) -> BaseOxmlElement:
    """Make a slide's ``p:timing``: all its videos begin together, and a click on one pauses it or goes on.

    Parameters
    ----------
    movies
        At least one.
    autoplay
        Whether they begin as the slide shows, rather than on the presenter's next click.
    loop
        Whether they begin again at their end.

    References
    ----------
    ECMA-376-1:2016, 19.5 (animation): the order of elements is that of its schema, ``pml.xsd``.
    """
    parts = [_main(movies, autoplay=autoplay)]
    parts += [_media(movie, loop=loop) for movie in movies]
    parts += [_on_click(movie) for movie in movies]
    inner = "".join(parts)
    root: BaseOxmlElement = parse_xml(
        f'<p:timing xmlns:p="{NAMESPACE}"><p:tnLst><p:par>'
        f'<p:cTn dur="indefinite" restart="never" nodeType="tmRoot">'
        f"<p:childTnLst>{inner}</p:childTnLst></p:cTn></p:par>"
        "</p:tnLst></p:timing>"
    )
    # In the order of the file, so that the main sequence is number 2, to which `_main` refers.
    for number, node in enumerate(root.iter(f"{{{NAMESPACE}}}cTn"), 1):
        node.set("id", str(number))
    return root


def _main(movies: Sequence[Movie], *, autoplay: bool) -> str:
    """What happens in turn as the presenter goes on: here one thing, all videos begin."""
    first = "afterEffect" if autoplay else "clickEffect"
    plays = "".join(
        _call(
            "playFrom(0.0)",
            movie,
            round(movie.seconds * 1000),
            f'presetID="1" presetClass="mediacall" presetSubtype="0" nodeType="{kind}"',
        )
        for movie, kind in zip(movies, [first, *["withEffect"] * (len(movies) - 1)], strict=True)
    )
    begins = '<p:cond evt="onBegin" delay="0"><p:tn val="2"/></p:cond>' if autoplay else ""
    turns = "".join(
        f'<p:{name}CondLst><p:cond evt="{event}" delay="0"><p:tgtEl><p:sldTgt/></p:tgtEl></p:cond>'
        f"</p:{name}CondLst>"
        for name, event in (("prev", "onPrev"), ("next", "onNext"))
    )
    return (
        '<p:seq concurrent="1" nextAc="seek"><p:cTn dur="indefinite" nodeType="mainSeq"><p:childTnLst>'
        f'<p:par><p:cTn fill="hold"><p:stCondLst><p:cond delay="indefinite"/>{begins}</p:stCondLst>'
        f"<p:childTnLst>{_at_once(plays)}</p:childTnLst></p:cTn></p:par>"
        f"</p:childTnLst></p:cTn>{turns}</p:seq>"
    )


def _media(movie: Movie, *, loop: bool) -> str:
    repeats = 'repeatCount="indefinite" ' if loop else ""
    return (
        f'<p:video><p:cMediaNode vol="{VOLUME}"><p:cTn {repeats}fill="hold" display="0">'
        '<p:stCondLst><p:cond delay="indefinite"/></p:stCondLst></p:cTn>'
        f"<p:tgtEl>{_shape(movie)}</p:tgtEl></p:cMediaNode></p:video>"
    )


def _on_click(movie: Movie) -> str:
    clicked = f'<p:cond evt="onClick" delay="0"><p:tgtEl>{_shape(movie)}</p:tgtEl></p:cond>'
    call = _call(
        "togglePause",
        movie,
        1,
        'presetID="2" presetClass="mediacall" presetSubtype="0" nodeType="clickEffect"',
    )
    return (
        '<p:seq concurrent="1" nextAc="seek">'
        '<p:cTn restart="whenNotActive" fill="hold" evtFilter="cancelBubble" nodeType="interactiveSeq">'
        f"<p:stCondLst>{clicked}</p:stCondLst>"
        '<p:endSync evt="end" delay="0"><p:rtn val="all"/></p:endSync>'
        f"<p:childTnLst>{_at_once(_at_once(call))}</p:childTnLst></p:cTn>"
        f"<p:nextCondLst>{clicked}</p:nextCondLst></p:seq>"
    )


def _at_once(inner: str) -> str:
    return (
        '<p:par><p:cTn fill="hold"><p:stCondLst><p:cond delay="0"/></p:stCondLst>'
        f"<p:childTnLst>{inner}</p:childTnLst></p:cTn></p:par>"
    )


def _call(command: str, movie: Movie, milliseconds: int, attributes: str) -> str:
    return (
        f'<p:par><p:cTn {attributes} fill="hold"><p:stCondLst><p:cond delay="0"/></p:stCondLst>'
        f'<p:childTnLst><p:cmd type="call" cmd="{command}"><p:cBhvr><p:cTn dur="{milliseconds}" fill="hold"/>'
        f"<p:tgtEl>{_shape(movie)}</p:tgtEl></p:cBhvr></p:cmd></p:childTnLst></p:cTn></p:par>"
    )


def _shape(movie: Movie) -> str:
    return f'<p:spTgt spid="{movie.shape}"/>'
