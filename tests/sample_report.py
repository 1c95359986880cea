"""A report of an import as it could be, for tests of what shows one.

Knows nothing about imports.
"""

from __future__ import annotations

from models.import_report import ImportReport, SiteCount, Variant

REPORT = ImportReport(
    recognised="GGUF file",
    format="gguf",
    source="/models/Scripted-4x3.Q8_0.gguf",
    sites=(SiteCount("GroupQueryAttention", 4),),
    attention_refused=None,
    source_precision="Q8_0",
    precision="8-bit blocks of 32",
    precision_error=0.0042,
    tokenizer="byte-level BPE, 49,152 tokens, from the GGUF file",
    chat_template="from the GGUF file",
    weight_bytes=151_000_000,
    cache_bytes=377_000_000,
    capture_bytes=566_000_000,
    disk_bytes=152_000_000,
    variants=(Variant("int8", 0), Variant("fp16", 0), Variant("fp32", 0)),
    variant="int8",
)
