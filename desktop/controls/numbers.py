"""How numbers are written for people, and how numbers that people write are read.

Knows nothing about widgets or about what is counted.

Written numbers follow the locale of the window's language; read numbers follow nobody's: a decimal point and
a decimal comma are both understood, whatever the locale.
"""

from __future__ import annotations

import math
import re

from PySide6.QtCore import QCoreApplication, QLocale

from models.errors import VitrineError

translate = QCoreApplication.translate

_SIGNED_DIGITS = re.compile(r"[+-]?(\d+[.,]?\d*|[.,]\d+)", re.ASCII)
_GROUPED = re.compile(r"[+-]?\d{1,3}(?P<sign>[.,' \u00a0\u202f])\d{3}(?:(?P=sign)\d{3})*", re.ASCII)
_GROUPED_WITH_DECIMALS = re.compile(
    r"[+-]?\d{1,3}(?P<sign>[.,' \u00a0\u202f])\d{3}(?:(?P=sign)\d{3})*(?!(?P=sign))[.,]\d+", re.ASCII
)
NO_BREAK = "\u00a0"
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

_last = [QLocale(QLocale.Language.C), QLocale(QLocale.Language.English)]
"""The window's locale when it was last asked for, and the one that numbers were written in then."""


def locale() -> QLocale:
    """The locale numbers are written in: the window's, where the C locale counts as English."""
    chosen = QLocale()
    # Asking for its language takes longer than writing a number, and hundreds are written in a second.
    if chosen != _last[0]:
        english = chosen.language() == QLocale.Language.C
        _last[:] = [chosen, QLocale(QLocale.Language.English) if english else chosen]
    return _last[1]


def format_count(count: int) -> str:
    """A whole number with its thousands apart (``49,152``)."""
    return locale().toString(int(count))


def format_decimal(value: float, decimals: int) -> str:
    """A number with so many digits after the decimal sign."""
    return locale().toString(float(value), "f", decimals)


def format_percent(probability: float) -> str:
    """A probability as a short percentage without its sign, for a column (``43.9``, ``0.03``, ``<0.01``)."""
    percent = probability * 100
    if percent >= 0.1 or percent == 0.0:
        return format_decimal(percent, 1)
    return format_decimal(percent, 2) if percent >= 0.01 else "<" + format_decimal(0.01, 2)


def format_exact(value: float, digits: int = 4) -> str:
    """A number with so many significant digits, however small (``0.2816``, ``3.204 × 10⁻⁷``)."""
    if value == 0.0 or not math.isfinite(value):
        return "0" if value == 0.0 else str(value)
    exponent = math.floor(math.log10(abs(value)))
    if -4 <= exponent < 6:
        return format_decimal(value, max(0, digits - 1 - exponent))
    mantissa = format_decimal(value / 10.0**exponent, digits - 1)
    return f"{mantissa} × {power_of_ten(exponent)}"


def power_of_ten(exponent: int) -> str:
    """A power of ten as it is written (``10⁻⁷``)."""
    return f"10{str(exponent).translate(_SUPERSCRIPTS)}"


def number_text(value: float, digits: int = 8) -> str:
    """A number of any kind with so many digits at most."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if value == int(value) and abs(value) < 1e6:
        return format_count(int(value)) if value or math.copysign(1, value) > 0 else "−0"
    return format_exact(value, digits)


def size_text(size: int) -> str:
    """Bytes for people, in powers of ten as memory is sold."""
    if size >= 1_000_000_000:
        return format_decimal(size / 1e9, 2) + f"{NO_BREAK}GB"
    if size >= 1_000_000:
        return format_decimal(size / 1e6, 0 if size >= 10_000_000 else 1) + f"{NO_BREAK}MB"
    if size < 1000:
        return f"{size}{NO_BREAK}B"
    return format_decimal(size / 1e3, 0 if size >= 10_000 else 1) + f"{NO_BREAK}kB"


def parse_number(text: str, *, whole: bool = False) -> float:
    """Read a number as a person types it, whatever the locale.

    Args:
        text: digits with at most one decimal point or decimal comma; thousands may be set apart.
        whole: whether the number counts something; then ``49,152`` is forty-nine thousand, not forty-nine.

    Returns:
        The number, finite.

    Raises:
        VitrineError: it is not a number, or not whole where it must be.
    """
    stripped = text.strip().replace("\u2212", "-")
    grouped = _GROUPED.fullmatch(stripped)
    mixed = _GROUPED_WITH_DECIMALS.fullmatch(stripped)
    if mixed:
        stripped = stripped.replace(mixed["sign"], "")
    elif grouped and (whole or grouped["sign"] not in ".," or stripped.count(grouped["sign"]) > 1):
        stripped = stripped.replace(grouped["sign"], "")
    if not _SIGNED_DIGITS.fullmatch(stripped):
        what = translate("Numbers", "“{text}” is not a number.").format(text=text.strip()[:40])
        raise VitrineError("not-a-number", what, translate("Numbers", "Write digits, like 0.8."))
    value = float(stripped.replace(",", "."))
    if not math.isfinite(value):
        what = translate("Numbers", "“{text}…” is too large.").format(text=stripped[:20])
        raise VitrineError("number-too-large", what, translate("Numbers", "Write fewer digits."))
    if whole and not value.is_integer():
        what = translate("Numbers", "“{text}” is not a whole number.").format(text=text.strip()[:40])
        raise VitrineError("not-whole", what, translate("Numbers", "Leave out the decimals."))
    return value
