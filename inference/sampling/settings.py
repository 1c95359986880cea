"""The settings of the sampling chain: names, defaults, bounds and what each does.

Knows nothing about how a stage computes or who shows a slider.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace
from typing import Any

from inference.plain_records import by_fields
from models.errors import VitrineError


@dataclass(frozen=True, slots=True)
class SettingBounds:
    """What a setting may be.

    Args:
        minimum: smallest value allowed.
        maximum: largest value allowed.
        off: the value at which the stage changes nothing, ``None`` where there is no such value.
        whole: whether the setting counts something.
    """

    minimum: float
    maximum: float
    off: float | None
    whole: bool = False


SETTING_BOUNDS: dict[str, SettingBounds] = {
    "repetition_penalty": SettingBounds(0.5, 2.0, 1.0),
    "temperature": SettingBounds(0.0, 2.0, 1.0),
    "top_k": SettingBounds(0, 1_000_000, 0, whole=True),
    "top_p": SettingBounds(0.0, 1.0, 1.0),
    "min_p": SettingBounds(0.0, 1.0, 0.0),
}
"""Bounds of every field of `SamplingSettings`, by its name."""


@by_fields
@dataclass(frozen=True, slots=True)
class SamplingSettings:
    """How the next token is chosen from the logits. Same definitions as Hugging Face transformers.

    Args:
        repetition_penalty: divides positive and multiplies negative logits of tokens already in the
            sequence (Keskar et al., CTRL, arXiv 1909.05858); 1 is off.
        temperature: logits are divided by it; 0 keeps only the most probable token.
        top_k: keep this many most probable tokens; 0 is off.
        top_p: keep the most probable tokens until their sum reaches this (Holtzman et al., arXiv
            1904.09751); 1 is off.
        min_p: keep tokens at least this share as probable as the most probable one (arXiv 2407.01082);
            0 is off.

    Raises:
        VitrineError: a value is not a number or outside `SETTING_BOUNDS`.
    """

    repetition_penalty: float = 1.0
    temperature: float = 0.8
    top_k: int = 40
    top_p: float = 0.95
    min_p: float = 0.0

    def __post_init__(self) -> None:
        for field in fields(self):
            value, bounds = getattr(self, field.name), SETTING_BOUNDS[field.name]
            if not math.isfinite(value) or not bounds.minimum <= value <= bounds.maximum:
                name = field.name.replace("_", " ")
                raise VitrineError(
                    "setting-out-of-bounds",
                    f"The {name} {value} is outside {bounds.minimum:g} to {bounds.maximum:g}.",
                    "Choose a value inside these bounds.",
                )

    def changed(self, name: str, value: float) -> SamplingSettings:
        """These settings with one of them replaced.

        Raises:
            VitrineError: as the constructor.
        """
        kept: dict[str, Any] = {name: int(value) if SETTING_BOUNDS[name].whole else float(value)}
        return replace(self, **kept)
