"""The part of the contract between engine and window that is about two readings; see `inference.contract`.

Knows nothing about how sentences are read.

Points of the stream are numbered as for the lens: 0 is what enters the first layer, n what comes out of layer n - 1.
One more follows here: the final hidden state, which is the stream behind the final norm.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

MOST_TOKENS = 256
"""Tokens of a sentence at most: their vectors at all points are kept."""

NEAREST = 10
"""Entries of the vocabulary that are answered."""

Nearness: TypeAlias = Literal["head", "embedding"]
"""What makes an entry of the vocabulary near: its probability, were the model to end there (the logit lens), or the
cosine of its embedding with the vector."""


@dataclass(frozen=True, slots=True)
class WordInSentence:
    """A sentence and the token in it that is looked at.

    Args:
        ids: all its tokens.
        position: of the token, from 0.
    """

    ids: tuple[int, ...]
    position: int


@dataclass(frozen=True, slots=True)
class CompareReadings:
    """The vectors of a word in two sentences. Answer: `Similarity`; ask again until it is complete.

    The sentences are read beside the conversation, by the whole model, whatever is muted in it.
    """

    query: int
    first: WordInSentence
    second: WordInSentence


@dataclass(frozen=True, slots=True)
class ReadWordAtPoint:
    """What the word looks at in one layer, and what its vectors behind it are near. Answer: `WordAtPoint`.

    Args:
        query: number chosen by the sender.
        first: one sentence.
        second: the other.
        point: of the stream.
        nearness: by what entries are near.
    """

    query: int
    first: WordInSentence
    second: WordInSentence
    point: int
    nearness: Nearness = "head"


ReadingsQuery: TypeAlias = CompareReadings | ReadWordAtPoint


@dataclass(frozen=True, slots=True, eq=False)
class Similarity:
    """How alike the word's vectors in two sentences are; nothing before both are read.

    Vectors of one model tend to lie in one direction, so that even unlike words have a large cosine. Two things help:
    the cosines of unlike words, and all cosines without what the vectors have in common, their mean. The first token
    of each sentence counts for neither: models park their attention there, and its vector is like no other.

    Args:
        done: tokens of both sentences that are read.
        total: tokens of both.
        cosines: ``float32 [points]`` of the word's two vectors; NaN where one of them is zero.
        centred: ``float32 [points]`` the same after the mean over both sentences is taken off; NaN where there are
            too few tokens for a mean.
        others: ``float32 [points]`` mean cosine of two other, unlike tokens, one from each sentence; NaN where there
            are none.
        others_centred: ``float32 [points]`` the same after the mean is taken off.
    """

    done: int
    total: int
    cosines: NDArray[np.float32] = field(repr=False)
    centred: NDArray[np.float32] = field(repr=False)
    others: NDArray[np.float32] = field(repr=False)
    others_centred: NDArray[np.float32] = field(repr=False)

    @property
    def complete(self) -> bool:
        """Whether both sentences are read."""
        return self.done >= self.total


@dataclass(frozen=True, slots=True, eq=False)
class VectorAtPoint:
    """The word in one of the sentences.

    Args:
        attention: ``float32 [heads, position + 1]`` what it looks at in the layer before the point; no heads at the
            first point and the last, which have none.
        ids: ``int64 [nearest]`` entries of the vocabulary, the nearest first.
        values: ``float32 [nearest]`` probability or cosine of each.
    """

    attention: NDArray[np.float32] = field(repr=False)
    ids: NDArray[np.int64] = field(repr=False)
    values: NDArray[np.float32] = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class WordAtPoint:
    """The word in both sentences.

    Args:
        point: of the stream.
        nearness: by what entries are near.
        first: one sentence.
        second: the other.
    """

    point: int
    nearness: Nearness
    first: VectorAtPoint
    second: VectorAtPoint
