"""Pieces are joined without half characters and shown without losing a byte."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.tokenizer.pieces import PieceStream, render_piece


@pytest.mark.parametrize(
    ("piece", "shown"),
    [
        (b" hello", "·hello"),
        (b"hello", "hello"),
        (b"\n\n", "⏎⏎"),
        (b"\tx", "⇥x"),
        (b"\r\n", "⟨0D⟩⏎"),
        (b"\x00", "⟨00⟩"),
        (b"\x7f", "⟨7F⟩"),
        (b"\xe3", "⟨E3⟩"),
        (b" \xf0\x9f", "·⟨F0 9F⟩"),
        (b"\x81\xe3\x81\x82\xe3", "⟨81⟩あ⟨E3⟩"),
        ("é日👩".encode(), "é日👩"),
        ("\u202e".encode(), "⟨U+202E⟩"),
        ("a\u200db".encode(), "a⟨U+200D⟩b"),
        ("\u00a0".encode(), "⟨U+00A0⟩"),
        ("\u3000".encode(), "⟨U+3000⟩"),
        ("\ue000".encode(), "⟨U+E000⟩"),
        ("\ufeff".encode(), "⟨U+FEFF⟩"),
        ("e\u0301".encode(), "e\u0301"),
        ("\u0301".encode(), "◌\u0301"),
        (" \u0301".encode(), "·◌\u0301"),
        ("\n\u0301".encode(), "⏎◌\u0301"),
        ("·".encode(), "⟨C2 B7⟩"),
        ("⟨".encode(), "⟨E2 9F A8⟩"),
        (b"<|im_end|>", "<|im_end|>"),
        (b"", "⟨⟩"),
        (b"\xed\xa0\x80", "⟨ED A0 80⟩"),
    ],
)
def test_fault_33_38_every_byte_is_visible(piece: bytes, shown: str) -> None:
    assert render_piece(piece) == shown


def unshown(text: str) -> bytes:
    """The piece that a visible form stands for."""
    piece = b""
    for sign in re.findall(r"⟨[^⟩]*⟩|◌(?=.)|.", text, flags=re.DOTALL):
        if sign.startswith("⟨U+"):
            piece += chr(int(sign[3:-1], 16)).encode()
        elif sign.startswith("⟨"):
            piece += bytes.fromhex(sign[1:-1])
        elif sign != "◌":
            piece += {"·": " ", "⏎": "\n", "⇥": "\t"}.get(sign, sign).encode()
    return piece


@given(st.one_of(st.binary(max_size=12), st.text(max_size=12).map(str.encode)))
def test_no_two_pieces_look_alike_in_code(piece: bytes) -> None:
    shown = render_piece(piece)
    if "◌".encode() not in piece:
        assert unshown(shown) == piece
    assert "\n" not in shown
    assert "\ufffd".encode() in piece or "\ufffd" not in shown


def test_fault_33_a_character_appears_when_it_is_whole() -> None:
    stream = PieceStream()
    texts = [stream.feed(piece) for piece in (b"a\xf0", b"\x9f\x91", b"\xa9", b" b", b"\xc3\xa9")]
    assert texts == ["a", "", "👩", " b", "é"]
    assert stream.flush() == ""


def test_fault_33_bytes_that_never_become_a_character_are_replaced() -> None:
    stream = PieceStream()
    assert stream.feed(b"\xe3\x81") == ""
    assert stream.flush() == "\ufffd"
    assert stream.flush() == ""
    assert stream.feed(b"\xe3") == ""
    assert stream.feed(b"x") == "\ufffdx"


@given(st.text(), st.data())
def test_cut_anywhere_the_text_is_the_same(text: str, data: st.DataObject) -> None:
    whole = text.encode("utf-8", "replace")
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=8)))
    stream, shown = PieceStream(), ""
    for start, stop in zip([0, *cuts], [*cuts, len(whole)], strict=True):
        part = stream.feed(whole[start:stop])
        assert "\ufffd" in text or "\ufffd" not in part
        shown += part
    assert shown + stream.flush() == whole.decode()
