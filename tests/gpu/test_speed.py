"""How fast the default model runs on the GPU, with captures and without, replayed and not; kept with the device."""

from __future__ import annotations

import json
import statistics
import time
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from inference.runtime.decoder import Decoder
from inference.runtime.gpus import driver, gpu_memory
from inference.runtime.providers import Provider, runtime_version
from inference.runtime.session import Interrupter
from models.bundle import Bundle
from tests.gpu.conftest import plain

pytestmark = [pytest.mark.gpu, pytest.mark.default_model]

RESULTS = Path(__file__).with_name("results")
CONTEXTS = (128, 512, 2048, 8000)
STEPS = 64
ROUNDS = 5


def test_speed_is_measured_and_kept(bundle: Bundle, cuda: Provider, ids: list[int]) -> None:
    ways = {
        "replayed": Decoder(bundle, cuda, Interrupter()),
        "not replayed": Decoder(bundle, plain(cuda), Interrupter()),
        "not replayed, without captures": Decoder(bundle, plain(cuda), Interrupter(), capture=False),
    }
    rows: list[dict[str, Any]] = []
    for context in CONTEXTS:
        text = (ids * (context // len(ids) + 1))[:context]
        measured: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
        for _ in range(ROUNDS + 1):
            for way, decoder in ways.items():
                measured[way].append(times(decoder, text))
        for way, runs in measured.items():
            prefill, step = (statistics.median(run[index] for run in runs[1:]) for index in (0, 1))
            rows.append({"context": context, "way": way, "prefill_ms": prefill, "step_ms": step})
    memory = gpu_memory(cuda.device_id)
    del ways["not replayed, without captures"]
    rows += peer_rows(bundle)
    figures = {
        "date": datetime.now(UTC).date().isoformat(),
        "device": cuda.choice.device,
        "driver": driver().version,
        "onnxruntime": runtime_version(),
        "notes": ways["replayed"].notes,
        "gpu_memory": None if memory is None else asdict(memory),
        "rows": rows,
    }
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "speed.json").write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    print(json.dumps(figures, indent=1))
    assert all(row["step_ms"] > 0 for row in rows)


def peer_rows(bundle: Bundle) -> list[dict[str, Any]]:
    """The same shapes in transformers, 16 bits, weights at random, greedy; nothing where it is not installed."""
    try:
        import torch
        from transformers import LlamaConfig, LlamaForCausalLM
    except ImportError:
        return []
    facts = bundle.facts
    site = facts.sites[0]
    model = LlamaForCausalLM(
        LlamaConfig(
            hidden_size=facts.wiring.hidden_width,
            intermediate_size=1536,
            num_hidden_layers=len(facts.sites),
            num_attention_heads=site.heads,
            num_key_value_heads=site.key_value_heads,
            vocab_size=facts.vocabulary,
            max_position_embeddings=facts.context,
            tie_word_embeddings=True,
        )
    )
    model = model.half().cuda().eval()
    rows = []
    for context in CONTEXTS:
        runs = []
        for _ in range(3):
            ids = torch.ones((1, context), dtype=torch.int64, device="cuda")
            with torch.inference_mode():
                torch.cuda.synchronize()
                started = time.perf_counter()
                out = model(ids, use_cache=True, logits_to_keep=1)
                torch.cuda.synchronize()
                read = time.perf_counter()
                for _ in range(STEPS):
                    chosen = out.logits[:, -1:].argmax(-1)
                    out = model(chosen, past_key_values=out.past_key_values, use_cache=True)
                    out.logits[0, -1].float().cpu()
                ended = time.perf_counter()
            runs.append(((read - started) * 1000, (ended - read) * 1000 / STEPS))
        prefill, step = (statistics.median(run[index] for run in runs[1:]) for index in (0, 1))
        rows.append({"context": context, "way": "transformers", "prefill_ms": prefill, "step_ms": step})
    return rows


def times(decoder: Decoder, text: list[int]) -> tuple[float, float]:
    """Milliseconds of reading a text, and of a step after it with its logits."""
    started = time.perf_counter()
    for _ in decoder.prefill(text, 0):
        pass
    read = time.perf_counter()
    for position in range(len(text), len(text) + STEPS):
        decoder.decode(text[position % len(text)], position)
        decoder.last_logits(position)
    return (read - started) * 1000, (time.perf_counter() - read) * 1000 / STEPS
