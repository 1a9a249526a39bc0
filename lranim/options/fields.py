"""The bridge between a scene's `Params` and text: options typed on a command line, help, messages."""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lranim.errors import InputError
from lranim.look.text import DEFAULT_LANG, find, say
from lranim.options.wording import fixed_length, joined, requirement, shapes, value_text
from lranim.params import SceneParams

if TYPE_CHECKING:
    from pydantic import BaseModel


@dataclass(frozen=True)
class SceneOption:
    """One option of a scene.

    Parameters
    ----------
    field
        Name of the field of `Params`.
    schema
        The field's JSON schema: type, bounds, default, description, unit.
    owner
        The class of `lranim.params` that the field is from; empty for a field of the scene's own.
    """

    field: str
    schema: Mapping[str, Any]
    owner: str = ""

    @property
    def flag(self) -> str:
        """How the option is typed: ``--start``."""
        return "--" + self.field.replace("_", "-")

    def description(self, scene: str, lang: str = DEFAULT_LANG) -> str:
        """What the option is; in English, as the field says it, where the language has no words for it."""
        group = self.owner or f"scene.{scene}"
        return find(lang, f"help.{group}.{self.field}", self.schema.get("description", ""))

    def described(self, scene: str, lang: str = DEFAULT_LANG) -> dict[str, Any]:
        """The schema with its description, where it has one, in a language."""
        words = self.description(scene, lang)
        return {**self.schema, "description": words} if words else dict(self.schema)

    def help(self, scene: str, lang: str = DEFAULT_LANG) -> str:
        """Description, unit, range and default in one line."""
        unit = self.schema.get("unit")
        notes = [find(lang, f"help.unit.{unit}", unit)] if unit else []
        notes.append(requirement(self.schema, lang))
        if self.schema.get("default") not in (None, []):
            notes.append(say(lang, "help.value.default", value=value_text(self.schema["default"])))
        return f"{self.description(scene, lang)}  [{joined(lang, 'notes', notes)}]".strip()

    @property
    def is_path(self) -> bool:
        """Whether the value is the path of a file."""
        return any(shape.get("format") == "path" for shape in (self.schema, *shapes(self.schema)))

    @property
    def collects(self) -> bool:
        """Whether the field is a list of any length: a repeated option gives its items.

        A point, a list of fixed length, is one value: such an option, repeated, stands for several points.
        """
        return any(
            shape.get("type") == "array" and fixed_length(shape) is None for shape in shapes(self.schema)
        )

    def split(self, text: str) -> str | list[str]:
        """Give a value's text the shape pydantic wants: a list where the field holds several numbers."""
        found = shapes(self.schema)
        if any(shape.get("type") == "array" for shape in found) and ("," in text or len(found) == 1):
            return [part.strip() for part in text.split(",")]
        return text

    def gather(self, texts: Sequence[str]) -> str | list[str]:
        """Give the texts of an option that `collects` the shape pydantic wants: all their items in a row."""
        if len(texts) == 1:
            return self.split(texts[0])
        return [part.strip() for text in texts for part in text.split(",")]


def schema_of(model: type[BaseModel]) -> dict[str, dict[str, Any]]:
    """Each field's JSON schema in field order, without titles, references put in."""
    schema = model.model_json_schema()
    definitions = schema.get("$defs", {})
    return {field: _plain(value, definitions) for field, value in schema.get("properties", {}).items()}


@functools.cache  # a batch asks for each of its clips
def options_of(params_class: type[SceneParams]) -> dict[str, SceneOption]:
    """Make the options of a scene, by flag, in field order."""
    options = (
        SceneOption(field, schema, _owner(params_class, field))
        for field, schema in schema_of(params_class).items()
    )
    return {option.flag: option for option in options}


def _owner(params_class: type[SceneParams], field: str) -> str:
    last = next(part for part in params_class.__mro__ if field in inspect.get_annotations(part))
    return last.__name__ if last.__module__ == SceneParams.__module__ else ""


def parse(
    params_class: type[SceneParams], scene: str, given: Mapping[str, str | Sequence[str]]
) -> SceneParams:
    """Validate options given as text.

    Parameters
    ----------
    params_class
        The scene's `Params`.
    scene
        The scene's name, for messages.
    given
        Value by flag (``{"--lr": "0.9"}``), or values of an option that `collects`; every flag must be one of
        `options_of`.

    Raises
    ------
    InputError
        One line for the first value that cannot be used.
    """
    from pydantic import ValidationError

    options = options_of(params_class)
    texts = {flag: [value] if isinstance(value, str) else list(value) for flag, value in given.items()}
    values = {options[flag].field: options[flag].gather(parts) for flag, parts in texts.items()}
    try:
        return params_class.model_validate(values)
    except ValidationError as error:
        words = {flag: ",".join(parts) for flag, parts in texts.items()}
        raise InputError(complaint(error.errors()[0], options, scene, words)) from None


def complaint(
    error: Mapping[str, Any],
    options: Mapping[str, SceneOption],
    scene: str,
    given: Mapping[str, str],
    named: Callable[[SceneOption], str] = lambda option: option.flag,
    write: Callable[[Any], str] = value_text,
) -> str:
    """Put pydantic's complaint into one plain line.

    Parameters
    ----------
    error
        The complaint.
    options
        The scene's options, by flag.
    scene
        The scene's name.
    given
        What was given, by flag, as text.
    named
        How an option is called where it was given.
    write
        How a value is written there.
    """
    own_words = str(error["ctx"]["error"]) if error["type"] == "value_error" else ""
    field = str(error["loc"][0]) if error["loc"] else ""
    option = next((option for option in options.values() if option.field == field), None)
    if own_words or option is None:  # a validator that speaks for itself, of one field or of all together
        words = own_words or error["msg"]
        prefix = f"{named(option)}: " if option and option.flag not in words else ""
        for one in options.values():  # scenes speak of flags
            words = re.sub(rf"(?<!\S){one.flag}(?![\w-])", lambda _, one=one: named(one), words)
        return f"{prefix}{words} ({scene})"
    return misfit(option, scene, given.get(option.flag) or "empty", named(option), write)


def misfit(
    option: SceneOption, scene: str, value: str, name: str, write: Callable[[Any], str] = value_text
) -> str:
    """Say that a value, given as text, does not fit an option that is called `name` where it was given."""
    about = f"{scene}: {option.schema['description']}" if option.schema.get("description") else scene
    return f"{name} is {value}; it must be {requirement(option.schema, write=write)} ({about})"


def _plain(schema: Any, definitions: Mapping[str, Any]) -> Any:
    if isinstance(schema, list):
        return [_plain(item, definitions) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        named = definitions[schema["$ref"].rsplit("/", 1)[-1]]
        schema = {**named, **{key: value for key, value in schema.items() if key != "$ref"}}
    return {key: _plain(value, definitions) for key, value in schema.items() if key != "title"}
