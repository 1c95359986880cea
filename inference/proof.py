"""The proof that what is shown is what the model did, measured on this machine.

Knows nothing about who shows the badge.

A text is read the way every prompt is. What the model gave its attention kernels is also given to the CPU
kernel that can put out its own weights (the oracle), or the graph's own Softmax is one, and the reconstruction is
compared with those, over all layers, heads, queries and keys. The logits are compared with those of the graph
without its observation outputs, of an export those of the file as it is.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace

import numpy as np

from inference.attention_reader import AttentionReader
from inference.contract import FloatArray, Proof
from inference.memory import check_memory
from inference.runtime.decoder import Decoder
from inference.runtime.failures import OUT_OF_MEMORY, runtime_failure
from inference.runtime.oracle import Oracle
from inference.runtime.providers import Provider, runtime_version
from inference.runtime.session import Interrupter
from inference.runtime.untouched import untouched_logits
from models.attention_site import AttentionSite
from models.bundle import PROOFS, Bundle
from models.errors import VitrineError

PROBE = (
    "A quick check that pictures tell the truth: numbers 0123456789, two languages (“não sei”), "
    "code like `for i in range(3): print(i)`, and a sentence that goes back to its beginning, a quick check."
)
"""Read by every model once; varied enough to make heads differ."""

TOLERANCE = {"float32": 1e-5, "float16": 5e-3}
"""Largest difference by type of captured queries and cached keys at which reconstructed attention is shown."""


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


def proof_of(bundle: Bundle, provider: Provider, interrupter: Interrupter) -> Proof:
    """The proof that is known, or else is made now and kept; for whoever has loaded no model.

    Args:
        bundle: of the model.
        provider: that runs it.
        interrupter: what can end this from another thread.

    Raises:
        Interrupted: it was interrupted.
        TokenizerError: the bundle's tokenizer is damaged.
    """
    proof = known_proof(bundle, provider)
    if proof is not None:
        return proof
    ids = bundle.tokenizer().encode(PROBE)
    try:
        check_memory(bundle.facts.name, bundle.facts.report.weight_bytes)
        proof = prove(bundle, provider, ids, interrupter)
    except VitrineError as error:
        return could_not_run(error, len(ids))
    if proof.measured:
        keep_proof(bundle, provider, proof)
    return proof


def prove(
    bundle: Bundle,
    provider: Provider,
    ids: list[int],
    interrupter: Interrupter,
    between: Callable[[], None] = lambda: None,
    context: int | None = None,
) -> Proof:
    """Measure the proof with decoders of its own.

    Args:
        bundle: of the model.
        provider: that runs it.
        ids: the probe, `PROBE` in the model's own tokens; as much of it is read as the context has room for.
        interrupter: what can end this from another thread.
        between: called between its parts, for whoever must not wait; may raise to end it.
        context: most positions, where there is no room for the model's own.

    Raises:
        Interrupted: it was interrupted.
        VitrineError: there is not enough memory for it.
    """
    ids = ids[: bundle.facts.context if context is None else context]
    # Whether steps can be replayed is found out when the model is loaded, by comparing them.
    provider = replace(provider, graphs=False)
    try:
        delta = None
        if bundle.facts.sites:
            delta = attention_delta(bundle, provider, ids, interrupter, between, context)
        decoder = Decoder(bundle, provider, interrupter, context=context)
        between()
        for _ in _reading(decoder, ids, 1 if bundle.facts.wiring.rows_apart else len(ids)):
            between()
        logits = np.concatenate([rows for _, rows in decoder.logits(0, len(ids))])
        between()
        del decoder  # one model less in memory while the next one runs
        return verdict(bundle, delta, logits_delta(logits, bundle, provider, ids, interrupter), len(ids))
    except (VitrineError, MemoryError) as raised:
        error = runtime_failure(raised)
        if error.case == OUT_OF_MEMORY:
            raise error from raised
        return could_not_run(error, len(ids))


def could_not_run(error: VitrineError, tokens: int) -> Proof:
    """What there is to say of a proof that was not to be had: nothing is shown that is not proved.

    Args:
        error: why.
        tokens: length of the probe.
    """
    return Proof("refused", None, None, tokens, f"The check could not run: {error.what}")


DECODED = 4
"""Tokens at the probe's end that are read one at a time, as while writing."""


def attention_delta(
    bundle: Bundle,
    provider: Provider,
    ids: list[int],
    interrupter: Interrupter,
    between: Callable[[], None] = lambda: None,
    context: int | None = None,
) -> float:
    """Read a text from its beginning, the last tokens one by one, and ask the oracle about every run.

    Args:
        bundle: of the model.
        provider: that runs it.
        ids: the text, not empty.
        interrupter: what can end this from another thread.
        between: called between its parts; may raise to end it.
        context: as in `prove`.

    Returns:
        Largest absolute difference between reconstructed and the kernel's own attention over all layers, heads,
        queries and keys; NaN where either is.

    Raises:
        Interrupted: it was interrupted.
        VitrineError: the runtime failed.
    """
    oracle = Oracle(bundle, interrupter)
    silent = [site.output for site in bundle.facts.sites if site.output]
    decoder = Decoder(bundle, provider, interrupter, watched=[*oracle.watched, *silent], context=context)
    between()
    reader = AttentionReader(decoder)
    caches = range(len(bundle.facts.wiring.caches))
    start, worst = 0, []
    for done in _reading(decoder, ids, max(len(ids) - DECODED, 1)):
        past = [decoder.cache.first(index, start) for index in caches]
        truth = oracle.attention(decoder.last_values(), past)
        for site, weights in zip(decoder.sites, truth, strict=True):
            shown = reader.rows(site.layer, start, done)
            if weights is not None:
                worst.append(np.abs(shown - weights).max())
            else:
                worst.append(_output_delta(decoder, site, shown, done))
        start = done
        between()
    return float(np.max(worst))


def _output_delta(decoder: Decoder, site: AttentionSite, shown: FloatArray, length: int) -> float:
    """For a kernel that cannot put out its weights: how far what it mixed is from the values mixed by `shown`."""
    both = decoder.cache.first(site.keys, length)
    values = np.asarray(both[1] if both.ndim == 4 else decoder.cache.first(site.keys + 1, length), np.float32)
    mixed = shown @ np.repeat(values, site.heads // len(values), axis=0)
    output = np.asarray(decoder.last_values()[site.output], np.float32)[0]
    return float(np.abs(mixed.swapaxes(0, 1).reshape(output.shape) - output).max())


def _reading(decoder: Decoder, ids: list[int], many: int) -> Iterator[int]:
    """Read the first tokens together and the rest one by one."""
    yield from decoder.prefill(ids[:many], 0)
    for position in range(many, len(ids)):
        decoder.decode(ids[position], position)
        yield position + 1


def logits_delta(
    logits: FloatArray, bundle: Bundle, provider: Provider, ids: list[int], interrupter: Interrupter
) -> float:
    """What observing changes: the largest absolute difference from the logits of the untouched graph.

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
    if bundle.facts.untouched is not None:
        plain = untouched_logits(bundle, provider, ids, interrupter)
        return float(np.abs(plain - logits[-len(plain) :]).max())
    unobserved = Decoder(bundle, provider, interrupter, capture=False)
    for _ in unobserved.prefill(ids, 0):
        pass
    rows = unobserved.logits(0, len(ids))
    return float(np.max([np.abs(plain - logits[row : row + len(plain)]).max() for row, plain in rows]))


def verdict(bundle: Bundle, delta: float | None, changed: float, tokens: int) -> Proof:
    """What the measurements prove.

    Args:
        bundle: of the model; its precision decides what is allowed.
        delta: from `attention_delta`; ``None`` where the model's attention cannot be shown.
        changed: from `logits_delta`.
        tokens: length of the text.
    """
    facts = bundle.facts
    if delta is None:
        reason = facts.report.attention_refused or "This model has no attention that can be observed."
        return Proof("refused", None, changed, tokens, reason)
    allowed = max(TOLERANCE[one] for one in (facts.wiring.query_dtype, facts.wiring.cache_dtype))
    if not delta <= allowed:
        reason = f"It differs from the kernel's own attention by {delta:.1e}, more than {allowed:.0e}."
        return Proof("refused", delta, changed, tokens, reason)
    through_output = any(site.output for site in facts.sites)
    decomposed = all(site.kind == "Softmax" for site in facts.sites)
    truth = "the graph's own Softmax" if decomposed else "the CPU kernel's own attention"
    if through_output:
        truth = "what the CPU kernel mixed by its own attention"
    reason = (
        f"Compared with {truth} on {tokens:,} tokens, all layers and heads; "
        f"observing changed the logits by {changed:.1e}."
    )
    return Proof("reconstructed", delta, changed, tokens, reason)


def _circumstances(provider: Provider) -> str:
    return f"onnxruntime {runtime_version()}, {provider.choice.name}, {provider.choice.device}"
