"""Commands that take a scene and the options of that scene."""

from __future__ import annotations

import difflib
import itertools
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import click

from lranim.catalogue import registry
from lranim.cli.language import help_lang, write_columns
from lranim.cli.output import note
from lranim.errors import InputError
from lranim.look.text import find, say

if TYPE_CHECKING:
    from lranim.options.fields import SceneOption
    from lranim.params import SceneParams

_META = "lranim.scene_command"


@dataclass(frozen=True)
class Chosen:
    """A scene with its validated options.

    `values` and `defaults` are JSON-ready, in field order: what the options are, and what each would be if it
    alone had not been given.
    """

    info: registry.SceneInfo
    light: registry.LightScene
    params: SceneParams
    values: dict[str, Any]
    defaults: dict[str, Any]


@dataclass(frozen=True)
class _Words:
    """What was typed, apart: click's own words, the scenes among them, and the scenes' options.

    `options` has every value of an option in the order given.
    """

    rest: list[str] = field(default_factory=list)
    scenes: list[str] = field(default_factory=list)
    options: dict[str, list[str]] = field(default_factory=dict)


class SceneCommand(click.Command):
    """A command whose unknown long options belong to the scene, and whose help shows them.

    They are taken out before click parses the rest: click's own way (``ignore_unknown_options``) would take
    the value of ``--start -4`` for an option.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take out the scene's options, then parse."""
        words = _sort_words(args, [p for p in self.get_params(ctx) if isinstance(p, click.Option)])
        ctx.meta[_META] = words
        return super().parse_args(ctx, list(words.rest))  # which it empties

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the general options, then those of the scenes named before ``--help``."""
        super().format_options(ctx, formatter)
        words = ctx.meta[_META]
        lang = help_lang(words.rest)
        for info in [registry.get(name) for name in dict.fromkeys(words.scenes)]:
            _write_options(formatter, info, lang)
        if not words.scenes:
            formatter.write_paragraph()
            formatter.write_text(say(lang, "help.own_options", command=ctx.command_path))


def _write_options(formatter: click.HelpFormatter, info: registry.SceneInfo, lang: str) -> None:
    from lranim.options.fields import options_of  # brings pydantic, which the general help does without
    from lranim.options.wording import shapes
    from lranim.plugins.tables import costs  # and this numpy

    options = options_of(info.load_light().Params).values()
    rows = [(option.flag, option.help(info.name, lang)) for option in options]
    write_columns(formatter, say(lang, "help.options", scene=info.name), rows)
    kinds = [shape for option in options if option.field == "cost" for shape in shapes(option.schema)]
    names = [name for shape in kinds for name in shape.get("enum", ())]
    known = costs()
    told = [(name, find(lang, f"help.cost.{name}", known[name].summary)) for name in names if name in known]
    if told:
        write_columns(formatter, say(lang, "help.costs"), told)


def choose_one(ctx: click.Context, name: str) -> Chosen:
    """Load the scene named and validate the options that were typed for it.

    Raises
    ------
    InputError
        The scene or an option is unknown, a value cannot be used, or an option has several.
    """
    from lranim.options.fields import options_of

    chosen = choose(ctx, [name])
    known = options_of(chosen[0].light.Params)
    for flag, texts in ctx.meta[_META].options.items():
        if len(texts) > 1 and not known[flag].collects:
            raise InputError(
                f"{flag} is given {len(texts)} times ({', '.join(texts)}); "
                f"{ctx.info_name} takes one value of it, only render takes several"
            )
    return chosen[0]


def choose(ctx: click.Context, names: Iterable[str]) -> list[Chosen]:
    """Load the scenes named and validate the options that were typed for them.

    A scene comes once for each value of an option that was repeated, with several such options once for each
    combination, the first option varying slowest; but what turns out the same (0.9 and 0.90) comes once.

    Raises
    ------
    InputError
        A scene or an option is unknown, or a value cannot be used.
    """
    from lranim.options.fields import options_of, parse

    given: dict[str, list[str]] = ctx.meta[_META].options
    infos = [registry.get(name) for name in dict.fromkeys(names)]
    lights = [info.load_light() for info in infos]
    known = [options_of(light.Params) for light in lights]
    flags = {info.name: list(options) for info, options in zip(infos, known, strict=True)}
    general = [flag for param in ctx.command.get_params(ctx) for flag in param.opts if flag.startswith("--")]
    for flag in given:
        _check_known(flag, flags, general)
    chosen: dict[str, Chosen] = {}
    for info, light, options in zip(infos, lights, known, strict=True):
        for one in _combinations(given, options):
            params = parse(light.Params, info.name, one)
            values = params.model_dump(mode="json")
            content = json.dumps([info.reference, values])
            if content not in chosen:
                chosen[content] = Chosen(info, light, params, values, params.defaults())
                for line in params.notes():
                    note(f"Note: {line}")
    return list(chosen.values())


def _combinations(
    given: dict[str, list[str]], options: dict[str, SceneOption]
) -> Iterator[dict[str, list[str]]]:
    """Give each option one of its values, in every combination; one that collects them gets them all."""
    choices = [
        [texts] if options[flag].collects else [[text] for text in texts] for flag, texts in given.items()
    ]
    for values in itertools.product(*choices):
        yield dict(zip(given, values, strict=True))


def _check_known(flag: str, flags: dict[str, list[str]], general: Sequence[str]) -> None:
    without = [scene for scene, known in flags.items() if flag not in known]
    if not without:
        return
    if len(without) < len(flags):
        having = ", ".join(scene for scene in flags if scene not in without)
        raise InputError(f"{flag} is not an option of {', '.join(without)}; give it to {having} alone")
    own = sorted(set().union(*flags.values()), key=lambda name: (-_likeness(flag, name), name))
    near = max(general, key=lambda name: _likeness(flag, name))
    hint = ""
    if _likeness(flag, near) > max([0.7, *(_likeness(flag, name) for name in own)]):
        hint = f" (did you mean {near}?)"
    if len(flags) > 1:
        raise InputError(f"none of {', '.join(flags)} has an option {flag}{hint}")
    raise InputError(f"{next(iter(flags))} has no option {flag}{hint}; it takes {', '.join(own) or 'none'}")


def _likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one.strip("-"), other.strip("-")).ratio()


def _sort_words(args: Sequence[str], general: Sequence[click.Option]) -> _Words:
    takes_value = {
        flag: not (option.is_flag or option.count)
        for option in general
        for flag in (*option.opts, *option.secondary_opts)
    }
    words = _Words()
    queue = iter(args)
    for word in queue:
        if word == "--":
            words.rest.append(word)
            words.scenes.extend(tail := list(queue))
            words.rest.extend(tail)
        elif word.startswith("--"):
            flag, equals, value = word.partition("=")
            if flag in takes_value:
                words.rest.append(word)
                if takes_value[flag] and not equals:
                    words.rest.extend(_next(queue))
            else:
                text = value if equals else _value(flag, queue, takes_value)
                words.options.setdefault(flag, []).append(text)
        else:
            words.rest.append(word)
            if not word.startswith("-"):
                words.scenes.append(word)
            elif _wants_next(word, takes_value):
                words.rest.extend(_next(queue))
    return words


def _wants_next(cluster: str, takes_value: dict[str, bool]) -> bool:
    """Whether the value of a short option is the next word: ``-q l`` and ``-pq l``, but not ``-ql``."""
    for place, letter in enumerate(cluster[1:], start=1):
        if takes_value.get(f"-{letter}"):
            return place == len(cluster) - 1
    return False


def _next(queue: Iterator[str]) -> list[str]:
    return [word for word in [next(queue, None)] if word is not None]


def _value(flag: str, queue: Iterator[str], takes_value: dict[str, bool]) -> str:
    value = next(queue, None)
    if value is None or value.startswith("--") or value in takes_value:
        raise InputError(f"{flag} needs a value, as in {flag} VALUE")
    return value
