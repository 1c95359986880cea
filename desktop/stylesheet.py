"""The one stylesheet: a palette made into rules for Qt's widgets.

Knows no widget by itself: widgets ask for a look with the dynamic property ``look`` or an object name.
"""

from __future__ import annotations

from string import Template

from PySide6.QtGui import QColor, QPalette

from desktop.theme import SPACE, Palette, scaled

_RULES = Template(
    """
* { outline: none; }
QMainWindow, QDialog { background: $window; }
QMainWindow::separator { background: $line; width: 1px; height: 1px; }
QMainWindow::separator:hover { background: $accent; }
QToolTip { background: $raised; color: $text; border: 1px solid $line; padding: ${s1}px ${s2}px; }
QLabel { background: transparent; }
QLabel[look="soft"] { color: $text_soft; }
QLabel[look="faint"] { color: $text_faint; font-size: ${small}px; }
QLabel[look="heading"] { font-weight: 600; }
QLabel[look="section"] { color: $text_faint; font-size: ${tiny}px; font-weight: 600; }
QLabel[look="refusal"] { color: $danger; font-size: ${small}px; }
QLabel[badge], QPushButton[badge] {
    color: $accent; border: 1px solid $accent_line; border-radius: ${s1x}px; padding: 1px ${s2}px;
    font-size: ${small}px;
}
QLabel[badge="changed"] { background: $accent_soft; border-color: $accent; }
QLabel[badge="quiet"], QPushButton[badge="quiet"] { color: $text_soft; border-color: $line; }
QLabel[badge="warning"], QPushButton[badge="warning"] { color: $warning; border-color: $warning; }

QWidget#bar { background: $surface; border-bottom: 1px solid $line; }
QWidget#sidebar { background: $surface; border-right: 1px solid $line; }
QWidget#branches { background: $window; border-left: 1px solid $line; }
QWidget#chat { background: $window; }
QWidget#card { background: $surface; border: 1px solid $line; border-radius: ${s2}px; }
QWidget#card[focused="true"] { border-color: $accent_line; }
QWidget#banner { background: $danger_soft; border-left: 3px solid $danger; border-radius: ${s1}px; }
QWidget#banner[kind="notice"] { background: $raised; border-left-color: $accent; }
QWidget#mutedBar { background: $danger_soft; border-left: 3px solid $danger; border-radius: ${s1}px; }
QWidget#undoBar { background: $raised; border-radius: ${s1x}px; }
QFrame#hairline { background: $line; }
QStatusBar { background: $surface; border-top: 1px solid $line; }
QStatusBar::item { border: none; }

QPushButton {
    background: $raised; color: $text; border: 1px solid transparent; border-radius: ${s1x}px;
    padding: ${s1}px ${s3}px;
}
QPushButton:hover { background: $hover; }
QPushButton:focus { border-color: $accent; }
QPushButton:disabled { color: $text_faint; }
QPushButton:checked { border-color: $accent; color: $text; }
QWidget#banner[kind="notice"] QPushButton { background: $surface; }
QWidget#banner[kind="notice"] QPushButton:hover { background: $hover; }
QPushButton[look="primary"] {
    background: $accent; color: $on_accent; font-weight: 600; padding: ${s1x}px ${s4}px; border-radius: ${s2}px;
}
QPushButton[look="primary"]:hover { background: $accent_hover; }
QPushButton[look="primary"]:focus { border-color: $text; }
QPushButton[look="primary"]:disabled { background: $raised; color: $text_faint; }
QPushButton[look="flat"] { background: transparent; color: $text_soft; }
QPushButton[look="flat"]:hover { background: $hover; color: $text; }
QPushButton[look="flat"]:focus { border-color: $accent; }
QPushButton[look="flat"]:checked { background: $raised; color: $text; border-color: transparent; }
QPushButton[look="flat"]:checked:focus { border-color: $accent; }
QPushButton[look="link"] {
    background: transparent; color: $accent; padding: 0 ${s1}px; border-radius: ${s1}px;
}
QPushButton[look="link"]:hover { background: $accent_soft; }
QPushButton[look="link"]:disabled { color: $text_faint; }
QPushButton[look="link"][live="true"]:disabled { color: $accent; }
QPushButton[look="segment"] {
    background: transparent; color: $text_soft; border-radius: ${s1}px; padding: 2px ${s2}px;
    font-size: ${small}px;
}
QPushButton[look="segment"]:hover { color: $text; }
QPushButton[look="segment"]:disabled { color: $text_faint; }
QPushButton[look="segment"]:checked { background: $selected; color: $text; border-color: transparent; }
QPushButton[look="segment"]:focus { border-color: $accent; }
QWidget#segments { background: $surface; border: 1px solid $line; border-radius: ${s1x}px; }

QToolButton[look="quiet"] {
    background: transparent; color: $text_soft; border: 1px solid transparent; border-radius: ${s1}px;
    padding: 0 ${s1}px; font-size: ${small}px;
}
QToolButton[look="quiet"]:hover { background: $hover; color: $text; }
QToolButton[look="quiet"]:focus { border-color: $accent; }
QToolButton[look="quiet"]::menu-indicator { image: none; }

QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDoubleSpinBox, QComboBox {
    background: $raised; color: $text; border: 1px solid transparent; border-radius: ${s1}px;
    padding: ${s1}px ${s2}px; selection-background-color: $selection; selection-color: $text;
}
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus {
    border-color: $accent;
}
QSpinBox:disabled { color: $text_faint; }
QSpinBox::up-button, QSpinBox::down-button { width: 0; border: none; }
ChoiceBox::drop-down { border: none; width: ${s4}px; }
QComboBox QAbstractItemView { background: $surface; border: 1px solid $line; padding: ${s1}px; }
QPlainTextEdit#draft { background: transparent; border: none; padding: 0; font-size: ${reading}px; }

QListView { background: transparent; border: none; color: $text; }
QListView::item { padding: ${s2}px; border-radius: ${s1x}px; color: $text_soft; }
QListView::item:hover { background: $raised; color: $text; }
QListView::item:selected { background: $raised; color: $text; }

QTreeView[look="facts"], QTableView[look="facts"] {
    background: transparent; border: none; selection-background-color: $cursor_soft;
}
QTreeView[look="facts"]::branch:selected { background: $cursor_soft; }
QHeaderView[look="facts"] { background: transparent; border: none; }
QHeaderView[look="facts"]::section {
    background: $window; color: $text_faint; border: none; border-bottom: 1px solid $line; padding: 2px ${s2}px;
    font-size: ${tiny}px; font-weight: 400;
}

QMenu { background: $surface; color: $text; border: 1px solid $line; padding: ${s1}px; }
QMenu::item { padding: ${s1x}px ${s4}px; border-radius: ${s1}px; }
QMenu::item:selected { background: $hover; }
QMenu::item:disabled { color: $text_faint; }
QMenu::separator { background: $line; height: 1px; margin: ${s1}px ${s2}px; }
QMenu::indicator { width: ${s3}px; height: ${s3}px; margin-left: ${s1}px; }
QMenu::indicator:checked { background: $accent; border-radius: ${s1}px; }

QProgressBar { background: $line; border: none; border-radius: 2px; max-height: 4px; min-height: 4px; }
QProgressBar::chunk { background: $accent; border-radius: 2px; }

QScrollBar { background: transparent; border: none; }
QScrollBar:vertical { width: 10px; }
QScrollBar:horizontal { height: 10px; }
QScrollBar::handle { background: $scroll; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: $text_faint; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; border: none; background: none; }
QScrollBar::add-page, QScrollBar::sub-page { background: none; }
QAbstractScrollArea::corner { background: transparent; }

QTabBar { background: $window; }
QTabBar::tab {
    background: transparent; color: $text_soft; padding: ${s1x}px ${s3}px; border: none;
    border-bottom: 2px solid transparent;
}
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $text; border-bottom-color: $accent; }
QDockWidget { color: $text; }
"""
)


def mixed(first: str, second: str, share: float) -> str:
    """A colour between two: `share` of the second, from 0 to 1."""
    one, other = QColor(first), QColor(second)
    parts = [
        round(a + (b - a) * share)
        for a, b in (
            (one.red(), other.red()),
            (one.green(), other.green()),
            (one.blue(), other.blue()),
        )
    ]
    return "#{:02x}{:02x}{:02x}".format(*parts)


def stylesheet(palette: Palette) -> str:
    """The rules for a palette at the zoom in force."""
    return _RULES.substitute(
        window=palette.window,
        surface=palette.surface,
        raised=palette.raised,
        hover=palette.hover,
        line=palette.line,
        text=palette.text,
        text_soft=palette.text_soft,
        text_faint=palette.text_faint,
        accent=palette.accent,
        accent_hover=mixed(palette.accent, palette.text, 0.15),
        on_accent=palette.on_accent,
        accent_soft=palette.accent_soft,
        accent_line=palette.accent_line,
        cursor_soft=palette.cursor_soft,
        danger=palette.danger,
        danger_soft=palette.danger_soft,
        warning=palette.warning,
        selection=mixed(palette.window, palette.accent, 0.35),
        selected=palette.hover,
        scroll=mixed(palette.line, palette.text_faint, 0.35),
        s1=SPACE,
        s1x=SPACE + 2,
        s2=2 * SPACE,
        s3=3 * SPACE,
        s4=4 * SPACE,
        tiny=scaled(11),
        small=scaled(12),
        reading=scaled(15),
    )


def qt_palette(palette: Palette) -> QPalette:
    """Qt's own palette, for what the stylesheet does not reach."""
    made = QPalette()
    role = QPalette.ColorRole
    for where, value in (
        (role.Window, palette.window),
        (role.WindowText, palette.text),
        (role.Base, palette.window),
        (role.AlternateBase, palette.surface),
        (role.Text, palette.text),
        (role.PlaceholderText, palette.text_faint),
        (role.Button, palette.raised),
        (role.ButtonText, palette.text),
        (role.BrightText, palette.danger),
        (role.ToolTipBase, palette.raised),
        (role.ToolTipText, palette.text),
        (role.Highlight, mixed(palette.window, palette.accent, 0.35)),
        (role.HighlightedText, palette.text),
        (role.Link, palette.accent),
        (role.LinkVisited, palette.accent),
        (role.Light, palette.hover),
        (role.Midlight, palette.raised),
        (role.Mid, palette.line),
        (role.Dark, palette.line),
        (role.Shadow, palette.window),
    ):
        made.setColor(where, QColor(value))
    for where in (role.Text, role.WindowText, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, where, QColor(palette.text_faint))
    return made
