"""What is shown of an export's attention is what its weights say, computed here once more from the definition.

Knows the tiny exports' weights by name and nothing of how they are found in a graph.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import numpy_helper

from tests.inference.observed_exports import KERNEL, UNTURNED, opened, read, text
from tests.models.tiny_export import HEAD_SIZE, HEADS, LAYERS, WIDTH, TinyExport, write_tiny_export

Array = NDArray[np.float64]


class TinyDecoder:
    """The tiny model in double precision.

    Args:
        path: of its graph, read for the weights' sake.
        export: how it was written.
    """

    def __init__(self, path: Path, export: TinyExport) -> None:
        self._export = export
        weights = onnx.load(path).graph.initializer
        self._weights = {one.name: numpy_helper.to_array(one).astype(np.float64) for one in weights}

    def read(self, ids: list[int]) -> tuple[Array, Array]:
        """Logits ``[token, vocabulary]`` and attention ``[layer, head, query, key]`` of a text."""
        weights, maps = self._weights, []
        state = weights["embedding"][ids]
        if self._export.learned_positions:
            state = state + weights["places"][: len(ids)]
        for layer in range(LAYERS):
            normed = self._normed(state, f"norm.{layer}")
            mixed, shown = self._attention(layer, normed)
            maps.append(shown)
            state = state + mixed @ weights[f"out.{layer}"]
            up = self._normed(state, f"feed_norm.{layer}") @ weights[f"up.{layer}"]
            state = state + up / (1 + np.exp(-up)) @ weights[f"down.{layer}"]
        return self._normed(state, "norm.last") @ weights["head"], np.stack(maps)

    def _normed(self, state: Array, name: str) -> Array:
        centred = state - state.mean(axis=-1, keepdims=True)
        scaled = centred / np.sqrt(centred.var(axis=-1, keepdims=True) + 1e-5)
        return scaled * self._weights[name] + self._weights[f"{name}.shift"]

    def _attention(self, layer: int, state: Array) -> tuple[Array, Array]:
        export, count = self._export, len(state)
        query, key, value = (
            (state @ self._weights[f"{part}.{layer}"]).reshape(count, -1, HEAD_SIZE)
            for part in ("query", "key", "value")
        )
        if export.rotary:
            query, key = self._turned(query), self._turned(key)
        position = np.arange(count)
        distance = position[:, None] - position
        seen = (distance >= 0) & (distance < (export.window or count))
        shown, mixed = np.zeros((HEADS, count, count)), np.zeros((count, HEADS, HEAD_SIZE))
        for head in range(HEADS):
            shared = head * export.key_value_heads // HEADS
            products = query[:, head] @ key[:, shared].T / np.sqrt(HEAD_SIZE)
            if export.softcap:
                products = export.softcap * np.tanh(products / export.softcap)
            if export.bias:
                products = products + self._weights["slopes"][0, head % export.bias, 0, 0] * distance
            grown = np.exp(products) * seen
            total = grown.sum(axis=-1, keepdims=True)
            if export.sinks:
                total = total + np.exp(self._weights[f"sinks.{layer}"][head])
            shown[head] = grown / total
            mixed[:, head] = shown[head] @ value[:, shared]
        return mixed.reshape(count, WIDTH), shown

    def _turned(self, heads: Array) -> Array:
        count, half = len(heads), HEAD_SIZE // 2
        first, second = slice(0, half), slice(half, None)
        if self._export.interleaved:
            first, second = slice(0, None, 2), slice(1, None, 2)
        pairs = heads[..., first] + 1j * heads[..., second]
        cosines, sines = self._weights["cosines"][:count, None], self._weights["sines"][:count, None]
        pairs = pairs * (cosines + 1j * sines)
        turned: Any = np.empty_like(heads)
        turned[..., first], turned[..., second] = pairs.real, pairs.imag
        return turned


@pytest.mark.parametrize(
    "export",
    [
        TinyExport(),
        TinyExport(window=9, softcap=2.0),
        TinyExport(**UNTURNED, key_value_heads=4),
        TinyExport(KERNEL, rotary="inside", interleaved=True, window=9),
        TinyExport(KERNEL, rotary="inside", sinks=True),
        TinyExport(KERNEL, bias=4, softcap=2.0),
        TinyExport("standard", opset=23, **UNTURNED, softcap=2.0),
        TinyExport("standard by head", opset=23, window=9),
    ],
)
def test_attention_and_logits_are_those_of_the_definition(tmp_path: Path, export: TinyExport) -> None:
    ids = text(5)
    folder = write_tiny_export(tmp_path, export)
    logits, attention = TinyDecoder(folder / "model.onnx", export).read(ids)
    with opened(folder) as model:
        reading = read(model, ids, 70)
    assert reading.attention is not None
    np.testing.assert_allclose(reading.attention, attention, rtol=0, atol=1e-5)
    np.testing.assert_allclose(reading.logits, logits, rtol=0, atol=1e-4)


@pytest.mark.parametrize("kind", ["softmax", "standard by head"])
@pytest.mark.parametrize("window", [24, 25, 300, 318])
def test_windows_longer_than_what_the_import_reads_are_found(tmp_path: Path, kind: str, window: int) -> None:
    export = TinyExport(kind, opset=23, window=window)
    with opened(write_tiny_export(tmp_path, export)) as model:
        assert [site.window for site in model.facts.sites] == [window] * LAYERS
        ids = text(6, 320)
        attention = read(model, ids, 310).attention
    assert attention is not None
    assert (attention[:, :, -1, : 320 - window] == 0).all()
    assert attention[:, :, -1, 320 - window :].min() > 0


def test_a_window_of_the_whole_context_is_none(tmp_path: Path) -> None:
    with opened(write_tiny_export(tmp_path, TinyExport(window=320))) as model:
        assert [site.window for site in model.facts.sites] == [None] * LAYERS
