"""Runs of a graph whose measure is taken: a short text at once and in parts, and the end of the longest text.

Knows nothing about runtimes: a runner is given; nor what the numbers mean.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx_ir as ir
from numpy.typing import NDArray

from models.errors import ModelFileError, VitrineError
from models.escaping import escape_text
from models.feeds import Feeds
from models.graph_runner import GraphRunner
from models.observing.cut import Cut
from models.observing.draft import DraftSite
from models.observing.graphs import with_outputs
from models.observing.walking import constant_shapes
from models.wiring import BodyInput, CacheTensor

PROBE_TOKENS = 24
_SAME = 0.5
"""Share of the logits' range; coarse, because some exports round the numbers of a whole run together, and some are
not quite right one by one. A cache that was matched wrongly is far off."""

_EQUAL = 0.02
"""Share of the logits' range that nothing but the rounding of 16-bit numbers makes."""

_ROUNDING = ("DynamicQuantizeLinear", "DynamicQuantizeMatMul", "MatMulNBits")
"""Operators by which the rounding of a row depends on the run that it is read in."""


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """A graph whose measure is taken.

    Args:
        model: of the export, without weights.
        folder: of its weights.
        inputs: of the body.
        caches: of the body.
        sites: as found; empty where attention was refused before.
        cut: into body and head.
        logits: of the graph.
        capacity: most positions of a sequence.
    """

    model: ir.Model
    folder: Path
    inputs: tuple[BodyInput, ...]
    caches: tuple[CacheTensor, ...]
    sites: Sequence[DraftSite]
    cut: Cut
    logits: ir.Value
    capacity: int


class Probe:
    """A graph that was run.

    Args:
        subject: the graph.
        open_graph: runs it.

    Raises:
        ModelFileError: it does not run as its inputs were understood, or its numbers are none.
    """

    def __init__(self, subject: Subject, open_graph: GraphRunner) -> None:
        self.subject = subject
        self._feeds = Feeds(subject.inputs, subject.capacity)
        self.dtype = _cache_dtype(subject.model.graph, subject.caches)
        names = [name_of(subject.cut.state), name_of(subject.cut.start), name_of(subject.logits)]
        names += [name for site in subject.sites for name in watched(site)]
        names += [tensor.present for tensor in subject.caches]
        # An input that is also asked for is no output of a graph.
        inputs = {value.name for value in subject.model.graph.inputs}
        self._outputs = [name for name in dict.fromkeys(names) if name not in inputs]
        self._run = open_graph(with_outputs(subject.model, self._outputs), subject.folder)
        ids = 1 + np.arange(min(PROBE_TOKENS, subject.capacity), dtype=np.int64) * 7 % 29
        self.values = self._read(ids, 0, None)
        """By name, what the short text at once was given and put out."""
        self._check_caches(ids)
        self.in_parts = self._reads_several_after_a_past(ids)
        self.long = self._long_rows()
        """By name, of the last two positions; none where nothing in the graph depends on the length."""

    # -------------------------------------------------------------- runs

    def _read(
        self, ids: NDArray[np.int64], start: int, past: Mapping[str, NDArray[Any]] | None
    ) -> dict[str, NDArray[Any]]:
        feeds = dict(self._feeds.several(ids, start))
        for tensor in self.subject.caches:
            feeds[tensor.past] = (
                np.zeros(tensor.shape(start), self.dtype) if past is None else past[tensor.present]
            )
        values = dict(zip(self._outputs, self._run(self._outputs, feeds), strict=True))
        return feeds | values

    def _check_caches(self, ids: NDArray[np.int64]) -> None:
        """Reading in two parts must be as good as reading at once: then past, present and positions are right."""
        first = self._read(ids[:-1], 0, None)
        for tensor in self.subject.caches:
            expected = tensor.shape(len(ids) - 1)
            found = first[tensor.present].shape
            if found != expected:
                raise ModelFileError(
                    "unexpected-cache",
                    f"The cache “{escape_text(tensor.present)}” came out as {list(found)} where {list(expected)} was "
                    "expected.",
                    "Export the model with caches that keep every position.",
                )
        whole = np.asarray(self.values[name_of(self.subject.logits)], np.float32)
        last = first[name_of(self.subject.logits)]
        if whole.ndim < 2 or whole.shape[-1] < 2 or last.shape[-1:] != whole.shape[-1:] or not last.size:
            raise ModelFileError(
                "no-logits",
                f"The output “{escape_text(name_of(self.subject.logits))}” came out as {list(whole.shape)} and "
                f"{list(last.shape)}, which are no rows of logits.",
                "Export the model for text generation.",
            )
        if not np.isfinite(whole).all():
            raise ModelFileError(
                "logits-not-finite",
                "The graph's logits for a short text are infinite or no numbers.",
                "Export the model again, or in a precision with a wider range.",
            )
        difference = self._difference(self._read(ids[-1:], len(ids) - 1, first))
        if not difference <= _SAME:
            raise ModelFileError(
                "cache-mismatch",
                "Read in two parts, a text gives other logits than read at once "
                f"(they differ by {difference:.0%} of their range).",
                "Export the model again; its key/value cache does not work, or is of a kind that is not known.",
            )

    def _reads_several_after_a_past(self, ids: NDArray[np.int64]) -> bool:
        """Whether that is as good as one by one, which is slow and always right."""
        rounds = any(node.op_type in _ROUNDING for node in self.subject.model.graph)
        try:
            half = len(ids) // 2
            difference = self._difference(self._read(ids[half:], half, self._read(ids[:half], 0, None)))
            return difference <= (_SAME if rounds else _EQUAL)
        except VitrineError:  # the graph has no operators for that
            return False

    def _difference(self, parts: Mapping[str, NDArray[Any]]) -> float:
        """How far the last logits are from those of reading at once, as a share of their range."""
        name = name_of(self.subject.logits)
        last = np.asarray(self.values[name], np.float32).reshape(-1, self.values[name].shape[-1])[-1]
        again = np.asarray(parts[name], np.float32).reshape(-1, len(last))[-1]
        return float(np.abs(last - again).max() / (np.abs(last - last.mean()).max() or 1.0))

    def _long_rows(self) -> list[dict[str, NDArray[Any]]]:
        """What hides keys from the last positions of the whole context, and tables that are chosen by the length.

        With keys of zeros all products are zero, so that what reaches the Softmax is the mask itself. There are two
        positions, because a window moves with them, while keys in groups of many stay where they are.
        """
        masks = [name for site in self.subject.sites if (name := mask_name(site)) is not None]
        tables = [name for site in self.subject.sites for name in chosen_tables(site)]
        names = list(dict.fromkeys([*masks, *tables]))
        if not names:
            return []
        rows = []
        for start in (self.subject.capacity - 1, self.subject.capacity - 2):
            feeds = dict(self._feeds.several(np.asarray([1], np.int64), start))
            for tensor in self.subject.caches:
                feeds[tensor.past] = np.zeros(tensor.shape(start), self.dtype)
            rows.append(dict(zip(names, self._run(names, feeds), strict=True)))
        return rows


def watched(site: DraftSite) -> list[str]:
    """Names of the values that are wanted of a site."""
    values = (site.query, site.product, site.scores, site.mask)
    arrays = (site.cosines, site.sines, site.sinks, site.projection, site.bias)
    return [name_of(value) for value in (*values, *arrays) if value is not None and value.const_value is None]


def chosen_tables(site: DraftSite) -> list[str]:
    """Names of a site's tables that are chosen by the length of the text."""
    return [name_of(one) for one in (site.cosines, site.sines) if one is not None and is_chosen_table(one)]


def is_chosen_table(value: ir.Value) -> bool:
    """Whether a value is one of several tables, by the length of the text."""
    return value.const_value is None and len(constant_shapes(value)) > 1


def mask_name(site: DraftSite) -> str | None:
    """Name of the value that hides keys from a site's queries, if there is one."""
    value = site.scores if site.scores is not None else site.mask
    return None if value is None or value.const_value is not None else name_of(value)


def _cache_dtype(graph: ir.Graph, caches: Sequence[CacheTensor]) -> np.dtype[Any]:
    past = next(value for value in graph.inputs if value.name == caches[0].past)
    assert past.dtype is not None
    return np.dtype(past.dtype.numpy())


def name_of(value: ir.Value | None) -> str:
    """Name of a value that is there and has one."""
    assert value is not None
    assert value.name is not None
    return value.name
