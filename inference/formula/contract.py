"""The part of the contract between engine and window that is about formulas of neurons; see `inference.contract`.

Knows nothing about how they are worked out.

A neuron is one sum of a product with weights: in0·w0 + in1·w1 + … + β.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Rounding: TypeAlias = Literal["blocks", "half", "single"]
"""What the runtime's numbers differ by: inputs rounded to 8 bits in blocks, everything in 16 bits, or in 32 bits."""

LARGEST = -1
"""In place of a neuron: the one whose value is the largest at the position."""

TERMS_PER_READ = 64
"""Terms of a formula that are answered unless more are asked for."""

NO_BLOCK = -1
"""In place of a block: the layer lies in none."""


@dataclass(frozen=True, slots=True)
class ReadNeuronLayers:
    """Every layer that multiplies with weights. Answer: ``tuple[NeuronLayer, ...]``."""

    query: int


@dataclass(frozen=True, slots=True)
class ReadFormula:
    """A neuron at a position. Answer: `Formula`.

    Args:
        query: number chosen by the sender.
        layer: index in what `ReadNeuronLayers` answers.
        neuron: from 0, or `LARGEST`.
        position: of the token that the model has read; of a file that is no language model it makes no difference.
        most: terms that are answered, those of the largest magnitude.
    """

    query: int
    layer: int
    neuron: int
    position: int
    most: int = TERMS_PER_READ


FormulaQuery: TypeAlias = ReadNeuronLayers | ReadFormula


@dataclass(frozen=True, slots=True)
class NeuronLayer:
    """Neurons that take the same inputs.

    Args:
        graph: name of the graph they are in, as `TensorInfo.graph`.
        part: what they are for, a value of `models.anatomy.parts.Part`; empty in any other graph.
        block: of a language model, its number, or `NO_BLOCK`.
        name: of the node, untrusted.
        neurons: how many; 0 where there is no formula, or where only a run tells.
        inputs: terms of each.
        why_not: why there is no formula, a clause to follow “because”; empty where there is one.
        weights: name of the weight.
        row_major: whether the weights of a neuron lie side by side.
        first: place of the first neuron among all of the weight, which has `width`.
        width: neurons of the weight.
        offset: name of the weight β; empty for none.
        given: name of the value that the inputs are.
        made: name of the value with the sums.
        made_first: place of the first neuron in that.
        source: what the inputs come from, a value of `models.anatomy.parts.Part`; empty where that is not known.
        heads: how many heads the neurons are divided among; 0 for none.
        input_heads: the same of the inputs.
        places: of a convolution, the shape of what each filter makes.
    """

    graph: str
    part: str
    block: int
    name: str
    neurons: int = 0
    inputs: int = 0
    why_not: str = ""
    weights: str = ""
    row_major: bool = True
    first: int = 0
    width: int = 0
    offset: str = ""
    given: str = ""
    made: str = ""
    made_first: int = 0
    source: str = ""
    heads: int = 0
    input_heads: int = 0
    places: tuple[int, ...] = ()

    @property
    def sharing(self) -> int:
        """How many neurons have the same weights: of a convolution those of a filter, otherwise one."""
        return math.prod(self.places)

    def row_of(self, neuron: int) -> int:
        """The place of a neuron's weights among those of all of the weight."""
        return self.first + neuron // self.sharing

    def weight_place(self, neuron: int, term: int) -> int:
        """Where a weight lies in the order of memory."""
        row = self.row_of(neuron)
        return row * self.inputs + term if self.row_major else term * self.width + row

    def neuron_of_weight(self, place: int) -> tuple[int, int] | None:
        """The neuron and the term of a weight by its place in memory; ``None`` where it is another layer's."""
        if not self.inputs or not self.width or place < 0:
            return None
        if self.row_major:
            row, term = divmod(place, self.inputs)
        else:
            term, row = divmod(place, self.width)
        neuron = (row - self.first) * self.sharing
        return (neuron, term) if 0 <= neuron < self.neurons else None


@dataclass(frozen=True, slots=True)
class Applied:
    """What becomes of a sum.

    Args:
        name: of the function; empty where none is applied.
        here: the function of the sum, computed here.
        computed: what the runtime made; ``None`` where no function is applied.
        times: what it is multiplied with, as the runtime has it; ``None`` where it is not.
        product: that, as the runtime made it; ``None`` likewise.
    """

    name: str
    here: float
    computed: float | None
    times: float | None = None
    product: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Formula:
    """A neuron spelled out: the terms of the largest magnitude, and what all of them add up to.

    Args:
        layer: index of its layer.
        neuron: its place there.
        position: of the token.
        indices: ``int64 [terms]`` which inputs, by falling magnitude of the products, NaN first.
        inputs: ``float64 [terms]``
        weights: ``float64 [terms]``
        products: ``float64 [terms]``
        count: how many terms there are in all.
        rest: sum of the products that are not listed.
        magnitude: sum of the magnitudes of all products.
        offset: β; ``None`` where nothing is added.
        sum: of all products and β, added up in 64 bits.
        computed: what the runtime made of it.
        rounding: what the runtime's numbers differ by.
        block: inputs that share a scale, where they are rounded in blocks.
        rounded_sum: the sum with inputs rounded as the kernel rounds them; ``None`` where it rounds none.
        applied: what becomes of it; ``None`` where nothing does.
    """

    layer: int
    neuron: int
    position: int
    indices: NDArray[np.int64] = field(repr=False)
    inputs: NDArray[np.float64] = field(repr=False)
    weights: NDArray[np.float64] = field(repr=False)
    products: NDArray[np.float64] = field(repr=False)
    count: int
    rest: float
    magnitude: float
    offset: float | None
    sum: float
    computed: float
    rounding: Rounding
    block: int = 0
    rounded_sum: float | None = None
    applied: Applied | None = None

    @property
    def difference(self) -> float:
        """From the sum here to the runtime's."""
        return self.computed - self.sum

    @property
    def rounded_difference(self) -> float | None:
        """From the sum with rounded inputs to the runtime's; ``None`` where inputs are not rounded."""
        return None if self.rounded_sum is None else self.computed - self.rounded_sum

    @property
    def rounding_explains(self) -> bool:
        """Whether the sum with rounded inputs is nearer to the runtime's than the sum with inputs as they are."""
        return self.rounded_difference is not None and abs(self.rounded_difference) < abs(self.difference)
