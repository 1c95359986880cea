"""What only running a graph tells of it: shapes, scales, masks and windows.

Knows nothing about how it is run. Every figure here comes from the graph's own numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnx_ir as ir
from numpy.typing import NDArray

from models.graph_runner import GraphRunner
from models.observing.caches import output_name
from models.observing.draft import DraftSite, Refusal
from models.observing.probing import Probe, Subject, is_chosen_table, mask_name, name_of
from models.observing.walking import upwards

_NOTHING = 1e-6
_HIDDEN = -1e3
"""What is added to a product to hide its key is far below this."""


@dataclass(slots=True)
class MeasuredSite:
    """What was measured of a site; see `AttentionSite`."""

    draft: DraftSite
    heads: int
    key_value_heads: int
    head_size: int
    scale: float
    window: int | None
    width: int
    cosines: NDArray[np.float32] | None = None
    sines: NDArray[np.float32] | None = None
    sinks: NDArray[np.float32] | None = None
    projection: NDArray[np.float32] | None = None
    bias: NDArray[np.float32] | None = None
    bias_heads: int = 0


@dataclass(slots=True)
class Measured:
    """What was measured of a graph.

    Args:
        sites: in the graph's order; empty where one of them is refused.
        refused: why, as a clause.
        state_rank: axes of the body's last value.
        state_width: entries of it for one token.
        state_dtype: numpy's name of its type.
        start_rank: axes of the head's first value.
        logits_dtype: numpy's name of their type.
        vocabulary: logits of one row.
        query_dtype: of what is captured.
        in_parts: as in `Wiring`.
    """

    state_rank: int
    state_width: int
    state_dtype: str
    start_rank: int
    logits_dtype: str
    vocabulary: int
    query_dtype: str = "float32"
    in_parts: bool = True
    sites: list[MeasuredSite] = field(default_factory=list)
    refused: str | None = None


def measure(subject: Subject, open_graph: GraphRunner) -> Measured:
    """Run a graph a few times and take its measure.

    Raises:
        ModelFileError: it does not run as its inputs were understood, or its numbers are none.
    """
    measures = _Measures(Probe(subject, open_graph))
    measured = measures.basics()
    try:
        measured.sites = [measures.site(draft) for draft in subject.sites]
    except Refusal as refusal:
        measured.refused = str(refusal)
    if measured.sites:
        measured.query_dtype = str(measures.values[name_of(subject.sites[0].query)].dtype)
    return measured


class _Measures:
    def __init__(self, probe: Probe) -> None:
        self._probe = probe
        self._subject = probe.subject
        self.values = probe.values

    def basics(self) -> Measured:
        subject = self._subject
        state, start = self.values[name_of(subject.cut.state)], self.values[name_of(subject.cut.start)]
        logits = self.values[name_of(subject.logits)]
        return Measured(
            state_rank=state.ndim,
            state_width=state.shape[-1],
            state_dtype=str(state.dtype),
            start_rank=start.ndim,
            logits_dtype=str(logits.dtype),
            vocabulary=logits.shape[-1],
            in_parts=self._probe.in_parts,
        )

    def site(self, draft: DraftSite) -> MeasuredSite:
        keys = self._keys(draft)
        query = self.values[name_of(draft.query)]
        if query.ndim != (4 if draft.layout == "heads" else 3):
            raise Refusal(
                f"it computes attention in a way that is not understood yet (queries with {query.ndim} axes)"
            )
        key_value_heads, head_size = keys.shape[0], keys.shape[-1]
        heads = query.shape[1] if draft.layout == "heads" else draft.heads
        if (
            not heads
            or not key_value_heads
            or heads % key_value_heads
            or (draft.layout == "heads" and query.shape[-1] != head_size)
        ):
            raise Refusal(f"its {heads} query heads do not fit its {key_value_heads} key heads")
        if draft.projection is None and draft.layout == "tokens" and query.shape[-1] < heads * head_size:
            raise Refusal("its queries are narrower than its heads")
        site = MeasuredSite(
            draft=draft,
            heads=heads,
            key_value_heads=key_value_heads,
            head_size=head_size,
            scale=draft.scale or 1 / float(np.sqrt(head_size)),
            window=draft.window,
            width=heads * head_size if draft.layout == "heads" else query.shape[-1],
        )
        if draft.product is not None:
            site.scale = self._scale(draft, query[0], keys)
        site.cosines, site.sines = self._array(draft.cosines), self._array(draft.sines)
        site.sinks = self._array(draft.sinks)
        site.projection, site.bias = self._array(draft.projection), self._array(draft.bias)
        site.bias_heads = self._bias_heads(draft, heads)
        window = None if site.bias_heads else self._window(draft)
        site.window = min((one for one in (site.window, window) if one is not None), default=None)
        return site

    def _array(self, value: ir.Value | None) -> NDArray[np.float32] | None:
        """A weight, or what the graph makes of weights before it uses them.

        Raises:
            Refusal: it is made of what the graph is given.
        """
        if value is None:
            return None
        if value.const_value is not None:
            return np.asarray(value.const_value.numpy(), np.float32)
        name = name_of(value)
        array = self.values[name]
        if is_chosen_table(value):
            if not all(np.array_equal(row[name], array) for row in self._probe.long):
                raise Refusal("its queries are turned in another way when a text is long")
        elif any(one.is_graph_input() and one.const_value is None for one in upwards([value])):
            raise Refusal("a part of its attention is computed when the graph runs")
        return np.asarray(array, np.float32)

    def _keys(self, draft: DraftSite) -> NDArray[np.float32]:
        name = output_name(draft.key_present)
        tensor = next((one for one in self._subject.caches if one.present == name), None)
        if tensor is None:
            raise Refusal("its keys are not the ones in the cache")
        array = np.asarray(self.values[tensor.present], np.float32)
        return array[0, 0] if tensor.part == "both" else array[0]

    def _scale(self, draft: DraftSite, query: NDArray[Any], keys: NDArray[np.float32]) -> float:
        """By what products of captured queries and cached keys have to be multiplied before anything else."""
        group = len(query) // len(keys)
        raw = np.asarray(query, np.float32) @ np.repeat(keys, group, axis=0).swapaxes(-1, -2)
        scores = np.asarray(self.values[name_of(draft.scores)], np.float32)
        if scores.shape[-2:] != raw.shape[-2:] or scores.size != raw.size:
            raise Refusal("what its Softmax takes is of another shape than its products")
        scores = scores.reshape(raw.shape)
        seen = scores > _HIDDEN
        found = scores[seen]
        if draft.softcap:
            # Read backwards through the bound.
            found = draft.softcap * np.arctanh(np.clip(found / draft.softcap, -0.999999, 0.999999))
        products = raw[seen]
        scale = float(products @ found) / (float(products @ products) or 1.0)
        rest = float(np.abs(products * scale - found).max())
        allowed = 5e-2 if self._probe.dtype == np.float16 else 1e-3
        if not rest <= allowed * max(float(np.abs(found).max()), 1e-3):
            raise Refusal(
                "something else than a scale, a bound and a mask lies between its products and its Softmax"
            )
        return scale

    def _bias_heads(self, draft: DraftSite, heads: int) -> int:
        """For how many heads something else than nothing is added to products that are seen; 0 if for none."""
        if draft.mask is None or draft.scores is not None or draft.mask.const_value is not None:
            return 0
        mask = self.values[name_of(draft.mask)]
        if mask.dtype == np.bool_ or not np.any(np.abs(np.where(_visible(mask), mask, 0)) > _NOTHING):
            return 0
        if mask.ndim != 4 or mask.shape[0] != 1 or mask.shape[1] not in (1, heads) or not draft.causal:
            raise Refusal(f"a bias of the shape {list(mask.shape)} is added to its products")
        return int(mask.shape[1])

    def _window(self, draft: DraftSite) -> int | None:
        """How many keys a query sees, by what hides the others.

        Raises:
            Refusal: they are hidden in another way than after the query and before a window.
        """
        name = mask_name(draft)
        if name is None:
            if not draft.causal:
                raise Refusal("its queries see keys after themselves")
            return None
        counts = [self._newest_seen(row[name]) for row in self._probe.long]
        # Where all are seen, the one position sees one key more than the other.
        window = None if counts == [self._subject.capacity, self._subject.capacity - 1] else counts[0]
        if window is not None and set(counts) != {window}:
            raise Refusal("it hides keys in a pattern that is no window")
        short = _visible(self.values[name])
        rows = short.reshape(-1, short.shape[-2], short.shape[-1])
        distance = np.arange(short.shape[-2])[:, None] - np.arange(short.shape[-1])
        expected = np.ones_like(rows[0]) if draft.causal and rows[0].all() else distance >= 0
        if window is not None:
            expected = expected & (distance < window)
        if not (rows == expected).all():
            raise Refusal("it hides keys in a pattern that is no window")
        return window

    @staticmethod
    def _newest_seen(mask: NDArray[Any]) -> int:
        """How many keys a last position sees, all of them the newest.

        Raises:
            Refusal: they are others, or not the same for all heads.
        """
        rows = _visible(mask)[..., -1, :].reshape(-1, mask.shape[-1])
        if not (rows == rows[0]).all():
            raise Refusal("its heads hide different keys")
        count = int(rows[0].sum())
        if count == 0 or not rows[0][-count:].all():
            raise Refusal("it hides keys in a pattern that is no window")
        return count


def _visible(mask: NDArray[Any]) -> NDArray[np.bool_]:
    return mask if mask.dtype == np.bool_ else np.asarray(mask, np.float32) > _HIDDEN
