"""The body with gates before every output projection and every sum, and with its stream as outputs.

Knows nothing about running it; weights are never read, the graph made here refers to the same files.

With every gate at one it computes what the body computes; the body itself stays as it is, so that what nobody mutes
costs nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import onnx_ir as ir

from models.attention_site import AttentionSite
from models.bundle import BODY_GRAPH, Bundle
from models.errors import ModelFileError
from models.inside.gated_layer import COVER, GatedLayer, InstrumentedGraph
from models.inside.linear import SHAPING, projection_after
from models.inside.stream import LayerBranches, Stream, Term, Unknown, find_stream, skip_bias
from models.observing.walking import upwards
from models.wiring import Role

_CAST_LIKE = 15
"""Opset from which on a gate takes the type of what it is multiplied with."""

_BIAS_INPUT = {
    ("com.microsoft", "GroupQueryAttention"): 10,
    ("com.microsoft", "MultiHeadAttention"): 5,
    ("", "Attention"): 3,
}
"""By domain and operator: the input that is added to products, or of booleans, which of them count."""


_COMPARING = frozenset(
    {"And", "Or", "Xor", "Not", "Equal", "Greater", "Less", "GreaterOrEqual", "LessOrEqual", "IsNaN"}
)
_PASSING_ON = frozenset(
    {"Unsqueeze", "Squeeze", "Reshape", "Expand", "Transpose", "Slice", "Identity", "Concat"}
)


def instrumented_graph(bundle: Bundle, *, cover: bool) -> InstrumentedGraph:
    """A bundle's body with gates and with its stream as outputs.

    Args:
        bundle: whose body.
        cover: whether it gets the input `COVER`.

    Raises:
        ModelFileError: its stream cannot be followed, or its attention takes no `COVER`.
    """
    model, stream = stream_of(bundle)
    sites = bundle.facts.sites
    gates = _Gates(model, np.dtype(bundle.facts.wiring.query_dtype))
    if cover:
        gates.cover(sites)
    layers = tuple(gates.layer(site, branches) for site, branches in zip(sites, stream.layers, strict=True))
    names = [name for layer in layers for name in (layer.mixed, layer.added_by_attention, layer.end)]
    names += [name for layer in layers for name in layer.added_by_mlp]
    names += [layer.projected for layer in layers if layer.projected]
    embedding, start = stream.embedding.name or "", stream.start.name or ""
    _put_out(model.graph, [embedding, start, *names])
    return InstrumentedGraph(ir.to_proto(model).SerializeToString(), layers, embedding, start)


def normed_projection(branches: LayerBranches) -> ir.Value | None:
    """What the projection behind the heads makes, where more happens to it before it is added to the stream.

    Returns:
        ``None`` where nothing does, or where the projection is of a kind that is not known.
    """
    try:
        output = projection_after(branches.mixed).output
    except Unknown:
        return None
    return None if any(one is output for one in upwards([branches.attention.value], SHAPING)) else output


def stream_of(bundle: Bundle) -> tuple[ir.Model, Stream]:
    """A bundle's body, loaded without weights, and its stream.

    Raises:
        ModelFileError: it cannot be followed.
    """
    facts = bundle.facts
    model = ir.load(bundle.folder / BODY_GRAPH)
    ir.external_data.set_base_dir(model.graph, bundle.weights_folder)
    model.graph.sort()
    ids = next(one.name for one in facts.wiring.inputs if one.role is Role.IDS)
    try:
        return model, find_stream(model.graph, ids, facts.wiring.hidden, facts.sites)
    except Unknown as unknown:
        raise cannot_look_inside(facts.name, str(unknown)) from None


def cannot_look_inside(name: str, why: str) -> ModelFileError:
    """The error for a model whose residual stream cannot be used.

    Args:
        name: of the model.
        why: a clause to follow “because”.
    """
    return ModelFileError(
        "no-residual-stream",
        f"The residual stream of {name} cannot be followed, because {why}.",
        "Everything else works; models in GGUF and safetensors can always be looked into.",
    )


class _Gates:
    """Puts gates into a graph.

    Args:
        model: changed.
        dtype: of queries, and of gates where the graph's opset cannot convert them.
    """

    def __init__(self, model: ir.Model, dtype: np.dtype[np.generic]) -> None:
        self._graph = model.graph
        self._dtype = ir.DataType.from_numpy(dtype)
        self._converts = model.opset_imports.get("", 1) >= _CAST_LIKE

    def layer(self, site: AttentionSite, branches: LayerBranches) -> GatedLayer:
        """Gate one layer."""
        name = f"inside.{site.layer}"
        projected = normed_projection(branches)
        shape = (site.heads, 1, 1) if branches.by_head else (site.heads * site.head_size,)
        heads = self._input(f"{name}.gate.heads", shape)
        mixed = self._gate_value(branches.mixed, heads, f"{name}.mixed")
        attention = self._input(f"{name}.gate.attention", (1,))
        mlp = self._input(f"{name}.gate.mlp", (1,))
        added = self._gate_term(branches.attention, attention, f"{name}.attention")
        others = tuple(
            self._gate_term(term, mlp, f"{name}.mlp.{index}") for index, term in enumerate(branches.mlp)
        )
        assert branches.end is not None
        return GatedLayer(
            count=site.heads,
            heads=heads.name or "",
            gate_shape=shape,
            attention=attention.name or "",
            mlp=mlp.name or "",
            mixed=mixed,
            by_head=branches.by_head,
            added_by_attention=added,
            added_by_mlp=others,
            end=branches.end.name or "",
            projected="" if projected is None else projected.name or "",
        )

    def cover(self, sites: Sequence[AttentionSite]) -> None:
        """Have every attention add `COVER` to its products.

        Raises:
            ModelFileError: one of them cannot.
        """
        cover = ir.val(COVER, self._dtype, ir.Shape([1, 1, "cover.tokens", "cover.total"]))
        self._graph.inputs.append(cover)
        nodes = {node.name: node for node in self._graph}
        values = {value.name: value for node in self._graph for value in node.outputs if value.name}
        for site in sites:
            if site.kind == "Softmax":
                self._cover_softmax(values[site.kernel], cover)
            elif site.kind == "Attention (com.microsoft)":
                raise ModelFileError(
                    "cannot-cover",
                    "Words cannot be covered in this model: its attention kernel takes either what came before or "
                    "what hides some of it.",
                    "Mute heads and blocks instead, or open the model in another format.",
                )
            else:
                self._cover_kernel(nodes[site.kernel], cover)

    def _cover_softmax(self, weights: ir.Value, cover: ir.Value) -> None:
        node = weights.producer()
        assert node is not None
        scores = node.inputs[0]
        assert scores is not None
        node.replace_input_with(0, self._sum(scores, cover, node))

    def _cover_kernel(self, node: ir.Node, cover: ir.Value) -> None:
        index = _BIAS_INPUT[node.domain, node.op_type]
        if len(node.inputs) <= index:
            node.resize_inputs(index + 1)
        there = node.inputs[index]
        if there is None or not there.name:
            node.replace_input_with(index, cover)
        elif _is_boolean(there):
            far = float(np.finfo(self._dtype.numpy()).min)
            hidden = self._constant(np.asarray(far, self._dtype.numpy()))
            chosen = self._before(node, "Where", [there, cover, hidden], cover)
            node.replace_input_with(index, chosen)
        else:
            node.replace_input_with(index, self._sum(there, cover, node))

    def _gate_value(self, value: ir.Value, gate: ir.Value, name: str) -> str:
        """Multiply a value for all who use it."""
        node = value.producer()
        assert node is not None
        uses = [(usage.node, usage.idx) for usage in value.uses()]
        gated = self._product(value, gate, name)
        for user, index in uses:
            user.replace_input_with(index, gated)
        return name

    def _gate_term(self, term: Term, gate: ir.Value, name: str) -> str:
        """Multiply what is added, for who adds it."""
        value, bias = term.value, skip_bias(term.node)
        if bias is not None and len(term.node.inputs) > bias and term.index == 1:
            # What else the operator adds belongs to the branch.
            offset = term.node.inputs[bias]
            if offset is not None and offset.name:
                value = self._before(term.node, "Add", [value, offset], value)
                term.node.replace_input_with(bias, None)
        gated = self._product(value, gate, name, term.node)
        term.node.replace_input_with(term.index, gated)
        return name

    def _product(self, value: ir.Value, gate: ir.Value, name: str, before: ir.Node | None = None) -> ir.Value:
        factor = gate
        nodes = []
        if self._converts:
            convert = ir.node("CastLike", [gate, value])
            convert.outputs[0].name = f"{name}.gate"
            factor = convert.outputs[0]
            nodes.append(convert)
        multiply = ir.node("Mul", [value, factor], name=name)
        multiply.outputs[0].name = name
        multiply.outputs[0].type = value.type
        nodes.append(multiply)
        producer = value.producer()
        if producer is not None:
            self._graph.insert_after(producer, nodes)
        elif before is not None:
            self._graph.insert_before(before, nodes)
        return multiply.outputs[0]

    def _sum(self, value: ir.Value, cover: ir.Value, before: ir.Node) -> ir.Value:
        if self._converts:
            cover = self._before(before, "CastLike", [cover, value], value)
        return self._before(before, "Add", [value, cover], value)

    def _before(self, node: ir.Node, operator: str, inputs: list[ir.Value], like: ir.Value) -> ir.Value:
        made = ir.node(operator, inputs)
        made.outputs[0].name = f"inside.{operator}.{node.name}.{len(self._graph)}"
        made.outputs[0].type = like.type
        self._graph.insert_before(node, made)
        return made.outputs[0]

    def _input(self, name: str, shape: tuple[int, ...]) -> ir.Value:
        value = ir.val(name, self._dtype, ir.Shape(shape))
        self._graph.inputs.append(value)
        return value

    def _constant(self, array: np.ndarray) -> ir.Value:
        name = f"inside.constant.{len(self._graph.initializers)}"
        value = ir.val(name, const_value=ir.tensor(array, name=name))
        self._graph.register_initializer(value)
        return value


def _is_boolean(value: ir.Value) -> bool:
    """Whether a value holds booleans; graphs need not say so of what lies inside them."""
    for one in upwards([value], _PASSING_ON):
        node = one.producer()
        if one.dtype is not None:
            return one.dtype is ir.DataType.BOOL
        if node is not None and node.op_type == "Cast":
            return node.attributes["to"].as_int() == ir.DataType.BOOL
        if node is not None and node.op_type in _COMPARING:
            return True
    return False


def _put_out(graph: ir.Graph, names: Sequence[str]) -> None:
    known = {value.name for value in (*graph.outputs, *graph.inputs)}
    made = {value.name: value for node in graph for value in node.outputs if value.name}
    for name in dict.fromkeys(names):
        if name not in known:
            graph.outputs.append(made[name])
