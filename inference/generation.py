"""Writing a reply: a plain generator of steps; the consumer owns pace and cancel.

Knows nothing about conversations, templates or who watches.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.contract import Candidate, Source, Step, Token
from inference.guessing import Guesser
from inference.row_reading import OneByOne, RowReader, WithGuesses
from inference.runtime.decoder import Decoder
from inference.sampling.chain import ChainResult, run_chain
from inference.sampling.distribution import check_logits
from inference.sampling.draw import draw_at, pick
from inference.sampling.settings import SamplingSettings
from inference.sequence import TokenSequence
from models.errors import VitrineError
from models.tokenizer.tokenizer import Tokenizer

TOP_CANDIDATES = 16
"""How many of the most probable tokens a step carries."""


def generate(
    decoder: Decoder,
    tokenizer: Tokenizer,
    sequence: TokenSequence,
    settings: Callable[[], SamplingSettings],
    seed: int,
    generation: int = 0,
    forced: Sequence[tuple[int, Source]] = (),
    guesser: Guesser | None = None,
) -> Iterator[Step]:
    """Write tokens until the consumer stops or the context is full.

    Each token is read by the model only when the next one is asked for, so whoever stops after a step has
    paid for no other but those that were guessed.

    Args:
        decoder: the model, which has read the sequence but for its last token at most.
        tokenizer: names the tokens.
        sequence: grows by one token a step.
        settings: asked before every token for the sampling chain in force.
        seed: of the draws.
        generation: number that the steps carry.
        forced: tokens that come first, whatever the draws say, and who wanted them.
        guesser: guesses what comes next, which is read together with what is there; ``None`` reads token by token.
            What it guesses changes nothing but the time: the draw chooses from each guess's own row.

    Yields:
        One step a token; the token that ends a reply is a step like others.

    Raises:
        Interrupted: a run was interrupted.
        VitrineError: the runtime failed, or the logits cannot be used.
    """
    rows: RowReader = (
        OneByOne(decoder, sequence) if guesser is None else WithGuesses(decoder, sequence, guesser)
    )
    drawn: tuple[int, Source] = (-1, "written")
    for index in itertools.count():
        if sequence.is_full:
            return
        started = time.perf_counter()
        last = len(sequence) - 1
        reading_ms = rows.read(may_guess=index >= len(forced))
        # A NaN here can come out of 8-bit products as an ordinary number.
        check_hidden(decoder.hidden[last])
        logits = decoder.last_logits(last)
        in_model = time.perf_counter()
        check_logits(logits, decoder.vocabulary)
        now = settings()
        result = run_chain(logits, sequence.ids, now)
        draw = draw_at(seed, last + 1)
        token, source = forced[index] if index < len(forced) else drawn
        if source == "written":
            token = pick(result, draw)
        position = sequence.append(token)
        guessed, charged_ms = rows.settle()
        # Of a run over several rows each token bears its share, so that times add up to those of a clock.
        started += (reading_ms - charged_ms) / 1000
        raw = result.raw
        yield Step(
            generation=generation,
            position=position,
            token=Token(
                token, tokenizer.piece(token), tokenizer.is_control(token), "reply", alone=rows.alone
            ),
            logit=float(logits[token]),
            logprob=raw.log_probability_of(token),
            processed_logprob=result.final.log_probability_of(token),
            rank=raw.rank_of(token),
            entropy=raw.entropy,
            draw=draw,
            settings=now,
            top=top_candidates(result, tokenizer),
            model_ms=(in_model - started) * 1000 - rows.capture_ms,
            total_ms=(time.perf_counter() - started) * 1000,
            source=source,
            guessed=guessed,
            capture_ms=rows.capture_ms,
        )


def check_hidden(hidden: NDArray[Any]) -> None:
    """Refuse a final hidden state that no logits should be made of.

    Args:
        hidden: ``[width]``.

    Raises:
        VitrineError: an entry is not finite.
    """
    if np.isfinite(hidden).all():
        return
    wrong = np.flatnonzero(~np.isfinite(hidden))
    if wrong.size:
        raise VitrineError(
            "hidden-not-finite",
            f"{wrong.size:,} of the model's {hidden.size:,} final hidden values are NaN or infinite, first "
            f"number {wrong[0]}.",
            "Undo what is flipped or muted; if nothing is, the model file or its conversion is faulty: try another "
            "file of this model.",
        )


def top_candidates(result: ChainResult, tokenizer: Tokenizer) -> tuple[Candidate, ...]:
    """The most probable tokens of a distribution and what the chain made of them.

    Args:
        result: of the chain.
        tokenizer: names the tokens.
    """
    ids = result.raw.top(TOP_CANDIDATES)
    before = result.raw.probability_of(ids).tolist()
    after = result.final.probability_of(ids).tolist()
    removed = result.stages_that_removed(ids)
    return tuple(
        Candidate(token, tokenizer.piece(token), p, processed, stage)
        for token, p, processed, stage in zip(ids.tolist(), before, after, removed, strict=True)
    )
