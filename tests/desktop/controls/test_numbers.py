"""Numbers are read whatever the locale and written in the window's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale

from desktop.controls.numbers import (
    format_count,
    format_decimal,
    format_exact,
    format_percent,
    parse_number,
)
from models.errors import VitrineError

BRAZIL = QLocale(QLocale.Language.Portuguese, QLocale.Country.Brazil)


@pytest.fixture(autouse=True)
def locale_restored() -> Iterator[None]:
    before = QLocale()
    yield
    QLocale.setDefault(before)


@pytest.mark.parametrize("spoken", [QLocale(QLocale.Language.C), BRAZIL, QLocale(QLocale.Language.German)])
@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0.8", 0.8),
        ("0,8", 0.8),
        (".5", 0.5),
        (",5", 0.5),
        (" 1 ", 1.0),
        ("-2,5", -2.5),
        ("\u22122.5", -2.5),
        ("1.234,5", 1234.5),
        ("1,234.5", 1234.5),
        ("1 234,5", 1234.5),
    ],
)
def test_fault_56_a_point_and_a_comma_are_both_decimal_signs_in_every_locale(
    spoken: QLocale, text: str, number: float
) -> None:
    QLocale.setDefault(spoken)
    assert parse_number(text) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [("40", 40), ("49,152", 49152), ("49.152", 49152), ("1 000 000", 1_000_000), ("7.0", 7)],
)
def test_fault_56_counts_may_be_written_with_thousands_apart(text: str, number: int) -> None:
    assert parse_number(text, whole=True) == number


@pytest.mark.parametrize(
    "text", ["", "abc", "1e3", "nan", "inf", "1_0", "0x10", "1,2,3", "--1", "1.2.3.4", "٣"]
)
def test_what_is_no_number_is_refused_with_the_text_in_the_sentence(text: str) -> None:
    with pytest.raises(VitrineError) as refusal:
        parse_number(text)
    assert refusal.value.case == "not-a-number"
    assert text in refusal.value.what


def test_a_fraction_is_no_count() -> None:
    with pytest.raises(VitrineError, match="whole"):
        parse_number("2.5", whole=True)


def test_more_digits_than_a_number_can_have_are_refused() -> None:
    with pytest.raises(VitrineError, match="too large"):
        parse_number("9" * 400)


def test_fault_56_numbers_are_written_in_the_windows_locale_and_c_counts_as_english() -> None:
    QLocale.setDefault(QLocale(QLocale.Language.C))
    assert (format_count(49152), format_decimal(0.8, 2)) == ("49,152", "0.80")
    QLocale.setDefault(BRAZIL)
    assert (format_count(49152), format_decimal(0.8, 2)) == ("49.152", "0,80")


@pytest.mark.parametrize(
    ("probability", "written"),
    [(1.0, "100.0"), (0.439, "43.9"), (0.001, "0.1"), (0.0003, "0.03"), (0.00001, "<0.01"), (0.0, "0.0")],
)
def test_percentages_are_short(probability: float, written: str) -> None:
    assert format_percent(probability) == written


@pytest.mark.parametrize(
    ("number", "written"),
    [(0.28157, "0.2816"), (1.0, "1.000"), (0.0, "0"), (3.2041e-7, "3.204 × 10⁻⁷"), (123.4, "123.4")],
)
def test_exact_numbers_keep_four_digits_however_small(number: float, written: str) -> None:
    assert format_exact(number) == written


def test_exact_numbers_can_have_fewer_digits() -> None:
    assert [format_exact(number, 3) for number in (28.16, 0.0021, 3.2e-7)] == [
        "28.2",
        "0.00210",
        "3.20 × 10⁻⁷",
    ]
