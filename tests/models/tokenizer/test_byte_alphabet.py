"""Every byte has a printable character of its own."""

from __future__ import annotations

from models.tokenizer.byte_alphabet import BYTE_CHARACTERS, token_bytes


def test_every_byte_has_its_own_printable_character() -> None:
    assert len(set(BYTE_CHARACTERS)) == 256
    assert all(character.isprintable() and not character.isspace() for character in BYTE_CHARACTERS)


def test_the_well_known_ones() -> None:
    assert BYTE_CHARACTERS[ord(" ")] == "Ġ"
    assert BYTE_CHARACTERS[ord("\n")] == "Ċ"
    assert BYTE_CHARACTERS[ord("A")] == "A"
    assert BYTE_CHARACTERS[0] == "Ā"


def test_tokens_are_turned_back() -> None:
    assert token_bytes("".join(BYTE_CHARACTERS)) == bytes(range(256))
    assert token_bytes("ĠÃ©") == " é".encode()


def test_other_characters_stand_for_themselves() -> None:
    assert token_bytes("日Ġ") == "日Ġ".encode()
    assert token_bytes("a\ud800") == b"a?"
