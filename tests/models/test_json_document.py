"""JSON files of models are read as they are; hostile ones are refused, quickly and by name."""

from __future__ import annotations

import math
import os
from pathlib import Path

import pytest

from models import json_document
from models.errors import ModelFileError
from models.json_document import parse_json_object, read_json_file


def read(tmp_path: Path, content: bytes | str) -> dict[str, object]:
    path = tmp_path / "config.json"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_json_file(path)


def refused(tmp_path: Path, content: bytes | str) -> str:
    with pytest.raises(ModelFileError) as caught:
        read(tmp_path, content)
    assert caught.value.case == "damaged-json"
    assert "“config.json”" in caught.value.what
    return caught.value.what


def test_values_of_every_kind(tmp_path: Path) -> None:
    content = '{"a": [1, 2.5, null, true], "b": {"c": "ação"}}'
    assert read(tmp_path, content) == {"a": [1, 2.5, None, True], "b": {"c": "ação"}}


def test_fault_25_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    assert read(tmp_path, b"\xef\xbb\xbf" + b'{"layers": 2}') == {"layers": 2}


def test_fault_25_nan_and_huge_integers_are_left_to_the_reader_of_the_field(tmp_path: Path) -> None:
    values = read(tmp_path, '{"a": NaN, "b": -Infinity, "c": 1e999, "d": ' + "9" * 5000 + "}")
    assert math.isnan(values["a"])
    assert (values["b"], values["c"], values["d"]) == (-math.inf, math.inf, math.inf)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "it is empty"),
        (" \n", "it is empty"),
        ("[]", "it holds no object"),
        ("null", "it holds no object"),
        ('{"a": 1,\n "b" 2}', "it is not JSON (line 2, column 6)"),
        ('{"a": 1} x', "it is not JSON (line 1, column 10)"),
        (b'{"a": "\xff"}', "it is not UTF-8 (byte 7)"),
        ('{"a": 1}'.encode("utf-16"), "it is not UTF-8 (byte 0)"),
        (b'{"a": 1}' + b"\0" * 9, "it is not JSON (line 1, column 9)"),
        ('{"b": {"a\u202e": 1, "a\u202e": 2}}', "“a⟨U+202E⟩” occurs twice"),
        ('{"a":' * 100_000 + "1" + "}" * 100_000, "it is nested too deeply"),
        ('{"a": ' + "[" * 100_000, "it is nested too deeply"),
    ],
)
def test_fault_25_what_is_wrong_is_named(tmp_path: Path, content: bytes | str, said: str) -> None:
    assert said in refused(tmp_path, content)


def test_fault_25_too_many_parts_are_refused_before_they_are_made(tmp_path: Path) -> None:
    assert "about 20,000,003 parts" in refused(tmp_path, '{"a": [' + "[]," * 10_000_000 + "[]]}")


def test_fault_25_too_large_a_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    with path.open("wb") as file:
        file.truncate(json_document.MOST_BYTES + 1)
    with pytest.raises(ModelFileError, match="67,108,865 bytes"):
        read_json_file(path)


def test_fault_18_a_pipe_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "config.json")
    with pytest.raises(ModelFileError, match="a named pipe"):
        read_json_file(tmp_path / "config.json")


def test_lone_surrogates_do_no_harm(tmp_path: Path) -> None:
    assert read(tmp_path, r'{"a": "\ud800"}') == {"a": "\ud800"}
    with pytest.raises(ModelFileError, match="⟨U\\+D800⟩"):
        parse_json_object(rb'{"\ud800": 1, "\ud800": 2}', "header")
