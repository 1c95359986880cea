"""What a checkpoint suggests for generating is taken where it makes sense, and named where it does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.checkpoint_config import ConfigFields
from models.generation_defaults import GenerationDefaults, read_generation_defaults


def defaults(tmp_path: Path, content: str, config: ConfigFields | None = None) -> GenerationDefaults:
    (tmp_path / "generation_config.json").write_text(content, "utf-8")
    return read_generation_defaults(tmp_path, config)


def test_all_suggestions(tmp_path: Path) -> None:
    content = """{"eos_token_id": [151645, 151643, 151645], "temperature": 0.7, "top_k": 20, "top_p": 0.8,
    "min_p": 0.05, "repetition_penalty": 1.05, "do_sample": true}"""
    assert defaults(tmp_path, content) == GenerationDefaults((151_645, 151_643), 0.7, 20, 0.8, 0.05, 1.05)


def test_no_file_is_no_suggestion(tmp_path: Path) -> None:
    assert read_generation_defaults(tmp_path) == GenerationDefaults()


def test_end_tokens_of_the_config_stand_in(tmp_path: Path) -> None:
    config = ConfigFields({"eos_token_id": 2})
    assert read_generation_defaults(tmp_path, config).end_ids == (2,)
    assert defaults(tmp_path, '{"temperature": 1}', config).end_ids == (2,)
    assert defaults(tmp_path, '{"eos_token_id": 7}', config).end_ids == (7,)
    assert defaults(tmp_path, '{"eos_token_id": -1}', config).end_ids == (2,)


def test_without_sampling_the_temperature_is_zero(tmp_path: Path) -> None:
    content = '{"do_sample": false, "temperature": 0.7, "top_k": 50}'
    assert defaults(tmp_path, content) == GenerationDefaults(temperature=0.0)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"temperature": NaN}', "“temperature” in “generation_config.json” is nan"),
        ('{"temperature": -1}', "“temperature” in “generation_config.json” is -1"),
        ('{"top_p": 0}', "“top_p”"),
        ('{"top_k": 2.5}', "“top_k”"),
        ('{"top_k": ' + "9" * 5000 + "}", "“top_k”"),
        ('{"do_sample": "no"}', "“do_sample”"),
        ('{"eos_token_id": "</s>"}', "“eos_token_id” in “generation_config.json” is '</s>'"),
        ('{"eos_token_id": [1, "2"]}', "[1, '2']"),
        ('{"eos_token_id": [1, -2]}', "[1, -2], not a list of token IDs"),
        ('{"eos_token_id": []}', "“eos_token_id”"),
        ('{"eos_token_id": 1e400}', "“eos_token_id”"),
        ("{", "“generation_config.json” is damaged"),
    ],
)
def test_fault_25_what_cannot_be_used_is_left_out_with_a_warning(
    tmp_path: Path, content: str, said: str
) -> None:
    found = defaults(tmp_path, content)
    assert found == GenerationDefaults(warnings=found.warnings)
    assert len(found.warnings) == 1
    assert said in found.warnings[0]
