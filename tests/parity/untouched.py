"""A file as plain onnxruntime runs it, with nothing of our own code: logits, and the kernels' own attention.

Knows nothing of checkpoints. Inputs must have the names that exporters give them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]

AFTER_SOFTMAX = 2
"""Value of `qk_output` of GroupQueryAttention at which it puts out its weights."""

CAPACITY = 64
"""Positions of the caches that a kernel appends to in place."""

TYPES = {"tensor(int64)": np.int64, "tensor(float)": np.float32, "tensor(float16)": np.float16}


class Untouched:
    """A graph with its caches, read a few tokens at a time.

    Args:
        path: of the graph.
        head_size: of keys and values, which some exports leave to be guessed.
        watched: whether it puts out its attention instead of its logits: then the graph is no longer the file's.
    """

    def __init__(self, path: Path, head_size: int, watched: bool) -> None:
        model = onnx.load(path, load_external_data=False)
        self._appends = any(node.op_type == "GroupQueryAttention" for node in model.graph.node)
        self._wanted = _watch(model.graph) if watched else ["logits"]
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        options.add_session_config_entry(
            "session.model_external_initializers_file_folder_path", str(path.parent)
        )
        self._session = onnxruntime.InferenceSession(
            model.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )
        self._caches: dict[str, Any] = {}
        for value in self._session.get_inputs():
            if value.name.startswith("past_key_values"):
                shape = (1, value.shape[1], CAPACITY if self._appends else 0, head_size)
                self._caches[value.name] = np.zeros(shape, TYPES[value.type])
        self._watched = watched
        self._rows: list[FloatArray] = []
        self._length = 0

    def read(self, ids: list[int]) -> None:
        """Read further tokens in one run."""
        start, total = self._length, self._length + len(ids)
        feeds: dict[str, Any] = dict(self._caches)
        known = {"input_ids": ids, "attention_mask": [1] * total, "position_ids": list(range(start, total))}
        for value in self._session.get_inputs():
            if value.name in known:
                feeds[value.name] = np.array([known[value.name]], TYPES[value.type])
        presents = {name: name.replace("past_key_values", "present") for name in self._caches}
        names = [*self._wanted, *presents.values()]
        binding = self._session.io_binding()
        held = {name: onnxruntime.OrtValue.ortvalue_from_numpy(array) for name, array in feeds.items()}
        for name, array in held.items():
            binding.bind_ortvalue_input(name, array)
        for name in self._wanted:
            binding.bind_output(name)
        for past, present in presents.items():
            if self._appends:
                binding.bind_ortvalue_output(present, held[past])
            else:
                binding.bind_output(present)
        self._session.run_with_iobinding(binding)
        # Copies: what comes out may share memory that is freed with the binding.
        outputs = dict(zip(names, (value.numpy().copy() for value in binding.get_outputs()), strict=True))
        self._caches = {past: outputs[present] for past, present in presents.items()}
        self._rows.append(np.stack([outputs[name][0].astype(np.float32) for name in self._wanted]))
        self._length = total

    def keep(self, length: int) -> None:
        """Forget all but the first tokens."""
        rows = self.result()[..., :length, :]
        self._rows = [rows[..., :length] if self._watched else rows]
        self._length = length
        if not self._appends:
            self._caches = {name: array[:, :, :length] for name, array in self._caches.items()}

    def result(self) -> FloatArray:
        """Logits ``float32 [1, token, vocabulary]`` or attention ``float32 [layer, head, query, key]``."""
        widest = self._rows[-1].shape[-1]
        padded = [
            np.pad(rows, [(0, 0)] * (rows.ndim - 1) + [(0, widest - rows.shape[-1])]) for rows in self._rows
        ]
        return np.concatenate(padded, axis=-2)


def _watch(graph: onnx.GraphProto) -> list[str]:
    """Make every attention put out its weights; their names, by layer."""
    fused = [node for node in graph.node if node.op_type == "GroupQueryAttention"]
    names = [f"weights_{layer}" for layer in range(len(fused))]
    for node, name in zip(fused, names, strict=True):
        node.output.extend([""] * (3 - len(node.output)))
        node.output.append(name)
        # The kernel has no such output where it keeps only the window; with all keys kept it computes the same.
        kept = [attribute for attribute in node.attribute if attribute.name != "sliding_window_cache"]
        del node.attribute[:]
        node.attribute.extend(kept)
        node.attribute.append(onnx.helper.make_attribute("qk_output", AFTER_SOFTMAX))
    if not fused:
        names = [node.output[0] for node in graph.node if node.op_type == "Softmax"]
    assert names, "no attention of this graph can put out its weights"
    graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
    return names
