"""What a tokenizer of any kind is made of, and its ``tokenizer.json``.

Knows neither how text is cut into tokens nor which other files describe tokenizers.

The form: https://huggingface.co/docs/tokenizers, class ``Tokenizer``, ``to_str``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from models.escaping import escape_text
from models.tokenizer.added_tokens import AddedToken, Role
from models.tokenizer.decoding import Decoding, read_decoding
from models.tokenizer.errors import bad_tokenizer
from models.tokenizer.kinds.byte_pair import BytePairModel
from models.tokenizer.kinds.kind import TokenModel, check_ids
from models.tokenizer.steps import check_steps, has_step


@dataclass(frozen=True, slots=True, eq=False)
class TokenizerDefinition:
    """The parts of a tokenizer.

    Args:
        model: cuts words into tokens; cannot make control tokens and markers.
        added: tokens that are matched as a whole, by name.
        normalizer: in the form of ``tokenizer.json``, if any.
        pre_tokenizer: likewise.
        decoder: likewise.
    """

    model: TokenModel
    added: dict[str, AddedToken]
    normalizer: dict[str, Any] | None
    pre_tokenizer: dict[str, Any] | None
    decoder: dict[str, Any] | None

    @property
    def vocabulary_size(self) -> int:
        """One past the largest token ID."""
        numbers = (*self.model.vocabulary.values(), *(token.id for token in self.added.values()))
        return max(numbers, default=-1) + 1

    def ids(self, *roles: Role) -> dict[str, int]:
        """IDs of the added tokens of some roles, by name."""
        return {name: token.id for name, token in self.added.items() if token.role in roles}

    @property
    def control(self) -> dict[str, int]:
        """IDs of control tokens, by name."""
        return self.ids(Role.CONTROL)

    @property
    def is_byte_level(self) -> bool:
        """Whether tokens are written in the alphabet of bytes."""
        parts = (self.decoder, self.pre_tokenizer, self.normalizer)
        return any(has_step(part, "ByteLevel") for part in parts)

    @property
    def decoding(self) -> Decoding:
        """How tokens become bytes."""
        return read_decoding(
            self.decoder, byte_level=self.is_byte_level, byte_fallback=self.model.byte_fallback
        )

    @property
    def family(self) -> str:
        """What kind of tokenizer it is, for people."""
        if not isinstance(self.model, BytePairModel):
            return {"WordPiece": "WordPiece", "WordLevel": "whole words"}.get(
                self.model.TYPE, self.model.TYPE
            )
        if self.is_byte_level:
            return "byte-level BPE"
        sentence_piece = self.model.byte_fallback or ("▁", " ") in self.decoding.replacements
        return "SentencePiece BPE" if sentence_piece else "character BPE"

    def shell(self, pre_tokenizer: dict[str, Any] | None) -> str:
        """A ``tokenizer.json`` with nothing but normalizer, pre-tokenizer and decoder."""
        nothing = {"type": "BPE", "vocab": {}, "merges": []}
        return json.dumps(replace(self, pre_tokenizer=pre_tokenizer)._outer([], nothing))

    def to_json(self) -> str:
        """The whole ``tokenizer.json``."""
        added = [
            token.to_dict(name) for name, token in sorted(self.added.items(), key=lambda item: item[1].id)
        ]
        return json.dumps(self._outer(added, self.model.to_dict(self.ids(*Role))), ensure_ascii=False)

    def _outer(self, added: list[dict[str, Any]], model: dict[str, Any]) -> dict[str, Any]:
        return {
            "version": "1.0",
            "truncation": None,
            "padding": None,
            "added_tokens": added,
            "normalizer": self.normalizer,
            "pre_tokenizer": self.pre_tokenizer,
            "post_processor": None,
            "decoder": self.decoder,
            "model": model,
        }


def assemble(
    model: TokenModel,
    added: Mapping[str, AddedToken],
    *,
    normalizer: object = None,
    pre_tokenizer: object = None,
    decoder: object = None,
) -> TokenizerDefinition:
    """A definition whose parts fit together; arguments as the class.

    Args:
        model: may still have the added tokens: control tokens and markers in it could come out of ordinary text.
        added: one that the model knows has the ID that it has there.
        normalizer: may be anything.
        pre_tokenizer: likewise.
        decoder: likewise.

    Raises:
        TokenizerError: an ID is out of range or taken twice, or a step is not what a tokenizer needs.
    """
    known = model.vocabulary
    added = {
        name: token if (own := known.get(name, token.id)) == token.id else replace(token, id=own)
        for name, token in added.items()
    }
    check_ids(known, {name: token.id for name, token in added.items()})
    steps: list[dict[str, Any] | None] = []
    for kind, step in (("normalizer", normalizer), ("pre_tokenizer", pre_tokenizer), ("decoder", decoder)):
        if step is not None and not isinstance(step, dict):
            raise bad_tokenizer(f"has the {kind} {escape_text(repr(step))}")
        check_steps(kind, step)
        steps.append(step)
    apart = (name for name, token in added.items() if token.role is not Role.PLAIN)
    definition = TokenizerDefinition(model.without(apart), added, *steps)
    # Says so if tokens cannot be made into bytes.
    _ = definition.decoding
    return definition
