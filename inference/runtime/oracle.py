"""Reading one short text with a bundle's graphs and with those made to check them, for the proof.

Knows nothing about what is compared with what.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.runtime.providers import Provider, choose_provider
from inference.runtime.session import Interrupter, Session
from models.bundle import BODY_GRAPH, HEAD_GRAPH, Bundle
from models.graphs.observation import ORACLE_PREFIX, oracle_graph, unobserved_graph


@dataclass(frozen=True, slots=True)
class ProbeReading:
    """What a text made of the graphs.

    Args:
        queries: by layer, ``[tokens, heads * head_size]`` as captured.
        keys: by layer, ``[key_value_heads, tokens, head_size]``, already rotated.
        logits: ``float32 [tokens, vocabulary]`` of the graph as it runs.
        unobserved_logits: the same of the graph without observation outputs.
        attention: by layer, the CPU kernel's own weights ``[heads, tokens, tokens]`` for those queries.
    """

    queries: list[NDArray[Any]]
    keys: list[NDArray[Any]]
    logits: NDArray[np.float32]
    unobserved_logits: NDArray[np.float32]
    attention: list[NDArray[Any]]


def read_probe(bundle: Bundle, provider: Provider, ids: list[int], interrupter: Interrupter) -> ProbeReading:
    """Read a text with the bundle's graphs, unobserved, and ask the oracle.

    Args:
        bundle: what to read with.
        provider: where the observed and unobserved graphs run; the oracle always runs on the CPU.
        ids: the text.
        interrupter: what can end this from another thread.

    Raises:
        Interrupted: it was interrupted.
        VitrineError: the runtime failed.
    """
    facts, folder = bundle.facts, str(bundle.folder)
    body = bundle.folder / BODY_GRAPH
    query_names = [site.query_output for site in facts.sites]
    key_names = [site.key_cache for site in facts.sites]
    inputs = _inputs(bundle, ids)
    head = Session(str(bundle.folder / HEAD_GRAPH), provider, interrupter)

    def logits(hidden: NDArray[Any]) -> NDArray[np.float32]:
        return head.run(["logits"], {"hidden": hidden[0]})[0]

    observed = Session(str(body), provider, interrupter)
    hidden, *observations = observed.run(["hidden", *query_names, *key_names], inputs)
    queries, keys = observations[: facts.layers], observations[facts.layers :]
    del observed

    plain = Session(unobserved_graph(body, tuple(query_names)), provider, interrupter, folder)
    plain_hidden = plain.run(["hidden"], inputs)[0]
    del plain

    oracle = Session(oracle_graph(body), choose_provider("cpu"), interrupter, folder)
    del inputs["input_ids"]
    inputs |= dict(zip(query_names, queries, strict=True))
    attention = oracle.run([f"{ORACLE_PREFIX}{site.layer}" for site in facts.sites], inputs)
    width = facts.heads * facts.head_size
    return ProbeReading(
        queries=[query[0, :, :width] for query in queries],
        keys=[key[0] for key in keys],
        logits=logits(hidden),
        unobserved_logits=logits(plain_hidden),
        attention=[weights[0] for weights in attention],
    )


def _inputs(bundle: Bundle, ids: list[int]) -> dict[str, NDArray[Any]]:
    facts = bundle.facts
    dtype = np.float16 if facts.precision == "fp16" else np.float32
    empty = np.zeros((1, facts.key_value_heads, 0, facts.head_size), dtype)
    inputs: dict[str, NDArray[Any]] = {
        "input_ids": np.asarray([ids], np.int64),
        "seqlens_k": np.asarray([len(ids) - 1], np.int32),
        "total_sequence_length": np.asarray(len(ids), np.int32),
    }
    for layer in range(facts.layers):
        inputs[f"past.{layer}.key"] = inputs[f"past.{layer}.value"] = empty
    return inputs
