"""Tensors of every type, in a file, in the graph as raw bytes and in its own fields; and files that changed."""

from __future__ import annotations

from pathlib import Path

import ml_dtypes
import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from models.errors import ModelFileError
from models.weights.element_types import ELEMENT_TYPES, ElementType
from models.weights.inspected_graph import file_graphs
from models.weights.stored_tensor import FilePlace, StoredTensor
from tests.models.every_type import NUMERIC, samples, write_tensors

every_numeric_type = pytest.mark.parametrize("element", NUMERIC, ids=lambda one: one.name)


def opened(path: Path) -> dict[str, StoredTensor]:
    (graph,) = file_graphs(path)
    return {name: weight.stored for name, weight in graph.weights.items()}


@every_numeric_type
@pytest.mark.parametrize("shape", [(6, 1000), (5, 7)], ids=["large, by its place", "small, in the graph"])
def test_values_of_every_type_are_those_that_onnx_reads(
    tmp_path: Path, element: ElementType, shape: tuple[int, int]
) -> None:
    values = samples(element, shape)
    tensor = numpy_helper.from_array(values, "w")
    assert tensor.data_type == element.number
    stored = opened(write_tensors(tmp_path / "model.onnx", tensor))["w"]
    assert stored.element is element
    assert stored.shape == shape
    expected = numpy_helper.to_array(tensor).reshape(-1)
    for start, stop in ((0, stored.count), (1, 4), (3, 30), (stored.count - 1, stored.count)):
        np.testing.assert_array_equal(
            stored.values(start, stop).view(np.uint8), expected[start:stop].view(np.uint8)
        )
    with np.errstate(invalid="ignore"):
        np.testing.assert_array_equal(stored.numbers(2, 5), expected[2:5].astype(np.float64))


@every_numeric_type
def test_patterns_are_the_bits_as_stored(element: ElementType, tmp_path: Path) -> None:
    values = samples(element, (40,))
    stored = StoredTensor("w", element, (40,), inner=values)
    code = int.from_bytes(values[3:4].tobytes(), "little") & ((1 << element.bits) - 1)
    assert stored.pattern(3) == code
    assert stored.numbers(3, 4).shape == (1,)


def test_numbers_in_fields_of_the_message_are_read_too(tmp_path: Path) -> None:
    tensors = [
        helper.make_tensor("int4", TensorProto.INT4, [3], [-8, 7, -1]),
        helper.make_tensor("half", TensorProto.FLOAT16, [2], [0.5, -2.0]),
        helper.make_tensor("long", TensorProto.INT64, [2], [1 << 60, -3]),
    ]
    found = opened(write_tensors(tmp_path / "model.onnx", *tensors))
    assert found["int4"].numbers(0, 3).tolist() == [-8, 7, -1]
    assert found["int4"].pattern(2) == 0b1111
    assert found["half"].numbers(0, 2).tolist() == [0.5, -2.0]
    assert found["long"].numbers(0, 2).tolist() == [float(1 << 60), -3.0]


def test_texts_scalars_empty_and_five_dimensional_tensors(tmp_path: Path) -> None:
    texts = helper.make_tensor("texts", TensorProto.STRING, [2], [b"gato", b"\xff"])
    scalar = numpy_helper.from_array(np.array(2.5, np.float32), "scalar")
    empty = numpy_helper.from_array(np.zeros((3, 0), np.float32), "empty")
    five = numpy_helper.from_array(np.arange(48, dtype=np.float32).reshape(2, 2, 3, 2, 2), "five")
    found = opened(write_tensors(tmp_path / "model.onnx", texts, scalar, empty, five))
    assert found["texts"].values(0, 2).tolist() == ["gato", "�"]
    with pytest.raises(ModelFileError, match="holds texts"):
        found["texts"].numbers(0, 1)
    with pytest.raises(ModelFileError, match="holds texts"):
        found["texts"].pattern(0)
    assert (found["scalar"].shape, found["scalar"].numbers(0, 1).tolist()) == ((), [2.5])
    assert (found["empty"].count, found["empty"].nbytes, found["empty"].numbers(0, 9).size) == (0, 0, 0)
    assert (found["five"].shape, found["five"].numbers(46, 48).tolist()) == ((2, 2, 3, 2, 2), [46.0, 47.0])
    assert found["texts"].nbytes == 4 + 3


def test_complex_numbers_are_counted_by_their_size() -> None:
    element = next(one for one in ELEMENT_TYPES.values() if one.name == "complex 64")
    assert StoredTensor("w", element, (1,), inner=np.array([3 + 4j], np.complex64)).numbers(0, 1)[0] == 5


def test_no_numbers_infinities_and_denormals_stay_what_they_are(tmp_path: Path) -> None:
    odd = np.array([np.nan, np.inf, -np.inf, 1e-45, -0.0], np.float32)
    stored = opened(write_tensors(tmp_path / "model.onnx", numpy_helper.from_array(odd, "odd")))["odd"]
    np.testing.assert_array_equal(stored.numbers(0, 5).view(np.uint32), odd.view(np.uint32))


def test_a_file_that_was_shortened_or_deleted_meanwhile_is_named(tmp_path: Path) -> None:
    """Fault 53."""
    path = tmp_path / "weights.bin"
    path.write_bytes(np.arange(100, dtype=np.float32).tobytes())
    stored = StoredTensor("w", ELEMENT_TYPES[1], (100,), place=FilePlace(path, 0))
    assert stored.numbers(98, 100).tolist() == [98.0, 99.0]
    path.write_bytes(b"\0" * 200)
    assert stored.numbers(0, 50).size == 50
    with pytest.raises(ModelFileError, match=r"“weights\.bin” ends before “w” does"):
        stored.numbers(49, 51)
    path.unlink()
    with pytest.raises(ModelFileError, match=r"“weights\.bin” cannot be read"):
        stored.numbers(0, 1)


def test_weights_of_an_unknown_type_are_left_out(tmp_path: Path) -> None:
    """Fault 12: a type of the future is refused where a whole file is opened, by its number."""
    tensor = TensorProto(name="w", data_type=99, dims=[1], raw_data=b"\0")
    with pytest.raises(ModelFileError, match="type 99, which is not known"):
        file_graphs(write_tensors(tmp_path / "model.onnx", tensor))


def test_four_bit_numbers_of_ml_dtypes_keep_their_sign() -> None:
    element = next(one for one in ELEMENT_TYPES.values() if one.name == "INT4")
    values = np.array([-8, -1, 7], np.int8).astype(ml_dtypes.int4)
    stored = StoredTensor("w", element, (3,), inner=values)
    assert [stored.pattern(index) for index in range(3)] == [0b1000, 0b1111, 0b0111]
    assert element.number == onnx.TensorProto.INT4
