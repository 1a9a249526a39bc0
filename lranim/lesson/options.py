"""The options of a scene as a lesson file gives them: strictly checked, paths taken from its folder."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from lranim.catalogue.registry import SceneInfo
from lranim.errors import InputError
from lranim.look.tables import shown
from lranim.options.fields import SceneOption, complaint, misfit, options_of
from lranim.params import SceneParams

KINDS: Mapping[str, type | tuple[type, ...]] = {
    "number": (int, float),
    "integer": int,
    "string": str,
    "boolean": bool,
    "object": dict,
    "null": (),
}
"""Types of JSON, and what TOML's parser makes of them; lists are apart."""


class Misfit(Exception):
    """An option, or several together, cannot be used; `field` is the one to blame, if one is."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


class Options(Mapping[str, SceneOption]):
    """The options of a scene, by field.

    Parameters
    ----------
    info
        The scene.
    folder
        Where relative paths start.
    """

    def __init__(self, info: SceneInfo, folder: Path) -> None:
        self.scene = info.name
        self.reference = info.reference
        self.folder = folder
        self._class = info.load_light().Params
        self._by_flag = options_of(self._class)
        self._rows = {option.field: option for option in self._by_flag.values()}

    def __getitem__(self, field: str) -> SceneOption:
        return self._rows[field]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def check(self, given: Mapping[str, Any], groups: Mapping[str, str]) -> SceneParams:
        """Validate values as a TOML file has them: true is no number, and "0.3" none either.

        Parameters
        ----------
        given
            Value by field; every field must be one of the scene's.
        groups
            The table that each field stands in, for messages.

        Raises
        ------
        Misfit
            One line for the first value that cannot be used.
        """

        def named(option: SceneOption) -> str:
            return f"{groups.get(option.field, 'params')}.{option.field}"

        for field, value in given.items():
            if not is_kind(self[field].schema, value):
                words = misfit(self[field], self.scene, shown(value), named(self[field]), shown)
                raise Misfit(field, words)
        try:
            return self._class.model_validate({field: self._value(field, given[field]) for field in given})
        except InputError as error:  # a file that an option names
            raise Misfit(next((f for f in given if self[f].is_path), ""), str(error)) from None
        except ValidationError as error:
            first: Any = error.errors()[0]
            texts = {self[field].flag: shown(value) for field, value in given.items()}
            words = complaint(first, self._by_flag, self.scene, texts, named, shown)
            raise Misfit(self._blamed(first, given), words) from None

    def _value(self, field: str, value: Any) -> Any:
        if self[field].is_path and isinstance(value, str) and value:
            return str(self.folder / value)
        return value

    def _blamed(self, error: Mapping[str, Any], given: Mapping[str, Any]) -> str:
        """The option that a complaint is about; where it is about several, the one named first."""
        if error["loc"]:
            return str(error["loc"][0])
        words = re.split(r"[^\w-]+", error["msg"])
        named = [field for field in given if self[field].flag in words]
        return min(named, key=lambda field: words.index(self[field].flag), default="")


def is_kind(schema: Mapping[str, Any], value: Any) -> bool:
    """Whether a value as TOML has it is of the kind that a schema asks for; how large it is does not count.

    Pydantic's own strict mode would refuse lists where a tuple is meant, and its usual one takes "0.3".

    Examples
    --------
    >>> is_kind({"type": "number"}, 3), is_kind({"type": "number"}, True), is_kind({"type": "number"}, "3")
    (True, False, False)
    """
    if "anyOf" in schema:
        return any(is_kind(shape, value) for shape in schema["anyOf"])
    kind = schema.get("type", "")
    if kind == "array":
        few, many = schema.get("minItems", 0), schema.get("maxItems", math.inf)
        items = schema.get("prefixItems", itertools.repeat(schema.get("items", {})))
        right = isinstance(value, list) and few <= len(value) <= many
        return right and all(is_kind(shape, one) for shape, one in zip(items, value, strict=False))
    return kind not in KINDS or (
        isinstance(value, KINDS[kind]) and (kind == "boolean") == isinstance(value, bool)
    )
