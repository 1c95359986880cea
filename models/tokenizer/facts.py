"""What must be known of a tokenizer beside its ``tokenizer.json``.

Knows nothing about where these facts come from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from models.errors import TokenizerError

END_TOKENS = (
    "<|im_end|>",
    "<|eot_id|>",
    "<|eom_id|>",
    "<|return|>",
    "<|call|>",
    "<end_of_turn>",
    "<turn|>",
    "<|END_OF_TURN_TOKEN|>",
    "<end_of_utterance>",
    "<|end|>",
    "<|end_of_text|>",
    "<|endoftext|>",
    "<｜end▁of▁sentence｜>",
    "<eos>",
    "</s>",
)
"""Control tokens that end a reply wherever they exist."""

_HARMONY = frozenset({"<|start|>", "<|channel|>", "<|message|>", "<|end|>", "<|return|>"})


@dataclass(frozen=True, slots=True)
class TokenizerFacts:
    """The facts.

    Args:
        end_ids: tokens that end a reply.
        begin_id: the token that may stand before everything, if there is one.
        add_begin: whether it does.
        end_id: the token that templates call ``eos_token``, where a file names one.
        places: how many tokens the model has, where that is not how many the tokenizer has.
        family: what kind of tokenizer it is, for people.
        description: the same with its size and where it comes from.
        notes: sentences about what was found odd in it.
    """

    end_ids: frozenset[int] = frozenset()
    begin_id: int | None = None
    add_begin: bool = False
    end_id: int | None = None
    places: int | None = None
    family: str = ""
    description: str = ""
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """These facts as JSON can hold them."""
        return {
            "end_ids": sorted(self.end_ids),
            "begin_id": self.begin_id,
            "add_begin": self.add_begin,
            "end_id": self.end_id,
            "places": self.places,
            "family": self.family,
            "description": self.description,
            "notes": list(self.notes),
        }

    @classmethod
    def from_dict(cls, values: object) -> TokenizerFacts:
        """The facts that `to_dict` wrote.

        Raises:
            TokenizerError: they are not of that form.
        """
        match values:
            case {
                "end_ids": list(end_ids),
                "begin_id": int() | None as begin_id,
                "add_begin": bool(add_begin),
                **rest,
            } if all(isinstance(one, int) for one in end_ids):
                match {"end_id": None, "places": None, "family": "", "description": "", "notes": [], **rest}:
                    case {
                        "end_id": int() | None as end_id,
                        "places": int() | None as places,
                        "family": str(family),
                        "description": str(description),
                        "notes": list(notes),
                    } if all(isinstance(one, str) for one in notes):
                        ends = frozenset(end_ids)
                        return cls(
                            ends, begin_id, add_begin, end_id, places, family, description, tuple(notes)
                        )
        raise TokenizerError(
            "damaged-tokenizer-facts",
            "The facts about the tokenizer are not in the form they were written in.",
            "Import the model again.",
        )


def known_end_ids(control: Mapping[str, int]) -> frozenset[int]:
    """The tokens of `END_TOKENS` among control tokens.

    Where replies have channels, ``<|end|>`` ends one message of a reply that goes on.
    """
    in_harmony = control.keys() >= _HARMONY
    names = (name for name in END_TOKENS if name in control and not (in_harmony and name == "<|end|>"))
    return frozenset(control[name] for name in names)
