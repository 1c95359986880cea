"""What a model costs for one token, by layer and part, as the contract tells it.

Knows nothing about time.
"""

from __future__ import annotations

from inference.contract import Costs, PartCost
from models.anatomy.cost import NodeCost, decode_costs
from models.anatomy.layers import OTHER, Place, bundle_places
from models.bundle import Bundle


def read_costs(bundle: Bundle, total: int) -> Costs:
    """What reading one token and making its logits costs.

    Args:
        bundle: of the model.
        total: positions of the sequence with that token.

    Raises:
        OSError: a graph cannot be read.
    """
    parts: dict[Place, list[NodeCost]] = {}
    for costs, places in zip(decode_costs(bundle, total), bundle_places(bundle), strict=True):
        for one in costs:
            parts.setdefault(places.get(one.name, OTHER), []).append(one)
    return Costs(
        total,
        tuple(
            PartCost(
                place.layer,
                place.part.value,
                sum(one.cost.flops for one in costs),
                sum(one.cost.weight_bytes for one in costs),
                sum(one.cost.cache_bytes for one in costs),
                len(costs),
                sum(not one.known for one in costs),
            )
            for place, costs in parts.items()
        ),
    )
