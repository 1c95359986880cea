"""Writes what Hugging Face transformers' `apply_chat_template` makes of conversations.

Knows nothing about Vitrine: it runs by itself under an interpreter that has transformers.

    python reference_prompt.py CASES.json OUT.json

A case is ``{"tokenizer", "template", "messages", "bos_token", "eos_token", "variables"}``, the first of them the path
of a ``tokenizer.json``; the output is a list of ``{"text", "ids"}``.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import transformers


def main(cases_file: str, out: str) -> None:
    """Render and tokenize every case."""
    results = []
    for case in json.loads(Path(cases_file).read_text("utf-8")):
        tokenizer = transformers.PreTrainedTokenizerFast(
            tokenizer_file=case["tokenizer"], bos_token=case["bos_token"], eos_token=case["eos_token"]
        )
        chosen = {"chat_template": case["template"], "add_generation_prompt": True, **case["variables"]}
        text = tokenizer.apply_chat_template(case["messages"], tokenize=False, **chosen)
        ids = tokenizer.apply_chat_template(case["messages"], tokenize=True, return_dict=False, **chosen)
        results.append({"text": text, "ids": ids})
    Path(out).write_text(json.dumps(results), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
