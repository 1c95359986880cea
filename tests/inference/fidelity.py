"""How far an engine's next-token distributions are from the exact computation, on replies of the default model.

Knows nothing about how an engine computes; llama.cpp runs in its own interpreter, `llama_cpp_logits.py`.

The replies of `replies.json` are what the model itself writes, so that the measure is about what people see; they
are fed token by token whatever an engine would have chosen.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inference.runtime.decoder import Decoder
from inference.sampling.distribution import log_softmax
from models.tokenizer.tokenizer import Tokenizer
from tests.inference.reference_llama import ReferenceLlama

REPLY_TOKENS = 64
REPLIES = Path(__file__).with_name("replies.json")
LLAMA_CPP_SCRIPT = Path(__file__).with_name("llama_cpp_logits.py")

CHAT = (
    "<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n"
    "<|im_start|>user\n{prompt}<|im_end|>\n<|im_start|>assistant\n"
)
"""What SmolLM2's chat template makes of a first message."""


@dataclass(frozen=True)
class Text:
    """A prompt with the model's reply.

    Args:
        ids: of both.
        start: the row that predicts the reply's first token.
    """

    ids: list[int]
    start: int


@dataclass(frozen=True)
class Distance:
    """Between an engine and the exact computation, over all tokens of all replies.

    Args:
        mean_kl: Kullback-Leibler divergence of the engine's distributions from the exact ones, nats a token.
        top_1: share of positions where both find the same token most probable.
        tokens: how many positions there were.
    """

    mean_kl: float
    top_1: float
    tokens: int


def texts_of(tokenizer: Tokenizer) -> list[Text]:
    """The replies as tokens, cut to the same length."""
    texts = []
    for exchange in json.loads(REPLIES.read_text("utf-8")):
        prompt = tokenizer.encode_with_control(CHAT.format(prompt=exchange["prompt"]))
        reply = tokenizer.encode(exchange["reply"])[:REPLY_TOKENS]
        assert len(reply) == REPLY_TOKENS
        texts.append(Text(prompt + reply, len(prompt) - 1))
    return texts


def exact_log_probabilities(path: Path, texts: list[Text]) -> list[NDArray[np.float32]]:
    """By text, ``[reply token, vocabulary]`` of the exact computation on a file's dequantized weights."""
    readings = ReferenceLlama(path).read_all([text.ids for text in texts])
    return [
        log_softmax(_reply_rows(reading.logits, text)) for reading, text in zip(readings, texts, strict=True)
    ]


def decoder_logits(decoder: Decoder) -> Callable[[Text], NDArray[np.float32]]:
    """Asks our own decoder for ``[token, vocabulary]``."""

    def logits(text: Text) -> NDArray[np.float32]:
        for _ in decoder.prefill(text.ids, 0):
            pass
        return np.concatenate([rows for _, rows in decoder.logits(0, len(text.ids))])

    return logits


def distance(
    exact: list[NDArray[np.float32]], texts: list[Text], logits: Callable[[Text], NDArray[np.float32]]
) -> Distance:
    """How far an engine is from the exact computation.

    Args:
        exact: from `exact_log_probabilities`.
        texts: what was read.
        logits: the engine: gives ``[token, vocabulary]`` of a text.
    """
    divergences, agreements = [], []
    for truth, text in zip(exact, texts, strict=True):
        engine = log_softmax(_reply_rows(logits(text), text)).astype(np.float64)
        p = np.exp(truth.astype(np.float64))
        divergences.append((p * (truth - engine)).sum(axis=-1))
        agreements.append(truth.argmax(axis=-1) == engine.argmax(axis=-1))
    return Distance(float(np.mean(divergences)), float(np.mean(agreements)), sum(map(len, divergences)))


def llama_cpp_logits(
    python: str, model: Path, texts: list[Text], folder: Path
) -> Callable[[Text], NDArray[np.float32]]:
    """Has llama.cpp read all texts and gives its logits.

    Args:
        python: an interpreter that has llama-cpp-python.
        model: the GGUF file.
        texts: to be read.
        folder: for what goes to and fro.
    """
    asked, answered = folder / "texts.json", folder / "logits.npz"
    asked.write_text(json.dumps([text.ids for text in texts]))
    subprocess.run([python, LLAMA_CPP_SCRIPT, model, asked, answered], check=True, timeout=240)
    with np.load(answered) as arrays:
        by_ids = {tuple(text.ids): arrays[f"arr_{index}"] for index, text in enumerate(texts)}
    return lambda text: by_ids[tuple(text.ids)]


def _reply_rows(logits: NDArray[np.float32], text: Text) -> NDArray[np.float32]:
    return logits[text.start : text.start + REPLY_TOKENS]
