"""How the window looks: colours by role, the spacing unit, fonts, and the palette in force.

Knows no widget and no model; `desktop.stylesheet` turns a palette into rules for Qt's widgets.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase

SPACE = 4
"""The spacing unit in pixels: every margin, gap and radius is a multiple of it."""

UI_FAMILIES = ("Inter", "Segoe UI Variable", "Segoe UI", "SF Pro Text", "Noto Sans", "DejaVu Sans")
"""Families for everything but tokens, first found first."""

MONO_FAMILIES = ("JetBrains Mono", "Cascadia Mono", "SF Mono", "Menlo", "Noto Sans Mono", "DejaVu Sans Mono")
"""Families for tokens and token IDs, first found first."""

TEXT_SIZE = 14
"""Pixel height of ordinary text at a zoom of 1."""


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours by what they are for, as ``#rrggbb``.

    Args:
        name: ``"dark"`` or ``"light"``.
        window: ground of transcript and panels.
        surface: bars, sidebar, cards.
        raised: fields, buttons, the chosen entry of a list.
        hover: a button or entry under the pointer.
        line: hairlines, the track of a slider.
        text: what is read.
        text_soft: labels and facts.
        text_faint: hints; still readable (at least 4.5 : 1 on `window` and `surface`).
        accent: the one accent: what is chosen, live or pressed next.
        on_accent: text on `accent`.
        accent_soft: a ground that belongs to the accent.
        accent_line: border of badges.
        cursor: the token at the cursor where it is written in colour; also the second line of a plot.
        cursor_soft: ground of the cursor's row.
        warning: a provider that is not the best, a proof that was refused.
        danger: failures.
        danger_soft: ground of a failure.
    """

    name: str
    window: str
    surface: str
    raised: str
    hover: str
    line: str
    text: str
    text_soft: str
    text_faint: str
    accent: str
    on_accent: str
    accent_soft: str
    accent_line: str
    cursor: str
    cursor_soft: str
    warning: str
    danger: str
    danger_soft: str

    @property
    def dark(self) -> bool:
        """Whether text is lighter than its ground."""
        return self.name == "dark"


DARK = Palette(
    name="dark",
    window="#12141a",
    surface="#1a1d25",
    raised="#222632",
    hover="#2a2f3d",
    line="#2c3140",
    text="#e8eaf0",
    text_soft="#a6aebd",
    text_faint="#838b9b",
    accent="#5ad1b3",
    on_accent="#08201a",
    accent_soft="#1b3a36",
    accent_line="#2f6a5f",
    cursor="#f2b45c",
    cursor_soft="#2f2922",
    warning="#f2b45c",
    danger="#f08a7e",
    danger_soft="#3a2224",
)

LIGHT = Palette(
    name="light",
    window="#f6f6f3",
    surface="#ffffff",
    raised="#f0f0ec",
    hover="#e6e7e2",
    line="#dedfd9",
    text="#1c2027",
    text_soft="#545c69",
    text_faint="#676e7a",
    accent="#0b7d65",
    on_accent="#ffffff",
    accent_soft="#d9efe8",
    accent_line="#8fc9bb",
    cursor="#9c5c00",
    cursor_soft="#eee4d2",
    warning="#9c5c00",
    danger="#b3362a",
    danger_soft="#f9e3df",
)

PALETTES = (DARK, LIGHT)
"""Every palette, the default one first."""


class _Announcer(QObject):
    """Carries the `themed` signal."""

    themed = Signal()


@dataclass(slots=True)
class _InForce:
    """What was put in force last."""

    palette: Palette = DARK
    zoom: float = 1.0


_in_force = _InForce()
_announcer = _Announcer()
themed = _announcer.themed
"""Emitted after the palette or the zoom changed: repaint, and take fonts anew."""


def current() -> Palette:
    """The palette in force."""
    return _in_force.palette


def zoom() -> float:
    """How much larger than designed everything written is; 1 is as designed."""
    return _in_force.zoom


def put_in_force(palette: Palette, zoom: float = 1.0) -> None:
    """Make a palette and a zoom the ones in force and say so; `desktop.application` styles Qt first."""
    _in_force.palette = palette
    _in_force.zoom = zoom


def announce() -> None:
    """Emit `themed`."""
    _announcer.themed.emit()


def scaled(pixels: float) -> int:
    """A length that grows with the font zoom, in whole pixels."""
    return max(1, round(pixels * _in_force.zoom))


def colour(value: str, alpha: float = 1.0) -> QColor:
    """A palette's colour for a painter.

    Args:
        value: ``#rrggbb``.
        alpha: opacity from 0 to 1.
    """
    return QColor(_made_colour(value, alpha))


@lru_cache(maxsize=1024)
def _made_colour(value: str, alpha: float) -> QColor:
    made = QColor(value)
    made.setAlphaF(alpha)
    return made


@lru_cache(maxsize=256)
def _made_font(families: tuple[str, ...], pixels: int, weight: QFont.Weight) -> QFont:
    font = QFont()
    font.setFamilies(list(families))
    font.setPixelSize(pixels)
    font.setWeight(weight)
    # Figures of one width, so that numbers do not dance while they change.
    font.setFeature(QFont.Tag("tnum"), 1)
    if families is MONO_FAMILIES:
        font.setStyleHint(QFont.StyleHint.Monospace)
        font.setFeature(QFont.Tag("calt"), 0)
        font.setFeature(QFont.Tag("liga"), 0)
    return font


def _font(families: tuple[str, ...], size: float, weight: QFont.Weight) -> QFont:
    # Many are wanted for every picture; a copy is made in a tenth of the time, and may be changed.
    return QFont(_made_font(families, scaled(size), weight))


def ui_font(size: float = TEXT_SIZE, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The font of everything but tokens, with tabular figures.

    Args:
        size: height in pixels at a zoom of 1.
        weight: how bold.
    """
    return _font(UI_FAMILIES, size, weight)


def mono_font(size: float = TEXT_SIZE - 1, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The font of tokens, IDs and code; no ligatures, so that every token is seen as it is.

    Args:
        size: height in pixels at a zoom of 1.
        weight: how bold.
    """
    return _font(MONO_FAMILIES, size, weight)


def font_found(families: tuple[str, ...]) -> str:
    """The first of some families that this machine has, or an empty string."""
    known = set(QFontDatabase.families())
    return next((family for family in families if family in known), "")
