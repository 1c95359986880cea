"""From the outline of an export to what runs and shows it: body, head, wiring, attention sites and their arrays.

Knows nothing about folders, tokenizers or where the result is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx_ir as ir
from numpy.typing import NDArray

from models.attention_site import AttentionSite
from models.errors import ModelFileError
from models.escaping import escape_text
from models.exports.outline import Outline
from models.graph_runner import GraphRunner
from models.import_report import SiteCount
from models.observing.caches import match_caches
from models.observing.cut import Cut, find_cut, logits_output, no_logits
from models.observing.draft import DraftSite, Refusal
from models.observing.graphs import head_graph, head_nodes, prepare, with_outputs
from models.observing.inlining import inline_functions
from models.observing.inputs import body_inputs, embedding_shape
from models.observing.kinds import KINDS
from models.observing.measuring import Measured, MeasuredSite, measure
from models.observing.merged import take_branch_with_past
from models.observing.probing import Subject
from models.observing.sizes import largest_table
from models.wiring import CacheTensor, Wiring

_ROUNDING_TOGETHER = ("DynamicQuantizeLinear", "DynamicQuantizeMatMul")
"""Operators that round all rows they are given by one scale: what is in one row changes the others."""

LEAST_CONTEXT = 2
"""Positions: a token that is read, and one that is written."""

MOST_BIAS_MAPS = 8
"""Maps of positions × positions that are kept because they are added to products, at most."""


@dataclass(frozen=True, slots=True, eq=False)
class Observed:
    """An export that can be run and looked into.

    Args:
        body: serialised graph, its weights named relative to the outline's folder.
        head: as the body.
        wiring: of both.
        sites: by layer; none where attention is refused.
        counts: attention operations by kind, refused ones included.
        refused: why attention cannot be shown, one sentence; ``None`` where it can.
        arrays: that the sites name.
        vocabulary: tokens.
        context: most positions of a sequence.
        logits: name of the export's own output with them.
    """

    body: bytes
    head: bytes
    wiring: Wiring
    sites: tuple[AttentionSite, ...]
    counts: tuple[SiteCount, ...]
    refused: str | None
    arrays: dict[str, NDArray[Any]]
    vocabulary: int
    context: int
    logits: str


def observe(outline: Outline, context: int, open_graph: GraphRunner) -> Observed:
    """Find everything that is needed to run an export and to look into it.

    Args:
        outline: of the export.
        context: most positions that are wanted; tables in the graph may allow fewer.
        open_graph: runs graphs.

    Raises:
        ModelFileError: it is no decoder that can be run here.
        VitrineError: the runtime refuses it.
    """
    model = outline.model
    inline_functions(model)
    take_branch_with_past(model)
    prepare(model)
    inputs = body_inputs(model.graph)
    drafts, counts, refused = _drafts(model)
    caches = match_caches(model.graph, drafts)
    logits = logits_output(model.graph, [tensor.present for tensor in caches])
    cut = find_cut(model.graph, logits)
    capacity = largest_table(model.graph, inputs, context)
    if capacity < LEAST_CONTEXT:
        raise ModelFileError(
            "context-too-short",
            f"The model has room for {max(capacity, 0):,} positions; at least {LEAST_CONTEXT} are needed.",
            "Export the model for longer texts.",
        )

    def measured_with(where: Cut) -> Measured:
        subject = Subject(model, outline.folder, inputs, caches, drafts, where, logits, capacity)
        return measure(subject, open_graph)

    measured = measured_with(cut)
    embedding = embedding_shape(model.graph, inputs)
    if embedding is not None and embedding[0] != measured.vocabulary == embedding[1]:
        raise no_logits(escape_text(logits.name or ""))
    refused = refused or measured.refused
    masks = tuple(
        dict.fromkeys(
            (one.draft.mask.name or "", one.bias_heads)
            for one in measured.sites
            if one.bias_heads and one.draft.mask
        )
    )
    if sum(heads for _, heads in masks) > MOST_BIAS_MAPS:
        refused = refused or "a bias of its own is added to the products of every head"
        masks = ()
    sites, arrays = ((), {}) if refused else _sites(measured.sites, caches)
    queries = dict.fromkeys(site.query for site in sites)
    state = cut.state.name or ""
    body = with_outputs(
        model, [state, *queries, *(name for name, _ in masks), *(tensor.present for tensor in caches)]
    )
    wiring = Wiring(
        inputs=inputs,
        caches=caches,
        in_place=_appends_in_place(model.graph, caches),
        cache_dtype=_numpy_type(model.graph, caches[0].past),
        hidden=state,
        hidden_dtype=measured.state_dtype,
        hidden_rank=measured.state_rank,
        hidden_width=measured.state_width,
        head_input=cut.start.name or "",
        head_rank=measured.start_rank,
        head_output=(logits.name or "") if cut.start is not logits else f"{logits.name}.rows",
        logits_dtype=measured.logits_dtype,
        query_dtype=measured.query_dtype,
        in_parts=measured.in_parts,
        masks=masks,
        rows_apart=any(node.op_type in _ROUNDING_TOGETHER for node in head_nodes(cut, logits)),
    )
    return Observed(
        body=body,
        head=head_graph(model, cut, logits, measured.start_rank, measured.state_dtype),
        wiring=wiring,
        sites=sites,
        counts=counts,
        refused=None if refused is None else f"{refused[0].upper()}{refused[1:]}.",
        arrays=arrays,
        vocabulary=measured.vocabulary,
        context=capacity,
        logits=logits.name or "",
    )


def _drafts(model: ir.Model) -> tuple[list[DraftSite], tuple[SiteCount, ...], str | None]:
    drafts: list[DraftSite] = []
    counts: dict[str, int] = {}
    refused: str | None = None
    for node in model.graph:
        finder = KINDS.get((node.domain, node.op_type))
        if finder is None:
            continue
        kind = (
            node.op_type if not node.domain or node.op_type != "Attention" else f"Attention ({node.domain})"
        )
        try:
            draft = finder(node)
        except Refusal as refusal:
            refused = refused or str(refusal)
            counts[kind] = counts.get(kind, 0) + 1
            continue
        if draft is not None:
            drafts.append(draft)
            counts[kind] = counts.get(kind, 0) + 1
    found = tuple(SiteCount(kind, count) for kind, count in counts.items())
    if not found:
        refused = "no attention operation was found in the graph"
    return ([] if refused else drafts), found, refused


def _sites(
    measured: list[MeasuredSite], caches: tuple[CacheTensor, ...]
) -> tuple[tuple[AttentionSite, ...], dict[str, NDArray[Any]]]:
    from models.observing.caches import output_name

    arrays: dict[str, NDArray[Any]] = {}
    tables: dict[bytes, str] = {}
    presents = [tensor.present for tensor in caches]
    sites = []
    for layer, site in enumerate(measured):
        draft = site.draft
        kernel = draft.node.name if draft.weights is None else draft.weights.name
        width = site.heads * site.head_size
        sinks = projection = bias = None
        if draft.sinks is not None or draft.smooth:
            sinks = f"sinks.{layer}"
            arrays[sinks] = np.zeros(site.heads, np.float32) if site.sinks is None else site.sinks
        if site.projection is not None:
            projection = f"projection.{layer}"
            arrays[projection] = site.projection[:, :width]
        if site.bias is not None:
            bias = f"query_bias.{layer}"
            arrays[bias] = site.bias.reshape(-1)[:width]
        sites.append(
            AttentionSite(
                layer=layer,
                kind=draft.kind,
                heads=site.heads,
                key_value_heads=site.key_value_heads,
                head_size=site.head_size,
                scale=site.scale,
                kernel=kernel or "",
                query=draft.query.name or "",
                layout=draft.layout,
                width=site.width,
                keys=presents.index(output_name(draft.key_present) or ""),
                projection=projection,
                query_bias=bias,
                rotary=_rotary(site, arrays, tables),
                interleaved=draft.interleaved,
                window=site.window,
                softcap=draft.softcap,
                sinks=sinks,
                mask=draft.mask.name if site.bias_heads and draft.mask is not None else None,
                output=(draft.node.outputs[0].name or "") if draft.silent else "",
            )
        )
    return tuple(sites), arrays


def _rotary(site: MeasuredSite, arrays: dict[str, NDArray[Any]], tables: dict[bytes, str]) -> str | None:
    """Name of a site's tables, which most layers share."""
    if site.cosines is None or site.sines is None:
        return None
    content = site.cosines.tobytes()
    if content not in tables:
        tables[content] = f"rotary.{len(tables)}"
        arrays[f"{tables[content]}.cosines"] = site.cosines
        arrays[f"{tables[content]}.sines"] = site.sines
    return tables[content]


def _appends_in_place(graph: ir.Graph, caches: tuple[CacheTensor, ...]) -> bool:
    """Whether every cache goes straight into and out of a kernel that appends where past and present are one."""
    pasts = {tensor.past for tensor in caches}
    presents = {tensor.present for tensor in caches}
    for value in graph.inputs:
        uses = value.uses() if value.name in pasts else ()
        if any(usage.node.op_type != "GroupQueryAttention" for usage in uses):
            return False
    return all(
        (node := value.producer()) is not None and node.op_type == "GroupQueryAttention"
        for value in graph.outputs
        if value.name in presents
    )


def _numpy_type(graph: ir.Graph, name: str) -> str:
    value = next(value for value in graph.inputs if value.name == name)
    assert value.dtype is not None
    return str(np.dtype(value.dtype.numpy()))
