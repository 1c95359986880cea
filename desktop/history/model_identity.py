"""Which model wrote something: what has to be the same for the same numbers.

Knows nothing about conversations.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from inference.contract import Loaded
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
    """

    name: str
    source: str = ""
    bundle: str = ""
    architecture: str = ""
    precision: str = ""
    provider: str = ""
    device: str = ""
    threads: int = 0

    @classmethod
    def of(cls, loaded: Loaded) -> ModelIdentity:
        """The identity of a loaded model."""
        provider = loaded.provider
        return cls(
            loaded.name, loaded.report.source, last_part(loaded.folder), loaded.architecture, loaded.precision,
            provider.name, provider.device, provider.threads,
        )  # fmt: skip

    @property
    def elsewhere(self) -> ModelIdentity:
        """The same for another machine: nothing of where its files lie on this one."""
        return replace(self, source=last_part(self.source))
