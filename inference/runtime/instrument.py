"""A second session of a model, with gates and its residual stream as outputs: opened when somebody looks or mutes.

Knows nothing about what is asked for. The running model is another session, and costs what it did before.
"""

from __future__ import annotations

import numpy as np

from inference.intervention import NOTHING, Intervention
from inference.memory import check_memory
from inference.runtime.decoder import Decoder
from inference.runtime.gates import Gated, Gates
from inference.runtime.head import Head
from inference.runtime.providers import Provider
from inference.runtime.session import Interrupter, Session
from models.bundle import Bundle
from models.errors import VitrineError
from models.inside.gated_layer import InstrumentedGraph


class Instrument:
    """Makes decoders with gates; they share a session, and each has a cache of its own.

    Args:
        bundle: of the model.
        provider: where it runs.
        interrupter: what can end its runs from another thread.
        head: of the running model, to share.
    """

    def __init__(self, bundle: Bundle, provider: Provider, interrupter: Interrupter, head: Head) -> None:
        self._bundle = bundle
        self._provider = provider
        self._interrupter = interrupter
        self._head = head
        self._opened: tuple[InstrumentedGraph, Session, bool] | None = None

    @property
    def bundle(self) -> Bundle:
        """Of the model."""
        return self._bundle

    @property
    def head(self) -> Head:
        """Of the model."""
        return self._head

    def open_part(self, graph: bytes) -> Session:
        """A session of a part of the body.

        Raises:
            VitrineError: the runtime refuses it.
        """
        return Session(graph, self._provider, self._interrupter, str(self._bundle.weights_folder))

    @property
    def is_open(self) -> bool:
        """Whether there is a session that takes memory."""
        return self._opened is not None

    def let_go(self) -> None:
        """Close the session as far as no decoder runs it any more; the next one that is wanted opens another."""
        self._opened = None

    def graph(self) -> InstrumentedGraph:
        """What is where in the graph.

        Raises:
            VitrineError: it cannot be opened.
        """
        return self._open(covers=False)[0]

    def decoder(
        self, intervention: Intervention = NOTHING, *, capture: bool = False, capacity: int | None = None
    ) -> Decoder:
        """A decoder that has read nothing.

        Args:
            intervention: what it mutes and covers.
            capture: whether its attention can be read.
            capacity: positions that it has room for at least; ``None`` is the model's whole context.

        Raises:
            VitrineError: the model cannot be muted so, or there is not enough memory.
        """
        self.check(intervention)
        graph, session, covers = self._open(covers=bool(intervention.covered))
        dtype = np.dtype(self._bundle.facts.wiring.query_dtype)
        gates = Gates(graph.layers, dtype, covers=covers, intervention=intervention)
        gated = Gated(session, self._head, gates)
        # Some kernels want as much room as their window.
        windows = [site.window or 0 for site in self._bundle.facts.sites]
        return Decoder(
            self._bundle,
            self._provider,
            self._interrupter,
            capture=capture,
            gated=gated,
            context=None if capacity is None else max(capacity, *windows),
        )

    def check(self, intervention: Intervention) -> None:
        """Refuse what is not in the model.

        Raises:
            VitrineError: a layer or head is not; it is named.
        """
        sites = self._bundle.facts.sites
        layers = [*(layer for layer, _ in intervention.heads), *intervention.attention, *intervention.mlp]
        for layer in layers:
            if sites and not 0 <= layer < len(sites):
                raise VitrineError(
                    "no-such-layer", f"There is no layer {layer}.", f"Choose one from 0 to {len(sites) - 1}."
                )
        for layer, head in intervention.heads:
            if sites and not 0 <= head < sites[layer].heads:
                raise VitrineError(
                    "no-such-head",
                    f"There is no head {head} in layer {layer}.",
                    f"Choose one from 0 to {sites[layer].heads - 1}.",
                )

    def _open(self, *, covers: bool) -> tuple[InstrumentedGraph, Session, bool]:
        if self._opened is None or (covers and not self._opened[2]):
            # Changing a graph is not wanted by everybody: what it needs takes long to import.
            from models.inside.instrumented import instrumented_graph

            facts = self._bundle.facts
            graph = instrumented_graph(self._bundle, cover=covers)
            self._bundle.check_source()
            check_memory(facts.name, facts.report.weight_bytes)
            self._opened = None
            folder = str(self._bundle.weights_folder)
            session = Session(graph.graph, self._provider, self._interrupter, folder)
            self._opened = graph, session, covers
        return self._opened
