"""What a model would say without some of its parts, compared with what it says.

Knows nothing about who asks. The model itself is never changed: what is muted is read by a decoder of its own.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from inference.contract import Effect, FloatArray, HeadEffects
from inference.generation import check_hidden
from inference.inside.looking import Looking
from inference.intervention import NOTHING, Intervention
from inference.reading import Reader
from inference.rereading import Rereading
from inference.sampling.distribution import check_logits, log_normaliser
from inference.sequence import TokenSequence, checksum


class Knife:
    """Mutes and covers, and looks at what comes of it.

    Args:
        looking: into the model, under what the model itself is under.
        intervention: that the model itself is under.
    """

    def __init__(self, looking: Looking, intervention: Intervention) -> None:
        self._looking = looking
        self._intervention = intervention
        self._muted: tuple[Intervention, Rereading] | None = None
        self._whole: Rereading | None = None
        self._scratch: tuple[Intervention, Rereading] | None = None
        self._known: tuple[tuple[int, int, bool, Intervention], FloatArray] | None = None

    def effect(
        self, sequence: TokenSequence, reader: Reader, position: int, intervention: Intervention
    ) -> Effect:
        """A row by the whole model, and under an intervention.

        Args:
            sequence: that the model has read.
            reader: of the model.
            position: of the row, which is read.
            intervention: what is to be muted.

        Raises:
            Interrupted: a run was interrupted.
            VitrineError: the model cannot be muted so, or the runtime failed.
        """
        reading = self._reading_under(intervention)
        as_written = reading.read(sequence, position + 1)
        after = _logits(reading, position)
        if as_written and not self._intervention:
            before = reader.logits(position)
        else:
            if self._whole is None:
                self._whole = self._reading(NOTHING)
            self._whole.read(sequence, position + 1, as_it_was=as_written)
            before = _logits(self._whole, position)
        return Effect(position, intervention, before, after, as_written)

    def head_effects(
        self,
        sequence: TokenSequence,
        position: int,
        token: int | None,
        heads: tuple[tuple[int, int], ...],
        *,
        everywhere: bool,
        base: Intervention,
    ) -> HeadEffects:
        """What muting each of some heads, besides `base`, does to one token; arguments as in `ReadHeadEffects`.

        Raises:
            Interrupted: a run was interrupted.
            VitrineError: there is no such head, or the runtime failed.
        """
        self._looking.instrument.check(Intervention(heads=heads))
        before = self._unmuted(sequence, position, base, everywhere=everywhere)
        if token is None:
            follows = position + 1 < len(sequence)
            token = int(sequence.ids[position + 1]) if follows else int(before.argmax())
        after = np.zeros(len(heads), np.float32)
        for index, head in enumerate(heads):
            muted = replace(base, heads=tuple(sorted({*base.heads, head})))
            logits = self._read_muted(sequence, position, muted, base, everywhere=everywhere)
            after[index] = _logprob(logits, token)
        return HeadEffects(position, token, heads, everywhere, _logprob(before, token), after)

    def _reading_under(self, intervention: Intervention) -> Rereading:
        if self._muted is None or self._muted[0] != intervention:
            self._muted = None
            self._muted = intervention, self._reading(intervention)
        return self._muted[1]

    def _reading(self, intervention: Intervention) -> Rereading:
        instrument = self._looking.instrument
        return Rereading(lambda positions: instrument.decoder(intervention, capacity=positions))

    def _unmuted(
        self, sequence: TokenSequence, position: int, base: Intervention, *, everywhere: bool
    ) -> FloatArray:
        """The logits of a row that those with a muted head are compared with, read in the same way."""
        known = (checksum(sequence.ids[: position + 1]), position, everywhere, base)
        if self._known is None or self._known[0] != known:
            self._known = (known, self._read_muted(sequence, position, base, base, everywhere=everywhere))
        return self._known[1]

    def _read_muted(
        self,
        sequence: TokenSequence,
        position: int,
        muted: Intervention,
        base: Intervention,
        *,
        everywhere: bool,
    ) -> FloatArray:
        scratch = self._scratch_under(base)
        scratch.make_room(position + 1)
        if everywhere:
            scratch.decoder.mute(muted)
            scratch.forget()
            scratch.read(sequence, position + 1, as_it_was=False)
            logits = _logits(scratch, position)
            scratch.forget()
            return logits
        scratch.decoder.mute(base)
        scratch.read(sequence, position, as_it_was=False)
        scratch.decoder.mute(muted)
        # What it leaves in the cache at this position counts as not read.
        scratch.decoder.decode(int(sequence.ids[position]), position)
        return _logits(scratch, position)

    def _scratch_under(self, base: Intervention) -> Rereading:
        if self._scratch is None or self._scratch[0] != base:
            self._scratch = None
            self._scratch = base, self._reading(base)
        return self._scratch[1]


def _logits(reading: Rereading, position: int) -> FloatArray:
    check_hidden(reading.decoder.hidden[position])
    logits = reading.decoder.last_logits(position).copy()
    check_logits(logits, reading.decoder.vocabulary)
    return logits


def _logprob(logits: FloatArray, token: int) -> float:
    return float(logits[token] - log_normaliser(logits))
