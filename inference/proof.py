"""The proof that what is shown is what the model did, measured on this machine.

Knows nothing about who shows the badge.

A text is read the way every prompt is. What the model gave its attention kernels is also given to the CPU
kernel that can put out its own weights (the oracle), and the reconstruction is compared with those, over all
layers, heads, queries and keys. The logits are compared with those of the graph without its observation outputs:
they must be the same.
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import asdict

import numpy as np

from inference.attention import attention_rows
from inference.contract import FloatArray, Proof
from inference.runtime.decoder import Decoder
from inference.runtime.oracle import Oracle
from inference.runtime.providers import Provider, runtime_version
from inference.runtime.session import Interrupter
from models.bundle import PROOFS, Bundle
from models.errors import VitrineError

PROBE = (
    "A quick check that pictures tell the truth: numbers 0123456789, two languages (“não sei”), "
    "code like `for i in range(3): print(i)`, and a sentence that goes back to its beginning, a quick check."
)
"""Read by every model once; varied enough to make heads differ."""

TOLERANCE = {"int8": 1e-5, "fp16": 5e-3}
"""Largest difference by precision at which reconstructed attention is shown."""


def known_proof(bundle: Bundle, provider: Provider) -> Proof | None:
    """The proof made earlier with this runtime on this device, if there is one."""
    try:
        proofs = json.loads((bundle.folder / PROOFS).read_text("utf-8"))
        return Proof(**proofs[_circumstances(provider)])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def keep_proof(bundle: Bundle, provider: Provider, proof: Proof) -> None:
    """Remember a proof beside the bundle; where that cannot be written it is made again next time."""
    path = bundle.folder / PROOFS
    proofs = {}
    with contextlib.suppress(OSError, ValueError):
        proofs = json.loads(path.read_text("utf-8"))
    with contextlib.suppress(OSError):
        path.write_text(json.dumps({**proofs, _circumstances(provider): asdict(proof)}, indent=1), "utf-8")


def prove(bundle: Bundle, provider: Provider, ids: list[int], interrupter: Interrupter) -> Proof:
    """Measure the proof with a decoder of its own.

    Args:
        bundle: of the model.
        provider: that runs it.
        ids: the probe, `PROBE` in the model's own tokens; as much of it is read as the context has room for.
        interrupter: what can end this from another thread.

    Raises:
        Interrupted: it was interrupted.
    """
    ids = ids[: bundle.facts.context]
    try:
        decoder = Decoder(bundle, provider, interrupter)
        delta = attention_delta(decoder, Oracle(bundle, interrupter), ids)
        logits = np.concatenate([rows for _, rows in decoder.logits(0, len(ids))])
        del decoder  # one model less in memory while the next one runs
        return verdict(bundle, delta, logits_delta(logits, bundle, provider, ids, interrupter), len(ids))
    except VitrineError as error:
        return Proof("refused", None, None, len(ids), f"The check could not run: {error.what}")


def attention_delta(decoder: Decoder, oracle: Oracle, ids: list[int]) -> float:
    """Read a text with a decoder, from its beginning, and ask the oracle about every run.

    Args:
        decoder: with captures; its cache and captures hold the text afterwards.
        oracle: of the same bundle.
        ids: the text, not empty.

    Returns:
        Largest absolute difference between reconstructed and the kernel's own attention over all layers, heads,
        queries and keys; NaN where either is.

    Raises:
        Interrupted: it was interrupted.
        VitrineError: the runtime failed.
    """
    start, worst = 0, []
    for done in decoder.prefill(ids, 0):
        keys_values = [
            (decoder.cache.keys(site.layer, start), decoder.cache.values(site.layer, start))
            for site in decoder.sites
        ]
        truth = oracle.attention(list(decoder.last_run), keys_values)
        for site, weights in zip(decoder.sites, truth, strict=True):
            queries = decoder.queries[site.layer, start:done]
            shown = attention_rows(site, queries, decoder.cache.keys(site.layer, done), start)
            worst.append(np.abs(shown - weights).max())
        start = done
    return float(np.max(worst))


def logits_delta(
    logits: FloatArray, bundle: Bundle, provider: Provider, ids: list[int], interrupter: Interrupter
) -> float:
    """What observing changes: the largest absolute difference from the logits of the unobserved graph.

    Args:
        logits: ``float32 [tokens, vocabulary]`` of the observed graph.
        bundle: of the model.
        provider: that runs it.
        ids: the text they are of.
        interrupter: what can end this from another thread.

    Raises:
        Interrupted: it was interrupted.
        VitrineError: the runtime failed.
    """
    unobserved = Decoder(bundle, provider, interrupter, capture=False)
    for _ in unobserved.prefill(ids, 0):
        pass
    rows = unobserved.logits(0, len(ids))
    return float(np.max([np.abs(plain - logits[row : row + len(plain)]).max() for row, plain in rows]))


def verdict(bundle: Bundle, delta: float, changed: float, tokens: int) -> Proof:
    """What the measurements prove.

    Args:
        bundle: of the model; its precision decides what is allowed.
        delta: from `attention_delta`.
        changed: from `logits_delta`.
        tokens: length of the text.
    """
    allowed = TOLERANCE[bundle.facts.precision]
    if not delta <= allowed:
        reason = f"It differs from the kernel's own attention by {delta:.1e}, more than {allowed:.0e}."
        return Proof("refused", delta, changed, tokens, reason)
    reason = (
        f"Compared with the CPU kernel's own attention on {tokens:,} tokens, all layers and heads; "
        f"observing changed the logits by {changed:.1e}."
    )
    return Proof("reconstructed", delta, changed, tokens, reason)


def _circumstances(provider: Provider) -> str:
    return f"onnxruntime {runtime_version()}, {provider.choice.name}, {provider.choice.device}"
