"""What a checkpoint suggests for generating: where a reply ends, and how to sample.

Knows nothing about the sampling chain, whose own bounds hold as well.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from models.checkpoint_config import ConfigFields
from models.errors import ModelFileError
from models.json_document import read_json_file

GENERATION_CONFIG = "generation_config.json"
LARGEST_ID = 1 << 31
MOST_END_IDS = 1000

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class GenerationDefaults:
    """Suggestions; ``None`` where the checkpoint has none.

    Args:
        end_ids: tokens that end a reply, in the file's order.
        temperature: 0 to 100; 0 also where the file turns sampling off.
        top_k: 0 is off.
        top_p: above 0, at most 1.
        min_p: 0 to 1.
        repetition_penalty: above 0, at most 100.
        warnings: a sentence about each value that was left out because it is impossible.
    """

    end_ids: tuple[int, ...] = ()
    temperature: float | None = None
    top_k: int | None = None
    top_p: float | None = None
    min_p: float | None = None
    repetition_penalty: float | None = None
    warnings: tuple[str, ...] = ()


def read_generation_defaults(folder: Path, config: ConfigFields | None = None) -> GenerationDefaults:
    """What generation_config.json suggests, or config.json where there is none.

    A suggestion is never worth refusing a model for: what cannot be used is left out with a warning.

    Args:
        folder: the checkpoint's or export's.
        config: the fields of its config.json, which older checkpoints keep the end tokens in.
    """
    warnings: list[str] = []
    fields = ConfigFields({})
    path = folder / GENERATION_CONFIG
    if path.exists() or path.is_symlink():
        try:
            fields = ConfigFields(read_json_file(path), f"“{GENERATION_CONFIG}”")
        except ModelFileError as error:
            warnings.append(error.what)
    defaults = _sampling(fields, warnings)
    sources = [fields, *([config] if config is not None else [])]
    ids = next((found for source in sources if (found := _end_ids(source, warnings))), ())
    return replace(defaults, end_ids=ids, warnings=tuple(warnings))


def _sampling(fields: ConfigFields, warnings: list[str]) -> GenerationDefaults:
    least = 1e-6

    def real(key: str, minimum: float, maximum: float) -> float | None:
        return _tried(lambda: fields.real(key, minimum, maximum), warnings) if key in fields else None

    temperature = real("temperature", 0.0, 100.0)
    top_k = _tried(lambda: fields.integer("top_k", 0, LARGEST_ID, 0), warnings) if "top_k" in fields else None
    if "do_sample" in fields and _tried(lambda: fields.flag("do_sample"), warnings) is False:
        # What such a file says about sampling is not meant to be used.
        return GenerationDefaults(temperature=0.0)
    return GenerationDefaults(
        temperature=temperature,
        top_k=top_k,
        top_p=real("top_p", least, 1.0),
        min_p=real("min_p", 0.0, 1.0),
        repetition_penalty=real("repetition_penalty", least, 100.0),
    )


def _end_ids(fields: ConfigFields, warnings: list[str]) -> tuple[int, ...]:
    """``eos_token_id``, a number or a list of numbers; -1 is how some files say that there is none."""
    key = "eos_token_id"
    value = fields.get(key)
    if value is None or value == -1:
        return ()
    if not isinstance(value, list):
        one = _tried(lambda: fields.integer(key, 0, LARGEST_ID), warnings)
        return () if one is None else (one,)
    numbers = _tried(lambda: fields.integers(key), warnings)
    if numbers is None:
        return ()
    if not 0 < len(numbers) <= MOST_END_IDS or numbers.min() < 0 or numbers.max() > LARGEST_ID:
        warnings.append(fields.rejection(key, "a list of token IDs").what)
        return ()
    return tuple(dict.fromkeys(numbers.tolist()))


def _tried(read: Callable[[], Value], warnings: list[str]) -> Value | None:
    """What is read, or nothing and a warning."""
    try:
        return read()
    except ModelFileError as error:
        warnings.append(error.what)
        return None
