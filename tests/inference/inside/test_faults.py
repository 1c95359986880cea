"""What goes wrong when a model is opened a second time is a sentence, and the model itself goes on.

Knows nothing about graphs.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from inference.intervention import NOTHING, Intervention
from inference.runtime import instrument as instruments
from inference.runtime.session import Interrupted
from inference.tensors.contract import FlipBit, RestoreWeights, TensorRef
from models.bundle import Bundle
from models.errors import VitrineError
from tests.inference.observed_exports import OBSERVED, opened, read, text
from tests.models.tiny_export import write_tiny_export

SOME = Intervention(heads=((0, 1),))


@pytest.mark.parametrize("number", [53])
def test_fault_its_file_is_gone(number: int, tmp_path: Path) -> None:
    folder = write_tiny_export(tmp_path, OBSERVED["decomposed, weights elsewhere"])
    with opened(folder) as model:
        before = read(model, text(1, 20), 20).logits
        for file in tmp_path.rglob("*"):
            if file.is_file() and file.suffix != ".json":
                file.unlink()
        with pytest.raises(VitrineError) as raised:
            model.intervene(SOME)
        assert raised.value.case == "source-missing"
        assert model.intervention == NOTHING
        np.testing.assert_array_equal(model.reader.whole_logits(), before)


@pytest.mark.parametrize("number", [41])
def test_fault_there_is_no_room_for_it_twice(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(name: str, needed: int) -> None:
        raise VitrineError("model-larger-than-memory", f"{name} needs {needed} bytes.", "Close something.")

    with opened(write_tiny_export(tmp_path, OBSERVED["kernel"])) as model:
        read(model, text(1, 20), 20)
        monkeypatch.setattr(instruments, "check_memory", refuse)
        with pytest.raises(VitrineError, match="needs"):
            model.inside.lens(0, 4)
        assert model.reader.logits(3).size


def test_put_away_and_brought_back_it_is_still_under_what_was_muted(tmp_path: Path) -> None:
    with opened(write_tiny_export(tmp_path, OBSERVED["kernel"])) as model:
        model.intervene(SOME)
        muted = read(model, text(1, 20), 20).logits
        model.put_away()
        model.bring_back(model.interrupter)
        assert model.intervention == SOME
        np.testing.assert_allclose(model.reader.whole_logits(), muted, atol=1e-5)
        model.intervene(NOTHING)
        assert np.abs(read(model, text(1, 20), 20).logits - muted).max() > 1e-3


def test_a_model_whose_attention_was_not_found_says_why(tmp_path: Path) -> None:
    with opened(write_tiny_export(tmp_path, OBSERVED["kernel"])) as model:
        blind = Bundle(model.bundle.folder, dataclasses.replace(model.facts, sites=()))
        instrument = instruments.Instrument(blind, model.provider, model.interrupter, model.decoder.head)
        with pytest.raises(VitrineError, match="because its attention was not found in the graph") as raised:
            instrument.decoder(SOME)
        assert raised.value.case == "no-residual-stream"


def test_an_interrupted_reading_goes_on_where_it_was(tmp_path: Path) -> None:
    with opened(write_tiny_export(tmp_path, OBSERVED["kernel"])) as model:
        read(model, text(1, 20), 20)
        expected = model.inside.lens(4, 8)
        model.interrupter.interrupt()
        with pytest.raises(Interrupted):
            model.inside.lens(8, 12)
        model.interrupter.resume()
        np.testing.assert_array_equal(model.inside.lens(4, 8).top, expected.top)


@pytest.mark.parametrize("number", [21])
def test_fault_what_is_no_number_is_named_and_neither_shown_nor_added_up(
    number: int, tiny_bundle: Bundle
) -> None:
    """A bit of the last norm is flipped until it is none."""
    with opened(tiny_bundle.folder) as model:
        gain = TensorRef("body", "final_norm.gain")
        for bit in range(23, 31):  # an exponent of ones
            if not int(model.inspector.value(gain, 2).pattern) >> bit & 1:
                model.change_weights(FlipBit(1, gain, 2, bit))
        assert not np.isfinite(model.inspector.value(gain, 2).value)
        read(model, text(1, 20), 20)
        for ask in (
            lambda: model.inside.lens(0, 8),
            lambda: model.inside.attribution(5, None),
            lambda: model.inside.effect(5, SOME),
            lambda: model.inside.head_effects(5, None, ((0, 1),), everywhere=True, intervention=NOTHING),
        ):
            with pytest.raises(VitrineError, match="final hidden values are NaN or infinite, first number 2"):
                ask()
        model.change_weights(RestoreWeights(2))
        read(model, text(1, 20), 20)
        assert np.isfinite(model.inside.lens(0, 8).entropies).all()
