"""Run by an interpreter that has onnxruntime-genai: exports checkpoints with its model builder.

Knows nothing of our own code. Says ``{"version": …}``, then takes lines on stdin, ``{"checkpoint": …, "folder": …,
"precision": …}``, and says ``{}`` after each export.
"""

from __future__ import annotations

import json
import sys
import tempfile

import onnxruntime_genai

OPTIONS = ["accuracy_level=4", "block_size=32", "hf_token=false"]
"""Activations in 8 bits, the fastest there is; blocks as long as those of GGUF and of our own graphs."""


def main() -> None:
    """Export until stdin ends."""
    answers = sys.stdout
    # The builder talks.
    sys.stdout = sys.stderr
    print(json.dumps({"version": onnxruntime_genai.__version__}), file=answers, flush=True)
    for line in sys.stdin:
        export(**json.loads(line))
        print("{}", file=answers, flush=True)


def export(checkpoint: str, folder: str, precision: str) -> None:
    """Export one checkpoint for the CPU."""
    # It imports torch, which takes seconds: only where something is to be exported.
    from onnxruntime_genai.models import builder

    with tempfile.TemporaryDirectory() as cache:
        options = builder.parse_extra_options(None, checkpoint, folder, precision, "cpu", cache, OPTIONS)
        builder.create_model(None, checkpoint, folder, precision, "cpu", cache, **options)


if __name__ == "__main__":
    main()
