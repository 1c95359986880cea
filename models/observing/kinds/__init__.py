"""The registry of attention kinds: one file and one line each.

Knows nothing about what is done with an operation once it is found.
"""

from __future__ import annotations

from collections.abc import Callable

import onnx_ir as ir

from models.observing.draft import DraftSite
from models.observing.kinds.contrib import contrib_attention
from models.observing.kinds.group_query import group_query_attention
from models.observing.kinds.multi_head import multi_head_attention
from models.observing.kinds.softmax import softmax_attention
from models.observing.kinds.standard import standard_attention

Finder = Callable[[ir.Node], DraftSite | None]

KINDS: dict[tuple[str, str], Finder] = {
    ("com.microsoft", "GroupQueryAttention"): group_query_attention,
    ("com.microsoft", "MultiHeadAttention"): multi_head_attention,
    ("com.microsoft", "Attention"): contrib_attention,
    ("", "Attention"): standard_attention,
    ("", "Softmax"): softmax_attention,
}
"""By domain and operator: what describes it, ``None`` where the operator is no attention after all.

Each raises `Refusal` where it is one that cannot be shown.
"""
