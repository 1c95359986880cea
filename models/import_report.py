"""The report of an import: what was recognised, kept and changed, for the card that a person reads.

Knows nothing about how an import is done or shown.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

RUNTIME_BYTES = 150_000_000
"""What an engine takes besides a model: Python, the runtime, a tokenizer; measured with a tiny model on Linux."""


@dataclass(frozen=True, slots=True)
class SiteCount:
    """Attention operations of one kind.

    Args:
        kind: name of the operator (``"GroupQueryAttention"``), or ``"Softmax"`` where attention is decomposed.
        count: how many of them.
    """

    kind: str
    count: int


@dataclass(frozen=True, slots=True)
class Variant:
    """One of several graphs or precisions that a source can be opened in.

    Args:
        name: stable short name (``"fp16"``, ``"q4"``), what `Load.variant` takes.
        size: bytes of its files; 0 where it is made at import.
    """

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import found and did.

    Args:
        recognised: what the source is, for people (``"ONNX folder made by onnxruntime-genai"``).
        format: ``"gguf"``, ``"onnx"`` or ``"safetensors"``.
        source: path of the file or folder as it was given.
        sites: attention operations by kind, in order of first appearance.
        attention_refused: why attention cannot be shown, one sentence; ``None`` where it can.
        source_precision: how the source keeps its weights (``"Q4_1"``, ``"float16"``).
        precision: how the bundle does.
        precision_error: relative root mean square error of all weights that the change of precision introduced;
            0 where the weights are kept as they are.
        tokenizer: what kind, how many tokens and from which file, one clause.
        chat_template: where it is from, one clause; ``None`` where there is none.
        weight_bytes: of the weights in memory.
        cache_bytes: of the key/value cache at the whole context.
        capture_bytes: of what is captured to look inside, at the whole context.
        disk_bytes: of everything on disk that the bundle needs, the source's own weight files included where they
            are used where they lie.
        variants: what else the source can be opened as.
        variant: which of them this is; empty where there is no choice.
        warnings: sentences about what was ignored or looks wrong.
    """

    recognised: str
    format: str
    source: str
    sites: tuple[SiteCount, ...]
    attention_refused: str | None
    source_precision: str
    precision: str
    precision_error: float
    tokenizer: str
    chat_template: str | None
    weight_bytes: int
    cache_bytes: int
    capture_bytes: int
    disk_bytes: int
    variants: tuple[Variant, ...] = ()
    variant: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def memory_bytes(self) -> int:
        """Memory needed with the whole context in use, the engine's own included."""
        return self.weight_bytes + self.cache_bytes + self.capture_bytes + RUNTIME_BYTES

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, fields: dict[str, Any]) -> ImportReport:
        """Read what `to_dict` made.

        Raises:
            KeyError, TypeError: it is something else.
        """
        return cls(
            **{
                **fields,
                "sites": tuple(SiteCount(**site) for site in fields["sites"]),
                "variants": tuple(Variant(**variant) for variant in fields["variants"]),
                "warnings": tuple(fields["warnings"]),
            }
        )
