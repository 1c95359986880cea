"""Every way of writing a decoder down can be muted and looked into, by its own graph, to the same end.

Knows nothing about how that is done. A muted head is compared with a file whose weights behind that head are zero.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import numpy_helper

from inference.intervention import NOTHING, Intervention
from inference.loaded_model import LoadedModel
from models.errors import VitrineError
from tests.inference.observed_exports import LENGTH, OBSERVED, PROMPT, opened, opened_export, read, text
from tests.models.tiny_export import HEAD_SIZE, TinyExport, write_tiny_export

LAYER, HEAD, COVERED = 1, 2, 4

ROUNDING = {"decomposed, head in 8 bits": 0.1}
"""Largest differences where something rounds; 1e-4 otherwise."""

HALF = 0.03


def allowed(name: str, export: TinyExport) -> float:
    return HALF if "16 bits" in name else ROUNDING.get(name, 1e-4)


def logits(model: LoadedModel, intervention: Intervention = NOTHING) -> NDArray[np.float32]:
    model.intervene(intervention)
    model.sequence.read = 0
    return read(model, text(3), PROMPT).logits


def without_weights(folder: Path, *, rows: slice, matrix: str) -> None:
    """Zero rows of a matrix in a file."""
    (path,) = folder.rglob("*.onnx")
    model = onnx.load(path)
    found = next(one for one in model.graph.initializer if one.name == matrix)
    values = numpy_helper.to_array(found).copy()
    values[rows] = 0
    found.CopyFrom(numpy_helper.from_array(values, matrix))
    onnx.save(model, path)


@pytest.mark.parametrize("name", OBSERVED)
def test_heads_blocks_and_words(name: str, tmp_path: Path) -> None:
    export = OBSERVED[name]
    close = allowed(name, export)
    with opened_export(tmp_path / "whole", export) as model:
        plain = logits(model)
        gated = model.inside.instrument.decoder()
        for _ in gated.prefill(text(3), 0):
            pass
        same = np.concatenate([rows for _, rows in gated.logits(0, LENGTH)])
        assert np.abs(same[:PROMPT] - plain[:PROMPT]).max() < close
        muted = logits(model, Intervention(heads=((LAYER, HEAD),)))
        without_mlp = logits(model, Intervention(mlp=(LAYER,)))
        if name.startswith("contrib"):
            with pytest.raises(VitrineError, match="Words cannot be covered"):
                model.intervene(Intervention(covered=(COVERED,)))
        else:
            covered = logits(model, Intervention(covered=(COVERED,)))
            assert np.abs(covered - plain)[: COVERED + 1].max() < close
            assert np.abs(covered - plain)[COVERED + 1 :].max() > close
        # What was read without anything muted is still there, and nothing of it is left over.
        model.intervene(NOTHING)
        assert model.sequence.read == LENGTH
        np.testing.assert_array_equal(model.reader.whole_logits(), plain)
    if export.external:
        return  # its weights are no part of the file
    rows = slice(HEAD * HEAD_SIZE, (HEAD + 1) * HEAD_SIZE)
    for number, (made, matrix, zeroed) in enumerate(
        ((muted, f"out.{LAYER}", rows), (without_mlp, f"down.{LAYER}", slice(None)))
    ):
        folder = write_tiny_export(tmp_path / f"less {number}", export)
        without_weights(folder, rows=zeroed, matrix=matrix)
        with opened(folder) as model:
            assert np.abs(logits(model) - made).max() < close


@pytest.mark.parametrize("name", [name for name in OBSERVED if OBSERVED[name].head != "int8"])
def test_shares_add_up_to_the_logit_and_the_lens_ends_with_it(name: str, tmp_path: Path) -> None:
    close = allowed(name, OBSERVED[name])
    with opened_export(tmp_path, OBSERVED[name]) as model:
        plain = logits(model)
        found = model.inside.attribution(LENGTH - 1, 9)
        assert (found.position, found.token) == (LENGTH - 1, 9)
        assert found.logit == pytest.approx(plain[-1, 9], abs=close)
        parts = found.embedding + found.positions + found.heads.sum() + found.beside_heads.sum()
        parts += found.mlp.sum() + found.offset
        assert parts == pytest.approx(found.logit, abs=max(close / 10, 1e-5))
        assert np.abs(found.beside_heads).max() < close / 10
        grid = model.inside.lens(LENGTH - 3, LENGTH)
        np.testing.assert_array_equal(grid.chosen, [*text(3)[-2:], plain[-1].argmax()])
        np.testing.assert_array_equal(grid.top[:, -1], plain[-3:].argmax(axis=-1))
        wanted = np.take_along_axis(plain[-3:], grid.chosen[:, None], axis=1)
        np.testing.assert_array_equal(grid.ranks[:, -1], (plain[-3:] > wanted).sum(axis=1) + 1)
        assert grid.top.shape == (3, 3)


def test_a_head_whose_product_is_unknown_is_refused_by_name(tmp_path: Path) -> None:
    with opened_export(tmp_path, OBSERVED["decomposed, head in 8 bits"]) as model:
        logits(model)
        with pytest.raises(
            VitrineError, match="cannot be taken apart, because the product of its head is of a kind"
        ):
            model.inside.attribution(0, None)
        assert model.inside.lens(0, 2).top.shape == (2, 3)
