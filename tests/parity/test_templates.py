"""Every family of chat templates gives the IDs that Hugging Face transformers' `apply_chat_template` gives."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from inference.contract import ChatPrompt, Message
from inference.prompt import assemble
from inference.templates import TemplateRenderer
from tests.inference.template_families import FAMILIES, Family, family_files, family_tokenizer
from tests.requirements import REFERENCE_VARIABLE

pytestmark = pytest.mark.reference

SCRIPT = Path(__file__).parents[1] / "inference" / "reference_prompt.py"

SYSTEM = Message("system", "You are the sky.")
CONVERSATIONS = (
    (Message("user", "Why is the sky blue?"),),
    (Message("user", "Why?"), Message("assistant", "Because."), Message("user", "the light ")),
    (
        Message("user", "def f(x):\n\treturn x ** 2  # ação"),
        Message("assistant", "1234\n\n5"),
        Message("user", "日本語 👩‍🚀 e\u0301\u0301"),
        Message("assistant", "a < b | c > d, <im_end>, [INST", thinking="the user\nis"),
        Message("user", "x"),
    ),
)


FEATURES_NAME = "features"

FEATURES = (
    (
        "{% for i in range(9) %}{% if i == 2 %}{% continue %}{% endif %}{% if i > 4 %}{% break %}"
        "{% endif %}{{ i }}{% endfor %}"
    ),
    "{% for m in messages %}{% generation %}{{ m.content }}{% endgeneration %}{% endfor %}|",
    "{{ {'b': '<é>\\n', 'a': [1, 2.5, none, true]} | tojson }}{{ [1, {'k': 'v'}] | tojson(indent=2) }}",
    "{{ {'b': 1, 'a': 'é'} | tojson(ensure_ascii=true, sort_keys=true, separators=(',', ':')) }}",
    "{{ strftime_now('%Y-%m-%d') }} {{ strftime_now('%d %B %Y') }}",
    (
        "{% set ns = namespace(n=0) %}{% for m in messages %}{% set ns.n = ns.n + m.content | length %}"
        "{% endfor %}{{ ns.n }}"
    ),
    (
        "{{ tools is none }} {{ documents is none }} {{ add_generation_prompt }}"
        " {{ unknown is defined }} {{ unknown }}"
    ),
    "{{ bos_token }}{{ eos_token }} {{ pad_token is defined }}",
    "  {% if true %}\n    a\n  {% endif %}\n  {#- comment -#}\n  b\n",
    "{%- macro shout(text) -%}{{ text | upper }}!{%- endmacro -%}{{ shout(messages[0].content) }}",
    (
        "{{ messages[0].content.split(' ')[-1].strip('?') }} {{ messages[-1]['role'] | capitalize }}"
        " {{ messages[::-1] | length }}"
    ),
    (
        "{{ messages | map(attribute='role') | join(',') }}"
        " {{ messages | selectattr('role', 'equalto', 'user') | list | length }}"
    ),
    (
        "{% set last = messages | last %}{{ last.content is string }} {{ last.name is defined }}"
        " {{ last.get('x', 'y') }}"
    ),
    (
        "{% for m in messages %}{{ loop.index0 }}{{ loop.last }}"
        "{{ loop.previtem.role if loop.previtem is defined }}{% endfor %}"
    ),
    (
        "{{ '%s-%03d' | format('a', 7) }} {{ 'a' ~ 1 }} {{ 7 // 2 }}"
        " {{ 'x' if false }}|{{ ('ab' * 2).replace('b', '') }}"
    ),
)
"""Templates that use what templates may use, one thing or a few each."""


def conversations(family: Family) -> list[tuple[Message, ...]]:
    """Those that a family takes."""
    systems = [(SYSTEM, *messages) for messages in CONVERSATIONS if family.has_system]
    return [*CONVERSATIONS, *systems]


def given(message: Message) -> dict[str, str]:
    """A message as transformers takes it."""
    fields = {"role": message.role, "content": message.text}
    if message.thinking:
        fields |= {"reasoning_content": message.thinking, "thinking": message.thinking}
    return fields


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """By family, what transformers makes of its conversations."""
    folder = tmp_path_factory.mktemp("families")
    cases = []
    for number, family in enumerate(FAMILIES):
        content, _ = family_files(family)
        tokenizer = folder / f"{number}.json"
        tokenizer.write_text(json.dumps(content), "utf-8")
        cases += [
            {
                "tokenizer": str(tokenizer),
                "template": family.template,
                "messages": [given(message) for message in messages],
                "bos_token": family.begin,
                "eos_token": family.end,
                "variables": family.variables,
            }
            for messages in conversations(family)
        ]
    family = FAMILIES[0]
    cases += [
        {
            "tokenizer": str(folder / "0.json"),
            "template": template,
            "messages": [given(message) for message in CONVERSATIONS[1]],
            "bos_token": family.begin,
            "eos_token": family.end,
            "variables": {},
        }
        for template in FEATURES
    ]
    asked, answered = folder / "cases.json", folder / "out.json"
    asked.write_text(json.dumps(cases), "utf-8")
    subprocess.run([os.environ[REFERENCE_VARIABLE], SCRIPT, asked, answered], check=True, timeout=240)
    results = iter(json.loads(answered.read_text("utf-8")))
    made = {family.name: [next(results) for _ in conversations(family)] for family in FAMILIES}
    return made | {FEATURES_NAME: list(results)}


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_a_family_s_ids_are_those_of_transformers(
    family: Family, expected: dict[str, list[dict[str, Any]]]
) -> None:
    tokenizer = family_tokenizer(family)
    # Variables of a family are what a person would set at the top of the template.
    settings = "".join(f"{{% set {name} = {value!r} %}}" for name, value in family.variables.items())
    renderer = TemplateRenderer()
    for messages, theirs in zip(conversations(family), expected[family.name], strict=True):
        ours = assemble(ChatPrompt(messages), tokenizer, settings + family.template, renderer)
        assert ours.text == theirs["text"]
        assert [token.id for token in ours.tokens] == theirs["ids"]
        assert ours.banner is None
    renderer.close()


@pytest.mark.parametrize("number", range(len(FEATURES)))
def test_what_templates_may_use_gives_what_transformers_gives(
    number: int, expected: dict[str, list[dict[str, Any]]]
) -> None:
    tokenizer = family_tokenizer(FAMILIES[0])
    renderer = TemplateRenderer()
    ours = assemble(ChatPrompt(CONVERSATIONS[1]), tokenizer, FEATURES[number], renderer, must_render=True)
    assert ours.text == expected[FEATURES_NAME][number]["text"]
    renderer.close()
