"""A model's vocabulary as the panels show and search it.

Knows nothing about distributions or widgets.
"""

from __future__ import annotations

from functools import cached_property

from desktop.panels.next_token.vocabulary_search import VocabularySearch
from inference.contract import Loaded
from models.tokenizer.pieces import render_piece

ASSUMED_SIZE = 49_152
"""Tokens of a vocabulary that is not known yet, for the scale of a slider."""


class Vocabulary:
    """Pieces by token ID.

    Args:
        model: whose vocabulary, ``None`` before one is loaded.
    """

    def __init__(self, model: Loaded | None) -> None:
        self._pieces = model.vocabulary if model is not None else ()
        self.special_ids = model.special_ids if model is not None else frozenset()
        self._shown: dict[int, str] = {}

    @property
    def size(self) -> int:
        """How many tokens there are."""
        return len(self._pieces) or ASSUMED_SIZE

    @cached_property
    def search(self) -> VocabularySearch:
        """Finds tokens; the index is made when first asked for."""
        return VocabularySearch(self._pieces)

    def bytes_of(self, token: int) -> bytes:
        """A token's bytes, none for an ID outside the vocabulary."""
        return self._pieces[token] if 0 <= token < len(self._pieces) else b""

    def show_piece(self, token: int) -> str:
        """A token's text with what is invisible made visible."""
        if token not in self._shown:
            inside = 0 <= token < len(self._pieces)
            self._shown[token] = render_piece(self._pieces[token]) if inside else f"⟨{token}⟩"
        return self._shown[token]
