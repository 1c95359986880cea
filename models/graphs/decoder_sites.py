"""What each layer's attention kernel does, for computing its weights again.

Knows nothing about nodes: it says of a decoder what `decoder_branches` writes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.architectures.decoder import DecoderConfiguration
from models.attention_site import AttentionSite
from models.graphs.names import BODY, rotary_name

KIND = "GroupQueryAttention"


def attention_sites(sizes: DecoderConfiguration) -> tuple[AttentionSite, ...]:
    """The attention site of every layer; caches are numbered keys before values, layer after layer."""
    packed_width = sizes.query_width + 2 * sizes.key_width
    return tuple(
        AttentionSite(
            layer=layer,
            kind=KIND,
            heads=sizes.heads,
            key_value_heads=sizes.key_value_heads,
            head_size=sizes.head_size,
            scale=plan.scale,
            kernel=BODY.kernel(layer),
            query=BODY.query(layer),
            layout="tokens",
            width=sizes.query_width if sizes.query_key_norm else packed_width,
            keys=2 * layer,
            rotary=None if plan.rotary is None else rotary_name(plan.rotary),
            window=plan.window,
            softcap=sizes.attention_softcap,
        )
        for layer, plan in enumerate(sizes.plans)
    )


def site_arrays(sizes: DecoderConfiguration, capacity: int) -> dict[str, NDArray[np.float32]]:
    """The arrays that the sites name: cosines and sines ``[capacity, turned / 2]`` of each rotary embedding."""
    arrays: dict[str, NDArray[np.float32]] = {}
    for index, rotary in enumerate(sizes.rotaries):
        cosines, sines = rotary.tables(capacity)
        arrays[f"{rotary_name(index)}.cosines"] = cosines
        arrays[f"{rotary_name(index)}.sines"] = sines
    return arrays
