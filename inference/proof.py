"""The proof that what is shown is what the model did, measured on this machine.

Knows nothing about who shows the badge.

A probe text is read by the graph as it runs and by the graph without its observation outputs: the logits must
be the same. What the running graph gave its attention kernels is then given to the CPU kernel, which can put
out its own weights (the oracle); the reconstruction is compared with those, over all layers, heads, queries and
keys.
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import asdict

import numpy as np

from inference.attention import attention_rows
from inference.contract import Proof
from inference.runtime.oracle import read_probe
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
    """Measure the proof.

    Args:
        bundle: of the model.
        provider: that runs it.
        ids: the probe, `PROBE` in the model's own tokens.
        interrupter: what can end this from another thread.

    Raises:
        Interrupted: it was interrupted.
    """
    try:
        reading = read_probe(bundle, provider, ids, interrupter)
    except VitrineError as error:
        return Proof("refused", None, None, len(ids), f"The check could not run: {error.what}")
    delta = max(
        float(np.abs(attention_rows(site, queries, keys, 0) - truth[..., : len(ids)]).max())
        for site, queries, keys, truth in zip(
            bundle.facts.sites, reading.queries, reading.keys, reading.attention, strict=True
        )
    )
    logits_delta = float(np.abs(reading.logits - reading.unobserved_logits).max())
    allowed = TOLERANCE[bundle.facts.precision]
    if not delta <= allowed:
        reason = f"It differs from the kernel's own attention by {delta:.1e}, more than {allowed:.0e}."
        return Proof("refused", delta, logits_delta, len(ids), reason)
    reason = (
        f"Compared with the CPU kernel's own attention on {len(ids)} tokens, all layers and heads; "
        f"observing changed the logits by {logits_delta:.1e}."
    )
    return Proof("reconstructed", delta, logits_delta, len(ids), reason)


def _circumstances(provider: Provider) -> str:
    return f"onnxruntime {runtime_version()}, {provider.choice.name}, {provider.choice.device}"
