"""The JSON schema of lesson files, and the reader: what the one refuses, the other does."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from lranim.catalogue import registry
from lranim.errors import InputError
from lranim.lesson import Lesson
from lranim.lesson.file import LOOK_KEYS
from lranim.options.fields import schema_of

Read = Callable[[str], Lesson]
Schema = dict[str, Any]


def toml(value: Any) -> str:
    """Write a value as TOML, a table inline."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{json.dumps(key)} = {toml(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return json.dumps(value)


@pytest.fixture(scope="module")
def accepts(schema: Schema) -> Callable[[Any], bool]:
    """Whether the schema takes a lesson."""
    return Draft202012Validator(schema).is_valid


def test_it_is_a_schema_of_its_draft(schema: Schema) -> None:
    """The schema keeps to the rules of draft 2020-12 and can be written as JSON."""
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert json.loads(json.dumps(schema)) == schema
    assert "null" not in json.dumps(schema)


def test_the_example_fits(accepts: Callable[[Any], bool]) -> None:
    """What lranim new writes is right for an editor, too."""
    assert accepts(tomllib.loads(files("lranim.lesson").joinpath("example.toml").read_text(encoding="utf-8")))


def test_every_option_is_in_it_with_its_words(schema: Schema) -> None:
    """Each scene has a shape with its options in params and in the matrix, as the scene describes them."""
    (named, _) = schema["properties"]["clip"]["items"]["properties"]["scene"]["anyOf"]
    assert named["enum"] == registry.names()
    for info in registry.scenes().values():
        rows = schema["$defs"][info.name]["properties"]
        assert rows["scene"] == {"const": info.name, "description": info.summary}
        options = schema_of(info.load_light().Params)
        assert list(rows["params"]["properties"]) == list(options)
        assert set(rows["matrix"]["properties"]) == {*options, *LOOK_KEYS}
        for key, shape in rows["params"]["properties"].items():
            assert shape["description"] == options[key]["description"]
            assert rows["matrix"]["properties"][key]["items"] == shape


WRONG: list[dict[str, Any]] = [
    {},
    {"clip": []},
    {"clip": [{"scene": "slop"}]},
    {"clip": [{"scene": "slope"}], "titel": "a"},
    {"clip": [{"scene": "slope", "steps": 3}]},
    {"clip": [{"scene": "slope", "params": {"steps": 0}}]},
    {"clip": [{"scene": "slope", "params": {"cost": "ravine"}}]},
    {"clip": [{"scene": "surface", "params": {"start": [1]}}]},
    {"clip": [{"scene": "slope", "matrix": {"steps": 3}}]},
    {"clip": [{"scene": "slope", "matrix": {"lang": [["en"]]}}]},
    {"clip": [{"scene": "slope", "size": "720p"}]},
    {"clip": [{"scene": "slope", "size": [8, 8]}]},
    {"clip": [{"scene": "slope", "max_size": "5"}]},
    {"clip": [{"scene": "slope", "title": ["a"]}]},
    {"defaults": {"formats": "mp4"}, "clip": [{"scene": "slope"}]},
    {"defaults": {"scene": "slope"}, "clip": [{"scene": "slope"}]},
]


def write(data: Mapping[str, Any]) -> str:
    """Write a lesson as TOML."""
    return "".join(f"{json.dumps(key)} = {toml(value)}\n" for key, value in data.items())


@pytest.mark.parametrize("data", WRONG, ids=[json.dumps(data) for data in WRONG])
def test_both_refuse(read: Read, accepts: Callable[[Any], bool], data: dict[str, Any]) -> None:
    """What is wrong is wrong in an editor and when it is read."""
    assert not accepts(data)
    with pytest.raises(InputError):
        read(write(data))


GOOD: dict[str, list[Any]] = {
    "size": ["640,360", "640x360", [640, 360]],
    "quality": ["m"],
    "fps": [20],
    "formats": [["mp4", "gif"]],
    "lang": ["en", ["zh"]],
    "theme": ["light", ["light", "dark"]],
    "transparent": [False],
    "gif_width": [320],
    "gif_loops": [0, 1],
    "max_size": ["5MB", "1.5 GB"],
    "for": ["github", "mail"],
    "steps": [20, 30],
    "start": [1, 2.5, [1, 2]],
    "lr": [0.1, [0.1, 0.3]],
    "cost": ["bowl", "bowl-2d"],
    "function": ["x**2", "x*y"],
    "domain": [[-3, 3], [-3, 3, -2, 2]],
    "seed": [1],
    "noise": [0, 1.5],
    "schedule": [["linear"], ["linear", "cosine"]],
    "state": ["failing"],
    "epochs": [20],
    "log": ["none.csv"],
    "title": ["a"],
    "notes": ["a b"],
    "name": ["a"],
}
BAD = [0, -3, 1e9, True, "", "x", [], ["x"], [True], [[1]], {"a": 1}]
SCENES = ["slope", "surface", "schedule", "learning-rate-compare", "train-valid"]


def some(keys: list[str], most: int, wrap: Callable[[Any], Any] = lambda value: value) -> Any:
    """A table of some keys, whose values are mostly right."""
    values = {key: st.sampled_from([wrap(one) for one in GOOD[key]] * 6 + BAD) for key in keys}
    rows = st.dictionaries(st.sampled_from(keys), st.none(), max_size=most)
    return rows.flatmap(lambda chosen: st.fixed_dictionaries({key: values[key] for key in chosen}))


def clip_of(scene: str) -> Any:
    """A clip of a scene."""
    options = list(schema_of(registry.get(scene).load_light().Params))
    parts = {
        "look": some([*LOOK_KEYS, "title", "notes", "name"], 2),
        "params": some(options, 2),
        "matrix": some([*LOOK_KEYS, *options], 1, lambda value: [value]),
    }
    return st.fixed_dictionaries(parts).map(
        lambda clip: {"scene": scene, **clip["look"], "params": clip["params"], "matrix": clip["matrix"]}
    )


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(defaults=some(list(LOOK_KEYS), 1), clip=st.sampled_from(SCENES).flatmap(clip_of))
def test_what_is_read_fits_the_schema(
    read: Read, accepts: Callable[[Any], bool], defaults: dict[str, Any], clip: dict[str, Any]
) -> None:
    """An editor marks nothing that can be read, and nothing but one plain line comes of the rest."""
    data = {"defaults": defaults, "clip": [clip]}
    complaint = "lesson.toml"
    try:
        read(write(data))
    except InputError as error:
        complaint = str(error)
    assert complaint.startswith("lesson.toml")
    assert accepts(data) or complaint != "lesson.toml"
