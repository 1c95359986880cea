"""Fields of config.json are given with their type, or refused by name (fault 25)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from models.checkpoint_config import ConfigFields, read_config
from models.errors import ModelFileError
from models.tensor_source import Fields


def fields(tmp_path: Path, content: str) -> ConfigFields:
    (tmp_path / "config.json").write_text(content, "utf-8")
    return read_config(tmp_path)


def test_values_of_every_type(tmp_path: Path) -> None:
    config: Fields = fields(
        tmp_path,
        """{"layers": 2, "epsilon": 1e-5, "base": 10000, "tied": false, "model_type": "llama", "empty": [],
        "architectures": ["LlamaForCausalLM"], "eos": [1, 2], "factors": [1, 2.5], "window": null,
        "rope_scaling": {"factor": 8, "nested": {"deep": 1}}}""",
    )
    assert config.integer("layers", 1, 10) == 2
    assert config.real("epsilon", 0, 1) == 1e-5
    assert config.real("base", 1, 1e9) == 10_000.0
    assert config.flag("tied") is False
    assert config.text("model_type") == "llama"
    assert config.texts("architectures") == ["LlamaForCausalLM"]
    assert config.texts("empty") == []
    assert config.integers("eos").tolist() == [1, 2]
    assert config.integers("empty").tolist() == []
    assert config.reals("factors").tolist() == [1.0, 2.5]
    section = config.section("rope_scaling")
    assert section is not None
    assert section.real("factor", 1, 100) == 8.0
    assert "layers" in config
    assert config.get("layers") == 2


def test_null_is_missing(tmp_path: Path) -> None:
    config = fields(tmp_path, '{"window": null, "rope_scaling": null}')
    assert "window" not in config
    assert config.get("window", 7) == 7
    assert config.integer("window", 0, 10, default=4) == 4
    assert config.section("rope_scaling") is None
    assert config.section("absent") is None
    with pytest.raises(ModelFileError, match=r"“config\.json” has no “window”\."):
        config.integer("window", 0, 10)


@pytest.mark.parametrize(
    ("value", "read", "said"),
    [
        ("NaN", lambda one: one.real("x", 0, 1), "“x” in “config.json” is nan, not a number from 0 to 1."),
        ("Infinity", lambda one: one.real("x", 0, 1), "“x” in “config.json” is inf"),
        ("1e999", lambda one: one.real("x", 0, 1), "is inf"),
        ("NaN", lambda one: one.integer("x", 0, 9), "is nan, not a whole number from 0 to 9"),
        ("9" * 30, lambda one: one.integer("x", 0, 9), "9" * 30),
        ("9" * 5000, lambda one: one.integer("x", 0, 9), "is inf"),
        ("9" * 5000, lambda one: one.real("x", 0, 9), "is inf"),
        ("-1", lambda one: one.integer("x", 0, 9), "is -1"),
        ("2.0", lambda one: one.integer("x", 0, 9), "is 2.0"),
        ("true", lambda one: one.integer("x", 0, 9), "is True"),
        ("true", lambda one: one.real("x", 0, 9), "is True, not a number"),
        ('"2"', lambda one: one.integer("x", 0, 9), "is '2'"),
        ("[2, 3]", lambda one: one.integer("x", 0, 9), "is [2, 3], not a whole number"),
        ("{}", lambda one: one.text("x"), "is an object of 0 keys, not a text"),
        ("1", lambda one: one.flag("x"), "is 1, not true or false"),
        ("1", lambda one: one.section("x"), "is 1, not an object"),
        ('["a", 1]', lambda one: one.texts("x"), "is ['a', 1], not a list of texts"),
        ("[1, true]", lambda one: one.integers("x"), "is [1, True], not a list of whole numbers"),
        ("[1, 1e3]", lambda one: one.integers("x"), "is [1, 1000.0]"),
        (f"[{1 << 63}]", lambda one: one.integers("x"), "9223372036854775808"),
        (f"[{1 << 100}]", lambda one: one.integers("x"), "1267650600228229401496703205376"),
        ("[0, 1, 2, 3, 4, NaN]", lambda one: one.reals("x"), "is 6 values, not a list of numbers"),
        ("[[1], [1, 2]]", lambda one: one.reals("x"), "not a list of numbers"),
        ('"a\\u202eb"', lambda one: one.flag("x"), r"is 'a\u202eb'"),
    ],
)
def test_fault_25_a_wrong_value_is_named(
    tmp_path: Path, value: str, read: Callable[[ConfigFields], object], said: str
) -> None:
    config = fields(tmp_path, '{"x": ' + value + "}")
    with pytest.raises(ModelFileError) as caught:
        read(config)
    assert caught.value.case == "bad-metadata"
    assert "“x” in “config.json” is " in caught.value.what
    assert said in caught.value.what


def test_fault_25_a_field_of_a_section_is_named_with_its_path(tmp_path: Path) -> None:
    section = fields(tmp_path, '{"text_config": {"rope": {"factor": "8"}}}').section("text_config")
    assert section is not None
    inner = section.section("rope")
    assert inner is not None
    with pytest.raises(ModelFileError, match=r"“text_config\.rope\.factor” in “config\.json” is '8'"):
        inner.real("factor", 1, 10)
    with pytest.raises(ModelFileError, match=r"has no “text_config\.rope\.type”"):
        inner.text("type")


def test_a_folder_without_config_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=r"no “config\.json”") as caught:
        read_config(tmp_path)
    assert caught.value.case == "missing-config"


def test_fault_18_a_dead_link_is_named(tmp_path: Path) -> None:
    (tmp_path / "config.json").symlink_to("gone")
    with pytest.raises(ModelFileError, match="gone") as caught:
        read_config(tmp_path)
    assert caught.value.case == "dead-link"
