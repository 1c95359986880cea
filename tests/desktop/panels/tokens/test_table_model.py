"""The token table's rows grow and shrink in ranges, and show what the session knows."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtTest import QSignalSpy
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from desktop.panels.tokens.columns import TokenColumn, TokenFacts, column_looks, whose
from desktop.panels.tokens.table_model import TokenTableModel
from desktop.session import Session
from inference.contract import Step, Token
from inference.sampling.settings import SamplingSettings
from tests.desktop.scripted_engine import FIRST_BYTE, IDS, PROBABILITIES, ScriptedEngine, token

Settle = Callable[[], None]


def cell(model: QAbstractItemModel, row: int, column: TokenColumn) -> str:
    return str(model.index(row, column).data())


def step(position: int, number: int) -> Step:
    return Step(
        generation=1,
        position=position,
        token=token(number, "reply"),
        logit=1.0,
        logprob=math.log(0.5),
        processed_logprob=0.0,
        rank=1,
        entropy=1.0,
        draw=0.5,
        settings=SamplingSettings(),
        top=(),
        model_ms=1.0,
        total_ms=1.0,
    )


@pytest.fixture
def model(replied: Session) -> TokenTableModel:
    made = TokenTableModel(replied, replied)
    made.catch_up()
    return made


def test_it_keeps_the_rules_of_item_models(
    qtmodeltester: ModelTester, model: TokenTableModel, replied: Session, settle: Settle
) -> None:
    qtmodeltester.check(model)
    replied.send("And why are sunsets red?")
    settle()
    model.expect_another_sequence()
    model.catch_up()
    model.set_query("the")


def test_a_row_shows_position_part_id_piece_bytes_and_numbers(
    model: TokenTableModel, replied: Session
) -> None:
    start = next(at for at, one in enumerate(replied.tokens) if one.part == "reply")
    texts = [cell(model, start, column) for column in TokenColumn]
    percent = f"{PROBABILITIES[start % 8] * 100:.1f} %"
    assert texts[:6] == [str(start), "reply", str(IDS[b"The"]), "The", "54 68 65", percent]
    assert texts[6:] == [str(replied.ranks[start]), f"{replied.entropies[start]:.2f}"]


def test_nothing_predicts_the_first_token(model: TokenTableModel) -> None:
    columns = (TokenColumn.PROBABILITY, TokenColumn.RANK, TokenColumn.ENTROPY)
    assert [cell(model, 0, column) for column in columns] == ["–", "–", "–"]


@pytest.mark.parametrize(
    ("piece", "shown", "hexadecimal"),
    [
        (b"\xe3\x81", "⟨E3 81⟩", "E3 81"),
        (b" \n", "·⏎", "20 0A"),
        ("日".encode(), "日", "E6 97 A5"),
        ("\u202e".encode(), "⟨U+202E⟩", "E2 80 AE"),
    ],
)
def test_fault_33_half_characters_and_what_is_invisible_can_be_seen(
    qtbot: QtBot, piece: bytes, shown: str, hexadecimal: str
) -> None:
    facts = TokenFacts(3, Token(7, piece, False), math.nan, 0, math.nan)
    looks = column_looks()
    assert looks[TokenColumn.PIECE].spell(facts) == shown
    assert looks[TokenColumn.BYTES].spell(facts) == hexadecimal


def test_8000_tokens_are_appended_in_ranges_and_never_by_a_reset(
    session: Session, engine: ScriptedEngine
) -> None:
    prompt = tuple(token(FIRST_BYTE + at % 200, "user") for at in range(100))
    session.conversation.sequence.replace(prompt)
    model = TokenTableModel(session, session)
    model.catch_up()
    inserted, reset = QSignalSpy(model.rowsInserted), QSignalSpy(model.modelReset)
    for start in range(100, 8000, 790):
        session.conversation.sequence.append(
            [step(at, FIRST_BYTE + at % 200) for at in range(start, start + 790)]
        )
        model.catch_up()
    assert (model.rowCount(), model.written_count) == (8000, 7900)
    assert inserted.count() == 10
    assert [tuple(inserted.at(i)[1:]) for i in (0, 9)] == [(100, 889), (7210, 7999)]
    assert reset.count() == 0


def test_what_a_new_prompt_shares_with_the_old_one_stays(
    model: TokenTableModel, replied: Session, settle: Settle
) -> None:
    removed, reset = QSignalSpy(model.rowsRemoved), QSignalSpy(model.modelReset)
    before = model.rowCount()
    replied.send("And why are sunsets red?")
    settle()
    model.expect_another_sequence()
    model.catch_up()
    assert model.rowCount() == len(replied.tokens) > before
    assert reset.count() == 0
    assert removed.count() <= 1
    # The first reply is part of the prompt now.
    assert "assistant" in {cell(model, row, TokenColumn.PART) for row in range(before)}


def test_a_shorter_sequence_removes_the_rest_in_one_range(
    model: TokenTableModel, replied: Session, engine: ScriptedEngine
) -> None:
    removed = QSignalSpy(model.rowsRemoved)
    ids = tuple(one.id for one in replied.tokens[:5])
    replied.conversation.sequence.replace(tuple(token(number) for number in ids))
    model.expect_another_sequence()
    model.catch_up()
    assert model.rowCount() == 5
    assert removed.count() == 1


@pytest.mark.parametrize(
    ("query", "pieces"),
    [("sky", {"·sky"}), ("·sky", {"·sky"}), (" sky", {"·sky"}), ("SKY", {"·sky"}), ("xyzzy", set())],
)
def test_rows_are_filtered_by_text(model: TokenTableModel, query: str, pieces: set[str]) -> None:
    model.set_query(query)
    assert {cell(model, row, TokenColumn.PIECE) for row in range(model.rowCount())} == pieces


def test_rows_are_filtered_by_id_and_keep_their_positions(model: TokenTableModel, replied: Session) -> None:
    number = IDS[b" sky"]
    model.set_query(str(number))
    positions = [at for at, one in enumerate(replied.tokens) if one.id == number]
    assert [model.position_of(row) for row in range(model.rowCount())] == positions
    assert [model.row_of(at) for at in positions] == list(range(len(positions)))
    assert model.row_of(0) == -1


def test_a_filter_also_holds_for_tokens_that_come_later(
    session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    model = TokenTableModel(session, session)
    model.set_query("sky")
    session.send("Why is the sky blue?")
    settle()
    model.catch_up()
    assert {cell(model, row, TokenColumn.PIECE) for row in range(model.rowCount())} == {"·sky"}
    assert model.token_count == len(session.tokens)


def test_statistics_that_become_known_repaint_their_rows(model: TokenTableModel) -> None:
    changed = QSignalSpy(model.dataChanged)
    model.tell_statistics(2, 5)
    assert changed.count() == 1
    assert (changed.at(0)[0].row(), changed.at(0)[1].row()) == (2, 4)


def test_headers_say_what_columns_mean(model: TokenTableModel) -> None:
    for column in TokenColumn:
        assert model.headerData(column, Qt.Orientation.Horizontal)
        assert model.headerData(column, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)


def test_what_is_not_the_reply_itself_is_named_by_its_channel() -> None:
    channels = ("final", "markup", "thinking", "analysis", "x\u202e")
    tokens = [Token(5, b"a", False, "reply", channel=channel) for channel in channels]
    assert [whose(token) for token in tokens] == ["reply", "markup", "thinking", "analysis", "x⟨U+202E⟩"]
