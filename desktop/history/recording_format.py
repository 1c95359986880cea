"""The facts of a recording as JSON, ``recording.json`` of a ``.vitrine`` file. Version 1.

Knows nothing about the arrays but which there must be.

The text is one object:

- ``format``: ``"vitrine-recording"``; ``version``: 1. A reader refuses a higher version.
- ``model``: ``name``, ``architecture``, ``parameters``, ``precision``, ``layers``, ``heads``, ``context``, ``folder``
  (a name without a path), ``chat_template`` (or null), ``template_edited``, ``end_ids``, ``provider`` (``name``,
  ``device``, ``threads``) and ``report`` (as `ImportReport`).
- ``proof``: null, or ``kind``, ``max_delta`` (or null), ``logits_delta`` (or null), ``tokens``, ``reason``.
- ``tokens``: of the sequence; ``read``: how many of them the model has read; ``first_row``: the first whose logits
  are kept; ``vocabulary``: logits of a row; ``pieces``: tokens that have a name.
- ``layers``: each with ``kind``, ``heads``, ``key_value_heads``, ``head_size``, ``scale``, ``window`` (or null),
  ``softcap``, ``sinks`` (null, or for each head a number, or null where it has none), ``bias`` (null, or which),
  ``queries`` and ``keys`` (``"float16"`` or ``"float32"``).
- ``biases``: each with ``heads`` and ``type`` (as ``queries``).

What weights are made of these is written at `inference.attention`; queries and keys are as products take them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np

from desktop.history.errors import DocumentError
from desktop.history.fields import Fields, number, parse_json, refuse
from desktop.history.recorded_model import (
    LARGEST_NUMBER,
    LONGEST_TEXT,
    MOST_HEADS,
    MOST_LAYERS,
    finite,
    finite_or_none,
    model_record,
    proof_record,
    read_model,
    read_proof,
)
from inference.contract import FloatArray, Loaded, Proof, RecordedBias, RecordedLayer
from inference.recording import Recording
from models.attention_site import AttentionSite

FORMAT, VERSION = "vitrine-recording", 1

LARGEST_FACTS = 16 << 20
"""Bytes of the text at most."""

LARGEST_HEAD = 8192
MOST_TOKENS = 4_000_000
MOST_PIECES = 1 << 22
"""Of a recording, at most; its arrays are bounded by `LARGEST_RECORDING` besides."""

MOST_SCORES = 1 << 20
"""Heads of a layer times tokens at most: what is looked at together grows with that, not with the file."""

LARGEST_FACTOR = 1e6
LARGEST_ENTRY = 1e9
LARGEST_SCORE = 1e30
"""Of scales and bounds, of queries and keys, of what takes part in a softmax: with them no sum overflows."""

_TYPES = ("float16", "float32")


@dataclass(frozen=True, slots=True)
class RecordingFacts:
    """What the text says.

    Args:
        model: what was loaded, without pieces and special IDs.
        proof: of it.
        tokens: of the sequence.
        read: how many of them the model has read.
        first_row: first row whose logits are kept.
        vocabulary: logits of a row.
        pieces: tokens that have a name.
        layers: by layer.
        biases: of all layers.
    """

    model: Loaded
    proof: Proof | None
    tokens: int
    read: int
    first_row: int
    vocabulary: int
    pieces: int
    layers: tuple[RecordedLayer, ...]
    biases: tuple[RecordedBias, ...]


def write_facts(recording: Recording) -> bytes:
    """The facts of a recording as JSON text."""
    model, proof, outline = recording.model, recording.proof, recording.outline
    record = {
        "format": FORMAT,
        "version": VERSION,
        "model": model_record(model),
        "proof": None if proof is None else proof_record(proof),
        "tokens": len(outline.ids),
        "read": outline.read,
        "first_row": recording.first_row,
        "vocabulary": outline.vocabulary,
        "pieces": len(model.vocabulary),
        "layers": [_layer_record(layer) for layer in outline.layers],
        "biases": [{"heads": bias.heads, "type": bias.dtype} for bias in outline.biases],
    }
    return json.dumps(record, ensure_ascii=True, allow_nan=False, indent=1).encode()


def _layer_record(layer: RecordedLayer) -> dict[str, Any]:
    site = layer.site
    return {
        "kind": site.kind,
        "heads": site.heads,
        "key_value_heads": site.key_value_heads,
        "head_size": site.head_size,
        "scale": site.scale,
        "window": site.window,
        "softcap": site.softcap,
        "sinks": None if layer.sinks is None else [finite_or_none(float(sink)) for sink in layer.sinks],
        "bias": None if site.mask is None else int(site.mask),
        "queries": layer.query_dtype,
        "keys": layer.key_dtype,
    }


def read_facts(data: bytes) -> RecordingFacts:
    """The facts out of JSON text.

    Raises:
        DocumentError: they are none, are damaged, or from a newer version.
    """
    top = Fields(parse_json(data), "the recording")
    if top.raw("format") != FORMAT:
        refuse(top.at("format"), f"is not “{FORMAT}”")
    version = top.whole("version", 1, LARGEST_NUMBER)
    if version > VERSION:
        raise DocumentError(
            "newer-document",
            f"The recording was made by a newer Vitrine (version {version}, this one knows {VERSION}).",
            "Update Vitrine and open it again.",
        )
    tokens = top.whole("tokens", 1, MOST_TOKENS)
    read = top.whole("read", 1, tokens)
    vocabulary = top.whole("vocabulary", 1, MOST_PIECES)
    pieces = top.whole("pieces", vocabulary, MOST_PIECES)
    biases = tuple(
        RecordedBias(one.whole("heads", 1, MOST_HEADS), one.choice("type", _TYPES))
        for one in top.objects("biases", MOST_LAYERS)
    )
    return RecordingFacts(
        model=read_model(top.object("model"), pieces),
        proof=read_proof(top.object("proof")) if top.has("proof") else None,
        tokens=tokens,
        read=read,
        first_row=top.whole("first_row", 0, read),
        vocabulary=vocabulary,
        pieces=pieces,
        layers=tuple(
            _layer(index, one, read, biases) for index, one in enumerate(top.objects("layers", MOST_LAYERS))
        ),
        biases=biases,
    )


def _layer(index: int, one: Fields, read: int, biases: tuple[RecordedBias, ...]) -> RecordedLayer:
    heads = one.whole("heads", 1, MOST_HEADS)
    if heads * read > MOST_SCORES:
        refuse(one.at("heads"), f"is {heads:,}, more than can be shown of {read:,} tokens")
    shared = one.whole("key_value_heads", 1, heads)
    if heads % shared:
        refuse(one.at("key_value_heads"), f"is {shared}, which does not divide {heads} heads")
    head_size = one.whole("head_size", 1, LARGEST_HEAD)
    sinks = _sinks(one, heads) if one.has("sinks") else None
    bias = None
    if one.has("bias"):
        bias = one.whole("bias", 0, len(biases) - 1)
        if biases[bias].heads not in (1, heads):
            refuse(one.at("bias"), f"is of {biases[bias].heads} heads where there are {heads}")
    site = AttentionSite(
        layer=index,
        kind=one.text("kind", LONGEST_TEXT),
        heads=heads,
        key_value_heads=shared,
        head_size=head_size,
        scale=finite(one, "scale", LARGEST_FACTOR),
        kernel="",
        query="",
        layout="tokens",
        width=heads * head_size,
        keys=index,
        window=one.whole("window", 1, LARGEST_NUMBER) if one.has("window") else None,
        softcap=_softcap(one),
        sinks=None if sinks is None else "sinks",
        mask=None if bias is None else str(bias),
    )
    return RecordedLayer(site, sinks, one.choice("queries", _TYPES), one.choice("keys", _TYPES))


def _sinks(one: Fields, heads: int) -> FloatArray:
    place = one.at("sinks")
    found = [number(value, place) for value in one.entries("sinks", heads)]
    sinks = np.array([-np.inf if sink is None else sink for sink in found], np.float64)
    if len(sinks) != heads or (np.abs(sinks[np.isfinite(sinks)]) > LARGEST_SCORE).any():
        refuse(place, f"is not a number for each of {heads} heads")
    return sinks.astype(np.float32)


def _softcap(one: Fields) -> float:
    softcap = finite(one, "softcap", LARGEST_FACTOR)
    if softcap and softcap < 1 / LARGEST_FACTOR:
        refuse(one.at("softcap"), f"is {softcap}, which bounds everything to nothing")
    return softcap
