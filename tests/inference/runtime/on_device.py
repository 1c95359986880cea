"""A provider whose memory is its own as a GPU's is, though it is the processor's: a device in all but speed.

Knows nothing about what is tested. As on a GPU, an input that is bound from the processor's memory is what it was
when it was bound. What it cannot stand in for: copies over a bus, 16-bit kernels, and recording a run; its replayed
steps are runs like others, with inputs in their fixed places and the whole context as their total.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from inference.runtime import cache, decoder, gates, head, reading_again, session
from inference.runtime.providers import choose_provider
from inference.runtime.session import Session

CPU = choose_provider("cpu")
DEVICE = replace(CPU, own_memory=True)
REPLAYING = replace(DEVICE, graphs=True)


def copy_when_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have sessions of a provider with its own memory take a copy of an array when it is bound."""
    open_session, bind_input = Session.__init__, session.bind_input

    def opened(self: Session, graph: Any, provider: Any, *rest: Any, **named: Any) -> None:
        open_session(self, graph, provider, *rest, **named)
        self.__dict__["copies"] = provider.own_memory

    def binding(self: Session) -> Any:
        made = self._session.io_binding()
        made.copies = [] if self.__dict__["copies"] else None
        return made

    def bind(bound: Any, name: str, array: NDArray[Any]) -> None:
        if bound.copies is not None:
            array = np.array(array, order="C")
            bound.copies.append(array)
        bind_input(bound, name, array)

    monkeypatch.setattr(Session, "__init__", opened)
    monkeypatch.setattr(Session, "binding", binding)
    for module in (cache, decoder, gates, head, reading_again):
        monkeypatch.setattr(module, "bind_input", bind)
