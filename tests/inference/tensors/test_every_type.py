"""Every question about tensors, asked of a tensor of every type of ONNX, and of odd shapes and numbers."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import numpy as np
import pytest

from inference.tensors.contract import ReadTensorSlice, TensorRef
from inference.tensors.inspector import Inspector
from models.errors import VitrineError
from models.weights.element_types import ElementType
from models.weights.inspected_graph import file_graphs
from tests.models.every_type import FIVE, NUMERIC, samples, write_every_type

OTHERS = ("scalar", "empty", "five", "odd")


def always() -> bool:
    return True


@pytest.fixture(scope="module")
def inspector(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inspector]:
    path = write_every_type(tmp_path_factory.mktemp("types") / "types.onnx")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield Inspector(file_graphs(path), "file")


def ref(name: str) -> TensorRef:
    return TensorRef("graph", name)


def test_all_are_listed_and_stand_in_the_tree(inspector: Inspector) -> None:
    infos = {one.name: one for one in inspector.tensors()}
    assert {one.name for one in NUMERIC} | {"texts", *OTHERS} == set(infos)
    assert not infos["texts"].numeric
    assert infos["INT4"].nbytes == 120  # two of 240 in a byte
    assert infos["empty"].nbytes == infos["empty"].parameters == 0
    assert inspector.anatomy().entries


@pytest.mark.parametrize("element", NUMERIC, ids=lambda one: one.name)
def test_statistics_pictures_bits_and_files_of_every_type(inspector: Inspector, element: ElementType) -> None:
    values = samples(element, (6, 40))
    with np.errstate(all="ignore"):
        numbers = np.abs(values) if element.name.startswith("complex") else values.astype(np.float64)
        numbers = numbers.astype(np.float64)
    finite = numbers[np.isfinite(numbers)]
    found = inspector.statistics(ref(element.name), always)
    assert found.complete
    assert (found.no_numbers, found.infinities) == (
        int(np.isnan(numbers).sum()),
        int(np.isinf(numbers).sum()),
    )
    assert int(found.counts.sum()) == finite.size
    assert (found.minimum, found.maximum) == (finite.min(), finite.max())
    with np.errstate(over="ignore"):
        assert found.mean == pytest.approx(finite.mean(), rel=1e-6, abs=1e-9) or not np.isfinite(
            finite.mean()
        )
    part = inspector.slice(ReadTensorSlice(1, ref(element.name), (), (1, 3), (0, 40), 64, 64))
    np.testing.assert_array_equal(part.values, numbers[1:3])
    value = inspector.value(ref(element.name), 41)
    assert value.value == numbers.reshape(-1)[41] or np.isnan(value.value)
    assert value.bits == element.bits
    assert 0 <= value.pattern < 1 << element.bits
    array = inspector.array(ref(element.name), 0)
    assert array.values.size == array.total == 240
    assert array.values.dtype.type.__module__ == "numpy"
    errors = inspector.format_errors(ref(element.name), always)
    assert errors.complete
    assert errors.total == 240


def test_odd_numbers_are_counted_and_left_out(inspector: Inspector) -> None:
    found = inspector.statistics(ref("odd"), always)
    assert (found.no_numbers, found.infinities, int(found.counts.sum())) == (1, 2, 3)
    assert (found.minimum, found.maximum) == (0.0, 3.5)
    assert found.mean == pytest.approx(3.5 / 3)
    smallest = inspector.value(ref("odd"), 3)
    assert (smallest.value, smallest.pattern) == (np.float32(1e-45), 1)
    assert inspector.value(ref("odd"), 4).pattern == 1 << 31
    assert np.isnan(inspector.value(ref("odd"), 0).value)
    part = inspector.slice(ReadTensorSlice(1, ref("odd"), (), (0, 2), (0, 3), 64, 64))
    assert np.isnan(part.values[0, 0])
    assert part.values[0, 1] == np.inf


def test_odd_shapes_have_pictures_and_statistics_or_nothing(inspector: Inspector) -> None:
    scalar = inspector.slice(ReadTensorSlice(1, ref("scalar"), (), (0, 1), (0, 1), 64, 64))
    assert (scalar.shape, scalar.values.tolist()) == ((1, 1), [[2.5]])
    empty = inspector.slice(ReadTensorSlice(1, ref("empty"), (), (0, 3), (0, 0), 64, 64))
    assert (empty.shape, empty.values.size) == ((3, 0), 0)
    nothing = inspector.statistics(ref("empty"), always)
    assert (nothing.complete, nothing.total, int(nothing.counts.sum())) == (True, 0, 0)
    assert inspector.array(ref("empty"), 0).total == 0
    assert inspector.format_errors(ref("empty"), always).complete
    with pytest.raises(VitrineError, match="has no value 0"):
        inspector.value(ref("empty"), 0)
    five = inspector.slice(ReadTensorSlice(1, ref("five"), (1, 0, 2), (0, 2), (0, 2), 64, 64))
    np.testing.assert_array_equal(five.values, FIVE[1, 0, 2])
    with pytest.raises(VitrineError, match="has no slice"):
        inspector.slice(ReadTensorSlice(1, ref("five"), (1, 0), (0, 2), (0, 2), 64, 64))


def test_texts_are_no_numbers_and_are_saved_never(inspector: Inspector) -> None:
    for ask in (
        lambda: inspector.statistics(ref("texts"), always),
        lambda: inspector.value(ref("texts"), 0),
        lambda: inspector.array(ref("texts"), 0),
        lambda: inspector.format_errors(ref("texts"), always),
        lambda: inspector.slice(ReadTensorSlice(1, ref("texts"), (), (0, 1), (0, 2), 64, 64)),
    ):
        with pytest.raises(VitrineError, match="holds texts"):
            ask()


def test_the_whole_file_is_measured_without_its_texts(inspector: Inspector) -> None:
    errors = inspector.format_errors(None, always)
    assert errors.complete
    assert errors.total == sum(one.parameters for one in inspector.tensors())
