"""Which rank files there are, and what their content does not say: the rule that cuts words, the special tokens.

Knows nothing about the form of these files. Source: https://github.com/openai/tiktoken, ``openai_public.py``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from models.tokenizer.added_tokens import AddedToken, Role


@dataclass(frozen=True, slots=True)
class RankFamily:
    """One family of files.

    Args:
        name: for people.
        sha256: of the published file, 64 hexadecimal digits.
        ranks: how many tokens it has.
        rule: the value of ``tokenizer.ggml.pre`` that means the same cutting of words.
        special: IDs of its special tokens, by name.
        begin: name of the token that may stand before everything, if any.
    """

    name: str
    sha256: str
    ranks: int
    rule: str
    special: dict[str, int] = field(default_factory=dict)
    begin: str | None = None

    def added(self) -> dict[str, AddedToken]:
        """The special tokens as control tokens."""
        return {name: AddedToken(number, Role.CONTROL) for name, number in self.special.items()}


_FILL_IN_THE_MIDDLE = ("<|fim_prefix|>", "<|fim_middle|>", "<|fim_suffix|>")

_HARMONY = {
    "<|startoftext|>": 199_998,
    "<|endoftext|>": 199_999,
    "<|return|>": 200_002,
    "<|constrain|>": 200_003,
    "<|channel|>": 200_005,
    "<|start|>": 200_006,
    "<|end|>": 200_007,
    "<|message|>": 200_008,
    "<|call|>": 200_012,
    "<|endofprompt|>": 200_018,
}
"""Of gpt-oss: https://github.com/openai/harmony."""

HARMONY_SIZE = 201_088
"""Tokens of gpt-oss; those without a name of their own are reserved."""


def _harmony() -> dict[str, int]:
    taken = set(_HARMONY.values())
    reserved = (number for number in range(200_000, HARMONY_SIZE) if number not in taken)
    return _HARMONY | {f"<|reserved_{number}|>": number for number in reserved}


RANK_FAMILIES: tuple[RankFamily, ...] = (
    RankFamily(
        "o200k with the special tokens of harmony",
        "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
        199_998,
        "o200k",
        _harmony(),
        "<|startoftext|>",
    ),
    RankFamily(
        "cl100k",
        "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
        100_256,
        "cl100k",
        {
            "<|endoftext|>": 100_257,
            **{name: 100_258 + place for place, name in enumerate(_FILL_IN_THE_MIDDLE)},
            "<|endofprompt|>": 100_276,
        },
    ),
    RankFamily(
        "p50k",
        "94b5ca7dff4d00767bc256fdd1b27e5b17361d7b8a5f968547f9f23eb70d2069",
        50_280,
        "gpt-2",
        {"<|endoftext|>": 50_256},
    ),
    RankFamily(
        "r50k",
        "306cd27f03c1a714eca7108e03d66b7dc042abe8c258b44c199a7ed9838dd930",
        50_256,
        "gpt-2",
        {"<|endoftext|>": 50_256},
    ),
)
"""Every family that is known."""
