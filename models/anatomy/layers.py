"""Which layer and which part of it each node of a decoder's graph belongs to, told by the graph's structure.

Knows nothing about time, cost or weights' numbers.

The attention sites say where each layer's attention is computed, whatever the nodes are called. From there nodes are
followed to the products with weights before it (queries, keys and values) and after it (output projection, then the
MLP's). Names only tell queries, keys and values, or gate and up, from each other. Without sites, names that speak
(``model.layers.3.mlp.down_proj``) are taken at their word, and what has none is *other*.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import onnx

from models.anatomy.cost import constant_values, read_graph
from models.anatomy.operators import ATTENTION_KERNELS, EXPERTS, NORMS, PRODUCTS, SUMMING_NORMS
from models.anatomy.parts import OTHER, Part, Place, part_by_name, place_by_name
from models.anatomy.shapes import order_of
from models.attention_site import AttentionSite
from models.bundle import BODY_GRAPH, HEAD_GRAPH, Bundle

__all__ = ["OTHER", "Part", "Place", "body_places", "bundle_places", "head_places"]


def bundle_places(bundle: Bundle) -> tuple[dict[str, Place], dict[str, Place]]:
    """The places of a bundle's nodes by name: those of the body and those of the head.

    Raises:
        OSError: a graph cannot be read.
    """
    facts = bundle.facts
    body, head = read_graph(bundle, BODY_GRAPH).graph, read_graph(bundle, HEAD_GRAPH).graph
    places = body_places(body, facts.sites, facts.wiring.hidden)
    return (
        dict(zip((one.name for one in body.node), places, strict=True)),
        dict(zip((one.name for one in head.node), head_places(head), strict=True)),
    )


def body_places(
    graph: onnx.GraphProto, sites: Sequence[AttentionSite] = (), hidden: str = ""
) -> tuple[Place, ...]:
    """The place of each node of a body, or of any other graph.

    Args:
        graph: of one run from token IDs to final hidden states.
        sites: of its attention; without, names have to tell.
        hidden: name of its output with the hidden states.

    Returns:
        In the order of ``graph.node``.
    """
    if not sites:
        return tuple(place_by_name(node) for node in graph.node)
    return _Structure(graph, sites, hidden).places()


def head_places(graph: onnx.GraphProto) -> tuple[Place, ...]:
    """The place of each node of a head: norms before its product, and the head itself."""
    constants = constant_values(graph)
    after = set[str]()
    places: dict[int, Place] = {}
    for index in order_of(graph):
        node = graph.node[index]
        begun = _is_product(node, constants) or any(name in after for name in node.input)
        if begun:
            after.update(node.output)
        places[index] = Place(None, Part.HEAD if begun else Part.FINAL_NORM)
    return tuple(places[index] for index in range(len(graph.node)))


def _is_product(node: onnx.NodeProto, constants: frozenset[str]) -> bool:
    """Whether a node multiplies with weights."""
    if node.op_type in EXPERTS:
        return True
    return node.op_type in PRODUCTS and any(name in constants for name in node.input[:2])


class _Structure:
    """A body told apart by its attention sites.

    Args:
        graph: of the body.
        sites: of its attention, by layer.
        hidden: name of the output that everything else leads to.
    """

    def __init__(self, graph: onnx.GraphProto, sites: Sequence[AttentionSite], hidden: str) -> None:
        self._nodes = graph.node
        self._order = order_of(graph)
        self._constants = constant_values(graph)
        self._maker: dict[str, int] = {
            name: index for index, node in enumerate(graph.node) for name in node.output if name
        }
        self._hidden = self._maker.get(hidden)
        self._leading = self._leading_to_hidden()
        self._users: dict[str, list[int]] = defaultdict(list)
        """By value the nodes that take it on the way to the hidden state; others only hand on caches and captures."""
        for index in sorted(self._leading):
            for name in dict.fromkeys(filter(None, graph.node[index].input)):
                self._users[name].append(index)
        self._layers = max((site.layer for site in sites), default=-1) + 1
        kernels = [(self._kernel(site), site.layer) for site in sites]
        self._kernels: dict[int, int] = {kernel: layer for kernel, layer in kernels if kernel is not None}
        self._blocks: dict[int, int] = {}
        """Layers of the nodes from the norm before attention to its kernel."""
        self._found: dict[int, Place] = {}

    def places(self) -> tuple[Place, ...]:
        """The place of each node."""
        self._reach()
        for kernel, layer in self._kernels.items():
            self._take_block(kernel, layer)
        for kernel, layer in self._kernels.items():
            self._name_block(kernel, layer)
        self._name_end()
        self._name_before()
        self._name_branches()
        self._name_dead_ends()
        return tuple(self._found.get(index, OTHER) for index in range(len(self._nodes)))

    # -------------------------------------------------------------- ways through the graph

    def _leading_to_hidden(self) -> set[int]:
        leading = set[int]()
        waiting = [] if self._hidden is None else [self._hidden]
        while waiting:
            index = waiting.pop()
            if index not in leading:
                leading.add(index)
                waiting += self._before(index)
        return leading

    def _kernel(self, site: AttentionSite) -> int | None:
        """The node where queries, keys and values have come together."""
        for index, node in enumerate(self._nodes):
            if node.name == site.kernel and node.op_type in ATTENTION_KERNELS:
                return index
        # Single operators: the weights' value is named, and the product with the values follows it.
        waiting = list(self._users.get(site.kernel, ()))
        seen = set[int]()
        while waiting:
            index = waiting.pop(0)
            if index in seen:
                continue
            seen.add(index)
            if self._nodes[index].op_type in PRODUCTS and not self._multiplies(index):
                return index
            waiting += self._after(index)
        return self._maker.get(site.kernel)

    def _before(self, index: int) -> list[int]:
        return [self._maker[name] for name in self._nodes[index].input if name in self._maker]

    def _after(self, index: int) -> list[int]:
        return [user for name in self._nodes[index].output if name for user in self._users.get(name, ())]

    def _reach(self) -> None:
        """For each node the last layer whose attention it comes after, and the first that comes after it."""
        self._last: dict[int, int] = {}
        self._next: dict[int, int] = {}
        for index in self._order:
            own = self._kernels.get(index, -1)
            self._last[index] = max([own, *(self._last[one] for one in self._before(index))])
        for index in reversed(self._order):
            own = self._kernels.get(index, self._layers)
            self._next[index] = min([own, *(self._next[one] for one in self._after(index))])

    # -------------------------------------------------------------- up to the kernel

    def _take_block(self, kernel: int, layer: int) -> None:
        """Nodes that serve this layer's attention alone, and the norm before it even if it serves more."""
        self._blocks[kernel] = layer
        for index in reversed(self._order):
            if index in self._kernels or self._next[index] != layer or self._last[index] >= layer:
                continue
            users = self._after(index)
            # A norm that sums two branches first ends the block: what it sums is not attention's alone.
            alone = bool(users) and all(
                self._blocks.get(user) == layer and not self._sums(user, index) for user in users
            )
            norm = self._nodes[index].op_type in NORMS and any(
                self._blocks.get(user) == layer and self._multiplies(user)
                for user in self._users.get(self._nodes[index].output[0], ())
            )
            if alone or norm:
                self._blocks[index] = layer

    def _name_block(self, kernel: int, layer: int) -> None:
        inside = [index for index in self._order if self._blocks.get(index) == layer]
        node = self._nodes[kernel]
        products = {index for index in inside if self._multiplies(index)} - {kernel}
        # Contrib Attention projects by itself: what comes before it is the norm.
        projects = node.op_type == "Attention" and node.domain == "com.microsoft"
        leads = {kernel} if projects else products
        after, norm = set[int](), set[int]()
        for index in inside:
            if index in leads or any(one in after for one in self._before(index)):
                after.add(index)
        for index in reversed(inside):
            leads_on = any(user in leads or user in norm for user in self._after(index))
            if index not in after and index != kernel and leads_on:
                norm.add(index)
        for index in inside:
            if index in products:
                part = self._named(index, Part.QUERY_KEY_VALUE, (Part.QUERY, Part.KEY, Part.VALUE))
            else:
                part = Part.ATTENTION_NORM if index in norm else self._bias_of(index) or Part.ATTENTION
            self._found[index] = Place(layer, part)

    # -------------------------------------------------------------- before the first layer and after the last

    def _name_before(self) -> None:
        """What feeds the first norm is the embedding; the rest that comes before every layer serves all of them."""
        first = Place(0, Part.ATTENTION_NORM)
        waiting = [index for index, place in self._found.items() if place == first]
        embedding = set[int]()
        while waiting:
            for one in self._before(waiting.pop()):
                if one not in self._found and one not in embedding:
                    embedding.add(one)
                    waiting.append(one)
        for index in self._order:
            if index in self._found or index not in self._leading or self._last[index] >= 0:
                continue
            if index in embedding:
                self._found[index] = Place(None, Part.EMBEDDING)
            elif self._next[index] == 0:
                self._found[index] = Place(None, Part.POSITIONS)

    def _name_end(self) -> None:
        """The final norm: from the hidden state back to the last sum of two branches."""
        final = set[int]()
        for index in reversed(self._order):
            users = self._after(index)
            leads_on = index == self._hidden or (bool(users) and all(user in final for user in users))
            ends = (
                self._multiplies(index) or self._is_sum(index) or any(self._sums(one, index) for one in users)
            )
            if leads_on and not ends and index not in self._found:
                final.add(index)
        self._found |= dict.fromkeys(final, Place(None, Part.FINAL_NORM))

    # -------------------------------------------------------------- after the kernel

    def _name_branches(self) -> None:
        """Output projection and MLP, by how many products lie between a node and its layer's attention."""
        counts: dict[int, int] = {}
        layers: dict[int, int] = dict(self._kernels)
        for index in self._order:
            if index in self._kernels:
                counts[index] = 0
            layer = self._next[index] - 1
            if index in self._found or layer < 0 or index not in self._leading:
                continue
            layers[index] = layer
            # A branch beside attention instead of after it begins with the MLP.
            least = 0 if self._last[index] >= layer else 1
            before = [counts[one] for one in self._before(index) if layers.get(one) == layer]
            counts[index] = max([least, *before]) + self._multiplies(index)
        most = [
            max((counts[one] for one in counts if layers[one] == layer), default=0)
            for layer in range(self._layers)
        ]
        for index, count in counts.items():
            if index not in self._found:
                layer = layers[index]
                self._found[index] = Place(layer, self._branch_part(index, count, most[layer]))

    def _branch_part(self, index: int, products: int, most: int) -> Part:
        """The part of a node after a kernel.

        Args:
            index: of the node.
            products: how many lie between the kernel and it, itself included.
            most: of them in its layer.
        """
        if self._nodes[index].op_type in EXPERTS:
            return Part.EXPERTS
        if self._multiplies(index):
            if products in (1, most):
                return Part.ATTENTION_OUTPUT if products == 1 else Part.DOWN
            return self._named(index, Part.GATE_UP, (Part.GATE, Part.UP))
        if (part := self._bias_of(index)) is not None:
            return part
        if products == 0:
            return Part.ATTENTION
        if products not in (1, most):
            return Part.ACTIVATION
        return Part.RESIDUAL if self._is_sum(index) else Part.MLP_NORM

    def _name_dead_ends(self) -> None:
        """What only hands on caches and captures belongs to the attention that it comes from."""
        for index in self._order:
            if index in self._found or index in self._leading:
                continue
            layers = [self._found[one].layer for one in self._before(index) if one in self._found]
            known = [layer for layer in layers if layer is not None]
            if known:
                self._found[index] = Place(max(known), Part.ATTENTION)

    # -------------------------------------------------------------- single nodes

    def _multiplies(self, index: int) -> bool:
        return _is_product(self._nodes[index], self._constants)

    def _is_sum(self, index: int) -> bool:
        """Whether it adds two things that both depend on the tokens."""
        node = self._nodes[index]
        return node.op_type == "Add" and not any(name in self._constants for name in node.input)

    def _sums(self, norm: int, index: int) -> bool:
        """Whether a norm adds what a node makes to something else before it norms both."""
        node = self._nodes[norm]
        return node.op_type in SUMMING_NORMS and any(
            name in self._nodes[index].output for name in node.input[:2]
        )

    def _bias_of(self, index: int) -> Part | None:
        """The part of the product whose offset a node adds."""
        if self._nodes[index].op_type != "Add" or self._is_sum(index):
            return None
        return next(
            (
                self._found[one].part
                for one in self._before(index)
                if self._multiplies(one) and one in self._found
            ),
            None,
        )

    def _named(self, index: int, part: Part, finer: tuple[Part, ...]) -> Part:
        node = self._nodes[index]
        named = (part_by_name(name) for name in (node.name, *node.input[1:]))
        return next((one for one in named if one in finer), part)
