"""``lranim list``."""

from __future__ import annotations

import click

from lranim import registry
from lranim.cli.output import emit


@click.command("list", short_help="What can be rendered.")
@click.option("--json", "as_json", is_flag=True, help="One array of {name, summary, params} on stdout.")
def command(as_json: bool) -> None:
    """List the scenes."""
    found = registry.scenes().values()
    if not as_json:
        width = max((len(info.name) for info in found), default=0)
        for info in found:
            emit(f"{info.name:{width}}  {info.summary}".rstrip())
        return
    import json

    from lranim.options import schema_of

    rows = [
        {"name": info.name, "summary": info.summary, "params": schema_of(info.load_light().Params)}
        for info in found
    ]
    emit(json.dumps(rows, ensure_ascii=False))
