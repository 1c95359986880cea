"""Any value that a model computes at a position, on demand: by a second session of the same graph that puts it out.

Knows nothing about who asks. What was read for one value is kept for the next position, and for no other value.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.memory import has_room_for
from inference.runtime.decoder import Decoder
from inference.runtime.providers import Provider
from inference.runtime.session import Interrupter
from models.bundle import Bundle
from models.errors import VitrineError
from models.escaping import escape_text


class Activations:
    """Computes values of one model's body.

    Args:
        bundle: of the model.
        provider: that runs it.
        interrupter: what can end its runs.
    """

    def __init__(self, bundle: Bundle, provider: Provider, interrupter: Interrupter) -> None:
        self._bundle = bundle
        self._provider = provider
        self._interrupter = interrupter
        self._decoder: Decoder | None = None
        self._name = ""
        self._ids: NDArray[np.int64] = np.empty(0, np.int64)
        """What the decoder has read."""
        self._last: tuple[str, bytes, NDArray[Any]] | None = None

    def value(self, name: str, ids: NDArray[np.int64]) -> NDArray[Any]:
        """A value at the last of some tokens, which is read alone, as tokens of a reply are.

        Args:
            name: of a value that a node of the body makes.
            ids: ``int64 [position + 1]``.

        Raises:
            Interrupted: something else is wanted first.
            VitrineError: there is no room for a second session, or the runtime failed.
        """
        wanted = ids.tobytes()
        if self._last is not None and self._last[:2] == (name, wanted):
            return self._last[2]
        decoder = self._opened(name)
        same = min(len(self._ids), len(ids) - 1)
        differing = np.flatnonzero(self._ids[:same] != ids[:same])
        same = int(differing[0]) if len(differing) else same
        for done in decoder.prefill(ids[same:-1].tolist(), same) if same < len(ids) - 1 else ():
            self._ids = ids[: same + done].copy()
        decoder.decode(int(ids[-1]), len(ids) - 1)
        self._ids = ids.copy()
        values = {**decoder.last_values(), self._bundle.facts.wiring.hidden: decoder.hidden[len(ids) - 1]}
        if name not in values:
            raise VitrineError(
                "no-such-value",
                f"The graph does not give “{escape_text(name)}”.",
                "Choose another value.",
            )
        found = np.array(values[name])
        self._last = (name, wanted, found)
        return found

    def _opened(self, name: str) -> Decoder:
        if self._decoder is None or name != self._name:
            self._decoder, self._name = None, ""
            self._ids = self._ids[:0]
            facts = self._bundle.facts
            if not has_room_for(facts.report.weight_bytes):
                raise VitrineError(
                    "no-room-for-activations",
                    f"To see inside {facts.name} a second session is needed, and there is no room for it in memory.",
                    "Close other programs, or choose a smaller model.",
                )
            self._decoder = Decoder(self._bundle, self._provider, self._interrupter, watched=(name,))
            self._name = name
        return self._decoder
