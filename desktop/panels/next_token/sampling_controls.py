"""The column of sliders: one for every stage of the chain, the seed, and whether tokens are guessed ahead.

Knows nothing about distributions; what each stage does at the moment is told to it.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from desktop import theme
from desktop.controls.number_field import NumberField
from desktop.controls.number_slider import NumberSlider
from desktop.controls.slider_scale import CountScale
from desktop.controls.switch import Switch
from desktop.panels.next_token.wording import ordered_stages, slider_look
from inference.sampling.settings import SETTING_BOUNDS, SamplingSettings

_BESIDE_LABELS = 190
"""Width of grooves and fields."""

LARGEST_SEED = 2**53
"""Seeds up to here stay whole for those who read them as floating point, from a JSON file for instance."""


class SamplingControls(QWidget):
    """Sliders for the settings of the chain, a field for the seed, and a switch for guesses.

    Args:
        settings: shown first.
        vocabulary: tokens of the model, for the scale of counts.
        parent: the widget it lies in.
    """

    settings_chosen = Signal(object)
    """A person chose other `SamplingSettings`."""
    seed_chosen = Signal(object, bool)
    """A person chose another seed, or whether every reply gets a new one."""
    guessing_chosen = Signal(bool)
    """A person chose whether tokens are guessed ahead."""

    def __init__(self, settings: SamplingSettings, vocabulary: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.sliders: dict[str, NumberSlider] = {}
        self._seed_label = QLabel(self.tr("Seed"))
        self.seed = NumberField(0, LARGEST_SEED, 0, grouped=False)
        self.new_seed = Switch(self.tr("new for each reply"))
        self.seed_note = QLabel()
        self._guess_label = QLabel(self.tr("Speed"))
        self.guess = Switch(self.tr("guess ahead"))
        self._guess_column = QVBoxLayout()
        self._seed_column = QVBoxLayout()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE)
        for stage in ordered_stages():
            slider = NumberSlider(slider_look(stage, vocabulary))
            self.sliders[stage.setting] = slider
            slider.setObjectName(stage.setting)
            slider.changed.connect(self._slide)
            column.addWidget(slider)
        column.addLayout(self._arrange_seed())
        column.addLayout(self._arrange_guess())
        column.addStretch(1)
        self.show_settings(settings)
        theme.themed.connect(self._dress)
        self._dress()

    def show_settings(self, settings: SamplingSettings) -> None:
        """Show settings without telling anybody."""
        self._settings = settings
        for name, slider in self.sliders.items():
            slider.set_value(getattr(settings, name))

    def show_seed(self, seed: int, new_each_reply: bool) -> None:
        """Show the seed and what happens to it, without telling anybody."""
        self.seed.set_value(seed)
        blocked = self.new_seed.blockSignals(True)
        self.new_seed.setChecked(new_each_reply)
        self.new_seed.blockSignals(blocked)

    def show_guessing(self, wanted: bool, refused: str) -> None:
        """Show whether tokens are guessed ahead, without telling anybody.

        Args:
            wanted: whether a person wants it.
            refused: why the model cannot; empty where it can.
        """
        blocked = self.guess.blockSignals(True)
        self.guess.setChecked(wanted and not refused)
        self.guess.blockSignals(blocked)
        self.guess.setEnabled(not refused)
        explanation = refused or self.tr(
            "What comes next is guessed from what stood in the conversation before, and checked several tokens at a "
            "time. No guess changes a reply. Replies that repeat much, as when a text is edited, are written up to "
            "twice as fast; others a tenth to a third slower.\n"
            "Reading several tokens at a time rounds differently from reading one: with 8-bit weights the same seed "
            "mostly gives another reply than without, just as probable."
        )
        for widget in (self.guess, self._guess_label):
            widget.setToolTip(explanation)
        self.guess.setAccessibleDescription(explanation)

    def show_effects(self, effects: Mapping[str, str]) -> None:
        """Say below each slider what its stage does, by the setting's name."""
        for name, effect in effects.items():
            self.sliders[name].set_caption(effect)

    def set_vocabulary(self, vocabulary: int) -> None:
        """Let sliders that count reach from one token to all of them."""
        for name, slider in self.sliders.items():
            if SETTING_BOUNDS[name].whole:
                slider.set_scale(CountScale(vocabulary))

    @Slot(float)
    def _slide(self, value: float) -> None:
        slider = self.sender()
        self._settings = self._settings.changed(slider.objectName(), value)
        self.settings_chosen.emit(self._settings)

    @Slot()
    def _seed_chosen(self) -> None:
        self.seed_note.hide()
        self.seed_chosen.emit(int(self.seed.value), self.new_seed.isChecked())

    @Slot(float)
    def _seed_typed(self, value: float) -> None:
        # Who writes a seed wants it to be used.
        blocked = self.new_seed.blockSignals(True)
        self.new_seed.setChecked(False)
        self.new_seed.blockSignals(blocked)
        self._seed_chosen()

    @Slot(int)
    def _seed_stepped(self, count: int) -> None:
        self.seed.set_value(min(max(self.seed.value + count, 0), LARGEST_SEED))
        self._seed_typed(self.seed.value)

    @Slot(str)
    def _seed_refused(self, sentence: str) -> None:
        self.seed_note.setText(sentence)
        self.seed_note.show()

    def _arrange_seed(self) -> QGridLayout:
        explanation = self.tr("The dice: the same seed, settings and prompt give the same reply.")
        self._seed_label.setProperty("look", "soft")
        self.seed_note.setProperty("look", "refusal")
        self._seed_label.setBuddy(self.seed)
        self._seed_label.setToolTip(explanation)
        self.seed.setToolTip(explanation)
        self.seed.setAccessibleName(self.tr("Seed"))
        self.seed.setAccessibleDescription(explanation)
        self.new_seed.setAccessibleName(self.tr("New seed for each reply"))
        self.new_seed.setToolTip(self.tr("Roll a new seed before every reply; a seed that is typed stays."))
        self.seed.committed.connect(self._seed_typed)
        self.seed.refused.connect(self._seed_refused)
        self.seed.stepped.connect(self._seed_stepped)
        self.new_seed.toggled.connect(self._seed_chosen)
        self.seed_note.setWordWrap(True)
        self.seed_note.hide()
        self._seed_column.setSpacing(theme.SPACE)
        self._seed_column.addWidget(self.seed)
        self._seed_column.addWidget(self.new_seed)
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.SPACE * 2)
        grid.setVerticalSpacing(theme.SPACE)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self._seed_label, 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addLayout(self._seed_column, 0, 1)
        grid.addWidget(self.seed_note, 1, 0, 1, 2)
        return grid

    def _arrange_guess(self) -> QGridLayout:
        self._guess_label.setProperty("look", "soft")
        self._guess_label.setBuddy(self.guess)
        self.guess.setAccessibleName(self.tr("Guess ahead"))
        self.guess.toggled.connect(self.guessing_chosen)
        self._guess_column.addWidget(self.guess)
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.SPACE * 2)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self._guess_label, 0, 0)
        grid.addLayout(self._guess_column, 0, 1)
        self.show_guessing(False, "")
        return grid

    @Slot()
    def _dress(self) -> None:
        labels = [self._seed_label, self._guess_label, *(slider.label for slider in self.sliders.values())]
        widest = max(label.sizeHint().width() for label in labels)
        for label in labels:
            label.setMinimumWidth(widest)
        self.setFixedWidth(widest + theme.scaled(_BESIDE_LABELS))
        # The field begins where the grooves above it begin.
        inset = next(iter(self.sliders.values())).groove.inset
        self._seed_column.setContentsMargins(inset, 0, 0, 0)
        self._guess_column.setContentsMargins(inset, 0, 0, 0)
        self._seed_label.setFixedHeight(self.seed.sizeHint().height())
