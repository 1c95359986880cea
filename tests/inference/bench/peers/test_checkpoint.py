"""The checkpoint for peers holds the very numbers of the GGUF file, where they belong."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from inference.bench.peers import checkpoint
from inference.bench.peers.checkpoint import write_checkpoint
from models.architectures import architecture_of
from models.errors import ModelFileError
from models.gguf.reader import read_gguf
from models.safetensors.checkpoint import read_checkpoint
from models.tensor_source import TensorSource
from tests.models.tiny_gguf import write_tiny_llama


def numbers(source: TensorSource) -> list[np.ndarray]:
    """Every weight as it is used, in order."""
    architecture = architecture_of(source)
    weights = architecture.weights(source, architecture.configuration(source))
    found = [weights.embedding.whole(), weights.final_norm().gain]
    for layer in weights.layers():
        matrices = (layer.query_key_value, layer.attention_output, layer.feed_forward_in, layer.down)
        found += [layer.attention_norm.gain, layer.feed_forward_norm.gain]
        found += [one.matrix.whole() for one in matrices]
    return found


def test_it_reads_back_as_the_very_same_numbers(tmp_path: Path) -> None:
    gguf = write_tiny_llama(tmp_path / "tiny.gguf")
    folder = tmp_path / "checkpoint"
    folder.mkdir()
    write_checkpoint(gguf, folder)
    before, after = read_gguf(gguf), read_checkpoint(folder)
    for one, other in zip(numbers(before), numbers(after), strict=True):
        assert np.array_equal(one, other)
    sizes = [architecture_of(one).configuration(one) for one in (before, after)]
    assert sizes[0].norm_epsilon == pytest.approx(sizes[1].norm_epsilon)
    assert np.allclose(sizes[0].rotaries[0].frequencies, sizes[1].rotaries[0].frequencies)


def test_what_it_would_not_say_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gguf = write_tiny_llama(tmp_path / "tiny.gguf")
    monkeypatch.setattr(checkpoint, "ARCHITECTURE", "another")
    with pytest.raises(ModelFileError, match="not written"):
        write_checkpoint(gguf, tmp_path)
