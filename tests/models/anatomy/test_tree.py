"""The tree of a model's layers: a network that is no language model, and nested expressions."""

from __future__ import annotations

from pathlib import Path

from models.anatomy.entries import LayerEntry
from models.anatomy.expression import called, expression, inner_expression, steps_of
from models.anatomy.tree import LayerWeight, TreeGraph, graph_costs, graph_tree, node_facts
from models.weights.inspected_graph import file_graphs
from tests.models.convolutional import PARAMETERS, write_convolutional


def tree_of(path: Path) -> tuple[LayerEntry, ...]:
    (graph,) = file_graphs(write_convolutional(path))
    weights = {
        name: LayerWeight(name, one.stored.element.name, one.stored.shape, one.stored.nbytes, one.parameters)
        for name, one in graph.weights.items()
    }
    return graph_tree(TreeGraph(graph.name, graph.model, weights, costs=graph_costs(graph.model)))


def test_the_talks_network_is_a_table_of_its_layers(tmp_path: Path) -> None:
    entries = tree_of(tmp_path / "cnn.onnx")
    tops = {one.name: one for one in entries if one.parent < 0}
    assert list(tops) == [
        "rescaling",
        "conv2d",
        "max_pooling2d",
        "conv2d_1",
        "max_pooling2d_1",
        "conv2d_2",
        "max_pooling2d_2",
        "flatten",
        "dropout",
        "dense",
        "dense_1",
        "output",
    ]
    learnt = {name: one.parameters for name, one in tops.items() if one.parameters}
    assert learnt == PARAMETERS
    assert (tops["dropout"].parameters, tops["flatten"].parameters) == (0, 0)
    assert tops["conv2d"].operators == ("Conv", "Relu")
    # Each of 32 · 32 positions of 16 filters: 27 products and sums, then one comparison of the activation.
    assert tops["conv2d"].flops == 2 * 32 * 32 * 16 * 27 + 32 * 32 * 16
    assert tops["dense_1"].flops == 2 * 128 * 5 + 5
    assert (tmp_path / "cnn.onnx").stat().st_size < 1_000_000


def test_the_same_network_as_nested_calls(tmp_path: Path) -> None:
    entries = tree_of(tmp_path / "cnn.onnx")
    steps = steps_of(entries)
    whole = expression(entries, steps, "output", "input")
    assert whole == (
        "output = Output(Dense1(Dense(Dropout(Flatten(MaxPooling2d2(Conv2d2(MaxPooling2d1(Conv2d1("
        "MaxPooling2d(Conv2d(Rescaling(input))))))))))))"
    )
    assert expression(entries, steps[-2:], "output", "input") == "output = Output(Dense1(… input))"
    dense = next(index for index, one in enumerate(entries) if one.name == "dense")
    assert inner_expression(entries, dense) == "DenseRelu(DenseBiasAdd(DenseMatMul(x)))"
    assert called("query, key and value projections") == "QueryKeyAndValueProjections"


def test_a_block_is_written_with_the_sums_of_the_residual_stream() -> None:
    parts = (
        "attention norm",
        "query projection",
        "key projection",
        "attention",
        "MLP norm",
        "down projection",
    )
    entries = (
        LayerEntry(-1, "block", layer=7),
        *(LayerEntry(0, "part", part=part, layer=7) for part in (*parts, "residual sum")),
    )
    assert inner_expression(entries, 0) == (
        "x + Attention(QueryProjection(AttentionNorm(x)), KeyProjection(AttentionNorm(x))) = h;  "
        "h + DownProjection(MLPNorm(h))"
    )
    assert expression(entries, {0}, "y", "x") == "y = Block7(x)"


def test_the_graph_behind_a_layer_can_be_seen(tmp_path: Path) -> None:
    (graph,) = file_graphs(write_convolutional(tmp_path / "cnn.onnx"))
    (first, pool) = node_facts(graph.model, [1, 3])
    assert first.inputs == ("rescaling:0", "conv2d/kernel [16, 3, 3, 3]", "conv2d/bias [16]")
    assert first.attributes == (("pads", "[1, 1, 1, 1]"),)
    assert (pool.operator, pool.outputs) == ("MaxPool", ("max_pooling2d:0",))
