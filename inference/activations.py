"""Any value that a model computes at a position, on demand: by a second session of the same graph that puts it out.

Knows nothing about who asks.

The token at the position is read once more by itself, as tokens of a reply are, behind the key/value cache of the
conversation, which is left as it was. Values that were asked for stay outputs of the session.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.memory import has_room_for
from inference.runtime.decoder import Decoder
from inference.runtime.providers import Provider
from inference.runtime.session import Interrupter, Session, bind_input
from models.bundle import BODY_GRAPH, HEAD_GRAPH, Bundle
from models.errors import VitrineError
from models.escaping import escape_text
from models.feeds import Feeds

Values = dict[str, NDArray[Any]]


class Activations:
    """Computes values of one model.

    Args:
        bundle: of the model.
        provider: that runs it.
        interrupter: what can end its runs.
    """

    def __init__(self, bundle: Bundle, provider: Provider, interrupter: Interrupter) -> None:
        self._bundle = bundle
        self._body = _Observed(bundle, BODY_GRAPH, provider, interrupter)
        self._head = _Observed(bundle, HEAD_GRAPH, provider, interrupter)
        self._presents = {one.present for one in bundle.facts.wiring.caches}
        self._feeds: Feeds | None = None
        self._kept: tuple[bytes, Values] = (b"", {})
        """What was computed for the last tokens that were asked about."""

    def expect(self, names: Mapping[str, Collection[str]]) -> None:
        """Have values, by graph, put out from the next session on; those that nobody asks for cost nothing."""
        self._body.expect(names.get("body", ()))
        self._head.expect(names.get("head", ()))

    def values(self, names: Collection[str], decoder: Decoder, ids: NDArray[np.int64]) -> Values:
        """Values of the body at the last of some tokens.

        Args:
            names: of values that nodes of the body make.
            decoder: that has read the tokens, with nothing muted.
            ids: ``int64 [position + 1]``.

        Raises:
            Interrupted: something else is wanted first.
            VitrineError: there is no room for a second session, the body gives no such value, or the runtime failed.
        """
        for name in names:
            if name in self._presents:
                raise VitrineError(
                    "no-such-value",
                    f"The graph does not give “{escape_text(name)}” by itself: it is kept in the cache.",
                    "Choose another value.",
                )
        tokens = ids.tobytes()
        if self._kept[0] != tokens:
            self._kept = tokens, {}
        missing = [name for name in dict.fromkeys(names) if name not in self._kept[1]]
        if missing:
            session = self._body.session(missing)
            self._kept[1].update(self._run(session, missing, decoder, int(ids[-1]), len(ids) - 1))
        return {name: self._kept[1][name] for name in names}

    def head_values(self, names: Collection[str], hidden: NDArray[Any]) -> Values:
        """Values of the head.

        Args:
            names: of values that nodes of the head make.
            hidden: final hidden state ``[width]``.

        Raises:
            Interrupted: something else is wanted first.
            VitrineError: there is no room for a second session, or the runtime failed.
        """
        wiring = self._bundle.facts.wiring
        given = np.ascontiguousarray(hidden, wiring.hidden_dtype).reshape(
            (1,) * (wiring.head_rank - 1) + (-1,)
        )
        wanted = list(dict.fromkeys(names))
        made = self._head.session(wanted).run(wanted, {wiring.head_input: given})
        return dict(zip(wanted, made, strict=True))

    def _run(self, session: Session, names: list[str], decoder: Decoder, token: int, position: int) -> Values:
        if self._feeds is None:
            self._feeds = Feeds(self._bundle.facts.wiring.inputs, self._bundle.facts.context)
        feeds = self._feeds.single(token, position)
        binding: Any = session.binding()
        for name, array in feeds.items():
            bind_input(binding, name, array)
        for name in names:
            binding.bind_output(name, "cpu")
        with decoder.cache.lent(binding, position, 1):
            session.run_bound(binding)
        found = binding.get_outputs()[: len(names)]
        return {name: np.array(value.numpy()) for name, value in zip(names, found, strict=True)}


class _Observed:
    """One graph with values as outputs: those that were asked for so far."""

    def __init__(self, bundle: Bundle, graph: str, provider: Provider, interrupter: Interrupter) -> None:
        self._bundle = bundle
        self._path: Path = bundle.folder / graph
        self._provider, self._interrupter = provider, interrupter
        self._names: tuple[str, ...] = ()
        self._expected: tuple[str, ...] = ()
        self._session: Session | None = None

    def expect(self, names: Collection[str]) -> None:
        """Put these out as well, as soon as a session is opened."""
        self._expected = tuple(names)

    def session(self, names: Collection[str]) -> Session:
        """A session that puts out some values.

        Raises:
            VitrineError: there is no room for it, or the runtime refuses it.
        """
        if self._session is None or not set(names) <= set(self._names):
            # What it needs takes a moment to import, and is wanted only by those who look.
            from models.graphs.observation import with_outputs

            self._session = None
            facts = self._bundle.facts
            if not has_room_for(facts.report.weight_bytes):
                raise VitrineError(
                    "no-room-for-activations",
                    f"To see inside {facts.name} a second session is needed, and there is no room for it in memory.",
                    "Close other programs, or choose a smaller model.",
                )
            self._names = tuple(dict.fromkeys([*self._names, *self._expected, *names]))
            graph = with_outputs(self._path, self._names)
            folder = str(self._bundle.weights_folder)
            self._session = Session(graph, self._provider, self._interrupter, folder)
        return self._session
