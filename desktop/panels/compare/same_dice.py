"""One setting changed, everything else and the dice as they were: the row that asks for such a reply.

Knows nothing about columns or how a reply is written.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QStackedWidget, QWidget

from desktop import theme
from desktop.controls.choice_box import ChoiceBox
from desktop.controls.number_slider import NumberSlider
from desktop.controls.slider_scale import CountScale
from desktop.panels.compare.wording import setting_words
from desktop.panels.next_token.wording import ordered_stages, setting_label, slider_look
from inference.sampling.settings import SETTING_BOUNDS, SamplingSettings


class SettingSliders(QStackedWidget):
    """A slider for every setting, one of them at a time; no wider than it must be."""

    def minimumSizeHint(self) -> QSize:
        """What the slider that is seen needs."""
        shown = self.currentWidget()
        return shown.minimumSizeHint() if shown is not None else QSize(0, 0)


class SameDice(QWidget):
    """A setting, a slider for it, and the button that replays.

    Args:
        vocabulary: tokens of the model, for the scale of counts.
        parent: the widget it lies in.
    """

    replay_asked = Signal(object)
    """A person wants a reply with these `SamplingSettings`."""

    def __init__(self, vocabulary: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = SamplingSettings()
        self._refusal = ""
        self.setAccessibleName(self.tr("Same dice, one setting changed"))
        self._label = QLabel(self.tr("Same dice, but"))
        self.setting = ChoiceBox()
        self.sliders: dict[str, NumberSlider] = {}
        self._stack = SettingSliders()
        self.replay = QPushButton(self.tr("Replay"))
        for stage in ordered_stages():
            slider = NumberSlider(slider_look(stage, vocabulary))
            slider.label.hide()
            slider.changed.connect(self._tell)
            self.sliders[stage.setting] = slider
            self._stack.addWidget(slider)
            self.setting.addItem(setting_label(stage), stage.setting)
        self._label.setProperty("look", "soft")
        self._label.setBuddy(self.setting)
        self.setting.setAccessibleName(self.tr("Setting to change"))
        self.setting.view().setAccessibleName(self.tr("Setting to change"))
        self.replay.setAccessibleName(self.tr("Replay with the same dice"))
        self.setting.currentIndexChanged.connect(self._turn)
        self.replay.clicked.connect(self._ask)
        self._stack.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * theme.SPACE)
        for widget in (self._label, self.setting, self._stack, self.replay):
            row.addWidget(widget, int(widget is self._stack), Qt.AlignmentFlag.AlignTop)
        theme.themed.connect(self._dress)
        self._dress()

    @property
    def settings(self) -> SamplingSettings:
        """Those of the first reply with the one that is chosen changed."""
        name = str(self.setting.currentData())
        return self._settings.changed(name, self.sliders[name].value)

    def show_first(self, settings: SamplingSettings) -> None:
        """Begin from the settings of another reply; sliders that were not moved go to its values."""
        before, self._settings = self._settings, settings
        for name, slider in self.sliders.items():
            if slider.value == getattr(before, name):
                slider.set_value(getattr(settings, name))
        self._tell()

    def allow(self, refusal: str) -> None:
        """Say why nothing can be replayed, one sentence; empty where it can."""
        self._refusal = refusal
        self._tell()

    def set_vocabulary(self, vocabulary: int) -> None:
        """Let sliders that count reach from one token to all of them."""
        for name, slider in self.sliders.items():
            if SETTING_BOUNDS[name].whole:
                slider.set_scale(CountScale(vocabulary))

    @Slot()
    def _turn(self) -> None:
        self._stack.setCurrentIndex(self.setting.currentIndex())
        self._tell()

    @Slot()
    def _tell(self) -> None:
        name = str(self.setting.currentData())
        same = self.settings == self._settings
        first = self.tr("A was written with {setting}")
        self.sliders[name].set_caption(
            first.format(setting=setting_words(name, getattr(self._settings, name)))
        )
        why = self._refusal
        if not why and same:
            why = self.tr("Move the slider first: with the same settings the same dice write the same reply.")
        self.replay.setEnabled(not why)
        explanation = why or self.tr(
            "Write the reply again with the same prompt and the same random numbers, and this setting."
        )
        self.replay.setToolTip(explanation)
        self.replay.setAccessibleDescription(explanation)

    @Slot()
    def _ask(self) -> None:
        self.replay_asked.emit(self.settings)

    @Slot()
    def _dress(self) -> None:
        for widget in (self._label, self.setting, self.replay):
            widget.setFont(theme.ui_font(12))
            # They stand beside the groove, not beside the words below it.
            widget.setFixedHeight(next(iter(self.sliders.values())).field.sizeHint().height())
        # The arrow grows with the font, which Qt does not know.
        self.setting.setMinimumWidth(self.setting.sizeHint().width() + theme.scaled(14))
