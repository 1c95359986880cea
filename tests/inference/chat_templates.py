"""Chat templates of the kinds that models have, written for the tests; and a tokenizer that fits all of them.

Knows nothing about how they are rendered.
"""

from __future__ import annotations

import json

from models.tokenizer.tokenizer import Tokenizer, TokenizerFacts
from tests.models.tiny_gguf import CHAT_TEMPLATE, CONTROL_TOKENS, tiny_vocabulary

PLAIN = CHAT_TEMPLATE
"""Every content as it is."""

TRIMMING = (
    "{{ bos_token }}{% for m in messages %}{{ '<|im_start|>' + m.role + '\n\n' + m.content | trim + '<|im_end|>' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n\n' }}{% endif %}"
)
"""Contents without the spaces around them, after the begin token."""

FORGETTING = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{% set text = m.content %}"
    "{% if m.role == 'assistant' and '</think>' in text %}{% set text = text.split('</think>')[-1].lstrip('\n') %}"
    "{% endif %}{{ text }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n<think>\n\n</think>\n\n{% endif %}"
)
"""Old replies without their thinking, and none for the new one."""

QUOTING = "{% for m in messages %}<|im_start|>{{ m | tojson }}<|im_end|>{% endfor %}<|im_start|>"
"""Messages as JSON."""

REPEATING = (
    "{% for m in messages %}<|im_start|>{{ m.content }}|{{ m.content }}<|im_end|>{% endfor %}<|im_start|>"
)
"""Every content twice."""

REPLACING = (
    "{% for m in messages %}<|im_start|>{{ m.content | replace('!', '') }}<|im_end|>{% endfor %}<|im_start|>"
)
"""Contents without some characters."""

CUTTING = "{% for m in messages %}<|im_start|>{{ m.content[1:] }}<|im_end|>{% endfor %}<|im_start|>"
"""Contents without their first character."""

BRANCHING = (
    "{% for m in messages %}{% if m.content.startswith('<tool>') %}<|im_start|>tool\n{% else %}"
    "<|im_start|>{{ m.role }}\n{% endif %}{{ m.content }}<|im_end|>\n{% endfor %}<|im_start|>assistant\n"
)
"""Looks at how a content begins."""

MIDDLE = (
    "{% for m in messages %}<|im_start|>{{ m.content.split('[')[-1].split(']')[0] }}<|im_end|>{% endfor %}"
)
"""Keeps what is in brackets."""

TEMPLATES = {
    "plain": PLAIN,
    "trimming": TRIMMING,
    "forgetting": FORGETTING,
    "quoting": QUOTING,
    "repeating": REPEATING,
    "replacing": REPLACING,
    "cutting": CUTTING,
    "branching": BRANCHING,
    "middle": MIDDLE,
}

MARKERS = ("<think>", "</think>")


def small_tokenizer(*, add_begin: bool = False, normalizer: dict[str, str] | None = None) -> Tokenizer:
    """The tiny model's tokenizer with two markers, whose begin token is 0 and whose end token is 2."""
    tokens, merges = tiny_vocabulary()
    added = [*CONTROL_TOKENS, *MARKERS]
    numbers = {token: number for number, token in enumerate([*tokens, *MARKERS])}
    content = {
        "version": "1.0",
        "added_tokens": [
            {
                "id": numbers[token],
                "content": token,
                "single_word": False,
                "lstrip": False,
                "rstrip": False,
                "normalized": False,
                "special": token in CONTROL_TOKENS,
            }
            for token in added
        ],
        "normalizer": normalizer,
        "pre_tokenizer": {
            "type": "ByteLevel",
            "add_prefix_space": False,
            "trim_offsets": True,
            "use_regex": True,
        },
        "model": {
            "type": "BPE",
            "vocab": {token: number for token, number in numbers.items() if token not in added},
            "merges": merges,
        },
    }
    return Tokenizer.from_json(json.dumps(content), TokenizerFacts(frozenset({0, 2}), 0, add_begin))
