"""Which layer and part each node belongs to."""

from __future__ import annotations

from collections import Counter

import onnx
import pytest
from onnx import TensorProto, helper

from models.anatomy.layers import Part, Place, body_places, bundle_places, head_places
from models.anatomy.parts import place_by_name
from models.attention_site import AttentionSite
from models.bundle import Bundle
from tests.models.graph_writer import GraphWriter

BUILT = {
    "attention_norm": Part.ATTENTION_NORM,
    "query_key_value": Part.QUERY_KEY_VALUE,
    "attention": Part.ATTENTION,
    "attention_output": Part.ATTENTION_OUTPUT,
    "feed_forward_norm": Part.MLP_NORM,
    "feed_forward_in": Part.GATE_UP,
    "gate_up": Part.ACTIVATION,
    "activation": Part.ACTIVATION,
    "gated": Part.ACTIVATION,
    "down": Part.DOWN,
}


def test_a_built_graph_is_told_apart_by_its_structure(tiny_bundle: Bundle) -> None:
    """The names of its nodes, which nobody looked at, say the same."""
    body, head = bundle_places(tiny_bundle)

    expected = {
        f"layers.{layer}.{name}": Place(layer, part) for layer in (0, 1) for name, part in BUILT.items()
    }
    assert body == {
        "embedding": Place(None, Part.EMBEDDING),
        **expected,
        "final_norm": Place(None, Part.FINAL_NORM),
    }
    assert set(head.values()) == {Place(None, Part.HEAD)}


def decoder(*, parallel: bool, layers: int = 2) -> tuple[onnx.GraphProto, list[AttentionSite], str]:
    """A decoder of kernels whose MLP comes after attention, or beside it as in GPT-J."""
    graph = GraphWriter(0, "float32")
    ids = graph.input("ids", TensorProto.INT64, [1, "tokens"])
    value = graph.make("Gather", graph.weight("table", 10, 8), ids)
    sites = []
    for layer in range(layers):
        normed = graph.make("LayerNormalization", value, graph.weight(f"norm.{layer}", 8))
        query, key, states = (
            graph.make("MatMul", normed, graph.weight(f"{name}_proj.{layer}", 8, 8)) for name in "qkv"
        )
        attended = graph.make("MultiHeadAttention", query, key, states, domain="com.microsoft", num_heads=2)
        kernel = graph.nodes[-1].name
        sites.append(
            AttentionSite(layer, "MultiHeadAttention", 2, 2, 4, 0.5, kernel, query, "tokens", 8, 2 * layer)
        )
        branch = graph.make("MatMul", attended, graph.weight(f"out.{layer}", 8, 8))
        branch = graph.make("Add", branch, graph.weight(f"out.{layer}.offset", 8))
        if not parallel:
            value = graph.make("Add", value, branch)
            normed = graph.make("LayerNormalization", value, graph.weight(f"feed_norm.{layer}", 8))
        inner = graph.make("MatMul", normed, graph.weight(f"up.{layer}", 8, 16))
        active = graph.make("Relu", inner)
        made = graph.make("MatMul", active, graph.weight(f"down.{layer}", 16, 8))
        if parallel:
            made = graph.make("Add", branch, made)
        value = graph.make("Add", value, made)
    hidden = graph.make("LayerNormalization", value, graph.weight("last", 8))
    initializers = [onnx.numpy_helper.from_array(array, name) for name, array in graph.arrays.items()]
    return helper.make_graph(graph.nodes, "tiny", graph.inputs, [], initializers), sites, hidden


def test_an_mlp_after_attention() -> None:
    """A layer of twelve nodes, in order; the projections' names tell which is which."""
    graph, sites, hidden = decoder(parallel=False)
    layer = [
        Part.ATTENTION_NORM,
        *(Part.QUERY, Part.KEY, Part.VALUE, Part.ATTENTION),
        *(Part.ATTENTION_OUTPUT, Part.ATTENTION_OUTPUT, Part.RESIDUAL),
        *(Part.MLP_NORM, Part.GATE_UP, Part.ACTIVATION, Part.DOWN, Part.RESIDUAL),
    ]

    assert body_places(graph, sites, hidden) == (
        Place(None, Part.EMBEDDING),
        *(Place(number, part) for number in (0, 1) for part in layer),
        Place(None, Part.FINAL_NORM),
    )


def test_an_mlp_beside_attention_belongs_to_the_same_layer() -> None:
    """It takes the same norm as attention does."""
    graph, sites, hidden = decoder(parallel=True)
    layer = [
        Part.ATTENTION_NORM,
        *(Part.QUERY, Part.KEY, Part.VALUE, Part.ATTENTION),
        *(Part.ATTENTION_OUTPUT, Part.ATTENTION_OUTPUT),
        *(Part.GATE_UP, Part.ACTIVATION, Part.DOWN, Part.RESIDUAL, Part.RESIDUAL),
    ]

    assert body_places(graph, sites, hidden) == (
        Place(None, Part.EMBEDDING),
        *(Place(number, part) for number in (0, 1) for part in layer),
        Place(None, Part.FINAL_NORM),
    )


def test_the_order_of_nodes_does_not_matter() -> None:
    """Some tools add at the end what belongs at the beginning."""
    graph, sites, hidden = decoder(parallel=False)
    before = dict(zip((one.name for one in graph.node), body_places(graph, sites, hidden), strict=True))
    nodes = list(graph.node)
    del graph.node[:]
    graph.node.extend(reversed(nodes))

    after = dict(zip((one.name for one in graph.node), body_places(graph, sites, hidden), strict=True))

    assert after == before


@pytest.mark.parametrize(
    ("name", "layer", "part"),
    [
        ("/model/layers.3/self_attn/q_proj/MatMul", 3, Part.QUERY),
        ("/model/layers.12/attn/qkv_proj/MatMul_Q4", 12, Part.QUERY_KEY_VALUE),
        ("/model/layers.0/input_layernorm/LayerNorm", 0, Part.ATTENTION_NORM),
        ("/model/layers.0/post_attention_layernorm/SkipLayerNorm", 0, Part.MLP_NORM),
        ("/transformer/h.5/mlp/c_proj/Gemm", 5, Part.DOWN),
        ("/transformer/h.5/attn/c_proj/Gemm", 5, Part.ATTENTION_OUTPUT),
        ("/model/layers.7/something/Foo", 7, Part.OTHER),
        ("/model/embed_tokens/Gather", None, Part.EMBEDDING),
        ("/lm_head/MatMul", None, Part.HEAD),
        ("Conv_17", None, Part.OTHER),
        ("", None, Part.OTHER),
    ],
)
def test_without_sites_names_are_taken_at_their_word(name: str, layer: int | None, part: Part) -> None:
    """And what has no name that speaks is other."""
    assert place_by_name(helper.make_node("Foo", ["x"], ["y"], name=name)) == Place(layer, part)


def test_a_graph_that_is_no_decoder_is_other() -> None:
    """Nothing is made up."""
    graph = GraphWriter(0, "float32")
    image = graph.input("image", TensorProto.FLOAT, [1, 1, 28, 28])
    graph.make("Relu", graph.make("Conv", image, graph.weight("filters", 4, 1, 3, 3)))
    whole = helper.make_graph(graph.nodes, "network", graph.inputs, [], [])

    assert Counter(body_places(whole)) == {Place(None, Part.OTHER): 2}


def test_a_norm_before_the_heads_product_is_the_final_norm() -> None:
    """Where the cut between body and head lies before it."""
    graph = GraphWriter(0, "float32")
    hidden = graph.input("hidden", TensorProto.FLOAT, [1, 8])
    normed = graph.make("LayerNormalization", hidden, graph.weight("gain", 8))
    graph.make("Identity", graph.make("MatMul", normed, graph.weight("head", 8, 10)))
    initializers = [onnx.numpy_helper.from_array(array, name) for name, array in graph.arrays.items()]
    whole = helper.make_graph(graph.nodes, "head", graph.inputs, [], initializers)

    assert [place.part for place in head_places(whole)] == [Part.FINAL_NORM, Part.HEAD, Part.HEAD]
