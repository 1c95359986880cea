"""Chat templates in the forms of the families that people use, written for the tests, each with its tokenizer.

Knows nothing about how they are rendered.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from models.tokenizer.tokenizer import Tokenizer, TokenizerFacts
from tests.models.tiny_gguf import byte_characters

CHATML = """\
{% for message in messages %}
{%- if loop.first and message.role != 'system' %}
{{- '<|im_start|>system\\nYou are the model of a test.<|im_end|>\\n' }}
{%- endif %}
{{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"""

LLAMA_3 = """\
{{- bos_token }}
{%- if messages and messages[0].role == 'system' %}
    {%- set system = messages[0].content | trim %}
    {%- set rest = messages[1:] %}
{%- else %}
    {%- set system = '' %}
    {%- set rest = messages %}
{%- endif %}
{{- '<|start_header_id|>system<|end_header_id|>\\n\\nToday Date: ' }}
{{- strftime_now('%d %b %Y') if strftime_now is defined else 'unknown' }}
{{- '\\n\\n' + system + '<|eot_id|>' }}
{%- for message in rest %}
    {{- '<|start_header_id|>' ~ message['role'] ~ '<|end_header_id|>\\n\\n' }}
    {{- message['content'] | trim + '<|eot_id|>' }}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}
{%- endif %}
"""

GEMMA = """\
{{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('No system role, please') }}{% endif %}
{%- for message in messages %}
    {%- if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}
        {{- raise_exception('Conversation roles must alternate') }}
    {%- endif %}
    {%- set role = 'model' if message['role'] == 'assistant' else message['role'] %}
    {{- '<start_of_turn>' + role + '\\n' + message['content'] | trim + '<end_of_turn>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}{{ '<start_of_turn>model\\n' }}{% endif %}"""

PHI_3 = """\
{% for message in messages %}{{ '<|' + message['role'] + '|>\\n' + message['content'] + '<|end|>\\n' }}{% endfor %}\
{% if add_generation_prompt %}{{ '<|assistant|>\\n' }}{% else %}{{ eos_token }}{% endif %}"""

QWEN_3 = """\
{%- if tools %}{{- '<|im_start|>system\\n' + tools | tojson + '<|im_end|>\\n' }}{%- endif %}
{%- set seen = namespace(question=-1) %}
{%- for message in messages %}
    {%- if message.role == 'user' %}{%- set seen.question = loop.index0 %}{%- endif %}
{%- endfor %}
{%- for message in messages %}
    {%- if message.role != 'assistant' %}
        {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}
        {%- continue %}
    {%- endif %}
    {%- set said = message.content %}
    {%- set thought = '' %}
    {%- if message.reasoning_content is string %}
        {%- set thought = message.reasoning_content %}
    {%- elif '</think>' in said %}
        {%- set thought = said.split('</think>')[0].split('<think>')[-1].strip('\\n') %}
        {%- set said = said.split('</think>')[-1].lstrip('\\n') %}
    {%- endif %}
    {{- '<|im_start|>assistant\\n' }}
    {%- if loop.index0 > seen.question and thought %}
        {{- '<think>\\n' + thought.strip('\\n') + '\\n</think>\\n\\n' }}
    {%- endif %}
    {{- said.lstrip('\\n') + '<|im_end|>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
    {%- if enable_thinking is defined and enable_thinking is false %}{{- '<think>\\n\\n</think>\\n\\n' }}{%- endif %}
{%- endif %}"""

DEEPSEEK_R1 = """\
{{ bos_token }}{% for message in messages %}
{%- if message.role == 'system' %}{{ message.content }}
{%- elif message.role == 'user' %}{{ '<|User|>' + message.content }}
{%- else %}{{ '<|Assistant|>' + message.content.split('</think>')[-1] + '<|end_of_sentence|>' }}{% endif %}
{%- endfor %}{% if add_generation_prompt %}{{ '<|Assistant|><think>\\n' }}{% endif %}"""

MISTRAL = """\
{%- set system = messages[0].content + '\\n\\n' if messages[0].role == 'system' else '' %}
{%- set rest = messages[1:] if system else messages %}
{{- bos_token }}
{%- for message in rest %}
    {%- if (message.role == 'user') != (loop.index0 % 2 == 0) %}
        {{- raise_exception('After the optional system message, roles must alternate') }}
    {%- endif %}
    {%- if message.role == 'user' %}
        {{- '[INST] ' + (system if loop.last else '') + message.content + '[/INST]' }}
    {%- else %}
        {{- ' ' + message.content | trim + eos_token }}
    {%- endif %}
{%- endfor %}"""

HARMONY = """\
{{- '<|start|>system<|message|>The model of a test.\\nCurrent date: ' + strftime_now('%Y-%m-%d') }}
{{- '\\n\\nReasoning: ' + (reasoning_effort if reasoning_effort is defined else 'medium') }}
{{- '\\n\\n# Valid channels: analysis, commentary, final.<|end|>' }}
{%- for message in messages %}
    {%- if message.role == 'system' %}
        {{- '<|start|>developer<|message|># Instructions\\n\\n' + message.content + '<|end|>' }}
    {%- elif message.role == 'assistant' %}
        {%- if '<|channel|>' in message.content %}
            {{- raise_exception('A content must not have channels; put what was thought into “thinking”.') }}
        {%- endif %}
        {%- if message.thinking and loop.last and not add_generation_prompt %}
            {{- '<|start|>assistant<|channel|>analysis<|message|>' + message.thinking + '<|end|>' }}
        {%- endif %}
        {{- '<|start|>assistant<|channel|>final<|message|>' + message.content }}
        {{- '<|return|>' if loop.last and not add_generation_prompt else '<|end|>' }}
    {%- else %}
        {{- '<|start|>user<|message|>' + message.content + '<|end|>' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|start|>assistant' }}{%- endif %}"""


@dataclass(frozen=True)
class Family:
    """A family of templates.

    Args:
        name: of the family.
        template: Jinja source.
        control: names of the control tokens.
        begin: the template's ``bos_token``.
        end: its ``eos_token``.
        ends: names of the tokens that end a reply.
        markers: names of tokens that are matched in templates, but no control tokens.
        has_system: whether conversations may begin with a system message.
        swallows: whether control tokens swallow the white space behind them.
        pieces_of_sentences: whether words begin with “▁”, as in SentencePiece; otherwise the vocabulary is of bytes.
        variables: what the template is given besides.
    """

    name: str
    template: str
    control: tuple[str, ...]
    begin: str
    end: str
    ends: tuple[str, ...]
    markers: tuple[str, ...] = ()
    has_system: bool = True
    swallows: bool = False
    pieces_of_sentences: bool = False
    variables: dict[str, Any] = field(default_factory=dict)


FAMILIES = (
    Family(
        "ChatML",
        CHATML,
        ("<|endoftext|>", "<|im_start|>", "<|im_end|>"),
        "<|endoftext|>",
        "<|im_end|>",
        ("<|im_end|>",),
    ),
    Family(
        "Llama 3",
        LLAMA_3,
        (
            "<|begin_of_text|>",
            "<|end_of_text|>",
            "<|start_header_id|>",
            "<|end_header_id|>",
            "<|eot_id|>",
        ),
        "<|begin_of_text|>",
        "<|eot_id|>",
        ("<|eot_id|>", "<|end_of_text|>"),
    ),
    Family(
        "Gemma",
        GEMMA,
        ("<bos>", "<eos>", "<start_of_turn>", "<end_of_turn>"),
        "<bos>",
        "<eos>",
        ("<eos>", "<end_of_turn>"),
        has_system=False,
    ),
    Family(
        "Phi-3",
        PHI_3,
        ("<s>", "<|endoftext|>", "<|system|>", "<|user|>", "<|assistant|>", "<|end|>"),
        "<s>",
        "<|endoftext|>",
        ("<|end|>", "<|endoftext|>"),
        swallows=True,
        pieces_of_sentences=True,
    ),
    Family(
        "Qwen 3",
        QWEN_3,
        ("<|endoftext|>", "<|im_start|>", "<|im_end|>"),
        "<|endoftext|>",
        "<|im_end|>",
        ("<|im_end|>", "<|endoftext|>"),
        markers=("<think>", "</think>"),
    ),
    Family(
        "Qwen 3 without thinking",
        QWEN_3,
        ("<|endoftext|>", "<|im_start|>", "<|im_end|>"),
        "<|endoftext|>",
        "<|im_end|>",
        ("<|im_end|>", "<|endoftext|>"),
        markers=("<think>", "</think>"),
        variables={"enable_thinking": False},
    ),
    Family(
        "DeepSeek R1",
        DEEPSEEK_R1,
        ("<|begin_of_sentence|>", "<|end_of_sentence|>", "<|User|>", "<|Assistant|>"),
        "<|begin_of_sentence|>",
        "<|end_of_sentence|>",
        ("<|end_of_sentence|>",),
        markers=("<think>", "</think>"),
    ),
    Family(
        "Mistral",
        MISTRAL,
        ("<unk>", "<s>", "</s>", "[INST]", "[/INST]"),
        "<s>",
        "</s>",
        ("</s>",),
        pieces_of_sentences=True,
    ),
    Family(
        "harmony",
        HARMONY,
        (
            "<|startoftext|>",
            "<|endoftext|>",
            "<|return|>",
            "<|constrain|>",
            "<|channel|>",
            "<|start|>",
            "<|end|>",
            "<|message|>",
            "<|call|>",
        ),
        "<|startoftext|>",
        "<|return|>",
        ("<|return|>", "<|endoftext|>", "<|call|>"),
    ),
)

_WORDS = "assistant analysis final user model the sky is blue because light think commentary"


def family_named(name: str) -> Family:
    """One of `FAMILIES`."""
    return next(family for family in FAMILIES if family.name == name)


def family_tokenizer(family: Family) -> Tokenizer:
    """A small tokenizer with the family's control tokens, in the form that such models have."""
    content, facts = family_files(family)
    return Tokenizer.from_json(json.dumps(content), facts)


def family_files(family: Family) -> tuple[dict[str, Any], TokenizerFacts]:
    """The content of its ``tokenizer.json``, and the facts beside it."""
    added = (*family.control, *family.markers)
    sentences = family.pieces_of_sentences
    letters = _sentence_letters() if sentences else byte_characters()
    tokens, merges = [*added, *letters], []
    space = "▁" if sentences else "Ġ"
    for word in _WORDS.split():
        for text in (space + word, word):
            for length in range(2, len(text) + 1):
                if text[:length] not in tokens:
                    tokens.append(text[:length])
                    merges.append([text[: length - 1], text[length - 1]])
    if sentences:
        # Longer runs of newlines are tokens of their own in byte vocabularies only.
        steps: dict[str, Any] = {
            "normalizer": {
                "type": "Sequence",
                "normalizers": [
                    {"type": "Prepend", "prepend": "▁"},
                    {"type": "Replace", "pattern": {"String": " "}, "content": "▁"},
                ],
            },
            "pre_tokenizer": None,
            "decoder": {
                "type": "Sequence",
                "decoders": [
                    {"type": "Replace", "pattern": {"String": "▁"}, "content": " "},
                    {"type": "ByteFallback"},
                    {"type": "Fuse"},
                    {"type": "Strip", "content": " ", "start": 1, "stop": 0},
                ],
            },
        }
    else:
        tokens.append("ĊĊ")
        merges.append(["Ċ", "Ċ"])
        level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
        steps = {"normalizer": None, "pre_tokenizer": level, "decoder": level}
    ids = {token: number for number, token in enumerate(tokens)}
    content = {
        "version": "1.0",
        "added_tokens": [
            {
                "id": ids[token],
                "content": token,
                "single_word": False,
                "lstrip": False,
                "rstrip": family.swallows and token in family.control,
                "normalized": False,
                "special": token in family.control,
            }
            for token in added
        ],
        "post_processor": None,
        **steps,
        "model": {
            "type": "BPE",
            "unk_token": None,
            "byte_fallback": sentences,
            "vocab": ids,
            "merges": merges,
        },
    }
    ends = frozenset(ids[name] for name in family.ends)
    facts = TokenizerFacts(ends, ids[family.begin], False, ids[family.end])
    return content, facts


def _sentence_letters() -> list[str]:
    ascii_letters = [chr(code) for code in range(0x21, 0x7F)]
    return [*(f"<0x{byte:02X}>" for byte in range(256)), "▁", *ascii_letters]
