"""Answers about the inside of the sequence that a model shows: the lens, attributions, and what muting would do.

Knows nothing about commands. Nothing is opened before somebody asks.
"""

from __future__ import annotations

import time

from inference.contract import Attribution, Effect, HeadEffects, LensGrid
from inference.inside.attribution import Attributor
from inference.inside.knife import Knife
from inference.inside.lens import read_lens
from inference.inside.looking import Looking
from inference.intervention import NOTHING, Intervention
from inference.reading import Reader
from inference.readings.readings import Readings
from inference.runtime.instrument import Instrument
from inference.sequence import TokenSequence


class Inside:
    """What is asked about the present sequence.

    Args:
        instrument: of the model.
    """

    def __init__(self, instrument: Instrument) -> None:
        self.instrument = instrument
        self._readings = Readings(instrument)
        self.used_s: float | None = None
        """When it was last asked, by the clock of `time.monotonic`; ``None`` where nothing was opened for it."""
        self._turn_to(NOTHING)

    def follow(self, sequence: TokenSequence, reader: Reader, intervention: Intervention) -> None:
        """Answer about another sequence.

        Args:
            sequence: that the model has read.
            reader: of the model.
            intervention: that the model is under.
        """
        self._sequence, self._reader = sequence, reader
        if intervention != self._intervention:
            self._turn_to(intervention)
            self.used_s = time.monotonic()

    @property
    def readings(self) -> Readings:
        """Of sentences beside the sequence, for whoever asks about them now."""
        self.used_s = time.monotonic()
        return self._readings

    def let_go(self) -> None:
        """Close what was opened to answer; it is opened again when something is asked."""
        self.used_s = None
        self._readings = Readings(self.instrument)
        self._turn_to(self._intervention)
        if not self._intervention:
            # What is muted is read by that very session.
            self.instrument.let_go()

    def lens(self, start: int, stop: int) -> LensGrid:
        """As `ReadLens`.

        Raises:
            Interrupted: a run was interrupted.
            VitrineError: a row is not read yet, or the stream cannot be followed.
        """
        self._reader.check_read(start)
        self._reader.check_read(stop - 1)
        self.used_s = time.monotonic()
        return read_lens(self._looking, self._sequence, start, stop)

    def attribution(self, position: int, token: int | None) -> Attribution:
        """As `ReadAttribution`.

        Raises:
            Interrupted: a run was interrupted.
            VitrineError: the row is not read yet, or the model cannot be taken apart.
        """
        self._reader.check_read(position)
        self.used_s = time.monotonic()
        return self._attributor.attribution(self._sequence, position, token)

    def effect(self, position: int, intervention: Intervention) -> Effect:
        """As `ReadEffect`.

        Raises:
            Interrupted: a run was interrupted.
            VitrineError: the row is not read yet, or the model cannot be muted so.
        """
        self._reader.check_read(position)
        self.used_s = time.monotonic()
        return self._knife.effect(self._sequence, self._reader, position, intervention)

    def head_effects(
        self,
        position: int,
        token: int | None,
        heads: tuple[tuple[int, int], ...],
        *,
        everywhere: bool,
        intervention: Intervention,
    ) -> HeadEffects:
        """As `ReadHeadEffects`.

        Raises:
            Interrupted: a run was interrupted.
            VitrineError: the row is not read yet, or there is no such head.
        """
        self._reader.check_read(position)
        self.used_s = time.monotonic()
        return self._knife.head_effects(
            self._sequence, position, token, heads, everywhere=everywhere, base=intervention
        )

    def _turn_to(self, intervention: Intervention) -> None:
        self._intervention = intervention
        self._looking = Looking(self.instrument, intervention)
        self._attributor = Attributor(self._looking)
        self._knife = Knife(self._looking, intervention)
