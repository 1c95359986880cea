"""Reading the inside of a model at positions it has read: logits, statistics, attention.

Knows nothing about who asks or how answers travel.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from inference.atlas_reader import AtlasReader
from inference.attention_map import pooled, rows_of_a_slice, without_sink
from inference.attention_reader import AttentionReader
from inference.captures import Captures
from inference.contract import (
    ATTENTION_ROWS_PER_READ,
    Atlas,
    AttentionMapPart,
    AttentionRows,
    FloatArray,
    IntArray,
    ReadAttentionMap,
    Statistics,
)
from inference.reading_plan import parts
from inference.sampling.distribution import check_logits, entropy, log_normaliser, rank
from inference.sequence import TokenSequence
from inference.slices import Slices
from models.attention_site import AttentionSite
from models.errors import VitrineError

STATISTICS_ROWS = 16
"""Rows of logits in a slice of `Reader.statistics`."""


class Reader:
    """Looks into a model at the positions that its sequence has read.

    Args:
        captures: what the model has made of them.
        sequence: what it has read.
    """

    def __init__(self, captures: Captures, sequence: TokenSequence) -> None:
        self._captures = captures
        self._sequence = sequence
        self._attention = AttentionReader(captures)
        self._atlas = AtlasReader(self._attention, sequence)

    def logits(self, position: int) -> FloatArray:
        """Logits of a row: ``float32 [vocabulary]``.

        Raises:
            VitrineError: the position is not read yet.
        """
        self.check_read(position)
        return self._captures.last_logits(position).copy()

    def statistics(self, start: int, stop: int) -> Slices[Statistics]:
        """Probability, rank and entropy of the tokens at [start, stop).

        Raises:
            VitrineError: the row before a position is not read yet.
        """
        count = stop - start
        logprobs = np.full(count, np.nan, np.float32)
        entropies = np.full(count, np.nan, np.float32)
        ranks: IntArray = np.zeros(count, np.int64)
        first = max(start, 1)
        if stop > first:
            self.check_read(stop - 2)
            row = first - 1
            for size in parts(stop - first, STATISTICS_ROWS):
                for at, logits in self._captures.logits(row, row + size):
                    check_logits(logits, self._captures.vocabulary)
                    rows = slice(at + 1 - start, at + 1 - start + len(logits))
                    ids = self._sequence.ids[at + 1 : at + 1 + len(logits)]
                    chosen = np.take_along_axis(logits, ids[:, None], axis=1)[:, 0]
                    logprobs[rows] = chosen - log_normaliser(logits)
                    entropies[rows] = entropy(logits)
                    ranks[rows] = rank(logits, ids)
                row += size
                yield
        return Statistics(start, stop, logprobs, ranks, entropies)

    def attention(
        self, layer: int, head: int | Literal["mean", "max"], start: int, stop: int
    ) -> AttentionRows:
        """Attention of query rows, at most `ATTENTION_ROWS_PER_READ` of them.

        Raises:
            VitrineError: there is no such layer or head, or a position is not read yet.
        """
        stop = min(stop, start + ATTENTION_ROWS_PER_READ)
        self._check_rows(layer, head, start, stop)
        return AttentionRows(layer, head, start, stop, self._attention.one_map(layer, head, start, stop))

    def attention_map(self, asked: ReadAttentionMap) -> Slices[AttentionMapPart]:
        """A part of a head's map, pooled.

        Raises:
            VitrineError: there is no such layer or head, a position is not read yet, or the part is none.
        """
        self._check_rows(asked.layer, asked.head, asked.start, asked.stop)
        stride, start, left = asked.stride, asked.start, asked.left
        right = min(asked.right, asked.stop)
        if stride < 1 or start % stride or left % stride or not 0 <= left < right:
            raise VitrineError(
                "no-such-part",
                f"Keys {left} to {right} of queries from {start} on are no part of a map in groups of {stride}.",
                "Begin at multiples of the group.",
            )
        site = self._captures.sites[asked.layer]
        groups = -(-(asked.stop - start) // stride)
        weights = np.zeros((groups, -(-(right - left) // stride)), np.float16)
        heads = 1 if isinstance(asked.head, int) else site.heads
        first = start
        while first < asked.stop:
            last = min(first + rows_of_a_slice(first, heads, stride), asked.stop)
            rows = self._attention.one_map(asked.layer, asked.head, first, last)
            part = pooled(without_sink(rows) if asked.hide_sink else rows, stride, left, min(right, last))
            weights[(first - start) // stride :][: len(part), : part.shape[1]] = part
            first = last
            yield
        return AttentionMapPart(asked, weights)

    def attention_profile(self, position: int) -> FloatArray:
        """Where every head looks from one position: ``float32 [layer, head, key]``.

        Raises:
            VitrineError: the position is not read yet.
        """
        self.check_read(position)
        self._check_attention()
        profile = np.zeros((len(self._attention.sites), self._attention.heads, position + 1), np.float32)
        for site in self._attention.sites:
            rows = self._attention.rows(site.layer, position, position + 1)
            profile[site.layer, : site.heads] = rows[:, 0]
        return profile

    def atlas(self, cells: int) -> Slices[Atlas]:
        """Small pictures of all heads over everything read.

        Raises:
            VitrineError: nothing is read yet, or the model's attention cannot be shown.
        """
        self.check_read(0)
        self._check_attention()
        return (yield from self._atlas.read(cells))

    def whole_attention(self) -> FloatArray:
        """All of it: ``float32 [layer, head, query, key]``; grows with the square of the length."""
        self._check_attention()
        length, sites = self._sequence.read, self._attention.sites
        weights = np.zeros((len(sites), self._attention.heads, length, length), np.float32)
        # All layers of some rows, then of the next: rows that are not kept are then computed once.
        for start in range(0, length, ATTENTION_ROWS_PER_READ):
            stop = min(start + ATTENTION_ROWS_PER_READ, length)
            for site in sites:
                rows = self._attention.rows(site.layer, start, stop)
                weights[site.layer, : site.heads, start:stop, :stop] = rows
        return weights

    def whole_logits(self) -> FloatArray:
        """Logits of every row: ``float32 [token, vocabulary]``."""
        logits = np.empty((self._sequence.read, self._captures.vocabulary), np.float32)
        for row, part in self._captures.logits(0, len(logits)):
            logits[row : row + len(part)] = part
        return logits

    def check_read(self, position: int) -> None:
        """Refuse a position that says nothing.

        Raises:
            VitrineError: it is not read yet.
        """
        if not 0 <= position < self._sequence.read:
            raise VitrineError(
                "position-not-read",
                f"The model has not read position {position} (it has read {self._sequence.read} tokens).",
                "Wait for it, or choose an earlier token.",
            )

    def _check_rows(self, layer: int, head: int | Literal["mean", "max"], start: int, stop: int) -> None:
        site = self._site(layer)
        self.check_read(start)
        self.check_read(stop - 1)
        if isinstance(head, int) and not 0 <= head < site.heads:
            raise VitrineError(
                "no-such-head", f"There is no head {head}.", f"Choose one from 0 to {site.heads - 1}."
            )

    def _check_attention(self) -> None:
        if not self._attention.sites:
            raise VitrineError(
                "attention-refused",
                "The attention of this model cannot be shown.",
                "The proof badge says why; everything else works.",
            )

    def _site(self, layer: int) -> AttentionSite:
        self._check_attention()
        if not 0 <= layer < len(self._captures.sites):
            raise VitrineError(
                "no-such-layer",
                f"There is no layer {layer}.",
                f"Choose one from 0 to {len(self._captures.sites) - 1}.",
            )
        return self._captures.sites[layer]
