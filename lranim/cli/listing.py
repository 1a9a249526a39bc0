"""``lranim list``."""

from __future__ import annotations

import click

from lranim.catalogue import registry
from lranim.cli.language import messages_lang
from lranim.cli.options import lang_option
from lranim.cli.output import emit
from lranim.look.text import DEFAULT_LANG, find


@click.command("list", short_help="What can be rendered.")
@click.option("--json", "as_json", is_flag=True, help="One array of {name, summary, params} on stdout.")
@lang_option("Language of the words.  [default: that of the terminal; en with --json]")
def command(as_json: bool, lang: str | None) -> None:
    """List the scenes."""
    # JSON is read by programs, which must find the same words on every machine.
    lang = lang or (DEFAULT_LANG if as_json else messages_lang())
    found = registry.scenes().values()
    summaries = {info.name: find(lang, f"help.scene.{info.name}.summary", info.summary) for info in found}
    if not as_json:
        width = max((len(name) for name in summaries), default=0)
        for name, summary in summaries.items():
            emit(f"{name:{width}}  {summary}".rstrip())
        return
    import json

    from lranim.options.fields import options_of

    rows = []
    for info in found:
        options = options_of(info.load_light().Params).values()
        params = {option.field: option.described(info.name, lang) for option in options}
        rows.append({"name": info.name, "summary": summaries[info.name], "params": params})
    emit(json.dumps(rows, ensure_ascii=False))
