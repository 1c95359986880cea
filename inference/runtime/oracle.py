"""The oracle: the CPU kernel's own attention.

Knows nothing about what it is compared with.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.runtime.providers import choose_provider
from inference.runtime.session import Interrupter, Session
from models.bundle import BODY_GRAPH, Bundle


class Oracle:
    """The CPU kernel's own weights for exactly the numbers that a running model had.

    Args:
        bundle: of the model.
        interrupter: what can end its runs from another thread.

    Raises:
        VitrineError: the runtime refuses the graph.
    """

    def __init__(self, bundle: Bundle, interrupter: Interrupter) -> None:
        # Changing a graph is wanted for checks only: what it needs takes long to import.
        from models.graphs.observation import ORACLE_PREFIX, oracle_graph

        graph = oracle_graph(bundle.folder / BODY_GRAPH)
        self._session = Session(graph, choose_provider("cpu"), interrupter, str(bundle.folder))
        self._sites = bundle.facts.sites
        self._outputs = [f"{ORACLE_PREFIX}{site.layer}" for site in self._sites]

    def attention(
        self, packed: Sequence[NDArray[Any]], past: Sequence[tuple[NDArray[Any], NDArray[Any]]]
    ) -> list[NDArray[Any]]:
        """What the kernels looked at in one run.

        Args:
            packed: by layer, ``[tokens, packed query, key, value]`` as the run gave it to its kernels.
            past: by layer, keys and values ``[key_value_heads, start, head_size]`` of what was read before,
                keys rotated; start is 0 where nothing was.

        Returns:
            By layer, ``[heads, tokens, start + tokens]``.

        Raises:
            Interrupted: the run was interrupted.
            VitrineError: the runtime failed.
        """
        total = past[0][0].shape[1] + len(packed[0])
        inputs: dict[str, NDArray[Any]] = {
            "seqlens_k": np.asarray([total - 1], np.int32),
            "total_sequence_length": np.asarray(total, np.int32),
        }
        for site, part, (keys, values) in zip(self._sites, packed, past, strict=True):
            inputs[site.query_output] = part[None]
            inputs[f"past.{site.layer}.key"] = keys[None]
            inputs[f"past.{site.layer}.value"] = values[None]
        return [weights[0] for weights in self._session.run(self._outputs, inputs)]
