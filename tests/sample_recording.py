"""A small recording whose numbers follow formulas, for tests of what keeps, shows or answers from one.

Knows no model.
"""

from __future__ import annotations

import numpy as np

from inference.contract import (
    Loaded,
    Proof,
    ProviderChoice,
    RecordedBias,
    RecordedLayer,
    RecordingOutline,
)
from inference.recording import Recording, recorded_arrays
from inference.sampling.distribution import entropy, log_softmax, rank
from models.attention_site import AttentionSite
from tests.sample_report import REPORT

IDS = (2, 5, 7, 5, 3, 9, 1)
"""The last one was written and not read."""

READ, FIRST_ROW, VOCABULARY = 6, 3, 11
HEADS, KEY_VALUE_HEADS, HEAD_SIZE = 4, 2, 3

MODEL = Loaded(
    name="Recorded-2x4",
    architecture="llama",
    parameters=1_234,
    precision="8-bit blocks of 32",
    layers=2,
    heads=HEADS,
    vocabulary=(b"<|end|>", b"", b"\xe3", *(f" {number}".encode() for number in range(VOCABULARY - 3))),
    special_ids=frozenset({0}),
    end_ids=frozenset({0, 1}),
    context=512,
    provider=ProviderChoice("CPU", "recorded", "Test processor", 2),
    chat_template="{{ messages }}\ud83d",
    load_ms=0.0,
    imported=False,
    folder="recorded-2x4",
    report=REPORT,
    recorded=True,
)
PROOF = Proof("reconstructed", 2.4e-7, 0.0, 64, "compared on 64 tokens")


def site(
    layer: int, bias: int | None = None, sinks: bool = False, window: int | None = None
) -> AttentionSite:
    """One of the sample's layers."""
    return AttentionSite(
        layer=layer,
        kind="GroupQueryAttention",
        heads=HEADS,
        key_value_heads=KEY_VALUE_HEADS,
        head_size=HEAD_SIZE,
        scale=0.5,
        kernel="",
        query="",
        layout="tokens",
        width=HEADS * HEAD_SIZE,
        keys=layer,
        window=window,
        softcap=2.0 if window else 0.0,
        sinks="sinks" if sinks else None,
        mask=None if bias is None else str(bias),
    )


def sample_recording(first_row: int = FIRST_ROW) -> Recording:
    """A layer of 32-bit numbers with sinks, a window and a bound, one of 16-bit numbers with a bias.

    Args:
        first_row: first row whose logits are kept.
    """
    sinks = np.array([0.1, 0.0, -1.0, -np.inf], np.float32)
    outline = RecordingOutline(
        np.array(IDS),
        READ,
        VOCABULARY,
        (
            RecordedLayer(site(0, sinks=True, window=3), sinks, "float32", "float32"),
            RecordedLayer(site(1, bias=0), None, "float16", "float16"),
        ),
        (RecordedBias(1, "float32"),),
    )
    dice = np.random.default_rng(7)
    arrays = {
        one.name: dice.standard_normal(one.shape).astype(one.dtype)
        for one in recorded_arrays(outline, first_row)
    }
    arrays["bias/0"] = np.tril(arrays["bias/0"])
    every = np.random.default_rng(8).standard_normal((READ, VOCABULARY)).astype(np.float32)
    every[:, 4] = -np.inf
    arrays["logits"] = every[first_row:]
    following = np.array(IDS[1:])
    logprobs = np.take_along_axis(log_softmax(every), following[:, None], axis=1)[:, 0]
    arrays["statistics"] = np.array([
        [np.nan, *logprobs],
        [0, *rank(every, following)],
        [np.nan, *entropy(every).astype(np.float32)],
    ])  # fmt: skip
    return Recording(MODEL, PROOF, outline, first_row, arrays)
