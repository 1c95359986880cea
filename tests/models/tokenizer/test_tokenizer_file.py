"""Which files hold a tokenizer, and what is said of those that do not.

Knows nothing about the command that reads them.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from models.errors import VitrineError
from models.tokenizer import text_file
from models.tokenizer.tokenizer import Tokenizer
from models.tokenizer.tokenizer_file import read_tokenizer


def test_a_gguf_file_and_its_tokenizer_json_say_the_same(
    tiny_path: Path, tiny_tokenizer: Tokenizer, tmp_path: Path
) -> None:
    path = tmp_path / "tokenizer.json"
    # Some editors begin a file with a byte order mark.
    path.write_bytes(b"\xef\xbb\xbf" + tiny_tokenizer.to_json().encode())
    text = "the sky is blue"
    assert read_tokenizer(path).encode(text) == read_tokenizer(tiny_path).encode(text)


@pytest.mark.parametrize(
    ("content", "case"),
    [
        (b"\x89PNG\r\n\x1a\n", "not-a-model-file"),
        (b'["a list"]', "not-a-model-file"),
        (b'{"\xff": 1}', "bad-tokenizer"),
    ],
)
def test_other_files_are_refused(content: bytes, case: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(VitrineError) as caught:
        read_tokenizer(path)
    assert caught.value.case == case


def test_a_file_too_large_for_a_tokenizer_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_file, "LARGEST_BYTES", 10)
    path = tmp_path / "tokenizer.json"
    path.write_text('{"model": {}}')
    with pytest.raises(VitrineError, match="has 13 bytes; a tokenizer has 10 at most"):
        read_tokenizer(path)
