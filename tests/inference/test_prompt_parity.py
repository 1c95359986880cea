"""Ordinary conversations become the IDs that Hugging Face transformers' `apply_chat_template` makes of them."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from inference.contract import ChatPrompt, Message
from inference.prompt import assemble
from inference.templates import TemplateRenderer
from models.default_model import default_model_path
from models.gguf.reader import read_gguf
from models.tokenizer.gguf_tokenizer import tokenizer_from_gguf
from models.tokenizer.tokenizer import Tokenizer
from tests.inference.chat_templates import TEMPLATES, small_tokenizer
from tests.requirements import REFERENCE_VARIABLE

SCRIPT = Path(__file__).with_name("reference_prompt.py")

CONVERSATIONS = (
    (Message("user", "Why is the sky blue?"),),
    (
        Message("system", "You are the sky."),
        Message("user", "And of water? "),
        Message("assistant", "Because."),
    ),
    (
        Message("user", "\n\n  def f(x):\n\treturn x ** 2  # ação\r\n"),
        Message("assistant", " 1234\n"),
        Message("user", ""),
    ),
    (
        Message("user", "日本語 👩‍🚀 e\u0301\u0301 \u202e x"),
        Message("assistant", "a" * 300),
        Message("user", " "),
    ),
    (Message("user", "a < b | c > d, <im_end>, <|im_start >"),),
)

pytestmark = pytest.mark.reference


def compare(tokenizer: Tokenizer, templates: dict[str, str], folder: Path) -> None:
    """Assemble every conversation with every template here and there."""
    assert tokenizer.begin_id is not None
    begin = tokenizer.piece(tokenizer.begin_id).decode()
    names = [(template, messages) for template in templates for messages in CONVERSATIONS]
    cases = [
        {
            "tokenizer": str(folder / "tokenizer.json"),
            "template": templates[template],
            "messages": [{"role": message.role, "content": message.text} for message in messages],
            "bos_token": begin,
            "eos_token": "<|im_end|>",
            "variables": {},
        }
        for template, messages in names
    ]
    (folder / "tokenizer.json").write_text(tokenizer.to_json(), "utf-8")
    (folder / "cases.json").write_text(json.dumps(cases), "utf-8")
    files = (folder / "cases.json", folder / "out.json")
    subprocess.run([os.environ[REFERENCE_VARIABLE], SCRIPT, *files], check=True, timeout=240)
    renderer = TemplateRenderer()
    for (template, messages), expected in zip(names, json.loads(files[1].read_text("utf-8")), strict=True):
        assembled = assemble(ChatPrompt(messages), tokenizer, templates[template], renderer)
        assert assembled.text == expected["text"], template
        assert [token.id for token in assembled.tokens] == expected["ids"], template
        assert assembled.banner is None
    renderer.close()


def test_templates_of_all_kinds(tmp_path: Path) -> None:
    compare(small_tokenizer(), TEMPLATES, tmp_path)


def test_a_tokenizer_that_normalises(tmp_path: Path) -> None:
    compare(small_tokenizer(normalizer={"type": "NFC"}), TEMPLATES, tmp_path)


@pytest.mark.default_model
def test_the_default_model(tmp_path: Path) -> None:
    file = read_gguf(default_model_path())
    template = file.metadata.text("tokenizer.chat_template", "")
    compare(tokenizer_from_gguf(file), {"its own": template} | TEMPLATES, tmp_path)
