"""``lranim doctor``: what is there, what is missing, how to get it."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from lranim.cli.output import emit


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One object {ok, checks} on stdout.")
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Check fonts, codecs and libraries.

    Exit code 1 when something that is needed is missing.
    """
    from lranim.cli.checks import all_checks

    checks = all_checks()
    ok = all(check.ok or not check.needed for check in checks)
    if as_json:
        emit(json.dumps({"ok": ok, "checks": [asdict(check) for check in checks]}, ensure_ascii=False))
    else:
        width = max(len(check.name) for check in checks)
        for check in checks:
            mark = "ok" if check.ok else "MISSING" if check.needed else "warning"
            remedy = f"  -> {check.remedy}" if check.remedy else ""
            emit(f"{mark:7}  {check.name:{width}}  {check.found}{remedy}")
    ctx.exit(0 if ok else 1)
