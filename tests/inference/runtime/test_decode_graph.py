"""Steps that are replayed: when they can be, and that they are given up where they differ."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inference.runtime import decode_graph, decoder, session
from inference.runtime.decode_graph import COMPARED, TOLERANCE, difference, why_not_replayed
from inference.runtime.decoder import Decoder
from inference.runtime.session import NOT_REPLAYED, Interrupter, Session
from models.bundle import Bundle
from models.errors import VitrineError
from tests.inference.observed_exports import KERNEL, opened_export
from tests.inference.runtime.on_device import CPU, REPLAYING
from tests.models.tiny_export import TinyExport

IDS = [int(token) for token in np.random.default_rng(4).integers(3, 60, 40)]


@pytest.fixture
def recordings(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers under which runs were to be recorded, in order."""
    numbers: list[int] = []
    run_bound = Session.run_bound

    def noting(self: Session, binding: Any, recording: int = NOT_REPLAYED) -> None:
        if self._replayed:
            numbers.append(recording)
        run_bound(self, binding, recording)

    monkeypatch.setattr(Session, "run_bound", noting)
    return numbers


def test_replayed_steps_are_tried_and_give_the_same(tiny_bundle: Bundle, recordings: list[int]) -> None:
    replaying = Decoder(tiny_bundle, REPLAYING, Interrupter())
    assert replaying.notes == ()
    assert recordings == [-1] * (1 + COMPARED) + [-1] + [1] * COMPARED, (
        "plain ones, then those to be replayed"
    )
    del recordings[:]
    plain = Decoder(tiny_bundle, CPU, Interrupter())
    for one in (plain, replaying):
        for _ in one.prefill(IDS[:20], 0):
            pass
        for position in range(20, 40):
            one.decode(IDS[position], position)
    assert recordings == [-1] + [1] * 20
    np.testing.assert_array_equal(plain.last_logits(39), replaying.last_logits(39))
    for layer in range(len(plain.sites)):
        np.testing.assert_array_equal(
            plain.queries_of(layer, np.arange(40)), replaying.queries_of(layer, np.arange(40))
        )
        np.testing.assert_array_equal(plain.keys_of(layer, 40), replaying.keys_of(layer, 40))


def test_steps_that_come_out_otherwise_are_not_replayed(
    tiny_bundle: Bundle, recordings: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a recording would that had the inputs of its first step in it for good."""
    monkeypatch.setattr(decode_graph.FixedFeeds, "update", lambda self, feeds: None)
    given_up = Decoder(tiny_bundle, REPLAYING, Interrupter())
    (note,) = given_up.notes
    assert note.startswith("Steps are not recorded and replayed as a CUDA graph: step 2 of 6 came out ")
    del recordings[:]
    plain = Decoder(tiny_bundle, CPU, Interrupter())
    for one in (plain, given_up):
        one.decode(IDS[0], 0)
        one.decode(IDS[1], 1)
    assert recordings == []
    np.testing.assert_array_equal(plain.last_logits(1), given_up.last_logits(1))


def test_a_runtime_that_refuses_to_record_is_quoted(
    tiny_bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refusing(*arguments: Any, replayed: bool = False, **named: Any) -> Session:
        if replayed:
            raise VitrineError("runtime-failed", "The runtime failed: not all nodes are on CUDA.", "")
        return Session(*arguments, **named)

    monkeypatch.setattr(decoder, "Session", refusing)
    one = Decoder(tiny_bundle, REPLAYING, Interrupter())
    (note,) = one.notes
    assert note.endswith("the runtime refused (The runtime failed: not all nodes are on CUDA).")
    one.decode(IDS[0], 0)


@pytest.mark.parametrize(
    ("export", "reason"),
    [
        (TinyExport(), "its graph makes a new cache at every step"),
        (TinyExport(KERNEL), "its input “attention_mask” (attention mask) is another at every step"),
    ],
)
def test_graphs_whose_steps_are_never_the_same_are_not_tried(
    tmp_path: Path, export: TinyExport, reason: str
) -> None:
    with opened_export(tmp_path, export) as model:
        one = Decoder(model.bundle, REPLAYING, Interrupter())
        assert one.notes == (f"Steps are not recorded and replayed as a CUDA graph: {reason}.",)


def test_watched_values_and_short_contexts_are_not_replayed(tiny_bundle: Bundle) -> None:
    wiring = tiny_bundle.facts.wiring
    assert why_not_replayed(wiring, 18, []) is None
    assert why_not_replayed(wiring, 17, []) == "its context of 17 tokens is too short to try it"
    assert why_not_replayed(wiring, 18, ["x"]) == "values within it are watched"


def test_the_difference_is_relative_to_the_largest_number() -> None:
    plain = [np.array([1.0, -100.0])] * 2

    def steps(off: float) -> decode_graph.Steps:
        return lambda replayed: [plain[0], plain[1] + (off if replayed else 0.0)]

    assert difference(steps(100 * TOLERANCE)) is None
    assert difference(steps(2.5)) == "step 2 of 6 came out 2.5 apart, where the largest number is 100"
    assert (
        difference(steps(float("nan"))) == "step 2 of 6 came out nan apart, where the largest number is 100"
    )


def test_recording_is_asked_of_cuda_alone() -> None:
    options = [("CUDAExecutionProvider", {"device_id": 1}), "CPUExecutionProvider"]
    cuda = session.Provider(CPU.choice, options, "cuda")
    assert session._providers(cuda, replayed=False) is options
    assert session._providers(cuda, replayed=True) == [
        ("CUDAExecutionProvider", {"device_id": 1, "enable_cuda_graph": 1}),
        "CPUExecutionProvider",
    ]


def test_who_wants_something_else_meanwhile_need_not_wait(tiny_bundle: Bundle) -> None:
    interrupter = Interrupter()
    interrupter.interrupt()
    one = Decoder(tiny_bundle, REPLAYING, interrupter)
    assert one.notes[0].endswith("something else was wanted before it was tried.")
    interrupter.resume()
    one.decode(IDS[0], 0)
