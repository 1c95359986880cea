"""Which model wrote something: what has to be the same for the same numbers.

Knows nothing about conversations.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from inference.contract import Loaded
from inference.intervention import NOTHING, Intervention
from models.files import last_part


@dataclass(frozen=True, slots=True)
class ModelIdentity:
    """Which model wrote something, and what ran it: what has to be the same for the same numbers.

    Args:
        name: for people.
        source: path of the file or folder it was opened from; of what comes from another machine its last part.
        bundle: name of its bundle's folder, which is made of the source's content.
        architecture: as in `Loaded`.
        precision: how the weights are kept, for people.
        provider: ``"CPU"`` or ``"CUDA"``.
        device: the processor's or GPU's name.
        threads: threads of one operator on CPU.
        muted: what was muted in it, `Intervention.to_fact` as JSON; empty for nothing.
    """

    name: str
    source: str = ""
    bundle: str = ""
    architecture: str = ""
    precision: str = ""
    provider: str = ""
    device: str = ""
    threads: int = 0
    muted: str = ""

    @classmethod
    def of(cls, loaded: Loaded) -> ModelIdentity:
        """The identity of a loaded model."""
        provider = loaded.provider
        return cls(
            loaded.name, loaded.report.source, last_part(loaded.folder), loaded.architecture, loaded.precision,
            provider.name, provider.device, provider.threads,
        )  # fmt: skip

    @property
    def intervention(self) -> Intervention:
        """What was muted in it; what cannot be read is nothing (fault 49)."""
        try:
            return Intervention.from_fact(json.loads(self.muted)) if self.muted else NOTHING
        except (ValueError, RecursionError):
            return NOTHING

    def under(self, intervention: Intervention) -> ModelIdentity:
        """The same model with something muted in it."""
        muted = json.dumps(intervention.to_fact(), separators=(",", ":")) if intervention else ""
        return replace(self, muted=muted)

    @property
    def elsewhere(self) -> ModelIdentity:
        """The same for another machine: nothing of where its files lie on this one."""
        return replace(self, source=last_part(self.source))
