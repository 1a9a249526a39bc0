"""Commands that take a scene and the options of that scene."""

from __future__ import annotations

import difflib
import itertools
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from lranim.catalogue import registry
from lranim.cli.language import help_lang, write_columns
from lranim.cli.output import note
from lranim.errors import InputError
from lranim.look.text import find, say
from lranim.options.fields import SceneOption, checked, options_of, shapes

if TYPE_CHECKING:
    from lranim.params import SceneParams

_META = "lranim.scene_command"


@dataclass(frozen=True)
class Chosen:
    """A scene with its validated options."""

    info: registry.SceneInfo
    params: SceneParams


@dataclass(frozen=True)
class _Scenes:
    """What was typed, the scenes that may be meant, their options, and what was given for these by flag."""

    words: list[str]
    infos: list[registry.SceneInfo]
    options: dict[str, click.Option]
    given: dict[str, bool | tuple[str, ...]]


class SceneCommand(click.Command):
    """A command that has the options of the scenes that are named among its words, beside its own."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """The command's own options and those of the scenes, as soon as these are known."""
        known = ctx.meta.get(_META)
        return [*super().get_params(ctx), *(known.options.values() if known else ())]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Look which scenes are named, then parse."""
        general = {flag for param in super().get_params(ctx) for flag in param.opts}
        # Words that are the value of some option may look like a scene's name, too: they do no harm.
        named = (
            registry.scenes()
            if "--all" in general.intersection(args)
            else filter(registry.is_scene, dict.fromkeys(args))
        )
        infos = [registry.get(name) for name in named]
        given: dict[str, bool | tuple[str, ...]] = {}
        options: dict[str, click.Option] = {}
        for option in (one for info in infos for one in _options(info).values()):
            if option.flag not in general and (option.flag not in options or not option.is_switch):
                options[option.flag] = _click_option(option, given)
        ctx.meta[_META] = _Scenes(list(args), infos, options, given)
        try:
            return super().parse_args(ctx, _switched(args, options.values()))
        except click.NoSuchOption as error:
            _refuse_other_words(ctx)
            if not infos or not error.option_name.startswith("--"):
                raise
            raise _unknown(ctx, error.option_name, infos) from None

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the general options, then those of the scenes named."""
        super().format_options(ctx, formatter)
        _refuse_other_words(ctx)
        known: _Scenes = ctx.meta[_META]
        lang = help_lang(known.words)
        for info in known.infos:
            _write_options(formatter, info, lang)
        if not known.infos:
            formatter.write_paragraph()
            formatter.write_text(say(lang, "help.own_options", command=ctx.command_path))


def _options(info: registry.SceneInfo) -> dict[str, SceneOption]:
    """A scene's options, by flag."""
    return {option.flag: option for option in options_of(info.load_light().Params).values()}


def _click_option(option: SceneOption, given: dict[str, bool | tuple[str, ...]]) -> click.Option:
    """The option as click has it; its values, in the order typed, go to `given`."""

    def keep(ctx: click.Context, param: click.Parameter, value: bool | tuple[str, ...] | None) -> None:
        if value not in (None, ()):
            given[option.flag] = value

    how: dict[str, Any] = {"expose_value": False, "hidden": True, "callback": keep}
    if option.is_switch:
        made = click.Option([f"{option.flag}/{option.off}"], default=None, **how)
    else:
        made = click.Option([option.flag], multiple=True, **how)
    made.name = option.flag  # not that of an option of the command's own
    return made


def _switched(args: Sequence[str], options: Iterable[click.Option]) -> list[str]:
    """Write ``--state true``, as it was typed once, as the switch that it means."""
    switches = {option.opts[0]: option.secondary_opts[0] for option in options if option.secondary_opts}
    words: list[str] = []
    for word in args:
        before = words[-1] if words else ""
        if before in switches and word in ("true", "false"):
            words[-1] = before if word == "true" else switches[before]
        else:
            words.append(word)
    return words


def _refuse_other_words(ctx: click.Context) -> None:
    """Where no scene was found, say what is wrong with the word that stands in its place."""
    known: _Scenes = ctx.meta[_META]
    for before, word in itertools.pairwise(["", *known.words]):
        if not known.infos and not word.startswith("-") and not before.startswith("-"):
            registry.get(word)


def _unknown(ctx: click.Context, flag: str, infos: Sequence[registry.SceneInfo]) -> InputError:
    own = list(dict.fromkeys(one for info in infos for one in _options(info)))
    every = [one[2:] for param in ctx.command.get_params(ctx) for one in param.opts if one.startswith("--")]
    near = difflib.get_close_matches(flag[2:], every, 1)
    hint = f"did you mean --{near[0]}?" if near else f"it takes {', '.join(own) or 'none'}"
    names = ", ".join(info.name for info in infos)
    return InputError(f"{names} {'have' if len(infos) > 1 else 'has'} no option {flag}; {hint}")


def _write_options(formatter: click.HelpFormatter, info: registry.SceneInfo, lang: str) -> None:
    from lranim.plugins.tables import costs  # brings numpy, which the general help does without

    options = _options(info).values()
    rows = [(option.flag, option.help(info.name, lang)) for option in options]
    write_columns(formatter, say(lang, "help.options", scene=info.name), rows)
    kinds = [shape for option in options if option.field == "cost" for shape in shapes(option.schema)]
    known = costs()
    told = [
        (name, find(lang, f"help.cost.{name}", known[name].summary))
        for shape in kinds
        for name in shape.get("enum", ())
        if name in known
    ]
    if told:
        write_columns(formatter, say(lang, "help.costs"), told)


def named(ctx: click.Context, options: dict[str, Any]) -> list[str]:
    """The scenes that are to be rendered or checked: those named, or every one.

    Raises
    ------
    InputError
        Neither is asked for, or both.
    """
    if options["every"] == bool(options["scenes"]):
        asked = f"name the scenes to {ctx.info_name}, or give --all for every one"
        raise InputError(f"{asked}; lranim list shows them")
    return list(registry.scenes()) if options["every"] else list(options["scenes"])


def choose_one(ctx: click.Context, name: str) -> Chosen:
    """Load the scene named and validate the options that were typed for it.

    Raises
    ------
    InputError
        The scene or an option is unknown, a value cannot be used, or an option has several.
    """
    (chosen, *_) = choose(ctx, [name])
    known = _options(chosen.info)
    for flag, texts in ctx.meta[_META].given.items():
        if not isinstance(texts, bool) and len(texts) > 1 and not known[flag].collects:
            raise InputError(
                f"{flag} is given {len(texts)} times ({', '.join(texts)}); "
                f"{ctx.info_name} takes one value of it, only render takes several"
            )
    return chosen


def choose(ctx: click.Context, names: Iterable[str]) -> list[Chosen]:
    """Load the scenes named and validate the options that were typed for them.

    A scene comes once for each value of an option that was repeated, with several such options once for each
    combination, the first option varying slowest; but what turns out the same (0.9 and 0.90) comes once.

    Raises
    ------
    InputError
        A scene or an option is unknown, or a value cannot be used.
    """
    given = ctx.meta[_META].given
    known = {info: _options(info) for info in map(registry.get, dict.fromkeys(names))}
    for flag in given:
        without = [info.name for info, options in known.items() if flag not in options]
        having = [info.name for info, options in known.items() if flag in options]
        if not having and without:
            raise _unknown(ctx, flag, list(known))
        if without:
            raise InputError(
                f"{flag} is not an option of {', '.join(without)}; give it to {', '.join(having)} alone"
            )
    chosen: dict[str, Chosen] = {}
    for info, options in known.items():
        for one in _combinations(given, options):
            params = checked(info.load_light().Params, info.name, one, typed=True)
            content = json.dumps([info.reference, params.model_dump(mode="json")])
            if content not in chosen:
                chosen[content] = Chosen(info, params)
                for line in params.notes():
                    note(f"Note: {line}")
    return list(chosen.values())


def _combinations(
    given: dict[str, bool | tuple[str, ...]], options: dict[str, SceneOption]
) -> Iterator[dict[str, Any]]:
    """Give each option one of its values, in every combination; one that collects them gets them all."""
    choices = [
        [values] if isinstance(values, bool) or options[flag].collects else values
        for flag, values in given.items()
    ]
    for values in itertools.product(*choices):
        yield {options[flag].field: value for flag, value in zip(given, values, strict=True)}
