"""A second decoder reads what a first one has read, in the same way where that does not take long.

Knows nothing about gates.
"""

from __future__ import annotations

import numpy as np
import pytest

from inference.rereading import PATIENCE, ROOM, Rereading
from inference.runtime.decoder import Decoder
from inference.runtime.providers import choose_provider
from inference.runtime.session import Interrupter
from inference.sequence import TokenSequence
from models.bundle import Bundle

CPU = choose_provider("cpu")


class Counting:
    """Makes decoders, and counts the tokens that they read.

    Args:
        bundle: of the model.
    """

    def __init__(self, bundle: Bundle, monkeypatch: pytest.MonkeyPatch) -> None:
        self._bundle = bundle
        self.read = 0
        self.capacities: list[int] = []
        prefill, decode = Decoder.prefill, Decoder.decode

        def counted_prefill(decoder, ids, start):  # type: ignore[no-untyped-def]
            self.read += len(ids)
            return prefill(decoder, ids, start)

        def counted_decode(decoder, token, position):  # type: ignore[no-untyped-def]
            self.read += 1
            decode(decoder, token, position)

        monkeypatch.setattr(Decoder, "prefill", counted_prefill)
        monkeypatch.setattr(Decoder, "decode", counted_decode)

    def make(self, positions: int) -> Decoder:
        """A decoder with so much room."""
        self.capacities.append(positions)
        return Decoder(self._bundle, CPU, Interrupter(), capture=False, context=positions)


def sequence(count: int, alone_from: int) -> TokenSequence:
    """A sequence whose last tokens were read one by one."""
    made = TokenSequence(4096)
    made.replace([5 + at * 7 % 200 for at in range(count)])
    made.alone[alone_from:count] = True
    made.read = count
    return made


def test_what_is_known_is_not_read_again(tiny_bundle: Bundle, monkeypatch: pytest.MonkeyPatch) -> None:
    counting = Counting(tiny_bundle, monkeypatch)
    rereading = Rereading(counting.make)
    original = sequence(60, 50)
    assert rereading.read(original, 55)
    assert counting.read == 55
    assert rereading.read(original, 60)
    assert counting.read == 60
    assert rereading.read(original, 40)
    assert counting.read == 60


def test_a_long_reply_is_read_at_once_and_only_once(
    tiny_bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    counting = Counting(tiny_bundle, monkeypatch)
    rereading = Rereading(counting.make)
    original = sequence(40 + 2 * PATIENCE, 40)
    assert not rereading.read(original, len(original))
    read = counting.read
    assert read == len(original)
    assert not rereading.read(original, len(original))
    assert counting.read == read


def test_rows_come_as_they_are_read_with_what_is_watched(
    tiny_bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    counting = Counting(tiny_bundle, monkeypatch)
    rereading = Rereading(counting.make)
    original = sequence(30, 28)
    found = list(rereading.rows(original, 20, 30, ("hidden",)))
    assert [count for count, _ in found] == [8, 1, 1]
    plain = Decoder(tiny_bundle, CPU, Interrupter())
    for _ in plain.prefill(original.ids[:28].tolist(), 0):
        pass
    for position in (28, 29):
        plain.decode(int(original.ids[position]), position)
    np.testing.assert_array_equal(rereading.decoder.hidden[:30], plain.hidden[:30])


def test_room_grows_with_the_text(tiny_bundle: Bundle, monkeypatch: pytest.MonkeyPatch) -> None:
    counting = Counting(tiny_bundle, monkeypatch)
    rereading = Rereading(counting.make)
    assert rereading.read(sequence(10, 10), 10)
    assert rereading.read(sequence(ROOM + 88, ROOM + 88), ROOM + 88)
    assert counting.capacities == [ROOM, 2 * ROOM]
